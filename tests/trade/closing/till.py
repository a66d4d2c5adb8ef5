"""A shop as a bookkeeper sees it: money comes on one day or another, and days are closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from dingdan.kernel import feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, record_payments
from dingdan.ledgers.payments.events import PaymentRecorded
from dingdan.ledgers.payments.models import Posting
from dingdan.trade.closing.commands import close_day, count_cash
from dingdan.trade.closing.events import CashCounted, DayClosed
from dingdan.trade.closing.models import (
    AccountMapping,
    Bill,
    BillLine,
    CashCount,
    DayBalance,
    DayClose,
    DayMovement,
    DayPoint,
    Payout,
)
from dingdan.trade.closing.rules import Acknowledged

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 3))
EVERYTHING = (AccountMapping, Bill, BillLine, CashCount, DayBalance, DayClose, DayMovement, DayPoint, Payout, Posting)
AMY, BEN = (Actor("staff", name, frozenset({"*"})) for name in ("1", "2"))
NEVER_MIND = tuple(Acknowledged(kind=kind, note="not now") for kind in ("cash_not_counted", "discrepancy", "bill_missing"))


def noon(day: date) -> datetime:
    """The middle of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@dataclass
class Till:
    """A tenant, in scope while the test runs."""

    id: UUID = field(default_factory=new_id)

    def call(self, *, at: datetime | None = None, actor: Actor = AMY, key: str | None = None) -> Call:
        """A call of a command in this shop."""
        return Call(tenant_id=self.id, actor=actor, key=key or str(new_id()), at=at)

    def receive(
        self, amount: int, *, on: date, method: str = "cash", currency: str = "GBP", reference: str = ""
    ) -> PaymentRecorded:
        """Money that came at noon and is nobody's yet."""
        intent = MoneyReceived(method=method, money=Money(amount, currency), reference=reference)
        return record_payments.one(self.call(at=noon(on)), intent)

    def count(self, counted: int, *, on: date, currency: str = "GBP") -> CashCounted:
        """Cash is counted in the evening."""
        return count_cash(self.call(at=noon(on) + timedelta(hours=8)), currency=currency, counted=counted)

    def close(
        self, day: date, *, currency: str = "GBP", acknowledged: Sequence[Acknowledged] = NEVER_MIND, actor: Actor = AMY
    ) -> DayClosed:
        """The day is closed on the next morning."""
        feed.sequence(self.id)
        call = self.call(at=noon(day) + timedelta(days=1), actor=actor)
        return close_day(call, day=day, currency=currency, acknowledged=tuple(acknowledged))

    def balances(self, closed: DayClosed) -> dict[str, tuple[int, int, int, int, int]]:
        """Account → opening, late, debits, credits, closing in the statement of a day."""
        rows = DayBalance.objects.filter(close_id=closed.day_close_id).order_by("id")
        return {
            f"{row.account} {row.party}".strip(): (row.opening, row.late, row.debits, row.credits, row.closing) for row in rows
        }

    def posted(self) -> list[tuple[str, int, str]]:
        """Rule, amount and currency of every posting, in order."""
        return list(Posting.objects.order_by("id").values_list("rule", "amount", "currency"))

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """Assert that the block writes no entry and changes no row."""
        before = self._everything()
        yield
        assert self._everything() == before

    def _everything(self) -> list[Any]:
        return [JournalEntry.objects.count(), *(list(model.objects.order_by("id").values()) for model in EVERYTHING)]
