"""Orders are placed: one or many at once, from stock, from goods to come, or out of a cart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, KeyReused, NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import StockChange, hold_stock
from dingdan.ledgers.inventory.models import Demand, Peg
from dingdan.ledgers.payments.models import Receivable
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft
from dingdan.masterdata.customers.commands import block_customer, merge_customers, save_customer, unblock_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.orders.commands import CartIsGone, ExternalOrderExists, NumberTaken, place_orders, save_cart
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Cart, Contact, Order, OrderLine
from dingdan.trade.orders.queries import preview
from dingdan.trade.orders.rules import (
    CartDraft,
    CustomerIsBlocked,
    MayNotSetPrices,
    NotPriced,
    OutOfStock,
    PriceChanged,
    UnknownSku,
    WantedLine,
    WrongCurrency,
)
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.orders.wire import statements

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.moved_by(book.NOON - clock.now()):
        yield


def _rows() -> list[Any]:
    return [list(model.objects.order_by("id").values()) for model in (Order, OrderLine, Contact, Receivable, Cart)]


@contextmanager
def refused(kind: type[Refusal], *, field: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Refused, and neither goods nor orders nor money changed."""
    before = _rows()
    with book.refused(kind, field=field) as caught:
        yield caught
    assert _rows() == before


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    event = place_orders.one(shop.call(at=book.NOON), kit.wanted(shop, ("A", 2), price=250))
    assert (event.number, event.total, event.backordered, event.expires_at) == ("1001", 500, 0, None)
    assert [(line.variant_id, line.quantity, line.total) for line in event.lines] == [(variant, 2, 500)]
    order = Order.objects.get(id=event.order_id)
    assert (order.state, order.total, order.placed_at, order.promised_at) == ("placed", 500, book.NOON, book.NOON + DAY)
    assert (book.demand(event).due_at, book.answers(event)) == (book.NOON + DAY, [("stock", 2)])
    assert Receivable.objects.get(id=event.receivable_id).amount == 500
    assert kit.levels(variant) == (5, 2)
    assert book.sound()


def test_the_same_key_places_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    wanted = kit.wanted(shop, ("A", 2))
    first = place_orders.one(shop.call("checkout 7"), wanted)
    assert place_orders.one(shop.call("checkout 7"), wanted) == first
    with refused(KeyReused):
        place_orders.one(shop.call("checkout 7"), kit.wanted(shop, ("A", 1)))
    assert Order.objects.count() == 1


