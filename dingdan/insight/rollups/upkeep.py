"""Keeping the rollups: follows the feed, and makes everything anew when asked to, or when the shop goes by another clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from dingdan.insight.rollups import facts, parts
from dingdan.insight.rollups.models import Calendar, MoneyDay, TaxDay
from dingdan.kernel import feed
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope

CONSUMER = "rollups"
AT_ONCE = 500


def follow(order_ids: Iterable[UUID], entries: Sequence[feed.FeedEntry], *, customer_ids: Iterable[UUID] = ()) -> None:
    """Count what these entries brought: they are about those orders and customers, and come next in the feed of the tenant.

    Entries that were passed before are not counted again: the sums and how far they go are one transaction.
    """
    zone = _zone()
    if zone != _kept_zone():
        for _done in renew():
            pass
    with feed.turn_of(CONSUMER):
        roll(order_ids, zone)
        roll_buyers(customer_ids)
        last, passed = entries[-1].position, feed.cursor_of(CONSUMER)
        if last > passed:
            facts.add(after=passed, until=last, zone=zone)
            feed.move_cursor(CONSUMER, last)


def roll(order_ids: Iterable[UUID], zone: str) -> int:
    """Count these orders as they are now, some at a time; returns how many there are."""
    wanted, done = list(order_ids), 0
    for start in range(0, len(wanted), AT_ONCE):
        with feed.turn_of(CONSUMER):
            done += parts.roll(wanted[start : start + AT_ONCE], zone)
    return done


def roll_buyers(customer_ids: Iterable[UUID]) -> int:
    """Count how often these customers bought, some at a time; returns how many there are."""
    wanted = list(customer_ids)
    for start in range(0, len(wanted), AT_ONCE):
        with feed.turn_of(CONSUMER):
            parts.roll_buyers(wanted[start : start + AT_ONCE])
    return len(wanted)


_NEXT = """
SELECT id FROM orders_order WHERE tenant_id = %(tenant)s::uuid AND id > %(after)s::uuid
UNION SELECT id FROM rollups_orderpart WHERE tenant_id = %(tenant)s::uuid AND id > %(after)s::uuid
UNION SELECT order_id FROM rollups_shipmentpart WHERE tenant_id = %(tenant)s::uuid AND order_id > %(after)s::uuid
UNION SELECT order_id FROM rollups_returnpart WHERE tenant_id = %(tenant)s::uuid AND order_id > %(after)s::uuid
ORDER BY id LIMIT %(limit)s
"""
_NEXT_BUYERS = """
SELECT id FROM customers_customer WHERE tenant_id = %(tenant)s::uuid AND id > %(after)s::uuid ORDER BY id LIMIT %(limit)s
"""


def renew() -> Iterator[int]:
    """Count everything of the tenant in scope anew, some orders at a time so that nobody waits for long; yields how many.

    What the feed holds when it begins need not be followed afterwards.
    """
    zone, until = _zone(), feed.end()
    for ids in _batches(_NEXT):
        roll(ids, zone)
        yield len(ids)
    for ids in _batches(_NEXT_BUYERS):
        roll_buyers(ids)
    with feed.turn_of(CONSUMER), whole_tables():
        MoneyDay.objects.all().delete()
        TaxDay.objects.all().delete()
        until = max(until, feed.cursor_of(CONSUMER))
        facts.add(after=0, until=until, zone=zone)
        feed.move_cursor(CONSUMER, until)
        Calendar.objects.bulk_create(
            [Calendar(id=current_tenant_id(), time_zone=zone)],
            update_conflicts=True, unique_fields=["tenant_id", "id"], update_fields=["time_zone"],
        )  # fmt: skip


def _batches(question: str) -> Iterator[list[UUID]]:
    """All ids that a question gives, some at a time."""
    after = UUID(int=0)
    while True:
        with ready_cursor() as cursor:
            cursor.execute(question, {"tenant": current_tenant_id(), "after": after, "limit": AT_ONCE})
            ids = [id_ for (id_,) in cursor.fetchall()]
        if not ids:
            return
        yield ids
        after = ids[-1]


def _zone() -> str:
    return tenant_in_scope().time_zone


def _kept_zone() -> str | None:
    return Calendar.objects.values_list("time_zone", flat=True).first()
