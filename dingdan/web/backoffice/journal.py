"""The journal for accountants: which days, for which program, under which names; taken away as a file."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.insight.journal.formats import FORMATS
from dingdan.insight.journal.queries import JournalAsked, journal_file
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import MapAccount, map_accounts
from dingdan.trade.closing.models import DayClose
from dingdan.trade.closing.rules import Target
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import Shown
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Page, Section, Table
from dingdan.web.backoffice.words import word
from dingdan.web.shared.downloads import streamed


class Journal(Shown):
    """One page, where others have a list."""

    many = _("Journal for accountants")
    permission = "closing.read"

    def get_urls(self) -> list[URLPattern]:
        """The page, the file, and where names of accounts are sent."""
        wrap = self.admin_site.admin_view
        return [
            path("file/", wrap(require_safe(self.file_view)), name="closing_journal_file"),
            path("map/", wrap(require_POST(self.map_view)), name="closing_map_account"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What can be taken along, and what accounts are called there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        target = _target(request.GET.get("target", ""))
        sections: list[Section] = [_file_form(request), *_mapping(request, target)]
        page = Page(
            title=str(self.many),
            lead=str(_("Every posting of some days, as the program of your accountant reads it. Nothing is changed here by it.")),
            links=[
                Cell(
                    FORMATS[one.value].name if one.value in FORMATS else one.value,
                    url=f"{reverse('admin:closing_accountmapping_changelist')}?target={one}",
                )
                for one in Target
            ],
            sections=sections,
        )
        return self.shown(request, page)

    def file_view(self, request: HttpRequest) -> HttpResponseBase:
        """The file, sent while it is read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            file = journal_file(_asked(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:closing_accountmapping_changelist"))
        return streamed(file.pieces, name=file.name, media=file.media, tenant_id=current_tenant_id())

    def map_view(self, request: HttpRequest) -> HttpResponse:
        """Say what a program calls one account."""
        if not may(request, map_accounts.name):
            raise PermissionDenied
        said = {name: request.POST.get(name, "").strip() for name in ("target", "account", "code", "name")}
        one = MapAccount(account=said["account"], code=said["code"], name=said["name"])
        try:
            map_accounts(call_of(request, "map"), target=said["target"], accounts=(one,))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is written down."))
        return HttpResponseRedirect(f"{reverse('admin:closing_accountmapping_changelist')}?target={_target(said['target'])}")


def _target(text: str) -> Target:
    return Target(text) if text in list(Target) else Target.CSV


def _asked(request: HttpRequest) -> JournalAsked:
    said = request.GET
    close = None
    with suppress(ValueError):
        close = UUID(said.get("close", ""))
    return JournalAsked(
        format=said.get("format", "csv"),
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
        currency=said.get("currency", ""),
        by_day="by_day" in said,
        day_close_id=close,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _file_form(request: HttpRequest) -> Form:
    """Of which days; or, coming from a closed day, of what that close counted."""
    close = _close(request.GET.get("close", ""))
    formats = [(code, form.name) for code, form in FORMATS.items()]
    fields = [Field("format", _("Program"), "choice", request.GET.get("format", "csv"), formats)]
    if close:
        fields.append(Field("close", "", "hidden", str(close.id)))
        lead = str(_("What the close of {day} counted, late movements included: it stays the same for good.")).format(
            day=show.day(close.moved_on)
        )
    else:
        today = day_of(clock.now(), tenant_in_scope().time_zone)
        first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        fields += [
            Field("since", _("First day"), value=first.isoformat(), is_required=True, note="2026-11-01"),
            Field("until", _("Last day"), value=(today.replace(day=1) - timedelta(days=1)).isoformat(), is_required=True),
            Field(
                "currency", _("Currency"), "choice", "", [("", _("All")), *((one, one) for one in queries.currencies_in_use())]
            ),
        ]
        lead = str(_("The same days give the same file, unless something with an earlier time is written down meanwhile."))
    fields.append(Field("by_day", _("Add the postings of each day up"), "tick"))
    return Form(
        _("Take it along"),
        reverse("admin:closing_journal_file"),
        "",
        fields,
        [Button(_("Get the file"), "good")],
        method="get",
        lead=lead,
    )


def _close(text: str) -> DayClose | None:
    try:
        return queries.day_close(UUID(text))
    except (ValueError, NotFound):
        return None


def _mapping(request: HttpRequest, target: Target) -> list[Section]:
    found = queries.mapping_of(target)
    table = Table(
        str(_("What accounts are called there: {program}")).format(program=target.value),
        [_("Account"), _("Code there"), _("Name there")],
        [[Cell(word(account), small=account), Cell(theirs.code), Cell(theirs.name)] for account, theirs in found.items()],
    )
    if not may(request, map_accounts.name):
        return [table]
    fields = [
        Field("target", "", "hidden", target.value),
        Field("account", _("Account"), "choice", "", [(account, word(account)) for account in found]),
        Field("code", _("Code there"), is_required=True, most=100),
        Field("name", _("Name there"), most=100),
    ]
    form = Form(
        _("Call an account otherwise"),
        reverse("admin:closing_map_account"),
        fresh_key(),
        fields,
        [Button(_("Write it down"))],
        is_open=False,
    )
    return [table, form]
