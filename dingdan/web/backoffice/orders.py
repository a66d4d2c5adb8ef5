"""Orders: the list, and where the page about one and all that is done with it are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.admin import display
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, rows
from dingdan.kernel.money import exponent
from dingdan.masterdata.channels.queries import all_channels
from dingdan.web.backoffice import after_sales, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Acting
from dingdan.web.backoffice.base import listed_badge
from dingdan.web.backoffice.bulk_form import START
from dingdan.web.backoffice.changing import change_view, undo_view
from dingdan.web.backoffice.keyset import PLACES, Listing
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.new_order import new_order_view
from dingdan.web.backoffice.new_order_finding import NEW, articles_view, customers_view
from dingdan.web.backoffice.order_acts import ACTS
from dingdan.web.backoffice.order_filters import ASKS, READY, SORTS, counts_for
from dingdan.web.backoffice.order_page import order_page
from dingdan.web.backoffice.pages import Page
from dingdan.web.backoffice.paying import pay_view
from dingdan.web.backoffice.printing import PAPERS, PRINT, print_view
from dingdan.web.backoffice.regrouping import apart_view, regroup_view, ungroup_view
from dingdan.web.backoffice.spending import spend_view
from dingdan.web.backoffice.words import word


def _amount(row: BoardRow) -> Decimal:
    return Decimal(row.total).scaleb(-exponent(row.currency))


class Orders(Acting):
    """The list of orders is the board's, which follows the journal within a second."""

    many = _("Orders")
    permission = "orders.read"
    list_display = ("order_number", "placed", "customer_name", "total_shown", "payment", "fulfillment", "order_state")
    more_columns = (
        "channel",
        "country_shown",
        "promised",
        "units_shown",
        "waiting_shown",
        "review",
        "tags_shown",
        "external",
        "currency_shown",
    )
    list_display_links = ("order_number",)
    asks = ASKS
    acts = ACTS
    sorts = SORTS
    ready_views = READY
    search_fields = ("number",)
    search_help_text = _("Number, name, e-mail, phone, SKU or tracking number")
    ordering = ("-placed_at", "-id")
    sortable_by = ()
    plain_values: ClassVar = {
        "placed": lambda row: row.placed_at,
        "promised": lambda row: row.promised_at or "",
        "customer_name": lambda row: row.name,
        "total_shown": _amount,
        "payment": lambda row: word(row.payment_status),
        "fulfillment": lambda row: word(row.fulfillment_status),
        "order_state": lambda row: word(row.state),
        "units_shown": lambda row: row.units,
        "waiting_shown": lambda row: row.waiting,
    }

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[BoardRow], search_term: str
    ) -> tuple[QuerySet[BoardRow], bool]:
        """The board knows what an order is found by."""
        return (queryset & rows(Wanted(q=search_term)).order_by() if search_term.strip() else queryset), False

    def filled(self, rows: Sequence[BoardRow], columns: Sequence[str]) -> Sequence[BoardRow]:
        """With the names of channels, which the board does not have, where they are shown."""
        if "channel" in columns:
            names = {one.id: named(one) for one in all_channels()}
            for row in rows:
                row.channel_name = names.get(row.channel_id, "")  # type: ignore[attr-defined]
        return rows

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:
        """Whoever may change or print many orders at once ticks them here."""
        ticks = may(request, START) or may(request, PRINT)
        return ("chosen", *super().get_list_display(request)) if ticks else super().get_list_display(request)

    def count_of(self, request: HttpRequest, listing: Listing) -> int | None:
        """How many orders fit, where that is kept; nobody counts those that a search finds."""
        found = counts_for(request) if listing.sort is None or listing.sort.only is None else None
        return found.orders if found else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and the way from it to a change of what was ticked, or of everything that is listed."""
        more = dict(extra_context or {})
        if may(request, START):
            asked = request.GET.copy()
            for name in (PAGE_VAR, *PLACES):
                asked.pop(name, None)
            more |= {"bulk_url": reverse("admin:changes_bulk_new"), "bulk_filter": urlencode({"filter": asked.urlencode()})}
        if may(request, NEW):
            more |= {"new_url": reverse("admin:board_boardrow_new"), "new_text": _("New order")}
        if may(request, PRINT):
            more |= {"print_url": reverse("admin:board_boardrow_print"), "papers": list(PAPERS.items())}
        return super().changelist_view(request, more)

    @display(description=_("Choose"))
    def chosen(self, row: BoardRow) -> str:
        return format_html(
            '<input type="checkbox" name="id" form="bo-chosen" value="{}" aria-label="{} {}">', row.pk, _("Choose"), row.number
        )

    @display(description=_("Order"))
    def order_number(self, row: BoardRow) -> str:
        return row.number

    @display(description=_("Date"))
    def placed(self, row: BoardRow) -> str:
        return show.moment(row.placed_at)

    @display(description=_("Customer"))
    def customer_name(self, row: BoardRow) -> str:
        return row.name or show.NOTHING

    @display(description=_("Total"))
    def total_shown(self, row: BoardRow) -> str:
        return show.money(row.total, row.currency)

    @display(description=_("Payment"))
    def payment(self, row: BoardRow) -> str:
        return listed_badge(row.payment_status)

    @display(description=_("Fulfillment"))
    def fulfillment(self, row: BoardRow) -> str:
        return listed_badge(row.fulfillment_status)

    @display(description=_("State"))
    def order_state(self, row: BoardRow) -> str:
        return listed_badge(row.state)

    @display(description=_("Channel"))
    def channel(self, row: BoardRow) -> str:
        return str(getattr(row, "channel_name", "")) or show.NOTHING

    @display(description=_("Country"))
    def country_shown(self, row: BoardRow) -> str:
        return row.country or show.NOTHING

    @display(description=_("To be sent by"))
    def promised(self, row: BoardRow) -> str:
        return show.moment(row.promised_at)

    @display(description=_("Pieces"))
    def units_shown(self, row: BoardRow) -> str:
        return show.count(row.units)

    @display(description=_("Backordered"))
    def waiting_shown(self, row: BoardRow) -> str:
        return show.count(row.waiting) if row.waiting else show.NOTHING

    @display(description=_("Review"))
    def review(self, row: BoardRow) -> str:
        return listed_badge("in_review") if row.in_review else show.NOTHING

    @display(description=_("Tags"))
    def tags_shown(self, row: BoardRow) -> str:
        return ", ".join(row.tags) or show.NOTHING

    @display(description=_("External number"))
    def external(self, row: BoardRow) -> str:
        return row.external_id or show.NOTHING

    @display(description=_("Currency"))
    def currency_shown(self, row: BoardRow) -> str:
        return row.currency

    def get_urls(self) -> list[URLPattern]:
        """The list and the page, and what changes an order."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("print/", wrap(print_view), name=f"{name}_print"),
            path("new/", wrap(require_http_methods(["GET", "HEAD", "POST"])(new_order_view)), name=f"{name}_new"),
            path("new/articles/", wrap(require_safe(articles_view)), name=f"{name}_new_article_what"),
            path("new/customers/", wrap(require_safe(customers_view)), name=f"{name}_new_customer_what"),
            *super().get_urls(),
            path("<uuid:object_id>/after-sales/", wrap(after_sales.page_view), name=f"{name}_aftersales"),
            path("<uuid:object_id>/after-sales/<slug:name>/", wrap(after_sales.act_view), name=f"{name}_aftersales_do"),
            path("<uuid:object_id>/pay/", wrap(pay_view), name=f"{name}_pay"),
            path("<uuid:object_id>/changes/", wrap(change_view), name=f"{name}_changes"),
            path("<uuid:object_id>/changes/<uuid:change_id>/undo/", wrap(undo_view), name=f"{name}_undo"),
            path("<uuid:object_id>/regroup/", wrap(regroup_view), name=f"{name}_regroup"),
            path("<uuid:object_id>/spend/", wrap(spend_view), name=f"{name}_spend"),
            path("<uuid:object_id>/spend/<slug:by>/", wrap(spend_view), name=f"{name}_spend_by"),
            path("<uuid:object_id>/apart/", wrap(apart_view), name=f"{name}_apart"),
            path("<uuid:object_id>/regroup/<uuid:change_id>/undo/", wrap(ungroup_view), name=f"{name}_ungroup"),
        ]

    def page_for(self, request: HttpRequest, row: BoardRow) -> Page:
        """Everything about an order, with what whoever asks may do with it."""
        return order_page(request, row)
