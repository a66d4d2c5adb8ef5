"""Imports of registers: rows are taken in, looked at some at a time, and written once somebody has seen what would come of it.

Each row is written by the command of its register, in the name of whoever confirmed it, under a key of its own: a job that was
cut short goes on where it stopped. A row that somebody else has changed since it was looked at is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from dingdan.automation.events import (
    RegisterImportAdvanced,
    RegisterImportConfirmed,
    RegisterImportStarted,
    RegisterImportStopped,
)
from dingdan.automation.lifecycle import IMPORT_LIFE, RowOutcome
from dingdan.automation.models import ImportRow, RegisterImport
from dingdan.integrations.importers.registers import REGISTERS, Look, looked_at, written
from dingdan.integrations.importers.registers.columns import Cells
from dingdan.kernel.command import BatchCommand, command
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Invalid, NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Actor, Call, Entry, Event
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.text import one_of

AT_ONCE: Final = 250
MOST_ROWS: Final = 20_000
KEPT: Final = timedelta(days=30)
PAUSES: Final = (503, 500)
"""Refusals that say nothing about the row: it is tried again."""
_TODO: Final = (RowOutcome.NEW, RowOutcome.CHANGED)


class ChangedMeanwhile(Refusal):
    """The row is not as it was when it was looked at."""

    sentence = gettext_lazy("Somebody changed it since it was looked at.")
    remedy = gettext_lazy("Send the row once more, and look again.")


class Interrupted(Exception):
    """Something was in the way that has nothing to do with the rows; the job is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsWanted:
    """Rows by their lines, what was wrong with lines that are none, and headers that nobody understood."""

    register: str
    name: str
    rows: tuple[tuple[int, Cells], ...]
    unreadable: tuple[tuple[int, str], ...] = ()
    ignored: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTold:
    """What would come of a row, or came of it."""

    line: int
    outcome: str
    name: str = ""
    detail: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    seen: str = ""


def permitted(call: Call, register: str) -> Call:
    """The call with leave to import a register, which whoever may write its rows has. Refuses everybody else (403)."""
    one_of(register, "register", REGISTERS)
    for name in sorted(REGISTERS[register].permissions()):
        if not call.actor.may(name):
            raise NotPermitted(command=name)
    leave = frozenset([start_register_import.name, confirm_register_import.name, stop_register_import.name])
    return replace(call, actor=replace(call.actor, permissions=call.actor.permissions | leave))


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@command
def start_register_import(entry: Entry, *, wanted: RowsWanted) -> RegisterImportStarted:
    """Take rows in, to be looked at. Imports that nobody went on with for a month are emptied.

    Refuses no rows and too many, and a register that is none (422).
    """
    one_of(wanted.register, "register", REGISTERS)
    count = len(wanted.rows) + len(wanted.unreadable)
    if not 1 <= count <= MOST_ROWS:
        raise Invalid(field="rows", reason=_("An import has 1 to {most} rows.").format(most=f"{MOST_ROWS:,}"))
    old = RegisterImport.objects.filter(started_at__lt=entry.at - KEPT).values("id")
    ImportRow.objects.filter(of__in=old).exclude(cells={}, changes=[]).update(cells={}, changes=[])
    id_ = new_id()
    own = {
        "id": id_, "register": wanted.register, "name": wanted.name[:200], "rows": count, "actor_kind": entry.actor.kind,
        "ignored": ", ".join(wanted.ignored)[:500], "actor": entry.actor.id, "language": wanted.language[:16],
        "started_at": entry.at,
    }  # fmt: skip
    rows = [
        {"of_id": id_, "line": line, "cells": cells, "outcome": RowOutcome.WAITING, "detail": ""} for line, cells in wanted.rows
    ]
    rows += [
        {"of_id": id_, "line": line, "cells": {}, "outcome": RowOutcome.REFUSED, "detail": why[:400]}
        for line, why in wanted.unreadable
    ]
    insert((RegisterImport, [own]), (ImportRow, rows))
    entry.about("register_import", id_)
    return RegisterImportStarted(import_id=id_, register=wanted.register, rows=count)


@command
def confirm_register_import(entry: Entry, *, import_id: UUID) -> RegisterImportConfirmed:
    """Write what was looked at, some rows at a time, in the name of whoever says so. Refuses one that is not looked at."""
    row = _turned(entry, import_id, "confirm")
    RegisterImport.objects.filter(id=import_id).update(actor_kind=entry.actor.kind, actor=entry.actor.id)
    return RegisterImportConfirmed(import_id=import_id, register=row.register)


@command
def stop_register_import(entry: Entry, *, import_id: UUID) -> RegisterImportStopped:
    """Do nothing more of an import; what was written stays. Refuses one that is over."""
    row = _turned(entry, import_id, "stop")
    _forget(row)
    return RegisterImportStopped(import_id=import_id, register=row.register)


@command
def advance_register_import(entry: Entry, *, import_id: UUID, told: tuple[RowTold, ...]) -> RegisterImportAdvanced:
    """Write down what would come of some rows, or came of them; after the last one the import goes on by itself."""
    row = _locked(entry, import_id)
    known = {one.line: one for one in ImportRow.objects.filter(of=row, line__in=[one.line for one in told])}
    for one in told:
        part = known[one.line]
        part.outcome, part.detail = one.outcome, one.detail[:400]
        if row.state == IMPORT_LIFE.initial:
            part.name, part.changes, part.seen = one.name, [list(change) for change in one.changes], one.seen
    fields = ("outcome", "detail", "name", "changes", "seen")
    ImportRow.objects.bulk_create(known.values(), update_conflicts=True, unique_fields=("tenant_id", "id"), update_fields=fields)
    left = (RowOutcome.WAITING,) if row.state == IMPORT_LIFE.initial else _TODO
    turn = "look" if row.state == IMPORT_LIFE.initial else "finish"
    if IMPORT_LIFE.may(turn, row.state) and not ImportRow.objects.filter(of=row, outcome__in=left).exists():
        row = _turned(entry, import_id, turn)
        if turn == "finish":
            _forget(row)
    return RegisterImportAdvanced(import_id=import_id, state=row.state, rows=len(told))


