"""Opening and closing entries of the journal; used by `command`. A desk that keeps a register says by itself that it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import OperationalError, connection

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry, Event, decode, encode
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id


class KeyHeld(Exception):
    """Another transaction that has not ended holds one of the keys."""


class Opened(NamedTuple):
    """What came of opening entries: those that were used before, by key, and the version of the registers (0 when all were)."""

    replayed: dict[str, Replayed]
    registers: int


class Replayed(NamedTuple):
    """What an earlier call with the same key was, and what came of it."""

    fingerprint: str
    event: Event


_OPEN = """
INSERT INTO kernel_journalentry (tenant_id, id, command, key, fingerprint, actor_kind, actor_id, at, quiet)
SELECT %s::uuid, *
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::bool[])
ON CONFLICT (tenant_id, key) DO NOTHING
RETURNING key, coalesce((SELECT version FROM kernel_registerversion AS known WHERE known.tenant_id = %s AND known.id = %s), 0)
"""
_BE_IMPATIENT = "SET LOCAL lock_timeout = '100ms'"
_BE_PATIENT = "SET LOCAL lock_timeout = DEFAULT"

_CLOSE = """
WITH gone AS (
    DELETE FROM kernel_journalentry AS refused WHERE refused.tenant_id = %(tenant)s AND refused.id = ANY(%(refused)s::uuid[])
), closed AS (
    UPDATE kernel_journalentry AS entry SET event_kind = done.kind, event = done.event
    FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(events)s::jsonb[]) AS done (id, kind, event)
    WHERE entry.tenant_id = %(tenant)s AND entry.id = done.id
), about AS (
    INSERT INTO kernel_entrysubject (tenant_id, entry_id, kind, subject_id)
    SELECT %(tenant)s::uuid, * FROM unnest(%(about)s::uuid[], %(about_kinds)s::text[], %(about_ids)s::uuid[])
)
INSERT INTO kernel_feedpending (tenant_id, entry_id) SELECT %(tenant)s::uuid, unnest(%(ids)s::uuid[])
"""


def open_entries(entries: Sequence[Entry], fingerprints: Sequence[str], *, patient: bool = True) -> Opened:
    """Claim the keys of the entries, all of one tenant; tell which were used before, and of which version the registers are.

    Waits for whoever holds a key; raises `KeyHeld` when that takes longer than the lock timeout, or than a moment for the
    impatient.
    """
    # Sorted, so that two batches that share keys wait for each other in one order.
    rows = sorted(zip(entries, fingerprints, strict=True), key=lambda row: row[0].key)
    tenant_id = entries[0].tenant_id
    arrays = zip(
        *(
            (entry.id, entry.command, entry.key, print_, entry.actor.kind, entry.actor.id, entry.at, entry.quiet)
            for entry, print_ in rows
        ),
        strict=True,
    )
    with ready_cursor() as cursor:
        if not patient:
            cursor.execute(_BE_IMPATIENT)
        try:
            cursor.execute(_OPEN, [tenant_id, *(list(array) for array in arrays), tenant_id, tenant_id])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) == "55P03":
                raise KeyHeld from error
            raise
        opened = dict(cursor.fetchall())
        if not patient:
            cursor.execute(_BE_PATIENT)
    registers = next(iter(opened.values()), 0)
    used = [entry.key for entry in entries if entry.key not in opened]
    if not used:
        return Opened({}, registers)
    found = JournalEntry.objects.filter(tenant_id=tenant_id, key__in=used)
    return Opened({row.key: Replayed(row.fingerprint, decode(row.event_kind or "", row.event)) for row in found}, registers)


_TOUCH = """
INSERT INTO kernel_registerversion AS row (tenant_id, id, version) VALUES (%(tenant)s, %(tenant)s, 1)
ON CONFLICT (tenant_id, id) DO UPDATE SET version = row.version + 1
"""


def touch_registers(tenant_id: UUID) -> None:
    """Say that a register changed, so that nobody trusts a cache of it any longer."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, {"tenant": tenant_id})


_VERSION = "SELECT version FROM kernel_registerversion WHERE tenant_id = %(tenant)s AND id = %(tenant)s"


def register_version() -> int:
    """How often the registers of the tenant in scope have changed."""
    with ready_cursor() as cursor:
        cursor.execute(_VERSION, {"tenant": current_tenant_id()})
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def close_entries(answers: Sequence[tuple[Entry, Event | Refusal]]) -> None:
    """Write the events of what was accepted, its subjects and its place in the outbox; free the keys of what was refused."""
    accepted = [(entry, outcome) for entry, outcome in answers if isinstance(outcome, Event)]
    subjects = [(entry.id, subject) for entry, _ in accepted for subject in entry.subjects]
    with ready_cursor() as cursor:
        cursor.execute(
            _CLOSE,
            {
                "tenant": answers[0][0].tenant_id,
                "refused": [entry.id for entry, outcome in answers if isinstance(outcome, Refusal)],
                "ids": [entry.id for entry, _ in accepted],
                "kinds": [type(event).__name__ for _, event in accepted],
                "events": [encode(event) for _, event in accepted],
                "about": [entry_id for entry_id, _ in subjects],
                "about_kinds": [subject.kind for _, subject in subjects],
                "about_ids": [subject.id for _, subject in subjects],
            },
        )
