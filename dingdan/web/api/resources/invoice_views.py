"""Invoices and credit notes as the API tells them. Amounts in minor units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.trade.settlement.queries import kept_back


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLineView:
    """So many units of an order line, invoiced or credited; a quantity of 0 is an amount of its own."""

    order_line_id: UUID | None
    position: int
    kind: str
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    goods: int
    discount: int
    tax_rate: Decimal
    tax_base: int
    tax: int
    tax_name: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledView:
    """What invoices and credit notes have in common."""

    id: UUID
    number: str
    external_number: str
    order_id: UUID | None
    customer_id: UUID | None
    issued_on: date
    currency: str
    language: str
    prices_include_tax: bool
    goods: int
    discount: int
    shipping: int
    fees: int
    tax: int
    total: int
    lines: list[BilledLineView]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView(BilledView):
    """What was shipped, or done, and is owed; `due_on` where it was bought on account."""

    due_on: date | None
    shipment_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteView(BilledView):
    """What was invoiced and is owed no longer; without an order, what we owe.

    `kept_back` is told of goods that came back: what they were worth, and what of it was kept back for what.
    """

    cause: str
    invoice_id: UUID | None
    return_id: UUID | None
    claim_id: UUID | None
    allowance_id: UUID | None
    reason: str
    kept_back: dict[str, int]


_COMMON = [name for name in BilledView.__dataclass_fields__ if name != "lines"]
_LINE = list(BilledLineView.__dataclass_fields__)


def invoice_views(rows: Iterable[Invoice]) -> list[InvoiceView]:
    """The invoices as they are told; their lines must have been read along."""
    return [InvoiceView(**_common(row), due_on=row.due_on, shipment_id=row.shipment_id) for row in rows]


def credit_note_views(rows: Iterable[CreditNote]) -> list[CreditNoteView]:
    """The credit notes as they are told; their lines must have been read along."""
    rows = list(rows)
    kept = kept_back([row.rma_id for row in rows if row.rma_id])
    return [
        CreditNoteView(
            **_common(row),
            cause=row.cause,
            invoice_id=row.invoice_id,
            return_id=row.rma_id,
            claim_id=row.claim_id,
            allowance_id=row.allowance_id,
            reason=row.reason,
            kept_back=kept.get(row.rma_id, {}) if row.rma_id else {},
        )
        for row in rows
    ]


def _common(row: Invoice | CreditNote) -> dict[str, Any]:
    lines = sorted(row.lines.all(), key=lambda line: line.position)
    told = [BilledLineView(**{name: getattr(line, name) for name in _LINE}) for line in lines]
    return {name: getattr(row, name) for name in _COMMON} | {"lines": told}
