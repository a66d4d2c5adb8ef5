"""Orders that are over are put away. `reactions` says when."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dingdan.automation.facts import is_whole, paid_orders
from dingdan.automation.reacting import Asked, Wishes, together
from dingdan.kernel.journal import Call
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.trade.orders.commands import CloseOrder, close_orders
from dingdan.trade.orders.lifecycle import DONE


@together(close_orders)
def close_delivered(asked: Asked) -> Wishes:
    """An order that is paid for and delivered is put away."""
    return [(call, CloseOrder(event.order_id)) for call, event in asked]


def _closes(asked: Iterable[tuple[Call, UUID]]) -> Wishes:
    """To put away those of the orders of which everything that is left has arrived."""
    wanted = list(asked)
    tallies = tallies_of([order_id for _call, order_id in wanted]) if wanted else {}
    arrived = {order_id for order_id, tally in tallies.items() if tally.delivered and tally.fulfillment_status in DONE}
    return [(call, CloseOrder(order_id)) for call, order_id in wanted if order_id in arrived]


@together(close_orders)
def close_lessened(asked: Asked) -> Wishes:
    """An order of which the rest was canceled after everything else arrived is put away."""
    return _closes((call, event.order_id) for call, event in asked if not is_whole(event))


@together(close_orders)
def close_paid(asked: Asked) -> Wishes:
    """An order that arrived is put away when its money is right: the last of it came, or what was too much went back."""
    return _closes((call, order_id) for call, order_id, _event in paid_orders(asked))
