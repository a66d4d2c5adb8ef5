"""How long customers may change or cancel their orders themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.trade.aftersales.rules import check_window
from dingdan.trade.fulfillment import queries as fulfillment
from dingdan.trade.orders.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What bounds the customer of an order: when it was placed, for how many hours they may, how its parcels stand."""

    placed_at: datetime
    hours: int | None
    parcels: tuple[str, ...]

    def check(self, *, at: datetime) -> None:
        """Refuse the customer (`TooLateForCustomers`) what is too late."""
        check_window(self.parcels, self.hours, placed_at=self.placed_at, at=at)


def bounds_of(order_ids: Iterable[UUID]) -> dict[UUID, Bounds]:
    """What bounds the customers of orders, by order. Two statements, none where no order is asked for."""
    ids = list(order_ids)
    if not ids:
        return {}
    parcels = fulfillment.parcels_of(ids)
    rows = Order.objects.filter(id__in=ids).values_list("id", "placed_at", "channel__self_service_hours")
    return {
        id_: Bounds(placed_at=placed_at, hours=hours, parcels=tuple(state for _id, state in parcels.get(id_, ())))
        for id_, placed_at, hours in rows
    }
