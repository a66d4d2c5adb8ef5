"""How the shop words its mails: every kind in every language, and an editor that shows the mail while it is worded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import TextMissing
from dingdan.masterdata.wording import commands, queries
from dingdan.masterdata.wording.lifecycle import LANGUAGES, WORDING_LIFE
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.rules import BLOCKS, KINDS, Kind, WordingDraft, clean_wording, sample_values
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import account_names, badge, drawn, history
from dingdan.web.backoffice.pages import Cell, Page, Table
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.words import word
from dingdan.web.shared.headers import with_mail

READ: Final = "wording.read"
SAVE: Final = "wording.save_wording"
SWITCH: Final = "wording.switch_mail"
TRY: Final = "automation.try_wording"
LANGUAGE_NAMES: Final = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
TEXTS: Final = ("subject", "heading", "body", "closing")
_TITLE: Final = gettext_lazy("Wording of mails")
_VERSIONS_SHOWN: Final = 20


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_view(request: HttpRequest) -> HttpResponse:
    """Every kind of mail in every language: whose words it has, and whether it is written at all."""
    if not may(request, READ):
        raise PermissionDenied
    known, off = queries.all_wordings(), queries.switched_off()
    table = Table(
        "", [_("Mail"), *LANGUAGE_NAMES.values(), _("Written")],
        [
            [
                Cell(str(kind.title)),
                *(_whose(kind.code, language, known.get((kind.code, language))) for language in LANGUAGES),
                _written(kind, off),
            ]
            for kind in KINDS.values()
        ],
    )  # fmt: skip
    lead = _("What mails say is the program’s own until you word it yourself. What must be said stays in every mail.")
    return drawn(request, Page(str(_TITLE), lead=lead, sections=[table]), _back(), followed="wording mail_switch")


def _back() -> Cell:
    return Cell(_TITLE, reverse("admin:wording_list"))


def _whose(kind: str, language: str, row: Wording | None) -> Cell:
    url = reverse("admin:wording_edit", args=[kind, language])
    if row is None or row.state != WORDING_LIFE.initial:
        return Cell(_("The program’s"), url=url)
    if row.fault:
        return Cell(_("Your own"), url=url, badge="danger", small=_("Cannot be used"))
    return Cell(_("Your own"), url=url, badge="success", small=_("Version {number}").format(number=row.version))


def _written(kind: Kind, off: frozenset[str]) -> Cell:
    if kind.code in off:
        return Cell(_("No"), badge="warning")
    return Cell(_("Yes") if kind.may_be_off else _("Always"))


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shown:
    """The mail that the words in the form would make, or why they make none. `about` says what it is made of."""

    letter: Letter | None
    about: str = ""
    trouble: str = ""
    field: str = ""


def edit_view(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The editor. While it is filled in, its part `preview` is asked for; its buttons save, test, and go back."""
    if not may(request, READ):
        raise PermissionDenied
    if kind not in KINDS or language not in LANGUAGES:
        raise Http404
    row, sent = queries.wording_of(kind, language), request.method == "POST"
    draft = _typed(request, kind, language) if sent and "subject" in request.POST else _kept(row, kind, language)
    if request.headers.get("X-Part") == "preview":
        return with_mail(TemplateResponse(request, "backoffice/wording_preview.html", {"shown": _shown(draft)}))
    trouble = ""
    if sent and request.POST.get("do", "look") != "look":
        try:
            messages.success(request, _done(request, row, draft))
            return HttpResponseRedirect(request.path)
        except Refusal as refusal:
            trouble = str(refusal)
    request.current_app = site.name
    return with_mail(TemplateResponse(request, "backoffice/wording.html", _context(request, row, draft, trouble)))


def _kept(row: Wording | None, kind: str, language: str) -> WordingDraft:
    if row is None or row.state != WORDING_LIFE.initial:
        return program_wording(kind, language)
    return WordingDraft(kind=kind, language=language, **{name: getattr(row, name) for name in TEXTS})


