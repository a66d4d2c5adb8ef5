"""The editor of a notice: it shows the mail, or the message on a phone, while it is worded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.letters import Letter
from dingdan.automation.mail_samples import program_wording, sample_letter, shown_letter
from dingdan.automation.mail_trials import send_trial
from dingdan.automation.short_samples import sample_names, send_short_trial, shown_short
from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import TextMissing
from dingdan.masterdata.messengers.ports import Message
from dingdan.masterdata.methods.queries import reminder_levels
from dingdan.masterdata.wording import commands, queries
from dingdan.masterdata.wording.lifecycle import LANGUAGES, MAIL, MOST_LEVELS, WORDING_LIFE
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.rules import (
    BLOCKS,
    KINDS,
    LEVELED,
    ROOMS,
    SHORTS,
    Kind,
    Measured,
    WordingDraft,
    clean_wording,
    measured,
    sample_values,
    usable,
)
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import account_names, badge, history
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.wordings import LANGUAGE_NAMES, READ, SAVE, SWITCH, WAY_NAMES, back, level_name
from dingdan.web.backoffice.words import word
from dingdan.web.shared.headers import with_mail

TRY: Final = "automation.try_wording"
TEXTS: Final = ("subject", "heading", "body", "closing")
_VERSIONS_SHOWN: Final = 20
_TO: Final = {
    MAIL: gettext_lazy("Send a test to"),
    "sms": gettext_lazy("Send a test to the number"),
    "line": gettext_lazy("Send a test to the user of LINE (U…)"),
    "wechat": gettext_lazy("Send a test to the follower (openid)"),
    "push": gettext_lazy("Send a test to the devices that are told of the order no."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the words in the form would make, or why they make nothing. `about` says what it is made of."""

    letter: Letter | None = None
    message: Message | None = None
    about: str = ""
    trouble: str = ""
    field: str = ""

    @property
    def sms(self) -> Measured | None:
        """The message as it is billed."""
        return measured(self.message.text) if self.message else None


def edit_view(request: HttpRequest, kind: str, language: str, way: str = MAIL, level: int = 0) -> HttpResponse:
    """The editor. While it is filled in, its part `preview` is asked for; its buttons save, test, and go back."""
    if not may(request, READ):
        raise PermissionDenied
    if not _is_there(kind, language, way, level):
        raise Http404
    row, sent = queries.wording_of(kind, language, way, level), request.method == "POST"
    draft = program_wording(kind, language, way, level)
    if sent and ("subject" in request.POST or "body" in request.POST):
        draft = replace(draft, **_typed(request))  # type: ignore[arg-type]  # texts by the names of texts
    elif row is not None and row.state == WORDING_LIFE.initial:
        draft = replace(draft, **{name: getattr(row, name) for name in TEXTS})
    if request.headers.get("X-Part") == "preview":
        told = {"shown": _shown(draft), "way": way, "room": ROOMS.get(way)}
        return with_mail(TemplateResponse(request, "backoffice/wording_preview.html", told))
    trouble = ""
    if sent and request.POST.get("do", "look") != "look":
        try:
            messages.success(request, _done(request, row, draft))
            return HttpResponseRedirect(request.path)
        except Refusal as refusal:
            trouble = str(refusal)
    request.current_app = site.name
    return with_mail(TemplateResponse(request, "backoffice/wording.html", _context(request, row, draft, trouble)))


def _is_there(kind: str, language: str, way: str, level: int) -> bool:
    """Whether there is such a notice to be worded."""
    is_leveled = 0 <= level <= (MOST_LEVELS if kind in LEVELED else 0)
    return kind in (KINDS if way == MAIL else SHORTS) and language in LANGUAGES and (way == MAIL or way in ROOMS) and is_leveled


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\r\n", "\n") for name in TEXTS}


def _done(request: HttpRequest, row: Wording | None, draft: WordingDraft) -> str:
    """Do what the button says; what is said of it. Raises `Refusal`."""
    do, call = request.POST.get("do", ""), call_of(request, _key(draft))
    if do == "test":
        send = send_trial if draft.way == MAIL else send_short_trial
        send(call, draft, to=request.POST.get("to", ""))
        return _("The test is on its way.")
    if do == "save":
        commands.save_wording(call, wording=draft)
        return _("Saved. Notices are worded so from now on.")
    if row is None:
        raise TextMissing(field="subject")
    if do == "retire":
        commands.retire_wording(call, wording_id=row.id)
        return _("Notices are worded by the program again. Your wording is kept.")
    if do == "restore":
        commands.restore_wording(call, wording_id=row.id)
        return _("Your wording is used again.")
    commands.restore_wording_version(call, wording_id=row.id, version=int(do) if do.isdecimal() and len(do) < 9 else 0)
    return _("The older version is in force again.")


def _key(draft: WordingDraft) -> str:
    parts = (
        [draft.kind, draft.language] + ([draft.way] if draft.way != MAIL else []) + ([str(draft.level)] if draft.level else [])
    )
    return ":".join(["wording", *parts])


