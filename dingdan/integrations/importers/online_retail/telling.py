"""Tells the documents of an Online Retail file to the commands that everybody uses, in batches, at the file's own times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from dingdan.integrations.importers.findings import Finding, Findings
from dingdan.integrations.importers.online_retail.book import Survey
from dingdan.integrations.importers.online_retail.codes import Kind
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
    SaleLine,
    Stage,
    StockAdjustment,
)
from dingdan.integrations.importers.online_retail.registers import PENCE, Registers
from dingdan.integrations.importers.voice import About, Voice, Wish
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import StockChange, adjust_stock
from dingdan.ledgers.payments import events as money
from dingdan.ledgers.payments.commands import MoneyReceived, MoneyReturned, Towards, pay_payable, record_payments, record_refunds
from dingdan.masterdata.channels.models import Channel
from dingdan.trade.aftersales.commands import CancelOrder, RecordReturn, ReturnedUnits, cancel_orders, record_returns
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.fulfillment.commands import (
    DeliverShipment,
    PlanShipments,
    ShipShipment,
    deliver_shipments,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.commands import CloseOrder, close_orders, place_orders
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine
from dingdan.trade.settlement.commands import (
    CreditAmount,
    CreditItem,
    IssueCreditNote,
    IssueInvoice,
    Standalone,
    issue_credit_notes,
    issue_invoices,
)

METHOD: Final = "bank_transfer"
_KINDS: Final = {Kind.PRODUCT: LineKind.GOODS, Kind.SHIPPING: LineKind.SHIPPING, Kind.FEE: LineKind.FEE}


_Lines = dict[str, tuple[UUID, dict[int, UUID]]]


class Teller:
    """Tells documents to the shop of one tenant, in its scope."""

    def __init__(self, tenant: Tenant, channel: Channel, findings: Findings) -> None:
        self.channel = channel
        self.findings = findings
        self.voice = Voice(tenant.id, SOURCE, findings)
        self.registers = Registers(self.voice, channel)
        self.amounts: Counter[str] = Counter()
        self._customers: dict[str, UUID] = {}
        self._ways: dict[Stage, Callable[[Sequence[Any]], None]] = {
            Stage.SALES: self._sell,
            Stage.CANCELLATIONS: self._cancel,
            Stage.DISPATCHES: self._dispatch,
            Stage.LOSSES: self._adjust,
            Stage.RETURNS: self._take_back,
            Stage.FINDS: self._adjust,
            Stage.CREDIT_NOTES: self._credit,
            Stage.EXPENSES: self._report,
            Stage.BAD_DEBTS: self._report,
        }

    @property
    def amount(self) -> int:
        """Pence that are in the books now, signed as in the file."""
        return sum(self.amounts.values())

    def prepare(self, survey: Survey, step: Callable[[int], None]) -> None:
        """Write the registers that the file needs, and book the opening stock."""
        self.registers.write(survey, step)
        self._customers = self.registers.customers(customer.code for customer in survey.customers)

    def tell(self, chunk: Chunk) -> None:
        """Tell one chunk of documents; what an earlier run told to the end is only counted."""
        fresh = [one for one in chunk.documents if not self.voice.knows(_last_key(one))]
        for one in chunk.documents:
            if self.voice.knows(_last_key(one)):
                self.amounts[chunk.stage] += one.amount
        if fresh:
            self._ways[chunk.stage](fresh)

    # ── sales ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sell(self, sales: Sequence[Sale]) -> None:
        placed = self.voice.tell(place_orders, [Wish(sale.key, sale.at, self._order(sale), _about(sale)) for sale in sales])
        known = [(sale, order) for sale, order in zip(sales, placed, strict=True) if order is not None]
        self.voice.tell(
            record_payments,
            [
                Wish(
                    f"{sale.key}:pay", sale.at,
                    MoneyReceived(
                        method=METHOD, money=Money(order.total, order.currency), customer_id=order.customer_id,
                        towards=(Towards(document=money.Document("order", order.order_id)),),
                    ),
                    _remark(sale),
                )
                for sale, order in known
                if order.total
            ],
        )  # fmt: skip
        for sale, order in known:
            self._count(Stage.SALES, sale, order.total)

    def _order(self, sale: Sale) -> PlaceOrder:
        code = sale.customer
        return PlaceOrder(
            channel_id=self.channel.id,
            currency=self.channel.currency,
            external_id=sale.number,
            customer_id=self._customers.get(code) if code else None,
            lines=tuple(_line(line) for line in sale.lines),
            ship_to=Person(name=f"Customer {code}" if code else "Guest", country=sale.country or ""),
            payment_method=METHOD,
            untaxed=True,
        )

    def _dispatch(self, dispatches: Sequence[Dispatch]) -> None:
        ids = orders.by_external_id(self.channel.id, [one.number for one in dispatches])
        known = [one for one in dispatches if one.number in ids]
        goods = [one for one in known if one.goods]
        planned = self.voice.tell(
            plan_shipments, [Wish(f"{one.key}:plan", one.at, PlanShipments(ids[one.number]), _remark(one)) for one in goods]
        )
        shipments = [
            (one, shipment.shipment_id)
            for one, plan in zip(goods, planned, strict=True)
            if plan is not None
            for shipment in plan.shipments
        ]
        self.voice.tell(
            ship_shipments, [Wish(f"{one.key}:ship:{id_}", one.at, ShipShipment(id_), _remark(one)) for one, id_ in shipments]
        )
        self.voice.tell(
            deliver_shipments,
            [Wish(f"{one.key}:deliver:{id_}", one.at, DeliverShipment(id_), _remark(one)) for one, id_ in shipments],
        )
        gone = [(one, IssueInvoice(shipment_id=id_, external_number=one.number)) for one, id_ in shipments]
        gone += [(one, IssueInvoice(order_id=ids[one.number], external_number=one.number)) for one in known if not one.goods]
        self.voice.tell(issue_invoices, [Wish(f"{one.key}:invoice", one.at, intent, _remark(one)) for one, intent in gone])
        self.voice.tell(
            close_orders, [Wish(f"{one.key}:close", one.at, CloseOrder(ids[one.number]), _remark(one)) for one in known]
        )

    # ── what goes back ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _cancel(self, cancellations: Sequence[Cancellation]) -> None:
        lines = self._lines(one.order for one in cancellations)
        known = [one for one in cancellations if self._has_order(one, lines)]
        wishes = []
        for one in known:
            order_id, line_ids = lines[one.order]
            parts = () if one.whole else tuple(Part(line_ids[line.position], line.quantity) for line in one.lines)
            wishes.append(Wish(one.key, one.at, CancelOrder(order_id=order_id, lines=parts), _about(one)))
        canceled = [(one, event) for one, event in zip(known, self.voice.tell(cancel_orders, wishes), strict=True) if event]
        self._refund([(one, event.order_id, event.refund_due) for one, event in canceled])
        for one, event in canceled:
            self._count(Stage.CANCELLATIONS, one, -event.amount)

    def _take_back(self, returns: Sequence[Return]) -> None:
        lines = self._lines(one.order for one in returns)
        known = [one for one in returns if self._has_order(one, lines)]
        wishes = [
            Wish(
                one.key, one.at,
                RecordReturn(order_id=lines[one.order][0], external_number=one.number, lines=_units(one, lines[one.order][1])),
                _about(one),
            )
            for one in known
        ]  # fmt: skip
        back = [(one, event) for one, event in zip(known, self.voice.tell(record_returns, wishes), strict=True) if event]
        self.voice.tell(
            issue_credit_notes,
            [
                Wish(
                    f"{one.key}:credit", one.at, IssueCreditNote(return_id=event.return_id, external_number=one.number), _remark(one)
                )
                for one, event in back
                if event.refund
            ],
        )
        self._refund([(one, event.order_id, event.refund_due) for one, event in back])
        for one, event in back:
            self._count(Stage.RETURNS, one, -event.refund)

    def _refund(self, due: Sequence[tuple[Document, UUID, int]]) -> None:
        """Give back what was paid too much, by bank as it came."""
        self.voice.tell(
            record_refunds,
            [
                Wish(
                    f"{one.key}:refund", one.at,
                    MoneyReturned(
                        document=money.Document("order", order_id), money=Money(amount, self.channel.currency), method=METHOD,
                        reason="credit",
                    ),
                    _remark(one),
                )
                for one, order_id, amount in due
                if amount > 0
            ],
        )  # fmt: skip

    def _credit(self, notes: Sequence[CreditNote]) -> None:
        lines = self._lines(one.order for one in notes if one.order)
        known = [one for one in notes if one.amount and (one.order is None or self._has_order(one, lines))]
        wishes = [Wish(one.key, one.at, self._note(one, lines), _about(one)) for one in known]
        issued = [(one, event) for one, event in zip(known, self.voice.tell(issue_credit_notes, wishes), strict=True) if event]
        self._refund([(one, event.order_id, event.total) for one, event in issued if event.order_id])
        for one, event in issued:
            if event.payable_id:
                back = Money(event.total, event.currency)
                wish = Wish(f"{one.key}:paid", one.at, None, _remark(one))
                self.voice.tell_one(wish, pay_payable, payable_id=event.payable_id, method=METHOD, money=back)
            self._count(Stage.CREDIT_NOTES, one, -event.total)

    def _note(self, one: CreditNote, lines: _Lines) -> IssueCreditNote:
        """What the note says: amounts of an order's lines, or what is owed without an order."""
        if one.order is not None:
            order_id, line_ids = lines[one.order]
            sums: Counter[UUID] = Counter()
            for line in one.lines:
                sums[line_ids[line.position]] += line.amount
            amounts = tuple(CreditAmount(order_line_id=line_id, amount=amount) for line_id, amount in sums.items() if amount)
            return IssueCreditNote(order_id=order_id, lines=amounts, external_number=one.number)
        items = tuple(
            CreditItem(
                name=line.description or line.sku, sku=line.sku, kind=_KINDS.get(line.kind, LineKind.SERVICE),
                quantity=line.quantity, unit_price=line.unit_price * PENCE, amount=line.amount,
            )
            for line in one.lines
        )  # fmt: skip
        alone = Standalone(
            currency=self.channel.currency, items=items, time_zone=self.channel.time_zone,
            customer_id=self._customers.get(one.customer) if one.customer else None,
        )  # fmt: skip
        return IssueCreditNote(standalone=alone, external_number=one.number)

    # ── stock and the rest ───────────────────────────────────────────────────────────────────────────────────────────────

    def _adjust(self, adjustments: Sequence[StockAdjustment]) -> None:
        for one in adjustments:
            lines: Counter[str] = Counter()
            for line in one.lines:
                lines[line.sku] += line.quantity
            changes = tuple(StockChange(sku, quantity) for sku, quantity in lines.items() if quantity)
            self.voice.tell_one(Wish(one.key, one.at, None, _about(one)), adjust_stock, lines=changes, reason=str(one.reason))

    def _report(self, documents: Sequence[CreditNote | Expense | BadDebt]) -> None:
        for one in documents:
            self.findings.add(
                Finding(
                    line=_first_line(one), code=type(one).__name__.lower(), document=one.number, amount=one.amount,
                    sentence="This is no sale: money of the shop's own books.", remedy="Book it in your accounts.",
                )
            )  # fmt: skip

    def _has_order(self, one: Cancellation | Return | CreditNote, lines: _Lines) -> bool:
        if one.order in lines:
            return True
        self.voice.report(_about(one), "order_left_out", f"Its order {one.order} is not here.", "Import the order first.")
        return False

    def _lines(self, numbers: Iterable[str]) -> _Lines:
        """Order id, and line ids by position, by the file's number of the order."""
        ids = orders.by_external_id(self.channel.id, numbers)
        lines = orders.lines_of(list(ids.values()))
        return {number: (id_, {line.position: line.id for line in lines[id_]}) for number, id_ in ids.items()}

    def _count(self, stage: Stage, one: Document, booked: int) -> None:
        """Count what is in the books now; what the file says beside it stays out and is reported."""
        self.amounts[stage] += booked
        if booked != one.amount:
            about = About(_first_line(one), one.number, one.amount - booked)
            self.voice.report(
                about, "amount_differs", f"The file says {one.amount}, the books say {booked} (in pence).", "Compare the two."
            )


