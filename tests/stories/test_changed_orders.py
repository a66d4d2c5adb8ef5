"""Orders that are changed after they were placed, as a shop would tell it: the house does the rest by itself."""

from __future__ import annotations

from decimal import Decimal

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.insight.board.models import BoardRow
from dingdan.kernel.feed import timeline
from dingdan.ledgers.payments.commands import record_refund
from dingdan.ledgers.payments.queries import payments_of, receivable_of
from dingdan.ledgers.payments.steps import Told
from dingdan.trade.changes.queries import preview
from dingdan.trade.changes.rules import AddLine, Cancel, GiveDiscount, ReplaceLine, SetQuantity
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.conftest import Shop
from tests.trade.changes.changing import change, line_id, row, undo


def _ship_what_is_planned(shop: Shop) -> None:
    for shipment in Shipment.objects.filter(state="planned").order_by("id"):
        ship_shipments.one(shop.call(), ShipShipment(shipment.id))
    drain(shop.tenant_id)


def _give_back_what_was_promised(shop: Shop, order: OrderPlaced) -> int:
    """The money that is asked for leaves the till; returns how much."""
    found = payments_of("order", [order.order_id])[order.order_id]
    asked = [one for payment in found for one in payment.attempts if one.kind == "refund" and one.state == "requested"]
    for one in asked:
        record_refund.one(shop.call(), Told(attempt_id=one.id))
    drain(shop.tenant_id)
    return sum(one.amount for one in asked)


def _settled(order: OrderPlaced) -> bool:
    """What the customer has paid less what was given back is what the order says."""
    money = receivable_of("order", [order.order_id])[order.order_id]
    return money.allocated - money.refunded == money.amount == row(order).total


def test_a_wrong_size_becomes_a_dearer_one_before_it_leaves(shop: Shop) -> None:
    small, large = kit.stock(shop, "SHIRT-S", 5), kit.stock(shop, "SHIRT-L", 5)
    kit.price(shop, "SHIRT-L", 2400)
    order = kit.place(shop, ("SHIRT-S", 1), price=1900)
    kit.pay(shop, order)
    drain(shop.tenant_id)

    wish = ReplaceLine(line_id=line_id(order), sku="SHIRT-L")
    shown = preview(order.order_id, [wish])
    assert (shown.difference, shown.due) == (500, 500)
    change(shop, order, wish, fingerprint=shown.fingerprint)
    drain(shop.tenant_id)
    assert (kit.levels(small), kit.levels(large)) == ((5, 0), (5, 1))
    assert not Shipment.objects.filter(state="planned").exists()  # five pounds are due first

    kit.pay(shop, order, 500)
    drain(shop.tenant_id)
    _ship_what_is_planned(shop)
    assert (kit.levels(small), kit.levels(large)) == ((5, 0), (4, 0))
    assert [one.total for one in Invoice.objects.all()] == [2400]
    assert _settled(order)
    told = list(Notice.objects.order_by("id").values_list("kind", flat=True))
    assert "order_changed" in told
    assert kit.breaches() == []


def test_the_other_half_is_canceled_after_the_first_has_left(shop: Shop) -> None:
    cup = kit.stock(shop, "CUP", 3, shortage="backorder")
    order = kit.place(shop, ("CUP", 6), price=333)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    _ship_what_is_planned(shop)
    assert [one.total for one in Invoice.objects.all()] == [999]

    told = change(shop, order, Cancel())
    drain(shop.tenant_id)
    assert (told.state, told.difference, told.refund_due) == ("placed", -999, 999)
    assert _give_back_what_was_promised(shop, order) == 999
    assert not CreditNote.objects.exists()  # what never left was never invoiced
    assert BoardRow.objects.get(id=order.order_id).total == 999
    kit.receive(shop, "CUP", 3)
    assert kit.levels(cup) == (3, 0)
    assert _settled(order)
    assert kit.breaches() == []


def test_a_promise_on_the_phone_is_put_right_and_taken_back(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    kit.stock(shop, "MUG", 20)
    order = kit.place(shop, ("TEA", 3), ("MUG", 2), price="249.5")
    kit.pay(shop, order)
    drain(shop.tenant_id)
    favor = change(
        shop, order, SetQuantity(line_id=line_id(order), quantity=2), GiveDiscount(percent=Decimal("12.5")),
        AddLine(sku="MUG", unit_price=Decimal(0)),
    )  # fmt: skip
    drain(shop.tenant_id)
    assert favor.difference == 437 + 437 - order.total
    assert _give_back_what_was_promised(shop, order) == -favor.difference
    assert _settled(order)

    undo(shop, favor)  # the customer calls again: all as ordered, please
    drain(shop.tenant_id)
    money = receivable_of("order", [order.order_id])[order.order_id]
    assert (row(order).total, money.due) == (order.total, -favor.difference)
    kit.pay(shop, order, money.due)
    drain(shop.tenant_id)
    _ship_what_is_planned(shop)
    assert [one.total for one in Invoice.objects.all()] == [order.total]
    assert _settled(order)
    happened = [one["event"] for one in timeline(order.order_id)]
    assert [name for name in happened if name.startswith("OrderChange")] == ["OrderChanged", "OrderChangeUndone"]
    assert kit.breaches() == []
