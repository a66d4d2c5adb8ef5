"""How long customers may change their orders themselves, and what they changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dingdan.kernel.errors import Refusal
from dingdan.trade.aftersales.rules import CUSTOMER, check_window
from dingdan.trade.changes.lifecycle import CHANGE_LIFE
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries.reading import Reading
from dingdan.trade.changes.rules import ChangedByTheShop
from dingdan.trade.fulfillment import queries as fulfillment
from dingdan.trade.orders.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How long a customer may change an order: no hour ends it where ``until_at`` is None; ``refused`` is why not any more."""

    until_at: datetime | None
    refused: Refusal | None


def customer_window(order: Order, *, at: datetime) -> Window:
    """How long the customer may change an order, which is read with its channel. One statement."""
    hours, parcels = order.channel.self_service_hours, fulfillment.parcels_of([order.id]).get(order.id, [])
    until_at = order.placed_at + timedelta(hours=hours) if hours is not None else None
    try:
        check_window([state for _id, state in parcels], hours, placed_at=order.placed_at, at=at)
    except Refusal as refusal:
        return Window(until_at=until_at, refused=refusal)
    return Window(until_at=until_at, refused=None)


def check_customer(reading: Reading, change: Change | None = None, *, at: datetime) -> None:
    """Refuse the customer a change of an order, or the taking back of one: too late, or not theirs."""
    case = reading.case
    check_window([*case.parcels], case.channel.self_service_hours, placed_at=reading.order.placed_at, at=at)
    if change is not None and change.entry.actor_kind != CUSTOMER:
        raise ChangedByTheShop(field="change_id")


def changed_by_customer(order: Order) -> list[Change]:
    """The changes that the customer of an order made and that are not taken back, the last first."""
    mine = Change.objects.filter(order=order, state=CHANGE_LIFE.initial, entry__actor_kind=CUSTOMER)
    return list(mine.select_related("entry").order_by("-id"))
