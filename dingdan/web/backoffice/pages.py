"""What a page is made of: facts, tables, moments, frames. The templates draw them; nothing here asks the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from dingdan.web.backoffice.charts import Columns


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown: where it leads, in which tone it is badged, what stands smaller below it, its picture."""

    text: Any
    url: str = ""
    badge: str | None = None
    small: str = ""
    is_number: bool = False
    picture: str = ""


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
    more: Cell | None = None
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
    """Something that happened; `iso` is when, for programs."""

    at: str
    what: str
    who: str
    facts: str = ""
    iso: str = ""
    changes: Sequence[tuple[str, str, str]] = ()


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


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `kind`: line, number, day, text, choice (value and words), several (of the choices), folded (several
    behind their label), tick, files, pictures, table (a file of rows), statement (a file of a bank), hidden.

    `most` is how many characters fit. `error` is why what was typed is refused.
    """

    name: str
    label: Any
    kind: str = "line"
    value: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    note: Any = ""
    is_required: bool = False
    most: int | None = None
    error: Any = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, side by side under a title; those that are seldom needed are behind a word."""

    title: Any
    fields: Sequence[Field]
    small: Any = ""
    more: Sequence[Field] = ()
    kind: ClassVar[str] = "group"

    @property
    def is_wrong(self) -> bool:
        """Whether something is refused of what is seldom needed: then it is shown."""
        return any(one.error for one in self.more)


@dataclass(frozen=True, slots=True)
class Button:
    """What a form is sent by: what it says, in which tone (good, bad, quiet), and what goes along when it is pressed."""

    words: Any
    tone: str = ""
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Something that can be done from this page: sent once, however often it is clicked, because `key` goes along.

    `hotkey` is the key that presses its first button, where a page says so. `is_open` shows it at once instead of behind its
    name. `links` stand above it, such as texts that fill it; `lead` says what it does. `trouble` is why it was refused, `told`
    what would come of it: both are shown where the buttons are.
    """

    title: Any
    url: str
    key: str
    fields: Sequence[Field | Group] = ()
    buttons: Sequence[Button] = ()
    hotkey: str = ""
    is_open: bool = True
    method: str = "post"
    links: Sequence[Cell] = ()
    links_label: Any = ""
    lead: Any = ""
    trouble: Any = ""
    told: Sequence[Facts | Table | Timeline] = ()
    template: ClassVar[str] = "backoffice/form.html"

    @property
    def has_files(self) -> bool:
        """Whether files go along."""
        return any(one.kind in ("files", "pictures", "table", "statement") for one in self.fields)

    @property
    def is_long(self) -> bool:
        """Whether something is told that is to be looked at where it stands."""
        return bool(self.trouble or self.told)


@dataclass(frozen=True, slots=True)
class Forms:
    """Several small things to be done, under one title."""

    title: Any
    forms: Sequence[Form]
    template: ClassVar[str] = "backoffice/forms.html"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is; while it goes on, the page follows it by itself."""

    title: Any
    done: int
    most: int
    text: Any
    goes_on: bool
    template: ClassVar[str] = "backoffice/progress.html"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Files that hang on something: pictures small, others by name."""

    title: Any
    files: Sequence[Cell]
    form: Form | None = None
    template: ClassVar[str] = "backoffice/pictures.html"


@dataclass(frozen=True, slots=True)
class Choices:
    """A table of which rows are ticked, and what is done with them."""

    table: Table
    ids: Sequence[str]
    form: Form | None
    keys: Any = ""
    template: ClassVar[str] = "backoffice/choices.html"

    @property
    def labeled(self) -> list[tuple[str, list[tuple[Any, Cell]]]]:
        """The rows with their ids and the heading of each cell."""
        return list(zip(self.ids, self.table.labeled, strict=True))


@dataclass(frozen=True, slots=True)
class Trial:
    """Rules tried on past orders, part by part: what is known so far, and where the next part is (empty: that was all)."""

    title: Any
    told: Any
    most: int
    next: str
    template: ClassVar[str] = "backoffice/trial.html"


@dataclass(frozen=True, slots=True)
class Figures:
    """A few numbers that matter, large: each with what it is, and where it leads."""

    figures: Sequence[Cell]
    template: ClassVar[str] = "backoffice/figures.html"


@dataclass(frozen=True, slots=True)
class Compared:
    """A number that matters, with what it is to be compared with. A badge says that it is pressing."""

    label: Any
    text: str
    notes: Sequence[str] = ()
    url: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Such numbers side by side, large unless they are many."""

    title: Any
    figures: Sequence[Compared]
    note: Any = ""
    are_many: bool = False
    template: ClassVar[str] = "backoffice/compared.html"


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers that open the lists they count; a badge says that one is pressing."""

    title: Any
    counts: Sequence[Cell]
    is_bare: ClassVar[bool] = True
    template: ClassVar[str] = "backoffice/counts.html"


@dataclass(frozen=True, slots=True)
class Piles:
    """What waits, kind by kind: how many there are, what they come to, and the list that holds them."""

    title: Any
    piles: Sequence[Compared]
    template: ClassVar[str] = "backoffice/piles.html"


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts beside each other as bars: label, the amount as a number and as it is read."""

    title: Any
    rows: Sequence[tuple[Any, int, str]]
    template: ClassVar[str] = "backoffice/bars.html"

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((value for _label, value, _text in self.rows), default=0)


Section = (
    Figures
    | Comparison
    | Counts
    | Piles
    | Bars
    | Columns
    | Facts
    | Table
    | Timeline
    | Frame
    | Hint
    | Conversation
    | Form
    | Forms
    | Pictures
    | Choices
    | Progress
    | Trial
)


@dataclass(frozen=True, slots=True)
class Around:
    """Where the things before and after one in its list are, and the list itself as it was looked at."""

    before: str
    after: str
    back: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page about one thing. `beside` stands beside the sections where the screen is wide.

    `figures` stand in its head; `steps` are what can be done now, the next step first: buttons, or ways to where it is done.
    `around` is where the things before and after it in their list are.

    `about` is the id of what is followed while the page is open, `drawn_for` says how much had happened to it, and `news` what
    is new to whoever had the page drawn before (see `base.followed`).
    """

    title: str
    badges: Sequence[Cell] = ()
    lead: str = ""
    links: Sequence[Cell] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
    beside: Sequence[Section] = field(default_factory=tuple)
    figures: Sequence[tuple[Any, str]] = ()
    steps: Sequence[Form | Cell] = ()
    around: Around | None = None
    about: UUID | None = None
    drawn_for: int = 0
    news: Sequence[Moment] = ()

    @property
    def drawn_steps(self) -> list[tuple[Form | None, Cell | None]]:
        """The steps, as forms or as ways."""
        return [(one, None) if isinstance(one, Form) else (None, one) for one in self.steps]
