"""A credit invoice as documents: what it cancels, what comes back, and what is money alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from dingdan.integrations.importers.online_retail.codes import COSTS, Kind
from dingdan.integrations.importers.online_retail.documents import (
    AdjustmentLine,
    Cancellation,
    CreditLine,
    CreditNote,
    Document,
    Expense,
    ExpenseLine,
    Reason,
    Return,
    StockAdjustment,
    UndoneLine,
)
from dingdan.integrations.importers.online_retail.places import place
from dingdan.integrations.importers.online_retail.purchases import Part, Purchases
from dingdan.integrations.importers.online_retail.reading import InvoiceLine


class Credit:
    """One credit invoice, sorted line by line.

    A line that earlier purchases cover goes back to their orders: as a cancellation where the order is of the same day, has the
    same price and has not left the house (it leaves at ``close``), else as a return of goods or a credit note for the service.
    A service is canceled only together with all else of its order; alone it is credited, once the order is invoiced.
    All else is a credit note of its own; its goods, if any, go back to stock.
    """

    def __init__(self, lines: list[InvoiceLine], *, day: date, close: datetime) -> None:
        self.lines = lines
        self.lines_on_orders = 0
        self._first, self._day, self._close = lines[0], day, close
        self._canceled: dict[str, list[UndoneLine]] = {}
        self._returned: dict[str, list[UndoneLine]] = {}
        self._reversed: dict[str, list[CreditLine]] = {}
        self._alone: list[CreditLine] = []
        self._restocked: list[AdjustmentLine] = []
        self._costs: list[ExpenseLine] = []

    def sort(self, purchases: Purchases) -> None:
        """Decide on every line, in the order of the file."""
        for line in self.lines:
            parts = purchases.take(line)
            if parts:
                self.lines_on_orders += 1
                self._undo(line, parts)
            elif line.kind in COSTS:
                self._costs.append(
                    ExpenseLine(line=line.line, kind=line.kind, sku=line.sku, description=line.description, cost=-line.amount)
                )
            else:
                self._alone.append(_credit_line(line, -line.quantity, line.price, -line.amount))
                if line.kind is Kind.PRODUCT:
                    self._restocked.append(
                        AdjustmentLine(line=line.line, sku=line.sku, note=line.description, quantity=-line.quantity)
                    )

    def _undo(self, line: InvoiceLine, parts: list[Part]) -> None:
        for part in parts:
            order = part.purchase.order
            if part.purchase.day == self._day and part.purchase.price == line.price and part.amount == part.paid:
                self._canceled.setdefault(order, []).append(_undone_line(line, part))
            elif line.kind is Kind.PRODUCT:
                self._returned.setdefault(order, []).append(_undone_line(line, part))
            else:
                self._reversed.setdefault(order, []).append(_as_credit(_undone_line(line, part)))
        excess = -line.amount - sum(part.amount for part in parts)
        if excess:
            self._alone.append(_credit_line(line, 1, Decimal(excess).scaleb(-2), excess))

    def documents(self, units: dict[str, int]) -> Iterator[Document]:
        """What was found. ``units`` tells how many units the orders of the day hold in all."""
        number, at, customer = self._first.invoice, self._first.at, self._first.customer or ""
        for order, undone in self._canceled.items():
            whole = sum(line.quantity for line in undone) == units[order]
            lines = undone if whole else [line for line in undone if line.kind is Kind.PRODUCT]
            if lines:
                yield Cancellation(number=number, at=at, order=order, customer=customer, lines=tuple(lines), whole=whole)
            for line in undone:
                if line not in lines:
                    self._reversed.setdefault(order, []).append(_as_credit(line))
        for order, undone in self._returned.items():
            when = max(at, self._close) if order in units else at
            yield Return(number=number, at=when, order=order, customer=customer, lines=tuple(undone))
        for about, credited in self._reversed.items():
            yield self._note(about, credited, max(at, self._close) if about in units else at)
        if self._alone:
            yield self._note(None, self._alone, at)
        if self._restocked:
            yield StockAdjustment(number=number, at=at, reason=Reason.RETURN_WITHOUT_ORDER, lines=tuple(self._restocked))
        if self._costs:
            yield Expense(number=number, at=at, customer=self._first.customer, lines=tuple(self._costs))

    def _note(self, order: str | None, lines: list[CreditLine], at: datetime) -> CreditNote:
        first = self._first
        return CreditNote(
            number=first.invoice,
            at=at,
            order=order,
            customer=first.customer,
            country=place(first.country),
            lines=tuple(lines),
        )


def _undone_line(line: InvoiceLine, part: Part) -> UndoneLine:
    return UndoneLine(
        position=part.purchase.position,
        line=line.line,
        kind=line.kind,
        sku=line.sku,
        description=line.description,
        quantity=part.quantity,
        unit_price=line.price,
        amount=part.amount,
        paid=part.paid,
    )


def _as_credit(line: UndoneLine) -> CreditLine:
    return CreditLine(
        line=line.line,
        kind=line.kind,
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        position=line.position,
    )


def _credit_line(line: InvoiceLine, quantity: int, price: Decimal, amount: int) -> CreditLine:
    return CreditLine(
        line=line.line,
        kind=line.kind,
        sku=line.sku,
        description=line.description,
        quantity=quantity,
        unit_price=price,
        amount=amount,
    )
