"""Goods left in exchange before the first were back: what is held for them is taken, or let go, when they are inspected."""

from __future__ import annotations

import pytest

from dingdan.automation.consumers import drain
from dingdan.ledgers.payments.commands import Told, Towards, record_authorization, request_authorization
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import gateways
from dingdan.trade.aftersales.commands import Verdict, inspect_return, receive_return
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import GATEWAY, SilentGateway
from tests.trade.aftersales import sold
from tests.trade.aftersales.ahead import exchanged


@pytest.mark.parametrize(("price", "asked"), [(1500, [("capture", 500)]), (1000, [("void", 1000)])], ids=["dearer", "the same"])
def test_what_is_held_waits_for_the_inspection(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, price: int, asked: list[tuple[str, int]]
) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    sold.rule(shop, sends_ahead=True)
    order, return_id = exchanged(shop, price=price)
    drain(shop.tenant_id)
    second = Order.objects.exclude(id=order.order_id).get()
    towards = (Towards(document=Document("order", second.id)),)
    held = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
    record_authorization.one(shop.call(), Told(attempt_id=held.attempt_id))
    ship_shipments.one(shop.call(), ShipShipment(Shipment.objects.get(order_id=second.id).id))
    drain(shop.tenant_id)
    assert not Attempt.objects.exclude(kind="authorize").exists()
    receive_return(shop.call(), return_id=return_id)
    (piece,) = sold.pieces_of(return_id)
    inspect_return(shop.call(), return_id=return_id, verdicts=(Verdict(piece_id=piece.id, restock=1),))
    drain(shop.tenant_id)
    assert list(Attempt.objects.exclude(kind="authorize").values_list("kind", "amount")) == asked
    assert kit.breaches() == []
