"""Lists on their way to PostgreSQL, written in one go.

This program speaks in sets: most of its statements carry columns as arrays of hundreds of like values. psycopg writes such a
list item by item, which was a quarter of the program's own time in a long import; a list of one plain kind is one join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from psycopg.types.array import ListDumper


def _uuids(items: Iterable[UUID]) -> list[str]:
    return [item.hex for item in items]


def _plain(items: Iterable[object]) -> list[str]:
    return [str(item) for item in items]


def _quoted(items: Iterable[object]) -> list[str]:
    return [f'"{item}"' for item in items]


def _texts(items: list[str]) -> list[str] | None:
    every = "".join(items)
    if "\0" in every:
        return None
    if '"' in every or "\\" in every:
        items = [item.replace("\\", "\\\\").replace('"', '\\"') for item in items]
    return _quoted(items)


def _decimals(items: list[Decimal]) -> list[str] | None:
    return _plain(items) if all(item.is_finite() for item in items) else None


#: How the items of one kind are written; None leaves the list to psycopg.
_WRITTEN: Final[dict[type, Callable[[list[Any]], list[str] | None]]] = {
    UUID: _uuids,
    int: _plain,
    bool: _plain,
    Decimal: _decimals,
    str: _texts,
    datetime: _quoted,
    date: _quoted,
}


def written(items: list[Any]) -> str | None:
    """A flat list of one plain kind, nulls among them, as PostgreSQL reads it; None for any other list."""
    kinds = set(map(type, items))
    with_nulls = type(None) in kinds
    kinds.discard(type(None))
    if not kinds:
        return f"{{{','.join(['NULL'] * len(items))}}}"
    write = _WRITTEN.get(kinds.pop()) if len(kinds) == 1 else None
    tokens = write([item for item in items if item is not None] if with_nulls else items) if write else None
    if tokens is None:
        return None
    if with_nulls:
        rest = iter(tokens)
        tokens = ["NULL" if item is None else next(rest) for item in items]
    return f"{{{','.join(tokens)}}}"


class QuickListDumper(ListDumper):
    """psycopg's own, with a short way for flat lists of one plain kind. What it writes means the same."""

    def dump(self, obj: list[Any]) -> Any:
        text = written(obj)
        return super().dump(obj) if text is None else text.encode()
