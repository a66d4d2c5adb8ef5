"""Reports of the shop: the same lines, totals and files as in the back office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

from django.http.response import HttpResponseBase
from pydantic import Field

from dingdan.insight.reports.files import FORMATS, report_file
from dingdan.insight.reports.layout import Answer, Column, Head, Kind, answer
from dingdan.insight.reports.registry import PRESETS, REPORTS, asked
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.web.api.reads import OneOf, read
from dingdan.web.shared.downloads import streamed

TAG: Final = "Reports"
Name = Annotated[str, OneOf(REPORTS)]
Preset = Annotated[str, OneOf(("", *PRESETS)), Field(description="A period by its name, when no days are given.")]
First = Annotated[date | None, Field(description="The first day, by the shop's clock.")]
Last = Annotated[date | None, Field(description="The last day; it is in the period.")]
Code = Annotated[str, Field(max_length=40, description="Of a channel; all of them without.")]
At = Annotated[str, Field(max_length=32, description="Code of a node, for reports of stock; all of them without.")]
Money = Annotated[str, Field(max_length=3, description="The currency; the shop's own without.")]
_MEDIA: Final = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportColumn:
    """A column: its name in `lines`, what it is called, and what its values are.

    `money` is in minor units of the report's currency, `share` a part of 1, `seconds` a length of time.
    """

    name: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report. `totals` are of all lines, `before` those of the period of equal length before this one."""

    report: str
    title: str
    first_day: date
    last_day: date
    currency: str | None
    columns: list[ReportColumn]
    lines: list[dict[str, Any]]
    totals: dict[str, Any]
    before: dict[str, Any]


@read("/reports/{report_name}", permission="reports.read", tag=TAG)
def get_report(
    report_name: Name,
    *,
    period: Preset = "",
    first_day: First = None,
    last_day: Last = None,
    currency: Money = "",
    channel: Code = "",
    node: At = "",
) -> ReportView:
    """A report about some days, with what it comes to and what that was before.

    Of the last four weeks unless said. Figures are defined in docs/reports.md; they are kept, so a long period is asked for as
    quickly as a short one.
    """
    found = answer(
        REPORTS[report_name],
        asked(first=first_day, last=last_day, preset=period, currency=currency.upper(), channel=channel, node=node),
    )
    told, columns = found.asked, found.report.columns
    return ReportView(
        report=report_name, title=str(found.report.title), first_day=told.period.first, last_day=told.period.last,
        currency=told.currency if found.report.of_currency else None,
        columns=[ReportColumn(name=one.name, title=str(one.title), kind=one.kind.value) for one in found.report.all_columns],
        lines=[{column.name: _plain(column, value) for column, value in found.values(line)} for line in found.lines],
        totals=_sums(columns, found.sums), before=_sums(columns, found.before),
    )  # fmt: skip


def _sums(columns: tuple[Column, ...], figures: Mapping[str, int]) -> dict[str, Any]:
    return {one.name: _plain(one, one.value(figures)) for one in columns} if figures else {}


def _plain(column: Head | Column, value: Any) -> Any:
    return float(value) if column.kind == Kind.SHARE and isinstance(value, Decimal) else value


@read("/reports/{report_name}/file", permission="reports.read", tag=TAG, media=_MEDIA)
def get_report_file(
    report_name: Name, *, format: Annotated[str, OneOf(FORMATS)] = "csv", period: Preset = "", first_day: First = None,  # noqa: A002
    last_day: Last = None, currency: Money = "", channel: Code = "", node: At = "",
) -> HttpResponseBase:  # fmt: skip
    """A report as a file for spreadsheets: CSV, sent while it is written, or XLSX. Amounts are in major units."""
    found: Answer = answer(
        REPORTS[report_name],
        asked(first=first_day, last=last_day, preset=period, currency=currency.upper(), channel=channel, node=node),
        compare=False,
    )
    file = report_file(found, format)
    return streamed(file.pieces, name=file.name, media=file.media, tenant_id=current_tenant_id())
