"""Sales, told from the placing of the order to its closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from dingdan.integrations.importers.online_retail.documents import Dispatch, Sale, SaleLine, Stage
from dingdan.integrations.importers.online_retail.ledger import LINE_KINDS, METHOD, Ledger, about, remark
from dingdan.integrations.importers.online_retail.registers import PENCE
from dingdan.integrations.importers.voice import Wish
from dingdan.kernel.command import BatchCommand
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
from dingdan.ledgers.payments.events import Document as Payee
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PlanShipments,
    ShipShipment,
    deliver_shipments,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.orders.commands import CloseOrder, close_orders, place_orders
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices


class Gone(NamedTuple):
    """A dispatch whose goods have left: its order, and its shipment (None where there were no goods)."""

    dispatch: Dispatch
    order_id: UUID
    shipment_id: UUID | None


class Selling:
    """Tells what is sold and leaves the house."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.voice = ledger.voice

    def sell(self, sales: Sequence[Sale]) -> None:
        """Place orders and record their money."""
        placed = self.voice.tell(place_orders, [Wish(sale.key, sale.at, self._order(sale), about(sale)) for sale in sales])
        known = [(sale, order) for sale, order in zip(sales, placed, strict=True) if order is not None]
        wishes = [
            Wish(
                f"{sale.key}:pay", sale.at,
                MoneyReceived(
                    method=METHOD, money=self.ledger.money(order.total), customer_id=order.customer_id,
                    towards=(Towards(document=Payee("order", order.order_id)),),
                ),
                remark(sale),
            )
            for sale, order in known
            if order.total
        ]  # fmt: skip
        self.voice.tell(record_payments, wishes)
        for sale, order in known:
            self.ledger.count(Stage.SALES, sale, order.total)

    def _order(self, sale: Sale) -> PlaceOrder:
        code = sale.customer
        return PlaceOrder(
            channel_id=self.ledger.channel.id,
            currency=self.ledger.channel.currency,
            external_id=sale.number,
            customer_id=self.ledger.customers.get(code) if code else None,
            lines=tuple(_line(line) for line in sale.lines),
            ship_to=Person(name=f"Customer {code}" if code else "Guest", country=sale.country or ""),
            payment_method=METHOD,
            untaxed=True,
        )

    def ship(self, dispatches: Sequence[Dispatch]) -> list[Gone]:
        """Plan what is to leave, and let it leave."""
        ids = self.ledger.order_ids(one.number for one in dispatches)
        known = [one for one in dispatches if one.number in ids]
        goods = [one for one in known if one.goods]
        planned = self.voice.tell(
            plan_shipments, [Wish(f"{one.key}:plan", one.at, PlanShipments(ids[one.number]), remark(one)) for one in goods]
        )
        gone = [
            Gone(one, ids[one.number], shipment.shipment_id)
            for one, plan in zip(goods, planned, strict=True)
            if plan is not None
            for shipment in plan.shipments
        ]
        self._each(gone, "ship", ship_shipments, ShipShipment)
        return gone + [Gone(one, ids[one.number], None) for one in known if not one.goods]

    def invoice(self, gone: Sequence[Gone]) -> None:
        """Invoice what has left."""
        invoices = [
            Wish(
                f"{one.dispatch.key}:invoice" + (f":{one.shipment_id}" if one.shipment_id else ""), one.dispatch.at,
                IssueInvoice(
                    shipment_id=one.shipment_id, order_id=None if one.shipment_id else one.order_id,
                    external_number=one.dispatch.number,
                ),
                remark(one.dispatch),
            )
            for one in gone
        ]  # fmt: skip
        self.voice.tell(issue_invoices, invoices)

    def finish(self, gone: Sequence[Gone]) -> None:
        """Deliver what has left, and close the orders."""
        self._each(gone, "deliver", deliver_shipments, DeliverShipment)
        orders = {one.order_id: one.dispatch for one in gone}
        self.voice.tell(
            close_orders,
            [Wish(f"{one.key}:close", one.at, CloseOrder(order_id), remark(one)) for order_id, one in orders.items()],
        )

    def _each(self, gone: Sequence[Gone], name: str, command: BatchCommand[Any, Any], intent: Callable[[UUID], Any]) -> None:
        wishes = [
            Wish(f"{one.dispatch.key}:{name}:{one.shipment_id}", one.dispatch.at, intent(one.shipment_id), remark(one.dispatch))
            for one in gone
            if one.shipment_id
        ]
        self.voice.tell(command, wishes)


def _line(line: SaleLine) -> WantedLine:
    kind = LINE_KINDS.get(line.kind, LineKind.SERVICE)
    return WantedLine(
        sku=line.sku if kind == LineKind.GOODS else "",
        quantity=line.quantity,
        unit_price=line.unit_price * PENCE,
        name=line.description or line.sku,
        kind=kind,
    )
