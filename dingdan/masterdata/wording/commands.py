"""What can be done with the wording of mails."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.masterdata.wording import queries
from dingdan.masterdata.wording.events import MailSwitched, WordingFailed, WordingSaved, WordingTurned
from dingdan.masterdata.wording.lifecycle import WORDING_LIFE
from dingdan.masterdata.wording.models import MailSwitch, Wording, WordingVersion
from dingdan.masterdata.wording.rules import MailNeeded, WordingDraft, clean_wording, known_kind

key_of("a_notice_is_worded_once_per_language", field="language", what="wording")

_TEXTS = ("subject", "heading", "body", "closing")
_KEY = ("kind", "language", "way", "level")


@command
def save_wording(entry: Entry, *, wording: WordingDraft) -> WordingSaved:
    """Word a kind of notice in a language and a way. What is written from now on says it so; every version is kept.

    Refuses, naming field and line, what is no template (`TemplateBroken`), names, filters and tags that such mails do not know
    (`UnknownName`, `UnknownFilter`, `UnknownTag`), links that lead nowhere (`LeadsNowhere`), what would take too long or
    become too much (`TemplateTooMuch`), and more than a short way has room for (`TooLongForWay`, `BilledTooOften`).
    """
    draft = clean_wording(wording)
    known = Wording.objects.select_for_update(no_key=True).filter(**{name: getattr(draft, name) for name in _KEY}).first()
    return _save(entry, known, asdict(draft))


@command
def restore_wording_version(entry: Entry, *, wording_id: UUID, version: int) -> WordingSaved:
    """Word a kind of mail as it was worded before; that is a new version. Refuses what saving refuses."""
    row = locked(entry, Wording, wording_id)
    old = queries.version_of(wording_id, version)
    if old is None:
        raise NotFound(field="version", what="version", id=version)
    return _save(entry, row, asdict(clean_wording(_draft(row, old))))


def _draft(row: Wording, texts: Wording | WordingVersion) -> WordingDraft:
    """A draft that says of a row what some texts say."""
    return WordingDraft(**{name: getattr(row, name) for name in _KEY}, **{name: getattr(texts, name) for name in _TEXTS})


def _save(entry: Entry, row: Wording | None, values: dict[str, Any]) -> WordingSaved:
    """Write the row and its version, where anything differs; it is in force then, and without faults."""
    same = row is not None and all(getattr(row, name) == values[name] for name in _TEXTS)
    version = row.version if row is not None and same else (row.version if row is not None else 0) + 1
    values |= {"version": version, "state": WORDING_LIFE.initial, "fault": "", "failed_at": None}
    saved = put(entry, row, values, model=Wording, veiled=_TEXTS)
    if not same:
        WordingVersion.objects.create(
            tenant_id=entry.tenant_id, wording_id=saved.row.id, entry_id=entry.id, version=version,
            **{name: values[name] for name in _TEXTS},
        )  # fmt: skip
    told = tuple(one for one in saved.changes if one.field in (*_TEXTS, "state"))
    return WordingSaved(
        wording_id=saved.row.id, kind=saved.row.kind, language=saved.row.language, way=saved.row.way, level=saved.row.level,
        version=version, created=saved.created, changes=told,
    )  # fmt: skip


@command
def retire_wording(entry: Entry, *, wording_id: UUID) -> WordingTurned:
    """Let the program word a kind of mail again; what the shop said is kept. Refuses one that is retired."""
    return _turn(entry, wording_id, "retire")


@command
def restore_wording(entry: Entry, *, wording_id: UUID) -> WordingTurned:
    """Use the shop's wording again. Refuses one that is in use, and what cannot be said any more, as saving does."""
    row = locked(entry, Wording, wording_id)
    clean_wording(_draft(row, row))
    return _turn(entry, wording_id, "restore")


def _turn(entry: Entry, wording_id: UUID, turn: str) -> WordingTurned:
    row = locked(entry, Wording, wording_id)
    values = {"state": WORDING_LIFE.turn(turn, row.state), "fault": "", "failed_at": None}
    return WordingTurned(wording_id=wording_id, state=put(entry, row, values, model=Wording).row.state)


@command
def record_wording_fault(entry: Entry, *, wording_id: UUID, fault: str) -> WordingFailed:
    """Mark a wording by which a mail could not be written, until it is saved anew. ``fault`` says why, without any value."""
    row = locked(entry, Wording, wording_id)
    put(entry, row, {"fault": fault[:200], "failed_at": entry.at}, model=Wording)
    return WordingFailed(wording_id=wording_id, version=row.version, fault=fault[:200])


@command
def switch_mail(entry: Entry, *, mail_kind: str, is_on: bool) -> MailSwitched:
    """Do without a kind of mails, or write them again. Refuses those that customers have to get (`MailNeeded`)."""
    known = known_kind(mail_kind, field="mail_kind")
    if not known.may_be_off and not is_on:
        raise MailNeeded(field="mail_kind", kind=str(known.title))
    row = MailSwitch.objects.select_for_update(no_key=True).filter(kind=known.code).first()
    saved = put(entry, row, {"kind": known.code, "is_on": is_on}, model=MailSwitch)
    return MailSwitched(mail_switch_id=saved.row.id, kind=known.code, is_on=is_on)
