"""What may be allowed besides giving commands: looking at things."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import describe

READS: Final[dict[str, Any]] = {
    "aftersales.follow": _("Follow one's own order. Whoever holds the link of an order may; no role needs it."),
    "aftersales.link": _("Make links by which customers see their own orders, send goods back, claim and cancel."),
    "aftersales.read": _("Look at returns and claims."),
    "automation.read": _("Look at mails that were sent or wait."),
    "catalog.read": _("Look at products and variants."),
    "channels.read": _("Look at channels."),
    "closing.read": _("Look at closed days, at bills and payouts of gateways, and take the journal along for accountants."),
    "counting.read": _("Look at counts of stock: what is to be counted, what was, and how it differs."),
    "customers.link": _("Make links by which customers choose what they are told."),
    "customers.read": _("Look at customers, with their contacts and addresses."),
    "dunning.read": _("Look at what is overdue, and at reminders."),
    "fulfillment.read": _("Look at shipments."),
    "inventory.read": _("Look at stock and nodes."),
    "journal.read": _("Read everything that happens, as it happens."),
    "messengers.read": _("Look at accounts at firms that carry messages, without their secrets."),
    "methods.read": _("Look at payment methods, levels of reminders, and accounts at payment firms without their secrets."),
    "orders.read": _("Look at orders with everything that belongs to them: people, payments, shipments, returns, invoices."),
    "payments.link": _("Make links by which an order or an invoice is paid."),
    "payments.ask_balance": _("Ask what is left on a gift card, by its code."),
    "payments.read": _("Look at payments, debts and accounts."),
    "policies.read": _("Look at the rules about returns, reasons and grades."),
    "pricing.read": _("Look at price lists, tax rates and shipping methods."),
    "promotions.read": _("Look at promotions and how often they are used."),
    "rates.read": _("Look at the rates at which amounts are also shown in other currencies."),
    "reconciliation.read": _("Look at bank statements, and at what differs from the books."),
    "reports.read": _("Look at figures of the shop: sales, fulfillment, payments and tax, on the first page and in reports."),
    "review.read": _("Look at the review desk: its rules, what waits and why, and what rules would have done."),
    "sellers.read": _("Look at sellers."),
    "settlement.read": _("Look at invoices and credit notes."),
    "shop.read": _("Look at the shop itself: who it is by law, and where it is paid."),
    "staff.read": _("Look at roles, memberships and API keys."),
    "tickets.follow": _("Follow one's own ticket. Whoever holds the link of a ticket may; no role needs it."),
    "tickets.link": _("Get the link by which a customer follows a ticket: whoever has it can write and rate as the customer."),
    "tickets.read": _("Look at tickets, with what customers wrote and attached, and at how well they are looked after."),
    "wishes.read": _("Look at who wants to be told when an article can be had again."),
    "webhooks.read": _("Look at webhooks: where events are sent, and what came of it."),
    "wording.read": _("Look at how the shop words its mails."),
}
"""Permissions to read, with what they allow."""

BESIDE: Final[dict[str, Any]] = {
    "orders.set_payment": _("Change how a placed order is to be paid."),
    "orders.set_prices": _("Set prices and discounts of one's own when placing an order."),
    "policies.override": _("Take back or give, with a reason, what the rules about returns do not allow."),
}
"""Permissions that widen what a command does."""

OWN_ORDER: Final = frozenset(
    {
        "aftersales.attach_to_claim",
        "aftersales.attach_to_return",
        "aftersales.follow",
        "aftersales.authorize_return",
        "aftersales.cancel_orders",
        "aftersales.cancel_return",
        "aftersales.exchange_return",
        "aftersales.file_claim",
        "aftersales.withdraw_claim",
        "changes.change_orders",
        "changes.undo_changes",
        "orders.set_payment",
        "payments.redeem_gift_card",
    }
)
"""What a customer may do with an order of theirs."""
OWN_TICKET: Final = frozenset(
    {"tickets.follow", "tickets.reply_ticket", "tickets.attach_file", "tickets.rate_ticket", "tickets.solve_ticket"}
)
"""What a customer may do with a ticket of theirs."""
OWN_DESK: Final = OWN_ORDER | OWN_TICKET | {"tickets.open_ticket", "orders.save_device", "orders.drop_devices"}
"""What a customer may do at the pages of an order of theirs, where messages are a part of the order."""
OWN_ACCOUNT: Final = frozenset(
    {
        "customers.change_profile",
        "customers.erase_customer_contact",
        "customers.export_customer",
        "customers.keep_address",
        "customers.link_login",
        "customers.record_consent",
        "customers.retire_address",
        "customers.sign_out_login",
        "orders.adopt_orders",
        "payments.forget_saved_method",
        "tickets.adopt_tickets",
    }
)
"""What a customer who is signed in may do with what the shop knows of them."""

DESKS: Final[dict[str, Any]] = {
    "orders": _("Orders"),
    "changes": _("Changes of orders"),
    "fulfillment": _("Shipments"),
    "aftersales": _("After the sale"),
    "tickets": _("Tickets"),
    "wishes": _("Wishes to be told"),
    "review": _("Review"),
    "customers": _("Customers"),
    "catalog": _("Products"),
    "pricing": _("Prices, taxes, shipping methods"),
    "inventory": _("Stock"),
    "counting": _("Counts of stock"),
    "payments": _("Payments"),
    "methods": _("Payment methods"),
    "messengers": _("Accounts for messages"),
    "settlement": _("Invoices"),
    "dunning": _("Reminders"),
    "reconciliation": _("Bank"),
    "closing": _("Closing the day"),
    "policies": _("Rules about returns"),
    "promotions": _("Promotions"),
    "rates": _("Rates"),
    "channels": _("Channels"),
    "sellers": _("Sellers"),
    "shop": _("Shop"),
    "staff": _("People, roles, keys"),
    "automation": _("Mails and imports"),
    "wording": _("Wording of notices"),
    "webhooks": _("Webhooks"),
    "reports": _("Figures and reports"),
    "views": _("Views"),
    "journal": _("Journal"),
}
"""The desks at which things can be allowed, by the first part of their permissions' names."""


def every_permission() -> dict[str, str]:
    """Everything that a role or a key can be allowed, by name, with what it means."""
    found = describe() | {name: str(text) for name, text in (READS | BESIDE).items()}
    return dict(sorted(found.items()))
