"""The blacklist, and its opposite: contacts that the review compares orders with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.customers.commands import restore_watch, retire_watch, save_watch
from dingdan.masterdata.customers.lifecycle import WATCH_LIFE
from dingdan.masterdata.customers.models import Watch
from dingdan.masterdata.customers.rules import Stance, WatchDraft
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Facts, Field, Form, Page
from dingdan.web.backoffice.words import word

SAVE = "customers.save_watch"


def _retire(call: Call, row: Watch, _sent: QueryDict) -> Event:
    return retire_watch(call, watch_id=row.id)


def _restore(call: Call, row: Watch, _sent: QueryDict) -> Event:
    return restore_watch(call, watch_id=row.id)


class Watches(Acting):
    """Who is watched. Contacts are shown by a hint: the list itself tells nobody's mail or phone."""

    many = _("Blacklist")
    permission = "customers.read"
    list_display = ("hint", "part_shown", "stance_shown", "reason", "until", "watch_state")
    asks = (by_state("stance", _("Stance"), Stance), by_state("state", _("State"), WATCH_LIFE.states))
    ordering = ("-id",)
    sortable_by = ()
    acts: ClassVar = {
        "retire": Act("customers.retire_watch", _retire, lambda _event: _("Nobody looks out for this contact any longer.")),
        "restore": Act("customers.restore_watch", _restore, lambda _event: _("The contact is watched again.")),
    }

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, and a form for a new contact."""
        forms = require_http_methods(["GET", "HEAD", "POST"])
        return [path("new/", self.admin_site.admin_view(forms(self.form_view)), name="customers_watch_new"), *super().get_urls()]

    @display(description=_("By"))
    def part_shown(self, row: Watch) -> str:
        return word(row.part)

    @display(description=_("Stance"))
    def stance_shown(self, row: Watch) -> str:
        return listed_badge(row.stance)

    @display(description=_("Until"))
    def until(self, row: Watch) -> str:
        return show.moment(row.until_at)

    @display(description=_("State"))
    def watch_state(self, row: Watch) -> str:
        return listed_badge(row.state)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new contact above it."""
        new = reverse("admin:customers_watch_new") if may(request, SAVE) else ""
        return super().changelist_view(request, {"new_url": new, "new_text": _("Watch a contact"), **(extra_context or {})})

    def page_for(self, request: HttpRequest, row: Watch) -> Page:
        """What is known of a watched contact, and what can be done."""
        facts = Facts(
            _("Watched contact"),
            [
                (_("By"), word(row.part)),
                (_("Contact"), row.hint),
                (_("Stance"), badge(row.stance)),
                (_("Reason"), row.reason),
                (_("Until"), show.moment(row.until_at) if row.until_at else ""),
            ],
        )
        turns = [turn for turn in WATCH_LIFE.possible(row.state) if turn in self.allowed(request, turn)]
        forms = [Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn))]) for turn in turns]
        return Page(row.hint, [badge(row.state)], sections=[facts, *forms, history(row.id)])

    def form_view(self, request: HttpRequest) -> HttpResponse:
        """The form of a contact to be watched; sent with something that cannot be, it comes back as it was typed."""
        if not may(request, SAVE):
            raise PermissionDenied
        if request.method == "POST":
            try:
                saved = save_watch(call_of(request, "watch"), watch=_draft(request.POST))
            except Refusal as refusal:
                messages.error(request, f"{refusal.field}: {refusal}" if refusal.field else str(refusal))
            else:
                return HttpResponseRedirect(reverse("admin:customers_watch_change", args=[saved.watch_id]))
        form = Form("", "", fresh_key(), _fields(request.POST), [Button(_("Save"), "good")])
        lead = str(_("Give one of mail, phone and address. Only a fingerprint of it is kept."))
        return self.shown(request, Page(str(_("Watch a contact")), lead=lead, sections=[form]))


_ADDRESS = {
    "street_address": _("Street"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "country_area": _("Region"),
    "country_code": _("Country (two letters)"),
}


def _fields(typed: QueryDict) -> list[Field]:
    stances = [(str(stance), word(stance)) for stance in Stance]
    return [
        Field("email", _("E-mail"), value=typed.get("email", "")),
        Field("phone", _("Phone"), value=typed.get("phone", ""), note=_("With the country's code, such as +886 912 345 678.")),
        *(Field(name, label, value=typed.get(name, "")) for name, label in _ADDRESS.items()),
        Field("stance", _("Stance"), "choice", typed.get("stance", Stance.BLOCKED.value), stances),
        Field("reason", _("Reason"), value=typed.get("reason", ""), is_required=True),
    ]


def _draft(sent: QueryDict) -> WatchDraft:
    address = {name: sent.get(name, "").strip() for name in _ADDRESS}
    return WatchDraft(
        email=sent.get("email", ""), phone=sent.get("phone", ""), reason=sent.get("reason", ""), stance=sent.get("stance", ""),
        address=PostalAddress(**address) if any(address.values()) else None,
    )  # fmt: skip
