"""What follows from a change: money goes back or is asked for, papers are put right, goods are planned, the customer is told."""

from __future__ import annotations

from decimal import Decimal

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.insight.board.models import BoardRow
from dingdan.ledgers.payments.queries import credit_of, payments_of
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders
from dingdan.trade.changes.rules import AddLine, AddNote, AddSurcharge, Cancel, HoldOrder, SetPrice, SetQuantity
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes.changing import change, line_id, undo


def _told() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("kind", flat=True))


def _row(order: OrderPlaced) -> tuple[int, int, str]:
    row = BoardRow.objects.get(id=order.order_id)
    return row.total, row.units, row.payment_status


def test_the_list_shows_what_an_order_says_now(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    drain(shop.tenant_id)
    assert _row(order) == (750, 3, "unpaid")
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line_id(order), 1),)))
    drain(shop.tenant_id)
    assert _row(order) == (500, 2, "unpaid")
    change(shop, order, AddSurcharge(name="Wrap", amount=7))
    drain(shop.tenant_id)
    assert _row(order) == (507, 2, "unpaid")


def test_what_was_paid_too_much_goes_back_the_way_it_came(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order, 400)
    kit.pay(shop, order, 350)  # the newest payment alone does not hold all that goes back
    change(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    drain(shop.tenant_id)
    found = payments_of("order", [order.order_id])[order.order_id]
    asked = [(attempt.gateway, attempt.amount, attempt.state) for one in found for attempt in one.attempts]
    assert sorted(asked) == [("cash", 150, "requested"), ("cash", 350, "requested")]
    assert kit.breaches() == []


def test_or_becomes_store_credit_or_stays(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    customer_id = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    order = kit.place(shop, ("TEA", 3), customer_id=customer_id)
    kit.pay(shop, order)
    change(shop, order, SetQuantity(line_id=line_id(order), quantity=2), refund_to="keep")
    drain(shop.tenant_id)
    assert _row(order) == (500, 2, "overpaid")
    change(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(200)), refund_to="store_credit")
    drain(shop.tenant_id)
    assert [one.due for one in credit_of(customer_id)] == [350]
    assert _row(order) == (400, 2, "partly_refunded")


def test_a_difference_that_is_due_stops_nothing_that_was_planned(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    drain(shop.tenant_id)
    told = change(shop, order, AddLine(sku="MUG", unit_price=Decimal(100)))
    drain(shop.tenant_id)
    assert (told.due, _row(order)) == (100, (850, 4, "partly_paid"))
    assert Shipment.objects.count() == 1
    kit.pay(shop, order, 100)
    drain(shop.tenant_id)
    assert (Shipment.objects.count(), _row(order)[2]) == (2, "paid")


def test_what_was_invoiced_is_credited_and_invoiced_anew(shop: Shop) -> None:
    sold.service(shop, "FIT")
    order = kit.place(shop, ("FIT", 2), price=300)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    assert Invoice.objects.get().total == 600
    change(shop, order, SetPrice(line_id=line_id(order), unit_price=Decimal(250)))
    drain(shop.tenant_id)
    assert [one.total for one in CreditNote.objects.order_by("id")] == [600]
    assert [one.total for one in Invoice.objects.order_by("id")] == [600, 500]
    change(shop, order, AddSurcharge(name="Late fee", amount=50))
    drain(shop.tenant_id)
    assert [one.total for one in Invoice.objects.order_by("id")] == [600, 500, 50]
    assert kit.breaches() == []


def test_an_added_line_is_invoiced_when_it_leaves(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 2))
    kit.pay(shop, order)
    kit.ship(shop, order)
    drain(shop.tenant_id)
    told = change(shop, order, SetQuantity(line_id=line_id(order), quantity=3))
    drain(shop.tenant_id)
    assert [one.total for one in Invoice.objects.all()] == [500]
    kit.pay(shop, order, told.due)
    drain(shop.tenant_id)
    from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments

    ship_shipments.one(shop.call(), ShipShipment(Shipment.objects.get(state="planned").id))
    drain(shop.tenant_id)
    assert [one.total for one in Invoice.objects.order_by("id")] == [500, 250]
    assert kit.breaches() == []


def test_goods_that_are_let_go_answer_who_waits(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 3, shortage="backorder")
    order = kit.place(shop, ("TEA", 3))
    waiting = kit.place(shop, ("TEA", 2), payment_method="on_account")
    change(shop, order, SetQuantity(line_id=line_id(order), quantity=1))
    drain(shop.tenant_id)
    assert kit.levels(tea) == (3, 3)
    assert Shipment.objects.get().order_id == waiting.order_id


def test_the_customer_learns_what_the_order_says_now(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), payment_method="bank_transfer")
    changed = change(shop, order, SetQuantity(line_id=line_id(order), quantity=2))
    change(shop, order, AddNote(text="for us alone"))
    drain(shop.tenant_id)
    assert _told() == ["order_confirmed", "order_changed"]
    letter = letter_of(Notice.objects.get(kind="order_changed"))
    assert letter is not None
    assert [(item.name, item.quantity, item.amount) for item in letter.items] == [("Article TEA", "2", "£5.00")]
    assert any("£5.00 is still to be paid." in text for text in letter.paragraphs)
    undo_me = change(shop, order, HoldOrder(reason="x"))
    undo(shop, undo_me)
    drain(shop.tenant_id)
    assert _told() == ["order_confirmed", "order_changed"]
    assert changed.refund_due == 0


def test_an_order_of_which_nothing_is_left_is_told_as_canceled(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    change(shop, order, Cancel())
    drain(shop.tenant_id)
    assert _told() == ["order_confirmed", "order_canceled"]
    letter = letter_of(Notice.objects.get(kind="order_canceled"))
    assert letter is not None
    assert [item.quantity for item in letter.items] == ["3"]
