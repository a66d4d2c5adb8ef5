"""Customers, and keys of programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import display
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.insight.board.models import BoardRow
from dingdan.integrations.importers.registers.parties import Customers as CustomerRegister
from dingdan.kernel.contact import email_key
from dingdan.masterdata.customers.commands import block_customer, unblock_customer
from dingdan.masterdata.customers.lifecycle import CUSTOMER_LIFE
from dingdan.masterdata.customers.models import Address, Consent, Customer, CustomerContact, CustomerIdentity
from dingdan.masterdata.customers.rules import CustomerKind
from dingdan.web.backoffice import saved, show
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Table
from dingdan.web.backoffice.registers.kept import Kept, turned
from dingdan.web.backoffice.words import word

ORDERS_SHOWN = 50


class Customers(Kept):
    """Who buys. What is personal lies in rows that can be erased."""

    register = CustomerRegister
    turns_at: ClassVar = {"active": ("block",), "blocked": ("unblock",)}
    acts: ClassVar = {
        "block": turned(block_customer, "customer_id", _("They can order nothing for now.")),
        "unblock": turned(unblock_customer, "customer_id", _("They can order again.")),
        **saved.ACTS,
    }
    list_display = ("customer_number", "name", "email", "phone", "kind_shown", "customer_state")
    list_filter = (by_state("kind", _("Kind"), CustomerKind), by_state("state", _("State"), CUSTOMER_LIFE.states))
    search_fields = ("number",)
    search_help_text = _("Number, name, e-mail or phone")
    ordering = ("-id",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """With name, e-mail and phone beside each."""
        found: QuerySet[Customer] = super().get_queryset(request)
        return found.annotate(
            who=F("contacts__name"), firm=F("contacts__company"), mail=F("contacts__email"), call=F("contacts__phone")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """By number, e-mail and phone as they are; by any part of a name."""
        term = search_term.strip()
        if not term:
            return queryset, False
        asked = Q(number__iexact=term) | Q(contacts__email_key=email_key(term)) | Q(contacts__phone=term.replace(" ", ""))
        return queryset.filter(asked | Q(contacts__name__icontains=term) | Q(contacts__company__icontains=term)), False

    @display(description=_("Number"))
    def customer_number(self, row: Customer) -> str:
        return row.number

    @display(description=_("Name"))
    def name(self, row: Any) -> str:
        return row.who or row.firm or show.NOTHING

    @display(description=_("E-mail"))
    def email(self, row: Any) -> str:
        return row.mail or show.NOTHING

    @display(description=_("Phone"))
    def phone(self, row: Any) -> str:
        return row.call or show.NOTHING

    @display(description=_("Kind"))
    def kind_shown(self, row: Customer) -> str:
        return word(row.kind)

    @display(description=_("State"))
    def customer_state(self, row: Customer) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """What whoever asks sees: the customer, and what they left to pay with again."""
        page = super().page_for(request, row)
        left = saved.sections(request, row.id, self.do(row, "forget"))
        return replace(page, sections=[*page.sections[:-1], *left, *page.sections[-1:]])

    def page(self, row: Any) -> Page:
        return Page(
            title=row.who or row.firm or row.number,
            badges=[badge(row.state)],
            lead=row.number,
            sections=[_customer(row), *_addresses(row.id), *_consents(row.id), *_orders(row.id), history(row.id)],
        )


def _customer(row: Any) -> Facts:
    contact = CustomerContact.objects.filter(customer_id=row.id).first()
    known_as = CustomerIdentity.objects.filter(customer_id=row.id).order_by("source").values_list("source", "external_id")
    return Facts(
        _("Customer"),
        [
            (_("Number"), row.number),
            (_("Kind"), word(row.kind)),
            (_("Name"), contact.name if contact else ""),
            (_("Company"), contact.company if contact else ""),
            (_("E-mail"), contact.email if contact else ""),
            (_("Phone"), contact.phone if contact else ""),
            (_("Tax number"), contact.tax_number if contact else ""),
            (_("Group"), row.group),
            (_("Language"), row.language),
            (_("Known elsewhere as"), "\n".join(f"{source}: {external_id}" for source, external_id in known_as)),
            (_("Forgotten"), show.moment(row.erased_at) if row.erased_at else ""),
        ],
    )


def _addresses(customer_id: UUID) -> Iterator[Table]:
    found = list(Address.objects.filter(customer_id=customer_id, retired_at=None).order_by("id"))
    if found:
        yield Table(
            _("Addresses"),
            [_("Address"), _("For")],
            [[Cell(_written(one)), Cell(word(one.purpose), small=str(_("Default")) if one.is_default else "")] for one in found],
        )


def _written(one: Address) -> str:
    parts = (one.name, one.company_name, one.street_address, one.postal_code, one.city_area, one.city, one.country_area)
    return ", ".join([part.replace("\n", ", ") for part in parts if part] + [one.country_code])


def _consents(customer_id: UUID) -> Iterator[Table]:
    found = list(Consent.objects.filter(customer_id=customer_id).order_by("id"))
    if found:
        yield Table(
            _("Consents"),
            [_("For"), _("Given"), _("Withdrawn")],
            [
                [
                    Cell(word(one.purpose), small=one.source),
                    Cell(show.moment(one.granted_at)),
                    Cell(show.moment(one.withdrawn_at)),
                ]
                for one in found
            ],
        )


def _orders(customer_id: UUID) -> Iterator[Table]:
    found = list(BoardRow.objects.filter(customer_id=customer_id).order_by("-placed_at", "-id")[: ORDERS_SHOWN + 1])
    if found:
        yield Table(
            _("Orders"),
            [_("Order"), _("Date"), _("Payment"), _("Fulfillment"), _("Total")],
            [
                [
                    Cell(one.number, url=link("order", one.id)),
                    Cell(show.moment(one.placed_at)),
                    badge(one.payment_status),
                    badge(one.fulfillment_status),
                    number(show.money(one.total, one.currency)),
                ]
                for one in found[:ORDERS_SHOWN]
            ],
            note=_("Only the last orders are shown.") if len(found) > ORDERS_SHOWN else "",
        )
