"""What a page is made of: facts, tables, moments, frames. The templates draw them; nothing here asks the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown: where it leads, in which tone it is badged, what stands smaller below it."""

    text: Any
    url: str = ""
    badge: str | None = None
    small: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values. What is empty is left out."""

    title: Any
    rows: Sequence[tuple[Any, Any]]
    template: ClassVar[str] = "backoffice/facts.html"

    @property
    def shown(self) -> list[tuple[Any, Cell]]:
        """The rows that say something."""
        cells = [(label, value if isinstance(value, Cell) else Cell(value)) for label, value in self.rows]
        return [(label, cell) for label, cell in cells if cell.text not in ("", None)]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; on a phone each row is a card."""

    title: Any
    columns: Sequence[Any]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[tuple[Any, str]] = ()
    note: Any = ""
    template: ClassVar[str] = "backoffice/table.html"

    @property
    def heads(self) -> list[tuple[Any, bool]]:
        """The headings, and whether numbers stand below them."""
        first = self.rows[0] if self.rows else [Cell("") for _ in self.columns]
        return [(column, cell.is_number) for column, cell in zip(self.columns, first, strict=True)]

    @property
    def labeled(self) -> list[list[tuple[Any, Cell]]]:
        """The rows with the heading of each cell."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened."""

    at: str
    what: str
    who: str
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, the last first."""

    title: Any
    moments: Sequence[Moment]
    template: ClassVar[str] = "backoffice/timeline.html"


@dataclass(frozen=True, slots=True)
class Frame:
    """A document inside the page, in a frame that may do nothing."""

    title: Any
    html: str
    text: str
    template: ClassVar[str] = "backoffice/frame.html"


@dataclass(frozen=True, slots=True)
class Hint:
    """What is missing, and what to do next: where to go, or what to type."""

    title: Any
    text: Any
    link: Cell | None = None
    example: str = ""
    template: ClassVar[str] = "backoffice/hint.html"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with the files on it: who wrote it, and in which voice (`customer`, `staff`, `note`)."""

    who: str
    at: str
    text: str
    voice: str
    files: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said, oldest first."""

    title: Any
    letters: Sequence[Letter]
    template: ClassVar[str] = "backoffice/conversation.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in: a line, a text, files, or one of several choices (value and words)."""

    name: str
    label: Any
    kind: str = "line"
    value: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    hint: Any = ""
    is_needed: bool = False
    most: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Something to be done: where it is sent, what is to be filled in, and what the buttons say (name, value, words, tone).

    `key` makes a second press of the button harmless. `links` stand above, such as texts that fill it.
    """

    title: Any
    url: str
    key: str
    fields: Sequence[Field] = ()
    buttons: Sequence[tuple[str, str, Any, str]] = ()
    links: Sequence[Cell] = ()
    links_label: Any = ""
    template: ClassVar[str] = "backoffice/form.html"


@dataclass(frozen=True, slots=True)
class Forms:
    """Several small things to be done, under one title."""

    title: Any
    forms: Sequence[Form]
    template: ClassVar[str] = "backoffice/forms.html"


Section = Facts | Table | Timeline | Frame | Hint | Conversation | Form | Forms


@dataclass(frozen=True, slots=True)
class Page:
    """A page about one thing. `beside` stands beside the sections where the screen is wide."""

    title: str
    badges: Sequence[Cell] = ()
    lead: str = ""
    links: Sequence[Cell] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
    beside: Sequence[Section] = field(default_factory=tuple)
