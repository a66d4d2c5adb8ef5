"""What one piece of an article cost at a moment, as price lists said it then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """From a moment on, until another; without an end it lasts."""

    since: datetime
    until: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether it lasted at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    @property
    def turns(self) -> tuple[datetime, ...]:
        """When it began and, where it is over, when it ended."""
        return (self.since,) if self.until is None else (self.since, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListThen(Spell):
    """What a price list said: its days, and how it stands to others. Only lists for everybody in one channel are looked at."""

    price_list_id: UUID
    code: str
    of_channel: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    priority: int = 0

    def runs(self, on: date) -> bool:
        """Whether its prices count on a day."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or on <= self.ends_on)

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """The list with the least of these comes first, as in `queries.price_book`."""
        started = self.starts_on.toordinal() if self.starts_on else 0
        return -self.priority, not self.of_channel, -started, self.code

    @property
    def turns(self) -> tuple[datetime, ...]:
        """When it may have begun or ceased to count: its days are those of the world's clock (UTC)."""
        days = (self.starts_on, self.ends_on and self.ends_on + timedelta(days=1))
        begins = [datetime.combine(day, time(), UTC) for day in days if day]
        return (self.since, *([self.until] if self.until else []), *begins)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceThen(Spell):
    """What a list asked for one piece, in minor units."""

    price_list_id: UUID
    unit_price: Decimal


def price_then(prices: Iterable[PriceThen], lists: Sequence[ListThen], moment: datetime) -> Decimal | None:
    """What one piece cost everybody at a moment; None where it had no price."""
    on = moment.astimezone(UTC).date()
    rank = {one.price_list_id: one.rank for one in lists if one.covers(moment) and one.runs(on)}
    there = [one for one in prices if one.price_list_id in rank and one.covers(moment)]
    return min(there, key=lambda one: rank[one.price_list_id]).unit_price if there else None
