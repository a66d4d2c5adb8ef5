"""The journal in one order: positions without gaps, a hash chain, and consumers that never skip.

Entries commit out of order, so a cursor over their ids would skip. Instead each entry leaves a `FeedPending` row in its
transaction; one sequencer per tenant (the row lock on the feed's head decides who) gives the pending ones positions.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from dingdan.kernel.canonical import json_bytes
from dingdan.kernel.journal import Event, decode
from dingdan.kernel.models import FeedCursor, FeedHead, FeedItem, FeedPending
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import across_tenants, current_tenant_id, tenant_scope

log = logging.getLogger(__name__)

CHANNEL = "dingdan_feed"
BATCH = 500
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A closed entry at its position."""

    position: int
    id: UUID
    command: str
    actor_kind: str
    actor_id: str
    at: datetime
    recorded_at: datetime
    quiet: bool
    event: Event


# A transaction that notifies is written to the log like any other; nobody needs to wait until the disk has this one.
_WAKE = "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, '')"


def wake() -> None:
    """Tell whoever waits that something was committed. Correctness never depends on it: consumers also poll."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WAKE, [CHANNEL])
    except DatabaseError:
        log.warning("nobody could be woken; consumers will look by themselves", exc_info=True)


def tenants_with_pending() -> list[UUID]:
    """The tenants whose feed has entries without a position."""
    with across_tenants():
        return list(FeedPending.objects.order_by().values_list("tenant_id", flat=True).distinct())


def sequence(tenant_id: UUID) -> int:
    """Give pending entries of one tenant their positions; return how many."""
    done, count = 0, BATCH
    with tenant_scope(tenant_id):
        while count == BATCH:
            count = _sequence_some(tenant_id)
            done += count
    return done


# What an entry says, as the chain is made of it.
_SAID = """
entry.id::text, entry.command, entry.key, entry.fingerprint, entry.actor_kind, entry.actor_id,
extract(epoch FROM entry.at)::float8, extract(epoch FROM entry.recorded_at)::float8, entry.quiet, entry.event_kind,
entry.event::text
"""
_HEAD = "SELECT position, digest FROM kernel_feedhead WHERE tenant_id = %(tenant)s AND id = %(tenant)s FOR NO KEY UPDATE"
_PENDING = f"""
SELECT pending.id, {_SAID} FROM kernel_feedpending AS pending
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = pending.entry_id
WHERE pending.tenant_id = %(tenant)s ORDER BY pending.id LIMIT %(limit)s
"""  # noqa: S608 (a constant of this module)
_PLACE = """
WITH placed AS (
    INSERT INTO kernel_feeditem (tenant_id, id, entry_id, digest)
    SELECT %(tenant)s::uuid, * FROM unnest(%(positions)s::bigint[], %(entries)s::uuid[], %(digests)s::bytea[])
), taken AS (
    DELETE FROM kernel_feedpending AS pending WHERE pending.tenant_id = %(tenant)s AND pending.id = ANY(%(pending)s::bigint[])
)
UPDATE kernel_feedhead SET position = %(position)s, digest = %(digest)s WHERE tenant_id = %(tenant)s AND id = %(tenant)s
"""


def _sequence_some(tenant_id: UUID) -> int:
    with transaction.atomic(durable=True), ready_cursor() as cursor:
        position, digest = _head(tenant_id, cursor)
        cursor.execute(_PENDING, {"tenant": tenant_id, "limit": BATCH})
        pending = cursor.fetchall()
        if not pending:
            return 0
        digests = []
        for number, (_id, *said, event) in enumerate(pending, start=position + 1):
            digest = chained(digest, number, [*said, orjson.loads(event) if event else None])
            digests.append(digest)
        last = position + len(pending)
        params: dict[str, Any] = {
            "tenant": tenant_id, "positions": list(range(position + 1, last + 1)), "entries": [row[1] for row in pending],
            "digests": digests, "pending": [row[0] for row in pending], "position": last, "digest": digest,
        }  # fmt: skip
        cursor.execute(_PLACE, params)
    return len(pending)


def _head(tenant_id: UUID, cursor: CursorWrapper) -> tuple[int, bytes]:
    """Where the feed ends, locked: whoever holds this row gives positions."""
    cursor.execute(_HEAD, {"tenant": tenant_id})
    if (found := cursor.fetchone()) is None:
        FeedHead.objects.bulk_create([FeedHead(id=tenant_id)], ignore_conflicts=True)
        cursor.execute(_HEAD, {"tenant": tenant_id})
        found = cursor.fetchone()
    assert found is not None  # noqa: S101 - just written
    return int(found[0]), bytes(found[1])


def chained(before: bytes, position: int, said: Sequence[Any]) -> bytes:
    """SHA-256 over the digest before, the position and all that the entry there says."""
    return hashlib.sha256(before + json_bytes([position, *said])).digest()


_CHAIN = f"""
SELECT item.id, item.digest, {_SAID}
FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = item.entry_id
WHERE item.tenant_id = %(tenant)s AND item.id > %(after)s AND item.id <= %(until)s ORDER BY item.id
"""  # noqa: S608 (a constant of this module)


def chain(after: int = 0, until: int | None = None, *, digest: bytes | None = None) -> Iterator[tuple[int, str, bytes, bytes]]:
    """The positions behind one and up to another, of the tenant in scope: each with its entry, the digest that was written there,
    and the one that follows from what was written before and from what the entry says now.

    Ranges can be asked on their own, for what each follows from is written down; `digest` is that of `after` where it is known
    from elsewhere. Rows pass as they are and some thousands at once, for there are millions.
    """
    until = end_of_items() if until is None else until
    before = digest_at(after) if digest is None else digest
    with ready_cursor(binary=True) as cursor:
        for start in range(after, until, AT_ONCE):
            cursor.execute(_CHAIN, {"tenant": current_tenant_id(), "after": start, "until": min(start + AT_ONCE, until)})
            for position, written, *said, event in cursor.fetchall():
                follows = chained(before, position, [*said, orjson.loads(event) if event else None])
                before = written
                yield position, said[0], before, follows


def digest_at(position: int) -> bytes:
    """What was written as the digest of a position; zeros before the first one, nothing where there is none."""
    if position == 0:
        return bytes(32)
    found = FeedItem.objects.filter(id=position).values_list("digest", flat=True).first()
    return bytes(found) if found is not None else b""


def end_of_items() -> int:
    """The last position that an entry of the tenant in scope has, whatever the head says."""
    return FeedItem.objects.order_by("-id").values_list("id", flat=True).first() or 0


_READ = """
SELECT item.id, entry.id, entry.command, entry.actor_kind, entry.actor_id, entry.at, entry.recorded_at, entry.quiet,
    entry.event_kind, entry.event::text
FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = item.entry_id
WHERE item.tenant_id = %(tenant)s AND """
_BEHIND = _READ + "item.id > %(after)s ORDER BY item.id LIMIT %(limit)s"
_AT = _READ + "item.id = ANY(%(positions)s::bigint[])"


def read(after: int, limit: int = BATCH) -> list[FeedEntry]:
    """Entries of the tenant in scope behind a position, in order."""
    return _entries(_BEHIND, {"after": after, "limit": limit})


def read_at(positions: Iterable[int]) -> dict[int, FeedEntry]:
    """The entries of the tenant in scope at these positions, by position."""
    return {entry.position: entry for entry in _entries(_AT, {"positions": list(positions)})}


def _entries(question: str, params: dict[str, Any]) -> list[FeedEntry]:
    with ready_cursor() as cursor:
        cursor.execute(question, {"tenant": current_tenant_id(), **params})
        return [FeedEntry(*(*row[:-2], decode(row[-2], row[-1]))) for row in cursor.fetchall()]


def positions(entry_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The positions of entries of the tenant in scope, as far as they have any yet."""
    return dict(FeedItem.objects.filter(entry_id__in=list(entry_ids)).values_list("entry_id", "id"))


def told(entry: FeedEntry) -> dict[str, Any]:
    """What everybody outside is told of an entry, whether they ask for it or are sent it."""
    return {
        "position": entry.position,
        "entry": entry.id,
        "event": type(entry.event).__name__,
        "command": entry.command,
        "actor": f"{entry.actor_kind}:{entry.actor_id}".rstrip(":"),
        "at": entry.at,
        "recorded_at": entry.recorded_at,
        "quiet": entry.quiet,
        "facts": {one.name: getattr(entry.event, one.name) for one in fields(entry.event)},  # type: ignore[arg-type]
    }


def end() -> int:
    """The last position of the tenant in scope; 0 where nothing has one."""
    return FeedHead.objects.values_list("position", flat=True).first() or 0


