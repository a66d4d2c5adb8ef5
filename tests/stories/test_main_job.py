"""One order's whole life, as the house does it by itself: whatever moves forward follows from what happened."""

from __future__ import annotations

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.kernel.models import FeedCursor
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    ExchangeWanted,
    ReturnWanted,
    Verdict,
    authorize_return,
    cancel_orders,
    exchange_return,
    inspect_return,
    receive_return,
)
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.conftest import Shop


def _told() -> list[str]:
    return list(Notice.objects.order_by("queued_at", "id").values_list("kind", flat=True))


def test_placed_paid_shipped_delivered_returned(shop: Shop) -> None:
    variant_id = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), price=400)
    drain(shop.tenant_id)
    assert _told() == ["order_confirmed"]
    assert not Shipment.objects.exists()

    kit.pay(shop, order)
    drain(shop.tenant_id)
    shipment = Shipment.objects.get()
    assert shipment.state == "planned"

    ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM1"))
    drain(shop.tenant_id)
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.total) == ("I1001", 1200)
    assert kit.levels(variant_id) == (7, 0)

    deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    drain(shop.tenant_id)
    assert Order.objects.get().state == "closed"
    assert sorted(_told()) == ["delivered", "order_confirmed", "payment_received", "shipped"]

    line_id = order.lines[0].line_id
    asked = authorize_return(shop.call(), order_id=order.order_id, lines=(ReturnWanted(line_id=line_id, quantity=1),))
    (piece,) = receive_return(shop.call(), return_id=asked.return_id).pieces
    inspect_return(shop.call(), return_id=asked.return_id, verdicts=(Verdict(piece_id=piece.piece_id, restock=1),))
    drain(shop.tenant_id)
    assert CreditNote.objects.get().total == 400
    assert kit.levels(variant_id) == (8, 0)
    assert inventory.tallies_of([order.order_id])[order.order_id].fulfillment_status == "partly_returned"
    assert payments.receivable_of("order", [order.order_id])[order.order_id].amount == 800
    assert kit.breaches() == []


def test_canceled_after_payment_gives_back_goods_and_money(shop: Shop) -> None:
    variant_id = kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3), price=400)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    drain(shop.tenant_id)
    assert kit.levels(variant_id) == (10, 0)
    assert Shipment.objects.get().state == "canceled"
    (payment,) = payments.payments_of("order", [order.order_id])[order.order_id]
    assert payment.refunding + payment.refunded == 1200
    assert "order_canceled" in _told()
    assert kit.breaches() == []


def test_what_follows_follows_once_however_often_it_is_handed_over(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    drain(shop.tenant_id)
    FeedCursor.objects.filter(consumer="reactions").update(position=0)
    drain(shop.tenant_id)
    assert Shipment.objects.count() == 1
    assert sorted(_told()) == ["order_confirmed", "payment_received"]
    assert kit.breaches() == []


def test_backordered_goods_follow_when_they_arrive(shop: Shop) -> None:
    kit.stock(shop, "TEA", 2, shortage="backorder")
    order = kit.place(shop, ("TEA", 5))
    assert order.backordered == 3
    kit.pay(shop, order)
    drain(shop.tenant_id)
    assert [line.quantity for line in Shipment.objects.get().lines.all()] == [2]
    kit.receive(shop, "TEA", 10)
    drain(shop.tenant_id)
    assert sorted(line.quantity for shipment in Shipment.objects.all() for line in shipment.lines.all()) == [2, 3]
    assert kit.breaches() == []


def test_what_was_brought_over_has_no_consequences(shop: Shop) -> None:
    from dingdan.trade.orders.commands import place_orders

    kit.stock(shop, "TEA", 5)
    place_orders.one(shop.call(quiet=True), kit.wanted(shop, ("TEA", 1), payment_method="bank_transfer"))
    drain(shop.tenant_id)
    assert _told() == []
    assert Order.objects.get().expires_at is None


def test_exchanged_goods_are_ordered_with_the_money_of_the_first(shop: Shop) -> None:
    kit.stock(shop, "RED", 5)
    kit.stock(shop, "BLUE", 5)
    kit.price(shop, "RED", 400)
    kit.price(shop, "BLUE", 300)
    order = kit.place(shop, ("RED", 1), price=400)
    kit.pay(shop, order)
    kit.deliver(shop, order)
    drain(shop.tenant_id)
    asked = exchange_return(
        shop.call(),
        order_id=order.order_id,
        lines=(ReturnWanted(line_id=order.lines[0].line_id, quantity=1),),
        wanted=(ExchangeWanted(sku="BLUE"),),
    )
    (piece,) = receive_return(shop.call(), return_id=asked.return_id).pieces
    inspect_return(shop.call(), return_id=asked.return_id, verdicts=(Verdict(piece_id=piece.piece_id, restock=1),))
    drain(shop.tenant_id)
    second = Order.objects.exclude(id=order.order_id).get()
    owed = payments.receivable_of("order", [order.order_id, second.id])
    assert (second.total, owed[second.id].payment_status) == (300, "paid")
    (payment,) = payments.payments_of("order", [order.order_id])[order.order_id]
    assert payment.refunding == 100
    assert kit.breaches() == []
