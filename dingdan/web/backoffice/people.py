"""Customers: the list, and where the page about one and all that is done with it are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dingdan.insight.rollups.queries import figures_of, segments_of
from dingdan.integrations.importers.registers.parties import Customers as CustomerRegister
from dingdan.kernel import clock
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import contacts_of, found_by, tags_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import listed_badge
from dingdan.web.backoffice.customer_acts import ACTS
from dingdan.web.backoffice.customer_filters import ASKS, READY, SORTS, STATE
from dingdan.web.backoffice.customer_merging import merge_view
from dingdan.web.backoffice.customer_page import customer_page
from dingdan.web.backoffice.customer_privacy import erase_view, export_view
from dingdan.web.backoffice.neighbors import neighbors
from dingdan.web.backoffice.pages import Cell, Page
from dingdan.web.backoffice.registers.kept import Kept
from dingdan.web.backoffice.words import word


class Customers(Kept):
    """Who buys. What is personal lies in rows that can be erased."""

    register = CustomerRegister
    acts: ClassVar = ACTS
    when_empty = _("No customer yet. Whoever orders with an account becomes one; others are written down here or come by a file.")
    list_display = ("customer_number", "name", "email", "phone", "segment", "orders", "kept", "customer_state")
    more_columns = ("company", "kind_shown", "group_shown", "tags_shown", "language_shown", "ordered")
    asks = ASKS
    sorts = SORTS
    ready_views = READY
    search_fields = ("number",)
    search_help_text = _("Number, name, e-mail or phone")
    ordering = ("-id",)
    sortable_by = ()

    def get_urls(self) -> list[URLPattern]:
        """The list, the pages and their forms, and beside them what a person may ask for, and who else they may be."""
        wrap, forms = self.admin_site.admin_view, require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("<uuid:object_id>/merge/", wrap(forms(merge_view)), name=f"{self._name}_merge"),
            path("<uuid:object_id>/forget/", wrap(forms(erase_view)), name=f"{self._name}_forget"),
            path("<uuid:object_id>/hand-out/", wrap(require_POST(export_view)), name=f"{self._name}_hand_out"),
            *super().get_urls(),
        ]

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """The columns that whoever asks chose; whoever may save many at once ticks them here."""
        columns = self.arrangement(request).columns
        return ("chosen", *columns) if self.may_save(request) else columns

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """By what customers are found by. Without a search, those who are another customer now are left out unless asked for."""
        asked = found_by(search_term)
        if asked is not None:
            return queryset.filter(asked), False
        return (queryset if request.GET.get(STATE) else queryset.exclude(state="merged")), False

    def filled(self, rows: Sequence[Any], columns: Sequence[str]) -> Sequence[Any]:
        """With how to reach each, and with what the chosen columns need besides: a question for all rows at once."""
        ids = [row.pk for row in rows]
        contacts = contacts_of(ids)
        figures = figures_of(ids) if {"orders", "kept", "ordered"} & set(columns) else {}
        segments = segments_of(ids, at=clock.now()) if "segment" in columns else {}
        tags = tags_of(ids) if "tags_shown" in columns else {}
        for row in rows:
            row.contact, row.figures = contacts.get(row.pk), figures.get(row.pk, {})
            row.segment_code, row.words = segments.get(row.pk, ""), tags.get(row.pk, [])
        return rows

    def page_for(self, request: HttpRequest, row: Customer) -> Page:
        """Everything about a customer, with what whoever asks may do."""
        page = customer_page(request, row, self.do)
        is_edited = self._is_edited(request) and row.erased_at is None and row.merged_into_id is None
        edit = [Cell(_("Change the customer"), url=reverse(f"admin:{self._name}_edit", args=[row.pk]))] if is_edited else []
        return replace(page, links=[*edit, *page.links], around=neighbors(request, row))

    @display(description=_("Number"))
    def customer_number(self, row: Customer) -> str:
        return row.number

    @display(description=_("Name"))
    def name(self, row: Any) -> str:
        return (row.contact and (row.contact.name or row.contact.company)) or show.NOTHING

    @display(description=_("E-mail"))
    def email(self, row: Any) -> str:
        return (row.contact and row.contact.email) or show.NOTHING

    @display(description=_("Phone"))
    def phone(self, row: Any) -> str:
        return (row.contact and row.contact.phone) or show.NOTHING

    @display(description=_("Company"))
    def company(self, row: Any) -> str:
        return (row.contact and row.contact.company) or show.NOTHING

    @display(description=_("Segment"))
    def segment(self, row: Any) -> str:
        return listed_badge(row.segment_code)

    @display(description=_("Orders"))
    def orders(self, row: Any) -> str:
        return show.count(sum(one.orders for one in row.figures.values()))

    @display(description=_("Bought and kept"))
    def kept(self, row: Any) -> str:
        return " · ".join(show.money(one.kept, currency) for currency, one in row.figures.items()) or show.NOTHING

    @display(description=_("Ordered for, in all"))
    def ordered(self, row: Any) -> str:
        return " · ".join(show.money(one.total, currency) for currency, one in row.figures.items()) or show.NOTHING

    @display(description=_("State"))
    def customer_state(self, row: Customer) -> str:
        return listed_badge("forgotten" if row.erased_at else row.state)

    @display(description=_("Kind"))
    def kind_shown(self, row: Customer) -> str:
        return word(row.kind)

    @display(description=_("Group"))
    def group_shown(self, row: Customer) -> str:
        return row.group or show.NOTHING

    @display(description=_("Tags"))
    def tags_shown(self, row: Any) -> str:
        return ", ".join(row.words) or show.NOTHING

    @display(description=_("Language"))
    def language_shown(self, row: Customer) -> str:
        return row.language
