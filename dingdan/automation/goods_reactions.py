"""What follows for goods: what may leave is planned, and what came or was let go answers who waits. `reactions` says when."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dingdan.automation.facts import paid_orders
from dingdan.automation.planning import plans
from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.kernel.journal import Call
from dingdan.ledgers.inventory.commands import FillBackorders, fill_backorders
from dingdan.ledgers.inventory.queries import demands_of, owed
from dingdan.trade.fulfillment.commands import plan_shipments
from dingdan.trade.orders.events import OrderPlaced


@together(plan_shipments)
def plan_placed(asked: Asked) -> Wishes:
    """What needs neither money nor review first is planned at once: on account, on delivery, nothing to pay."""
    return plans((call, event.order_id) for call, event in asked if not event.in_review)


@together(plan_shipments)
def plan_passed(asked: Asked) -> Wishes:
    """An order that passed the review goes on, if its money is there or comes later."""
    return plans((call, event.order_id) for call, event in asked if event.passed)


@together(plan_shipments)
def plan_resumed(asked: Asked) -> Wishes:
    """A resumed order goes on where it stopped."""
    return plans((call, event.order_id) for call, event in asked)


@together(plan_shipments)
def plan_paid(asked: Asked) -> Wishes:
    """Paid goods are planned."""
    return plans((call, order_id) for call, order_id, _event in paid_orders(asked))


@together(plan_shipments)
def plan_filled(asked: Asked) -> Wishes:
    """Backordered lines follow when their goods are there."""
    given = [(part_of(call, number), order_id) for call, event in asked for number, order_id in enumerate(event.document_ids)]
    return plans(given)


@together(plan_shipments)
def plan_changed(asked: Asked) -> Wishes:
    """What was added, or has no shipment any more, is planned if the order's goods may leave."""
    return plans((call, event.order_id) for call, event in asked if event.state == "placed")


def _fills(asked: Iterable[tuple[Call, Iterable[UUID]]]) -> Wishes:
    """To answer who waits for these variants, where somebody does."""
    wanted = [(call, list(dict.fromkeys(variant_ids))) for call, variant_ids in asked]
    waited_for = owed({id_ for _call, variant_ids in wanted for id_ in variant_ids})
    for call, variant_ids in wanted:
        if ids := tuple(id_ for id_ in variant_ids if id_ in waited_for):
            yield call, FillBackorders(ids)


@together(fill_backorders)
def fill(asked: Asked) -> Wishes:
    """Goods that are there, or on their way, answer who waits for them."""
    return _fills((call, [line.variant_id for line in event.lines]) for call, event in asked)


@together(fill_backorders)
def fill_let_go(asked: Asked) -> Wishes:
    """What carts let go answers who waits for it."""
    return _fills((call, event.variant_ids) for call, event in asked)


@together(fill_backorders)
def fill_of_order(asked: Asked) -> Wishes:
    """What orders let go or gave back answers who waits for it; what they wait for may have come while they were placed."""
    moved = [(call, event.order_id) for call, event in asked if not isinstance(event, OrderPlaced) or event.backordered]
    demands = demands_of([order_id for _call, order_id in moved])
    return _fills((call, [demand.variant_id for demand in demands.get(order_id, ())]) for call, order_id in moved)
