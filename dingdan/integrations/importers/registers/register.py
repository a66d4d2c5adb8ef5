"""A register as its forms and files know it: rows of texts, and the command by which a row is written.

Whatever changes rows goes the same way: texts → draft → command. A form sends one row, a file many, and what is changed for many
rows at once is a file that the program makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column, chosen
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.command import BatchCommand, Command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event


class NotInRegister(Refusal):
    """A row names something that is not in its register."""

    status = 422
    sentence = _("There is no {what} {name} in this shop.")
    remedy = _("Write it down first, or correct the name.")


@dataclass(frozen=True, slots=True)
class Turn:
    """A command that brings a row from one of some states into another, and what it calls the row's id."""

    source: tuple[str, ...]
    command: Command[Any, Any]
    argument: str


@dataclass(frozen=True, slots=True)
class Children:
    """Rows below a row, on its page: the prefix of their fields, what they are called, and which column tells that there is one.

    `are_all`: those that are not sent are taken away.
    """

    name: str
    title: Any
    columns: tuple[Column, ...]
    known_by: str
    are_all: bool = False
    note: Any = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row shall be: as it was, as it will be, what its command is given, and its turn afterwards."""

    before: Cells
    after: Cells
    draft: Any
    turn: Turn | None = None

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """The columns that differ, before and after."""
        return [(name, self.before.get(name, ""), text) for name, text in self.after.items() if text != self.before.get(name, "")]

    @property
    def outcome(self) -> str:
        """Whether it is new, changed or the same."""
        return ("changed" if self.changes else "same") if self.before else "new"


class Register:
    """A register. One object of it knows some rows: those that were loaded."""

    slug: ClassVar[str]
    title: ClassVar[Any]
    one: ClassVar[Any]
    model: ClassVar[Any]
    columns: ClassVar[tuple[Column, ...]]
    key: ClassVar[tuple[str, ...]] = ("code",)
    """What tells rows apart."""
    must: ClassVar[tuple[str, ...]] = ("code",)
    """The columns without which a file says nothing."""
    reads: ClassVar[str]
    """The permission to look at it."""
    save: ClassVar[Any]
    """The command that writes a row, or many; `argument` is what the one for a single row calls its draft."""
    argument: ClassVar[str] = ""
    saved: ClassVar[str]
    """What its event calls the id of the row."""
    draft_of: ClassVar[type[Any]]
    clean: ClassVar[Any]
    """Pure: the draft as it would be written. Refuses what cannot be."""
    turns: ClassVar[Mapping[str, tuple[Turn, ...]]] = {}
    """Which commands lead to a state."""
    children: ClassVar[Children | None] = None
    is_personal: ClassVar[bool] = False
    """Whether rows may be about people, so that nothing of them is kept where it cannot be erased."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], Any] = {}

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self) -> QuerySet[Any]:
        """All rows, with whatever `cells` needs read along."""
        return self.model.objects.all()  # type: ignore[no-any-return]

    def cells(self, of: Any) -> Cells:
        """A row, or a draft, as texts."""
        return {column.name: column.write(getattr(of, column.name)) for column in self.columns if hasattr(of, column.name)}

    def state(self, row: Any) -> str:
        """The state that a row is in."""
        return str(row.state)

    def told(self, row: Any) -> Cells:
        """A row as texts, with its state."""
        return {**self.cells(row), **({"state": self.state(row)} if self.turns else {})}

    def load(self, wanted: Iterable[Cells]) -> None:
        """Read the rows that some texts are about, for all at once."""
        first = self.key[0]
        names = {given.get(first, "").strip() for given in wanted}
        for row in self.rows().filter(**{f"{first}__in": names}).order_by("id"):
            self.found[self.key_of(self.cells(row))] = row

    def row(self, given: Cells) -> Any:
        """The row that the texts are about, of those that were loaded; None where it is new."""
        return self.found.get(self.key_of(given))

    def key_of(self, given: Cells) -> tuple[str, ...]:
        """What tells a row apart, as texts that can be compared."""
        columns = {column.name: column for column in self.columns}
        return tuple(columns[name].write(columns[name].read(given.get(name, columns[name].empty))) for name in self.key)

    def plain_key(self, given: Cells) -> tuple[str, ...] | None:
        """What tells a row of a file apart, before anything is read; None where only the register knows."""
        key = tuple(given.get(name, "").strip() for name in self.key)
        return key if any(key) else None

    def name(self, given: Cells) -> str:
        """What people call the row."""
        return " · ".join(filter(None, (given.get(name, "").strip() for name in self.key)))[:200]

    def complete(self, rows: Sequence[Cells]) -> None:
        """Fill in what the rows of a file leave to be understood."""

    # ── what shall be ────────────────────────────────────────────────────────────────────────────────────────────────────

    def draft(self, cells: Cells, row: Any) -> Any:
        """What the command is given. Refuses texts that cannot be read, and what cannot be, naming the column."""
        read = {column.name: column.read(cells[column.name]) for column in self.columns if column.kind != "told"}
        draft = self.draft_of(**{name: value for name, value in self.values(read).items() if value is not None}, **_id(row))
        return type(self).clean(draft)

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        """What was read, under the names of the draft."""
        return read

    def wish(self, given: Cells) -> Wish:
        """What the texts mean: what they leave out stays. Refuses what cannot be."""
        row = self.row(given)
        before = self.told(row) if row is not None else {}
        asked = {column.name: given.get(column.name, before.get(column.name, column.empty)) for column in self.columns}
        draft = self.draft(asked, row)
        after = {**before, **self.cells(draft)}
        return Wish(before, after, draft) if not self.turns else self._turned(Wish(before, after, draft), given.get("state", ""))

    def _turned(self, wish: Wish, asked: str) -> Wish:
        old = wish.before.get("state", "active")
        new = STATE.read(asked) or old
        if new == old:
            return Wish(wish.before, {**wish.after, "state": old}, wish.draft)
        turn = next((one for one in self.turns.get(new, ()) if old in one.source), None)
        if turn is None:
            raise NotInRegister(field="state", what=STATE.label, name=asked[:40])
        return Wish(wish.before, {**wish.after, "state": new}, wish.draft, turn)

    # ── by which command ─────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, asked: Sequence[tuple[Call, Any]]) -> list[Event | Refusal]:
        """Give the command for every draft; each is answered on its own."""
        if isinstance(self.save, BatchCommand):
            return self.save.many(asked)
        return [_answer(self.save, call, **{self.argument: draft}) for call, draft in asked]

    def id_of(self, event: Event) -> UUID:
        """The id of the row that was written."""
        return getattr(event, self.saved)  # type: ignore[no-any-return]

    def turn_id(self, event: Event) -> UUID:
        """The id of what is turned, after it was written."""
        return self.id_of(event)

    def turned_id(self, look: Look) -> UUID:
        """The id of what is turned, where nothing else is written."""
        assert look.wish is not None  # noqa: S101 (only wishes are turned)
        return self.row(look.wish.before).id  # type: ignore[no-any-return]

    # ── on a page, with the rows below ───────────────────────────────────────────────────────────────────────────────────

    def own(self) -> tuple[Column, ...]:
        """The columns that a page shows of the row itself."""
        return tuple(column for column in self.columns if column.kind != "told")

    def page_cells(self, row: Any) -> Cells:
        """The row itself as texts, as its page shows it."""
        return self.cells(row)

    def kids(self, row: Any) -> list[Cells]:
        """The rows below a row as texts."""
        return []

    def page_draft(self, cells: Cells, row: Any, kids: Sequence[Cells]) -> Any:
        """What the command is given for a page, with the rows below."""
        return self.draft(cells, row)

    def tell_page(self, call: Call, draft: Any, kids: Sequence[Cells]) -> UUID:
        """Give the command for a page; returns the id of the row. Raises its refusal."""
        (answer,) = self.tell([(call, draft)])
        if isinstance(answer, Refusal):
            raise answer
        return self.id_of(answer)

    @classmethod
    def permissions(cls) -> frozenset[str]:
        """What one must be allowed to write it."""
        return frozenset([cls.save.name, *(turn.command.name for turns in cls.turns.values() for turn in turns)])