_NUMBERED = """
SELECT item.id, about.subject_id, (
    SELECT count(*) FROM kernel_entrysubject AS earlier
    JOIN kernel_feeditem AS before ON before.tenant_id = earlier.tenant_id AND before.entry_id = earlier.entry_id
    WHERE earlier.tenant_id = %(tenant)s AND earlier.subject_id = about.subject_id AND earlier.kind = about.kind
      AND before.id <= item.id
)
FROM kernel_feeditem AS item
JOIN kernel_entrysubject AS about ON about.tenant_id = item.tenant_id AND about.entry_id = item.entry_id
WHERE item.tenant_id = %(tenant)s AND item.id = ANY(%(positions)s::bigint[]) AND about.kind = %(kind)s
ORDER BY item.id, about.id
"""


def numbered(kind: str, positions: Sequence[int]) -> dict[int, list[tuple[UUID, int]]]:
    """By position: which things of a kind the entry there is about, and as the how-manieth entry about each, counted from 1."""
    found: dict[int, list[tuple[UUID, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, {"tenant": current_tenant_id(), "kind": kind, "positions": list(positions)})
        for position, subject_id, number in cursor.fetchall():
            found.setdefault(position, []).append((subject_id, number))
    return found


def cursor_of(consumer: str) -> int:
    """How far a consumer has come in the feed of the tenant in scope."""
    return FeedCursor.objects.filter(consumer=consumer).values_list("position", flat=True).first() or 0


def consume(tenant_id: UUID, consumer: str, take: Callable[[Sequence[FeedEntry]], None], limit: int = BATCH) -> int:
    """Hand the next entries to `take`, then move the cursor; return how many. At least once: `take` must bear repeats."""
    with tenant_scope(tenant_id):
        entries = read(cursor_of(consumer), limit)
        if entries:
            take(entries)
            move_cursor(consumer, entries[-1].position)
        return len(entries)


@contextmanager
def turn_of(consumer: str) -> Iterator[None]:
    """A transaction in which nobody else writes what a consumer keeps for the tenant in scope: its cursor's lock decides."""
    with transaction.atomic():
        mine = FeedCursor.objects.select_for_update(no_key=True).filter(consumer=consumer)
        if not mine:
            FeedCursor.objects.bulk_create([FeedCursor(consumer=consumer)], ignore_conflicts=True)
            mine.get()
        yield


def move_cursor(consumer: str, position: int) -> None:
    """Remember that a consumer of the tenant in scope has seen everything up to a position; never moves back."""
    if not FeedCursor.objects.filter(consumer=consumer, position__lt=position).update(position=position):
        FeedCursor.objects.bulk_create([FeedCursor(consumer=consumer, position=position)], ignore_conflicts=True)


_TIMELINE = """
SELECT entry.id, entry.command, entry.event_kind, entry.at, entry.recorded_at, entry.actor_kind, entry.actor_id, entry.event::text
FROM kernel_entrysubject AS about
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s::uuid AND entry.id = about.entry_id
WHERE about.tenant_id = %(tenant)s::uuid AND about.subject_id = %(subject)s::uuid
ORDER BY about.id DESC LIMIT %(last)s::bigint
"""
LOOKED_AT = 2000
_TIMELINE_OF = f"""
SELECT entry.id, entry.command, entry.event_kind, entry.at, entry.recorded_at, entry.actor_kind, entry.actor_id, entry.event::text
FROM (
    SELECT about.id, about.entry_id FROM kernel_entrysubject AS about
    WHERE about.tenant_id = %(tenant)s::uuid AND about.subject_id = %(subject)s::uuid ORDER BY about.id DESC LIMIT {LOOKED_AT}
) AS about
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s::uuid AND entry.id = about.entry_id
    AND starts_with(entry.command, %(of)s::text)
ORDER BY about.id DESC LIMIT %(last)s::bigint
"""  # noqa: S608 (a constant of this module)


def timeline(subject_id: UUID, *, last: int | None = None, of: str = "") -> list[dict[str, Any]]:
    """What happened to a thing, oldest first: who, when, what. All of it, or so many of the last entries.

    With `of`, what came of commands whose names begin so, among the last `LOOKED_AT` entries.
    """
    params = {"tenant": current_tenant_id(), "subject": subject_id, "last": last}
    with ready_cursor() as cursor:
        cursor.execute(*((_TIMELINE_OF, params | {"of": of}) if of else (_TIMELINE, params)))
        found = cursor.fetchall()
    return [
        {
            "entry": entry_id,
            "command": command,
            "event": event_kind,
            "at": at,
            "recorded_at": recorded_at,
            "actor": f"{actor_kind}:{actor_id}".rstrip(":"),
            "facts": orjson.loads(event),
        }
        for entry_id, command, event_kind, at, recorded_at, actor_kind, actor_id, event in reversed(found)
    ]
