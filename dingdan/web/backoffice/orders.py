"""Orders: the list, and a page with everything about one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.admin import display
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.automation.imprint import address_lines
from dingdan.automation.models import Notice
from dingdan.automation.words import method_name, named_method
from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, order_counts, rows
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.aftersales.queries import claims_of, standing
from dingdan.trade.changes.lifecycle import CHANGE_LIFE
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import changes_of
from dingdan.trade.changes.rules import BETWEEN
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.lifecycle import ORDER_LIFE
from dingdan.trade.orders.models import Contact, Order, OrderLine, OrderNote
from dingdan.trade.review.queries import reviews_of
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.web.backoffice import after_sales, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.after_sales import after_sale_links
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge, number
from dingdan.web.backoffice.bulk_form import START
from dingdan.web.backoffice.changing import CHANGE, UNDO, change_view, kinds_shown, undo_view
from dingdan.web.backoffice.filters import ByChannel, ByDate, BySku, by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Section, Table
from dingdan.web.backoffice.paying import pay_links, pay_view
from dingdan.web.backoffice.regrouping import MERGE, SPLIT, apart_view, regroup_view, ungroup_view
from dingdan.web.backoffice.spending import spend_links, spend_view
from dingdan.web.backoffice.tickets import tickets_of_order
from dingdan.web.backoffice.waiting import Awaited
from dingdan.web.backoffice.words import word

_COUNTED = {"state": ORDER_LIFE.states, "payment_status": list(PaymentStatus), "fulfillment_status": list(FulfillmentStatus)}


def _count(request: HttpRequest, field: str) -> dict[str, int] | None:
    """How many orders have each code, as far as that is kept: nobody knows it of a search or of a day."""
    if any(value and name not in (*_COUNTED, PAGE_VAR) for name, value in request.GET.items()):
        return None
    chosen = {name: request.GET[name] for name, codes in _COUNTED.items() if request.GET.get(name) in codes}
    found: dict[str, int] = getattr(order_counts(chosen), field)
    return found


class Orders(Shown):
    """The list of orders is the board's, which follows the journal within a second."""

    many = _("Orders")
    permission = "orders.read"
    list_display = ("order_number", "placed", "customer_name", "total_shown", "payment", "fulfillment", "order_state")
    list_filter = (
        by_state("payment_status", _("Payment"), PaymentStatus, count=_count),
        by_state("fulfillment_status", _("Fulfillment"), FulfillmentStatus, count=_count),
        by_state("state", _("State"), ORDER_LIFE.states, count=_count),
        Awaited,
        ByChannel,
        BySku,
        ("placed_at", ByDate),
    )
    search_fields = ("number",)
    search_help_text = _("Number, name, e-mail, phone, SKU or tracking number")
    ordering = ("-placed_at", "-id")
    sortable_by = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[BoardRow], search_term: str
    ) -> tuple[QuerySet[BoardRow], bool]:
        """The board knows what an order is found by."""
        return (queryset & rows(Wanted(q=search_term)) if search_term.strip() else queryset), False

    list_display_links = ("order_number",)

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:
        """Whoever may change many orders at once ticks them here."""
        return ("chosen", *self.list_display) if may(request, START) else self.list_display

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and the way from it to a change of what was ticked, or of everything that is listed."""
        more = dict(extra_context or {})
        if may(request, START):
            asked = request.GET.copy()
            asked.pop(PAGE_VAR, None)
            more |= {"bulk_url": reverse("admin:changes_bulk_new"), "bulk_filter": urlencode({"filter": asked.urlencode()})}
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

    def get_urls(self) -> list[URLPattern]:
        """The list and the page, and what changes an order."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
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
        """The page, with the ways to change the order for those who may."""
        page, name = self.page(row, undoing=may(request, UNDO)), f"admin:{self.opts.app_label}_{self.opts.model_name}"
        links = [*page.links, *pay_links(request, row.id)]
        if may(request, CHANGE):
            links.append(Cell(_("Change the order"), url=reverse(f"{name}_changes", args=[row.id])))
        if may(request, SPLIT) or may(request, MERGE):
            links.append(Cell(_("Split or merge"), url=reverse(f"{name}_regroup", args=[row.id])))
        return replace(page, links=[*links, *spend_links(request, row.id), *after_sale_links(request, row.id)])

    def page(self, row: BoardRow, *, undoing: bool = False) -> Page:
        order = orders.order(row.id)
        tally = tallies_of([order.id]).get(order.id)
        receivable = payments.receivable_of("order", [order.id]).get(order.id)
        badges = [badge(order.state), badge(receivable.payment_status if receivable else "")]
        badges.append(badge(tally.fulfillment_status if tally else FulfillmentStatus.NOTHING_TO_SHIP))
        review = reviews_of([order.id]).get(order.id) if order.in_review else None
        sections: list[Section] = [_summary(order), _people(order), _lines(order), _money(order, receivable), *_papers(order)]
        sections += [
            *_changes(order, undoing=undoing),
            *_shipments(order),
            *_returns(order),
            *_claims(order),
            *tickets_of_order(order.id),
        ]
        sections += [*_notes(order), *_mails(order.id), history(order.id)]
        return Page(
            title=str(_("Order {number}")).format(number=order.number),
            badges=[one for one in badges if one.text],
            lead=f"{show.money(order.total, order.currency)} · {show.moment(order.placed_at)}",
            links=[Cell(_("Waits for a review"), url=link("review", review.id))] if review else (),
            sections=sections,
        )


