"""Counts: sheets of what is to be counted, what was counted, the books corrected by it, and that taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from dingdan.trade.counting import queries
from dingdan.trade.counting.commands import abandon_count, apply_count, enter_counts, start_count, take_back_count
from dingdan.trade.counting.lifecycle import COUNT_LIFE
from dingdan.trade.counting.models import Count, CountLine
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.writes import Write, mount

TAG = "Counts"
CountState = Annotated[str, OneOf(COUNT_LIFE.states)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountView:
    """A sheet, and how far it is: places in all, counted ones, and those that differ."""

    id: UUID
    number: str
    node: str
    state: str
    title: str
    is_blind: bool
    tolerance: int
    tolerance_percent: int
    started_at: datetime
    ended_at: datetime | None
    places: int
    counted: int
    different: int


def _views(rows: list[Count]) -> list[CountView]:
    done = queries.progress([row.id for row in rows])
    return [
        CountView(
            id=row.id, number=row.number, node=row.node.code, state=row.state, title=row.title, is_blind=row.is_blind,
            tolerance=row.tolerance, tolerance_percent=row.tolerance_percent, started_at=row.started_at,
            ended_at=row.ended_at, places=done[row.id].places, counted=done[row.id].counted, different=done[row.id].different,
        )
        for row in rows
    ]  # fmt: skip


@read("/counts", permission="counting.read", tag=TAG)
def list_counts(
    *, state: CountState | None = None, node: str | None = None, after: After = None, limit: Limit = 50
) -> Page[CountView]:
    """Sheets, newest first. `node` takes an id or a code."""
    rows = queries.counts()
    if state is not None:
        rows = rows.filter(state=state)
    if node is not None:
        rows = rows.filter(node_id=id_of("node_id", node, field="node"))
    return page(rows, lambda found_: _views(list(found_)), after=after, limit=limit)


@read("/counts/{count_id}", permission="counting.read", tag=TAG)
def get_count(count_id: str) -> CountView:
    """One sheet. Its number will do for its id."""
    return _views([found(queries.counts(), "count_id", count_id)])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLineView:
    """A place of a sheet. What the books had is not told while a blind count is open.

    `taken` lay in totes and packages when it was counted; `books` is without it.
    """

    sku: str
    location_id: UUID
    location: str
    owner_id: UUID
    lot: str
    counted: int | None
    counted_at: datetime | None
    counted_by: str
    times: int
    to_recount: bool
    is_found: bool
    books: int | None
    taken: int | None
    difference: int | None
    refusal: str


@read("/counts/{count_id}/lines", permission="counting.read", tag=TAG)
def list_count_lines(
    count_id: str, *, location: Annotated[str | None, Field(description="Only of this place: its code.")] = None
) -> list[CountLineView]:
    """The places of a sheet, in the order of a walk through the shelves, with what was counted there last."""
    count = found(queries.counts(), "count_id", count_id)
    is_told = not (count.is_blind and count.state == COUNT_LIFE.initial)
    return [_line(count, row, is_told=is_told) for row in queries.lines_of(count.id) if location in (None, row.location.code)]


def _line(count: Count, row: CountLine, *, is_told: bool) -> CountLineView:
    return CountLineView(
        sku=row.variant.sku, location_id=row.location_id, location=row.location.code, owner_id=row.owner_id,
        lot=row.lot.code if row.lot else "", counted=row.counted, counted_at=row.counted_at, counted_by=row.counted_by,
        times=row.times, to_recount=queries.is_to_recount(count, row), is_found=row.is_found,
        books=row.books if is_told else None, taken=row.taken if is_told else None,
        difference=row.difference if is_told else None, refusal=row.refusal,
    )  # fmt: skip


mount(
    Write(path="/counts", command=start_count, tag=TAG, makes="/counts/{count_id}"),
    Write(path="/counts/{count_id}/lines", command=enter_counts, tag=TAG),
    Write(path="/counts/{count_id}/apply", command=apply_count, tag=TAG),
    Write(path="/counts/{count_id}/abandon", command=abandon_count, tag=TAG),
    Write(path="/counts/{count_id}/take-back", command=take_back_count, tag=TAG),
)
