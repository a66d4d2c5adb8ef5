"""Verbs on discrepancies, inside a command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dingdan.kernel.errors import Busy, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.trade.reconciliation.events import DiscrepancyReported
from dingdan.trade.reconciliation.lifecycle import DISCREPANCY_LIFE, Resolution
from dingdan.trade.reconciliation.models import Discrepancy
from dingdan.trade.reconciliation.queries.differing import lock_known
from dingdan.trade.reconciliation.rules import DiscrepancyFound, Key, is_the_same, key_of

refuses("a_discrepancy_is_open_once", Busy)  # two who find the same at once: the second counts it when it asks again


@dataclass(frozen=True, slots=True)
class Report:
    """Something was found to differ."""

    entry: Entry
    found: DiscrepancyFound


_SAID: Final = ("kind", "source", "reference", "payment_reference", "currency", "amount", "expected")
_ABOUT: Final = ("payment_id", "attempt_id", "line_id")
_COUNTED: Final = ("seen", "last_seen_at", "payment_reference", "currency", "amount", "expected", *_ABOUT)


def report(reports: Sequence[Report]) -> list[DiscrepancyReported]:
    """Write down what was found; count it where it is open already, or where people let the same be before.

    One answer per report, in order. At most three statements.
    """
    if not reports:
        return []
    known: dict[Key, Discrepancy] = {}
    ignored: dict[Key, list[Discrepancy]] = defaultdict(list)
    for row in lock_known({one.found.source for one in reports}, {one.found.reference for one in reports}):
        if row.state == DISCREPANCY_LIFE.initial:
            known[key_of(row)] = row
        else:
            ignored[key_of(row)].append(row)
    fresh: dict[Key, Discrepancy] = {}
    counted: dict[Key, Discrepancy] = {}
    told = []
    for one in reports:
        key = key_of(one.found)
        before = known.get(key) or next((old for old in ignored[key] if is_the_same(old, one.found)), None)
        if before is None:
            known[key] = fresh[key] = _new(one)
        else:
            _count(before, one)
            if key not in fresh:
                counted[key] = before
        told.append(_told(one.entry, before or known[key]))
    insert((Discrepancy, [_columns(row) for row in fresh.values()]))
    if counted:
        Discrepancy.objects.bulk_update(counted.values(), _COUNTED)
    return told


def settle(entry: Entry, *, row: Discrepancy, resolution: Resolution, note: str) -> None:
    """A person has seen to a discrepancy. Refuses one that is settled (`NotInThisState`)."""
    Discrepancy.objects.filter(id=row.id).update(
        state=DISCREPANCY_LIFE.turn("resolve", row.state),
        resolution=resolution.value,
        note=note,
        resolved_at=entry.at,
        resolved_by_kind=entry.actor.kind,
        resolved_by_id=entry.actor.id,
    )
    if row.payment_id:
        entry.about("payment", row.payment_id)


def _new(one: Report) -> Discrepancy:
    said = {name: getattr(one.found, name) for name in (*_SAID, *_ABOUT)}
    return Discrepancy(id=new_id(), first_seen_at=one.entry.at, last_seen_at=one.entry.at, **said)


def _count(row: Discrepancy, one: Report) -> None:
    """Once more: what is said now counts, and what is known of its subjects stays known."""
    row.seen += 1
    row.last_seen_at = max(row.last_seen_at, one.entry.at)
    for name in ("payment_reference", "currency", *_ABOUT):
        setattr(row, name, getattr(one.found, name) or getattr(row, name))
    row.amount, row.expected = one.found.amount, one.found.expected


def _columns(row: Discrepancy) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "seen", "first_seen_at", "last_seen_at", *_SAID, *_ABOUT)}


def _told(entry: Entry, row: Discrepancy) -> DiscrepancyReported:
    entry.about("discrepancy", row.id)
    if row.payment_id:
        entry.about("payment", row.payment_id)
    return DiscrepancyReported(
        discrepancy_id=row.id,
        kind=row.kind,
        source=row.source,
        state=row.state,
        seen=row.seen,
        currency=row.currency,
        amount=row.amount,
        expected=row.expected,
        payment_id=row.payment_id,
        attempt_id=row.attempt_id,
        line_id=row.line_id,
    )
