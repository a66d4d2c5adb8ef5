"""What follows when orders are split or merged: shipments, papers, mails, money and the list follow the lines."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.insight.board.models import BoardRow
from dingdan.ledgers.payments.commands import Told, Towards, record_authorization, request_authorization
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import gateways
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import merge_orders, split_order, undo_regrouping
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import GATEWAY, SilentGateway
from tests.trade.aftersales import sold
from tests.trade.changes.changing import line_id


def _planned(*order_ids: UUID) -> list[int]:
    """By order, how many shipments wait to be shipped."""
    return [Shipment.objects.filter(order_id=id_, state="planned").count() for id_ in order_ids]


def test_each_part_of_a_split_order_is_planned_listed_and_told(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    drain(shop.tenant_id)
    told = split_order(shop.call(), order_id=order.order_id, parts=((Part(line_id(order), 1),),))
    new = told.orders[1]
    drain(shop.tenant_id)
    assert _planned(order.order_id, new.order_id) == [1, 1]
    rows = BoardRow.objects.in_bulk([order.order_id, new.order_id])
    assert [(rows[id_].number, rows[id_].total, rows[id_].units) for id_ in (order.order_id, new.order_id)] == [
        ("1001", 500, 2), ("1002", 250, 1),
    ]  # fmt: skip
    assert [(one.kind, one.order_id) for one in Notice.objects.order_by("id")][-2:] == [
        ("order_changed", order.order_id), ("order_confirmed", new.order_id),
    ]  # fmt: skip
    undo_regrouping(shop.call(), change_id=told.change_id)
    drain(shop.tenant_id)
    assert (_planned(order.order_id, new.order_id), kit.breaches()) == ([1, 0], [])


def test_merged_orders_leave_in_one_parcel_and_one_of_them_is_not_spoken_of(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    kit.stock(shop, "MUG", 9)
    first, second = kit.place(shop, ("TEA", 1)), kit.place(shop, ("MUG", 2))
    for order in (first, second):
        kit.pay(shop, order)
    drain(shop.tenant_id)
    assert _planned(first.order_id, second.order_id) == [1, 1]
    mails = Notice.objects.count()
    merge_orders(shop.call(), order_id=first.order_id, order_ids=(second.order_id,))
    drain(shop.tenant_id)
    assert _planned(first.order_id, second.order_id) == [1, 0]
    assert [(one.kind, one.order_id) for one in Notice.objects.order_by("id")[mails:]] == [("order_changed", first.order_id)]
    shipment = Shipment.objects.get(order_id=first.order_id, state="planned")
    ship_shipments.one(shop.call(), ShipShipment(shipment.id))
    deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    drain(shop.tenant_id)
    assert (Invoice.objects.get().total, BoardRow.objects.get(id=first.order_id).state) == (750, "closed")
    assert kit.breaches() == []


def test_what_was_invoiced_is_credited_there_and_invoiced_here(shop: Shop) -> None:
    sold.service(shop, "CARE")
    order = kit.place(shop, ("CARE", 3))
    kit.pay(shop, order)
    drain(shop.tenant_id)
    told = split_order(shop.call(), order_id=order.order_id, parts=((Part(line_id(order), 1),),))
    drain(shop.tenant_id)
    assert (CreditNote.objects.get().total, Invoice.objects.get(order_id=order.order_id).total) == (250, 750)
    assert kit.breaches() == []
    assert [one.due for one in told.orders] == [0, 0]


def test_a_hold_that_another_order_needs_is_not_let_go(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 3))
    towards = (Towards(document=Document("order", order.order_id)),)
    asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
    record_authorization.one(shop.call(), Told(attempt_id=asked.attempt_id))
    told = split_order(shop.call(), order_id=order.order_id, parts=((Part(line_id(order), 1),),))
    drain(shop.tenant_id)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    drain(shop.tenant_id)
    assert not Attempt.objects.filter(kind="void").exists()
    ship_shipments.one(shop.call(), ShipShipment(Shipment.objects.get(order_id=told.orders[1].order_id).id))
    drain(shop.tenant_id)
    assert list(Attempt.objects.filter(kind="capture").values_list("amount", flat=True)) == [250]
