"""What happened when bills, payouts and days were closed: ids, amounts and states. Notes of people stay out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedAccount:
    """One account of ours, and what a program calls it."""

    account: str
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsMapped(Event):
    """It was said what a program of accountants calls accounts of ours."""

    target: str
    accounts: tuple[MappedAccount, ...]
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CashCounted(Event):
    """Cash was counted; the difference is in the books."""

    cash_count_id: UUID
    day: date
    currency: str
    expected: int
    counted: int
    difference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointAcknowledged:
    """What was open when the day was closed, and may stay so. The note about it is kept beside."""

    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed(Event):
    """A day was closed in one currency. `position` is the last one of the journal that it counts."""

    day_close_id: UUID
    day: date
    currency: str
    position: int
    postings: int
    late: int
    acknowledged: tuple[PointAcknowledged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReopened(Event):
    """A closed day is open again."""

    day_close_id: UUID
    day: date
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillAwaited(Event):
    """A gateway has no bill of a day yet, or could not be asked: `error` says which."""

    bill_id: UUID
    gateway: str
    day: date
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLinesRecorded(Event):
    """Lines of a bill were written down; `fresh` are those that were not there before."""

    bill_id: UUID
    gateway: str
    day: date
    fresh: int
    payouts: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFetched(Event):
    """All lines of a bill are here."""

    bill_id: UUID
    gateway: str
    day: date
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillCompared(Event):
    """Lines of a bill were held against the books, and the fees of those that are matched were posted, in minor units."""

    bill_id: UUID
    gateway: str
    day: date
    matched: int
    missing: int
    differing: int
    noted: int
    fees_kept: int
    fees_returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutArrived(Event):
    """A gateway's payout is in our bank. `lines` is what its lines add up to; another `arrived_currency` was exchanged."""

    payout_id: UUID
    gateway: str
    reference: str
    currency: str
    lines: int
    arrived: int
    arrived_currency: str
    payments: tuple[UUID, ...]
    line_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutChecked(Event):
    """A payout was held against its lines."""

    payout_id: UUID
    gateway: str
    state: str
    amount: int
    lines: int