def _shown(draft: WordingDraft) -> Shown:
    try:
        draft = clean_wording(draft)
        letter, notice = shown_letter(draft) if draft.way == MAIL else (None, None)
        message, told = shown_short(draft) if draft.way != MAIL else (None, None)
    except Refusal as refusal:
        return Shown(trouble=str(refusal), field=refusal.field or "")
    about = notice or told
    if about is None:
        text = _("Made of a sample.") if draft.level else _("Made of a sample: no such mail was written yet.")
        return Shown(letter, message, text)
    number = next((str(one.number) for one in (about.order, about.ticket) if one is not None), "")
    return Shown(letter, message, _("Made of the last such mail: {number}.").format(number=number) if number else "")


def _context(request: HttpRequest, row: Wording | None, draft: WordingDraft, trouble: str) -> dict[str, Any]:
    kind, is_own = KINDS[draft.kind], row is not None and row.state == WORDING_LIFE.initial
    is_mail = draft.way == MAIL
    email = getattr(request.user, "email", "") if is_mail else ""
    return {
        **site.each_context(request), "title": str(kind.title), "back": back(), "kind": kind, "draft": draft, "row": row,
        "which": " · ".join(filter(None, _which(draft))), "shown": _shown(draft), "trouble": trouble, "key": fresh_key(),
        "others": _others(draft), "ways": _ways(draft), "levels": _levels(draft),
        "way": draft.way, "is_mail": is_mail, "room": ROOMS.get(draft.way),
        "names": _names(kind, draft), "blocks": [(one, BLOCKS[one]) for one in kind.blocks] if is_mail else [],
        "state": badge("active") if is_own else None, "is_own": is_own, "to_label": _TO[draft.way],
        "may_save": may(request, SAVE), "may_try": may(request, TRY), "may_switch": may(request, SWITCH) and kind.may_be_off,
        "is_on": kind.code not in queries.switched_off(), "to": request.POST.get("to") or email,
        "versions": _versions(row) if row else [], "history": history(row.id) if row else None,
    }  # fmt: skip


def _which(draft: WordingDraft) -> Sequence[str]:
    way = "" if draft.way == MAIL else str(WAY_NAMES[draft.way])
    return (way, level_name(draft.level) if draft.level else "", LANGUAGE_NAMES[draft.language])


def _address(draft: WordingDraft, **other: Any) -> str:
    """Where a notice is worded that differs from this one."""
    of = replace(draft, **other)
    if of.level:
        return reverse("admin:wording_level", args=[of.kind, of.language, of.way, of.level])
    if of.way != MAIL:
        return reverse("admin:wording_way", args=[of.kind, of.language, of.way])
    return reverse("admin:wording_edit", args=[of.kind, of.language])


def _others(draft: WordingDraft) -> list[tuple[str, str]]:
    """The same notice in the other languages."""
    return [(LANGUAGE_NAMES[one], _address(draft, language=one)) for one in LANGUAGES if one != draft.language]


def _ways(draft: WordingDraft) -> list[tuple[str, str]]:
    """The same notice in the other ways, where there is room for it."""
    if draft.kind not in SHORTS:
        return []
    named = {MAIL: _("Mail"), **WAY_NAMES}
    return [(str(name), _address(draft, way=way)) for way, name in named.items() if way != draft.way]


def _levels(draft: WordingDraft) -> list[tuple[str, str]]:
    """The levels of reminders that there are, and what is said for all."""
    if draft.kind not in LEVELED:
        return []
    levels = sorted({0, draft.level, *(one.level for one in reminder_levels())} - {draft.level})
    return [(level_name(one) if one else str(_("All reminders")), _address(draft, level=one)) for one in levels]


def _names(kind: Kind, draft: WordingDraft) -> list[tuple[str, Any, str]]:
    """What may be called: as it is written, what it means, and what it says in the sample."""
    if draft.way != MAIL:
        known, listed = sample_names(draft), usable(kind)
        samples = known
    else:
        known, listed = sample_letter(kind.code, draft.language).names, kind.all_names
        with translation.override(draft.language.lower()):
            samples = sample_values(kind)
    found = []
    for one in listed:
        value: Any = known if one.path.split(".")[0] in known else samples
        for part in one.path.split("."):
            value = value[part]
        said = _("{count} lines").format(count=len(value)) if isinstance(value, list) else str(value)
        found.append((one.path, one.meaning, {"True": _("Yes"), "False": _("No")}.get(said, said)))
    return found


def _versions(row: Wording) -> Sequence[dict[str, Any]]:
    people = account_names()
    return [
        {
            "number": one.version, "at": show.moment(one.entry.at), "subject": one.subject, "heading": one.heading,
            "body": one.body, "closing": one.closing, "is_now": one.version == row.version,
            "who": people.get(int(one.entry.actor_id), "") if one.entry.actor_id.isdecimal() else word(one.entry.actor_kind),
        }
        for one in queries.versions_of(row.id)[:_VERSIONS_SHOWN]
    ]  # fmt: skip
