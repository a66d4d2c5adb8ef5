"""What has not left of orders goes over to another one of the same buyer and address, with goods and money."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import Told, Towards, record_authorization, request_authorization
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import holds, receivable_of
from dingdan.trade.changes.commands import merge_orders, undo_regrouping
from dingdan.trade.changes.queries import mergeable, preview_merge
from dingdan.trade.changes.queries.undoing import ChangedSince
from dingdan.trade.changes.rules import HoldOrder, SetShipping, WorldMoved
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import keep_order_apart
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import GATEWAY, SilentGateway
from tests.trade.changes import changing
from tests.trade.changes.changing import change
from tests.trade.changes.regrouped import kept, merge, paid_of, undo, why_not


def _offered(order: OrderPlaced) -> list[UUID]:
    return [one.order_id for one in mergeable(order.order_id)]


def test_it_works(shop: Shop) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)
    first, second, third = kit.place(shop, ("TEA", 3)), kit.place(shop, ("MUG", 2)), kit.place(shop, ("TEA", 1))
    kit.pay(shop, first)
    kit.pay(shop, second)
    planned = kit.plan(shop, second).shipments[0].shipment_id
    assert _offered(first) == [second.order_id, third.order_id]
    told = merge(shop, first, second, third)
    assert [(one.state, one.total, one.due) for one in told.orders] == [
        ("placed", 1500, 250), ("canceled", 0, 0), ("canceled", 0, 0),
    ]  # fmt: skip
    assert kept(first.order_id) == [("TEA", 3, 750), ("MUG", 2, 500), ("TEA", 1, 250)]
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 4), (10, 2))
    assert (told.orders[1].canceled_shipments, Shipment.objects.get(id=planned).state) == ((planned,), "canceled")
    kit.pay(shop, first, 250)
    (shipment,) = kit.plan(shop, first).shipments
    assert sum(line.quantity for line in Shipment.objects.get(id=shipment.shipment_id).lines.all()) == 6

    undone = undo(shop, told)
    assert [(one.state, one.total, one.due, one.refund_due) for one in undone.orders] == [
        ("placed", 750, 0, 0), ("placed", 500, 0, 0), ("placed", 250, 0, 0),
    ]  # fmt: skip
    assert [kept(one.order_id) for one in (first, second, third)] == [
        [("TEA", 3, 750)], [("MUG", 2, 500)], [("TEA", 1, 250)],
    ]  # fmt: skip


def test_shipping_goes_over_with_the_last_of_the_goods(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    first, second = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 2))
    change(shop, second, SetShipping(method="courier", price=450))
    told = merge(shop, first, second)
    assert [(one.state, one.total) for one in told.orders] == [("placed", 1200), ("canceled", 0)]
    assert Order.objects.get(id=first.order_id).shipping == 450


def test_what_has_left_stays_with_its_order(shop: Shop) -> None:
    kit.stock(shop, "TEA", 2, shortage="backorder")
    first, second = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 3))
    kit.pay(shop, second)
    kit.ship(shop, second)
    told = merge(shop, first, second)
    assert [(one.state, one.total) for one in told.orders] == [("placed", 750), ("placed", 250)]
    assert [paid_of(one.order_id) for one in told.orders] == [500, 250]
    assert why_not(shop, first, second).code == "nothing_to_merge"
    undo(shop, told)


def test_money_that_a_gateway_holds_is_taken_once_and_for_whoever_needs_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    kit.stock(shop, "TEA", 5)
    first, second = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 2))
    towards = (Towards(document=Document("order", second.order_id)),)
    asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
    record_authorization.one(shop.call(), Told(attempt_id=asked.attempt_id))
    merge(shop, first, second)
    assert holds([asked.payment_id]) == {asked.payment_id: {first.order_id: 500}}
    assert receivable_of("order", [first.order_id])[first.order_id].authorized == 500


def test_orders_of_others_and_to_elsewhere(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    first = kit.place(shop, ("TEA", 1))
    elsewhere = {**kit.BUYER.address, "street_address": "2 High Street"}
    moved = kit.place(shop, ("TEA", 1), ship_to=replace(kit.BUYER, address=elsewhere))
    other = kit.place(shop, ("TEA", 1), ship_to=replace(kit.BUYER, email="bob@example.com"))
    billed = kit.place(shop, ("TEA", 1), bill_to=replace(kit.BUYER, company="Lee Ltd"))
    account = kit.place(shop, ("TEA", 1), payment_method="on_account")
    for order, word in ((moved, "address"), (other, "somebody else"), (billed, "invoiced"), (account, "paid")):
        told = why_not(shop, first, order)
        assert (told.code, told.field, word in told.detail) == ("not_alike", "order_ids.0", True), told.detail
    assert _offered(first) == []


def test_orders_in_another_currency(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    first = kit.place(shop, ("TEA", 1))
    euros = changing.taxed(shop, ("TEA", 1), price="250", currency="EUR", gross=True)
    assert why_not(shop, first, euros).code == "not_alike"


def test_orders_that_are_kept_apart_wait_or_are_reviewed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    first, second = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 1))
    for order in (first, second):
        keep_order_apart(shop.call(), order_id=order.order_id)
        assert ("kept apart" in why_not(shop, first, second).detail, _offered(first)) == (True, [])
        keep_order_apart(shop.call(), order_id=order.order_id, keep_apart=False)
    Order.objects.filter(id=second.order_id).update(in_review=True)
    assert why_not(shop, first, second).code == "in_review"
    Order.objects.filter(id=second.order_id).update(in_review=False)
    change(shop, second, HoldOrder(reason="asks"))
    assert why_not(shop, first, second).code == "not_alike"


def test_nothing_to_merge(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    first = kit.place(shop, ("TEA", 1))
    assert why_not(shop, first, first).code == "nothing_to_merge"
    with pytest.raises(NotFound):
        preview_merge(first.order_id, [new_id()])
    with pytest.raises(NotFound):
        merge_orders(shop.call(), order_id=first.order_id, order_ids=(new_id(),))


def test_an_old_preview_and_an_undo_that_comes_too_late(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    first, second = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 1))
    seen = preview_merge(first.order_id, [second.order_id]).fingerprint
    change(shop, second, SetShipping(method="courier", price=450))
    with pytest.raises(WorldMoved):
        merge_orders(shop.call(), order_id=first.order_id, order_ids=(second.order_id,), fingerprint=seen)
    told = merge(shop, first, second)
    kit.pay(shop, first)
    kit.ship(shop, first)
    with pytest.raises(ChangedSince):
        undo_regrouping(shop.call(), change_id=told.change_id)
    assert kit.breaches() == []
