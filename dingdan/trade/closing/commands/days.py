"""Closing a day: cash is counted, what is open is settled or acknowledged, and the statement is written down for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import Busy, Invalid, Refusal, refuses
from dingdan.kernel.feed import end
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money, bounded, exponent
from dingdan.kernel.register import locked
from dingdan.kernel.tenants import locked_tenant
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.payments.steps import Post, post
from dingdan.trade.closing import steps
from dingdan.trade.closing.events import CashCounted, DayClosed, DayReopened, PointAcknowledged
from dingdan.trade.closing.lifecycle import DAY_CLOSE_LIFE, PointKind
from dingdan.trade.closing.models import DayClose
from dingdan.trade.closing.queries import DayStanding, cash_at, close_of, last_close, open_points, standing, still_coming
from dingdan.trade.closing.rules import Acknowledged, OpenPoint, bounds, counted_by_kind, left_open

# Two who close the same day at once: the second is told that it is closed when it asks again.
refuses("a_day_is_closed_once", Busy)
refuses("one_close_goes_on_from_another", Busy)


class DayIsClosed(Refusal):
    """The statement of the day is written; what is to change in it wants the day to be open."""

    sentence = _("{day} is closed in {currency}.")
    remedy = _("Reopen it first, or let what is new be counted on the next day.")


class DayNotOver(Refusal):
    """What would still happen on the day could not be counted."""

    sentence = _("{day} is not over yet by the shop's clock.")
    remedy = _("Close it tomorrow.")


class EarlierDayOpen(Refusal):
    """Something moved between the last close and this day."""

    sentence = _("Money moved on {open_day}, which is not closed in {currency}.")
    remedy = _("Close {open_day} first.")


class OpenPoints(Refusal):
    """Not everything is known or settled."""

    sentence = _("{day} has {count} open points: {kinds}.")
    remedy = _("Settle them, or acknowledge each with a note that says why it may stay open.")


class StillWriting(Refusal):
    """Entries of the day have no place in the journal yet."""

    sentence = _("Something of {day} is being written into the journal at this moment.")
    remedy = _("Try again in a few seconds.")
    retry_after_seconds = 2


class LaterDayClosed(Refusal):
    """Its closing balance is what a later close began with."""

    sentence = _("{later} is closed in {currency}, and it goes on from {day}.")
    remedy = _("Reopen {later} first.")


class SamePerson(Refusal):
    """Four eyes: what one person has closed another one opens."""

    status = 403
    sentence = _("Who has closed a day does not reopen it.")
    remedy = _("Ask somebody else who may reopen days; whoever runs this server can do it on the command line.")


@command
def count_cash(entry: Entry, *, currency: str, counted: int) -> CashCounted:
    """Write down what was counted in the cash boxes, in minor units, at the entry's time; the difference to the books is posted.

    Refuses an amount below zero, and `DayIsClosed`.
    """
    exponent(currency)
    if counted < 0:
        raise Invalid(field="counted", reason=_("What is counted cannot be less than nothing."))
    bounded(counted, field="counted")
    day = day_of(entry.at, locked_tenant(entry).time_zone)
    _expect_open(day, currency)
    expected = cash_at(entry.at, currency)
    difference = counted - expected
    if difference:
        post([Post(entry, "cash_over" if difference > 0 else "cash_short", abs(difference), currency)])
    count_id = new_id()
    steps.keep_count(entry, id=count_id, day=day, counted=Money(counted, currency), expected=expected)
    return CashCounted(
        cash_count_id=count_id, day=day, currency=currency, expected=expected, counted=counted, difference=difference
    )


def _expect_open(day: date, currency: str) -> None:
    if close_of(day, currency):
        raise DayIsClosed(day=day, currency=currency)


@command
def close_day(entry: Entry, *, day: date, currency: str, acknowledged: tuple[Acknowledged, ...] = ()) -> DayClosed:
    """Write the statement of a day in one currency down: what it opened with, what moved, what every account held in the end.

    Refuses `DayIsClosed`, `DayNotOver`, `EarlierDayOpen`, `LaterDayClosed`, `StillWriting`, and `OpenPoints` unless each of them
    is acknowledged with a note.
    """
    exponent(currency)
    said = [_clean(one) for one in acknowledged]
    zone = locked_tenant(entry).time_zone  # who closes days of a shop takes turns
    _expect_open(day, currency)
    ends_at = bounds(day, zone)[1]
    if entry.at < ends_at:
        raise DayNotOver(day=day)
    last = last_close(currency)
    if last and last.moved_on > day:
        raise LaterDayClosed(day=day, later=last.moved_on, currency=currency)
    if still_coming(currency, ends_at):
        raise StillWriting(day=day)
    now = standing(day, currency, position=end())
    if now.between:
        raise EarlierDayOpen(open_day=day_of(now.between, zone), currency=currency)
    return _close(entry, now, _told(now, said))


def _clean(one: Acknowledged) -> Acknowledged:
    kind = one_of(one.kind, "acknowledged.kind", PointKind)
    note = clean_text(one.note, "acknowledged.note", 500)
    return replace(one, kind=kind, note=note, reference=clean_text(one.reference, "acknowledged.reference", 80, required=False))


def _told(now: DayStanding, said: list[Acknowledged]) -> list[tuple[OpenPoint, str]]:
    silent, told = left_open(open_points(now), said)
    if silent:
        kinds = ", ".join(f"{kind.value.replace('_', ' ')} ({count})" for kind, count in counted_by_kind(silent).items())
        raise OpenPoints(day=now.day, count=len(silent), kinds=kinds, field="acknowledged")
    return told


def _close(entry: Entry, now: DayStanding, told: list[tuple[OpenPoint, str]]) -> DayClosed:
    close_id = steps.keep_close(entry, now, points=told)
    entry.about("day_close", close_id)
    return DayClosed(
        day_close_id=close_id,
        day=now.day,
        currency=now.currency,
        position=now.position,
        postings=sum(one.postings for one in now.on_the_day),
        late=sum(one.postings for one in now.late),
        acknowledged=tuple(PointAcknowledged(kind=one.kind.value, reference=one.reference) for one, _note in told),
    )


@command
def reopen_day(entry: Entry, *, day_close_id: UUID, note: str) -> DayReopened:
    """Open the last closed day again, and say why. Its statement stays to be read; the next one of the day stands beside it.

    Refuses `LaterDayClosed`, and `SamePerson`: whoever closed it does not open it.
    """
    said = clean_text(note, "note", 500)
    row = locked(entry, DayClose, day_close_id)
    state = DAY_CLOSE_LIFE.turn("reopen", row.state)
    last = last_close(row.currency)
    if last and last.id != row.id:
        raise LaterDayClosed(day=row.moved_on, later=last.moved_on, currency=row.currency)
    if entry.actor.kind != "system" and (entry.actor.kind, entry.actor.id) == (row.closed_by_kind, row.closed_by_id):
        raise SamePerson(field="day_close_id")
    steps.reopen(entry, row, state=state, note=said)
    return DayReopened(day_close_id=row.id, day=row.moved_on, currency=row.currency)