def _line(line: SaleLine) -> WantedLine:
    kind = _KINDS.get(line.kind, LineKind.SERVICE)
    return WantedLine(
        sku=line.sku if kind == LineKind.GOODS else "",
        quantity=line.quantity,
        unit_price=line.unit_price * PENCE,
        name=line.description or line.sku,
        kind=kind,
    )


def _units(one: Return, line_ids: dict[int, UUID]) -> tuple[ReturnedUnits, ...]:
    """What came back by line of the order: a credit invoice may name one twice."""
    found: dict[int, tuple[int, int]] = {}
    for line in one.lines:
        quantity, amount = found.get(line.position, (0, 0))
        found[line.position] = (quantity + line.quantity, amount + line.amount)
    return tuple(
        ReturnedUnits(line_id=line_ids[position], quantity=quantity, amount=amount)
        for position, (quantity, amount) in found.items()
    )


def _last_key(document: Document) -> str:
    """The key of the last thing that is told about a document: once that is told, all of it is."""
    if isinstance(document, Sale):
        return f"{document.key}:pay" if document.amount else document.key
    if isinstance(document, Dispatch):
        return f"{document.key}:close"
    if isinstance(document, Cancellation | Return) and document.amount:
        return f"{document.key}:refund"
    if isinstance(document, CreditNote):
        return f"{document.key}:refund" if document.order else f"{document.key}:paid"
    return document.key


def _about(document: Document) -> About:
    return About(_first_line(document), document.number, document.amount)


def _remark(document: Document) -> About:
    return About(_first_line(document), document.number)


def _first_line(document: Document) -> int:
    lines: Sequence[Any] = getattr(document, "lines", ())
    return int(lines[0].line) if lines else 0
