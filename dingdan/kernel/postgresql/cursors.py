"""Cursors for statements that are sent again and again."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, Self, cast

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from dingdan.kernel.postgresql.arrays import written

_PLACEHOLDER: Final = re.compile(r"%(?:\((\w+)\)s|s|%)")


def ready_cursor(*, binary: bool = False) -> CursorWrapper:
    """A cursor for statements that are sent again and again (see `ReadyCursor`). `binary` halves the reading of many rows."""
    return cast(CursorWrapper, connection.ready_cursor(binary=binary))  # type: ignore[attr-defined] # our own backend


class ReadyCursor(psycopg.RawCursor[Any]):
    """For statements that are sent again and again: the server parses and plans each once in a connection, and keeps it ready.

    Placeholders are written as everywhere (`%s`, `%(name)s`), with a cast where the server cannot know the type.
    """

    is_binary = False

    def execute(self, query: Any, params: Any = None, **_wishes: Any) -> Self:
        text, names = _numbered(query)
        values = [params[name] for name in names] if names else params or ()
        # A list as plain text has whatever type the statement says, so one of nulls alone makes it no other statement.
        values = [(written(value) or value) if type(value) is list else value for value in values]
        return super().execute(text, values, prepare=True, binary=self.is_binary)


@cache
def _numbered(query: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1`, `$2` … in it, and whose values they are where they had names."""
    names: dict[str, int] = {}
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        if found[1]:
            return f"${names.setdefault(found[1], len(names) + 1)}"
        count += 1
        return f"${count}"

    return _PLACEHOLDER.sub(number, query), tuple(names)