def _typed(request: HttpRequest, kind: str, language: str) -> WordingDraft:
    texts = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in TEXTS}
    return WordingDraft(kind=kind, language=language, **texts)


def _done(request: HttpRequest, row: Wording | None, draft: WordingDraft) -> str:
    """Do what the button says; what is said of it. Raises `Refusal`."""
    do, call = request.POST.get("do", ""), call_of(request, f"wording:{draft.kind}:{draft.language}")
    if do == "test":
        send_trial(call, draft, to=request.POST.get("to", ""))
        return _("The test is on its way.")
    if do == "save":
        commands.save_wording(call, wording=draft)
        return _("Saved. Mails are worded so from now on.")
    if row is None:
        raise TextMissing(field="subject")
    if do == "retire":
        commands.retire_wording(call, wording_id=row.id)
        return _("Mails are worded by the program again. Your wording is kept.")
    if do == "restore":
        commands.restore_wording(call, wording_id=row.id)
        return _("Your wording is used again.")
    commands.restore_wording_version(call, wording_id=row.id, version=int(do) if do.isdecimal() and len(do) < 9 else 0)
    return _("The older version is in force again.")


def _shown(draft: WordingDraft) -> Shown:
    try:
        letter, notice = shown_letter(clean_wording(draft))
    except Refusal as refusal:
        return Shown(None, trouble=str(refusal), field=refusal.field or "")
    if notice is None:
        return Shown(letter, _("Made of a sample: no such mail was written yet."))
    number = next((str(one.number) for one in (notice.order, notice.ticket) if one is not None), "")
    return Shown(letter, _("Made of the last such mail: {number}.").format(number=number) if number else "")


def _context(request: HttpRequest, row: Wording | None, draft: WordingDraft, trouble: str) -> dict[str, Any]:
    kind, is_own = KINDS[draft.kind], row is not None and row.state == WORDING_LIFE.initial
    return {
        **site.each_context(request), "title": str(kind.title), "back": _back(), "kind": kind, "draft": draft, "row": row,
        "language": LANGUAGE_NAMES[draft.language], "shown": _shown(draft), "trouble": trouble, "key": fresh_key(),
        "others": _others(draft),
        "names": _names(kind, draft.language), "blocks": [(one, BLOCKS[one]) for one in kind.blocks],
        "state": badge("active") if is_own else None, "is_own": is_own,
        "may_save": may(request, SAVE), "may_try": may(request, TRY), "may_switch": may(request, SWITCH) and kind.may_be_off,
        "is_on": kind.code not in queries.switched_off(), "to": request.POST.get("to") or getattr(request.user, "email", ""),
        "versions": _versions(row) if row else [], "history": history(row.id) if row else None,
    }  # fmt: skip


def _others(draft: WordingDraft) -> list[tuple[str, str]]:
    """The same mail in the other languages."""
    others = [one for one in LANGUAGES if one != draft.language]
    return [(LANGUAGE_NAMES[one], reverse("admin:wording_edit", args=[draft.kind, one])) for one in others]


def _names(kind: Kind, language: str) -> list[tuple[str, Any, str]]:
    """What may be called: as it is written, what it means, and what it says in the sample."""
    letter = sample_letter(kind.code, language)
    with translation.override(language.lower()):
        samples = sample_values(kind)
    found = []
    for one in kind.all_names:
        value: Any = letter.names if one.path.split(".")[0] in letter.names else samples
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


def switch_view(request: HttpRequest, kind: str) -> HttpResponse:
    """Do without a kind of mail, or write it again."""
    if not may(request, SWITCH):
        raise PermissionDenied
    try:
        told = commands.switch_mail(call_of(request, f"switch:{kind}"), mail_kind=kind, is_on=request.POST.get("on") == "1")
        messages.success(request, _("This mail is written again.") if told.is_on else _("This mail is not written any more."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("admin:wording_list"))
