"""The journal of books that grow: the entries of a pattern once more, at positions of their own, chained as the feed does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson

from dingdan.kernel import feed
from dingdan.kernel.canonical import json_text
from dingdan.kernel.models import FeedHead, FeedItem, JournalEntry

if TYPE_CHECKING:
    from benchmarks.growth import Growth

_ID: Final = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})")
_ENTRIES: Final = """
COPY kernel_journalentry (
    tenant_id, id, command, key, fingerprint, actor_kind, actor_id, at, recorded_at, quiet, event_kind, event
) FROM STDIN
"""
_ITEMS: Final = "COPY kernel_feeditem (tenant_id, id, entry_id, digest) FROM STDIN"


@dataclass(slots=True)
class _Said:
    """What an entry says, as `feed.chained` wants it."""

    id: str
    command: str
    key: str
    fingerprint: str
    actor_kind: str
    actor_id: str
    at: datetime
    recorded_at: datetime
    quiet: bool
    event_kind: str
    event: orjson.Fragment
    text: str

    def told(self) -> list[Any]:
        """What the chain is made of."""
        return [
            self.id, self.command, self.key, self.fingerprint, self.actor_kind, self.actor_id, self.at.timestamp(),
            self.recorded_at.timestamp(), self.quiet, self.event_kind, self.event,
        ]  # fmt: skip

    def line(self) -> str:
        """The entry as a line of COPY."""
        said = (self.id, self.command, self.key, self.fingerprint, self.actor_kind, self.actor_id, str(self.at))
        event = self.text.replace("\\", "\\\\")
        return "\t".join((*said, str(self.recorded_at), str(self.quiet), self.event_kind, event))


class _Ids:
    """The ids of a pattern, which are other ids in every copy."""

    def __init__(self, since: UUID) -> None:
        self.since = str(since)
        self.places: dict[str, int] = {}

    def moved(self, later: timedelta) -> list[str]:
        """All of them, so much later."""
        by = later // timedelta(milliseconds=1)
        times = [f"{int(id_[:8] + id_[9:13], 16) + by:012x}" for id_ in self.places]
        return [f"{time[:8]}-{time[8:]}{id_[13:]}" for time, id_ in zip(times, self.places, strict=True)]


class _Text:
    """A text with ids in it."""

    def __init__(self, text: str, ids: _Ids) -> None:
        parts = _ID.split(text.replace("%", "%%"))
        mine = [number for number in range(1, len(parts), 2) if parts[number] > ids.since]
        places = [ids.places.setdefault(parts[number], len(ids.places)) for number in mine]
        for number in mine:
            parts[number] = "%s"
        self._form = "".join(parts)
        self._ids: Callable[[list[str]], Any] = itemgetter(*places) if places else lambda _ids: ()

    def of(self, ids: list[str]) -> str:
        """The text with these ids in it."""
        return str(self._form % self._ids(ids))


def copy(growth: Growth) -> None:
    """Write the entries of all copies behind what the feed holds, and move its head there."""
    from benchmarks.growth import loading

    head = FeedHead.objects.get()
    position, digest, ids = head.position, bytes(head.digest), _Ids(growth.since)
    found = FeedItem.objects.filter(entry_id__gt=growth.since).select_related("entry").order_by("id")
    entries = [_taken_apart(item.entry, ids) for item in found]
    for first, last in growth.slices():
        items = []
        with loading() as cursor:
            with cursor.copy(_ENTRIES) as table:
                for later in map(growth.later, range(first, last + 1)):
                    lines = []
                    for said in _said(entries, ids.moved(later), later):
                        position += 1
                        digest = feed.chained(digest, position, said.told())
                        items.append(f"{growth.tenant_id}\t{position}\t{said.id}\t\\\\x{digest.hex()}\n")
                        lines.append(f"{growth.tenant_id}\t{said.line()}\n")
                    table.write("".join(lines))
            with cursor.copy(_ITEMS) as table:
                table.write("".join(items))
    FeedHead.objects.update(position=position, digest=digest)


_Entry = tuple[JournalEntry, _Text, _Text, _Text]


def _taken_apart(entry: JournalEntry, ids: _Ids) -> _Entry:
    return entry, _Text(str(entry.id), ids), _Text(entry.key, ids), _Text(json_text(entry.event), ids)


def _said(entries: Sequence[_Entry], ids: list[str], later: timedelta) -> Iterator[_Said]:
    for entry, id_, key, event in entries:
        text = event.of(ids)
        yield _Said(
            id_.of(ids), entry.command, key.of(ids), entry.fingerprint, entry.actor_kind, entry.actor_id,
            entry.at + later, entry.recorded_at + later, entry.quiet, entry.event_kind or "", orjson.Fragment(text), text,
        )  # fmt: skip
