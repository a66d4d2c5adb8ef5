"""What the shell of the back office looks like: names, colors, the list of places on the left."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The places on the left, by what people look for."""
    return [
        {"items": [_place(_("Overview"), "home", "admin:index")]},
        {
            "title": _("Sales"),
            "items": [
                _place(_("Orders"), "receipt_long", "admin:board_boardrow_changelist"),
                _place(_("Customers"), "group", "admin:customers_customer_changelist"),
            ],
        },
        {
            "title": _("Goods and stock"),
            "items": [
                _place(_("Products"), "category", "admin:catalog_product_changelist"),
                _place(_("Variants"), "sell", "admin:catalog_variant_changelist"),
                _place(_("Stock"), "inventory_2", "admin:inventory_balance_changelist"),
            ],
        },
        {
            "title": _("Money"),
            "items": [
                _place(_("Payments"), "payments", "admin:payments_payment_changelist"),
                _place(_("Invoices"), "description", "admin:settlement_invoice_changelist"),
                _place(_("Credit notes"), "assignment_return", "admin:settlement_creditnote_changelist"),
            ],
        },
        {
            "title": _("Shop"),
            "items": [
                _place(_("Mails"), "mail", "admin:automation_notice_changelist"),
                _place(_("API keys"), "key", "admin:staff_apikey_changelist"),
                {"title": _("API"), "icon": "api", "link": "/api/v1/docs"},
            ],
        },
    ]


def _place(title: Any, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(name)}


def style(request: HttpRequest) -> str:
    """Our own rules beside the shell's."""
    return static("backoffice/pages.css")


def icon(request: HttpRequest) -> str:
    """What a browser's tab shows."""
    return static("backoffice/icon.svg")


_TEAL = {
    "50": "#f0f9fb",
    "100": "#d8eff4",
    "200": "#b5dfe9",
    "300": "#82c7d8",
    "400": "#47a6bf",
    "500": "#2b89a4",
    "600": "#1d6d86",
    "700": "#14566b",
    "800": "#124556",
    "900": "#113a48",
    "950": "#062530",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Dingdan 訂單",
    "SITE_HEADER": "Dingdan 訂單",
    "SITE_SYMBOL": "shopping_bag",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": _TEAL},
    "STYLES": [style],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "SIDEBAR": {"navigation": navigation},
}
