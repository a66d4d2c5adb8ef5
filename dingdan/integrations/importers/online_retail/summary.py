"""What an import amounts to, in figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dingdan.integrations.importers.online_retail.credits import Credit
from dingdan.integrations.importers.online_retail.documents import Cancellation, Chunk, CreditNote, Sale, StockAdjustment
from dingdan.integrations.importers.online_retail.reading import InvoiceLine


@dataclass(slots=True)
class Summary:
    """Counts and sums over the documents that were handed out so far; amounts in pence, signed as in the file."""

    lines: int = 0
    duplicate_lines: int = 0
    invoices: int = 0
    credit_lines: int = 0
    credit_lines_on_orders: int = 0
    guest_orders: int = 0
    whole_cancellations: int = 0
    sales_without_country: int = 0
    credit_notes_on_orders: int = 0
    documents: Counter[str] = field(default_factory=Counter)
    document_lines: Counter[str] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    adjusted_units: Counter[str] = field(default_factory=Counter)
    adjusted_lines: Counter[str] = field(default_factory=Counter)
    days: dict[date, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """The sum of all documents."""
        return sum(self.amounts.values())

    @property
    def share_on_orders(self) -> float:
        """The share of credited lines that went back to an order of the same customer and item."""
        return self.credit_lines_on_orders / self.credit_lines if self.credit_lines else 0.0

    def saw(self, invoice: list[InvoiceLine]) -> None:
        """Count the lines of an invoice."""
        self.invoices += 1
        self.lines += len(invoice)
        if len(invoice) > 1:
            self.duplicate_lines += len(invoice) - len({line[1:] for line in invoice})

    def sorted(self, credit: Credit) -> None:
        """Count a credit invoice's lines."""
        self.credit_lines += len(credit.lines)
        self.credit_lines_on_orders += credit.lines_on_orders

    def count(self, chunk: Chunk) -> None:
        """Count the documents of a chunk."""
        self.documents[chunk.stage] += len(chunk.documents)
        amount = sum(document.amount for document in chunk.documents)
        self.amounts[chunk.stage] += amount
        self.days[chunk.day] = self.days.get(chunk.day, 0) + amount
        for document in chunk.documents:
            self.document_lines[chunk.stage] += len(getattr(document, "lines", ()))
            if isinstance(document, Sale):
                self.guest_orders += document.customer is None
                self.sales_without_country += document.country is None
            elif isinstance(document, StockAdjustment):
                self.adjusted_units[document.reason] += sum(line.quantity for line in document.lines)
                self.adjusted_lines[document.reason] += len(document.lines)
            elif isinstance(document, Cancellation):
                self.whole_cancellations += document.whole
            elif isinstance(document, CreditNote):
                self.credit_notes_on_orders += document.order is not None

    def as_data(self) -> dict[str, Any]:
        """The figures as plain data, for a report or ``--json``."""
        names = [name for name in self.__slots__ if name != "days"]
        data: dict[str, Any] = {name: getattr(self, name) for name in names}
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in data.items()} | {
            "amount": self.amount,
            "share_on_orders": round(self.share_on_orders, 4),
            "days": {day.isoformat(): amount for day, amount in self.days.items()},
        }
