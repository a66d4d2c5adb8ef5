"""Bulk changes are done some orders at a time, each under a key of its own: a job that was cut short goes on where it stopped."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Actor, Call, Event
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.queries import ceilings_for
from dingdan.trade.changes import queries
from dingdan.trade.changes.commands import ChangeOrder, Outcome, advance_bulk, change_orders
from dingdan.trade.changes.events import BulkStarted, OrderChanged
from dingdan.trade.changes.lifecycle import BULK_LIFE, BulkOutcome
from dingdan.trade.changes.models import Bulk
from dingdan.trade.changes.rules import permissions_of

AT_ONCE = 100
PAUSES = (503, 500)
"""Refusals that say nothing about the order: it is tried again."""


def begin_bulk(call: Call, event: BulkStarted) -> None:
    """Whoever works takes it up."""
    work_on_bulk.defer(tenant_id=str(call.tenant_id), bulk_id=str(event.bulk_id))


class Interrupted(Exception):
    """Something was in the way that has nothing to do with the orders; the job is tried again."""


@job("change_many_orders")
def work_on_bulk(*, tenant_id: str, bulk_id: str) -> None:
    """Do a bulk change to its end, or until somebody stops it."""
    with tenant_scope(UUID(tenant_id)):
        while work_on_some(UUID(tenant_id), UUID(bulk_id)):
            pass


def work_on_some(tenant_id: UUID, bulk_id: UUID) -> int:
    """Do some orders of a bulk change of the tenant in scope; returns how many. Raises `Interrupted`."""
    bulk = queries.bulk(bulk_id)
    ids = queries.waiting(bulk_id, limit=AT_ONCE) if BULK_LIFE.may("finish", bulk.state) else []
    if not ids:
        return 0
    outcomes = _tried(bulk, ids) if bulk.is_dry else _done(tenant_id, bulk, ids)
    key = f"bulk:{bulk_id}:{ids[0]}"
    advance_bulk(Call(tenant_id=tenant_id, actor=Actor("rule", "bulk", frozenset({"changes.*"})), key=key),
                 bulk_id=bulk_id, outcomes=tuple(outcomes))  # fmt: skip
    return len(ids)


def _actor(bulk: Bulk) -> Actor:
    """Whoever asked for it; what they may was checked then."""
    kinds = {permission for wish in queries.wishes_of(bulk) for permission in permissions_of(wish)}
    may = frozenset({"changes.change_orders", *kinds})
    return Actor(bulk.actor_kind, bulk.actor, may, ceilings_for(bulk.actor_kind, bulk.actor))  # type: ignore[arg-type]


def _tried(bulk: Bulk, ids: list[UUID]) -> list[Outcome]:
    found = queries.expected(ids, queries.wishes_of(bulk), may=_actor(bulk).may)
    return [
        _refused(one.order_id, one.refused)
        if one.refused
        else Outcome(order_id=one.order_id, outcome=BulkOutcome.WOULD_CHANGE, difference=one.difference)
        for one in found
    ]


def _done(tenant_id: UUID, bulk: Bulk, ids: list[UUID]) -> list[Outcome]:
    actor, wishes = _actor(bulk), queries.wishes_of(bulk)
    asked = [
        (
            Call(tenant_id=tenant_id, actor=actor, key=f"bulk:{bulk.id}:order:{order_id}"),
            ChangeOrder(order_id=order_id, changes=wishes, refund_to=bulk.refund_to),
        )
        for order_id in ids
    ]
    return [_outcome(order_id, told) for order_id, told in zip(ids, change_orders.many(asked), strict=True)]


def _outcome(order_id: UUID, told: Event | Refusal) -> Outcome:
    if isinstance(told, OrderChanged):
        return Outcome(order_id=order_id, outcome=BulkOutcome.CHANGED, change_id=told.change_id, difference=told.difference)
    assert isinstance(told, Refusal)  # noqa: S101 (a command answers with its event or a refusal)
    if told.status in PAUSES:
        raise Interrupted(str(told))
    return _refused(order_id, told)


def _refused(order_id: UUID, refusal: Refusal) -> Outcome:
    return Outcome(order_id=order_id, outcome=BulkOutcome.REFUSED, code=refusal.code, detail=str(refusal))
