"""Pictures of numbers, drawn by the server: no script, colors by class, and the numbers as a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

WIDTH: Final = 1000
HEIGHT: Final = 100
MOST_LABELS: Final = 7


@dataclass(frozen=True, slots=True)
class Column:
    """One amount of a row of them: what it is of, how it is read, and what it was before, where that is compared."""

    label: Any
    value: int
    text: str
    before: int | None = None
    before_text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A column as it is drawn: numbers as text, for a template would write them as its reader does."""

    column: Column
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Amounts in a row, such as days, each beside what it was before. `heads` name them in the table."""

    title: Any
    columns: Sequence[Column]
    heads: tuple[Any, Any, Any]
    id: str
    note: Any = ""
    template: ClassVar[str] = "backoffice/columns.html"

    @property
    def most(self) -> int:
        """The highest amount."""
        return max((max(one.value, one.before or 0) for one in self.columns), default=0)

    @property
    def most_text(self) -> str:
        """How the highest amount is read."""
        for one in self.columns:
            if self.most == one.value:
                return one.text
            if self.most == one.before:
                return one.before_text
        return ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return self.most == 0

    @property
    def compares(self) -> bool:
        """Whether it is told what was before."""
        return any(one.before is not None for one in self.columns)

    @property
    def bars(self) -> list[Bar]:
        """The columns, from left to right."""
        step = WIDTH / max(1, len(self.columns))
        return [self._bar(one, number * step + step * 0.14, step * 0.72) for number, one in enumerate(self.columns)]

    def _bar(self, column: Column, x: float, width: float) -> Bar:
        height = HEIGHT * max(0, column.value) / (self.most or 1)
        return Bar(column, f"{x:.2f}", f"{HEIGHT - height:.2f}", f"{width:.2f}", f"{height:.2f}")

    @property
    def line(self) -> str:
        """What was before, as the points of a line."""
        step = WIDTH / max(1, len(self.columns))
        heights = [HEIGHT - HEIGHT * max(0, one.before or 0) / (self.most or 1) for one in self.columns]
        return " ".join(f"{step * (number + 0.5):.2f},{height:.2f}" for number, height in enumerate(heights))

    @property
    def labels(self) -> list[Any]:
        """As many labels as fit below, spread evenly, the first and the last among them."""
        shown = [one.label for one in self.columns]
        if len(shown) <= MOST_LABELS:
            return shown
        last = len(shown) - 1
        return [shown[round(last * number / (MOST_LABELS - 1))] for number in range(MOST_LABELS)]
