"""How the shop words its notices: the kinds with the names that they know, the wordings, and what would come of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.automation.mail_samples import sample_letter
from dingdan.automation.short_samples import sample_short
from dingdan.kernel.errors import NotFound
from dingdan.masterdata.wording.commands import (
    restore_wording,
    restore_wording_version,
    retire_wording,
    save_wording,
    switch_mail,
)
from dingdan.masterdata.wording.lifecycle import MAIL, WAYS, WORDING_LIFE
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import switched_off, versions_of
from dingdan.masterdata.wording.rules import KINDS, ROOMS, SHORTS, WordingDraft, clean_wording, parts_of
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import JsonBody, Write, mount

TAG = "Mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingView:
    """How the shop words a kind of notice in a language and a way (mail, sms, line, wechat, push); of reminders perhaps a level.
    `fault` says why a notice went out in the program's words instead."""

    id: UUID
    kind: str
    language: str
    way: str
    level: int
    subject: str
    heading: str
    body: str
    closing: str
    version: int
    state: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingVersionView:
    """A wording as it was saved once, and when."""

    version: int
    saved_at: datetime
    actor: str
    subject: str
    heading: str
    body: str
    closing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailName:
    """A value that a wording may call, and what it means."""

    path: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """A kind of notice: the names that its wording may call, the program's own blocks that a mail may place, the ways in which it
    is worded, whether it is written."""

    code: str
    title: str
    names: list[MailName]
    blocks: list[str]
    ways: list[str]
    may_be_off: bool
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPreview:
    """A mail as it would be written, or a short message (without HTML), with the number of SMS that are billed for it."""

    subject: str
    html: str
    text: str
    messages: int = 0


class WordingToPreview(BaseModel):
    """A wording that is not kept."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    language: str
    subject: str = Field("", max_length=300)
    heading: str = Field("", max_length=300)
    body: str = Field("", max_length=6000)
    closing: str = Field("", max_length=2000)
    way: str = Field("mail", max_length=10)
    level: int = 0


@read("/mail-kinds", permission="wording.read", tag=TAG)
def list_mail_kinds() -> list[MailKind]:
    """The kinds of mails that a shop may word."""
    off = switched_off()
    return [
        MailKind(
            code=one.code, title=str(one.title), blocks=list(one.blocks), ways=_ways(one.code),
            may_be_off=one.may_be_off, is_on=one.code not in off,
            names=[MailName(path=name.path, meaning=str(name.meaning)) for name in one.all_names],
        )
        for one in KINDS.values()
    ]  # fmt: skip


def _ways(code: str) -> list[str]:
    return list(WAYS) if code in SHORTS else [MAIL]


@read("/wordings/preview", permission="wording.read", tag=TAG, method="POST")
def preview_wording(body: WordingToPreview = JsonBody(...)) -> MailPreview:  # type: ignore[assignment] # noqa: B008
    """A sample mail or message in this wording, which is checked as if it were saved."""
    draft = clean_wording(WordingDraft(**body.model_dump()))
    if draft.way != MAIL:
        message = sample_short(draft)
        count = parts_of(message.text) if draft.way == "sms" else 0
        said = message.text if ROOMS[draft.way].is_linked else message.said
        return MailPreview(subject=message.status, html="", text=said, messages=count)
    letter = sample_letter(draft.kind, draft.language, draft=draft)
    return MailPreview(subject=letter.subject, html=letter.html, text=letter.text)


@read("/wordings/{wording_id}/versions", permission="wording.read", tag=TAG)
def list_wording_versions(wording_id: str) -> list[WordingVersionView]:
    """Every version of a wording, the last first."""
    id_ = id_of("wording_id", wording_id)
    if not Wording.objects.filter(id=id_).exists():
        raise NotFound(field="wording_id", what="wording", id=id_)
    return [
        WordingVersionView(
            version=one.version, saved_at=one.entry.at, actor=f"{one.entry.actor_kind} {one.entry.actor_id}".strip(),
            subject=one.subject, heading=one.heading, body=one.body, closing=one.closing,
        )
        for one in versions_of(id_)
    ]  # fmt: skip


registers(
    Register(
        plural="wordings",
        states=WORDING_LIFE.states,
        singular="wording",
        view=WordingView,
        rows=lambda: Wording.objects.order_by("id"),
        permission="wording.read",
        tag=TAG,
    ),
)
mount(
    Write(path="/wordings", command=save_wording, makes="/wordings/{wording_id}", tag=TAG),
    Write(path="/wordings/{wording_id}/retire", command=retire_wording, tag=TAG),
    Write(path="/wordings/{wording_id}/restore", command=restore_wording, tag=TAG),
    Write(path="/wordings/{wording_id}/versions/{version}/restore", command=restore_wording_version, tag=TAG),
    Write(method="PUT", path="/mail-kinds/{mail_kind}", command=switch_mail, tag=TAG),
)