def test_a_blocked_customer_orders_nothing_by_any_door(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    ann, twin = (save_customer(shop.call(), customer=CustomerDraft()).customer_id for _ in range(2))
    block_customer(shop.call(), customer_id=ann)
    merge_customers(shop.call(), kept_id=ann, merged_id=twin)
    wanted, other = kit.wanted(shop, ("A", 1), customer_id=ann), kit.wanted(shop, ("A", 1), customer_id=twin)
    told = place_orders.many([(shop.call("1"), wanted), (shop.call("2"), other), (shop.call("3"), kit.wanted(shop, ("A", 1)))])
    assert kit.kinds(told) == ["CustomerIsBlocked", "CustomerIsBlocked", "OrderPlaced"]
    with refused(CustomerIsBlocked, field="customer_id"):
        preview(wanted, at=clock.now(), may_set_prices=True, actor=shop.actor)
    assert preview(wanted, at=clock.now(), may_set_prices=True).total == 250
    history, follows = shop.call(quiet=True), replace(shop.call(), actor=Actor("rule", "exchange_returned", frozenset({"*"})))
    assert kit.kinds(place_orders.many([(history, wanted), (follows, wanted)])) == ["OrderPlaced"] * 2
    unblock_customer(shop.call(), customer_id=ann)
    assert kit.kinds(place_orders.many([(shop.call("1"), wanted)])) == ["OrderPlaced"]
    assert book.sound()


# ── how many statements ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_order_of_two_lines_takes_at_most_twelve_statements(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    kit.stock(shop, "B", 50)
    kit.place(shop, ("A", 1), ("B", 1))
    call, wanted = shop.call(), kit.wanted(shop, ("A", 1), ("B", 2))
    with statements() as sent:
        place_orders.one(call, wanted)
    print(f"statements of one order of two lines: {len(sent)}")
    assert len(sent) <= 12
    assert (sent[1], sent[-2]) == ("BEGIN", "COMMIT")  # before it the number is taken, behind it the feed is woken


def test_an_order_in_a_batch_of_fifty_takes_at_most_one(shop: Shop) -> None:
    for sku in "ABCDEF":
        kit.stock(shop, sku, 500)
    kit.place(shop, *((sku, 1) for sku in "ABCDEF"))
    calls = [(shop.call(), kit.wanted(shop, ("ABCDEF"[n % 6], 1), ("ABCDEF"[n % 5 + 1], 2))) for n in range(50)]
    with statements() as sent:
        outcomes = place_orders.many(calls)
    print(f"statements of fifty orders of two lines: {len(sent)}")
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 50
    assert len(sent) <= 50
    assert book.sound()


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_of_a_batch_is_accepted_or_refused_on_its_own(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    wanted = [("A", 3), ("A", 3), ("NONE", 1), ("A", 2), ("A", 1)]
    outcomes = place_orders.many([(shop.call(), kit.wanted(shop, one)) for one in wanted])
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "OrderPlaced", "OutOfStock", "UnknownSku", "OrderPlaced", "OutOfStock",
    ]  # fmt: skip
    assert [outcome.number for outcome in outcomes if isinstance(outcome, OrderPlaced)] == ["1001", "1002"]
    assert kit.levels(variant) == (5, 5)
    assert book.sound()


def test_the_same_key_twice_in_a_batch_is_one_order(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    call, wanted = shop.call(), kit.wanted(shop, ("A", 1))
    first, second = place_orders.many([(call, wanted), (call, wanted)])
    assert first == second
    assert Order.objects.count() == 1


def test_of_many_at_once_nobody_gets_what_is_not_there(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 7)
    outcomes = kit.in_threads(lambda _index: kit.place(shop, ("A", 2)), 10)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 3 + ["OutOfStock"] * 7
    assert kit.levels(variant) == (7, 6)
    assert book.sound()


# ── what is not in stock ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backorder_is_answered_by_goods_to_come_by_date(shop: Shop) -> None:
    kit.stock(shop, "A", 1, shortage="backorder")
    late, soon = book.announce(shop, "A", 2, days=20), book.announce(shop, "A", 2, days=5)
    event = place_orders.one(shop.call(at=book.NOON), kit.wanted(shop, ("A", 4)))
    assert event.backordered == 3
    pegs = {peg.supply_id: peg.quantity for peg in Peg.objects.all()}
    assert pegs == {None: 1, soon: 2, late: 1}
    promised = book.later(20) + DAY
    assert (book.demand(event).due_at, Order.objects.get().promised_at) == (promised, promised)
    assert book.owed("A") == 3
    assert book.sound()


def test_while_nobody_knows_when_nothing_is_promised(shop: Shop) -> None:
    kit.stock(shop, "A", 1, shortage="preorder")
    kit.stock(shop, "B", 1)
    event = place_orders.one(shop.call(at=book.NOON), kit.wanted(shop, ("A", 2), ("B", 1)))
    demands = {row.variant_id: row.due_at for row in Demand.objects.all()}
    assert demands == {book.variant("A"): None, book.variant("B"): book.NOON + DAY}
    assert (event.backordered, Order.objects.get().promised_at) == (1, None)
    assert book.sound()


def test_goods_without_a_date_come_last_and_promise_nothing(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    book.announce(shop, "A", 5, days=None)
    dated = book.announce(shop, "A", 1, days=50)
    event = place_orders.one(shop.call(at=book.NOON), kit.wanted(shop, ("A", 2)))
    assert inventory.supplies_by_id([dated])[dated].pegged == 1
    assert book.demand(event).due_at is None


def test_no_more_is_owed_than_the_limit(shop: Shop) -> None:
    kit.stock(shop, "A", 2, shortage="backorder", backorder_limit=5)
    book.announce(shop, "A", 2)
    kit.place(shop, ("A", 6))
    assert book.owed("A") == 4
    with refused(OutOfStock, field="lines.0.quantity") as caught:
        kit.place(shop, ("A", 2))
    assert (caught.value.facts["asked"], caught.value.facts["available"]) == (2, 1)
    kit.place(shop, ("A", 1))
    book.receive(shop, "A", 3)
    kit.place(shop, ("A", 3))
    assert book.owed("A") == 5
    assert book.sound()


def test_the_limit_counts_lines_and_orders_of_a_batch_together(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder", backorder_limit=5)
    wanted = [kit.wanted(shop, ("A", 2), ("A", 2)), kit.wanted(shop, ("A", 2)), kit.wanted(shop, ("A", 1))]
    outcomes = place_orders.many([(shop.call(), one) for one in wanted])
    assert [type(outcome).__name__ for outcome in outcomes] == ["OrderPlaced", "OutOfStock", "OrderPlaced"]
    with refused(OutOfStock):
        kit.place(shop, ("A", 1), ("A", 1))
    assert book.owed("A") == 5
    assert book.sound()


def test_a_limit_of_nothing_is_none_at_all(shop: Shop) -> None:
    kit.stock(shop, "A", 1, shortage="backorder", backorder_limit=0)
    with refused(OutOfStock):
        kit.place(shop, ("A", 2))
    kit.place(shop, ("A", 1))


def test_at_once_no_more_is_owed_than_the_limit(shop: Shop) -> None:
    kit.stock(shop, "A", 2, shortage="backorder", backorder_limit=6)
    outcomes = kit.in_threads(lambda _index: kit.place(shop, ("A", 1)), 14)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 8 + ["OutOfStock"] * 6
    assert book.owed("A") == 6
    assert book.sound()


def test_a_part_of_an_order_that_may_not_be_owed_refuses_all_of_it(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    kit.stock(shop, "B", 1)
    with refused(OutOfStock, field="lines.1.quantity") as caught:
        kit.place(shop, ("A", 5), ("B", 2))
    assert (caught.value.facts["sku"], caught.value.facts["available"]) == ("B", 1)


def test_a_kit_is_reserved_as_its_components(shop: Shop) -> None:
    cup, plate = kit.stock(shop, "CUP", 4), kit.stock(shop, "PLATE", 2, shortage="backorder")
    parts = (Part(sku="CUP", quantity=2), Part(sku="PLATE", quantity=1))
    draft = ProductDraft(slug="set", name="Set", kind="kit", variants=(VariantDraft(sku="SET", components=parts),))
    save_product(shop.call(), product=draft)
    event = kit.place(shop, ("SET", 2))
    rows = {row.variant_id: (row.quantity, row.per_line_unit, row.pegged) for row in Demand.objects.all()}
    assert rows == {cup: (4, 2, 4), plate: (2, 1, 2)}
    assert event.backordered == 0
    with refused(OutOfStock):
        kit.place(shop, ("SET", 1))
    assert book.sound()


# ── out of a cart ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cart(shop: Shop, *lines: tuple[str, int], held: bool = True) -> Any:
    """An open cart with these lines, which holds its stock for an hour after noon."""
    cart = save_cart(shop.call(at=book.NOON), cart=CartDraft(wanted=kit.wanted(shop, *lines))).cart_id
    if held:
        changes = tuple(StockChange(sku, quantity) for sku, quantity in lines)
        hold_stock(shop.call(at=book.NOON), document_id=cart, lines=changes, until=book.later(hours=1))
    return cart


def test_an_order_takes_over_what_its_cart_holds(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 3)
    cart = _cart(shop, ("A", 3))
    with refused(OutOfStock):
        kit.place(shop, ("A", 1))
    event = kit.place(shop, ("A", 3), cart_id=cart)
    assert (kit.levels(variant), book.answers(event)) == ((3, 3), [("stock", 3)])
    held = Demand.objects.get(document_id=cart)
    assert (held.quantity, held.canceled, held.pegged) == (3, 3, 0)
    row = Cart.objects.get()
    assert (row.state, row.order_id) == ("placed", event.order_id)
    assert book.sound()


def test_what_the_order_does_not_want_is_free_again(shop: Shop) -> None:
    variant, other = kit.stock(shop, "A", 3), kit.stock(shop, "B", 3)
    cart = _cart(shop, ("A", 3), ("B", 2))
    kit.place(shop, ("A", 1), cart_id=cart)
    assert (kit.levels(variant), kit.levels(other)) == ((3, 1), (3, 0))
    assert book.sound()


def test_more_than_the_cart_holds_is_found_in_stock(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    cart = _cart(shop, ("A", 3))
    with refused(OutOfStock) as caught:
        kit.place(shop, ("A", 6), cart_id=cart)
    assert caught.value.facts["available"] == 5
    kit.place(shop, ("A", 5), cart_id=cart)
    assert kit.levels(variant) == (5, 5)
    assert book.sound()


def test_nobody_gets_the_unit_between_cart_and_order(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 1)
    cart = _cart(shop, ("A", 1))
    outcomes = kit.in_threads(lambda index: kit.place(shop, ("A", 1), **({"cart_id": cart} if index in (3, 6) else {})), 10)
    assert kit.kinds(outcomes) == ["CartIsGone"] + ["OrderPlaced"] + ["OutOfStock"] * 8
    assert Cart.objects.get().order_id in {getattr(outcomes[n], "order_id", None) for n in (3, 6)}
    assert kit.levels(variant) == (1, 1)
    assert book.sound()


def test_a_cart_is_placed_once_and_by_nobody_else(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    cart = _cart(shop, ("A", 1))
    kit.place(shop, ("A", 1), cart_id=cart)
    with refused(CartIsGone, field="cart_id"):
        kit.place(shop, ("A", 1), cart_id=cart)
    with refused(NotFound, field="cart_id"):
        kit.place(shop, ("A", 1), cart_id=new_id())


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A", 5)
    with refused(QuantityOutOfRange, field="lines.0.quantity"):
        kit.place(shop, ("A", quantity))


def test_a_sold_out_article_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    with refused(OutOfStock, field="lines.0.quantity") as caught:
        kit.place(shop, ("A", 3))
    assert (caught.value.facts["asked"], caught.value.facts["available"]) == (3, 2)


def test_unknown_articles_and_channels_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    with refused(UnknownSku, field="lines.0.sku"):
        kit.place(shop, ("NONE", 1))
    with refused(NotFound, field="channel"):
        kit.place(shop, ("A", 1), channel_id=new_id())


def test_another_currency_and_another_total_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    with refused(WrongCurrency, field="currency"):
        kit.place(shop, ("A", 1), currency="USD")
    with refused(PriceChanged, field="accepted_total"):
        kit.place(shop, ("A", 1), accepted_total=249)


def test_without_a_price_it_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    wanted = replace(kit.wanted(shop, ("A", 1)), lines=(WantedLine(sku="A"),))
    with refused(NotPriced, field="lines.0.sku"):
        place_orders.one(shop.call(), wanted)


def test_no_lines_and_too_many_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    with refused(Invalid, field="lines"):
        kit.place(shop)
    with refused(Invalid, field="lines"):
        kit.place(shop, *[("A", 1)] * 2001)


def test_who_may_not_set_prices_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    clerk = Actor("staff", "7", frozenset({"orders.place_orders"}))
    with refused(MayNotSetPrices):
        place_orders.one(replace(shop.call(), actor=clerk), kit.wanted(shop, ("A", 1)))
    with refused(NotPermitted):
        place_orders.one(replace(shop.call(), actor=Actor("staff", "8")), kit.wanted(shop, ("A", 1)))


def test_an_external_order_and_a_number_come_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 1), external_id="X-1", number="N-1")
    with refused(ExternalOrderExists):
        kit.place(shop, ("A", 1), external_id="X-1")
    with refused(NumberTaken):
        kit.place(shop, ("A", 1), number="N-1")


def test_numbers_go_on_behind_those_that_were_brought(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    first = kit.place(shop, ("A", 1))
    assert first.number == "1001"
    kit.place(shop, ("A", 1), number="1003")
    assert [kit.place(shop, ("A", 1)).number for _ in range(2)] == ["1004", "1005"]


def test_a_number_that_somebody_brought_is_passed_over(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    wanted = [kit.wanted(shop, ("A", 1)), kit.wanted(shop, ("A", 99))]
    placed, refusal = place_orders.many([(shop.call(), one) for one in wanted])
    assert isinstance(placed, OrderPlaced)
    assert (placed.number, type(refusal)) == ("1001", OutOfStock)  # 1002 is kept for the next
    kit.place(shop, ("A", 1), number="1002")
    assert kit.place(shop, ("A", 1)).number == "1003"


def test_a_refusal_leaves_its_key_free(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    wanted = kit.wanted(shop, ("A", 2))
    with refused(OutOfStock):
        place_orders.one(shop.call("k"), wanted)
    book.receive(shop, "A", 1)
    assert place_orders.one(shop.call("k"), wanted).total == Decimal(500)
