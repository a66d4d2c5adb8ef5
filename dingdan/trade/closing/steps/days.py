"""Writing down the statement of a day, and a count of cash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.rows import insert
from dingdan.trade.closing.models import CashCount, DayBalance, DayClose, DayMovement, DayPoint
from dingdan.trade.closing.queries import DayStanding, next_behind
from dingdan.trade.closing.rules import OpenPoint


def keep_count(entry: Entry, *, id: UUID, day: date, counted: Money, expected: int) -> None:  # noqa: A002
    """Write a count of cash down."""
    CashCount.objects.create(
        entry_id=entry.id,
        number=id,
        counted_on=day,
        currency=counted.currency,
        at=entry.at,
        expected=expected,
        counted=counted.amount,
    )
    entry.about("cash_count", id)


def keep_close(entry: Entry, now: DayStanding, *, points: Sequence[tuple[OpenPoint, str]]) -> UUID:
    """Write a statement down with its accounts, movements and acknowledged points, and return its id."""
    close_id = new_id()
    counted = (*now.on_the_day, *now.late)
    head: dict[str, Any] = {
        "id": close_id, "moved_on": now.day, "currency": now.currency, "starts_at": now.starts_at, "ends_at": now.ends_at,
        "previous_id": now.previous.id if now.previous else None, "position": now.position, "behind": next_behind(now),
        "postings": sum(one.postings for one in now.on_the_day), "late": sum(one.postings for one in now.late),
        "closed_at": entry.at, "closed_by_kind": entry.actor.kind, "closed_by_id": entry.actor.id,
    }  # fmt: skip
    insert(
        (DayClose, [head]),
        (
            DayBalance,
            [
                {
                    "close_id": close_id, "account": one.account, "party": one.party, "opening": one.opening, "late": one.late,
                    "debits": one.debits, "credits": one.credits, "closing": one.closing,
                }
                for one in now.accounts
            ],
        ),
        (
            DayMovement,
            [
                {
                    "close_id": close_id, "rule": one.rule, "method": one.method, "is_late": one.before,
                    "postings": one.postings, "amount": one.amount,
                }
                for one in counted
            ],
        ),
        (
            DayPoint,
            [
                {"close_id": close_id, "kind": one.kind.value, "reference": one.reference, "note": note}
                for one, note in points
            ],
        ),
    )  # fmt: skip
    return close_id


def reopen(entry: Entry, row: DayClose, *, state: str, note: str) -> None:
    """A statement counts no longer."""
    DayClose.objects.filter(id=row.id).update(
        state=state, reopened_at=entry.at, reopened_by_kind=entry.actor.kind, reopened_by_id=entry.actor.id, note=note
    )