def _summary(order: Order) -> Facts:
    return Facts(
        _("Order"),
        [
            (_("Number"), order.number),
            (_("Placed at"), show.moment(order.placed_at)),
            (_("Channel"), order.channel.name),
            (_("External number"), order.external_id or ""),
            (_("Customer"), Cell(order.customer.number, url=link("customer", order.customer_id)) if order.customer else ""),
            (_("Payment"), named_method(order.payment_method, order.language) if order.payment_method else ""),
            (_("Shipping"), order.shipping_name or order.shipping_method),
            (_("To be sent by"), show.moment(order.promised_at) if order.promised_at else ""),
            (_("Expires unless paid"), show.moment(order.expires_at) if order.expires_at else ""),
            (_("On hold because"), order.hold_reason),
            (_("Language"), order.language),
            (_("Tags"), ", ".join(order.tags.order_by("tag").values_list("tag", flat=True))),
            (_("Customer's note"), order.customer_note),
        ],
    )


def _people(order: Order) -> Facts:
    same = order.bill_to_id == order.ship_to_id
    return Facts(
        _("Customer"),
        [
            (_("Shipping address"), _person(order.ship_to)),
            (_("Billing address"), _("The same") if same else _person(order.bill_to)),
            (_("E-mail"), order.bill_to.email or order.ship_to.email),
            (_("Phone"), order.bill_to.phone or order.ship_to.phone),
            (_("Forgotten"), show.moment(order.ship_to.erased_at) if order.ship_to.erased_at else ""),
        ],
    )


def _person(person: Contact) -> str:
    return "\n".join(address_lines(person, show.locale()))


def counted(quantity: int, variant: Variant | None) -> str:
    """A quantity with its unit, where that is not pieces."""
    unit = UNITS[variant.unit] if variant else UNITS["piece"]
    return plain_quantity(quantity, unit) + ("" if unit.code == "piece" else f" {unit.code}")


def _lines(order: Order) -> Table:
    lines = {line.id: line for line in OrderLine.objects.filter(order=order).select_related("variant").order_by("position")}
    kept = {line.id: line.kept_total for line in standing(order.id).lines}
    taken = {line.replaces_id for line in lines.values() if line.replaces_id and line.canceled < line.quantity}
    shown = [line for line in lines.values() if line.canceled < line.quantity or not (line.id in taken or line.replaces_id)]
    parts = [
        (_("Goods"), order.goods),
        (_("Discount"), -order.discount),
        (pgettext_lazy("money", "Shipping"), order.shipping),
    ]
    tax = _("Tax contained in it") if order.prices_include_tax else _("Tax")
    totals = [(label, show.money(amount, order.currency)) for label, amount in parts if amount]
    tax_row = [(tax, show.money(order.tax, order.currency))] if order.tax else []
    total = [(_("Total"), show.money(order.total, order.currency))]
    return Table(
        _("Lines"),
        [_("Article"), _("Quantity"), _("Unit price"), _("Tax"), _("Total")],
        [_line(order, line, lines.get(line.replaces_id) if line.replaces_id else None, total=kept[line.id]) for line in shown],
        totals=[*totals, *total, *tax_row] if order.prices_include_tax else [*totals, *tax_row, *total],
    )


