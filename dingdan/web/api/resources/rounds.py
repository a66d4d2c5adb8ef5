"""Rounds through the shelves: who walks, what is to be taken, what was; and how it stands with promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from dingdan.kernel import clock
from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.commands import pick_pieces, report_short, start_wave, stop_wave, take_wave, undo_pick
from dingdan.trade.fulfillment.lifecycle import WAVE_LIFE
from dingdan.trade.fulfillment.models import Shipment, Wave
from dingdan.trade.fulfillment.queries import OnTime, Picker, ToTake
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.writes import Write, mount

TAG = "Rounds"
WaveState = Annotated[str, OneOf(WAVE_LIFE.states)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveView:
    """A round through the shelves of a node. `picker` is who walks: kind and id of an actor."""

    id: UUID
    number: str
    node: str
    state: str
    picker: str
    started_at: datetime
    ended_at: datetime | None
    picked: int
    planned: int


def _views(rows: list[Wave]) -> list[WaveView]:
    done = queries.progress([row.id for row in rows])
    return [
        WaveView(
            id=row.id, number=row.number, node=row.node.code, state=row.state, picker=row.picker,
            started_at=row.started_at, ended_at=row.ended_at, picked=done.get(row.id, (0, 0))[0],
            planned=done.get(row.id, (0, 0))[1],
        )
        for row in rows
    ]  # fmt: skip


@read("/waves", permission="fulfillment.read", tag=TAG)
def list_waves(
    *, state: WaveState | None = None, node: str | None = None, after: After = None, limit: Limit = 50
) -> Page[WaveView]:
    """Rounds through the shelves, newest first. `node` takes an id or a code."""
    rows = queries.waves()
    if state is not None:
        rows = rows.filter(state=state)
    if node is not None:
        rows = rows.filter(node_id=id_of("node_id", node, field="node"))
    return page(rows, lambda found_: _views(list(found_)), after=after, limit=limit)


@read("/waves/{wave_id}", permission="fulfillment.read", tag=TAG)
def get_wave(wave_id: str) -> WaveView:
    """One round. Its number will do for its id."""
    return _views([found(queries.waves(), "wave_id", wave_id)])[0]


@read("/waves/{wave_id}/errands", permission="fulfillment.read", tag=TAG)
def list_errands(wave_id: str) -> list[ToTake]:
    """What is to be taken on a round, in the order in which somebody walks."""
    wave = found(queries.waves(), "wave_id", wave_id)
    return queries.to_take(Shipment.objects.filter(wave_id=wave.id))


@read("/reports/on-time", permission="fulfillment.read", tag=TAG)
def report_on_time(*, node: str | None = None) -> OnTime:
    """What is late, what is due within a day, where it is stuck, and how much of what left in seven days left in time."""
    return queries.on_time(at=clock.now(), node_id=id_of("node_id", node, field="node") if node is not None else None)


@read("/reports/pickers", permission="fulfillment.read", tag=TAG)
def report_pickers(*, since: datetime, until: datetime) -> list[Picker]:
    """How many lines and pieces were picked by whom in a period, and how many lines an hour."""
    return queries.pickers(since, until)


mount(
    Write(path="/waves", command=start_wave, tag=TAG, makes="/waves/{wave_id}"),
    Write(path="/waves/{wave_id}/take", command=take_wave, tag=TAG),
    Write(path="/waves/{wave_id}/stop", command=stop_wave, tag=TAG),
    Write(path="/errands/{errand_id}/pick", command=pick_pieces, tag=TAG),
    Write(path="/errands/{errand_id}/short", command=report_short, tag=TAG),
    Write(path="/picks/{pick_id}/undo", command=undo_pick, tag=TAG),
)
