"""Customers who bought on account and have not paid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.methods.commands import save_reminder_level
from dingdan.masterdata.methods.rules import ReminderLevelDraft
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.settlement.models import Invoice
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer


def open_shop(shop: Shop) -> None:
    """A shop that sells on account, thirty days, and reminds after 7, 21 and (by hand, for 5 pounds) 35 days."""
    kit.stock(shop, "TEA", 99)
    offer(shop, "on_account", net_days=30)
    level(shop, 1, 7)
    level(shop, 2, 21)
    level(shop, 3, 35, fee=500, currency="GBP", automatic=False)


def level(shop: Shop, number: int, days: int, **said: Any) -> None:
    """A level of reminders."""
    save_reminder_level(shop.call(), level=ReminderLevelDraft(level=number, days=days, **said))


def customer(shop: Shop) -> UUID:
    """Somebody who buys on account."""
    draft = CustomerDraft(contact=ContactDraft(name="Ann Lee", email="ann@example.com"))
    return save_customer(shop.call(), customer=draft).customer_id


def invoiced(shop: Shop, quantity: int = 1, **said: Any) -> tuple[OrderPlaced, Invoice]:
    """An order on account whose goods have left, and its invoice."""
    order = kit.place(shop, ("TEA", quantity), payment_method="on_account", **said)
    issue_invoices.one(shop.call(), IssueInvoice(shipment_id=kit.ship(shop, order)))
    return order, Invoice.objects.get(order_id=order.order_id)
