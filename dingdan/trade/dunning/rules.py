"""What of invoices is open, how late it is, and which reminder is next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

AGES: Final = (30, 60, 90)
"""How overdue invoices are grouped: up to so many days, and what is older."""


class NothingToRemind(Refusal):
    """The invoice is paid, not due yet, stopped, or was reminded a short while ago."""

    sentence = _("There is nothing to remind of here: {reason}.")
    remedy = _("Look at the invoice, and at what was paid of it.")


class NothingOpen(Refusal):
    """The customer owes nothing on account."""

    sentence = _("This customer owes nothing that was bought on account.")
    remedy = _("Nothing is to be done.")


class Level(Protocol):
    """A level of reminders."""

    @property
    def level(self) -> int: ...
    @property
    def days(self) -> int: ...
    @property
    def automatic(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The last reminder that was given: at which level, meant for after how many days, when."""

    level: int
    days: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """An invoice on account of which something is open, in minor units."""

    id: UUID
    number: str
    order_id: UUID
    order_number: str
    customer_id: UUID | None
    issued_on: date
    due_on: date
    currency: str
    total: int
    open: int
    last: Given | None = None
    stopped: str = ""
    """Why nobody is reminded of it."""

    def late(self, on: date) -> int:
        """For how many days it is overdue; zero or less: it is not."""
        return (on - self.due_on).days


def open_parts(totals: Sequence[tuple[UUID, int]], left: int) -> dict[UUID, int]:
    """What of invoices of one order, the oldest first, is open, when so much of all of them is: the oldest are paid first."""
    found: dict[UUID, int] = {}
    for id_, total in reversed(totals):
        found[id_] = min(total, max(0, left))
        left -= found[id_]
    return {id_: amount for id_, amount in found.items() if amount}


def next_level(one: OpenInvoice, levels: Iterable[Level], on: date) -> int | None:
    """Which level is next for an invoice and is due by that day; None where none is.

    The levels are given one after the other, and never closer to each other than they are apart, however late one begins.
    """
    if one.stopped:
        return None
    last = one.last
    following = [level for level in levels if last is None or level.level > last.level]
    if not following:
        return None
    level = min(following, key=lambda each: each.level)
    if one.late(on) < max(level.days, 1):
        return None
    if last is not None and (on - last.on).days < max(level.days - last.days, 1):
        return None
    return level.level


def age_of(days: int) -> str:
    """The group of an invoice that is so many days late, such as 1–30; empty where it is not late."""
    if days < 1:
        return ""
    start = 1
    for end in AGES:
        if days <= end:
            return f"{start}–{end}"
        start = end + 1
    return f"> {AGES[-1]}"


def by_age(found: Iterable[OpenInvoice], on: date) -> Mapping[str, Mapping[str, int]]:
    """What is open by currency and group of age."""
    sums: dict[str, dict[str, int]] = {}
    for one in found:
        ages = sums.setdefault(one.currency, {})
        age = age_of(one.late(on))
        ages[age] = ages.get(age, 0) + one.open
    return sums
