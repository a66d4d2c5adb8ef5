"""What customers were reminded of, and who is not to be."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceReminded(Event):
    """A customer is reminded of an invoice; ``open`` is what of it was not paid, ``fee`` what the reminder costs."""

    reminder_id: UUID
    invoice_id: UUID
    order_id: UUID
    customer_id: UUID | None
    level: int
    due_on: date
    currency: str
    open: int
    fee: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersStopped(Event):
    """Nobody reminds this customer, or of this invoice, until further notice."""

    customer_id: UUID | None
    invoice_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersResumed(Event):
    """This customer is reminded again, or of this invoice."""

    customer_id: UUID | None
    invoice_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAsked(Event):
    """A customer is to be told what is open; the statement is sent with the oldest order that owes something."""

    customer_id: UUID
    order_id: UUID
    invoices: int
    overdue: int
