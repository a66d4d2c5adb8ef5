"""API keys: which programs may come in, and up to what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tokens import new_token
from dingdan.masterdata.staff.commands import create_api_key, revoke_api_key
from dingdan.masterdata.staff.models import ApiKey
from dingdan.masterdata.staff.rules import ApiKeyDraft
from dingdan.web.backoffice import rights, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.pages import Button, Facts, Field, Form, Hint, Page, Section
from dingdan.web.backoffice.proving import Guarded, asked_again

CREATE, REVOKE = create_api_key.name, revoke_api_key.name
LONGEST_DAYS = 3650


def _revoke(call: Call, row: ApiKey, _sent: QueryDict) -> Event:
    return revoke_api_key(call, api_key_id=row.id)


class ApiKeys(Guarded):
    """Which programs may come in. What opens the door is not kept, and what it is checked against is never read here."""

    many = _("API keys")
    permission = "staff.read"
    list_display = ("key_name", "prefix_shown", "scopes_shown", "created", "expires", "last_used", "key_state")
    search_fields = ("name", "prefix")
    search_help_text = _("Name or prefix")
    ordering = ("-created_at", "-id")
    sortable_by = ()
    acts: ClassVar = {"revoke": Act(REVOKE, _revoke, lambda _event: _("The key opens nothing any more."))}

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, and how a key is made."""
        forms = require_http_methods(["GET", "HEAD", "POST"])
        return [path("new/", self.admin_site.admin_view(forms(self.form_view)), name="staff_apikey_new"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        found: QuerySet[ApiKey] = super().get_queryset(request)
        return found.defer("digest")

    @display(description=_("Name"))
    def key_name(self, row: ApiKey) -> str:
        return row.name

    @display(description=_("Begins with"))
    def prefix_shown(self, row: ApiKey) -> str:
        return row.prefix

    @display(description=_("May do"))
    def scopes_shown(self, row: ApiKey) -> str:
        if row.scopes == ["*"]:
            return str(_("Everything"))
        return ", ".join(row.scopes[:3]) + (" …" if len(row.scopes) > 3 else "")

    @display(description=_("Made"))
    def created(self, row: ApiKey) -> str:
        return show.moment(row.created_at)

    @display(description=_("Expires"))
    def expires(self, row: ApiKey) -> str:
        return show.moment(row.expires_at)

    @display(description=_("Last used"))
    def last_used(self, row: ApiKey) -> str:
        return show.moment(row.last_used_at)

    @display(description=_("State"))
    def key_state(self, row: ApiKey) -> str:
        return listed_badge("revoked" if row.revoked_at else "active")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new key above it."""
        new = reverse("admin:staff_apikey_new") if may(request, CREATE) else ""
        return super().changelist_view(request, {"new_url": new, "new_text": _("New key"), **(extra_context or {})})

    def page_for(self, request: HttpRequest, row: ApiKey) -> Page:
        """What a key opens, and how it is taken away."""
        facts = Facts(
            _("API key"),
            [
                (_("Name"), row.name),
                (_("Begins with"), row.prefix),
                *rights.limits_told(row.limits),
                (_("Made"), show.moment(row.created_at)),
                (_("Expires"), show.moment(row.expires_at)),
                (_("Last used"), show.moment(row.last_used_at)),
                (_("Revoked"), show.moment(row.revoked_at) if row.revoked_at else ""),
            ],
        )
        sections: list[Section] = [facts, rights.table(row.scopes)]
        if row.revoked_at is None and self.allowed(request, "revoke"):
            lead = _("The program that uses it is out at once, and for good.")
            sections.append(Form("", self.do(row, "revoke"), fresh_key(), (), [Button(_("Revoke"), "bad")], lead=lead))
        return Page(row.name, [badge("revoked" if row.revoked_at else "active")], sections=[*sections, history(row.id)])

    def form_view(self, request: HttpRequest) -> HttpResponse:
        """A key is made; its token is shown in the answer, and never again."""
        if not may(request, CREATE):
            raise PermissionDenied
        again = asked_again(request, request.path)
        if again is not None:
            return again
        trouble = ""
        if request.method == "POST":
            try:
                return self._made(request)
            except Refusal as refusal:
                trouble = str(refusal)
        form = Form("", "", fresh_key(), _fields(request), [Button(_("Make the key"), "good")], trouble=trouble)
        return self.shown(request, Page(str(_("New key")), sections=[form]))

    def _made(self, request: HttpRequest) -> HttpResponse:
        sent, token = request.POST, new_token()
        draft = ApiKeyDraft(
            name=sent.get("name", ""), prefix=token.prefix, digest=token.digest, scopes=rights.typed(sent),
            limits=rights.typed_limits(sent), expires_at=_until(sent.get("days", "")),
        )  # fmt: skip
        create_api_key(call_of(request, "key"), key=draft)
        told = _("Copy it now: it is kept nowhere, and not shown again.")
        return self.shown(request, Page(draft.name, sections=[Hint(_("The key is made"), told, example=token.text)]))


def _until(days: str) -> Any:
    if not days.strip():
        return None
    if not days.isdecimal() or not 1 <= int(days) <= LONGEST_DAYS:
        raise Invalid(reason=str(_("Give 1 to 3650 days, or none.")), field="days")
    return clock.now() + timedelta(days=int(days))


def _fields(request: HttpRequest) -> list[Field]:
    sent = request.POST
    given = rights.fields(rights.typed(sent), (), may=request.actor)  # type: ignore[attr-defined]
    return [
        Field(
            "name", _("Name"), value=sent.get("name", ""), is_required=True, most=100, note=_("What it is for, such as: till.")
        ),
        *given,
        Field("days", _("Days for which it is good"), "number", sent.get("days", ""), note=_("Empty: for good.")),
    ]
