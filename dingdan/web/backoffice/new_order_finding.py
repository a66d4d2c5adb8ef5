"""What is found while an order is taken: customers by half a name or phone, articles by SKU, name or barcode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from dingdan.kernel import clock
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.inventory import queries as inventory
from dingdan.masterdata.catalog.queries import sold_like
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact
from dingdan.masterdata.customers.queries import contacts_of, found_by
from dingdan.masterdata.pricing.queries import price_book
from dingdan.masterdata.pricing.rules import price_at
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.new_order_form import NewOrder, Row, new_order
from dingdan.web.backoffice.words import word

NEW: Final = "orders.place_orders"
MOST_FOUND: Final = 8
LONGEST: Final = 100


def require_place(request: HttpRequest) -> None:
    """Let nobody on who may not place orders here."""
    if not (may(request, NEW) and may(request, "orders.read")):
        raise PermissionDenied


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer with one of the places they live at, and what choosing it writes into the form."""

    title: str
    small: str
    state: str
    fills: Mapping[str, str]


def fills_of(customer: Customer, contact: CustomerContact | None, addresses: Sequence[Address]) -> dict[str, str]:
    """What a customer, at the first of these addresses, fills into the form."""
    address = addresses[0] if addresses else None
    names = ("street_address", "city_area", "city", "postal_code", "country_area", "country_code")
    place = {name: str(getattr(address, name)) for name in names} if address else {}
    return {
        "customer": str(customer.id),
        "name": (address and address.name) or (contact.name if contact else ""),
        "company": (address and address.company_name) or (contact.company if contact else ""),
        "phone": (address and address.phone) or (contact.phone if contact else ""),
        "email": contact.email if contact else "",
        **place,
    }


def customers_view(request: HttpRequest) -> HttpResponse:
    """The customers that a search finds, each with every address of theirs."""
    require_place(request)
    if not may(request, "customers.read"):
        raise PermissionDenied
    asked = found_by(request.GET.get("q", "")[:LONGEST])
    rows = Customer.objects.filter(asked, erased_at=None, merged_into=None).order_by("-id") if asked is not None else None
    found = list(rows.distinct()[:MOST_FOUND]) if rows is not None else []
    return TemplateResponse(
        request, "backoffice/new_order_customers.html", {"choices": _choices(found), "is_asked": rows is not None}
    )


def _choices(found: Sequence[Customer]) -> list[Choice]:
    contacts = contacts_of(one.id for one in found)
    lived: dict[object, list[Address]] = {}
    for address in Address.objects.filter(customer__in=[one.id for one in found], retired_at=None).order_by("-is_default", "id"):
        lived.setdefault(address.customer_id, []).append(address)
    choices = []
    for one in found:
        contact = contacts.get(one.id)
        name = (contact and (contact.name or contact.company)) or one.number
        reached = [one.number, contact.phone if contact else "", contact.email if contact else ""]
        homes: Sequence[Address | None] = lived.get(one.id) or [None]
        for home in homes[:3]:
            place = " ".join(filter(None, (home.postal_code, home.city, home.street_address))) if home else ""
            small = " · ".join(filter(None, (*reached, place.replace("\n", ", "))))
            state = word(one.state) if one.state != "active" else ""
            choices.append(Choice(name, small, state, fills_of(one, contact, [home] if home else [])))
    return choices


@dataclass(frozen=True, slots=True)
class Article:
    """An article that is found: what it is, costs, and how many of it there are; and its row in the form."""

    row: Row
    small: str
    is_exact: bool


def articles_view(request: HttpRequest) -> HttpResponse:
    """The articles that a search finds, with what they cost in a channel and how many can be promised."""
    require_place(request)
    asked = request.GET.get("q", "")[:LONGEST].strip()
    form = new_order(request, request.GET, key="")
    found = sold_like(asked, most=MOST_FOUND)
    context = {"articles": _articles(form, found, asked), "is_asked": bool(asked), "form": form}
    return TemplateResponse(request, "backoffice/new_order_articles.html", context)


def _articles(form: NewOrder, found: Sequence[Sellable], asked: str) -> list[Article]:
    prices, stock = _prices(form, found), inventory.figures(one.id for one in found)
    articles = []
    for one in found:
        free = max(0, sum(at.available for at in stock[one.id].values()))
        there = _("{count} can be promised").format(count=plain_quantity(free, UNITS[one.unit])) if one.needs_stock else ""
        small = " · ".join(filter(None, (one.sku, prices.get(one.sku, _("no price here")), there)))
        articles.append(Article(Row(one.sku, name=one.name), small, asked in (one.sku, one.barcode)))
    return articles


def _prices(form: NewOrder, found: Sequence[Sellable]) -> dict[str, str]:
    """What one of each costs in the chosen channel, to the chosen customer."""
    if form.channel is None:
        return {}
    currency, group = form.channel.currency, form.customer.group if form.customer else ""
    ids = [one.id for one in found]
    book = price_book(form.channel.id, ids, customer_group=group, on=clock.now().date(), currency=currency)
    offers = {one.sku: price_at(book.get(one.id, ()), 1) for one in found}
    return {sku: show.unit_price(offer.unit_price, currency) for sku, offer in offers.items() if offer}
