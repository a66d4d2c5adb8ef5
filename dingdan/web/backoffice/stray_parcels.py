"""Parcels that nobody had asked for: what after-sales works off, with the photos that the desk took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.trade.aftersales.commands import attach_to_parcel, join_parcel, settle_parcel
from dingdan.trade.aftersales.lifecycle import PARCEL_LIFE
from dingdan.trade.aftersales.models import Return, StrayParcel
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, fresh_key
from dingdan.web.backoffice.attached import Attached
from dingdan.web.backoffice.base import badge, history, link, listed_badge
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page


def _join(call: Call, row: StrayParcel, sent: QueryDict) -> Event:
    number = sent.get("number", "").strip()
    rma = Return.objects.filter(number__in={number, number.upper()}).first()
    if rma is None:
        raise NotFound(field="number", what="return", id=number[:32])
    return join_parcel(call, parcel_id=row.id, return_id=rma.id)


def _settle(call: Call, row: StrayParcel, sent: QueryDict) -> Event:
    return settle_parcel(call, parcel_id=row.id, answer=sent.get("answer", ""))


ACTS: Final[Mapping[str, Act]] = {
    "join": Act("aftersales.join_parcel", _join, lambda _event: _("The parcel waits at the desk with its return.")),
    "settle": Act("aftersales.settle_parcel", _settle, lambda _event: _("It is written down.")),
}
"""What can be done with a parcel that nobody had asked for."""


class StrayParcels(Attached):
    """Parcels that nobody had asked for, what waits first."""

    many = gettext_lazy("Parcels nobody asked for")
    permission = "aftersales.read"
    when_empty = gettext_lazy("Nothing was put aside. What the returns desk cannot tell whose it is comes here.")
    acts: ClassVar = ACTS
    attaches, attach, attach_to = "aftersales.attach_to_parcel", attach_to_parcel, "parcel_id"
    list_display = ("parcel_number", "parked", "code_shown", "note_shown", "node_shown", "return_shown", "parcel_state")
    asks = (by_state("state", gettext_lazy("State"), PARCEL_LIFE.states), *by_day("parked_at"))
    search_fields = ("number", "code", "rma__number")
    search_help_text = gettext_lazy("Number, what was scanned from it, or return")
    ordering = ("-id",)
    sortable_by = ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to the desk above it."""
        more = {"new_url": reverse("admin:aftersales_return_desk"), "new_text": _("Returns desk")}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[StrayParcel]:
        found: QuerySet[StrayParcel] = super().get_queryset(request)
        return found.select_related("node", "rma")

    @display(description=gettext_lazy("Number"))
    def parcel_number(self, row: StrayParcel) -> str:
        return row.number

    @display(description=gettext_lazy("Date"))
    def parked(self, row: StrayParcel) -> str:
        return show.moment(row.parked_at)

    @display(description=gettext_lazy("On the label"))
    def code_shown(self, row: StrayParcel) -> str:
        return row.code or show.NOTHING

    @display(description=gettext_lazy("What is in it"))
    def note_shown(self, row: StrayParcel) -> str:
        return row.note[:80] or show.NOTHING

    @display(description=gettext_lazy("Lies in"))
    def node_shown(self, row: StrayParcel) -> str:
        return named(row.node)

    @display(description=gettext_lazy("Return"))
    def return_shown(self, row: StrayParcel) -> str:
        return row.rma.number if row.rma else show.NOTHING

    @display(description=gettext_lazy("State"))
    def parcel_state(self, row: StrayParcel) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: StrayParcel) -> Page:
        """What is known of it, its photos, and what can be done."""
        facts = Facts(
            _("Parcel"),
            [
                (_("On the label"), row.code),
                (_("What is in it"), row.note),
                (_("Lies in"), named(row.node)),
                (_("Put aside at"), show.moment(row.parked_at)),
                (_("Return"), Cell(row.rma.number, url=link("return", row.rma_id)) if row.rma else ""),
                (_("What became of it"), row.answer),
                (_("Done at"), show.moment(row.ended_at) if row.ended_at else ""),
            ],
        )
        forms = self._forms(row, self.allowed(request, *self.acts))
        return Page(
            _("Parcel {number}").format(number=row.number), [badge(row.state)],
            sections=[facts, self.pictures(request, row), *forms, history(row.id)],
        )  # fmt: skip

    def _forms(self, row: StrayParcel, allowed: set[str]) -> Iterator[Form]:
        if row.state != PARCEL_LIFE.initial:
            return
        if "join" in allowed:
            field = Field("number", _("Number of the return"), most=32, is_required=True)
            lead = _("Authorize the return first where there is none: find the order by its customer, then After the sale.")
            yield Form(
                _("It is of a return"), self.do(row, "join"), fresh_key(), [field], [Button(_("Join them"), "good")], lead=lead
            )
        if "settle" in allowed:
            field = Field("answer", _("What became of it"), most=200, is_required=True)
            lead = _("Sent back to who had sent it, kept until somebody asks, thrown away.")
            yield Form(_("It is of no return"), self.do(row, "settle"), fresh_key(), [field], [Button(_("It is done"))],
                       is_open=False, lead=lead)  # fmt: skip
