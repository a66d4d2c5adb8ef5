"""Orders of another system with what became of them, told to the commands: placed, paid, shipped, delivered, invoiced, closed.

The goods of the past are not in our stock, so an order that brings its goods has them received just before it is placed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from dingdan.integrations.importers.voice import About, Voice, Wish
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PlanShipments,
    ShipShipment,
    deliver_shipments,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.orders.commands import CloseOrder, close_orders, place_orders
from dingdan.trade.orders.rules import PlaceOrder
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices

AT_ONCE: Final = 50
METHOD: Final = "bank_transfer"


class PaidPart(NamedTuple):
    """Money that came for an order: when, how much (minor units), and by what name the other system knows it."""

    at: datetime
    amount: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One order and its life. ``key`` begins with the source; times are in order; ``about`` says where it stands in the file."""

    key: str
    about: About
    at: datetime
    order: PlaceOrder
    total: int
    payments: tuple[PaidPart, ...] = ()
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    canceled_as: str = ""
    brings_goods: bool = True
    carrier: str = ""
    tracking_number: str = ""

    @property
    def remark(self) -> About:
        """For what follows the placing: refused, the order is in all the same."""
        return About(self.about.line, self.about.document)

    @property
    def paid(self) -> int:
        """All its payments."""
        return sum(part.amount for part in self.payments)

    @property
    def closes(self) -> bool:
        """Whether nothing is left to do: delivered, and paid to the last unit."""
        return self.delivered_at is not None and self.paid == self.total

    @property
    def last_key(self) -> str:
        """The key of the last thing that is told of it."""
        if self.canceled_as:
            return f"{self.key}:cancel"
        if self.closes:
            return f"{self.key}:close"
        if self.shipped_at:
            return f"{self.key}:invoice"
        return f"{self.key}:pay:{len(self.payments)}" if self.payments else self.key


class Booked(NamedTuple):
    """What of a history is in the books, in minor units: the order's total (None: it stayed out), and its payments."""

    history: History
    total: int | None
    paid: int


class _Sent(NamedTuple):
    history: History
    order_id: UUID
    shipment_id: UUID


class Historian:
    """Tells histories in the scope of one tenant."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def tell(self, histories: Sequence[History]) -> list[Booked]:
        """Tell up to fifty histories; what an earlier run told to the end is only counted."""
        done = [one for one in histories if self.voice.knows(one.last_key)]
        rest = [one for one in histories if not self.voice.knows(one.last_key)]
        self._receive([one for one in rest if one.brings_goods and not self.voice.knows(one.key)])
        placed = self.voice.tell(place_orders, [Wish(one.key, one.at, one.order, one.about) for one in rest])
        orders = {one.key: (one, event.order_id) for one, event in zip(rest, placed, strict=True) if event is not None}
        paid = self._pay(orders)
        self._cancel(orders)
        self._ship(orders)
        totals = {one.key: event.total if event else None for one, event in zip(rest, placed, strict=True)}
        return [
            *(Booked(one, one.total, one.paid) for one in done),
            *(Booked(one, totals[one.key], paid[one.key]) for one in rest),
        ]

    def _receive(self, fresh: Sequence[History]) -> None:
        pieces: Counter[str] = Counter()
        for one in fresh:
            for line in one.order.lines:
                if line.sku:
                    pieces[line.sku] += line.quantity
        if pieces:
            first = min(fresh, key=lambda one: one.at)
            key = f"{self.voice.source}:goods:{fingerprint([one.key for one in fresh])[:32]}"
            goods = ReceiveStock(lines=tuple(StockChange(sku, quantity) for sku, quantity in pieces.items()))
            self.voice.tell(receive_stock, [Wish(key, first.at, goods, first.remark)])

    def _pay(self, orders: dict[str, tuple[History, UUID]]) -> Counter[str]:
        wishes, owners = [], []
        for one, order_id in orders.values():
            for number, part in enumerate(one.payments, 1):
                received = MoneyReceived(
                    method=METHOD, money=Money(part.amount, one.order.currency), reference=part.reference,
                    customer_id=one.order.customer_id, towards=(Towards(document=Document("order", order_id)),),
                )  # fmt: skip
                wishes.append(Wish(f"{one.key}:pay:{number}", part.at, received, one.remark))
                owners.append(one.key)
        paid: Counter[str] = Counter()
        for key, event in zip(owners, self.voice.tell(record_payments, wishes), strict=True):
            paid[key] += event.amount if event else 0
        return paid

    def _cancel(self, orders: dict[str, tuple[History, UUID]]) -> None:
        wishes = [
            Wish(f"{one.key}:cancel", one.at, CancelOrder(order_id=order_id, reason=one.canceled_as), one.remark)
            for one, order_id in orders.values()
            if one.canceled_as
        ]
        self.voice.tell(cancel_orders, wishes)

    def _ship(self, orders: dict[str, tuple[History, UUID]]) -> None:
        leaving = [(one, order_id, one.shipped_at) for one, order_id in orders.values() if one.shipped_at and not one.canceled_as]
        planned = self.voice.tell(
            plan_shipments, [Wish(f"{one.key}:plan", at, PlanShipments(order_id), one.remark) for one, order_id, at in leaving]
        )
        sent = [
            _Sent(one, order_id, shipment.shipment_id)
            for (one, order_id, _at), plan in zip(leaving, planned, strict=True)
            if plan is not None
            for shipment in plan.shipments
        ]
        self._each("ship", ship_shipments, sent, lambda one: ShipShipment(one[2], one[0].carrier, one[0].tracking_number))
        arrived = [one for one in sent if one.history.delivered_at]
        self._each("deliver", deliver_shipments, arrived, lambda one: DeliverShipment(one.shipment_id))
        self._each("invoice", issue_invoices, sent, lambda one: IssueInvoice(shipment_id=one.shipment_id))
        closing = {one.order_id: one for one in arrived if one.history.closes}
        self._each("close", close_orders, list(closing.values()), lambda one: CloseOrder(one.order_id))

    def _each(self, name: str, command: BatchCommand[Any, Any], sent: Sequence[_Sent], intent: Callable[[_Sent], Any]) -> None:
        seen: Counter[str] = Counter()
        wishes = []
        for one in sent:
            history = one.history
            at = (history.delivered_at if name in ("deliver", "close") else history.shipped_at) or history.at
            # An order whose goods lie at several nodes leaves in several shipments.
            part = f":{seen[history.key]}" if seen[history.key] else ""
            seen[history.key] += 1
            wishes.append(Wish(f"{history.key}:{name}{part}", at, intent(one), history.remark))
        self.voice.tell(command, wishes)
