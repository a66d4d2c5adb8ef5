"""Tells the documents of an Online Retail file to the commands that everybody uses, in batches, at the file's own times.

Every command carries a key made from the document, so that an import that was cut short goes on where it stopped: what was
told before is answered from the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
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
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor, Call, Event
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import StockChange, adjust_stock, receive_stock
from dingdan.ledgers.payments import events as money
from dingdan.ledgers.payments.commands import MoneyReceived, MoneyReturned, record_payments, record_refunds
from dingdan.ledgers.payments.steps import Towards
from dingdan.masterdata.catalog.commands import save_products
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.commands import save_customers
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft, Identity
from dingdan.masterdata.pricing.commands import save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
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
from dingdan.trade.settlement.commands import issue_invoices

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
E = TypeVar("E", bound=Event)

AT_ONCE = 250
"""Registers are written so many at once."""
PENCE = 100
_KINDS = {Kind.PRODUCT: LineKind.GOODS, Kind.SHIPPING: LineKind.SHIPPING}


@dataclass(slots=True)
class Told:
    """What was told so far."""

    commands: int = 0
    refused: int = 0
    amount: int = 0
    opening_units: int = 0
    opening_skus: int = 0
    amounts: dict[str, int] = field(default_factory=dict)


class Teller:
    """Tells documents to the shop of one tenant, in its scope."""

    def __init__(self, tenant: Tenant, channel: Channel, findings: Findings) -> None:
        self.tenant = tenant
        self.channel = channel
        self.findings = findings
        self.told = Told()
        self._actor = Actor("import", SOURCE, frozenset({"*"}))
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

    def prepare(self, survey: Survey, *, step: Callable[[int], None] = lambda _count: None) -> None:
        """Write the registers that the file needs, and book the opening stock."""
        at = survey.opening.at
        goods = [product for product in survey.products if product.kind is Kind.PRODUCT]
        for some in _some(goods, AT_ONCE):
            drafts = [
                ProductDraft(slug=_slug(one.sku), name=one.name, variants=(VariantDraft(sku=one.sku, name=one.name),)) for one in some
            ]
            self._many(save_products, [(f"product:{one.sku}", at, draft) for one, draft in zip(some, drafts, strict=True)])
            step(len(some))
        self._set_prices(at, {one.sku: one.unit_price for one in goods})
        for group in _some(survey.customers, AT_ONCE):
            people = [(f"customer:{one.code}", at, _customer(one.code)) for one in group]
            for one, saved in zip(group, self._many(save_customers, people), strict=True):
                if saved is not None:
                    self._customers[one.code] = saved.customer_id
            step(len(group))
        for lines in _some(survey.opening.lines, AT_ONCE):
            key = hashlib.sha256("".join(line.key for line in lines).encode()).hexdigest()[:32]
            receive_stock(
                self._call(f"opening:{key}", at), lines=tuple(StockChange(line.sku, line.quantity) for line in lines)
            )
            self.told.opening_units += sum(line.quantity for line in lines)
            self.told.opening_skus += len(lines)
            step(len(lines))

    def _set_prices(self, at: datetime, prices: dict[str, Any]) -> None:
        listed = PriceListDraft(code=SOURCE, name="Online Retail", currency=self.channel.currency, channel_id=self.channel.id)
        price_list = save_price_list(self._call("price-list", at), price_list=listed)
        variants = variants_by_sku(prices)
        drafts = [PriceDraft(variant_id=variants[sku].id, unit_price=price * PENCE) for sku, price in prices.items() if price]
        key = hashlib.sha256(repr([(str(one.variant_id), str(one.unit_price)) for one in drafts]).encode()).hexdigest()[:32]
        set_prices(self._call(f"prices:{key}", at), price_list_id=price_list.price_list_id, prices=tuple(drafts))

    def tell(self, chunk: Chunk) -> None:
        """Tell one chunk of documents."""
        self._ways[chunk.stage](chunk.documents)

    # ── sales ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sell(self, sales: Sequence[Sale]) -> None:
        placed = self._many(place_orders, [(sale.key, sale.at, self._order(sale)) for sale in sales], sales)
        paid = [(sale, order) for sale, order in zip(sales, placed, strict=True) if order is not None and order.total]
        self._many(
            record_payments,
            [
                (
                    f"{sale.key}:pay", sale.at,
                    MoneyReceived(
                        method="bank_transfer", money=Money(order.total, order.currency), customer_id=order.customer_id,
                        towards=(Towards(document=money.Document("order", order.order_id)),),
                    ),
                )
                for sale, order in paid
            ],
        )  # fmt: skip
        for sale, order in zip(sales, placed, strict=True):
            if order is not None:
                self._count(sale)
        done = [
            (sale, order)
            for sale, order in zip(sales, placed, strict=True)
            if order is not None and not any(line.kind is Kind.PRODUCT for line in sale.lines)
        ]
        self._many(issue_invoices, [(f"{sale.key}:invoice", sale.at, IssueInvoice(order_id=o.order_id)) for sale, o in done])

    def _order(self, sale: Sale) -> PlaceOrder:
        code = sale.customer
        return PlaceOrder(
            channel_id=self.channel.id,
            currency=self.channel.currency,
            external_id=sale.number,
            customer_id=self._customers.get(code) if code else None,
            lines=tuple(_line(line) for line in sale.lines),
            ship_to=Person(name=f"Customer {code}" if code else "Guest", country=sale.country or ""),
            payment_method="bank_transfer",
            untaxed=True,
        )

    def _dispatch(self, dispatches: Sequence[Dispatch]) -> None:
        ids = self._order_ids(dispatch.number for dispatch in dispatches)
        known = [dispatch for dispatch in dispatches if dispatch.number in ids]
        planned = self._many(
            plan_shipments, [(f"{one.key}:plan", one.at, PlanShipments(ids[one.number])) for one in known], known
        )
        shipments = [
            (one, shipment.shipment_id)
            for one, plan in zip(known, planned, strict=True)
            if plan is not None
            for shipment in plan.shipments
        ]
        for name, command, intent in (
            ("ship", ship_shipments, ShipShipment),
            ("deliver", deliver_shipments, DeliverShipment),
            ("invoice", issue_invoices, lambda id_: IssueInvoice(shipment_id=id_)),
        ):
            some: Any = command
            self._many(some, [(f"{one.key}:{name}:{id_}", one.at, intent(id_)) for one, id_ in shipments])
        self._many(close_orders, [(f"{one.key}:close", one.at, CloseOrder(ids[one.number])) for one in known])

    # ── what goes back ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _cancel(self, cancellations: Sequence[Cancellation]) -> None:
        lines = self._line_ids(cancellations)
        wanted = [
            (
                one.key, one.at,
                CancelOrder(
                    order_id=lines[one.order][0],
                    lines=() if one.whole else tuple(Part(lines[one.order][1][line.position], line.quantity) for line in one.lines),
                ),
            )
            for one in cancellations
        ]  # fmt: skip
        canceled = self._many(cancel_orders, wanted, cancellations)
        self._refund([(one, event.order_id, event.refund_due) for one, event in zip(cancellations, canceled, strict=True) if event])

    def _take_back(self, returns: Sequence[Return]) -> None:
        lines = self._line_ids(returns)
        wanted = [
            (
                one.key, one.at,
                RecordReturn(
                    order_id=lines[one.order][0], external_number=one.number,
                    lines=tuple(
                        ReturnedUnits(line_id=lines[one.order][1][line.position], quantity=line.quantity, amount=line.amount)
                        for line in one.lines
                    ),
                ),
            )
            for one in returns
        ]  # fmt: skip
        recorded = self._many(record_returns, wanted, returns)
        self._refund([(one, event.order_id, event.refund_due) for one, event in zip(returns, recorded, strict=True) if event])

    def _refund(self, due: Sequence[tuple[Document, UUID, int]]) -> None:
        self._many(
            record_refunds,
            [
                (
                    f"{one.key}:refund", one.at,
                    MoneyReturned(
                        document=money.Document("order", order_id), money=Money(amount, self.channel.currency),
                        method="bank_transfer", reason="credit",
                    ),
                )
                for one, order_id, amount in due
                if amount > 0
            ],
        )  # fmt: skip
        for one, _order_id, _amount in due:
            self._count(one)

    def _credit(self, notes: Sequence[CreditNote]) -> None:
        self._report(notes)

    # ── stock and the rest ───────────────────────────────────────────────────────────────────────────────────────────────

    def _adjust(self, adjustments: Sequence[StockAdjustment]) -> None:
        for one in adjustments:
            lines: dict[str, int] = {}
            for line in one.lines:
                lines[line.sku] = lines.get(line.sku, 0) + line.quantity
            changes = tuple(StockChange(sku, quantity) for sku, quantity in lines.items() if quantity)
            try:
                adjust_stock(self._call(one.key, one.at), lines=changes, reason=str(one.reason))
                self.told.commands += 1
            except Refusal as refusal:
                self._refused(one, refusal)

    def _report(self, documents: Sequence[CreditNote | Expense | BadDebt]) -> None:
        for one in documents:
            self.findings.add(
                Finding(
                    line=_first_line(one), code=type(one).__name__.lower(), document=one.number, amount=one.amount,
                    sentence="This is no sale: money of the shop's own books.", remedy="Book it in your accounts.",
                )
            )  # fmt: skip

    # ── how it is told ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, key: str, at: datetime) -> Call:
        return Call(tenant_id=self.tenant.id, actor=self._actor, key=key if key.startswith(SOURCE) else f"{SOURCE}:{key}", at=at, quiet=True)

    def _many(
        self, command: BatchCommand[I, E], wanted: Sequence[tuple[str, datetime, I]], documents: Sequence[Document] = ()
    ) -> list[E | None]:
        """Tell many at once; None where it was refused, which is reported."""
        if not wanted:
            return []
        outcomes = command.many([(self._call(key, at), intent) for key, at, intent in wanted])
        answers: list[E | None] = []
        for number, outcome in enumerate(outcomes):
            if isinstance(outcome, Refusal):
                self._refused(documents[number] if documents else None, outcome, wanted[number][0])
                answers.append(None)
            else:
                self.told.commands += 1
                answers.append(outcome)
        return answers

    def _refused(self, document: Document | None, refusal: Refusal, key: str = "") -> None:
        self.told.refused += 1
        self.findings.add(
            Finding(
                line=_first_line(document), code=refusal.code, document=document.number if document else key,
                sentence=refusal.detail, remedy=refusal.advice, amount=document.amount if document else 0,
            )
        )  # fmt: skip

    def _count(self, document: Document) -> None:
        name = type(document).__name__
        self.told.amount += document.amount
        self.told.amounts[name] = self.told.amounts.get(name, 0) + document.amount

    def _order_ids(self, numbers: Iterable[str]) -> dict[str, UUID]:
        return orders.by_external_id(self.channel.id, numbers)

    def _line_ids(self, documents: Sequence[Cancellation | Return]) -> dict[str, tuple[UUID, dict[int, UUID]]]:
        """Order id, and line ids by position, by the file's number of the order."""
        ids = self._order_ids(one.order for one in documents)
        lines = orders.lines_of(list(ids.values()))
        return {number: (id_, {line.position: line.id for line in lines[id_]}) for number, id_ in ids.items()}


def _line(line: SaleLine) -> WantedLine:
    kind = _KINDS.get(line.kind, LineKind.FEE)
    goods = kind == LineKind.GOODS
    return WantedLine(
        sku=line.sku if goods else "",
        quantity=line.quantity,
        unit_price=line.unit_price * PENCE,
        name=line.description or line.sku,
        kind=kind,
    )


def _customer(code: str) -> CustomerDraft:
    return CustomerDraft(
        number=f"OR{code}",
        contact=ContactDraft(name=f"Customer {code}"),
        identities=(Identity(source=SOURCE, external_id=code),),
    )


def _slug(sku: str) -> str:
    plain = "".join(letter if letter.isalnum() else "-" for letter in sku.lower()).strip("-")
    return f"or-{plain}" if plain == sku.lower() else f"or-{plain}-{hashlib.sha256(sku.encode()).hexdigest()[:4]}"


def _first_line(document: Document | None) -> int:
    lines = getattr(document, "lines", ())
    return int(lines[0].line) if lines else 0


def _some(items: Iterable[T], count: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, count)):
        yield some
