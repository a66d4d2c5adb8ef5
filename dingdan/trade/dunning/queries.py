"""What can be asked about invoices that are not paid. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.ledgers.payments.models import Receivable
from dingdan.ledgers.payments.queries import ReceivableView, receivable_of
from dingdan.trade.dunning.models import Reminder, ReminderStop
from dingdan.trade.dunning.rules import Given, OpenInvoice, open_parts
from dingdan.trade.settlement.models import Invoice

DOCUMENT = "order"


def on_account(*, customer_id: UUID | None = None, due_before: date | None = None, limit: int = 1000) -> list[OpenInvoice]:
    """Invoices on account of which something is open, the longest overdue first. Five statements."""
    owing = Receivable.objects.filter(document_kind=DOCUMENT, due__gt=0, terms=Terms.ON_ACCOUNT.value).values("document_id")
    rows = Invoice.objects.filter(due_on__isnull=False, order_id__in=owing).select_related("order")
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if due_before is not None:
        rows = rows.filter(due_on__lt=due_before)
    asked = list(rows.order_by("due_on", "id")[:limit])
    return _open(asked)


def of_invoices(invoice_ids: Iterable[UUID]) -> dict[UUID, OpenInvoice]:
    """Those of the invoices of which something is open, also such as are not on account."""
    rows = Invoice.objects.filter(id__in=list(invoice_ids)).select_related("order").order_by("due_on", "id")
    return {one.id: one for one in _open(list(rows))}


def _open(asked: list[Invoice]) -> list[OpenInvoice]:
    order_ids = {row.order_id for row in asked}
    owed = receivable_of(DOCUMENT, order_ids)
    totals: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    every = Invoice.objects.filter(order_id__in=order_ids).order_by("issued_on", "id")
    for order_id, id_, total in every.values_list("order_id", "id", "total"):
        totals[order_id].append((id_, total))
    left = {order_id: open_parts(its, _open_of(owed[order_id])) for order_id, its in totals.items()}
    last, stopped = _last(row.id for row in asked), _stops(asked)
    return [
        OpenInvoice(
            id=row.id, number=row.number, order_id=row.order_id, order_number=row.order.number, customer_id=row.customer_id,
            issued_on=row.issued_on, due_on=row.due_on or row.issued_on, currency=row.currency, total=row.total,
            open=left[row.order_id][row.id], last=last.get(row.id), stopped=stopped.get(row.id, ""),
        )
        for row in asked
        if left[row.order_id].get(row.id)
    ]  # fmt: skip


def _open_of(owed: ReceivableView) -> int:
    """What is invoiced of an order and neither paid, credited nor given up."""
    return owed.invoiced - owed.credited - owed.written_off - (owed.allocated - owed.refunded)


def _last(invoice_ids: Iterable[UUID]) -> dict[UUID, Given]:
    rows = Reminder.objects.filter(invoice_id__in=list(invoice_ids)).order_by("level")
    return {row.invoice_id: Given(level=row.level, days=row.days, on=row.reminded_on) for row in rows}


def _stops(asked: list[Invoice]) -> dict[UUID, str]:
    """Why nobody is reminded, by invoice."""
    customers = {row.customer_id for row in asked if row.customer_id}
    ids = [row.id for row in asked]
    rows = [*ReminderStop.objects.filter(customer_id__in=customers), *ReminderStop.objects.filter(invoice_id__in=ids)]
    by_customer = {row.customer_id: row.reason for row in rows if row.customer_id}
    by_invoice = {row.invoice_id: row.reason for row in rows if row.invoice_id}
    found = {row.id: by_invoice.get(row.id) or (by_customer.get(row.customer_id, "") if row.customer_id else "") for row in asked}
    return {id_: reason for id_, reason in found.items() if reason}


def reminder(reminder_id: UUID) -> Reminder | None:
    """One reminder with its invoice."""
    return Reminder.objects.select_related("invoice__order").filter(id=reminder_id).first()


def reminders_of(invoice_id: UUID) -> list[Reminder]:
    """The reminders of an invoice, the first one first."""
    return list(Reminder.objects.filter(invoice_id=invoice_id).order_by("level"))
