"""The lines of an Online Retail file, typed, one at a time: every row is a line or a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from dingdan.integrations.importers.cells import BadCell, moment, price, whole, words
from dingdan.integrations.importers.findings import Finding, UnreadableFile
from dingdan.integrations.importers.online_retail.codes import Kind, kind_of, sku_of
from dingdan.integrations.importers.tables import Report, Table, columns, open_table

ZONE: Final = ZoneInfo("Europe/London")
CURRENCY: Final = "GBP"
_INVOICE: Final = re.compile(r"[AC]?[0-9]{1,12}", re.ASCII)

#: The columns, first as the data set of 2012 names them, then as its later edition does.
_COLUMNS: Final = {
    "invoice": ("InvoiceNo", "Invoice"),
    "code": ("StockCode",),
    "description": ("Description",),
    "quantity": ("Quantity",),
    "at": ("InvoiceDate",),
    "price": ("UnitPrice", "Price"),
    "customer": ("CustomerID", "Customer ID"),
    "country": ("Country",),
}
#: The copy that goes round as data.csv writes 12/1/2010 8:26, month first.
_MONTH_FIRST: Final = "%m/%d/%Y %H:%M"


#: invoice, at, day, customer, country
_Head = tuple[str, datetime, date, str | None, str]


class InvoiceLine(NamedTuple):
    """One line of the file. ``price`` in pounds; ``amount`` in pence as the file signs it, rounded half up to the penny.

    ``code`` and ``sku``: as it is written, and the item that it stands for.
    """

    line: int
    invoice: str
    at: datetime
    day: date
    customer: str | None
    country: str
    code: str
    sku: str
    kind: Kind
    description: str
    quantity: int
    price: Decimal
    amount: int


class OnlineRetailFile:
    """A file of Online Retail, in the order of its lines, which must be the order of time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table: Table = open_table(path)
        self._places = columns(self.table, _COLUMNS)

    def lines(self, report: Report, until: date | None = None) -> Iterator[InvoiceLine]:
        """Each readable line up to and including the day ``until``; the others are reported, with their amount if it can be read.

        Raises UnreadableFile where a line is earlier than the day of the one before.
        """
        read, today = self._reader(), date.min
        for number, cells in self.table.rows(report):
            try:
                line = read(number, cells)
            except BadCell as bad:
                report(self._unreadable(number, cells, bad))
                continue
            if line.day != today:
                if line.day < today:
                    raise UnreadableFile(
                        f"Line {number} is of {line.day}, earlier than the line before.", "Sort the file by InvoiceDate."
                    )
                if until and line.day > until:
                    return
                today = line.day
            yield line

    def credited(self) -> frozenset[tuple[str, str]]:
        """Every (customer, item) on a credit invoice, and nothing else: a few thousand, so that matching needs little memory."""
        invoice, customer, code = (self._places[name] for name in ("invoice", "customer", "code"))
        pairs = set()
        for _, cells in self.table.rows(unheard):
            if cells[invoice].lstrip()[:1] in ("C", "c"):
                with suppress(BadCell):
                    buyer = _customer(cells[customer])
                    if buyer is not None:
                        pairs.add((buyer, sku_of(words(cells[code]))))
        return frozenset(pairs)

    def _reader(self) -> Callable[[int, list[str]], InvoiceLine]:
        """Reads one row. The lines of an invoice share their head, and items and sums repeat: most of a row is known already."""
        head_of = itemgetter(*(self._places[name] for name in ("invoice", "at", "customer", "country")))
        code, description, quantity, unit_price = (self._places[name] for name in ("code", "description", "quantity", "price"))
        before: tuple[str, ...] = ()
        head: _Head = ("", datetime.min.replace(tzinfo=UTC), date.min, None, "")

        def read(line: int, cells: list[str]) -> InvoiceLine:
            nonlocal before, head
            written = head_of(cells)
            if written != before:
                before, head = (), _head(*written)
                before = written
            return InvoiceLine(line, *head, *_item(cells[code], cells[description]), *_sum(cells[quantity], cells[unit_price]))

        return read

    def _unreadable(self, line: int, cells: list[str], bad: BadCell) -> Finding:
        return Finding(
            line=line,
            code=bad.code,
            document=cells[self._places["invoice"]][:20],
            sentence=str(bad),
            remedy=bad.remedy,
            amount=self._amount(cells),
        )

    def _amount(self, cells: list[str]) -> int:
        """What the line adds to the file's total, as far as it can be read."""
        try:
            return _sum(cells[self._places["quantity"]], cells[self._places["price"]])[2]
        except BadCell:
            return 0


def unheard(finding: Finding) -> None:
    """For a reading that another one follows: that one reports."""


def _customer(cell: str) -> str | None:
    """A customer's number, None for a guest."""
    return str(whole(cell)) if cell.strip() else None


def _head(number: str, at: str, customer: str, country: str) -> _Head:
    """What the lines of an invoice have in common."""
    invoice = number.strip().upper()
    if not _INVOICE.fullmatch(invoice):
        raise BadCell(
            "bad_invoice_number",
            f"“{number[:20]}” is no invoice number.",
            "Write digits, with C (credit) or A (bad debt) before them.",
        )
    when = moment(at, ZONE, _MONTH_FIRST if "/" in at else None)
    return invoice, when.at, when.day, _customer(customer), words(country)


@lru_cache(maxsize=16384)
def _item(code: str, description: str) -> tuple[str, str, Kind, str]:
    """What a line is about."""
    written = words(code)
    if not written:
        raise BadCell("no_stock_code", "The line has no stock code.", "Fill in StockCode.")
    sku = sku_of(written)
    return written, sku, kind_of(sku), words(description)


@lru_cache(maxsize=65536)
def _sum(quantity: str, unit_price: str) -> tuple[int, Decimal, int]:
    """How many, for how much each, and in all."""
    units, each = whole(quantity), price(unit_price, CURRENCY)
    if not units:
        raise BadCell("no_quantity", "The line has the quantity 0.", "Fill in Quantity, or leave the line out.")
    return units, each.value, each.times(units)
