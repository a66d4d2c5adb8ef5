"""Rates: what amounts are in other currencies, to be shown and never to be charged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from dingdan.integrations.rates.reading import MOST_BYTES, read_rates
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.tenants import shop_zone, tenant_in_scope
from dingdan.masterdata.rates import commands
from dingdan.masterdata.rates.lifecycle import RATE_LIFE
from dingdan.masterdata.rates.models import Rate
from dingdan.masterdata.rates.rules import ExchangeRateNotUsable, RateDraft, is_old
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key, refilled
from dingdan.web.backoffice.base import badge, listed_badge
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.methods import Written, turned
from dingdan.web.backoffice.pages import Button, Facts, Field, Form, Group, Page

LISTS: Final = "rates.save_rates"
_WHO: Final = gettext_lazy("Who says so. Customers read it beside the rate.")


class Rates(Written):
    """Rates by hand, and lists of them."""

    many = gettext_lazy("Rates")
    permission = "rates.read"
    save, slug = "rates.save_rate", "rate"
    new_text, saved_text = gettext_lazy("New rate"), gettext_lazy("The rate is saved.")
    acts: ClassVar = {
        "retire": turned(commands.retire_rate, "rate_id", gettext_lazy("Nothing is shown at it any more.")),
        "restore": turned(commands.restore_rate, "rate_id", gettext_lazy("Amounts may be shown at it again.")),
    }
    list_display = ("pair", "value_shown", "valid", "source_shown", "use")
    asks = (by_state("state", gettext_lazy("State"), RATE_LIFE.states), *by_day("valid_on"))
    search_fields = ("base", "currency")
    search_help_text = gettext_lazy("Currency")
    ordering = ("-valid_on", "base", "currency")
    sortable_by = ()

    @display(description=gettext_lazy("Currencies"))
    def pair(self, row: Rate) -> str:
        return f"{row.base} → {row.currency}"

    @display(description=pgettext_lazy("currencies", "Rate"))
    def value_shown(self, row: Rate) -> str:
        return _value(row)

    @display(description=gettext_lazy("From this day on"))
    def valid(self, row: Rate) -> str:
        return show.day(row.valid_on)

    @display(description=gettext_lazy("Source"))
    def source_shown(self, row: Rate) -> str:
        return row.source or show.NOTHING

    def filled(self, rows: Sequence[Rate], columns: Sequence[str]) -> Sequence[Rate]:
        """With whether each is too old, by the shop's day."""
        today = day_of(clock.now(), shop_zone())
        for row in rows:
            row.is_old = is_old(row.valid_on, today, settings.RATE_DAYS)  # type: ignore[attr-defined]
        return rows

    @display(description=gettext_lazy("State"))
    def use(self, row: Rate) -> str:
        unused = row.state == RATE_LIFE.initial and row.is_old  # type: ignore[attr-defined]
        return str(_("too old, not used")) if unused else listed_badge(row.state)

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages, the forms, and one for a file of rates."""
        lists = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.file_view))
        return [path("list/", lists, name="rate_list"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to bring in a file."""
        more = {"more_url": reverse("admin:rate_list"), "more_text": _("Bring in a list")} if may(request, LISTS) else {}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """A list of rates from a file; one that cannot be read is refused whole, naming the line."""
        if not may(request, LISTS):
            raise PermissionDenied
        lead = _(
            "A table with the columns base, currency, rate and date, or eurofxref-daily.xml of the European Central Bank. "
            "A rate says how much of the other currency one unit of the base is."
        )
        fields = [
            Field("file", _("File"), "statement", is_required=True),
            Field("source", _("Source"), note=_WHO, most=60),
        ]
        page = Page(
            _("Bring in a list"),
            sections=[Form("", request.path, fresh_key(), fields, [Button(_("Bring in"), "good")], lead=lead)],
        )
        if request.method != "POST":
            return self.shown(request, page)
        try:
            told = commands.save_rates(call_of(request, "rates"), rates=read_rates(_sent(request), source=_source(request)))
        except Refusal as refusal:
            return self.shown(request, refilled(page, request, trouble=str(refusal)) or page)
        said = _("The list has {count} rates; {changed} of them are new or changed.")
        messages.success(request, said.format(count=told.count, changed=len(told.changed)))
        return HttpResponseRedirect(reverse("admin:rates_rate_changelist"))

    @staticmethod
    def form_of(request: HttpRequest, row: Rate | None) -> Sequence[Field | Group]:
        return _fields(row)

    @staticmethod
    def keep(request: HttpRequest, row: Rate | None) -> UUID:
        return commands.save_rate(call_of(request, f"rate:{row.id if row else ''}"), rate=_draft(request.POST, row)).rate_id

    def page(self, row: Rate) -> Page:
        used = (
            _("For so many days: {days}. After that it is not used.").format(days=settings.RATE_DAYS)
            if not is_old(row.valid_on, day_of(clock.now(), shop_zone()), settings.RATE_DAYS)
            else _("too old, not used")
        )
        facts = [
            (pgettext("currencies", "Rate"), f"1 {row.base} = {_value(row)} {row.currency}"),
            (_("From this day on"), show.day(row.valid_on)),
            (_("Source"), row.source), (_("Used"), used),
        ]  # fmt: skip
        return Page(f"{row.base} → {row.currency}", [badge(row.state)], sections=[Facts(pgettext("currencies", "Rate"), facts)])


def _value(row: Rate) -> str:
    return format(row.value.normalize(), "f")


def _sent(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    return file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else b""


def _source(request: HttpRequest) -> str:
    return request.POST.get("source", "")


def _fields(row: Rate | None) -> list[Field | Group]:
    note = _("How much of the other currency one unit of the base currency is, such as 1.0843.")
    base = row.base if row else tenant_in_scope().currency
    today = row.valid_on if row else day_of(clock.now(), shop_zone())
    return [
        Field("base", _("Base currency"), value=base, is_required=True, most=3),
        Field("currency", _("Other currency"), value=row.currency if row else "", is_required=True, most=3),
        Field("value", pgettext("currencies", "Rate"), value=_value(row) if row else "", note=note, is_required=True, most=30),
        Field("valid_on", _("From this day on"), value=today.isoformat(), is_required=True, most=10),
        Field("source", _("Source"), value=row.source if row else "", note=_WHO, most=60),
    ]


def _draft(sent: QueryDict, row: Rate | None) -> RateDraft:
    """The rate as it was typed. Refuses what is no number or day, naming the field."""
    try:
        value = Decimal(sent.get("value", "").strip().replace(",", "."))
    except InvalidOperation:
        raise ExchangeRateNotUsable(field="value") from None
    return RateDraft(
        id=row.id if row else None, base=sent.get("base", "").strip().upper(), currency=sent.get("currency", "").strip().upper(),
        value=value, valid_on=_day(sent, "valid_on"), source=sent.get("source", ""),
    )  # fmt: skip


def _day(sent: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(sent.get(name, "").strip())
    except ValueError:
        raise Invalid(field=name, reason=_("Write the day as 2027-12-31.")) from None
