"""What every turn of a shipment has in common: the locks, and whether its order moves forward."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar
from uuid import UUID

from dingdan.kernel.command import Batch, Item
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.fulfillment.rules import check_moving
from dingdan.trade.orders import queries as order_queries


class _Asks(Protocol):
    @property
    def shipment_id(self) -> UUID: ...


A = TypeVar("A", bound=_Asks)


class Turns(Generic[A]):
    """The calls of a batch whose shipments make a turn, with these, locked after their orders; the others are refused.

    With `moving`, the orders must move forward.
    """

    def __init__(self, batch: Batch[A], *, name: str, moving: bool) -> None:
        owners = queries.orders_of(item.intent.shipment_id for item in batch.open)
        orders = order_queries.lock_orders(owners.values())
        shipments = queries.lock_shipments(owners)
        self.made: list[tuple[Item[A], Shipment]] = []
        for item in batch.open:
            shipment = shipments.get(item.intent.shipment_id)
            try:
                if shipment is None:
                    raise NotFound(what="shipment", id=item.intent.shipment_id)
                if moving:
                    order = orders[shipment.order_id]
                    check_moving(order.state, in_review=order.in_review)
                shipment.state = SHIPMENT_LIFE.turn(name, shipment.state)
            except Refusal as refusal:
                item.refuse(refusal)
                continue
            item.entry.about("order", shipment.order_id)
            item.entry.about("shipment", shipment.id)
            self.made.append((item, shipment))