def _locked(entry: Entry, import_id: UUID) -> RegisterImport:
    row = RegisterImport.objects.select_for_update(no_key=True).filter(id=import_id).first()
    if row is None:
        raise NotFound(field="import_id", what="import", id=import_id)
    entry.about("register_import", import_id)
    return row


def _turned(entry: Entry, import_id: UUID, turn: str) -> RegisterImport:
    row = _locked(entry, import_id)
    row.state = IMPORT_LIFE.turn(turn, row.state)
    over = row.state in ("finished", "stopped")
    RegisterImport.objects.filter(id=import_id).update(state=row.state, finished_at=entry.at if over else None)
    return row


def _forget(row: RegisterImport) -> None:
    """What the rows said is not needed any more; of people not even what changed is kept."""
    rows = ImportRow.objects.filter(of=row)
    if REGISTERS[row.register].is_personal:
        rows.update(cells={}, changes=[], name="")
    else:
        rows.update(cells={})


# ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_import(call: Call, event: RegisterImportStarted | RegisterImportConfirmed) -> None:
    """Whoever works takes it up."""
    work_on_import.defer(tenant_id=str(call.tenant_id), import_id=str(event.import_id))


@job("import_register")
def work_on_import(*, tenant_id: str, import_id: str) -> None:
    """Look at all rows of an import, or write them, until somebody is asked or it is over."""
    with tenant_scope(UUID(tenant_id)):
        while work_on_some(UUID(tenant_id), UUID(import_id)):
            pass


def work_on_some(tenant_id: UUID, import_id: UUID) -> int:
    """Do some rows of an import of the tenant in scope; returns how many. Raises `Interrupted`."""
    row = RegisterImport.objects.filter(id=import_id).first()
    if row is None or row.state not in (IMPORT_LIFE.initial, "running"):
        return 0
    wanted = (RowOutcome.WAITING,) if row.state == IMPORT_LIFE.initial else _TODO
    parts = list(ImportRow.objects.filter(of=row, outcome__in=wanted).order_by("line")[:AT_ONCE])
    with override(row.language):
        told = _looked(row, parts) if row.state == IMPORT_LIFE.initial else _done(tenant_id, row, parts)
    worker = Actor("rule", "register-import", frozenset([advance_register_import.name]))
    key = f"import:{import_id}:{row.state}:{parts[0].line if parts else 'end'}"
    advance_register_import(Call(tenant_id=tenant_id, actor=worker, key=key), import_id=import_id, told=tuple(told))
    return len(parts)


def _looked(row: RegisterImport, parts: Sequence[ImportRow]) -> list[RowTold]:
    register = REGISTERS[row.register]()
    looks = looked_at(register, [(part.line, part.cells) for part in parts])
    return [_told(look) for look in looks]


def _told(look: Look) -> RowTold:
    detail = explained(look.trouble) if look.trouble else ""
    return RowTold(
        line=look.line, outcome=look.outcome, name=look.name, detail=detail, changes=tuple(look.changes), seen=look.seen
    )


def explained(refusal: Refusal) -> str:
    """Why not, with the column that it is about."""
    return f"{refusal.field}: {refusal}" if refusal.field else str(refusal)


def _done(tenant_id: UUID, row: RegisterImport, parts: Sequence[ImportRow]) -> list[RowTold]:
    kind = REGISTERS[row.register]
    actor = Actor(row.actor_kind, row.actor, kind.permissions())  # type: ignore[arg-type]
    keys = {part.line: f"import:{row.id}:line:{part.line}" for part in parts}
    known = set(JournalEntry.objects.filter(key__in=list(keys.values())).values_list("key", flat=True))
    version, register = register_version(), kind()
    looks = looked_at(register, [(part.line, part.cells) for part in parts])
    for part, look in zip(parts, looks, strict=True):
        # What was written before the job was cut short is as we left it.
        is_ours = keys[part.line] in known or look.outcome == RowOutcome.SAME
        if look.wish and look.seen != part.seen and not is_ours:
            look.wish, look.trouble = None, ChangedMeanwhile()

    def call_of(look: Look, what: str) -> Call:
        # Only a command that takes all rows at once finds the registers as they were when all were looked at.
        at_once = isinstance(kind.save, BatchCommand) and not what
        return Call(tenant_id=tenant_id, actor=actor, key=f"{keys[look.line]}{what}", as_of=version if at_once else None)

    answers = written(register, looks, call_of)
    return [_answered(part, answer, was_done=keys[part.line] in known) for part, answer in zip(parts, answers, strict=True)]


def _answered(part: ImportRow, answer: Event | Refusal | None, *, was_done: bool) -> RowTold:
    if isinstance(answer, Refusal):
        if answer.status in PAUSES:
            raise Interrupted(str(answer))
        return RowTold(line=part.line, outcome=RowOutcome.REFUSED, detail=explained(answer))
    if answer is None and not was_done:
        return RowTold(line=part.line, outcome=RowOutcome.SAME)
    return RowTold(line=part.line, outcome=RowOutcome.ADDED if part.outcome == RowOutcome.NEW else RowOutcome.SAVED)


__all__ = ["RowsWanted", "begin_import", "confirm_register_import", "permitted", "start_register_import", "stop_register_import"]
