"""Registers as files: written out row by row, and read in again, with headers in any of the languages.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from dingdan.integrations.importers.findings import Finding, UnreadableFile
from dingdan.integrations.importers.registers.columns import LANGUAGES, Cells, Column
from dingdan.integrations.importers.registers.headers import others
from dingdan.integrations.importers.registers.register import STATE, Register
from dingdan.integrations.importers.tables import open_table
from dingdan.kernel.sheets import guarded, table, unguarded
from dingdan.kernel.workbook import write_workbook

MEDIA: Final = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_ROWS: Final = 20_000
AT_ONCE: Final = 500
_PIECE: Final = 1 << 16
_OPTIONS: Final = re.compile("[:：]")


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def columns_of(register: Register) -> tuple[Column, ...]:
    """The columns of a file."""
    return (*register.columns, STATE) if register.turns else register.columns


def exported(register: Register, form: str) -> Iterator[bytes]:
    """The register as a file, piece by piece while it is read."""
    return table(_heads(register), _rows(register), mark=True) if form == "csv" else _as_xlsx(register)


def _rows(register: Register) -> Iterator[list[str]]:
    columns = columns_of(register)
    last = None
    while some := list((register.rows().filter(id__gt=last) if last else register.rows()).order_by("id")[:AT_ONCE]):
        for row in some:
            told = register.told(row)
            yield [guarded(told[column.name]) for column in columns]
        last = some[-1].id


def _heads(register: Register) -> list[str]:
    return [str(column.label) for column in columns_of(register)]


def _as_xlsx(register: Register) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_workbook(file, chain([_heads(register)], _rows(register)))
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class FileRows:
    """The rows of a file by their lines, those that cannot be read, and headers that are not understood."""

    rows: list[tuple[int, Cells]] = field(default_factory=list)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_file(register: Register, path: Path) -> FileRows:
    """The rows of a .csv or .xlsx file. Raises `UnreadableFile`."""
    table, found = open_table(path), FileRows()
    places = _places(register, table.header, found.unknown)

    def report(finding: Finding) -> None:
        found.unreadable.append((finding.line, f"{finding.sentence} {finding.remedy}"))

    for line, texts in table.rows(report):
        cells = {column.name: _cell(column, texts[index], table.header[index]) for index, column in places.items()}
        if any(cells.values()):
            found.rows.append((line, cells))
        if len(found.rows) > MOST_ROWS:
            raise UnreadableFile(
                _("The file has more than {count} rows.").format(count=MOST_ROWS), _("Send it in several pieces.")
            )
    if not found.rows:
        raise UnreadableFile(_("The file has no rows below its header."), _("Write a row for each thing."))
    register.complete([cells for _line, cells in found.rows])
    _take_out_twice(register, found)
    return found


def _take_out_twice(register: Register, found: FileRows) -> None:
    """Nobody can tell which of two rows about the same is meant: the first is taken."""
    first: dict[tuple[str, ...], int] = {}
    kept = []
    for line, cells in found.rows:
        key = register.plain_key(cells)
        if key is not None and key in first:
            found.unreadable.append((line, _("Line {line} is about the same.").format(line=first[key])))
        else:
            kept.append((line, cells))
            if key is not None:
                first[key] = line
    found.rows = kept


def _cell(column: Column, text: str, header: str) -> str:
    plain = unguarded(text)
    # A plain word under “規格” is an option without a name: the header names it.
    is_bare = column.name == "options" and plain.strip() and not _OPTIONS.search(plain)
    return f"{header.strip()}: {plain.strip()}" if is_bare else plain


def _places(register: Register, header: Sequence[str], unknown: list[str]) -> dict[int, Column]:
    """Which column stands where. Raises `UnreadableFile` naming what is missing."""
    by_name = headers_of(register)
    places: dict[int, Column] = {}
    for index, name in enumerate(header):
        column = by_name.get(plain_header(name))
        if column is None or column in places.values():
            unknown.append(name[:60])
        elif column.kind != "told":
            places[index] = column
    there = {column.name for column in places.values()}
    missing = [column for column in register.columns if column.name in register.must and column.name not in there]
    if missing:
        raise UnreadableFile(
            _("The header has no column {names}.").format(names=", ".join(str(column.label) for column in missing)),
            _("Export the register once, to see which columns it has."),
        )
    return places


def headers_of(register: Register) -> dict[str, Column]:
    """The columns by every header that means them: its label in each language, its own name, what others call it."""
    found: dict[str, Column] = {}
    columns = columns_of(register)
    for language in ("", *LANGUAGES):
        with override(language or None):
            for column in columns:
                found.setdefault(plain_header(str(column.label) if language else column.name), column)
    for column in columns:
        for name in others(register.slug, column.name):
            found.setdefault(plain_header(name), column)
    return found


def plain_header(name: Any) -> str:
    """A header as it is compared: whatever its case, its blanks and its brackets."""
    text = str(name).replace("（", "(").replace("）", ")").replace("*", "")
    return "".join(text.split()).replace("_", "").casefold()
