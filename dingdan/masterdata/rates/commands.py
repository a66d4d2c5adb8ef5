"""What can be done with rates: written down one by one, or taken in as a list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.rows import insert
from dingdan.masterdata.rates.events import RateChanged, RateSaved, RatesSaved, RateTurned
from dingdan.masterdata.rates.lifecycle import RATE_LIFE
from dingdan.masterdata.rates.models import Rate
from dingdan.masterdata.rates.rules import RateDraft, clean_rate, clean_rates

key_of("a_rate_is_there_once_for_a_day", field="valid_on", what="rate")

_SAID = ("base", "currency", "value", "valid_on", "source")


@command
def save_rate(entry: Entry, *, rate: RateDraft) -> RateSaved:
    """Write a rate down, or change it: what one unit of a currency is in another, from a day on.

    It is for showing amounts, and never moves money. Refuses currencies and rates that cannot be, naming the field.
    """
    row = locked(entry, Rate, rate.id) if rate.id else None
    draft = clean_rate(rate)
    if row is None:
        known = Rate.objects.filter(base=draft.base, currency=draft.currency, valid_on=draft.valid_on)
        row = known.select_for_update(no_key=True).first()
    saved = put(entry, row, {name: getattr(draft, name) for name in _SAID}, model=Rate)
    return RateSaved(rate_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def save_rates(entry: Entry, *, rates: tuple[RateDraft, ...]) -> RatesSaved:
    """Take a list of rates in: new ones are written down, others are changed, and what is there already stays.

    Refuses `TooManyRates`, and the whole list for one rate that cannot be, naming its place.
    """
    drafts = clean_rates(rates)
    there = _there(drafts)
    new, other, told = [], [], []
    for draft in drafts:
        row = there.get((draft.base, draft.currency, draft.valid_on))
        before = row.value if row else None
        if row is None:
            new.append({"id": new_id(), "state": RATE_LIFE.initial, **{name: getattr(draft, name) for name in _SAID}})
        elif (row.value, row.source) != (draft.value, draft.source):
            row.value, row.source = draft.value, draft.source
            other.append(row)
        if before != draft.value:
            told.append(
                RateChanged(
                    base=draft.base, currency=draft.currency, valid_on=draft.valid_on, before=before, after=draft.value
                )
            )  # fmt: skip
    insert((Rate, new))
    Rate.objects.bulk_update(other, ["value", "source"])
    return RatesSaved(count=len(drafts), changed=tuple(told))


def _there(drafts: Sequence[RateDraft]) -> dict[tuple[str, str, object], Rate]:
    """The rows of those days that are there, locked in one order."""
    rows = Rate.objects.select_for_update(no_key=True).filter(
        base__in={one.base for one in drafts}, valid_on__in={one.valid_on for one in drafts}
    )
    return {(row.base, row.currency, row.valid_on): row for row in rows.order_by("base", "currency", "valid_on")}


@command
def retire_rate(entry: Entry, *, rate_id: UUID) -> RateTurned:
    """Show nothing at a rate any more: it was wrong. Refuses one that is retired already."""
    return _turn(entry, rate_id, "retire")


@command
def restore_rate(entry: Entry, *, rate_id: UUID) -> RateTurned:
    """Let amounts be shown at a retired rate again. Refuses one that is in use."""
    return _turn(entry, rate_id, "restore")


def _turn(entry: Entry, rate_id: UUID, turn: str) -> RateTurned:
    row = locked(entry, Rate, rate_id)
    saved = put(entry, row, {"state": RATE_LIFE.turn(turn, row.state)}, model=Rate)
    return RateTurned(rate_id=rate_id, state=saved.row.state)
