"""What a report is made of, whoever shows it. Pure: the questions are the rollups'."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from dingdan.insight.rollups.rules import Period

Figures = Mapping[str, int]
"""What a line sums, by name: whole numbers that can be added up."""


class Kind(StrEnum):
    """What a column's values are, and so how they are written."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    SECONDS = "seconds"
    METHOD = "method"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Head:
    """A column that says what a line is about."""

    name: str
    title: Any
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: of its own name, or worked out from those of the line.

    What is worked out is so for the totals too, from their sums: an average of averages would be none.
    """

    name: str
    title: Any
    kind: Kind = Kind.COUNT
    of: Callable[[Figures], int | Decimal | None] | None = None

    def value(self, figures: Figures) -> int | Decimal | None:
        """Its value for a line, or for sums of lines; None where there is none."""
        return self.of(figures) if self.of else figures.get(self.name, 0)


def share(part: str, whole: str) -> Callable[[Figures], Decimal | None]:
    """A figure as a part of another, in thousandths exactly."""
    return lambda figures: Decimal(round(1000 * figures[part] / figures[whole])) / 1000 if figures.get(whole) else None


def each(what: str, by: str, *less: str) -> Callable[[Figures], int | None]:
    """A figure by another (less some), in whole units."""

    def worked_out(figures: Figures) -> int | None:
        times = figures[by] - sum(figures[name] for name in less)
        return round(figures[what] / times) if times else None

    return worked_out


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a report is to be."""

    period: Period
    currency: str
    channel_id: UUID | None = None
    node_id: UUID | None = None

    def before(self) -> Asked:
        """The same of the period before."""
        return replace(self, period=self.period.before())

    def there(self, node_id: UUID) -> bool:
        """Whether what lies in a node is asked for."""
        return self.node_id in (None, node_id)


@dataclass(frozen=True, slots=True)
class Where:
    """The list behind a line (`orders`, `invoices`), and what it is asked for."""

    place: str
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about (as the heads say), its figures, and the list behind it.

    `key` is by what it is found in the period before; a day by its place in the period.
    """

    about: tuple[Any, ...]
    figures: Figures
    where: Where | None = None
    key: Any = None


class Picture(StrEnum):
    """How a report is drawn: days as columns beside those before, or lines as bars, the longest first."""

    COLUMNS = "columns"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported: its name, what it says, the question that finds its lines, and the column that is drawn."""

    name: str
    group: Any
    title: Any
    lead: Any
    heads: tuple[Head, ...]
    columns: tuple[Column, ...]
    ask: Callable[[Asked], Iterable[Line]]
    picture: Picture
    drawn: str
    of_currency: bool = True
    by_channel: bool = False
    by_node: bool = False

    @property
    def all_columns(self) -> list[Head | Column]:
        """The columns, from left to right."""
        return [*self.heads, *self.columns]

    @property
    def drawn_column(self) -> Column:
        """The column that is drawn."""
        return next(one for one in self.columns if one.name == self.drawn)


@dataclass(frozen=True, slots=True)
class Answer:
    """A report of some period: lines, what they sum to, and what that was in the period before."""

    report: Report
    asked: Asked
    lines: Sequence[Line]
    sums: Figures
    before: Figures
    lines_before: Mapping[Any, Figures] = field(default_factory=dict)

    def values(self, line: Line) -> Iterator[tuple[Head | Column, Any]]:
        """The cells of a line."""
        yield from zip(self.report.heads, line.about, strict=True)
        for column in self.report.columns:
            yield column, column.value(line.figures)


def summed(lines: Iterable[Line]) -> dict[str, int]:
    """What lines come to."""
    sums: dict[str, int] = {}
    for line in lines:
        for name, value in line.figures.items():
            sums[name] = sums.get(name, 0) + value
    return sums


def answer(report: Report, asked: Asked, *, compare: bool = True) -> Answer:
    """A report, and what it was in the period before."""
    lines = list(report.ask(asked))
    earlier = list(report.ask(asked.before())) if compare else []
    return Answer(report, asked, lines, summed(lines), summed(earlier), {line.key: line.figures for line in earlier})


def place_in(period: Period, day: date) -> int:
    """Which day of a period it is, counted from 0."""
    return (day - period.first).days