def _line(order: Order, line: OrderLine, before: OrderLine | None, *, total: int) -> list[Cell]:
    gone = str(_("{quantity} canceled")).format(quantity=counted(line.canceled, line.variant)) if line.canceled else ""
    off = str(_("{amount} discount")).format(amount=show.money(line.discount, order.currency)) if line.discount else ""
    said = [line.sku, str(_("held back")) if line.held else "", _instead(order, line, before) if before else ""]
    return [
        Cell(line.name, url=link("variant", line.variant_id), small=" · ".join(filter(None, said))),
        Cell(counted(line.quantity, line.variant), small=gone, is_number=True),
        Cell(show.unit_price(line.unit_price, order.currency), small=off, is_number=True),
        number(f"{line.tax_name} {show.percent(line.tax_rate)}".strip() if line.tax_rate else show.NOTHING),
        number(show.money(total, order.currency)),
    ]


def _instead(order: Order, line: OrderLine, before: OrderLine) -> str:
    """What a line took the place of, where that was another article or had another price."""
    price = show.unit_price(before.unit_price, order.currency)
    if before.variant_id != line.variant_id:
        return str(_("instead of {article} at {price}")).format(article=before.sku or before.name, price=price)
    return str(_("was {price}")).format(price=price) if before.unit_price != line.unit_price else ""


def _changes(order: Order, *, undoing: bool) -> Iterator[Table]:
    found = list(changes_of(order.id))
    if found:
        yield Table(
            _("Changes"),
            [_("Date"), _("Change"), _("State"), _("Now it says"), _("Difference"), *([_("Undo")] if undoing else [])],
            [
                [
                    Cell(show.moment(one.undone_at or one.applied_at)),
                    Cell(kinds_shown(one.kinds)),
                    badge(one.state),
                    Cell(
                        show.money(one.total_after, order.currency),
                        small=show.money(one.total_before, order.currency),
                        is_number=True,
                    ),
                    number(show.money(one.difference, order.currency)),
                    *([_undo(order, one)] if undoing else []),
                ]
                for one in found
            ],
        )


def _undo(order: Order, change: Change) -> Cell:
    """The way to what would come of taking a change back."""
    if change.state != CHANGE_LIFE.initial:
        return Cell(show.NOTHING)
    way = "ungroup" if BETWEEN.keys() & set(change.kinds) else "undo"
    return Cell(_("Undo"), url=reverse(f"admin:board_boardrow_{way}", args=[order.id, change.id]))


def _money(order: Order, receivable: payments.ReceivableView | None) -> Table:
    found = payments.payments_of("order", [order.id]).get(order.id, [])
    table = [
        [
            Cell(show.moment(one.captured_at or one.requested_at), url=link("payment", one.id)),
            Cell(one.means or method_name(one.gateway), small=one.gateway_reference),
            badge(one.state),
            number(show.money(sum(share.amount for share in one.shares), one.currency)),
            number(show.money(sum(share.refunded for share in one.shares) or None, one.currency)),
        ]
        for one in found
    ]
    totals = []
    if receivable:
        parts = [(_("Owed"), receivable.amount), (_("Paid"), receivable.allocated), (_("Given back"), receivable.refunded)]
        parts += [(_("Invoiced"), receivable.invoiced), (_("Credited"), receivable.credited), (_("Still due"), receivable.due)]
        totals = [(label, show.money(amount, order.currency)) for label, amount in parts if amount or label == _("Still due")]
    return Table(_("Money"), [_("Date"), _("Method"), _("State"), _("Amount"), _("Given back")], table, totals=totals)


