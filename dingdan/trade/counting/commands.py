"""What can be done with counts: a sheet, what was counted, the books corrected by it, and that taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import LARGEST_QUANTITY, QuantityOutOfRange
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.queries import Names, Place
from dingdan.ledgers.inventory.rules import OneSerialOnePiece, StockChange, checked_lines, checked_lot, checked_moment
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable, Tracking
from dingdan.trade.counting import queries, steps
from dingdan.trade.counting.events import (
    CorrectedPlace,
    CountAbandoned,
    CountApplied,
    CountedPlace,
    CountsEntered,
    CountStarted,
    CountTakenBack,
)
from dingdan.trade.counting.lifecycle import COUNT_LIFE
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import CountWanted, SeenGoods, is_beyond

MOST_PLACES: Final = 2_000
TAKEN_BACK: Final = "taken_back"
"""The reason of moves that undo a count."""


class NothingToCount(Refusal):
    """Nothing lies there."""

    status = 422
    sentence = _("Nothing lies there that could be counted.")
    remedy = _("Choose other locations or articles.")


class TooMuchToCount(Refusal):
    """A sheet that nobody walks through."""

    status = 422
    sentence = _("There are more than {most} places to count.")
    remedy = _("Count a part of the locations, or of the articles.")


class CountedBefore(Refusal):
    """Two people count the same place, or one of them twice."""

    sentence = _("{sku} at {place} was counted before: {counted}, by {who}.")
    remedy = _("Leave it so, or say that it was counted again.")


class NothingCounted(Refusal):
    """A sheet on which nobody wrote anything."""

    sentence = _("Nothing was counted on this sheet yet.")
    remedy = _("Count first; or close the sheet, if nothing is to come of it.")


class RecountNeeded(Refusal):
    """Differences that are too large to be believed at once."""

    sentence = _("{count} places differ by more than is tolerated and were counted only once.")
    remedy = _("Let them be counted again; or say that they shall be applied as they are.")


@command
def start_count(entry: Entry, *, wanted: CountWanted) -> CountStarted:
    """Make a sheet of what lies in the stock of a node, or of a part of it."""
    node = inventory_queries.node(wanted.node_id)
    count = Count(id=new_id(), node=node, is_blind=wanted.is_blind, title=clean_text(wanted.title, "title", 200, required=False))
    count.tolerance, count.tolerance_percent = wanted.tolerance, wanted.tolerance_percent
    _check_tolerance(count)
    between = (clean_text(wanted.first, "first", 64, required=False), clean_text(wanted.last, "last", 64, required=False))
    begins = clean_text(wanted.begins, "begins", 64, required=False)
    variant_ids = None if wanted.skus is None else _variants(wanted.skus)
    places = inventory_queries.countable(node.id, between=between, begins=begins, variant_ids=variant_ids, limit=MOST_PLACES + 1)
    if not places:
        raise NothingToCount(field="first")
    if len(places) > MOST_PLACES:
        raise TooMuchToCount(field="first", most=MOST_PLACES)
    steps.open_count(entry, count=count, places=places)
    return CountStarted(count_id=count.id, number=count.number, node_id=node.id, places=len(places))


def _check_tolerance(count: Count) -> None:
    if type(count.tolerance) is not int or not 0 <= count.tolerance <= LARGEST_QUANTITY:
        raise QuantityOutOfRange(field="tolerance", quantity=str(count.tolerance)[:30])
    if type(count.tolerance_percent) is not int or not 0 <= count.tolerance_percent <= 100:
        raise Invalid(field="tolerance_percent", reason=_("Give a whole number from 0 to 100."))


def _variants(skus: Sequence[str]) -> set[UUID]:
    if len(skus) > MOST_PLACES:
        raise TooMuchToCount(field="skus", most=MOST_PLACES)
    wanted = [clean_text(sku, "skus", 64) for sku in skus]
    known = variants_by_sku(set(wanted))
    missing = next((sku for sku in wanted if sku not in known), None)
    if missing is not None:
        raise NotFound(field="skus", what="variant", id=missing)
    return {one.id for one in known.values()}


# ── what was counted ─────────────────────────────────────────────────────────────────────────────────────────────────────
@command
def enter_counts(
    entry: Entry, *, count_id: UUID, lines: tuple[SeenGoods, ...], counted_at: datetime | None = None, again: bool = False
) -> CountsEntered:
    """Say how many lie at places of a count: also where its sheet has none. Nothing is corrected yet.

    What counts is what the books had when it was counted: now, or at `counted_at` (a paper that is typed in later, a phone that
    had no connection). Orders that are picked or sent later, and goods that come, are no difference. A place that was counted
    before is refused, unless it was counted `again`.
    """
    checked_lines(lines)
    count = queries.lock_count(count_id)
    COUNT_LIFE.turn("count", count.state)
    at = _moment(entry, count, counted_at)
    on_sheet = queries.lines_of(count.id)
    known = queries.by_place(on_sheet)
    counted = _Reading(entry, count, lots=queries.lots_at(on_sheet)).read(lines)
    if not again:
        _refuse_second_counts(counted, known)
    seen = steps.note_seen(entry, count=count, counted=counted, known=known, at=at)
    entry.about(steps.DOCUMENT, count.id)
    return CountsEntered(
        count_id=count.id, lines=tuple(_told(one.place, one.counted, one.difference) for one in seen),
        to_recount=sum(_is_beyond(count, one) for one in seen if one.place not in known or known[one.place].times == 1),
    )  # fmt: skip


def _is_beyond(count: Count, one: steps.Seen) -> bool:
    return is_beyond(one.difference, one.books, tolerance=count.tolerance, percent=count.tolerance_percent)


def _moment(entry: Entry, count: Count, counted_at: datetime | None) -> datetime | None:
    if counted_at is None:
        return None
    moment = checked_moment(counted_at, field="counted_at")
    if not count.started_at <= moment <= entry.at:
        raise Invalid(field="counted_at", reason=_("Give a time between the start of the count and now."))
    return moment


def _refuse_second_counts(counted: Mapping[Place, int], known: Mapping[Place, CountLine]) -> None:
    for index, place in enumerate(counted):
        line = known.get(place)
        if line is not None and line.counted is not None:
            raise CountedBefore(
                field=f"lines.{index}", sku=line.variant.sku, place=line.location.code, counted=line.counted, who=line.counted_by
            )


def _told(place: Place, counted: int, change: int) -> CountedPlace:
    variant_id, location_id, _owner_id, lot_id = place
    return CountedPlace(variant_id=variant_id, location_id=location_id, lot_id=lot_id, counted=counted, change=change)


class _Reading:
    """What the lines of a call mean on a sheet."""

    def __init__(self, entry: Entry, count: Count, *, lots: Mapping[tuple[UUID, str], UUID]) -> None:
        self._entry, self._count, self._lots = entry, count, dict(lots)

    def read(self, lines: Sequence[SeenGoods]) -> dict[Place, int]:
        """What was counted, by place. Refuses what is not kept here, places of elsewhere, and what is counted twice."""
        names = Names(lines, owners=[line.owner_id for line in lines], locations=[line.location_id for line in lines])
        variants = names.variants(lines)
        codes = [
            self._code(line, variant, f"lines.{index}") for index, (line, variant) in enumerate(zip(lines, variants, strict=True))
        ]
        self._lots |= inventory.name_lots(
            [
                inventory.NamedLot(self._entry, variant.id, code, variant.tracking == Tracking.SERIAL)
                for variant, code in zip(variants, codes, strict=True)
                if code and (variant.id, code) not in self._lots
            ]
        )
        found: dict[Place, int] = {}
        for index, (line, variant, code) in enumerate(zip(lines, variants, codes, strict=True)):
            field = f"lines.{index}"
            self._check_place(names, line, field)
            place = (variant.id, line.location_id, names.owner_id(line.owner_id), self._lots.get((variant.id, code)))
            if place in found:
                raise Invalid(field=field, reason=_("This place and lot was counted in a line before; give the sum once."))
            found[place] = line.counted
        return found

    def _check_place(self, names: Names, line: SeenGoods, field: str) -> None:
        location = names.location(line.location_id, field=f"{field}.location_id")
        if location.node_id != self._count.node_id or location.kind != LocationKind.STOCK:
            raise Invalid(field=f"{field}.location_id", reason=_("This is no stock location of the node that is counted."))

    def _code(self, line: SeenGoods, variant: Sellable, field: str) -> str:
        if type(line.counted) is not int or not 0 <= line.counted <= LARGEST_QUANTITY:
            raise QuantityOutOfRange(field=f"{field}.counted", quantity=str(line.counted)[:30])
        if variant.tracking == Tracking.SERIAL and line.counted > 1:
            raise OneSerialOnePiece(field=f"{field}.counted", sku=variant.sku, code=line.lot_code, quantity=line.counted)
        return checked_lot(variant, StockChange(line.sku, 1, line.lot_code), field=field)


# ── what comes of it ─────────────────────────────────────────────────────────────────────────────────────────────────────
@command
def apply_count(
    entry: Entry, *, count_id: UUID, reason: str = "count", note: str = "", without_recount: bool = False
) -> CountApplied:
    """Correct the books by the differences that were counted, in one act with one reason; what was not counted stays as it is.

    Where goods are promised to orders, or gone meanwhile, so that the difference cannot be taken off, that place stays as it is
    and says so. Refused while places that differ by more than is tolerated were counted only once, unless `without_recount`.
    """
    count = queries.lock_count(count_id)
    state = COUNT_LIFE.turn("apply", count.state)
    reason = clean_text(reason, "reason", 32)
    lines = [line for line in queries.lines_of(count.id) if line.counted is not None]
    if not lines:
        raise NothingCounted(field="count_id")
    once = sum(queries.is_to_recount(count, line) for line in lines)
    if once and not without_recount:
        raise RecountNeeded(field="without_recount", count=once)
    wrong = [line for line in lines if line.difference]
    answers = inventory.adjust_each([[_correction(entry, line, reason)] for line in wrong])
    steps.note_refused(entry, [(line, str(answer.code)) for line, answer in zip(wrong, answers, strict=True) if answer])
    inventory.remark(entry, clean_text(note, "note", 500, required=False))
    steps.end_count(entry, count=count, state=state, has_corrected=True)
    done = [line for line in wrong if not line.refusal]
    entry.about("variant", *dict.fromkeys(line.variant_id for line in done))
    told = (_told((one.variant_id, one.location_id, one.owner_id, one.lot_id), one.counted or 0, one.difference) for one in done)
    return CountApplied(count_id=count.id, reason=reason, lines=tuple(told), refused=len(wrong) - len(done))


def _correction(entry: Entry, line: CountLine, reason: str) -> inventory.Correction:
    change = line.difference or 0
    return inventory.Correction(entry, line.variant_id, line.location, change, line.owner_id, reason, line.lot_id)


@command
def abandon_count(entry: Entry, *, count_id: UUID) -> CountAbandoned:
    """Close a sheet of which nothing shall come; the books stay as they are."""
    count = queries.lock_count(count_id)
    steps.end_count(entry, count=count, state=COUNT_LIFE.turn("abandon", count.state))
    return CountAbandoned(count_id=count.id)


@command
def take_back_count(entry: Entry, *, count_id: UUID) -> CountTakenBack:
    """Undo what a count corrected, by the opposite at the same places. Refuses where the goods are gone or promised."""
    count = queries.lock_count(count_id)
    state = COUNT_LIFE.turn("take_back", count.state)
    applied_by = count.applied_by_id
    assert applied_by is not None  # noqa: S101 (only what was applied gets here)
    corrections = inventory.opposites(entry, inventory_queries.moves_of_entry(applied_by), reason=TAKEN_BACK)
    inventory.adjust([corrections])
    steps.end_count(entry, count=count, state=state)
    entry.about("adjustment", applied_by)
    entry.about("variant", *dict.fromkeys(one.variant_id for one in corrections))
    told = (
        CorrectedPlace(variant_id=one.variant_id, location_id=one.location.id, lot_id=one.lot_id, change=one.change)
        for one in corrections
    )
    return CountTakenBack(count_id=count.id, entry_id=applied_by, lines=tuple(told))
