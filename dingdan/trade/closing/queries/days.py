"""The statement of a day: what moved, what the accounts held, what is open. For days that are closed, and for those that are not.

A close counts positions of the journal (see `DayClose`). What is asked here of a day that is open are the same rows, with the
entries that have no position yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from dingdan.kernel import feed
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import NotFound
from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.closing.models import CashCount, DayBalance, DayClose, DayMovement, DayPoint
from dingdan.trade.closing.rules import AccountDay, Moved, accounts_of, bounds

MANY: Final = 50_000
"""Positions of the journal that are counted while somebody waits for a page; more take seconds."""
LATELY: Final = 5_000
"""Positions among which currencies are looked for."""
_BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A part of the journal: the positions from `behind` to `position` (0: to its end) whose business time lies in between.

    Left out is what a close counted before: the positions up to `covered` whose time lies before `covered_until`.
    """

    since: datetime
    until: datetime
    behind: int = 1
    position: int = 0
    covered: int = 0
    covered_until: datetime = _BEGINNING


def counted_by(close: DayClose) -> Counted:
    """What a close counted: the first one the day itself, the others all that was written since the one before."""
    before = close.previous
    if before is None:
        return Counted(since=close.starts_at, until=close.ends_at, position=close.position)
    return Counted(
        since=_BEGINNING,
        until=close.ends_at,
        behind=before.behind,
        position=close.position,
        covered=before.position,
        covered_until=before.ends_at,
    )


# Whose clearing a posting without a payment is says the account at the firm that its entry is about.
_MOVED: Final = """
WITH seen AS MATERIALIZED (
    SELECT item.entry_id, item.id AS position FROM kernel_feeditem AS item
    WHERE item.tenant_id = %(tenant)s AND item.id >= %(behind)s AND item.id <= %(position)s
    UNION ALL SELECT pending.entry_id, NULL FROM kernel_feedpending AS pending
    WHERE pending.tenant_id = %(tenant)s AND %(with_pending)s
)
SELECT posting.rule, coalesce(payment.gateway, firm.gateway, '') AS method, entry.at < %(starts)s AS before,
    count(*), sum(posting.amount)::bigint,
    max(entry.at) FILTER (WHERE entry.at < %(starts)s AND entry.at >= %(covered_until)s)
FROM seen
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = seen.entry_id
JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s AND posting.entry_id = seen.entry_id
LEFT JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = posting.payment_id
LEFT JOIN LATERAL (
    SELECT account.gateway FROM kernel_entrysubject AS about
    JOIN methods_merchantaccount AS account ON account.tenant_id = %(tenant)s AND account.id = about.subject_id
    WHERE about.tenant_id = %(tenant)s AND about.entry_id = posting.entry_id AND about.kind = 'merchant_account' LIMIT 1
) AS firm ON posting.payment_id IS NULL
WHERE posting.currency = %(currency)s AND entry.at < %(ends)s
  AND (seen.position IS NULL OR seen.position > %(covered)s OR entry.at >= %(covered_until)s)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_NEXT: Final = """
SELECT min(item.id) FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = item.entry_id AND entry.at >= %(ends)s
WHERE item.tenant_id = %(tenant)s AND item.id >= %(behind)s AND item.id <= %(position)s AND EXISTS (
    SELECT FROM payments_posting AS posting WHERE posting.tenant_id = %(tenant)s AND posting.entry_id = item.entry_id
)
"""
_PENDING: Final = """
SELECT EXISTS (
    SELECT FROM kernel_feedpending AS pending
    JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = pending.entry_id AND entry.at < %(ends)s
    JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s AND posting.entry_id = pending.entry_id
    WHERE pending.tenant_id = %(tenant)s AND posting.currency = %(currency)s
)
"""
_CURRENCIES: Final = """
SELECT DISTINCT posting.currency FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = item.entry_id
JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s AND posting.entry_id = item.entry_id
WHERE item.tenant_id = %(tenant)s AND item.id >= %(behind)s AND item.id <= %(position)s
  AND entry.at >= %(since)s AND entry.at < %(until)s AND (item.id > %(covered)s OR entry.at >= %(covered_until)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStanding:
    """A day in one currency, closed or not: its accounts, what moved, the last count of cash.

    `between` says the last moment at which something moved after the close before and before this day; None where nothing did.
    """

    day: date
    currency: str
    starts_at: datetime
    ends_at: datetime
    previous: DayClose | None
    position: int
    accounts: tuple[AccountDay, ...]
    moved: tuple[Moved, ...]
    between: datetime | None
    cash: CashCount | None

    @property
    def late(self) -> tuple[Moved, ...]:
        """What came late for days that were closed before."""
        return tuple(one for one in self.moved if one.before) if self.previous else ()

    @property
    def on_the_day(self) -> tuple[Moved, ...]:
        """What moved on the day itself."""
        return tuple(one for one in self.moved if not one.before)

    def closing(self, account: str) -> int:
        """What an account holds at the end of the day, all its parties together; debits count up."""
        return sum(one.closing for one in self.accounts if one.account == account)


def last_close(currency: str, *, before: date | None = None) -> DayClose | None:
    """The last day that is closed in a currency, or the last one before a day."""
    rows = DayClose.objects.filter(currency=currency, state="closed")
    return (rows.filter(moved_on__lt=before) if before else rows).order_by("-moved_on").first()


def left_to_count(day: date, currency: str) -> int:
    """How many positions of the journal a close of that day would count: all since the close before it."""
    previous = last_close(currency, before=day)
    return feed.end() - (previous.behind if previous else 1) + 1


def standing(day: date, currency: str, *, position: int | None = None, until: datetime | None = None) -> DayStanding:
    """A day as the books have it now. With a `position` only what stands in the journal up to there is counted, with `until` only
    what happened before that moment of the day."""
    starts, ends = bounds(day, tenant_in_scope().time_zone)
    ends = min(ends, until) if until else ends
    previous = last_close(currency, before=day)
    upto = feed.end() if position is None else position
    params = _params(previous, upto) | {
        "currency": currency, "starts": starts, "ends": ends, "with_pending": position is None,
    }  # fmt: skip
    with whole_tables() if upto - params["behind"] > MANY else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_MOVED, params)
        rows = cursor.fetchall()
    moved = [
        Moved(rule=rule, method=method, before=before, postings=count, amount=amount)
        for rule, method, before, count, amount, _between in rows
    ]
    between = max((last for *_rest, last in rows if last), default=None) if previous else None
    return DayStanding(
        day=day,
        currency=currency,
        starts_at=starts,
        ends_at=ends,
        previous=previous,
        position=upto,
        accounts=tuple(accounts_of(_closings(previous), moved, is_first=previous is None)),
        moved=tuple(moved),
        between=between,
        cash=cash_count(day, currency),
    )


