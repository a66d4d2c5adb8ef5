"""From lines to documents, one day at a time: a day is the most that is held in memory.

Within its day a document keeps its place among its kind, and the kinds follow in the order of ``Stage``: all that goes out before
all that comes in. So a balance that never goes negative in this order does not in the order of the clock either, fifty orders can
be placed by one call, and at the end of each day everything of that day is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import attrgetter
from typing import Final

from dingdan.integrations.importers.findings import Finding
from dingdan.integrations.importers.online_retail.codes import COSTS, Kind
from dingdan.integrations.importers.online_retail.credits import Credit
from dingdan.integrations.importers.online_retail.documents import (
    AdjustmentLine,
    BadDebt,
    Cancellation,
    Chunk,
    CreditNote,
    Dispatch,
    Document,
    Expense,
    ExpenseLine,
    Reason,
    Return,
    Sale,
    SaleLine,
    Stage,
    StockAdjustment,
)
from dingdan.integrations.importers.online_retail.places import place
from dingdan.integrations.importers.online_retail.purchases import Pair, Purchases
from dingdan.integrations.importers.online_retail.reading import ZONE, InvoiceLine
from dingdan.integrations.importers.online_retail.summary import Summary
from dingdan.integrations.importers.tables import Report

#: When a day's goods leave the house; the last invoice of any day is of 20:38.
CLOSE: Final = time(21)
LINES_IN_A_CHUNK: Final = 4_000

_STAGES: Final[dict[type[Document], Stage]] = {
    Sale: Stage.SALES,
    Cancellation: Stage.CANCELLATIONS,
    Dispatch: Stage.DISPATCHES,
    Return: Stage.RETURNS,
    CreditNote: Stage.CREDIT_NOTES,
    Expense: Stage.EXPENSES,
    BadDebt: Stage.BAD_DEBTS,
}


def _stage(document: Document) -> Stage:
    if isinstance(document, StockAdjustment):
        return Stage.LOSSES if document.reason is Reason.CORRECTION_OUT else Stage.FINDS
    return _STAGES[type(document)]


class Planner:
    """Turns lines into chunks of documents. One planner plans one file once."""

    def __init__(self, wanted: frozenset[Pair], report: Report, *, batch: int = 100) -> None:
        self.summary = Summary()
        self._purchases = Purchases(wanted)
        self._report = report
        self._batch = batch
        self._seen: set[str] = set()

    def chunks(self, lines: Iterable[InvoiceLine]) -> Iterator[Chunk]:
        """The documents of the lines, day by day. ``summary`` counts what was handed out."""
        for day, of_day in groupby(lines, key=attrgetter("day")):
            today = list(of_day)
            plan = _Day(self, day, today)
            for chunk in plan.chunks(today[-1].line):
                self.summary.count(chunk)
                yield chunk

    def batches(self, documents: list[Document]) -> Iterator[tuple[Document, ...]]:
        """Cut into at most ``batch`` documents and four thousand lines (a single document may have more)."""
        batch: list[Document] = []
        lines = 0
        for document in documents:
            size = len(getattr(document, "lines", ()))
            if batch and (len(batch) == self._batch or lines + size > LINES_IN_A_CHUNK):
                yield tuple(batch)
                batch, lines = [], 0
            batch.append(document)
            lines += size
        if batch:
            yield tuple(batch)

    def consistent(self, lines: list[InvoiceLine]) -> list[InvoiceLine]:
        """The lines that agree with the first one of their invoice on day and customer; the others are reported."""
        first = lines[0]
        if first.invoice in self._seen:
            self.leave_out(
                lines, "invoice_on_two_days", "The invoice has lines on an earlier day, too.", "Give it another number."
            )
            return []
        self._seen.add(first.invoice)
        others = [line for line in lines if line.customer != first.customer]
        self.leave_out(
            others,
            "two_customers",
            "The invoice's first line names another customer.",
            "Give each customer an invoice of its own.",
        )
        return [line for line in lines if line.customer == first.customer] if others else lines

    def leave_out(self, lines: Iterable[InvoiceLine], code: str, sentence: str, remedy: str) -> None:
        """Report lines that are not imported."""
        for line in lines:
            self._report(
                Finding(line=line.line, code=code, document=line.invoice, sentence=sentence, remedy=remedy, amount=line.amount)
            )

    @property
    def purchases(self) -> Purchases:
        """What customers bought so far."""
        return self._purchases


class _Day:
    """One day of the file, told."""

    def __init__(self, planner: Planner, day: date, lines: list[InvoiceLine]) -> None:
        self.planner = planner
        self.day = day
        close = datetime.combine(day, CLOSE, ZONE).astimezone(UTC)
        self.close = max(close, lines[-1].at)
        self.told: dict[Stage, list[Document]] = {stage: [] for stage in Stage}
        self.units: dict[str, int] = {}
        self.goods: dict[str, int] = {}
        invoices: dict[str, list[InvoiceLine]] = {}
        for line in lines:
            invoices.setdefault(line.invoice, []).append(line)
        for invoice in invoices.values():
            planner.summary.saw(invoice)
            kept = planner.consistent(invoice)
            if kept:
                self._way(kept)(kept)
        self._dispatch()

    def chunks(self, line: int) -> Iterator[Chunk]:
        for stage, documents in self.told.items():
            for batch in self.planner.batches(documents):
                yield Chunk(stage=stage, day=self.day, line=line, documents=batch)

    def tell(self, document: Document) -> None:
        self.told[_stage(document)].append(document)

    def _way(self, lines: list[InvoiceLine]) -> Callable[[list[InvoiceLine]], None]:
        prefix = lines[0].invoice[0]
        if prefix == "C":
            return self._credit
        if prefix == "A":
            return self._bad_debt
        if lines[0].customer is None:
            if all(line.price == 0 for line in lines):
                return self._correct
            if all(line.kind in COSTS for line in lines):
                return self._spend
        return self._sell

    def _sell(self, lines: list[InvoiceLine]) -> None:
        """An order. Lines below zero and without a price are corrections of stock beside it."""
        bought = [line for line in lines if line.quantity > 0 and line.price >= 0]
        if len(bought) < len(lines):
            rest = [line for line in lines if line not in bought]
            self._correct([line for line in rest if line.price == 0])
            self.planner.leave_out(
                [line for line in rest if line.price != 0],
                "money_on_the_wrong_side",
                "A sale invoice has a quantity or price below zero.",
                "Put it on a credit invoice, whose number begins with C.",
            )
        if bought:
            sale = _sale(bought)
            self.tell(sale)
            self.planner.purchases.add(sale, self.day)
            self.units[sale.number] = sum(line.quantity for line in bought)
            self.goods[sale.number] = sum(line.quantity for line in bought if line.kind is Kind.PRODUCT)

    def _credit(self, lines: list[InvoiceLine]) -> None:
        wrong = [line for line in lines if line.quantity > 0 or line.price < 0]
        if wrong:
            self.planner.leave_out(
                wrong,
                "money_on_the_wrong_side",
                "A credit invoice has a quantity above zero, or a price below.",
                "Put it on an invoice whose number is digits only.",
            )
            lines = [line for line in lines if line not in wrong]
        if lines:
            credit = Credit(lines, day=self.day, close=self.close)
            credit.sort(self.planner.purchases)
            self.planner.summary.sorted(credit)
            for document in credit.documents(self.units):
                self.tell(document)

    def _bad_debt(self, lines: list[InvoiceLine]) -> None:
        first = lines[0]
        self.tell(
            BadDebt(number=first.invoice, at=first.at, description=first.description, pence=sum(line.amount for line in lines))
        )

    def _spend(self, lines: list[InvoiceLine]) -> None:
        spent = tuple(
            ExpenseLine(line=line.line, kind=line.kind, sku=line.sku, description=line.description, cost=-line.amount)
            for line in lines
        )
        self.tell(Expense(number=lines[0].invoice, at=lines[0].at, customer=None, lines=spent))

    def _correct(self, lines: list[InvoiceLine]) -> None:
        """Stock found and lost. A service without a price is nothing at all."""
        self.planner.leave_out(
            [line for line in lines if line.kind is not Kind.PRODUCT],
            "nothing_to_book",
            "The line has no price, and its code is no product: neither money nor goods move.",
            "Nothing needs to be done.",
        )
        for reason, sign in ((Reason.CORRECTION_OUT, -1), (Reason.CORRECTION_IN, 1)):
            found = tuple(
                AdjustmentLine(line=line.line, sku=line.sku, note=line.description, quantity=line.quantity)
                for line in lines
                if line.kind is Kind.PRODUCT and line.quantity * sign > 0
            )
            if found:
                self.tell(StockAdjustment(number=lines[0].invoice, at=lines[0].at, reason=reason, lines=found))

    def _dispatch(self) -> None:
        """What was not canceled leaves, and is invoiced, at the close of the day."""
        for document in self.told[Stage.CANCELLATIONS]:
            if isinstance(document, Cancellation):
                self.units[document.order] -= sum(line.quantity for line in document.lines)
                self.goods[document.order] -= sum(line.quantity for line in document.lines if line.kind is Kind.PRODUCT)
        for order, units in self.units.items():
            if units:
                self.tell(Dispatch(number=order, at=self.close, goods=self.goods[order] > 0))


def _sale(lines: list[InvoiceLine]) -> Sale:
    first = lines[0]
    return Sale(
        number=first.invoice,
        at=first.at,
        customer=first.customer,
        country=place(first.country),
        country_name=first.country,
        lines=tuple(
            SaleLine(position, line.line, line.kind, line.sku, line.description, line.quantity, line.price, line.amount)
            for position, line in enumerate(lines, 1)
        ),
    )
