"""What a register's form holds: the texts of a row and of the rows below it, as they are, as they were sent, and what differs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from dingdan.integrations.importers.registers.columns import Cells, Column
from dingdan.integrations.importers.registers.register import Children, Register
from dingdan.kernel.canonical import json_text
from dingdan.kernel.errors import Refusal
from dingdan.web.backoffice.pages import Cell, Field, Group, Table

MOST_SHOWN: Final = 100
"""Rows below a row that its page shows; more are kept by files."""
BLANK: Final = 2
_KINDS: Final[Mapping[str, str]] = {"whole": "number", "day": "day", "text": "text", "choice": "choice", "tick": "tick"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A row as texts, and the rows below it."""

    cells: Cells
    kids: list[Cells] = field(default_factory=list)

    @classmethod
    def of(cls, register: Register, row: Any) -> Sheet:
        """How it is now; a new one as it begins."""
        if row is None:
            return cls({column.name: column.empty for column in register.own()})
        return cls(register.page_cells(row), register.kids(row)[:MOST_SHOWN])

    @classmethod
    def sent(cls, register: Register, sent: QueryDict) -> Sheet:
        """What was typed. Rows below that are blank, or to be taken away, are left out."""
        cells = {column.name: _text(column, sent, column.name) for column in register.own()}
        return cls(cells, list(_kids(register.children, sent)) if register.children else [])

    @classmethod
    def read(cls, text: str) -> Sheet | None:
        """How it was when the form was opened, as the form says; None where it says nothing."""
        try:
            cells, kids = json.loads(text)
            return cls({str(name): str(value) for name, value in cells.items()}, [dict(kid) for kid in kids])
        except (ValueError, TypeError, AttributeError):
            return None

    @property
    def written(self) -> str:
        """The sheet as one text."""
        return json_text([self.cells, self.kids])

    def merged(self, was: Sheet, now: Sheet) -> Sheet:
        """What was typed over what is now: fields that were left alone say what somebody else wrote into them."""
        cells = {name: now.cells.get(name, text) if text == was.cells.get(name) else text for name, text in self.cells.items()}
        return Sheet(cells, now.kids if _same(self.kids, was.kids) else self.kids)


def _same(some: Sequence[Cells], others: Sequence[Cells]) -> bool:
    return [_bare(kid) for kid in some] == [_bare(kid) for kid in others]


def _bare(kid: Cells) -> Cells:
    return {name: text.strip() for name, text in kid.items()}


def _text(column: Column, sent: QueryDict, name: str) -> str:
    if column.kind == "tick":
        return "yes" if name in sent else "no"
    return sent.get(name, "").replace("\r\n", "\n")


def _kids(children: Children, sent: QueryDict) -> Iterator[Cells]:
    numbers = {int(found[1]) for name in sent if (found := re.fullmatch(rf"{children.name}\.(\d{{1,4}})\.\w+", name, re.ASCII))}
    for number in sorted(numbers):
        prefix = f"{children.name}.{number}."
        kid = {column.name: _text(column, sent, f"{prefix}{column.name}") for column in children.columns}
        if id_ := sent.get(f"{prefix}id", ""):
            kid["id"] = id_
        blank = not id_ and all(kid[column.name].strip() in ("", column.empty) for column in children.columns)
        if not blank and f"{prefix}gone" not in sent:
            yield kid


# ── the fields of a form ─────────────────────────────────────────────────────────────────────────────────────────────────


def fields_of(
    register: Register, sheet: Sheet, *, was: Sheet, trouble: Refusal | None = None, blank: int = BLANK
) -> list[Field | Group]:
    """The fields of a form with what the sheet says, and how it was; what was refused is said beside its field."""
    told = _placed(register, trouble)
    found: list[Field | Group] = [Field("was", "", "hidden", was.written)]
    parts: dict[str, list[Field]] = {}
    for column in register.own():
        one = field_of(column, column.name, sheet.cells.get(column.name, column.empty), error=told.get(column.name, ""))
        if column.part:
            parts.setdefault(str(column.part), []).append(one)
        else:
            found.append(one)
    found += [Group(title, fields) for title, fields in parts.items()]
    if register.children:
        found += _kid_groups(register.children, sheet.kids, told, blank=blank)
    return found


