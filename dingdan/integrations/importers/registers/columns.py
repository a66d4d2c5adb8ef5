"""Columns of registers: how a value is written as a text, and read from one. A form's field and a file's cell hold the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

Cells = dict[str, str]
"""A row as texts, by the names of its columns."""

LANGUAGES: Final = ("en", "zh-hant", "zh-hans")
_YES: Final = frozenset(["yes", "true", "1", "x", "y", "on", "✓", "是", "有", "真"])
_NO: Final = frozenset(["", "no", "false", "0", "n", "off", "否", "無", "无", "假"])
_DAY: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: 00:00:00)?", re.ASCII)
_BETWEEN: Final = re.compile(r"(?<!\\)[\n;；]")
_NAMED: Final = re.compile(r"(?<!\\)[:：]")
_ESCAPED: Final = re.compile(r"\\([;；:：])")
_COUNTED: Final = re.compile(r"(.+?)\s*[:：*×]\s*([0-9]{1,9})")


class CellNotReadable(Refusal):
    """The text is nothing that the column holds."""

    status = 422
    sentence = _("“{text}” cannot be read here.")
    remedy = _("Write {wanted}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: what it is called here and elsewhere, and of which kind its texts are.

    `kind`: line, text (several lines), whole, decimal, day, tick, choice (one code of `choices`), several (texts in one cell),
    words (texts by name), counts (whole numbers by SKU), told (only written, never read). `empty` is what a new row has. With
    `for_many` it may be set for many rows at once. `part` parts the form.
    """

    name: str
    label: Any
    kind: str = "line"
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    empty: str = ""
    note: Any = ""
    part: Any = ""
    is_needed: bool = False
    for_many: bool = True
    most: int | None = None

    def read(self, text: str) -> Any:
        """The value that a text stands for. Refuses `CellNotReadable`, naming the column."""
        try:
            return _READ.get(self.kind, _line)(self, text)
        except (ValueError, InvalidOperation):
            raise CellNotReadable(field=self.name, text=text[:40], wanted=_WANTED.get(self.kind, "")) from None

    def write(self, value: Any) -> str:
        """The text of a value; reading it gives the value back."""
        return _WRITE.get(self.kind, _plain)(value)


def chosen(codes: Sequence[Any]) -> Callable[[], Sequence[tuple[str, Any]]]:
    """Choices of codes, each with its word in the active language."""
    return lambda: [(str(code), word(str(code))) for code in codes]


def word(code: str) -> str:
    """What people call a code, in the active language."""
    return gettext(spelled(code)) if code else ""


def spelled(code: str) -> str:
    """The English words of a code."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def _line(_column: Column, text: str) -> str:
    return text.strip()


def _lines(_column: Column, text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _whole(_column: Column, text: str) -> int | None:
    plain = text.strip().replace(",", "").removesuffix(".0")
    if plain and not re.fullmatch(r"[+-]?[0-9]{1,15}", plain, re.ASCII):
        raise ValueError(plain)
    return int(plain) if plain else None


def _decimal(_column: Column, text: str) -> Decimal | None:
    plain = text.strip()
    if not plain:
        return None
    value = Decimal(plain.removesuffix("%").strip())
    if not value.is_finite():
        raise ValueError(plain)
    return value / 100 if plain.endswith("%") else value


def _day(_column: Column, text: str) -> date | None:
    plain = text.strip()
    found = _DAY.fullmatch(plain)
    if plain and found is None:
        raise ValueError(plain)
    return date(*map(int, found.groups())) if found else None


def _tick(_column: Column, text: str) -> bool:
    plain = text.strip().casefold()
    if plain not in _YES | _NO:
        raise ValueError(plain)
    return plain in _YES


def _choice(column: Column, text: str) -> str:
    """A code, or what it is called in any of the languages."""
    plain = text.strip()
    choices = list(column.choices() if column.choices else ())
    if not plain or any(code == plain for code, _label in choices):
        return plain
    for language in LANGUAGES:
        with override(language):
            for code, label in column.choices() if column.choices else ():
                if plain.casefold() in (code.casefold(), str(label).casefold()):
                    return code
    return plain


def _several(_column: Column, text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[\n,，、;；]", text) if part.strip())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def _words(_column: Column, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _parts(text):
        name, value = (half.strip() for half in _NAMED.split(part, maxsplit=1))
        if not (name and value):
            raise ValueError(part)
        found[_ESCAPED.sub(r"\1", name)] = _ESCAPED.sub(r"\1", value)
    return found


def _counts(_column: Column, text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(text):
        named = _COUNTED.fullmatch(part)
        if named is None:
            raise ValueError(part)
        found[named[1]] = int(named[2])
    return found


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")


def _joined(value: Mapping[str, Any] | None) -> str:
    return "; ".join(f"{_escaped(name, ';；:：')}: {_escaped(str(text), ';；')}" for name, text in (value or {}).items())


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)


_READ: Final[Mapping[str, Callable[[Column, str], Any]]] = {
    "line": _line, "text": _lines, "whole": _whole, "decimal": _decimal, "day": _day, "tick": _tick, "choice": _choice,
    "several": _several, "words": _words, "counts": _counts,
}  # fmt: skip
_WRITE: Final[Mapping[str, Callable[[Any], str]]] = {
    "decimal": _number,
    "day": lambda value: "" if value is None else value.isoformat(),
    "tick": lambda value: "yes" if value else "no",
    "several": lambda value: ", ".join(value or ()),
    "words": _joined,
    "counts": _joined,
}
_WANTED: Final[Mapping[str, Any]] = {
    "whole": _("a whole number"), "decimal": _("a number with a point, such as 12.50"), "day": _("a day such as 2027-12-31"),
    "tick": _("yes or no"), "words": _("names and texts such as size: L; color: red"),
    "counts": _("SKUs and quantities such as TEA: 2; MUG: 1"),
}  # fmt: skip