def _papers(order: Order) -> Iterator[Table]:
    papers: list[Invoice | CreditNote] = [*Invoice.objects.filter(order=order).order_by("id")]
    papers += CreditNote.objects.filter(order=order).order_by("id")
    if papers:
        yield Table(
            _("Invoices and credit notes"),
            [_("Number"), _("Date"), _("Total")],
            [
                [
                    Cell(
                        one.number,
                        url=link("invoice" if isinstance(one, Invoice) else "credit_note", one.id),
                        small=str(_("Invoice") if isinstance(one, Invoice) else _("Credit note")),
                    ),
                    Cell(show.day(one.issued_on)),
                    number(show.money(one.total, one.currency)),
                ]
                for one in papers
            ],
        )


def _shipments(order: Order) -> Iterator[Table]:
    shipments = list(Shipment.objects.filter(order=order).select_related("node").order_by("id"))
    inside = ShipmentLine.objects.filter(shipment__order=order, quantity__gt=0).select_related("demand__variant").order_by("id")
    by_shipment: dict[UUID, list[str]] = {}
    for line in inside:
        text = f"{counted(line.quantity, line.demand.variant)} × {line.demand.variant.sku}"
        by_shipment.setdefault(line.shipment_id, []).append(text)
    if shipments:
        yield Table(
            _("Shipments"),
            [_("Number"), _("State"), _("From"), _("Tracking number"), _("Date")],
            [
                [
                    Cell(one.number, small=", ".join(by_shipment.get(one.id, []))),
                    badge(one.state),
                    Cell(one.node.name),
                    Cell(one.tracking_number or show.NOTHING, small=one.carrier),
                    Cell(show.moment(one.delivered_at or one.shipped_at or one.packed_at or one.planned_at)),
                ]
                for one in shipments
            ],
        )


def _returns(order: Order) -> Iterator[Table]:
    found = list(Return.objects.filter(order=order).select_related("node").order_by("id"))
    lines: dict[UUID, list[ReturnLine]] = {}
    for line in ReturnLine.objects.filter(rma__order=order).select_related("order_line").order_by("id"):
        lines.setdefault(line.rma_id, []).append(line)
    if found:
        yield Table(
            _("Returns"),
            [_("Number"), _("State"), _("To"), _("Given back"), _("Date")],
            [
                [
                    Cell(
                        one.number,
                        url=link("return", one.id),
                        small=", ".join(f"{row.quantity} × {row.order_line.sku}" for row in lines.get(one.id, [])),
                    ),
                    badge(one.state),
                    Cell(one.node.name),
                    number(show.money(sum(row.refund for row in lines.get(one.id, [])), order.currency)),
                    Cell(show.moment(one.closed_at or one.inspected_at or one.received_at or one.authorized_at)),
                ]
                for one in found
            ],
        )


def _claims(order: Order) -> Iterator[Table]:
    found = list(claims_of(order.id))
    if found:
        yield Table(
            _("Claims"),
            [_("Number"), _("State"), _("Resolution"), _("Given back"), _("Date")],
            [
                [
                    Cell(
                        one.number,
                        url=link("claim", one.id),
                        small=", ".join(f"{row.quantity} × {row.order_line.sku}" for row in one.lines.all()),
                    ),
                    badge(one.state),
                    Cell(word(one.resolution) or show.NOTHING),
                    number(show.money(sum(row.refund for row in one.lines.all()), order.currency)),
                    Cell(show.moment(one.resolved_at or one.filed_at)),
                ]
                for one in found
            ],
        )


def _notes(order: Order) -> Iterator[Table]:
    notes = list(OrderNote.objects.filter(order=order).order_by("id"))
    if notes:
        yield Table(
            _("Notes"),
            [_("Date"), _("Note"), _("For")],
            [
                [Cell(show.moment(one.written_at)), Cell(one.text), Cell(_("The customer") if one.to_customer else _("Staff"))]
                for one in notes
            ],
        )


def _mails(order_id: UUID) -> Iterator[Table]:
    mails: list[Any] = list(Notice.objects.filter(order_id=order_id).order_by("id"))
    if mails:
        yield Table(
            _("Mails"),
            [_("Mail"), _("State"), _("Date")],
            [
                [
                    Cell(word(one.kind), url=link("notice", one.id)),
                    badge(one.state),
                    Cell(show.moment(one.sent_at or one.queued_at)),
                ]
                for one in mails
            ],
        )
