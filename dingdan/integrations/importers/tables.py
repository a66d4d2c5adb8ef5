"""Tables as files: .csv, .csv.gz and .xlsx, row by row, every cell as text, every row with its line number.

A table is read anew by each ``rows``; it is never held in memory.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol
from xml.etree.ElementTree import ParseError

from dingdan.integrations.importers.findings import Finding, UnreadableFile

#: The code of the finding about a row that is not as wide as the header.
MISSHAPED: Final = "misshaped_row"
Row = tuple[int, list[str]]
Report = Callable[[Finding], None]
_DELIMITERS: Final = ",;\t|"
_PIECE: Final = 1 << 18
_LONGEST_LINE: Final = 4_000_000
_BROKEN_GZIP: Final = (EOFError, gzip.BadGzipFile, zlib.error)


class Table(Protocol):
    """A table: its header, and its rows as often as they are asked for."""

    header: list[str]

    def rows(self, report: Report) -> Iterator[Row]:
        """Each row as (line number, cells), as wide as the header. A row that is not is reported and left out."""
        ...


def open_table(path: Path, sheet: str | None = None) -> Table:
    """The table in a .csv, .csv.gz or .xlsx file (its first sheet, or the named one). Raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(f"There is no file {path.name}.", "Check the path.")
    if path.suffix.lower() == ".xlsx":
        return SheetTable(path, sheet)
    if path.name.lower().endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")):
        return TextTable(path)
    raise UnreadableFile(f"{path.name} is of no kind that can be read.", "Give a .csv, .csv.gz or .xlsx file.")


def columns(table: Table, wanted: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Where each wanted column stands, by any of its names (case and spaces aside). Raises UnreadableFile naming the missing."""
    found = {_plain(name): index for index, name in reversed(list(enumerate(table.header)))}
    places, missing = {}, []
    for column, names in wanted.items():
        known = [found[_plain(name)] for name in names if _plain(name) in found]
        if known:
            places[column] = known[0]
        else:
            missing.append(next(iter(names), column))
    if missing:
        raise UnreadableFile(
            f"The header has no column {', '.join(missing)}; it has: {', '.join(table.header)[:300]}.",
            "Name the columns in the first line as the documentation says.",
        )
    return places


def _plain(name: str) -> str:
    return "".join(name.split()).replace("_", "").casefold()


class TextTable:
    """Separated values: UTF-8 (with or without mark), UTF-16 with its mark, or else Windows-1252; , ; tab or | between cells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = self._encoding()
        first = next(self._lines(), "")
        self.delimiter = max(_DELIMITERS, key=first.count)
        self.header = [name.strip() for name in next(csv.reader([first], delimiter=self.delimiter), [])]
        if not any(self.header):
            raise UnreadableFile(f"{path.name} is empty.", "The first line names the columns.")

    def _bytes(self) -> gzip.GzipFile | io.BufferedReader:
        with self.path.open("rb") as probe:
            zipped = probe.read(2) == b"\x1f\x8b"
        return gzip.open(self.path, "rb") if zipped else self.path.open("rb")

    def _lines(self) -> Iterator[str]:
        """The file's lines with their ends. Unzipping and decoding go by large pieces: that is most of the speed."""
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        rest = ""
        with self._bytes() as raw:
            while piece := raw.read(_PIECE):
                *lines, rest = (rest + decoder.decode(piece)).split("\n")
                yield from [line + "\n" for line in lines]
                if len(rest) > _LONGEST_LINE:
                    raise UnreadableFile(
                        f"{self.path.name} has a line of more than {_LONGEST_LINE:,} characters.", "Is it a table at all?"
                    )
        rest += decoder.decode(b"", final=True)
        if rest:
            yield rest

    def _encoding(self) -> str:
        """What the bytes are: the whole file is tried, because one £ in its last line is enough to tell."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with self._bytes() as raw:
                chunk = raw.read(_PIECE)
                if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    return "utf-16"
                while chunk:
                    decoder.decode(chunk)
                    chunk = raw.read(_PIECE)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        except _BROKEN_GZIP as error:
            raise UnreadableFile(f"{self.path.name} is damaged ({error}).", "Fetch or compress it again.") from error
        return "utf-8-sig"

    def rows(self, report: Report) -> Iterator[Row]:
        """Each row as (line number, cells); a blank line is no row."""
        width = len(self.header)
        reader = csv.reader(self._lines(), delimiter=self.delimiter)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                report(_misshaped(line, f"Lines {line} to {reader.line_num} cannot be read ({error})."))
                continue
            if len(cells) == width:
                yield line, cells
            elif cells:
                report(_misshaped(line, f"The line has {len(cells)} cells, the header {width}."))


def _misshaped(line: int, sentence: str) -> Finding:
    return Finding(
        line=line,
        code=MISSHAPED,
        document="",
        sentence=sentence,
        remedy="Put texts that hold separators or quotes in double quotes.",
    )


class SheetTable:
    """One sheet of an Excel workbook. Numbers, dates and truth values become the text that a .csv would have."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        self.sheet = sheet
        first = next(self._values(), None)
        self.header = [_as_text(value).strip() for value in first or ()]
        while self.header and not self.header[-1]:
            self.header.pop()
        if not self.header:
            raise UnreadableFile(f"The sheet of {path.name} is empty.", "Its first row names the columns.")

    def _values(self) -> Iterator[tuple[object, ...]]:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            book = load_workbook(self.path, read_only=True, data_only=True)
            try:
                if self.sheet is not None and self.sheet not in book.sheetnames:
                    raise UnreadableFile(
                        f"There is no sheet {self.sheet}; there are {', '.join(book.sheetnames)}.", "Name one of them."
                    )
                yield from book[self.sheet or book.sheetnames[0]].iter_rows(values_only=True)
            finally:
                book.close()
        except (InvalidFileException, zipfile.BadZipFile, ParseError, LookupError, ValueError, TypeError, *_BROKEN_GZIP) as error:
            raise UnreadableFile(
                f"{self.path.name} is not a whole Excel workbook ({error}).", "Save it as .xlsx or .csv."
            ) from error

    def rows(self, report: Report) -> Iterator[Row]:
        """Each row as (row number, cells); an empty row is no row."""
        width = len(self.header)
        values = self._values()
        next(values)
        for line, row in enumerate(values, 2):
            cells = [_as_text(value) for value in row]
            if not any(cells):
                continue
            if any(cells[width:]):
                report(_misshaped(line, "The row has cells beyond the last column of the header."))
                continue
            yield line, (cells + [""] * width)[:width]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)
