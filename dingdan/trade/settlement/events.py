"""What was billed and credited: ids, numbers of documents, amounts in minor units."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedLine:
    """So many units of an order line were invoiced."""

    order_line_id: UUID
    quantity: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(Event):
    """What was shipped is owed now. `due` is what is still to be paid for the order, below zero when too much was."""

    invoice_id: UUID
    number: str
    order_id: UUID
    shipment_id: UUID | None
    customer_id: UUID | None
    issued_on: date
    currency: str
    tax: int
    total: int
    due: int
    lines: tuple[InvoicedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedLine:
    """So many units of an order line (0: an amount of its own) were credited."""

    order_line_id: UUID | None
    quantity: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteIssued(Event):
    """What was invoiced is owed no longer; without an order we owe it, as `payable_id`."""

    credit_note_id: UUID
    number: str
    cause: str
    order_id: UUID | None
    return_id: UUID | None
    allowance_id: UUID | None
    claim_id: UUID | None = None
    payable_id: UUID | None
    customer_id: UUID | None
    issued_on: date
    currency: str
    tax: int
    total: int
    lines: tuple[CreditedLine, ...]
