"""Tells the documents of an Online Retail file to the commands that everybody uses, in batches, at the file's own times.

What leaves the house is told in lanes beside the rest of its day and the beginning of the next, one behind the other: to plan
and ship; to invoice; to deliver and close. Only what takes something back waits for what was sent before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self

from dingdan.integrations.importers.findings import Findings
from dingdan.integrations.importers.lanes import Lane
from dingdan.integrations.importers.online_retail.book import Survey
from dingdan.integrations.importers.online_retail.documents import (
    SOURCE,
    BadDebt,
    Cancellation,
    Chunk,
    CreditNote,
    Dispatch,
    Document,
    Expense,
    Return,
    Sale,
    Stage,
    StockAdjustment,
)
from dingdan.integrations.importers.online_retail.ledger import Ledger, about, cost_of_the_shop
from dingdan.integrations.importers.online_retail.registers import Registers
from dingdan.integrations.importers.online_retail.selling import Gone, Selling
from dingdan.integrations.importers.online_retail.undoing import Undoings
from dingdan.integrations.importers.voice import Voice, Wish
from dingdan.kernel.models import Tenant
from dingdan.ledgers.inventory.commands import AdjustStock, StockChange, adjust_stock
from dingdan.masterdata.channels.models import Channel

Step = Callable[[int], None]


class Teller:
    """Tells documents to the shop of one tenant, in its scope. Used with ``with``: it has threads of its own."""

    def __init__(self, tenant: Tenant, channel: Channel, findings: Findings) -> None:
        self.findings = findings
        self.voice = Voice(tenant.id, SOURCE, findings)
        self.ledger = Ledger(self.voice, channel)
        self.registers = Registers(self.voice, channel)
        self._selling, self._undoings = Selling(self.ledger), Undoings(self.ledger)
        self._lanes = [Lane(tenant.id, name) for name in ("leaving", "invoicing", "delivering")]
        self._leaving, self._invoicing, self._delivering = self._lanes
        self._day: date | None = None
        self._place = self._sent_before = 0
        self._sent_today: set[str] = set()
        self._ways: dict[Stage, Callable[[Sequence[Any]], None]] = {
            Stage.SALES: self._selling.sell,
            Stage.CANCELLATIONS: self._undoings.cancel,
            Stage.DISPATCHES: self._dispatch,
            Stage.LOSSES: self._adjust,
            Stage.RETURNS: self._undoings.take_back,
            Stage.FINDS: self._adjust,
            Stage.CREDIT_NOTES: self._undoings.credit,
            Stage.EXPENSES: self._report,
            Stage.BAD_DEBTS: self._report,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        for lane in self._lanes:
            lane.close()

    def prepare(self, survey: Survey, step: Step) -> None:
        """Write the registers that the file needs, and book the opening stock."""
        self.registers.write(survey, step)
        self.ledger.customers = self.registers.customers(customer.code for customer in survey.customers)

    def tell(self, chunk: Chunk) -> None:
        """Tell one chunk of documents; what an earlier run told to the end is only counted."""
        fresh = []
        for one in chunk.documents:
            if self.voice.knows(_last_key(one)):
                self.ledger.amounts[chunk.stage] += one.amount
            else:
                fresh.append(one)
        if chunk.day != self._day:
            self._day, self._sent_before, self._sent_today = chunk.day, self._place, set()
        if fresh:
            if chunk.stage in (Stage.RETURNS, Stage.CREDIT_NOTES):
                self._wait_for({one.order for one in fresh if isinstance(one, Return | CreditNote) and one.order})
            self._ways[chunk.stage](fresh)

    def finish(self) -> None:
        """Return when everything is told."""
        for lane in self._lanes:
            lane.wait()

    # ── what leaves the house ────────────────────────────────────────────────────────────────────────────────────────────

    def _dispatch(self, dispatches: Sequence[Dispatch]) -> None:
        self._sent_today.update(one.number for one in dispatches)
        self._place = self._leaving.put(lambda: self._leave(dispatches))

    def _leave(self, dispatches: Sequence[Dispatch]) -> None:
        gone: Sequence[Gone] = self._selling.ship(dispatches)
        self._invoicing.put(lambda: self._invoice(gone))

    def _invoice(self, gone: Sequence[Gone]) -> None:
        self._selling.invoice(gone)
        self._delivering.put(lambda: self._selling.finish(gone))

    def _wait_for(self, orders: set[str]) -> None:
        """Orders can be undone once they are sent and closed: those of earlier days, and where it must be those of today."""
        place = self._place if orders & self._sent_today else self._sent_before
        for lane in self._lanes:
            lane.wait(place)

    # ── stock and the rest ───────────────────────────────────────────────────────────────────────────────────────────────

    def _adjust(self, adjustments: Sequence[StockAdjustment]) -> None:
        self.voice.tell(adjust_stock, [Wish(one.key, one.at, _correction(one), about(one)) for one in adjustments])

    def _report(self, documents: Sequence[Expense | BadDebt]) -> None:
        for one in documents:
            self.findings.add(cost_of_the_shop(one))


def _correction(adjustment: StockAdjustment) -> AdjustStock:
    lines: Counter[str] = Counter()
    for line in adjustment.lines:
        lines[line.sku] += line.quantity
    changes = tuple(StockChange(sku, quantity) for sku, quantity in lines.items() if quantity)
    return AdjustStock(lines=changes, reason=str(adjustment.reason))


def _last_key(document: Document) -> str:
    """The key of the last thing that is told about a document: once that is told, all of it is."""
    if isinstance(document, Sale):
        return f"{document.key}:pay" if document.amount else document.key
    if isinstance(document, Dispatch):
        return f"{document.key}:close"
    if isinstance(document, CreditNote):
        return f"{document.key}:refund" if document.order else f"{document.key}:paid"
    if isinstance(document, Cancellation | Return) and document.amount:
        return f"{document.key}:refund"
    return document.key