def _kid_groups(children: Children, kids: Sequence[Cells], told: Mapping[str, str], *, blank: int) -> Iterator[Group]:
    filled = [*kids, *({column.name: column.empty for column in children.columns} for _number in range(blank))]
    for number, kid in enumerate(filled):
        prefix, is_new = f"{children.name}.{number}.", number >= len(kids)
        fields = [
            field_of(column, f"{prefix}{column.name}", kid.get(column.name, ""), error=told.get(f"{prefix}{column.name}", ""))
            for column in children.columns
        ]
        fields = [replace(one, is_required=False) for one in fields]
        seldom = {f"{prefix}{column.name}" for column in children.columns if column.part}
        more, fields = [one for one in fields if one.name in seldom], [one for one in fields if one.name not in seldom]
        if "id" in kid:
            fields.append(Field(f"{prefix}id", "", "hidden", kid["id"]))
        elif children.are_all and not is_new:
            fields.append(Field(f"{prefix}gone", _("Take away"), "tick"))
        title = pgettext("row of a form", "One more") if is_new else kid.get(children.known_by) or str(number + 1)
        small = children.note if number == len(filled) - 1 else ""
        yield Group(f"{children.title}: {title}", fields, small=small, more=more)


def field_of(column: Column, name: str, text: str, *, error: Any = "") -> Field:
    """The field of a column."""
    kind, choices = _KINDS.get(column.kind, "line"), list(column.choices() if column.choices else ())
    if kind == "choice" and text not in dict(choices):
        choices.append((text, text or "–"))
    value: Any = text == "yes" if kind == "tick" else text
    return Field(
        name, column.label, kind, value, choices, note=column.note, is_required=column.is_needed, most=column.most, error=error
    )


def _placed(register: Register, trouble: Refusal | None) -> dict[str, str]:
    """Beside which field a refusal is said: the one that it names, or the one that its field is a part of."""
    if trouble is None or not trouble.field:
        return {}
    name, names = trouble.field.removeprefix("contact."), {column.name for column in register.own()}
    if name in names:
        return {name: str(trouble)}
    head, _dot, rest = name.partition(".")
    if register.children and head == register.children.name:
        number, _dot, part = rest.partition(".")
        known = {column.name for column in register.children.columns}
        first = part.partition(".")[0]
        part = {"name": "variant_name", "tax_class": "variant_tax_class"}.get(first, first) if first not in known else first
        return {f"{head}.{number}.{part}": str(trouble)} if part in known else {}
    return {head: str(trouble)} if head in names else {}


def is_placed(register: Register, trouble: Refusal) -> bool:
    """Whether the refusal is said beside a field."""
    return bool(_placed(register, trouble))


def difference(register: Register, was: Sheet, now: Sheet, typed: Sheet) -> Table:
    """What somebody else changed since the form was opened, beside what was typed."""
    rows = [
        [Cell(column.label), *(Cell(sheet.cells.get(column.name, "") or "–") for sheet in (was, now, typed))]
        for column in register.own()
        if was.cells.get(column.name, "") != now.cells.get(column.name, "")
    ]
    if register.children and not _same(was.kids, now.kids):
        rows.append([Cell(register.children.title), *(Cell(_listed(register.children, one)) for one in (was, now, typed))])
    return Table(_("What somebody else saved"), [_("Field"), _("When you opened it"), _("Now"), _("You typed")], rows)


def _listed(children: Children, sheet: Sheet) -> str:
    return "\n".join(", ".join(kid.get(column.name, "") for column in children.columns[:3]) for kid in sheet.kids) or "–"
