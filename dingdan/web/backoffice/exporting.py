"""Lists as files: the rows and columns of the screen, read part by part and sent while they are read, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from django.contrib.admin.utils import lookup_field
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from dingdan.kernel import sheets
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Call
from dingdan.kernel.sheets import guarded
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.workbook import write_workbook
from dingdan.masterdata.views.commands import end_export
from dingdan.masterdata.views.events import ListExportBegun
from dingdan.web.backoffice import show
from dingdan.web.backoffice.arranged import Arranged
from dingdan.web.backoffice.keyset import Key, Listing
from dingdan.web.shared.downloads import streamed

ROWS_AT_ONCE: Final = 1000
MOST_IN_A_SHEET: Final = 1_048_575
"""Rows that a sheet of Excel has below its headings."""
IN_MEMORY: Final = 8_000_000
PIECE: Final = 64 * 1024
_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass
class Table:
    """A list on its way into a file."""

    shown: Arranged
    listing: Listing
    columns: tuple[str, ...]
    written: int = 0
    is_whole: bool = False

    @property
    def heads(self) -> list[str]:
        """What the columns are called."""
        return [str(self.shown.label_of(name)) for name in self.columns]

    def rows(self) -> Iterator[list[Any]]:
        """All rows, some at a time, none of them kept."""
        for part in _parts(self.listing):
            for row in self.shown.filled(part, self.columns):
                yield [self._value(name, row) for name in self.columns]
                self.written += 1
        self.is_whole = True

    def _value(self, column: str, row: Any) -> Any:
        plain = self.shown.plain_values.get(column)
        if plain is not None:
            return plain(row)
        _field, _attribute, value = lookup_field(column, row, self.shown)
        if value is None or value == show.NOTHING:
            return ""
        return value if isinstance(value, (int, Decimal, date)) else unescape(strip_tags(str(value)))


def _parts(listing: Listing) -> Iterator[list[Any]]:
    """The rows of a list from its first to its last, each part from where the one before it ended."""
    key: Key | None = listing.key
    if key is None:  # an order that no index serves: such lists are short
        yield from _batched(listing.queryset.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE)
        return
    rows = list(listing.queryset[:ROWS_AT_ONCE])
    while rows:
        yield rows
        if len(rows) < ROWS_AT_ONCE:
            return
        place = key.values(key.of(rows[-1]))
        rows = list(listing.queryset.filter(key.beyond(place or []))[:ROWS_AT_ONCE])


def _batched(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while part := list(islice(rows, size)):
        yield part


def safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if timezone.is_aware(value) else value.isoformat(" ")
    if not isinstance(value, str):
        return str(value)
    text = " ".join(value.split()) if "\n" in value or "\r" in value else value
    return guarded(text)


def _csv(table: Table) -> Iterator[bytes]:
    return sheets.table([safe(head) for head in table.heads], ([safe(value) for value in row] for row in table.rows()), mark=True)


def _xlsx(table: Table) -> Iterator[bytes]:
    """A workbook is packed whole before it is sent: on the disk, once it is large."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        write_workbook(file, _sheet(table))
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(table: Table) -> Iterator[list[Any]]:
    yield table.heads
    for number, row in enumerate(table.rows(), 1):
        if number > MOST_IN_A_SHEET:
            return  # a sheet has no more; the file in CSV has all
        yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, (bool, datetime)):
        return safe(value)
    return value if isinstance(value, (int, Decimal, date)) else str(value)


_WRITERS: Final[dict[str, Callable[[Table], Iterator[bytes]]]] = {"csv": _csv, "xlsx": _xlsx}


def exported(request: HttpRequest, table: Table, begun: ListExportBegun, call: Call) -> StreamingHttpResponse:
    """The file, sent while it is read, in the reader's language and the shop's time; how much of it is written down after it."""
    pieces = _told(_WRITERS[begun.file_format](table), table, begun, call)
    name = f"{begun.list_name}-{timezone.localdate().isoformat()}.{begun.file_format}"
    return streamed(_as_reader(request, pieces), name=name, media=_MEDIA[begun.file_format], tenant_id=current_tenant_id())


def _told(pieces: Iterator[bytes], table: Table, begun: ListExportBegun, call: Call) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        end = Call(tenant_id=call.tenant_id, actor=call.actor, key=f"export:{begun.export_id}:{new_id()}")
        end_export(end, export_id=begun.export_id, rows=table.written, is_whole=table.is_whole)


def _as_reader(request: HttpRequest, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, each written as whoever asked reads: the request is over by then, and with it all that it had set."""
    language, zone, reader = translation.get_language() or "en", timezone.get_current_timezone(), show.locale()
    try:
        while True:
            with ExitStack() as inside:
                inside.enter_context(translation.override(language))
                inside.enter_context(timezone.override(zone))
                inside.enter_context(show.read_as(reader))
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