def _params(previous: DayClose | None, position: int) -> dict[str, Any]:
    return {
        "tenant": current_tenant_id(),
        "behind": previous.behind if previous else 1,
        "covered": previous.position if previous else 0,
        "covered_until": previous.ends_at if previous else _BEGINNING,
        "position": position,
    }


def _closings(close: DayClose | None) -> dict[tuple[str, str], int]:
    if close is None:
        return {}
    rows = DayBalance.objects.filter(close=close).exclude(closing=0)
    return {(account, party): amount for account, party, amount in rows.values_list("account", "party", "closing")}


def next_behind(standing: DayStanding) -> int:
    """The first position that the close after this day may have to count: what lies before the end of the journal and after the
    day."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, _params(standing.previous, standing.position) | {"ends": standing.ends_at})
        (found,) = cursor.fetchone()
    return found or standing.position + 1


def still_coming(currency: str, ends_at: datetime) -> bool:
    """Whether something moved before a time and has no place in the journal yet."""
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, {"tenant": current_tenant_id(), "currency": currency, "ends": ends_at})
        return bool(cursor.fetchone()[0])


def cash_count(day: date, currency: str) -> CashCount | None:
    """The last count of cash on a day."""
    return CashCount.objects.filter(counted_on=day, currency=currency).order_by("-id").first()


def cash_at(moment: datetime, currency: str) -> int:
    """What the books say lies in the cash boxes at a moment."""
    day = day_of(moment, tenant_in_scope().time_zone)
    return standing(day, currency, until=moment + timedelta(microseconds=1)).closing("cash")


def currencies_between(counted: Counted) -> list[str]:
    """The currencies of a part of the journal."""
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "behind": counted.behind, "position": counted.position or feed.end(),
        "since": counted.since, "until": counted.until, "covered": counted.covered, "covered_until": counted.covered_until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CURRENCIES, params)
        return sorted(code for (code,) in cursor.fetchall())


def currencies_in_use() -> list[str]:
    """The currencies that days are closed in: the shop's own first, then those of its channels and of its books.

    Of books that were not closed for long only what was written last is looked at.
    """
    closes = list(DayClose.objects.filter(state="closed").order_by("-moved_on")[:50])
    behind = max(min((one.behind for one in closes), default=1), feed.end() - LATELY)
    now = Counted(since=_BEGINNING, until=datetime(9999, 1, 1, tzinfo=UTC), behind=behind)
    own = tenant_in_scope().currency
    there = {channel.currency for channel in all_channels()} | {one.currency for one in closes} | set(currencies_between(now))
    return [own, *sorted(there - {own})]


def day_close(day_close_id: UUID) -> DayClose:
    """One statement. Raises `NotFound`."""
    row = DayClose.objects.select_related("previous").filter(id=day_close_id).first()
    if row is None:
        raise NotFound(field="day_close_id", what="day close", id=day_close_id)
    return row


def day_closes() -> QuerySet[DayClose]:
    """All statements, the last day first."""
    return DayClose.objects.select_related("previous").order_by("-moved_on", "-id")


def close_of(day: date, currency: str) -> DayClose | None:
    """The statement of a day that is closed."""
    return DayClose.objects.select_related("previous").filter(moved_on=day, currency=currency, state="closed").first()


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a closed day says."""

    close: DayClose
    balances: Sequence[DayBalance]
    movements: Sequence[DayMovement]
    points: Sequence[DayPoint]
    cash: CashCount | None


def statement_of(close: DayClose) -> Statement:
    """What the statement of a day says."""
    return Statement(
        close,
        list(DayBalance.objects.filter(close=close).order_by("id")),
        list(DayMovement.objects.filter(close=close).order_by("id")),
        list(DayPoint.objects.filter(close=close).order_by("id")),
        cash_count(close.moved_on, close.currency),
    )


def by_method(moved: Iterable[Moved]) -> dict[str, list[Moved]]:
    """What moved, by method."""
    found: dict[str, list[Moved]] = defaultdict(list)
    for one in moved:
        found[one.method].append(one)
    return dict(found)
