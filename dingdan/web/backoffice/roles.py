"""Roles: what each lets people do, up to which amounts, and whether it wants a second factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.staff.commands import retire_role, save_role, want_second_factor
from dingdan.masterdata.staff.models import MembershipRole, Role
from dingdan.masterdata.staff.rules import LimitDraft, RoleDraft, new_since
from dingdan.web.backoffice import rights, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page, Section
from dingdan.web.backoffice.proving import Guarded, asked_again
from dingdan.web.backoffice.words import word

SAVE, RETIRE, WANT = save_role.name, retire_role.name, want_second_factor.name


def _retire(call: Call, row: Role, _sent: QueryDict) -> Event:
    return retire_role(call, role_id=row.id)


def _new(row: Role) -> list[str]:
    return new_since(row.name, row.permissions, row.usual_permissions or ()) if row.usual_permissions is not None else []


def _renew(call: Call, row: Role, _sent: QueryDict) -> Event:
    limits = tuple(LimitDraft(**one) for one in row.limits)
    permissions = (*row.permissions, *_new(row))
    draft = RoleDraft(name=row.name, permissions=permissions, limits=limits, second_factor=row.second_factor, id=row.id)
    return save_role(call, role=draft)


class Roles(Guarded):
    """The roles of the shop."""

    many = _("Roles")
    permission = "staff.read"
    list_display = ("role_name", "people_shown", "limits_shown", "factor_shown", "role_state")
    asks = (by_state("state", _("State"), ("active", "retired")),)
    ordering = ("state", "name")
    sortable_by = ()
    acts: ClassVar = {
        "retire": Act(RETIRE, _retire, lambda _event: _("The role gives nobody anything any more.")),
        "renew": Act(SAVE, _renew, lambda _event: _("The role is saved. It holds at once.")),
    }

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, and the form."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("new/", wrap(forms(self.form_view)), name="staff_role_new"),
            path("<uuid:object_id>/edit/", wrap(forms(self.form_view)), name="staff_role_edit"),
            path("second-factor/", wrap(require_http_methods(["POST"])(self.factor_view)), name="staff_second_factor"),
            *super().get_urls(),
        ]

    @display(description=_("Name"))
    def role_name(self, row: Role) -> str:
        return word(row.name)

    @display(description=_("People"))
    def people_shown(self, row: Role) -> str:
        return show.count(MembershipRole.objects.filter(role=row.id).count())

    @display(description=_("Limits"))
    def limits_shown(self, row: Role) -> str:
        return ", ".join(f"{label} {told}" for label, told in rights.limits_told(row.limits) if told) or show.NOTHING

    @display(description=_("Second factor"))
    def factor_shown(self, row: Role) -> str:
        return str(_("Needed") if row.second_factor else show.NOTHING)

    @display(description=_("State"))
    def role_state(self, row: Role) -> str:
        news = format_html(' <span class="bo-badge info">{}</span>', _("New permissions")) if _new(row) else ""
        return format_html("{}{}", listed_badge(row.state), news) if row.state == "active" else listed_badge(row.state)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new role above it."""
        new = reverse("admin:staff_role_new") if may(request, SAVE) else ""
        return super().changelist_view(request, {"new_url": new, "new_text": _("New role"), **(extra_context or {})})

    def page_for(self, request: HttpRequest, row: Role) -> Page:
        """What a role lets people do, and what can be done with it."""
        facts = Facts(
            _("Role"),
            [
                (_("Name"), word(row.name)),
                (_("People"), self.people_shown(row)),
                (_("Second factor"), _("Needed") if row.second_factor else _("Not needed")),
                *rights.limits_told(row.limits),
            ],
        )
        forms: list[Section] = []
        if row.state == "active" and self.allowed(request, "retire"):
            forms.append(Form("", self.do(row, "retire"), fresh_key(), (), [Button(_("Retire this role"), "quiet")]))
        if may(request, WANT):
            wants = not row.second_factor
            words = _("Want a second factor of everybody") if wants else _("Want no second factor any more")
            hidden = [Field("wanted", "", "hidden", "yes" if wants else "")]
            lead = _("That goes for all roles of the shop at once.")
            forms.append(Form("", reverse("admin:staff_second_factor"), fresh_key(), hidden, [Button(words, "quiet")], lead=lead))
        table = rights.table(row.permissions)
        news = self._news(request, row)
        links = [self._edit(row)] if may(request, SAVE) else []
        return Page(word(row.name), [badge(row.state)], links=links, sections=[facts, *news, table, *forms, history(row.id)])

    def _news(self, request: HttpRequest, row: Role) -> list[Section]:
        """What came to the ready role since somebody changed this one, and the way to allow it here, too."""
        more = _new(row)
        if not more or row.state != "active":
            return []
        note = _("The program leaves this role as it is, because somebody changed it. This came to the ready role since then.")
        told: list[Section] = [replace(rights.table(more), title=_("New since this role was changed"), note=note)]
        if self.allowed(request, "renew"):
            told.append(Form("", self.do(row, "renew"), fresh_key(), (), [Button(_("Allow this here, too"), "quiet")]))
        return told

    def _edit(self, row: Role) -> Cell:
        return Cell(_("Change this role"), url=reverse("admin:staff_role_edit", args=[row.id]))

    def form_view(self, request: HttpRequest, object_id: UUID | None = None) -> HttpResponse:
        """The form of a role; sent with something that cannot be, it comes back as it was typed."""
        if not may(request, SAVE):
            raise PermissionDenied
        row: Role | None = self.row(request, object_id) if object_id else None
        if object_id and row is None:
            raise Http404
        again = asked_again(request, request.path)
        if again is not None:
            return again
        trouble = ""
        if request.method == "POST":
            try:
                saved = save_role(call_of(request, f"role:{object_id}"), role=_draft(request.POST, row))
                messages.success(request, _("The role is saved. It holds at once."))
                return HttpResponseRedirect(reverse("admin:staff_role_change", args=[saved.role_id]))
            except Refusal as refusal:
                trouble = str(refusal)
        form = Form("", "", fresh_key(), _fields(request, row), [Button(_("Save"), "good")], trouble=trouble)
        return self.shown(request, Page(word(row.name) if row else str(_("New role")), sections=[form]))

    def factor_view(self, request: HttpRequest) -> HttpResponse:
        """Want a second factor of everybody, or of nobody any more."""
        if not may(request, WANT):
            raise PermissionDenied
        back = reverse("admin:staff_role_changelist")
        again = asked_again(request, back)
        if again is not None:
            return again
        try:
            want_second_factor(call_of(request, "factor"), wanted=bool(request.POST.get("wanted")))
            messages.success(request, _("It is so from now on."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(back)


def _draft(sent: QueryDict, row: Role | None) -> RoleDraft:
    return RoleDraft(
        name=row.name if row and sent.get("name") == word(row.name) else sent.get("name", ""),
        permissions=rights.typed(sent),
        limits=rights.typed_limits(sent),
        second_factor="second_factor" in sent,
        id=row.id if row else None,
    )


def _fields(request: HttpRequest, row: Role | None) -> list[Field]:
    sent = request.POST if request.method == "POST" else None
    name = sent.get("name", "") if sent is not None else word(row.name) if row else ""
    given = rights.typed(sent) if sent is not None else row.permissions if row else ()
    factor = "second_factor" in sent if sent is not None else bool(row and row.second_factor)
    found = rights.fields(given, row.limits if row else (), may=request.actor)  # type: ignore[attr-defined]
    if sent is not None:
        found = [replace(one, value=sent.get(one.name, "")) if one.name.startswith("limit_") else one for one in found]
    return [
        Field("name", _("Name"), value=name, is_required=True, most=60),
        *found,
        Field("second_factor", _("Whoever has this role must have a second factor"), "tick", factor),
    ]
