"""What is owed on account, by age, and reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from dingdan.automation.reminding import due_reminders
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.dunning.commands import RemindOf, remind_invoices, resume_reminders, send_statement, stop_reminders
from dingdan.trade.dunning.queries import on_account
from dingdan.trade.dunning.rules import AGES, OpenInvoice, age_of, by_age
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key, ticked
from dingdan.web.backoffice.base import Shown, link, number
from dingdan.web.backoffice.pages import Button, Cell, Choices, Field, Form, Page, Section, Table

REMIND, STOP, RESUME, STATEMENT = (
    "dunning.remind_invoices", "dunning.stop_reminders", "dunning.resume_reminders", "dunning.send_statement",
)  # fmt: skip
MOST = 200


class Overdue(Shown):
    """One page: what is open on account by age, what is proposed, and what can be done."""

    many = _("Overdue")
    permission = "dunning.read"

    def get_urls(self) -> list[URLPattern]:
        """The page, and one address for what is done."""
        act = self.admin_site.admin_view(require_POST(self.act_view))
        return [path("do/", act, name="dunning_do"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page about what is open now."""
        return self.page_view(request, current_tenant_id())

    def row(self, request: HttpRequest, object_id: UUID) -> Any:
        """The shop in scope stands for what it is owed."""
        return tenant_in_scope() if object_id == current_tenant_id() else None

    def act_view(self, request: HttpRequest) -> HttpResponse:
        """Do it with what was ticked, and say what came of it."""
        act, ids = request.POST.get("act", ""), ticked(request, "id", most=MOST)
        permission = {"remind": REMIND, "stop": STOP, "resume": RESUME, "statement": STATEMENT}.get(act, "")
        if not permission or not may(request, permission):
            raise PermissionDenied
        done, refused = 0, list[Refusal]()
        for invoice_id in ids:
            try:
                self._give(request, act, invoice_id)
                done += 1
            except Refusal as refusal:
                refused.append(refusal)
        messages.success(request, str(_("Done: {count}.")).format(count=show.count(done)))
        for one in refused[:3]:
            messages.error(request, str(one))
        return HttpResponseRedirect(reverse("admin:dunning_reminder_changelist"))

    @staticmethod
    def _give(request: HttpRequest, act: str, invoice_id: UUID) -> None:
        call = call_of(request, f"{act}:{invoice_id}")
        if act == "remind":
            remind_invoices.one(call, RemindOf(invoice_id=invoice_id))
        elif act == "stop":
            stop_reminders(call, invoice_id=invoice_id, reason=request.POST.get("reason", "") or str(_("Stopped by hand")))
        elif act == "resume":
            resume_reminders(call, invoice_id=invoice_id)
        else:
            customers = {one.id: one.customer_id for one in on_account()}
            customer_id = customers.get(invoice_id)
            if customer_id is not None:
                send_statement(call_of(request, f"statement:{customer_id}"), customer_id=customer_id)

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """What is open, the longest overdue first."""
        today = clock.now().astimezone(ZoneInfo(row.time_zone)).date()
        found = on_account()
        sections: list[Section] = [_ages(found, today), *_choices(request, found, today)]
        return Page(str(self.many), sections=sections)


def _ages(found: list[OpenInvoice], today: date) -> Table:
    names = ["", *dict.fromkeys(age_of(days) for days in (1, *(end + 1 for end in AGES)))]
    heads = [_("Not due yet"), *(str(_("{days} days")).format(days=name) for name in names[1:]), _("Total")]
    return Table(
        _("Open on account, by days overdue"),
        [_("Currency"), *heads],
        [
            [
                Cell(currency),
                *(number(show.money(ages.get(name) or None, currency)) for name in names),
                number(show.money(sum(ages.values()), currency)),
            ]
            for currency, ages in sorted(by_age(found, today).items())
        ],
        note="" if found else _("Nobody owes anything on account."),
    )


def _choices(request: HttpRequest, found: list[OpenInvoice], today: date) -> Iterator[Section]:
    if not found:
        return
    proposed = {one.id: level for one, level in due_reminders()}
    table = Table(
        _("Invoices"),
        [_("Invoice"), _("Order"), _("Due on"), _("Days late"), _("Still due"), _("Reminded")],
        [_row(one, today, proposed.get(one.id)) for one in found[:MOST]],
        note=_("Only the oldest are shown.") if len(found) > MOST else "",
    )
    acts = [
        (REMIND, Button(_("Remind"), "good", "act", "remind")),
        (STATEMENT, Button(_("Send a statement"), "", "act", "statement")),
        (STOP, Button(_("Stop reminders"), "bad", "act", "stop")),
        (RESUME, Button(_("Remind again"), "quiet", "act", "resume")),
    ]
    buttons = [button for permission, button in acts if may(request, permission)]
    reason = [Field("reason", _("Why reminders are stopped"), most=200)]
    form = Form("", reverse("admin:dunning_do"), fresh_key(), reason, buttons) if buttons else None
    yield Choices(table, [str(one.id) for one in found[:MOST]], form)


def _row(one: OpenInvoice, today: date, proposed: int | None) -> list[Cell]:
    late = one.late(today)
    said = [
        str(_("Level {level} on {date}")).format(level=one.last.level, date=show.day(one.last.on)) if one.last else "",
        str(_("Level {level} is due")).format(level=proposed) if proposed else "",
        str(_("Stopped: {reason}")).format(reason=one.stopped) if one.stopped else "",
    ]
    return [
        Cell(one.number, url=link("invoice", one.id)),
        Cell(one.order_number, url=link("order", one.order_id)),
        Cell(show.day(one.due_on)),
        Cell(show.count(late) if late > 0 else show.NOTHING, badge="danger" if late > 30 else "warning" if late > 0 else None),
        number(show.money(one.open, one.currency)),
        Cell(" · ".join(filter(None, said)) or show.NOTHING),
    ]
