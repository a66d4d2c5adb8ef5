"""What waits to be done: numbers, each of which opens the list that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.automation.models import Notice
from dingdan.insight.board.models import KIND, BoardRow
from dingdan.insight.board.queries import kept_counts
from dingdan.insight.rollups import queries as rollups
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.kernel import clock
from dingdan.kernel.days import begins, day_of
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory.models import Low
from dingdan.ledgers.inventory.queries import Asked, Matter, articles
from dingdan.ledgers.payments.models import Payment
from dingdan.masterdata.wording.queries import failing
from dingdan.trade.aftersales.lifecycle import OPEN
from dingdan.trade.aftersales.models import Return, StrayParcel
from dingdan.trade.aftersales.queries import STAGES, at_the_desk
from dingdan.trade.closing.queries import orders_to_collect
from dingdan.trade.review.queries import queue
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import MOST_COUNTED
from dingdan.web.backoffice.filters import Ask, asked_by
from dingdan.web.backoffice.pages import Cell, Counts
from dingdan.web.backoffice.ticket_filters import overdue

DAYS_OF_FAILURES: Final = 7
CASH: Final = _("To be collected on delivery")


# ── lists that show only what waits ──────────────────────────────────────────────────────────────────────────────────────
def awaited(rows: QuerySet[BoardRow], value: str) -> QuerySet[BoardRow]:
    """Of these orders, those whose goods are late, are due today, or are not here; or whose money a carrier is to collect."""
    today = day_of(clock.now(), tenant_in_scope().time_zone)
    asked = {
        "late": lambda: rollups.promised_before(today),
        "today": lambda: rollups.promised_on(today),
        "goods": rollups.waiting_for_goods,
    }.get(value)
    if value == "cash":
        return rows.filter(id__in=orders_to_collect().values("document_id"))
    return rows.filter(id__in=asked().values("id")) if asked else rows


AT_THE_DESK: Final = {
    "announced": pgettext_lazy("returns", "Announced"),
    "arrived": _("Arrived, unopened"),
    "to_inspect": _("To inspect"),
    "overdue": pgettext_lazy("returns", "Overdue"),
}
"""What waits for the returns desk, by its stage."""


def _at_the_desk(_request: HttpRequest, found: QuerySet[Return], stage: str) -> QuerySet[Return]:
    return found.filter(state__in=OPEN) if stage == "open" else found.filter(STAGES[stage](clock.now()))


AtTheDesk: Final = asked_by(
    Ask(
        "desk", _("Waiting at the desk"), "choice", _at_the_desk,
        choices=lambda _request: [("open", _("All that wait")), *AT_THE_DESK.items()],
    )
)  # fmt: skip
"""Returns that wait for the desk: on their way, lying there, taken in, or there for too long."""


# ── their numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────
def waiting(request: HttpRequest) -> list[Counts]:
    """What whoever asks may look at, most pressing first; what is not there stays, so that everything has its place."""
    now, zone = clock.now(), tenant_in_scope().time_zone
    found: list[Cell] = []
    if may(request, "review.read"):
        found.append(_count(_("To review"), queue(), reverse("admin:review_review_changelist")))
    if may(request, "orders.read"):
        found += [*_orders(), *_promised(now, zone)]
    if may(request, "aftersales.read"):
        found += _returns()
    if may(request, "inventory.read"):
        found += _stock()
    found += [*_money(request, now, zone), *_messages(request)]
    return [Counts(_("To do"), found)] if found else []


def _returns() -> Iterator[Cell]:
    """What waits for the returns desk, stage by stage, and parcels that nobody had asked for."""
    place, counts = reverse("admin:aftersales_return_changelist"), at_the_desk(clock.now())
    tones = {"arrived": "warning", "to_inspect": "warning", "overdue": "danger"}
    names = {
        "announced": _("Returns to come"), "arrived": _("Returns that arrived"), "to_inspect": _("Returns to inspect"),
        "overdue": _("Returns that are overdue"),
    }  # fmt: skip
    for stage, label in names.items():
        tone = tones.get(stage, "") if counts[stage] else ""
        yield Cell(show.count(counts[stage]), url=f"{place}?desk={stage}", small=str(label), badge=tone)
    parked = f"{reverse('admin:aftersales_strayparcel_changelist')}?state=parked"
    yield _count(_("Parcels nobody asked for"), StrayParcel.objects.filter(state="parked"), parked, tone="warning")


def _stock() -> Iterator[Cell]:
    """What has fallen to its threshold, and what nothing is left of, as far as the first page of the list looks."""
    place = reverse("admin:inventory_balance_changelist")
    yield _count(_("Low stock"), Low.objects.all(), f"{place}?shown={Matter.LOW}", tone="warning")
    gone = articles(Asked(matter=Matter.OUT), most=MOST_COUNTED)
    text = f"{show.count(len(gone.variant_ids))}{'+' if gone.next else ''}"
    badge = "warning" if gone.variant_ids else ""
    yield Cell(text, url=f"{place}?shown={Matter.OUT}", small=str(_("Sold out")), badge=badge)


def _orders() -> Iterator[Cell]:
    """By state and statuses, as the board keeps them."""
    place = reverse("admin:board_boardrow_changelist")
    kinds = [(dict(zip(KIND, kind, strict=True)), count) for kind, count in kept_counts()]
    for label, tone, chosen in (
        (_("To be paid"), "", {"state": "placed", "payment_status": "unpaid"}),
        (_("Paid, to be sent"), "", {"state": "placed", "payment_status": "paid", "fulfillment_status": "unfulfilled"}),
        (_("Paid too much"), "warning", {"payment_status": "overpaid"}),
        (_("On hold"), "", {"state": "on_hold"}),
    ):
        orders = sum(count for kind, count in kinds if chosen.items() <= kind.items())
        yield Cell(show.count(orders), url=f"{place}?{urlencode(chosen)}", small=str(label), badge=tone if orders else "")


def _promised(now: datetime, zone: str) -> Iterator[Cell]:
    place, today = reverse("admin:board_boardrow_changelist"), day_of(now, zone)
    yield _count(pgettext_lazy("orders", "Late"), rollups.promised_before(today), f"{place}?waits=late", tone="danger")
    yield _count(_("To be sent today"), rollups.promised_on(today), f"{place}?waits=today")
    yield _count(_("Waits for goods"), rollups.waiting_for_goods(), f"{place}?waits=goods", tone="warning")


def _money(request: HttpRequest, now: datetime, zone: str) -> Iterator[Cell]:
    if may(request, "payments.read"):
        since = begins(day_of(now, zone) - timedelta(days=DAYS_OF_FAILURES - 1), zone)
        until = begins(day_of(now, zone) + timedelta(days=1), zone)
        declined = Payment.objects.filter(state="declined", requested_at__gte=since, requested_at__lt=until)
        asked = {"state": "declined", "requested_at__gte": since.isoformat(), "requested_at__lt": until.isoformat()}
        place = reverse("admin:payments_payment_changelist")
        yield _count(_("Payments that failed in seven days"), declined, f"{place}?{urlencode(asked)}", tone="warning")


def _messages(request: HttpRequest) -> Iterator[Cell]:
    if may(request, "automation.read"):
        mails, failed = reverse("admin:automation_notice_changelist"), Notice.objects.filter(state="failed")
        yield _count(_("Mails and messages that failed"), failed, f"{mails}?state=failed", tone="danger")
        unsure = Notice.objects.filter(state="unknown")
        yield _count(_("Messages that may not have been sent"), unsure, f"{mails}?state=unknown", tone="warning")
    if may(request, "wording.read") and (unusable := failing()).exists():
        yield _count(_("Wordings that cannot be used"), unusable, reverse("admin:wording_list"), tone="danger")
    if may(request, "webhooks.read"):
        hooks, paused = reverse("admin:webhooks_endpoint_changelist"), Endpoint.objects.filter(state="paused")
        yield _count(_("Webhooks that are paused"), paused, f"{hooks}?state=paused", tone="danger")
    if may(request, "tickets.read"):
        late = f"{reverse('admin:tickets_ticket_changelist')}?queue=overdue"
        yield _count(_("Tickets that are overdue"), overdue(), late, tone="danger")


def _count(label: Any, rows: QuerySet[Any], url: str, *, tone: str = "") -> Cell:
    """As far as the list itself counts."""
    found = rows.order_by()[:MOST_COUNTED].count()
    text = f"{show.count(found)}+" if found >= MOST_COUNTED else show.count(found)
    return Cell(text, url=url, small=str(label), badge=tone if found else "")
