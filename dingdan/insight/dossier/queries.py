"""What every desk knows of one person, as they have a right to be told it. Reads rows; writes nothing.

Who was merged into somebody is the same person, so what was known of them belongs here, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from dingdan.ledgers.payments.models import Checkout, Payment
from dingdan.ledgers.payments.queries import credit_of
from dingdan.masterdata.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerContact,
    CustomerIdentity,
    CustomerLogin,
    CustomerNote,
    CustomerTag,
)
from dingdan.masterdata.customers.queries import one_person
from dingdan.trade.aftersales.models import Attachment as AfterSalesFile
from dingdan.trade.aftersales.models import Claim, Interception, Return, StrayParcel
from dingdan.trade.orders.models import Cart, Contact, Device, Order, OrderLine, OrderNote, OrderTag
from dingdan.trade.orders.queries import contacts_in
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.queries import lines_of_customer
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.trade.tickets.models import Attachment as TicketFile
from dingdan.trade.tickets.models import Message, Ticket, TicketContact
from dingdan.trade.wishes.models import Wish

Rows = list[dict[str, Any]]
_HIDDEN = {"id", "tenant_id", "entry_id", "tokens", "email_key", "content", "digest"}
"""What says something to the program alone."""


def dossier(customer_id: UUID) -> dict[str, Rows]:
    """All that is known of a customer and of those who were merged into them, by what it is; oldest first."""
    people = one_person(customer_id)
    orders = Order.objects.filter(customer_id__in=people)
    ids = list(orders.values_list("id", flat=True))
    tickets = Ticket.objects.filter(customer_id__in=people)
    ticket_ids = list(tickets.values_list("id", flat=True))
    return {
        **_of_customer(people),
        "orders": told(orders),
        "order_lines": _named(OrderLine.objects.filter(order_id__in=ids), "order__number", "sku", "name", "quantity", "total"),
        "order_contacts": told(Contact.objects.filter(id__in=contacts_in(ids))),
        "order_notes": told(OrderNote.objects.filter(order_id__in=ids)),
        "order_tags": told(OrderTag.objects.filter(order_id__in=ids)),
        "devices": told(Device.objects.filter(order_id__in=ids)),
        "carts": told(Cart.objects.filter(customer_id__in=people)),
        "payments": told(Payment.objects.filter(customer_id__in=people)),
        "checkouts": told(Checkout.objects.filter(attempt__payment__customer_id__in=people)),
        "bank_lines": _named(
            StatementLine.objects.filter(id__in=[line for one in people for line in lines_of_customer(one)]),
            "booked_on",
            "amount",
            "currency",
            "name",
            "payer_account",
            "text",
            "end_to_end",
        ),
        "invoices": _named(Invoice.objects.filter(order_id__in=ids), "number", "order__number", "issued_on", "currency", "total"),
        "credit_notes": _named(CreditNote.objects.filter(order_id__in=ids), "number", "issued_on", "currency", "total"),
        "store_credit": [{"currency": one.currency, "granted": one.amount, "left": one.due} for one in credit_of(customer_id)],
        "returns": told(Return.objects.filter(order_id__in=ids)),
        "claims": told(Claim.objects.filter(order_id__in=ids)),
        "interceptions": told(Interception.objects.filter(shipment__order_id__in=ids)),
        "parcels": told(StrayParcel.objects.filter(rma__order_id__in=ids)),
        "files_of_returns": _named(AfterSalesFile.objects.filter(rma__order_id__in=ids), "rma__number", "name", "size"),
        "files_of_claims": _named(AfterSalesFile.objects.filter(claim__order_id__in=ids), "claim__number", "name", "size"),
        "tickets": told(tickets),
        "ticket_contacts": told(TicketContact.objects.filter(ticket_id__in=ticket_ids)),
        "ticket_messages": told(Message.objects.filter(ticket_id__in=ticket_ids)),
        "wishes": _named(
            Wish.objects.filter(customer_id__in=people), "variant__sku", "email", "language", "state", "wished_at", "told_at"
        ),
        "ticket_files": _named(TicketFile.objects.filter(message__ticket_id__in=ticket_ids), "name", "size"),
    }


def _of_customer(people: Sequence[UUID]) -> dict[str, Rows]:
    below: dict[str, type[Any]] = {
        "contacts": CustomerContact, "addresses": Address, "consents": Consent, "known_elsewhere_as": CustomerIdentity,
        "notes": CustomerNote, "tags": CustomerTag,
    }  # fmt: skip
    accounts = CustomerLogin.objects.filter(customer_id__in=people).values_list("user_id", flat=True)
    signed = _named(User.objects.filter(id__in=list(accounts)), "email", "date_joined", "last_login")
    customers = told(Customer.objects.filter(id__in=people))
    kept = {name: told(model.objects.filter(customer_id__in=people)) for name, model in below.items()}
    return {"customers": customers, "accounts": signed} | kept


def told(rows: QuerySet[Any]) -> Rows:
    """Rows with all their columns that say something about people."""
    model: type[Model] = rows.model
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in _HIDDEN]
    return list(rows.order_by("id").values(*names))


def _named(rows: QuerySet[Any], *names: str) -> Rows:
    return list(rows.order_by("id").values(*names))
