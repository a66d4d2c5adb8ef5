"""Bulk changes: started from the list of orders with a trial first, followed while they go on, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import InvalidOperation
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.trade.changes.commands import BulkChange, start_bulk, stop_bulk
from dingdan.trade.changes.commands.bulk import MOST_ORDERS
from dingdan.trade.changes.events import BulkStarted
from dingdan.trade.changes.lifecycle import BULK_LIFE, BulkOutcome, RefundTo
from dingdan.trade.changes.models import Bulk
from dingdan.trade.changes.queries import orders_of, wishes_of
from dingdan.trade.changes.rules import KINDS
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, drawn, history, link, listed_badge, number
from dingdan.web.backoffice.bulk_form import PARTS, START, Chosen, kinds_for
from dingdan.web.backoffice.changing import kinds_shown, refund_word
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Hint, Page, Progress, Section, Table

ORDERS_SHOWN = 200


def _do(call: Call, row: Bulk, _sent: QueryDict) -> Event:
    """For real, what a trial has shown: those orders that it would have changed."""
    ids = orders_of(row.id).filter(outcome=BulkOutcome.WOULD_CHANGE).values_list("order_id", flat=True)
    return start_bulk(call, bulk=BulkChange(order_ids=tuple(ids), changes=wishes_of(row), refund_to=row.refund_to))


def _stop(call: Call, row: Bulk, _sent: QueryDict) -> Event:
    return stop_bulk(call, bulk_id=row.id)


class Bulks(Acting):
    """One change set for many orders each. What was refused is shown first."""

    many = _("Bulk changes")
    permission = "orders.read"
    acts: ClassVar = {
        "do": Act(START, _do, lambda _event: _("The orders are being changed.")),
        "stop": Act("changes.stop_bulk", _stop, lambda _event: _("Stopped. What was done stays done.")),
    }
    list_display = ("started", "what", "progress", "refused_shown", "bulk_state")
    asks = (by_state("state", _("State"), BULK_LIFE.states),)
    ordering = ("-id",)
    sortable_by = ()

    @display(description=_("Started"))
    def started(self, row: Bulk) -> str:
        return show.moment(row.started_at)

    @display(description=_("Change"))
    def what(self, row: Bulk) -> str:
        kinds = kinds_shown([one["kind"] for one in row.wishes])
        return f"{kinds} · {_('Dry run')}" if row.is_dry else kinds

    @display(description=_("Done"))
    def progress(self, row: Bulk) -> str:
        return f"{show.count(row.done)} / {show.count(row.orders)}"

    @display(description=_("Refused"))
    def refused_shown(self, row: Bulk) -> str:
        return show.count(row.refused) if row.refused else show.NOTHING

    @display(description=_("State"))
    def bulk_state(self, row: Bulk) -> str:
        return listed_badge(row.state)

    def get_urls(self) -> list[URLPattern]:
        """The list, its pages, and the form that starts one."""
        new = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.new_view))
        return [path("new/", new, name="changes_bulk_new"), *super().get_urls()]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Which kind of change, what goes with it; then a trial is made of it."""
        if not (may(request, START) and may(request, "orders.read")):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        chosen, kind = Chosen.by(request, sent), sent.get("kind", "")
        if request.method == "POST" and kind in PARTS:
            try:
                wish = PARTS[kind].wish(sent.dict(), chosen)
                asked = BulkChange(order_ids=chosen.ids, changes=(wish,), is_dry=True, refund_to=sent.get("refund_to", ""))
                started = start_bulk(call_of(request, "bulk"), bulk=asked)
            except (Refusal, InvalidOperation, ValueError) as trouble:
                messages.error(request, str(trouble) if isinstance(trouble, Refusal) else _("An amount cannot be read."))
            else:
                return HttpResponseRedirect(reverse("admin:changes_bulk_change", args=[started.bulk_id]))
        kinds = kinds_for(request.actor.may)  # type: ignore[attr-defined]
        back = Cell(_("Orders"), reverse("admin:board_boardrow_changelist") + (f"?{chosen.filter}" if chosen.filter else ""))
        return drawn(request, _new(chosen, kind if kind in dict(kinds) else "", kinds, typed=sent), back)

    def page_for(self, request: HttpRequest, row: Bulk) -> Page:
        """How far it is, what became of each order, and what can be done next."""
        page = self.page(row)
        forms = [form for name, form in self._forms(row) if name in self.allowed(request, name)]
        progress, *rest = page.sections
        return replace(page, sections=[progress, *forms, *rest])

    def _forms(self, row: Bulk) -> Iterator[tuple[str, Form]]:
        if row.is_dry and row.state == "finished" and row.changed:
            words = str(_("Change {count} orders")).format(count=show.count(row.changed))
            yield "do", Form(_("Do it"), self.do(row, "do"), fresh_key(), (), [Button(words, "good")])
        if BULK_LIFE.may("stop", row.state):
            yield "stop", Form("", self.do(row, "stop"), fresh_key(), (), [Button(_("Stop here"), "bad")])

    def next_of(self, request: HttpRequest, row: Any, event: Event) -> str:
        """On to the change that was started."""
        if isinstance(event, BulkStarted):
            return reverse("admin:changes_bulk_change", args=[event.bulk_id])
        return super().next_of(request, row, event)

    def page(self, row: Bulk) -> Page:
        facts = Facts(
            _("Bulk change"),
            [
                (_("Change"), kinds_shown([one["kind"] for one in row.wishes])),
                (_("Dry run"), _("Only a trial: nothing is changed.") if row.is_dry else ""),
                (_("Orders"), show.count(row.orders)),
                (_("Done"), show.count(row.done)),
                (_("Changed"), show.count(row.changed)),
                (_("Refused"), show.count(row.refused)),
                (_("Started"), show.moment(row.started_at)),
                (_("Finished"), show.moment(row.finished_at) if row.finished_at else ""),
            ],
        )
        sections: list[Section] = [_progress(row), facts, _orders(row), history(row.id)]
        return Page(str(_("Bulk change")), [badge(row.state)], show.moment(row.started_at), sections=sections)


