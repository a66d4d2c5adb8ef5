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

from dingdan.kernel.canonical import json_bytes
from dingdan.kernel.journal import Event, decode
from dingdan.kernel.models import FeedCursor, FeedHead, FeedItem, FeedPending, JournalEntry
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import insert
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
    done = 0
    with tenant_scope(tenant_id):
        while count := _sequence_some(tenant_id):
            done += count
    return done


def _sequence_some(tenant_id: UUID) -> int:
    with transaction.atomic(durable=True):
        FeedHead.objects.bulk_create([FeedHead(id=tenant_id)], ignore_conflicts=True)
        head = FeedHead.objects.select_for_update(no_key=True).get(id=tenant_id)
        pending = list(FeedPending.objects.order_by("id")[:BATCH])
        if not pending:
            return 0
        entries = JournalEntry.objects.in_bulk([row.entry_id for row in pending])
        items = []
        digest, position = bytes(head.digest), head.position
        for row in pending:
            position += 1
            digest = chained(digest, position, entries[row.entry_id])
            items.append({"id": position, "entry_id": row.entry_id, "digest": digest})
        insert((FeedItem, items))
        FeedPending.objects.filter(id__in=[row.id for row in pending]).delete()
        FeedHead.objects.filter(id=tenant_id).update(position=position, digest=digest)
    return len(pending)


def chained(before: bytes, position: int, entry: JournalEntry) -> bytes:
    """SHA-256 over the digest before, the position and all that the entry says."""
    said = [
        position, entry.id, entry.command, entry.key, entry.fingerprint, entry.actor_kind, entry.actor_id,
        entry.at.timestamp(), entry.recorded_at.timestamp(), entry.quiet, entry.event_kind, entry.event,
    ]  # fmt: skip
    return _digest(before, said)


def _digest(before: bytes, said: list[Any]) -> bytes:
    return hashlib.sha256(before + json_bytes(said)).digest()


_CHAIN = """
SELECT item.id, item.digest, entry.id::text, entry.command, entry.key, entry.fingerprint, entry.actor_kind, entry.actor_id,
       extract(epoch FROM entry.at)::float8, extract(epoch FROM entry.recorded_at)::float8, entry.quiet, entry.event_kind,
       entry.event::text
FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = item.entry_id
WHERE item.tenant_id = %(tenant)s AND item.id > %(after)s AND item.id <= %(until)s ORDER BY item.id
"""


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
                follows = _digest(before, [position, *said, orjson.loads(event) if event else None])
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


def read(after: int, limit: int = BATCH) -> list[FeedEntry]:
    """Entries of the tenant in scope behind a position, in order."""
    items = FeedItem.objects.filter(id__gt=after).select_related("entry").order_by("id")[:limit]
    return [_feed_entry(item.id, item.entry) for item in items]


def _feed_entry(position: int, entry: JournalEntry) -> FeedEntry:
    event = decode(entry.event_kind or "", entry.event)
    return FeedEntry(
        position, entry.id, entry.command, entry.actor_kind, entry.actor_id, entry.at, entry.recorded_at, entry.quiet, event
    )


def read_at(positions: Iterable[int]) -> dict[int, FeedEntry]:
    """The entries of the tenant in scope at these positions, by position."""
    items = FeedItem.objects.filter(id__in=list(positions)).select_related("entry")
    return {item.id: _feed_entry(item.id, item.entry) for item in items}


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
        cursor, _ = FeedCursor.objects.get_or_create(consumer=consumer)
        FeedCursor.objects.select_for_update(no_key=True).get(id=cursor.id)
        yield


def move_cursor(consumer: str, position: int) -> None:
    """Remember that a consumer of the tenant in scope has seen everything up to a position; never moves back."""
    cursor, _ = FeedCursor.objects.get_or_create(consumer=consumer)
    FeedCursor.objects.filter(id=cursor.id, position__lt=position).update(position=position)


_TIMELINE = """
SELECT entry.id, entry.command, entry.event_kind, entry.at, entry.recorded_at, entry.actor_kind, entry.actor_id, entry.event::text
FROM kernel_entrysubject AS about
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s::uuid AND entry.id = about.entry_id
WHERE about.tenant_id = %(tenant)s::uuid AND about.subject_id = %(subject)s::uuid
ORDER BY about.id DESC LIMIT %(last)s::bigint
"""


def timeline(subject_id: UUID, *, last: int | None = None) -> list[dict[str, Any]]:
    """What happened to a thing, oldest first: who, when, what. All of it, or so many of the last entries."""
    with ready_cursor() as cursor:
        cursor.execute(_TIMELINE, {"tenant": current_tenant_id(), "subject": subject_id, "last": last})
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
