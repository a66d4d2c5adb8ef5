"""A report as a file: a table for spreadsheets, with amounts in major units and shares as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dingdan.insight.journal.formats.layout import text
from dingdan.insight.reports.layout import Answer, Column, Head, Kind
from dingdan.kernel.money import exponent
from dingdan.kernel.sheets import table
from dingdan.kernel.workbook import Value, workbook

FORMATS: Final = ("csv", "xlsx")
_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file in pieces, with its name and type."""

    name: str
    media: str
    pieces: Iterator[bytes]


def report_file(answer: Answer, format: str) -> ReportFile:  # noqa: A002 - what it is called everywhere
    """A report as one of `FORMATS`. The headings are in the language that is spoken; the same figures give the same bytes."""
    asked = answer.asked
    name = "-".join(
        [answer.report.name, asked.period.first.isoformat(), asked.period.last.isoformat()]
        + ([asked.currency.lower()] if answer.report.of_currency else [])
    )
    heads = [str(one.title) + _unit(answer, one) for one in answer.report.all_columns]
    rows = ([_value(answer, column, value) for column, value in answer.values(line)] for line in answer.lines)
    if format == "xlsx":
        return ReportFile(f"{name}.xlsx", _MEDIA[format], iter([workbook([heads, *rows])]))
    pieces = table(heads, ([_text(value) for value in row] for row in rows), mark=True)
    return ReportFile(f"{name}.csv", _MEDIA["csv"], pieces)


def _unit(answer: Answer, column: Head | Column) -> str:
    if column.kind == Kind.MONEY:
        return f" ({answer.asked.currency})"
    return " (h)" if column.kind == Kind.SECONDS else ""


def _value(answer: Answer, column: Head | Column, value: Any) -> Value:
    if value is None or isinstance(value, date):
        return value
    if column.kind == Kind.MONEY:
        return Decimal(value).scaleb(-exponent(answer.asked.currency))
    if column.kind == Kind.SECONDS:
        return (Decimal(value) / 3600).quantize(Decimal("0.01"))
    return value if isinstance(value, (int, Decimal)) else text(str(value))


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)
