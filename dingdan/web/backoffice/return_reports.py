"""What is reported about what happens after the sale."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.registry import REPORTS
from dingdan.kernel import clock
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.aftersales import queries
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, link, number
from dingdan.web.backoffice.pages import Cell, Page, Table
from dingdan.web.backoffice.typed import reason_names
from dingdan.web.backoffice.words import word

DAYS_REPORTED = 90
ROWS_REPORTED = 50
KEPT = ("returns-by-product", "returns-by-reason", "returns-by-day")
DAYS_AHEAD = 366
"""Nothing leaves ahead for longer than that."""


class Reports(Shown):
    """One page: what money went without goods, and who sends back often; what came back of what is kept by day, elsewhere."""

    many = _("Reports about returns")
    permission = "aftersales.read"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page about the last days."""
        return self.page_view(request, current_tenant_id())

    def row(self, request: HttpRequest, object_id: UUID) -> Any:
        """The shop in scope stands for its reports."""
        return tenant_in_scope() if object_id == current_tenant_id() else None

    def page(self, row: Any) -> Page:
        until = clock.now() + timedelta(days=1)
        since = until - timedelta(days=DAYS_REPORTED)
        lead = str(_("The last {days} days. As tables: /api/v1/reports.")).format(days=DAYS_REPORTED)
        kept = [Cell(REPORTS[name].title, url=reverse("admin:report", args=[name])) for name in KEPT]
        return Page(
            str(self.many), lead=lead, links=kept, sections=[_leaks(since, until), _at_risk(since), _returners(since, until)]
        )


def _leaks(since: Any, until: Any) -> Table:
    reasons = reason_names()
    return Table(
        _("Money without goods, or beyond the rules"),
        [_("Way"), _("Reason"), _("Times"), _("Amount")],
        [
            [Cell(word(one.way)), Cell(reasons.get(one.reason) or word(one.reason) or show.NOTHING),
             number(show.count(one.times)), number(show.money(one.amount, one.currency))]
            for one in queries.refund_leakage(since, until, limit=ROWS_REPORTED)
        ],
    )  # fmt: skip


def _at_risk(since: Any) -> Table:
    return Table(
        _("Left ahead, not paid yet"),
        [_("Return"), _("State"), _("Due back"), _("Order in exchange"), _("Still due")],
        [
            [
                Cell(one.number, url=link("return", one.return_id)),
                badge(one.state),
                Cell(show.moment(one.due_back_at)),
                Cell(one.order_number),
                number(show.money(one.due, one.currency)),
            ]
            for one in queries.money_at_risk(since, clock.now() + timedelta(days=DAYS_AHEAD), limit=ROWS_REPORTED)
        ],
    )


def _returners(since: Any, until: Any) -> Table:
    return Table(
        _("Who sends back or claims often"),
        [_("Customer"), _("Orders"), _("Returns"), _("Claims"), _("Given back")],
        [
            [
                Cell(one.number, url=link("customer", one.customer_id)),
                number(show.count(one.orders)),
                number(show.count(one.returns)),
                number(show.count(one.claims)),
                number(show.money(one.refund, one.currency)),
            ]
            for one in queries.repeat_returners(since, until, limit=ROWS_REPORTED)
        ],
    )
