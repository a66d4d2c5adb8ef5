"""What is reported about what happens after the sale, as JSON and as tables; orders again; warranties."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.sheets import guarded
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.queries import AtRisk, Leakage, ReorderLine, Returner, ReturnRate
from dingdan.trade.orders.commands import place_orders
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import Limit, OneOf, read
from dingdan.web.api.writes import Write, mount

TAG: Final = "Reports about returns"
AGAIN: Final = "After the sale"
CSV: Final = "text/csv"
Least = Annotated[int, Field(ge=1, le=1000)]
_REPORTS: Final[dict[str, tuple[type[Any], Callable[..., Sequence[Any]]]]] = {
    "return-rates": (ReturnRate, queries.return_rates),
    "refund-leakage": (Leakage, queries.refund_leakage),
    "money-at-risk": (AtRisk, queries.money_at_risk),
    "repeat-returners": (Returner, queries.repeat_returners),
}


@read("/reports/return-rates", permission="aftersales.read", tag=TAG)
def report_return_rates(*, since: datetime, until: datetime, limit: Limit = 100) -> list[ReturnRate]:
    """What came back in a period, by article and reason, most first; against the pieces that left in it."""
    return queries.return_rates(since, until, limit=limit)


@read("/reports/refund-leakage", permission="aftersales.read", tag=TAG)
def report_refund_leakage(*, since: datetime, until: datetime, limit: Limit = 100) -> list[Leakage]:
    """Money of a period that went without goods or beyond the rules, by way, reason and currency."""
    return queries.refund_leakage(since, until, limit=limit)


@read("/reports/repeat-returners", permission="aftersales.read", tag=TAG)
def report_repeat_returners(*, since: datetime, until: datetime, least: Least = 2, limit: Limit = 100) -> list[Returner]:
    """Customers of whose orders of a period at least so many came back or were claimed."""
    return queries.repeat_returners(since, until, least=least, limit=limit)


@read("/reports/money-at-risk", permission="aftersales.read", tag=TAG)
def report_money_at_risk(*, since: datetime, until: datetime, limit: Limit = 100) -> list[AtRisk]:
    """What is due for goods that left ahead of others, by the day on which those are to be back."""
    return queries.money_at_risk(since, until, limit=limit)


@read("/reports/{report}/csv", permission="aftersales.read", tag=TAG, media=CSV)
def export_report(report: Annotated[str, OneOf(_REPORTS)], *, since: datetime, until: datetime) -> HttpResponse:
    """A report as a table for spreadsheets, with all its rows."""
    kind, ask = _REPORTS[report]
    found, names = ask(since, until, limit=100_000), [one.name for one in fields(kind)]
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows([[guarded(str(getattr(row, name))) for name in names] for row in found])
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{report}.csv"'}
    return HttpResponse(written.getvalue(), content_type=f"{CSV}; charset=utf-8", headers=headers)


# ── again ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class NothingToReorder(Refusal):
    """Nothing of the old order is sold any more, or has a price."""

    sentence = _("Nothing of this order can be ordered again.")
    remedy = _("Look at what is sold now; the old articles are retired or have no price.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderView:
    """What ordering again would be: line by line what an article cost and costs, and what cannot be had any more."""

    order_id: UUID
    currency: str
    is_possible: bool
    lines: list[ReorderLine]


@read("/orders/{order_id}/reorder", permission="orders.read", tag=AGAIN)
def get_reorder(order_id: str) -> ReorderView:
    """What ordering the same again would be at today's prices, and what changed since."""
    id_ = id_of("order_id", order_id)
    found = queries.reorder_of(id_, on=clock.now().date())
    currency = queries.standing(id_).order.currency
    return ReorderView(order_id=id_, currency=currency, is_possible=found.wanted is not None, lines=list(found.lines))


class ReorderSent(BaseModel):
    """Order the same again. `accepted_total` (minor units): refused where it comes to something else."""

    model_config = ConfigDict(extra="forbid")

    accepted_total: int | None = Field(None, ge=0, le=10**15)


def _reorder(call: Call, ids: Mapping[str, Any], sent: ReorderSent) -> Event:
    wanted = queries.reorder_of(ids["order_id"], on=clock.now().date()).wanted
    if wanted is None:
        raise NothingToReorder(field="order_id")
    return submit(place_orders, call, replace(wanted, accepted_total=sent.accepted_total))


mount(
    Write(
        path="/orders/{order_id}/reorder",
        command=place_orders,
        name="reorder",
        makes="/orders/{order_id}",
        body=ReorderSent,
        give=_reorder,
        tag=AGAIN,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantyView:
    """A piece by its serial number: on which order it left, and whether the rules stand by it now, until when and why."""

    serial: str
    sku: str
    order_id: UUID
    order_number: str
    line_id: UUID
    left_at: datetime
    is_back: bool
    eligible: bool
    sentence: str
    rule: str
    until: datetime | None


@read("/warranties/{serial}", permission="aftersales.read", tag=AGAIN)
def list_warranties(serial: str) -> list[WarrantyView]:
    """The pieces with this serial number that were sold, the last first, and what the rules say of them under warranty."""
    return [
        WarrantyView(
            serial=one.serial,
            sku=one.sku,
            order_id=one.order_id,
            order_number=one.order_number,
            line_id=one.line_id,
            left_at=one.left_at,
            is_back=one.is_back,
            eligible=one.verdict.eligible,
            sentence=one.verdict.sentence,
            rule=one.verdict.rule,
            until=one.verdict.until,
        )
        for one in queries.warranties(serial, at=clock.now())
    ]
