"""The rules look at new orders: in runs, each passing or waiting on its own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest

from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import RequestCapture, Told, record_authorization, request_authorization, request_capture
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.steps import Towards
from dingdan.ledgers.payments.steps.refusals import CaptureWaits
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.customers.commands import save_customer, save_watch
from dingdan.masterdata.customers.rules import CustomerDraft, WatchDraft
from dingdan.masterdata.pricing.commands import retire_price_list, save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.fulfillment.commands import AwaitsReview
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.review.commands import ReviewOrder, review_orders
from dingdan.trade.review.events import OrderReviewed
from dingdan.trade.review.models import Decision, Finding, Review
from dingdan.trade.review.rules import AlreadyReviewed, NothingToReview, NotWaiting
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import SilentGateway
from tests.masterdata.shop import counted
from tests.trade.review.desk import reviewed, rule, state_of, told, waiting


def _run(shop: Shop, *orders: OrderPlaced) -> list[OrderReviewed]:
    """What came of orders that were looked at in one run."""
    outcomes = review_orders.many([(shop.call(), ReviewOrder(one.order_id)) for one in orders])
    assert [one for one in outcomes if isinstance(one, Refusal)] == []
    return cast("list[OrderReviewed]", outcomes)


def _kinds(order_id: UUID) -> list[str]:
    return list(Finding.objects.filter(review__order_id=order_id).order_by("id").values_list("kind", flat=True))


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    small, large = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 5))
    passed, waits = _run(shop, small, large)
    assert (passed.passed, waits.passed) == (True, False)
    assert (waits.approvals, waits.edition, [one.kind for one in waits.found]) == (1, 2, ["amount"])
    assert state_of(small) == ("placed", "passed", False)
    assert state_of(large) == ("placed", "waiting", True)
    finding = Finding.objects.get()
    assert (finding.facts, finding.is_asked) == ({"amount": 1250, "limit": 1000, "currency": "GBP"}, True)
    assert sorted(Decision.objects.values_list("verdict", "edition")) == [("passed", 2), ("waits", 2)]
    assert kit.breaches() == []


def test_nothing_is_planned_of_what_waits_or_is_not_decided_yet(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = kit.place(shop, ("TEA", 5))
    kit.pay(shop, order)
    for _undecided in range(2):
        with pytest.raises(AwaitsReview):
            kit.plan(shop, order)
        Review.objects.exists() or reviewed(shop, order)
    assert not Shipment.objects.exists()


def test_nothing_is_captured_of_what_waits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, "silent", SilentGateway())
    kit.stock(shop, "TEA", 20)
    rule(shop, holds_money=True)
    small, large = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 5))
    payments = []
    for order in (small, large):
        towards = (Towards(document=Document("order", order.order_id)),)
        asked = request_authorization(shop.call(), gateway="silent", currency="GBP", towards=towards)
        record_authorization.one(shop.call(), Told(attempt_id=asked.attempt_id))
        payments.append(asked.payment_id)
        with pytest.raises(CaptureWaits):
            request_capture.one(shop.call(), RequestCapture(payment_id=asked.payment_id))
        reviewed(shop, order)
    assert request_capture.one(shop.call(), RequestCapture(payment_id=payments[0])).amount == 250
    with pytest.raises(CaptureWaits):
        request_capture.one(shop.call(), RequestCapture(payment_id=payments[1]))
    assert kit.breaches() == []


def test_an_order_that_waits_for_another_rule_has_its_money_taken(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, "remark", {"words": ["gift"]}, holds_money=True)
    rule(shop)
    order = kit.place(shop, ("TEA", 5))
    reviewed(shop, order)
    from dingdan.ledgers.payments.models import Receivable

    assert not Receivable.objects.get().waits
    assert kit.breaches() == []


def test_new_customers_and_regular_ones(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, "new_customer", {})
    customer_id = save_customer(shop.call(), customer=CustomerDraft(number="C1")).customer_id
    guest = replace(kit.BUYER, email="guest@example.com", phone="")
    orders = [
        kit.place(shop, ("TEA", 1), customer_id=customer_id, ship_to=replace(kit.BUYER, email="", phone="")),
        kit.place(shop, ("TEA", 1), customer_id=customer_id, ship_to=replace(kit.BUYER, email="", phone="")),
        kit.place(shop, ("TEA", 1), ship_to=guest),
        kit.place(shop, ("TEA", 1), ship_to=replace(guest, email="GUEST@example.com")),
    ]
    assert [one.passed for one in _run(shop, *orders)] == [False, True, False, True]
    cancel_orders.one(shop.call(), CancelOrder(order_id=orders[2].order_id))
    cancel_orders.one(shop.call(), CancelOrder(order_id=orders[3].order_id))
    assert not reviewed(shop, kit.place(shop, ("TEA", 1), ship_to=guest)).passed  # canceled orders make nobody a customer


def test_duplicates_of_one_run_and_of_before(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    kit.stock(shop, "POT", 20)
    rule(shop, "duplicate", {"hours": 2})
    now = clock.now()

    def order(*lines: tuple[str, int], hours: int = 0, **changes: Any) -> OrderPlaced:
        return place_orders.one(shop.call(at=now + timedelta(hours=hours)), kit.wanted(shop, *lines, **changes))

    first = order(("TEA", 1), ("POT", 2))
    same = order(("POT", 2), ("TEA", 1), hours=1, ship_to=replace(kit.BUYER, email="other@example.com"))
    other_goods = order(("TEA", 2), hours=1)
    stranger = order(("TEA", 1), ("POT", 2), hours=1, ship_to=replace(kit.BUYER, email="x@example.com", phone="+442079460001"))
    assert [one.passed for one in _run(shop, same, first, other_goods, stranger)] == [False, True, True, True]
    assert Finding.objects.get().facts == {"orders": ["1001"]}
    late = order(("TEA", 1), ("POT", 2), hours=4)
    assert reviewed(shop, late).passed
    soon = order(("TEA", 1), ("POT", 2), hours=5)
    assert not reviewed(shop, soon).passed


def test_of_duplicates_one_passes_in_whatever_order_they_are_looked_at(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, "duplicate", {})
    orders = [kit.place(shop, ("TEA", 1)) for _ in range(4)]
    outcomes = kit.in_threads(lambda index: reviewed(shop, orders[index]), 4)
    assert sorted(one.passed for one in outcomes) == [False, False, False, True]
    assert Finding.objects.count() == 3


def test_the_blacklist_and_those_who_are_trusted(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    save_watch(shop.call(), watch=WatchDraft(email="ann@example.com", reason="never pays"))
    house = PostalAddress(country_code="GB", city="London", postal_code="N1 9GU", street_address="1 High Street")
    rule(shop, "blacklist", {}, approvals=2)
    assert reviewed(shop, kit.place(shop, ("TEA", 1))).approvals == 2
    elsewhere = replace(kit.BUYER, email="bob@example.com", phone="+442079460001")
    assert reviewed(shop, kit.place(shop, ("TEA", 1), ship_to=elsewhere)).passed
    assert not reviewed(shop, kit.place(shop, ("TEA", 1), ship_to=elsewhere, bill_to=kit.BUYER)).passed
    save_watch(shop.call(), watch=WatchDraft(address=house, stance="trusted", reason="our own house"))
    rule(shop, "trusted", {}, follows="pass")
    assert reviewed(shop, kit.place(shop, ("TEA", 1))).passed
    facts = str(list(Finding.objects.values_list("facts", flat=True)))
    assert "example" not in facts


def test_short_of_stock(shop: Shop) -> None:
    kit.stock(shop, "TEA", 2, shortage="backorder")
    rule(shop, "short_of_stock", {})
    assert reviewed(shop, kit.place(shop, ("TEA", 2))).passed
    assert not reviewed(shop, kit.place(shop, ("TEA", 3))).passed
    assert Finding.objects.get().facts == {"missing": 3}


def test_an_unusual_quantity(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    rule(shop, "unusual_quantity", {"times": 5})
    assert reviewed(shop, kit.place(shop, ("TEA", 11))).passed  # nobody knows yet what is usual
    for _ in range(5):
        kit.place(shop, ("TEA", 2))
    assert reviewed(shop, kit.place(shop, ("TEA", 10))).passed
    assert not reviewed(shop, kit.place(shop, ("TEA", 11))).passed


def test_prices_under_their_floor(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    kit.price(shop, "TEA", 400)
    listed = save_price_list(shop.call(), price_list=PriceListDraft(code="floors", name="Floors", currency="GBP", priority=9))
    prices = (PriceDraft(variant_id=variants_by_sku(["TEA"])["TEA"].id, unit_price=Decimal(300)),)
    set_prices(shop.call(), price_list_id=listed.price_list_id, prices=prices)
    retire_price_list(shop.call(), price_list_id=listed.price_list_id)  # nobody is offered them
    rule(shop, "price_under_floor", {"percent": 90, "price_list": "floors"})
    assert reviewed(shop, kit.place(shop, ("TEA", 2), price=360)).passed
    assert not reviewed(shop, kit.place(shop, ("TEA", 2), price=359)).passed
    assert Finding.objects.get().facts["lines"] == [{"sku": "TEA", "paid": 718, "quantity": 2, "floor": "360"}]
    assert not reviewed(shop, kit.place(shop, ("TEA", 2), price=400, discount=81)).passed


def test_without_rules_nothing_is_to_be_reviewed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    order = kit.place(shop, ("TEA", 5))
    with pytest.raises(NotWaiting):
        reviewed(shop, order)
    assert told() == [0, 0, 0, 0, 0]


def test_when_the_rules_are_gone_meanwhile_it_passes(shop: Shop) -> None:
    from dingdan.trade.review.commands import pause_rule

    kit.stock(shop, "TEA", 20)
    rule_id = rule(shop)
    order = kit.place(shop, ("TEA", 5))
    pause_rule(shop.call(), rule_id=rule_id)
    assert reviewed(shop, order).passed
    assert kit.breaches() == []


def test_what_was_canceled_before_anybody_looked_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = kit.place(shop, ("TEA", 5))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    with pytest.raises(NothingToReview):
        reviewed(shop, order)
    assert not Review.objects.exists()
    assert kit.breaches() == []


def test_twice_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    before = told()
    with pytest.raises(AlreadyReviewed):
        reviewed(shop, order)
    assert told() == before


def test_twice_in_one_batch_is_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = kit.place(shop, ("TEA", 5))
    outcomes = review_orders.many([(shop.call(), ReviewOrder(order.order_id))] * 1 + [(shop.call(), ReviewOrder(order.order_id))])
    assert kit.kinds(outcomes) == ["AlreadyReviewed", "OrderReviewed"]


def test_at_once_it_is_reviewed_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = kit.place(shop, ("TEA", 5))
    outcomes = kit.in_threads(lambda _index: reviewed(shop, order), 4)
    assert kit.kinds(outcomes) == ["AlreadyReviewed", "AlreadyReviewed", "AlreadyReviewed", "OrderReviewed"]
    assert Review.objects.count() == 1


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        review_orders.one(shop.call(), ReviewOrder(new_id()))
    assert refused.value.field == "order_id"


def test_a_run_of_fifty_costs_no_more_statements_than_a_run_of_five(shop: Shop) -> None:
    kit.stock(shop, "TEA", 500, shortage="backorder")
    kit.price(shop, "TEA", 400)
    rule(shop)
    rule(shop, "new_customer", {})
    rule(shop, "address_trouble", {})
    rule(shop, "blacklist", {})
    rule(shop, "duplicate", {})
    rule(shop, "remark", {"words": ["gift"]})
    rule(shop, "short_of_stock", {})
    rule(shop, "unusual_quantity", {"times": 5})
    rule(shop, "price_under_floor", {"percent": 90})
    rule(shop, "risk_score", {"limit": 3})
    counts = []
    orders = [kit.place(shop, ("TEA", 1)) for _ in range(55)]
    for run in (orders[:5], orders[5:]):
        with counted() as statements:
            _run(shop, *run)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 1
    assert counts[1] <= 32
    assert _kinds(orders[-1].order_id) == ["duplicate", "price_under_floor"]
    assert kit.breaches() == []
