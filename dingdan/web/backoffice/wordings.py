"""How the shop words what it tells customers: every kind in every language and way, and what is written at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.integrations.importers.registers import REGISTERS
from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.wording import nearest
from dingdan.masterdata.methods.queries import reminder_levels
from dingdan.masterdata.wording import commands, queries
from dingdan.masterdata.wording.lifecycle import LANGUAGES, MAIL, WORDING_LIFE
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.rules import KINDS, LEVELED, SHORTS, Kind
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of
from dingdan.web.backoffice.base import drawn
from dingdan.web.backoffice.pages import Cell, Page, Table

READ: Final = "wording.read"
SAVE: Final = "wording.save_wording"
SWITCH: Final = "wording.switch_mail"
LANGUAGE_NAMES: Final = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
WAY_NAMES: Final = {"sms": "SMS", "line": "LINE", "wechat": gettext_lazy("WeChat"), "push": gettext_lazy("On a device")}
_TITLE: Final = gettext_lazy("Wording of notices")

Known = Mapping[tuple[str, str, str, int], Wording]
"""Everything that was ever worded, by kind, language, way and level."""


def list_view(request: HttpRequest) -> HttpResponse:
    """Every kind in every language and way: whose words it has, and whether it is written at all."""
    if not may(request, READ):
        raise PermissionDenied
    known = queries.all_wordings()
    lead = _("What notices say is the program’s own until you word it yourself. What must be said stays in every mail.")
    sections = [_mails(known), _shorts(known), *_levels(known)]
    page = Page(str(_TITLE), lead=lead, links=list(_files(request)), sections=sections)
    return drawn(request, page, back(), followed="wording mail_switch")


def _mails(known: Known) -> Table:
    off = queries.switched_off()
    rows = [
        [
            Cell(str(kind.title)),
            *(whose((kind.code, language, MAIL, 0), known) for language in LANGUAGES),
            _written(kind, off),
        ]
        for kind in KINDS.values()
    ]
    return Table(_("Mails"), [_("Mail"), *LANGUAGE_NAMES.values(), _("Written")], rows)


def _shorts(known: Known) -> Table:
    """Short messages by kind and way; the cells lead to the language that the shop speaks first."""
    first = nearest(tenant_in_scope().language)
    rows = [[Cell(str(KINDS[code].title)), *(_in_some(code, way, first, known) for way in WAY_NAMES)] for code in SHORTS]
    note = _("In the editor you can change the language. SMS are billed by their length, which is counted there.")
    return Table(_("Short messages"), [_("Message"), *WAY_NAMES.values()], rows, note=note)


def _in_some(code: str, way: str, first: str, known: Known) -> Cell:
    """A short message: in which languages the words are the shop's own."""
    rows = [row for language in LANGUAGES if (row := known.get((code, language, way, 0))) and row.state == WORDING_LIFE.initial]
    url = reverse("admin:wording_way", args=[code, rows[0].language if rows else first, way])
    if not rows:
        return Cell(_("The program’s"), url=url)
    names = " · ".join(LANGUAGE_NAMES[row.language] for row in rows)
    if any(row.fault for row in rows):
        return Cell(_("Your own"), url=url, badge="danger", small=_("Cannot be used"))
    return Cell(_("Your own"), url=url, badge="success", small=names)


def _levels(known: Known) -> Iterator[Table]:
    """The levels of reminders that there are, or that are worded."""
    worded = {row.level for row in known.values() if row.level and row.way == MAIL}
    levels = sorted({one.level for one in reminder_levels()} | worded)
    if not levels:
        return
    rows = [
        [Cell(level_name(level, last=levels[-1])), *(whose((code, language, MAIL, level), known) for language in LANGUAGES)]
        for code in LEVELED
        for level in levels
    ]
    note = _("A level without words of its own says what payment reminders say.")
    yield Table(_("Payment reminders, level by level"), [_("Level"), *LANGUAGE_NAMES.values()], rows, note=note)


def level_name(level: int, *, last: int = 0) -> str:
    """What people call a level of reminders."""
    if level == last > 1:
        return str(_("Last reminder (no. {level})")).format(level=level)
    return str(_("First reminder") if level == 1 else _("Reminder no. {level}").format(level=level))


def back() -> Cell:
    """The way to all of them."""
    return Cell(_TITLE, reverse("admin:wording_list"))


def whose(key: tuple[str, str, str, int], known: Known) -> Cell:
    """Whose words a kind of notice has, in a language, a way and for a level, with the way to them."""
    kind, language, _way, level = key
    row = known.get(key)
    url = reverse("admin:wording_level", args=key) if level else reverse("admin:wording_edit", args=[kind, language])
    if row is None or row.state != WORDING_LIFE.initial:
        return Cell(_("The program’s"), url=url)
    if row.fault:
        return Cell(_("Your own"), url=url, badge="danger", small=_("Cannot be used"))
    return Cell(_("Your own"), url=url, badge="success", small=_("Version {number}").format(number=row.version))


def _files(request: HttpRequest) -> Iterator[Cell]:
    """The ways out of and into files, for whoever may go them."""
    yield Cell(_("Export"), url=reverse("admin:register_export", args=["wordings"]))
    if all(may(request, name) for name in REGISTERS["wordings"].permissions()):
        yield Cell(_("Import"), url=reverse("admin:register_import", args=["wordings"]))


def _written(kind: Kind, off: frozenset[str]) -> Cell:
    if kind.code in off:
        return Cell(_("No"), badge="warning")
    return Cell(_("Yes") if kind.may_be_off else _("Always"))


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
