"""What can be done about invoices that are not paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.text import clean_text
from dingdan.masterdata.customers.queries import customers_by_id
from dingdan.masterdata.methods.models import ReminderLevel
from dingdan.masterdata.methods.queries import reminder_levels
from dingdan.trade.dunning import queries
from dingdan.trade.dunning.events import InvoiceReminded, RemindersResumed, RemindersStopped, StatementAsked
from dingdan.trade.dunning.models import Reminder, ReminderStop
from dingdan.trade.dunning.rules import NothingOpen, NothingToRemind, OpenInvoice, next_level
from dingdan.trade.settlement.queries import invoice


class RemindedBefore(Refusal):
    """Somebody else sent this reminder in the same moment."""

    sentence = _("This invoice was reminded at this level before.")
    remedy = _("Nothing is to be done.")


class StoppedBefore(Refusal):
    sentence = _("Reminders are stopped here already.")
    remedy = _("Nothing is to be done.")


refuses("an_invoice_is_reminded_once_at_a_level", RemindedBefore)
refuses("reminders_of_a_customer_stop_once", StoppedBefore)
refuses("reminders_of_an_invoice_stop_once", StoppedBefore)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOf:
    """The customer of this invoice is to be reminded, at the next level."""

    invoice_id: UUID


@batch_command(InvoiceReminded)
def remind_invoices(batch: Batch[RemindOf]) -> None:
    """Remind customers of invoices that are overdue, each at its next level and at each level once.

    Refuses (`NothingToRemind`) what is paid, not late enough, stopped, or was reminded a short while ago.
    """
    levels = {level.level: level for level in reminder_levels()}
    found = queries.of_invoices(item.intent.invoice_id for item in batch.items)
    zone = ZoneInfo(tenant_in_scope().time_zone)
    rows = []
    for item in batch.items:
        one = found.pop(item.intent.invoice_id, None)
        try:
            level = _level(one or _paid(item.intent.invoice_id), levels, item.entry.at.astimezone(zone).date())
        except Refusal as refusal:
            item.refuse(refusal)
            continue
        assert one is not None  # noqa: S101 (its level was found)
        event = _reminded(item.entry, one, level)
        on = item.entry.at.astimezone(zone).date()
        rows.append(
            {
                "id": event.reminder_id, "invoice_id": one.id, "level": level.level, "days": level.days, "reminded_on": on,
                "open": one.open, "fee": event.fee, "currency": one.currency,
            }
        )  # fmt: skip
        item.accept(event)
    insert((Reminder, rows))


def _paid(invoice_id: UUID) -> NoReturn:
    """Refuse an invoice of which nothing is open, or that there is none of."""
    invoice(invoice_id)
    raise NothingToRemind(field="invoice_id", reason=_("nothing of it is open"))


def _level(one: OpenInvoice, levels: dict[int, ReminderLevel], on: date) -> ReminderLevel:
    if one.stopped:
        raise NothingToRemind(field="invoice_id", reason=_("reminders are stopped"))
    level = next_level(one, levels.values(), on)
    if level is None:
        raise NothingToRemind(field="invoice_id", reason=_("no reminder is due yet"))
    return levels[level]


def _reminded(entry: Entry, one: OpenInvoice, level: ReminderLevel) -> InvoiceReminded:
    entry.about("invoice", one.id)
    entry.about("order", one.order_id)
    if one.customer_id:
        entry.about("customer", one.customer_id)
    return InvoiceReminded(
        reminder_id=new_id(), invoice_id=one.id, order_id=one.order_id, customer_id=one.customer_id, level=level.level,
        due_on=one.due_on, currency=one.currency, open=one.open, fee=level.fee if level.currency == one.currency else 0,
    )  # fmt: skip


@command
def stop_reminders(
    entry: Entry, *, reason: str, customer_id: UUID | None = None, invoice_id: UUID | None = None
) -> RemindersStopped:
    """Remind a customer, or of an invoice, no more until further notice. Refuses what is stopped already."""
    _about(entry, customer_id, invoice_id)
    text = clean_text(reason, "reason", 200)
    row = {"id": new_id(), "customer_id": customer_id, "invoice_id": invoice_id, "reason": text, "stopped_at": entry.at}
    insert((ReminderStop, [row]))
    return RemindersStopped(customer_id=customer_id, invoice_id=invoice_id)


@command
def resume_reminders(entry: Entry, *, customer_id: UUID | None = None, invoice_id: UUID | None = None) -> RemindersResumed:
    """Remind a customer, or of an invoice, again. Refuses what is not stopped."""
    _about(entry, customer_id, invoice_id)
    of_whom = Q(customer_id=customer_id) if customer_id else Q(invoice_id=invoice_id)
    gone, _rows = ReminderStop.objects.filter(of_whom).delete()
    if not gone:
        raise NotFound(what="stop", id=customer_id or invoice_id)
    return RemindersResumed(customer_id=customer_id, invoice_id=invoice_id)


def _about(entry: Entry, customer_id: UUID | None, invoice_id: UUID | None) -> None:
    if (customer_id is None) == (invoice_id is None):
        raise Invalid(field="customer_id", reason=_("Name either a customer or an invoice."))
    if customer_id is not None:
        if customer_id not in customers_by_id([customer_id]):
            raise NotFound(field="customer_id", what="customer", id=customer_id)
        entry.about("customer", customer_id)
    if invoice_id is not None:
        entry.about("order", invoice(invoice_id).order_id)
        entry.about("invoice", invoice_id)


@command
def send_statement(entry: Entry, *, customer_id: UUID) -> StatementAsked:
    """Let a customer be told everything that is open on account. Refuses (`NothingOpen`) who owes nothing."""
    found = queries.on_account(customer_id=customer_id)
    if not found:
        raise NothingOpen(field="customer_id")
    entry.about("customer", customer_id)
    entry.about("order", found[0].order_id)
    on = entry.at.astimezone(ZoneInfo(tenant_in_scope().time_zone)).date()
    overdue = sum(one.late(on) > 0 for one in found)
    return StatementAsked(customer_id=customer_id, order_id=found[0].order_id, invoices=len(found), overdue=overdue)
