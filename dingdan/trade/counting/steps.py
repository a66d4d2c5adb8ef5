"""Writing counts down: the sheet, and what was found on the round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dingdan.kernel import numbering
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.models import Holding
from dingdan.ledgers.inventory.queries import Place
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.fulfillment.rules import written_as

DOCUMENT: Final = "count"


def open_count(entry: Entry, *, count: Count, places: Sequence[Holding]) -> None:
    """Write down a sheet, and give it its number."""
    (count.number,) = numbering.take(entry, DOCUMENT, prefix="C", first=1001)
    head = {
        "id": count.id, "number": count.number, "node_id": count.node_id, "title": count.title, "is_blind": count.is_blind,
        "tolerance": count.tolerance, "tolerance_percent": count.tolerance_percent, "started_at": entry.at,
    }  # fmt: skip
    lines = [
        {
            "id": new_id(), "count_id": count.id, "variant_id": one.variant_id, "location_id": one.location_id,
            "owner_id": one.owner_id, "lot_id": one.lot_id,
        }
        for one in places
    ]  # fmt: skip
    insert((Count, [head]), (CountLine, lines))
    entry.about(DOCUMENT, count.id)
    entry.about("node", count.node_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """So many were counted at a place, and so many should have lain there by the books of that moment."""

    place: Place
    counted: int
    books: int

    @property
    def difference(self) -> int:
        """How many more there are than there should be."""
        return self.counted - self.books


def note_seen(
    entry: Entry, *, count: Count, counted: Mapping[Place, int], known: Mapping[Place, CountLine], at: datetime | None
) -> list[Seen]:
    """Remember what was counted at places, beside what should have lain there at that moment: now, or at a time before.

    The places are locked meanwhile, so that it is known exactly which moves the books had written. What the sheet does not have
    is added to it.
    """
    places = list(counted)
    variant_ids = {variant_id for variant_id, *_rest in places}
    inventory_queries.lock_balances_at(variant_ids, [count.node_id])
    inventory_queries.holdings_at(places)
    taken = fulfillment_queries.off_shelf(count.node_id, variant_ids, now=entry.at, at=at)
    seen, found = [], []
    for place, level in zip(places, inventory_queries.levels(places, at=at), strict=True):
        away = taken.get(place, 0)
        seen.append(Seen(place, counted[place], level.on_hand - away))
        noted = {
            "counted": counted[place], "books": level.on_hand - away, "taken": away, "position": level.position,
            "counted_at": at or entry.at, "counted_by": written_as(entry.actor),
        }  # fmt: skip
        if place in known:
            line = known[place]
            for name, value in noted.items():
                setattr(line, name, value)
            line.times += 1
        else:
            variant_id, location_id, owner_id, lot_id = place
            whose = {"variant_id": variant_id, "location_id": location_id, "owner_id": owner_id, "lot_id": lot_id}
            found.append({"id": new_id(), "count_id": count.id, **whose, **noted, "times": 1, "is_found": True})
    CountLine.objects.bulk_update([known[place] for place in places if place in known], _NOTED, batch_size=500)
    insert((CountLine, found))
    return seen


_NOTED: Final = ["counted", "books", "taken", "position", "counted_at", "counted_by", "times"]


def note_refused(entry: Entry, refused: Sequence[tuple[CountLine, str]]) -> None:
    """Remember why the books could not be corrected at places of a count."""
    for line, why in refused:
        line.refusal = why
    CountLine.objects.bulk_update([line for line, _why in refused], ["refusal"], batch_size=500)


def end_count(entry: Entry, *, count: Count, state: str, has_corrected: bool = False) -> None:
    """A count is over."""
    Count.objects.filter(id=count.id).update(
        state=state, ended_at=entry.at, applied_by_id=entry.id if has_corrected else count.applied_by_id
    )
    entry.about(DOCUMENT, count.id)
