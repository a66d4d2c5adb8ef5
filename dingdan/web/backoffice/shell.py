"""What the shell of the back office looks like: names, colors, the list of places on the left."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

"""What finance looks at, in the order of its morning."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The places on the left that whoever asks may go to, by what people look for."""
    groups: list[tuple[Any, list[tuple[Any, str, str, str]]]] = [
        ("", _start()),
        (
            _("Sales"),
            [
                (_("Orders"), "receipt_long", "board_boardrow_changelist", "orders.read"),
                (_("Review"), "fact_check", "review_review_changelist", "review.read"),
                (_("Rules of the review"), "rule", "review_rule_changelist", "review.read"),
                (_("Bulk changes"), "edit_note", "changes_bulk_changelist", "orders.read"),
                (_("Customers"), "group", "customers_customer_changelist", "customers.read"),
                (_("Blacklist"), "block", "customers_watch_changelist", "customers.read"),
                (_("Tickets"), "support_agent", "tickets_ticket_changelist", "tickets.read"),
            ],
        ),
        (
            _("After the sale"),
            [
                (_("Returns desk"), "barcode_reader", "aftersales_return_desk", "aftersales.read"),
                (_("Returns"), "assignment_returned", "aftersales_return_changelist", "aftersales.read"),
                (_("Parcels nobody asked for"), "unknown_document", "aftersales_strayparcel_changelist", "aftersales.read"),
                (_("Claims"), "report_problem", "aftersales_claim_changelist", "aftersales.read"),
                (_("Rules about returns"), "rule", "policies_returnrule_changelist", "policies.read"),
                (_("Reports about returns"), "monitoring", "aftersales_returnline_changelist", "aftersales.read"),
            ],
        ),
        (_("Goods and stock"), _goods()),
        (_("Money"), _money()),
        (_("Bookkeeping"), _books()),
        (_("Shop"), _shop()),
    ]
    found = [
        {"title": title, "items": [_place(*place) for *place, wanted in places if not wanted or may(request, wanted)]}
        for title, places in groups
    ]
    here = _nearest(request.path, [item["link"] for group in found for item in group["items"]])
    for group in found:
        for item in group["items"]:
            item["active"] = item["link"] == here
    return [*found, {"items": [{"title": _("API"), "icon": "api", "link": "/api/v1/docs"}]}]


def _nearest(path: str, links: list[str]) -> str:
    """The one place that a page belongs to: what its address begins with, the longest of them. The overview is itself alone.

    The shell would mark every place whose address is part of the page's: the returns as well as the desk below them.
    """
    start = str(reverse_lazy("admin:index"))
    return max((link for link in links if path == link or (link != start and path.startswith(link))), key=len, default="")


def _start() -> list[tuple[Any, str, str, str]]:
    return [
        (_("Overview"), "home", "index", ""),
        (_("Reports"), "monitoring", "rollups_saleshour_changelist", "reports.read"),
        (_("Reports by mail"), "schedule_send", "automation_reportschedule_changelist", "reports.read"),
    ]


def _goods() -> list[tuple[Any, str, str, str]]:
    return [
        (_("Products"), "category", "catalog_product_changelist", "catalog.read"),
        (_("Categories"), "account_tree", "catalog_category_changelist", "catalog.read"),
        (_("Variants"), "sell", "catalog_variant_changelist", "catalog.read"),
        (_("Stock"), "inventory_2", "inventory_balance_changelist", "inventory.read"),
        (_("Warehouse"), "barcode_scanner", "fulfillment_shipment_changelist", "fulfillment.read"),
        (_("Thresholds of low stock"), "notification_important", "inventory_threshold_changelist", "inventory.read"),
        (_("Counts"), "checklist", "counting_count_changelist", "counting.read"),
        (_("Transfers"), "swap_horiz", "inventory_transfer_changelist", "inventory.read"),
        (_("Prices"), "payments", "pricing_price_changelist", "pricing.read"),
        (_("Price lists"), "price_change", "pricing_pricelist_changelist", "pricing.read"),
        (_("Imports"), "upload_file", "automation_registerimport_changelist", "catalog.save_products"),
    ]


