"""What must be true of the documents of any Online Retail file, checked against a plain reading of the same file."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

from dingdan.integrations.importers.findings import Findings
from dingdan.integrations.importers.online_retail.book import OnlineRetail
from dingdan.integrations.importers.online_retail.codes import Kind, kind_of
from dingdan.integrations.importers.online_retail.documents import Cancellation, Chunk, Dispatch, Return, Sale, Undoing
from dingdan.integrations.importers.online_retail.stock import movements


class Plain:
    """The file by nothing but csv and Decimal: an importer of ten lines to compare with."""

    def __init__(self, path: Path) -> None:
        self.days: dict[date, int] = defaultdict(int)
        self.units: Counter[str] = Counter()
        self.lines = self.quantity = 0
        self.exact = Decimal(0)
        moneyless = self._moneyless(path)
        for row in self._rows(path):
            quantity, price, sku = int(row["Quantity"]), Decimal(row["UnitPrice"]), row["StockCode"].upper()
            self.lines += 1
            self.quantity += quantity
            self.exact += quantity * price
            self.days[date.fromisoformat(row["InvoiceDate"][:10])] += int(
                (quantity * price * 100).quantize(Decimal(1), ROUND_HALF_UP)
            )
            corrects = (quantity < 0 and row["InvoiceNo"][0] != "C") or row["InvoiceNo"] in moneyless
            if kind_of(sku) is Kind.PRODUCT:
                self.units[sku] += quantity if corrects else -quantity

    @staticmethod
    def _rows(path: Path) -> Iterator[dict[str, str]]:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            yield from csv.DictReader(text)

    def _moneyless(self, path: Path) -> set[str]:
        """Invoices without a customer on which nothing has a price."""
        found = {row["InvoiceNo"]: True for row in self._rows(path) if not row["CustomerID"]}
        for row in self._rows(path):
            if Decimal(row["UnitPrice"]) != 0:
                found[row["InvoiceNo"]] = False
        return {number for number, moneyless in found.items() if moneyless}


@dataclass
class Told:
    """All documents of a file, walked once; what is wrong with them is in ``wrong``."""

    path: Path
    findings: Findings = field(default_factory=Findings)
    wrong: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    closing: Counter[str] = field(default_factory=Counter)
    lowest: dict[str, int] = field(default_factory=dict)
    largest_chunk: int = 0

    def __post_init__(self) -> None:
        self.book = OnlineRetail(self.path)
        self._lines: dict[tuple[str, int], tuple[str, int, int]] = {}
        self._left: dict[str, int] = {}
        self._sent: dict[str, object] = {}
        for chunk in self.book.chunks(self.findings):
            self._walk(chunk)

    @cached_property
    def plain(self) -> Plain:
        return Plain(self.path)

    def _walk(self, chunk: Chunk) -> None:
        self.largest_chunk = max(self.largest_chunk, len(chunk.documents))
        for document in chunk.documents:
            if document.key in self.keys:
                self.wrong.append(f"{document.key} twice")
            self.keys.add(document.key)
            for sku, units in movements(document):
                self.closing[sku] += units
                self.lowest[sku] = min(self.lowest.get(sku, 0), self.closing[sku])
            if isinstance(document, Sale):
                self._left[document.number] = sum(line.quantity for line in document.lines)
                self._lines.update(
                    {(document.number, line.position): (line.sku, line.quantity, line.amount) for line in document.lines}
                )
            elif isinstance(document, Undoing):
                self._undo(document)
            elif isinstance(document, Dispatch):
                self._sent[document.number] = document.at

    def _undo(self, document: Undoing) -> None:
        sent = document.order in self._sent
        if isinstance(document, Return) and not (sent and document.at >= self._sent[document.order]):  # type: ignore[operator]
            self.wrong.append(f"{document.key} comes back before it was sent")
        if isinstance(document, Cancellation):
            everything = sum(line.quantity for line in document.lines) == self._left[document.order]
            if sent or (document.whole and not everything):
                self.wrong.append(f"{document.key} is no cancellation")
        for line in document.lines:
            sku, quantity, paid = self._lines[document.order, line.position]
            if sku != line.sku or line.quantity > quantity or not 0 <= line.amount <= line.paid <= paid:
                self.wrong.append(f"{document.key} takes back more than line {line.position} of {document.order} gave")
            self._lines[document.order, line.position] = (sku, quantity - line.quantity, paid - line.paid)
            self._left[document.order] -= line.quantity
