"""How well tickets are looked after: times, lateness and satisfaction, by topic, owner or week."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import StringIO
from typing import Any, Final

from django.db import connection

from dingdan.kernel.sheets import guarded
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.tickets.lifecycle import ALIVE


class ReportBy(StrEnum):
    """What the rows of a report are."""

    TOPIC = "topic"
    OWNER = "owner"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """What became of the tickets that were opened in a time, for one topic, owner (its account) or week (`2026-W48`).

    The times are medians in seconds, by the clock of the topic: working time where it says so, and without waiting for the
    customer. Late is what came after its deadline, or has not come and should have. `rating_sum` is of the `rated` ones.
    """

    key: str
    opened: int
    answered: int
    answer_seconds: int | None
    answered_late: int
    solved: int
    solve_seconds: int | None
    solved_late: int
    late: int
    escalated: int
    rated: int
    rating_sum: int


_KEYS: Final = {
    ReportBy.TOPIC: "ticket.topic",
    ReportBy.OWNER: "coalesce(ticket.owner_id::text, '')",
    ReportBy.WEEK: "to_char(ticket.opened_at AT TIME ZONE %(zone)s, 'IYYY-\"W\"IW')",
}
_REPORT: Final = """
WITH told AS (
    SELECT {key} AS key, ticket.*,
           ticket.answer_by_at < coalesce(ticket.answered_at, CASE WHEN ticket.state = ANY(%(alive)s) THEN %(now)s END)
               AS is_answered_late,
           ticket.solve_by_at < coalesce(ticket.solved_at, CASE WHEN ticket.state = ANY(%(alive)s)
                                                           THEN coalesce(ticket.paused_at, %(now)s) END) AS is_solved_late
    FROM tickets_ticket AS ticket
    WHERE ticket.tenant_id = %(tenant)s AND ticket.merged_into_id IS NULL
      AND ticket.opened_at >= %(since)s AND ticket.opened_at < %(until)s
)
SELECT key, count(*), count(answered_at), percentile_disc(0.5) WITHIN GROUP (ORDER BY answer_seconds),
       count(*) FILTER (WHERE is_answered_late), count(solved_at), percentile_disc(0.5) WITHIN GROUP (ORDER BY solve_seconds),
       count(*) FILTER (WHERE is_solved_late), count(*) FILTER (WHERE is_answered_late OR is_solved_late),
       count(escalated_at), count(rating), coalesce(sum(rating), 0)
FROM told GROUP BY key ORDER BY key
"""


def report(by: ReportBy, *, since: datetime, until: datetime, now: datetime) -> list[ReportRow]:
    """The tickets opened from one moment to another, by topic, owner or week of the shop's clock, as they stand now."""
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "since": since, "until": until, "now": now, "alive": list(ALIVE),
        "zone": tenant_in_scope().time_zone,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_REPORT.format(key=_KEYS[by]), params)
        names = list(ReportRow.__dataclass_fields__)
        return [ReportRow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def as_csv(rows: Iterable[ReportRow]) -> str:
    """A report as a table for a spreadsheet: a heading, then a line for each row, numbers as they are."""
    written = StringIO()
    names = list(ReportRow.__dataclass_fields__)
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(names)
    table.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return written.getvalue()


def _cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value
