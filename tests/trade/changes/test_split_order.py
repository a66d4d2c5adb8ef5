"""A part of an order becomes an order of its own; goods, money and the place in the queue go along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import (
    FillBackorders,
    ReceiveStock,
    StockChange,
    fill_backorders,
    receive_stock,
    save_node,
)
from dingdan.ledgers.inventory.queries import stock
from dingdan.ledgers.payments.commands import Told, Towards, record_authorization, request_authorization
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.aftersales.commands import LineAmount, give_allowance
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import split_order
from dingdan.trade.changes.models import Change, ChangedLine
from dingdan.trade.changes.queries import preview_split
from dingdan.trade.changes.rules import Cancel, HoldLine, HoldOrder, SetShipping, Split, SplitBy, WorldMoved
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import GATEWAY, SilentGateway
from tests.trade.aftersales import sold
from tests.trade.changes import changing
from tests.trade.changes.changing import change, line_id
from tests.trade.changes.regrouped import kept, paid_of, split, undo, why


def _half(order: object) -> Split:
    """One unit of the first line."""
    return Split(parts=((Part(line_id(order), 1),),))  # type: ignore[arg-type]


def test_it_works(shop: Shop) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 2))
    kit.pay(shop, order)
    told = split(shop, order, Split(parts=((Part(line_id(order), 1), Part(line_id(order, 1), 2)),)))
    first, second = told.orders
    assert (first.total, second.total, first.due, second.due) == (500, 750, 0, 0)
    assert (first.difference, second.difference, second.is_new) == (-750, 750, True)
    assert (kept(first.order_id), kept(second.order_id)) == ([("TEA", 2, 500)], [("TEA", 1, 250), ("MUG", 2, 500)])
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 3), (10, 2))
    old, new = (Order.objects.select_related("ship_to").get(id=one.order_id) for one in (first, second))
    assert (new.number, new.placed_at, new.ship_to.address) == ("1002", old.placed_at, old.ship_to.address)
    assert new.ship_to_id != old.ship_to_id
    effects = ChangedLine.objects.order_by("change_id", "position").values_list("effect", "units", "kept")
    assert list(effects) == [("handed", 1, 2), ("handed", 2, 0), ("taken", 1, 1), ("taken", 2, 2)]

    undone = undo(shop, told)
    assert [(one.state, one.total, one.due) for one in undone.orders] == [("placed", 1250, 0), ("canceled", 0, 0)]
    assert (kept(first.order_id), paid_of(second.order_id)) == ([("TEA", 3, 750), ("MUG", 2, 500)], 0)
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 3), (10, 2))
    assert set(Change.objects.values_list("state", flat=True)) == {"undone"}


def test_what_waits_keeps_its_place_in_the_queue(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 2, shortage="backorder")
    order, later = kit.place(shop, ("TEA", 5)), kit.place(shop, ("TEA", 1))
    told = split(shop, order, Split(by=SplitBy.STOCK))
    assert [kept(one.order_id) for one in told.orders] == [[("TEA", 2, 500)], [("TEA", 3, 750)]]
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("TEA", 3),)))
    fill_backorders.one(shop.call(), FillBackorders((tea,)))
    new = told.orders[1].order_id
    assert [len(kit.plan(shop, replace(order, order_id=id_)).shipments) for id_ in (new, order.order_id)] == [1, 1]
    assert Shipment.objects.filter(order_id=later.order_id).count() == 0
    assert kit.breaches() == []


def test_by_node(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 2)
    east = save_node(shop.call(), code="east", name="East", country="GB", priority=200).node_id
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("TEA", 9),), node_id=east))
    kit.stock(shop, "MUG", 4)
    order = kit.place(shop, ("TEA", 9), ("MUG", 1))
    before = [(line.node, line.reserved) for line in stock([tea])]
    told = split(shop, order, Split(by=SplitBy.NODE))
    kept_order, new = told.orders
    assert sorted([kept(kept_order.order_id), kept(new.order_id)]) in (
        [[("MUG", 1, 250)], [("TEA", 9, 2250)]],
        [[("TEA", 2, 500), ("MUG", 1, 250)], [("TEA", 7, 1750)]],
        [[("TEA", 7, 1750)], [("TEA", 2, 500), ("MUG", 1, 250)]],
    )
    assert [(line.node, line.reserved) for line in stock([tea])] == before
    for one in told.orders:
        assert len(kit.plan(shop, replace(order, order_id=one.order_id)).shipments) == 1
    undo(shop, told)


def test_what_was_sold_before_its_first_receipt(shop: Shop) -> None:
    kit.stock(shop, "TEA", 1, shortage="backorder")
    kit.stock(shop, "NEW", shortage="preorder")
    order = kit.place(shop, ("TEA", 2), ("NEW", 1))
    told = split(shop, order, Split(by=SplitBy.PRESALE))
    assert [kept(one.order_id) for one in told.orders] == [[("TEA", 2, 500)], [("NEW", 1, 250)]]


def test_by_weight(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10, weight_grams=400)
    kit.stock(shop, "VASE", 10, weight_grams=2500)
    order = kit.place(shop, ("TEA", 4), ("VASE", 2))
    told = split(shop, order, Split(by=SplitBy.WEIGHT, max_grams=1000))
    assert [kept(one.order_id) for one in told.orders] == [
        [("TEA", 2, 500)], [("TEA", 2, 500)], [("VASE", 1, 250)], [("VASE", 1, 250)],
    ]  # fmt: skip
    undo(shop, told)
    assert why(shop, order, Split(by=SplitBy.WEIGHT)).field == "max_grams"


def test_a_kit_goes_whole(shop: Shop) -> None:
    plate, cup = kit.stock(shop, "PLATE", 20), kit.stock(shop, "CUP", 20)
    sold.kit_of(shop, "SET", PLATE=2, CUP=1)
    order = kit.place(shop, ("SET", 3))
    told = split(shop, order, _half(order))
    assert (kit.levels(plate), kit.levels(cup)) == ((20, 6), (20, 3))
    kit.ship(shop, replace(order, order_id=told.orders[1].order_id))
    assert (kit.levels(plate), kit.levels(cup), kit.breaches()) == ((18, 4), (19, 2), [])


@pytest.mark.parametrize(("currency", "gross"), [("JPY", True), ("JPY", False), ("GBP", False), ("KWD", True)])
def test_shares_add_up_to_the_last_unit_of_money(shop: Shop, currency: str, gross: bool) -> None:
    kit.stock(shop, "TEA", 10)
    order = changing.taxed(shop, ("TEA", 7), price="33.33", currency=currency, gross=gross)
    parts = tuple((Part(line_id(order), units),) for units in (1, 2, 3))
    told = split(shop, order, Split(parts=parts))
    assert sum(one.total for one in told.orders) == order.total
    before = Order.objects.get(id=order.order_id)
    taxes = Order.objects.filter(id__in=[one.order_id for one in told.orders]).values_list("tax", flat=True)
    undo(shop, told)
    before.refresh_from_db()
    assert (sum(taxes), before.total) == (before.tax, order.total)


def test_what_has_left_stays_and_planned_shipments_follow(shop: Shop) -> None:
    kit.stock(shop, "TEA", 2, shortage="backorder")
    tea = kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("TEA", 4), ("MUG", 3))
    kit.pay(shop, order)
    kit.ship(shop, order)
    refused = why(shop, order, Split(parts=((Part(line_id(order, 1), 1),),)))
    assert (refused.code, refused.field) == ("not_that_many", "parts.0.0.quantity")
    told = split(shop, order, _half(order))
    assert [kept(one.order_id) for one in told.orders] == [[("TEA", 3, 750), ("MUG", 3, 750)], [("TEA", 1, 250)]]

    second = kit.place(shop, ("MUG", 2))
    planned = kit.plan(shop, second).shipments[0].shipment_id
    told = split(shop, second, _half(second))
    assert (told.orders[0].canceled_shipments, Shipment.objects.get(id=planned).state) == ((), "planned")
    assert kit.levels(tea) == (2, 2)


def test_a_held_line_stays_held(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    change(shop, order, HoldLine(line_id=line_id(order)))
    told = split(shop, order, _half(order))
    assert list(Order.objects.get(id=told.orders[1].order_id).lines.values_list("held", flat=True)) == [True]
    undo(shop, told)


def test_an_order_on_hold_and_its_shipping(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    change(shop, order, SetShipping(method="courier", price=500))
    kit.pay(shop, order, 300)
    change(shop, order, HoldOrder(reason="asks"))
    told = split(shop, order, _half(order))
    new = Order.objects.get(id=told.orders[1].order_id)
    assert (new.state, new.hold_reason, new.shipping_method) == ("on_hold", "asks", "courier")
    assert [one.total for one in told.orders] == [1000, 250]
    assert [paid_of(one.order_id) for one in told.orders] == [300, 0]
    shipping = Order.objects.get(id=order.order_id).lines.get(kind="shipping").id
    assert why(shop, order, Split(parts=((Part(shipping, 1),),))).field == "parts.0.0.line_id"


def test_money_that_a_gateway_holds_goes_along(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 4), payment_method="card")
    towards = (Towards(document=Document("order", order.order_id)),)
    asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
    told = split(shop, order, _half(order))  # while nobody knows yet whether it is held
    record_authorization.one(shop.call(), Told(attempt_id=asked.attempt_id))
    ids = [one.order_id for one in told.orders]
    owed = receivable_of("order", ids)
    assert [(owed[id_].authorized, owed[id_].payment_status) for id_ in ids] == [(750, "authorized"), (250, "authorized")]
    undo(shop, told)
    owed = receivable_of("order", ids)
    assert [owed[id_].authorized for id_ in ids] == [1000, 0]


@pytest.mark.parametrize("by", [SplitBy.NODE, SplitBy.STOCK, SplitBy.PRESALE, SplitBy.SELLER])
def test_what_belongs_together(shop: Shop, by: SplitBy) -> None:
    kit.stock(shop, "TEA", 5)
    assert why(shop, kit.place(shop, ("TEA", 3)), Split(by=by)).code == "nothing_to_split"


def test_parts_that_cannot_be(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    line = line_id(order)
    assert why(shop, order, Split()).code == "empty_part"
    assert why(shop, order, Split(parts=((),))).code == "empty_part"
    assert why(shop, order, Split(parts=((Part(line, 3),),))).code == "empty_part"
    assert why(shop, order, Split(parts=((Part(line, 2),), (Part(line, 2),)))).field == "parts.1.0.quantity"
    assert why(shop, order, Split(parts=((Part(line, 0),),))).field == "parts.0.0.quantity"
    assert why(shop, order, Split(parts=((Part(new_id(), 1),),))).code == "not_found"
    assert why(shop, order, Split(by=SplitBy.WEIGHT, max_grams=0)).field == "max_grams"
    assert why(shop, order, Split(parts=tuple((Part(line, 1),) for _ in range(51)))).status in (409, 422)


def test_orders_that_are_not_split(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    give_allowance(shop.call(), order_id=order.order_id, reason="late", lines=(LineAmount(line_id(order), 10),))
    assert why(shop, order, _half(order)).code == "allowed_before"
    other = kit.place(shop, ("TEA", 2))
    Order.objects.filter(id=other.order_id).update(in_review=True)
    assert why(shop, other, _half(other)).code == "in_review"
    Order.objects.filter(id=other.order_id).update(in_review=False)
    change(shop, other, Cancel())
    assert why(shop, other, _half(other)).code == "not_changeable"


def test_an_old_preview(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    seen = preview_split(order.order_id, _half(order)).fingerprint
    kit.pay(shop, order)
    with pytest.raises(WorldMoved):
        split_order(shop.call(), order_id=order.order_id, parts=_half(order).parts, fingerprint=seen)
