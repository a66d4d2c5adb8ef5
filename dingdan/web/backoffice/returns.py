"""Returns: the list, and a page for each with what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from dingdan.trade.aftersales.commands import attach_to_return
from dingdan.trade.aftersales.lifecycle import OPEN, RETURN_LIFE
from dingdan.trade.aftersales.models import Return, ReturnPiece
from dingdan.web.backoffice import return_acts, show, warranties
from dingdan.web.backoffice.after_sales import after_sale_links
from dingdan.web.backoffice.attached import Attached
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.pages import Cell, Facts, Page, Section, Table
from dingdan.web.backoffice.returns_desk import desk_urls
from dingdan.web.backoffice.returns_scanning import desk_url
from dingdan.web.backoffice.ticket_about import new_ticket, tickets_about
from dingdan.web.backoffice.typed import reason_names, rule_read
from dingdan.web.backoffice.waiting import AtTheDesk
from dingdan.web.backoffice.words import moment, word


class Returns(Attached):
    """Goods that come back, or are to."""

    many = _("Returns")
    permission = "aftersales.read"
    acts: ClassVar = return_acts.ACTS
    attaches, attach, attach_to = "aftersales.attach_to_return", attach_to_return, "return_id"
    list_display = ("return_number", "authorized", "order_number", "node_shown", "given_back", "return_state")
    asks = (AtTheDesk, by_state("state", _("State"), RETURN_LIFE.states), *by_day("authorized_at"))
    search_fields = ("number", "order__number", "tracking_number")
    search_help_text = _("Number, order or tracking number")
    ordering = ("-id",)
    sortable_by = ()

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages, and beside them the desk, and what is known of a serial number."""
        view = self.admin_site.admin_view(warranties.warranty_view)
        return [path("warranty/", view, name="returns_warranty"), *desk_urls(), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to the desk and to warranties above it."""
        more = {
            "new_url": reverse("admin:aftersales_return_desk"), "new_text": _("Returns desk"),
            "more_url": reverse("admin:returns_warranty"), "more_text": _("Warranty by serial number"),
        }  # fmt: skip
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        found: QuerySet[Return] = super().get_queryset(request)
        return found.select_related("order", "node").prefetch_related("lines")

    @display(description=_("Number"))
    def return_number(self, row: Return) -> str:
        return row.number

    @display(description=_("Date"))
    def authorized(self, row: Return) -> str:
        return show.moment(row.authorized_at)

    @display(description=_("Order"))
    def order_number(self, row: Return) -> str:
        return row.order.number

    @display(description=_("To"))
    def node_shown(self, row: Return) -> str:
        return named(row.node)

    @display(description=_("Given back"))
    def given_back(self, row: Return) -> str:
        return show.money(sum(line.refund for line in row.lines.all()), row.order.currency)

    @display(description=_("State"))
    def return_state(self, row: Return) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: Return) -> Page:
        """What comes back, what becomes of it, and what can be done now."""
        currency, customer = row.order.currency, row.order.customer
        follow_up = Cell(row.follow_up.number, url=link("order", row.follow_up_id)) if row.follow_up else ""
        facts = Facts(
            _("Return"),
            [
                (_("Order"), Cell(row.order.number, url=link("order", row.order_id))),
                (_("Customer"), Cell(customer.number, url=link("customer", customer.id)) if customer else ""),
                (_("To"), named(row.node)),
                (_("Authorized at"), show.moment(row.authorized_at)),
                (_("Carrier"), row.carrier),
                (_("Tracking number"), row.tracking_number),
                (_("Label"), Cell(row.label_url, url=row.label_url) if row.label_url else ""),
                (_("Kept back for the way back"), show.money(row.shipping_fee, currency) if row.shipping_fee else ""),
                (_("Seen on its way"), show.moment(row.scanned_at) if row.scanned_at else ""),
                (_("Arrived at the desk"), show.moment(row.arrived_at) if row.arrived_at else ""),
                (_("Received at"), show.moment(row.received_at) if row.received_at else ""),
                (_("Inspected at"), show.moment(row.inspected_at) if row.inspected_at else ""),
                (_("Money goes back"), moment(row.refund_at)),
                (_("Order in exchange"), follow_up),
                (_("Due back"), show.moment(row.due_back_at) if row.due_back_at else ""),
            ],
        )
        forms = return_acts.forms(row, self.do, self.allowed(request, *self.acts))
        sections: list[Section] = [facts, *forms, self.pictures(request, row), _lines(row, currency), *_wanted(row)]
        sections += [*_pieces(row), *tickets_about(request, row.id), history(row.id)]
        return Page(
            str(_("Return {number}")).format(number=row.number),
            [badge(row.state)],
            links=[*_to_the_desk(row), *after_sale_links(request, row.order_id), *new_ticket(request, "return", row.number)],
            sections=sections,
        )


def _to_the_desk(row: Return) -> list[Cell]:
    return [Cell(_("Look at it at the desk"), url=desk_url(row.id), badge="next")] if row.state in OPEN else []


def _lines(row: Return, currency: str) -> Table:
    lines, reasons = row.lines.select_related("order_line", "rule").order_by("id"), reason_names()
    return Table(
        _("Lines"),
        [_("Article"), _("Quantity"), _("Reason"), _("Rule"), _("Kept back"), _("Given back")],
        [
            [
                Cell(line.order_line.name, small=line.order_line.sku),
                number(f"{line.accepted} / {line.quantity}"),
                Cell(reasons.get(line.reason) or word(line.reason), small=word(line.condition)),
                Cell(rule_read(line.rule) if line.rule else show.NOTHING, small=line.override),
                Cell(show.money(line.fee or None, currency), small=_kept(line, currency), is_number=True),
                number(show.money(line.refund or None, currency)),
            ]
            for line in lines
        ],
    )


def _kept(line: Any, currency: str) -> str:
    """What was kept back for what."""
    parts = [(_("Condition"), line.wear), (_("Restocking"), line.restocking), (_("Way back"), line.shipping)]
    return ", ".join(f"{label} {show.money(amount, currency)}" for label, amount in parts if amount)


def _wanted(row: Return) -> Iterator[Table]:
    """What the customer gets in exchange."""
    wanted = list(row.wanted.select_related("variant").order_by("id"))
    if wanted:
        yield Table(
            _("In exchange"),
            [_("Article"), _("Quantity")],
            [[Cell(one.variant.sku, url=link("variant", one.variant_id)), number(show.count(one.quantity))] for one in wanted],
        )


def _pieces(row: Return) -> Iterator[Table]:
    pieces = ReturnPiece.objects.filter(line__rma=row).select_related("demand__variant").prefetch_related("gradings")
    names = [
        (_("Restocked"), "restocked"), (_("Damaged"), "damaged"), (_("To be refurbished"), "refurbished"),
        (_("Scrapped"), "scrapped"), (_("Back to the supplier"), "sent_back"),
    ]  # fmt: skip
    yield Table(
        _("Pieces"),
        [_("Article"), _("Received"), *(label for label, _name in names), _("Grades")],
        [
            [
                Cell(piece.demand.variant.sku, url=link("variant", piece.demand.variant_id)),
                number(f"{piece.received} / {piece.quantity}"),
                *(number(show.count(getattr(piece, name))) for _label, name in names),
                Cell(", ".join(f"{one.quantity} × {one.code}" for one in piece.gradings.all()) or show.NOTHING),
            ]
            for piece in pieces.order_by("id")
        ],
    )
