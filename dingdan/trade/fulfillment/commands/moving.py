"""What every turn of a shipment has in common: the locks, and whether its order moves forward."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.text import clean_text
from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order


class NotMovingForward(Refusal):
    """The order is held, canceled or closed."""

    sentence = _("The order is {state}, so nothing of it leaves.")
    remedy = _("Resume the order first; a canceled order stays where it is.")


class AwaitsReview(Refusal):
    """It is not decided yet whether the order passes."""

    sentence = _("The order is being reviewed, so nothing of it leaves yet.")
    remedy = _("Let it pass at the review desk first.")


def check_moving(order: Order) -> None:
    """Refuse what is held, canceled, closed, or being reviewed. Raises `NotMovingForward`, `AwaitsReview`."""
    if order.state != "placed":
        raise NotMovingForward(field="order", state=order.state)
    if order.in_review:
        raise AwaitsReview(field="order")


def tracking_number(text: str) -> str:
    """A tracking number as it is kept."""
    return clean_text(text, "tracking_number", 80, required=False)


def turn(batch: Batch[Any], name: str, *, moving: bool) -> list[tuple[Item[Any], Shipment]]:
    """Lock orders, then shipments; refuse what is not there or not in a state for this turn."""
    owners = queries.orders_of(item.intent.shipment_id for item in batch.open)
    orders = order_queries.lock_orders(owners.values())
    shipments = queries.lock_shipments(owners)
    turned = []
    for item in batch.open:
        shipment = shipments.get(item.intent.shipment_id)
        try:
            if shipment is None:
                raise NotFound(what="shipment", id=item.intent.shipment_id)
            if moving:
                check_moving(orders[shipment.order_id])
            shipment.state = SHIPMENT_LIFE.turn(name, shipment.state)
        except Refusal as refusal:
            item.refuse(refusal)
            continue
        item.entry.about("order", shipment.order_id)
        item.entry.about("shipment", shipment.id)
        turned.append((item, shipment))
    return turned
