"""The orders of one person, as they see them: across channels, with what was ordered under their address without signing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from dingdan.insight.board.models import BoardRow
from dingdan.kernel.contact import email_key
from dingdan.kernel.finding import plain
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.customers.queries import one_person
from dingdan.trade.orders.models import Order

MOST_GUEST: Final = 200
"""So many orders without a customer are looked at, newest first."""


class Progress(StrEnum):
    """How far an order is, in the few words that its buyer wants."""

    TO_PAY = "to_pay"
    PREPARED = "prepared"
    PARTLY_SENT = "partly_sent"
    SENT = "sent"
    DELIVERED = "delivered"
    PARTLY_BACK = "partly_back"
    BACK = "back"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """An order in somebody's list. ``is_guest``: placed with their address, and not by their account."""

    id: UUID
    number: str
    placed_at: datetime
    currency: str
    total: int
    progress: Progress
    is_guest: bool


def orders_of(customer_id: UUID, proved: str) -> QuerySet[Order]:
    """All orders of a person, newest first: theirs, those of who was merged into them, and those whose mails go to their address.

    `proved` is the address whose mails they have shown to read, or empty.
    """
    mine = Q(customer_id__in=one_person(customer_id))
    guest = guest_orders(proved)
    return Order.objects.filter(mine | Q(id__in=guest) if guest else mine).order_by("-placed_at", "-id")


def guest_orders(proved: str) -> list[UUID]:
    """Orders of nobody in particular whose mails go to an address, newest first."""
    if not proved:
        return []
    found = BoardRow.objects.filter(customer_id=None, tokens__contains=[plain(proved)]).order_by("-placed_at", "-id")
    ids = list(found.values_list("id", flat=True)[:MOST_GUEST])
    rows = Order.objects.select_related("ship_to", "bill_to").filter(id__in=ids, customer=None)
    return [row.id for row in rows if email_key(row.bill_to.email or row.ship_to.email) == email_key(proved)]


def told(rows: Iterable[Order]) -> list[OwnOrder]:
    """Orders as their buyer sees them in a list. Two statements."""
    orders = list(rows)
    ids = [row.id for row in orders]
    tallies, owed = tallies_of(ids), receivable_of("order", ids)
    found = []
    for row in orders:
        status = tallies[row.id].fulfillment_status if row.id in tallies else ""
        money = owed.get(row.id)
        is_due = money is not None and money.due > 0 and money.terms == Terms.PREPAID
        progress = progress_of(row.state, status, is_due=is_due)
        found.append(OwnOrder(row.id, row.number, row.placed_at, row.currency, row.total, progress, row.customer_id is None))
    return found


_SENT: Final = {
    FulfillmentStatus.PARTLY_SHIPPED: Progress.PARTLY_SENT, FulfillmentStatus.SHIPPED: Progress.SENT,
    FulfillmentStatus.DELIVERED: Progress.DELIVERED, FulfillmentStatus.PARTLY_RETURNED: Progress.PARTLY_BACK,
    FulfillmentStatus.RETURNED: Progress.BACK, FulfillmentStatus.CANCELED: Progress.CANCELED,
}  # fmt: skip


def progress_of(state: str, fulfillment: str, *, is_due: bool) -> Progress:
    """How far an order is; `is_due`: it is to be paid before anything leaves."""
    if state == "canceled":
        return Progress.CANCELED
    sent = _SENT.get(FulfillmentStatus(fulfillment)) if fulfillment else None
    return sent or (Progress.TO_PAY if is_due else Progress.PREPARED)
