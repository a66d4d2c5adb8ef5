"""The first page of the back office: what waits to be done, and what came in last."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.automation.models import Notice
from dingdan.insight.board.models import BoardRow
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.trade.review.queries import queue
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import badge, link, number
from dingdan.web.backoffice.pages import Cell, Table
from dingdan.web.backoffice.shop import hint_of
from dingdan.web.backoffice.tickets import overdue

MOST_COUNTED = 1000
LATEST = 10


def overview(request: HttpRequest) -> dict[str, Any]:
    """What the page needs: counts with their lists, and the latest orders, as far as whoever asks may look at them."""
    orders, mails = reverse("admin:board_boardrow_changelist"), reverse("admin:automation_notice_changelist")
    open_orders = BoardRow.objects.filter(state="placed")
    paid = open_orders.filter(payment_status="paid", fulfillment_status="unfulfilled")
    sees_orders = may(request, "orders.read")
    counts = [
        (_("To be paid"), open_orders.filter(payment_status="unpaid"), f"{orders}?state=placed&payment_status=unpaid"),
        (_("Paid, to be sent"), paid, f"{orders}?state=placed&payment_status=paid&fulfillment_status=unfulfilled"),
        (_("Paid too much"), BoardRow.objects.filter(payment_status="overpaid"), f"{orders}?payment_status=overpaid"),
        (_("On hold"), BoardRow.objects.filter(state="on_hold"), f"{orders}?state=on_hold"),
    ]
    shown: list[tuple[Any, QuerySet[Any], str]] = [*counts] if sees_orders else []
    if may(request, "automation.read"):
        shown.append((_("Mails that failed"), Notice.objects.filter(state="failed"), f"{mails}?state=failed"))
    if may(request, "webhooks.read"):
        paused = Endpoint.objects.filter(state="paused")
        shown.append((_("Webhooks that are paused"), paused, f"{reverse('admin:webhooks_endpoint_changelist')}?state=paused"))
    if may(request, "review.read"):
        shown.append((_("Waiting for a review"), queue(), reverse("admin:review_review_changelist")))
    if may(request, "tickets.read"):
        late = f"{reverse('admin:tickets_ticket_changelist')}?queue=overdue"
        shown.append((_("Tickets that are overdue"), overdue(), late))
    return {
        "counts": [{"label": label, "count": _counted(rows), "url": url} for label, rows, url in shown],
        "latest": _latest() if sees_orders else None,
        "orders_url": orders,
        "hint": hint_of(request),
    }


def _counted(rows: QuerySet[Any]) -> str:
    found = rows.order_by()[:MOST_COUNTED].count()
    return f"{show.count(found)}+" if found >= MOST_COUNTED else show.count(found)


def _latest() -> Table:
    rows = BoardRow.objects.order_by("-placed_at", "-id")[:LATEST]
    return Table(
        _("Latest orders"),
        [_("Order"), _("Customer"), _("Payment"), _("Fulfillment"), _("Total")],
        [
            [
                Cell(row.number, url=link("order", row.id), small=show.moment(row.placed_at)),
                Cell(row.name or show.NOTHING),
                badge(row.payment_status),
                badge(row.fulfillment_status),
                number(show.money(row.total, row.currency)),
            ]
            for row in rows
        ],
    )