STATE = Column(name="state", label=_("State"), kind="choice", choices=chosen(["active", "retired", "blocked", "suspended"]))


def _id(row: Any) -> dict[str, UUID]:
    return {} if row is None else {"id": row.id}


def _answer(command: Any, call: Call, **arguments: Any) -> Event | Refusal:
    try:
        event: Event = command(call, **arguments)
    except Refusal as refusal:
        return refusal
    return event


def seen_of(cells: Cells) -> str:
    """What stands for a row as it was looked at."""
    return fingerprint(cells)[:32]


@dataclass(slots=True)
class Look:
    """A row that was looked at: what would come of it, or why not."""

    line: int
    name: str
    wish: Wish | None = None
    trouble: Refusal | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """new, changed, same or refused."""
        return "refused" if self.wish is None else self.wish.outcome

    @property
    def seen(self) -> str:
        """What stands for the row as it was."""
        return seen_of(self.wish.before) if self.wish else ""


def looked_at(register: Register, rows: Sequence[tuple[int, Cells]]) -> list[Look]:
    """What would come of some rows. Writes nothing."""
    register.load([cells for _line, cells in rows])
    found = []
    for line, cells in rows:
        look = Look(line, register.name(cells))
        try:
            look.wish = register.wish(cells)
            look.changes = look.wish.changes
        except Refusal as refusal:
            look.trouble = refusal
        found.append(look)
    return found


def written(register: Register, looks: Sequence[Look], call_of: Callable[[Look, str], Call]) -> list[Event | Refusal | None]:
    """Write what differs: the answer to each, None where there was nothing to be done."""
    answers: list[Event | Refusal | None] = [look.trouble for look in looks]
    todo = [index for index, look in enumerate(looks) if look.wish and _differs(look.wish)]
    told = register.tell([(call_of(looks[index], ""), looks[index].wish.draft) for index in todo]) if todo else []  # type: ignore[union-attr]
    for index, came in zip(todo, told, strict=True):
        answers[index] = came
    for index, look in enumerate(looks):
        answer, turn = answers[index], look.wish.turn if look.wish else None
        if turn and not isinstance(answer, Refusal):
            id_ = register.turn_id(answer) if answer is not None else register.turned_id(look)
            answers[index] = _answer(turn.command, call_of(look, ":state"), **{turn.argument: id_})
    return answers


def _differs(wish: Wish) -> bool:
    """Whether anything but the state is to be written."""
    return wish.outcome == "new" or any(name != "state" for name, _before, _after in wish.changes)
