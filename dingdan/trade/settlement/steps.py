"""Verbs on invoices and credit notes, inside a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dingdan.kernel import numbering
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.masterdata.shop.steps import profile_for_papers
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from dingdan.trade.settlement.rules import PaperLine, totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What invoices and credit notes say above their lines."""

    entry: Entry
    id: UUID
    customer_id: UUID | None
    bill_to_id: UUID | None
    issued_on: date
    currency: str
    language: str
    prices_include_tax: bool
    external_number: str = ""


def heading(entry: Entry, *, order: Order, time_zone: ZoneInfo, external_number: str = "") -> Heading:
    """The heading of a new document about an order, dated by a clock."""
    return Heading(
        entry=entry, id=new_id(), customer_id=order.customer_id, bill_to_id=order.bill_to_id,
        issued_on=entry.at.astimezone(time_zone).date(), currency=order.currency, language=order.language,
        prices_include_tax=order.prices_include_tax, external_number=external_number,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """An invoice to be written."""

    entry: Entry
    heading: Heading
    order_id: UUID
    shipment_id: UUID | None
    lines: Sequence[PaperLine]
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCreditNote:
    """A credit note to be written."""

    entry: Entry
    heading: Heading
    cause: str
    lines: Sequence[PaperLine]
    order_id: UUID | None = None
    invoice_id: UUID | None = None
    return_id: UUID | None = None
    allowance_id: UUID | None = None
    claim_id: UUID | None = None
    reason: str = ""


def write_invoices(new: Sequence[NewInvoice]) -> list[str]:
    """Write invoices with their lines in one statement, numbered without gaps. Taken last: the series is locked until the end."""
    profile_id = profile_for_papers(new[0].entry)
    numbers = list(numbering.take(new[0].entry, "invoice", count=len(new), prefix="I", first=1001))
    insert(
        (
            Invoice,
            [
                _heading(one.heading, one.lines, number)
                | {
                    "profile_id": profile_id,
                    "order_id": one.order_id,
                    "shipment_id": one.shipment_id,
                    "due_on": one.due_on,
                }
                for one, number in zip(new, numbers, strict=True)
            ],
        ),
        (InvoiceLine, [row | {"invoice_id": one.heading.id} for one in new for row in _lines(one.lines)]),
    )
    for one in new:
        _about(one.heading, "invoice", one.order_id)
    return numbers


def write_credit_notes(new: Sequence[NewCreditNote]) -> list[str]:
    """Write credit notes with their lines in one statement, numbered without gaps. Taken last, as for invoices."""
    profile_id = profile_for_papers(new[0].entry)
    numbers = list(numbering.take(new[0].entry, "credit_note", count=len(new), prefix="C", first=1001))
    insert(
        (
            CreditNote,
            [
                _heading(one.heading, one.lines, number)
                | {
                    "profile_id": profile_id, "cause": one.cause, "order_id": one.order_id, "invoice_id": one.invoice_id,
                    "rma_id": one.return_id, "allowance_id": one.allowance_id, "claim_id": one.claim_id, "reason": one.reason,
                }
                for one, number in zip(new, numbers, strict=True)
            ],
        ),
        (CreditNoteLine, [row | {"credit_note_id": one.heading.id} for one in new for row in _lines(one.lines)]),
    )  # fmt: skip
    for one in new:
        _about(one.heading, "credit_note", one.order_id)
        if one.return_id:
            one.entry.about("return", one.return_id)
        if one.claim_id:
            one.entry.about("claim", one.claim_id)
    return numbers


def _about(heading: Heading, kind: str, order_id: UUID | None) -> None:
    heading.entry.about(kind, heading.id)
    if order_id:
        heading.entry.about("order", order_id)
    if heading.customer_id:
        heading.entry.about("customer", heading.customer_id)


def _heading(heading: Heading, lines: Sequence[PaperLine], number: str) -> dict[str, Any]:
    sums = totals(lines)
    return {
        "id": heading.id, "number": number, "external_number": heading.external_number, "customer_id": heading.customer_id,
        "bill_to_id": heading.bill_to_id, "issued_on": heading.issued_on, "currency": heading.currency,
        "language": heading.language, "prices_include_tax": heading.prices_include_tax, "goods": sums.goods,
        "discount": sums.discount, "shipping": sums.shipping, "fees": sums.fees, "tax": sums.tax, "total": sums.total,
    }  # fmt: skip


def _lines(lines: Sequence[PaperLine]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(), "position": position, "order_line_id": line.order_line_id, "kind": line.kind, "sku": line.sku,
            "name": line.name[:300], "quantity": line.quantity, "unit_price": line.unit_price, "goods": line.share.goods,
            "discount": line.share.discount, "tax_rate": line.tax_rate, "tax_base": line.share.tax_base, "tax": line.share.tax,
            "tax_name": line.tax_name, "total": line.share.total,
        }
        for position, line in enumerate(lines, start=1)
    ]  # fmt: skip