def _progress(row: Bulk) -> Progress:
    title, text = _("Progress"), _("{done} of {orders} orders are done; {refused} were refused.")
    if row.is_dry:
        title = _("Trial: nothing is changed")
        text = _("{done} of {orders} orders are looked at; {refused} cannot be changed.")
    told = str(text).format(done=show.count(row.done), orders=show.count(row.orders), refused=show.count(row.refused))
    return Progress(title, row.done, row.orders, told, row.state == "running")


def _new(chosen: Chosen, kind: str, kinds: list[tuple[str, Any]], *, typed: QueryDict) -> Page:
    """The form, one question after the other: first the kind, then what goes with it."""
    title, here = str(_("Change many orders")), reverse("admin:changes_bulk_new")
    count = len(chosen.ids)
    if not count:
        nothing = Hint(_("No order is chosen"), _("Tick orders in their list, or narrow the list down first."))
        return Page(title, sections=[nothing])
    said = _("{count} orders") if count <= MOST_ORDERS else _("More than {count} orders: narrow the list down first.")
    lead = str(said).format(count=show.count(min(count, MOST_ORDERS)))
    sections: list[Section] = []
    if kind:
        fields = [replace(one, value=typed.get(one.name, one.value)) for one in PARTS[kind].fields(chosen)]
        back = [(str(to), refund_word(to)) for to in RefundTo]
        refund = Field("refund_to", _("What was paid too much goes back"), "choice", typed.get("refund_to", ""), back)
        buttons = [Button(_("Try it: nothing is changed yet"), "good")]
        hidden = [Field("kind", "", "hidden", kind), *chosen.fields]
        sections.append(Form(KINDS[kind].title, here, fresh_key(), [*hidden, *fields, refund], buttons))
    choice = Field("kind", _("Kind of change"), "choice", kind, kinds)
    other = _("Something else") if kind else _("What shall be changed?")
    buttons = [Button(_("Go on"), "" if kind else "good")]
    sections.append(Form(other, here, fresh_key(), [choice, *chosen.fields], buttons, is_open=not kind, method="get"))
    return Page(title, lead=lead, sections=sections)


def _orders(row: Bulk) -> Table:
    rows = list(orders_of(row.id).filter(outcome="refused")[:ORDERS_SHOWN])
    rows += orders_of(row.id).exclude(outcome="refused")[: ORDERS_SHOWN - len(rows)]
    return Table(
        _("Orders"),
        [_("Order"), _("Outcome"), _("Why"), _("Difference")],
        [
            [
                Cell(one.order.number, url=link("order", one.order_id)),
                badge(one.outcome),
                Cell(one.detail or show.NOTHING),
                number(show.money(one.difference, one.order.currency)),
            ]
            for one in rows
        ],
        note=_("Only the first orders are shown.") if len(rows) == ORDERS_SHOWN else "",
    )
