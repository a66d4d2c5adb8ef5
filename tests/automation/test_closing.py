"""Orders are put away when everything that is left of them has arrived and is paid, in whichever order that happens."""

from __future__ import annotations

from dingdan.automation.consumers import drain
from dingdan.ledgers.payments.commands import Told, record_refund
from dingdan.ledgers.payments.models import Attempt
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.changes.rules import RemoveLine
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.trade.changes.changing import change, line_id


def _arrives(shop: Shop, order: OrderPlaced) -> None:
    drain(shop.tenant_id)
    for shipment in Shipment.objects.filter(order_id=order.order_id, state="planned"):
        ship_shipments.one(shop.call(), ShipShipment(shipment.id))
        deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    drain(shop.tenant_id)


def _state(shop: Shop, order: OrderPlaced) -> str:
    drain(shop.tenant_id)
    return Order.objects.get(id=order.order_id).state


def test_the_rest_is_canceled_and_its_money_is_back(shop: Shop) -> None:
    kit.stock(shop, "TEA", 2, shortage="backorder")
    kit.stock(shop, "MUG", 9)
    canceled = kit.place(shop, ("TEA", 3), ("MUG", 1), payment_method="on_account")
    changed = kit.place(shop, ("TEA", 1), ("MUG", 1))
    kit.pay(shop, canceled, 750)
    kit.pay(shop, changed)
    for order in (canceled, changed):
        _arrives(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=canceled.order_id))
    assert [_state(shop, order) for order in (canceled, changed)] == ["closed", "placed"]
    change(shop, changed, RemoveLine(line_id=line_id(changed)))
    assert _state(shop, changed) == "placed"  # too much is paid until it is back
    record_refund.one(shop.call(), Told(attempt_id=Attempt.objects.get(kind="refund").id))
    assert _state(shop, changed) == "closed"


def test_the_money_comes_last(shop: Shop) -> None:
    kit.stock(shop, "TEA", 2)
    order = kit.place(shop, ("TEA", 2), payment_method="on_account")
    _arrives(shop, order)
    assert _state(shop, order) == "placed"
    kit.pay(shop, order, method="bank_transfer")
    assert _state(shop, order) == "closed"
