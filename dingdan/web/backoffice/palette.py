"""The palette, which Ctrl K opens: a page by its name, and what was typed looked for in the lists that are searched most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.shell import navigation

SEARCHED: Final = ("board_boardrow", "customers_customer", "catalog_variant", "tickets_ticket")
"""The lists in which what was typed may be looked for."""
LONGEST: Final = 100
SAVES_CUSTOMERS: Final = ("customers.save_customers", "customers.block_customer", "customers.unblock_customer")
BEGUN: Final = (
    (gettext_lazy("New order"), "add_shopping_cart", "board_boardrow_new", ("orders.place_orders", "orders.read")),
    (
        gettext_lazy("New customer"),
        "person_add",
        "customers_customer_new",
        SAVES_CUSTOMERS,
    ),
    (gettext_lazy("New ticket"), "add_comment", "tickets_new", ("tickets.open_ticket",)),
)
"""What can be begun from anywhere: what it is called, its picture, its page, and what one must be allowed for it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where one can go: what it is called, where it stands, its picture."""

    title: str
    group: str
    url: str
    icon: str


def ways(request: HttpRequest, text: str) -> list[Way]:
    """Where whoever asks may go: pages with this in their name, then lists that can be searched for it."""
    places = [
        Way(str(item["title"]), str(group.get("title", "")), str(item["link"]), item["icon"])
        for group in navigation(request)
        for item in group["items"]
    ]
    lists = {reverse(f"admin:{name}_changelist") for name in SEARCHED}
    look = _("Look for “{text}”").format(text=text)
    places = [*_begun(request), *places]
    named = [place for place in places if text.casefold() in place.title.casefold()]
    return named + [
        Way(look, place.title, f"{place.url}?{urlencode({'q': text})}", "search") for place in places if place.url in lists
    ]


def _begun(request: HttpRequest) -> list[Way]:
    return [
        Way(str(title), "", reverse(f"admin:{name}"), icon)
        for title, icon, name, needed in BEGUN
        if all(may(request, one) for one in needed)
    ]


def palette_view(request: HttpRequest, more: dict[str, Any]) -> TemplateResponse:
    """What is shown below what was typed."""
    text = request.GET.get("s", "").strip()[:LONGEST]
    return TemplateResponse(request, "backoffice/palette.html", {**more, "ways": ways(request, text) if text else []})