def _money() -> list[tuple[Any, str, str, str]]:
    return [
        (_("Payments desk"), "account_balance_wallet", "money_desk", "payments.read"),
        (_("Payments"), "payments", "payments_payment_changelist", "payments.read"),
        (_("Gift cards"), "redeem", "payments_giftcard_changelist", "payments.read"),
        (_("Invoices"), "description", "settlement_invoice_changelist", "settlement.read"),
        (_("Credit notes"), "assignment_return", "settlement_creditnote_changelist", "settlement.read"),
        (_("Overdue"), "schedule", "dunning_reminder_changelist", "dunning.read"),
        (_("Payment methods"), "credit_card", "methods_paymentmethod_changelist", "methods.read"),
        (_("Accounts at payment firms"), "account_balance", "methods_merchantaccount_changelist", "methods.read"),
        (_("Rates"), "currency_exchange", "rates_rate_changelist", "rates.read"),
        (_("Levels of reminders"), "notifications", "methods_reminderlevel_changelist", "methods.read"),
    ]


def _books() -> list[tuple[Any, str, str, str]]:
    return [
        (_("Money today"), "point_of_sale", "closing_dayclose_changelist", "closing.read"),
        (_("Bank"), "account_balance", "reconciliation_statementline_changelist", "reconciliation.read"),
        (_("Statements"), "receipt", "reconciliation_statement_changelist", "reconciliation.read"),
        (_("Exceptions"), "rule", "reconciliation_discrepancy_changelist", "reconciliation.read"),
        (_("Bills of gateways"), "request_quote", "closing_bill_changelist", "closing.read"),
        (_("Payouts of gateways"), "output", "closing_payout_changelist", "closing.read"),
        (_("Journal for accountants"), "menu_book", "closing_accountmapping_changelist", "closing.read"),
    ]


def _shop() -> list[tuple[Any, str, str, str]]:
    return [
        (_("Shop"), "storefront", "shop_profile_changelist", "shop.read"),
        (_("Storefronts"), "web", "shop_storefront_changelist", "shop.read"),
        (_("Channels"), "hub", "channels_channel_changelist", "channels.read"),
        (_("Shipping methods"), "local_shipping", "pricing_shippingmethod_changelist", "pricing.read"),
        (_("Promotions"), "sell", "promotions_promotion_changelist", "promotions.read"),
        (_("Tax rates"), "percent", "pricing_taxrate_changelist", "pricing.read"),
        (_("Nodes"), "warehouse", "inventory_node_changelist", "inventory.read"),
        (_("Locations"), "shelves", "inventory_location_changelist", "inventory.read"),
        (_("Sellers"), "groups", "sellers_seller_changelist", "sellers.read"),
        (_("Mails and messages"), "mail", "automation_notice_changelist", "automation.read"),
        (_("Wording of notices"), "edit_note", "wording_list", "wording.read"),
        (_("Accounts for messages"), "sms", "messengers_messengeraccount_changelist", "messengers.read"),
        (_("Wishes to be told"), "notifications_active", "wishes_wish_changelist", "wishes.read"),
        (_("Staff"), "badge", "staff_membership_changelist", "staff.read"),
        (_("Roles"), "admin_panel_settings", "staff_role_changelist", "staff.read"),
        (_("API keys"), "key", "staff_apikey_changelist", "staff.read"),
        (_("Webhooks"), "webhook", "webhooks_endpoint_changelist", "webhooks.read"),
        (_("Deliveries of webhooks"), "outbox", "webhooks_delivery_changelist", "webhooks.read"),
    ]


def _place(title: Any, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": str(reverse_lazy(f"admin:{name}"))}


def may(request: HttpRequest, permission: str) -> bool:
    """Whether whoever asks may look at a place. (`access` knows models, and this file is read before there are any.)"""
    from dingdan.web.backoffice import access

    return access.may(request, permission)


def colors(request: HttpRequest) -> str:
    """The shell's colors, which it would write into every page itself."""
    return static("backoffice/colors.css")


def style(request: HttpRequest) -> str:
    """Our own rules beside the shell's."""
    return static("backoffice/pages.css")


def account_style(request: HttpRequest) -> str:
    """Those of the pages on which one signs in."""
    return static("backoffice/account.css")


def icon(request: HttpRequest) -> str:
    """What a browser's tab shows."""
    return static("backoffice/icon.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Dingdan 訂單",
    "SITE_HEADER": "Dingdan 訂單",
    "SITE_SYMBOL": "shopping_bag",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [colors, style, account_style],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "SIDEBAR": {"navigation": navigation},
    "ACCOUNT": {
        "navigation": [
            {"title": _("Second factor and passkeys"), "link": reverse_lazy("mfa_index")},
            {"title": _("Password"), "link": reverse_lazy("account_change_password")},
            {"title": _("Where you are signed in"), "link": reverse_lazy("usersessions_list")},
        ]
    },
}
