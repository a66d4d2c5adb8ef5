"""The page with everything about one order, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.automation.imprint import address_lines
from dingdan.automation.models import Notice
from dingdan.automation.words import method_name, named_method
from dingdan.insight.board.models import BoardRow
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.aftersales.queries import claims_of, standing
from dingdan.trade.changes.lifecycle import CHANGE_LIFE
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import changes_of
from dingdan.trade.changes.rules import BETWEEN
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Contact, Order, OrderNote
from dingdan.trade.review.queries import reviews_of
from dingdan.trade.settlement.models import CreditNote, Invoice
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.after_sales import after_sale_links
from dingdan.web.backoffice.base import badge, history, link, number
from dingdan.web.backoffice.changing import CHANGE, UNDO, kinds_shown
from dingdan.web.backoffice.customer_page import so_far
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.neighbors import neighbors
from dingdan.web.backoffice.order_acts import NAME, Standing, more, note_form, steps
from dingdan.web.backoffice.order_goods import goods_of, line_table, parcels
from dingdan.web.backoffice.pages import Cell, Facts, Forms, Page, Section, Table
from dingdan.web.backoffice.paying import pay_links
from dingdan.web.backoffice.printing import PRINT
from dingdan.web.backoffice.regrouping import MERGE, SPLIT
from dingdan.web.backoffice.spending import spend_links
from dingdan.web.backoffice.tickets import tickets_of_order
from dingdan.web.backoffice.words import word


def order_page(request: HttpRequest, row: BoardRow) -> Page:
    """Everything about an order, with what whoever asks may do with it now."""
    order = orders.order(row.id)
    tally = tallies_of([order.id]).get(order.id)
    receivable = payments.receivable_of("order", [order.id]).get(order.id)
    paid = payments.payments_of("order", [order.id]).get(order.id, [])
    review = reviews_of([order.id]).get(order.id) if order.in_review else None
    goods = goods_of(order)
    stands = Standing(order, receivable, paid, goods, link("review", review.id) if review else "")
    badges = [badge(order.state), badge(receivable.payment_status if receivable else "")]
    badges.append(badge(tally.fulfillment_status if tally else FulfillmentStatus.NOTHING_TO_SHIP))
    badges += [badge("in_review")] if order.in_review else []
    figures = [(_("Total"), show.money(order.total, order.currency))]
    figures += [(_("Still due"), show.money(receivable.due, order.currency))] if receivable else []
    note = note_form(request, stands)
    sections: list[Section] = [line_table(order, standing(order.id), goods), *parcels(order, goods)]
    sections.append(_money(order, receivable, paid))
    sections += [*_papers(order), *_returns(order), *_claims(order), *tickets_of_order(order.id)]
    sections += [*_changes(order, undoing=may(request, UNDO)), *_notes(order), *([note] if note else []), *_mails(order.id)]
    return Page(
        title=str(_("Order {number}")).format(number=order.number),
        badges=[one for one in badges if one.text],
        lead=show.moment(order.placed_at),
        links=_ways(request, order.id),
        sections=[*sections, history(order.id)],
        beside=[_summary(order), _people(order), *_buyer(request, order), *_more(request, stands)],
        figures=figures,
        steps=steps(request, stands),
        around=neighbors(request, row),
    )


def _ways(request: HttpRequest, order_id: UUID) -> list[Cell]:
    """The ways to the pages on which an order is changed, for those who may."""
    links = pay_links(request, order_id)
    if may(request, CHANGE):
        links.append(Cell(_("Change the order"), url=reverse(f"{NAME}_changes", args=[order_id])))
    if may(request, SPLIT) or may(request, MERGE):
        links.append(Cell(_("Split or merge"), url=reverse(f"{NAME}_regroup", args=[order_id])))
    links += [*spend_links(request, order_id), *after_sale_links(request, order_id)]
    if may(request, PRINT):
        links.append(Cell(_("Print packing slips"), url=f"{reverse(f'{NAME}_print')}?paper=packing&id={order_id}"))
    return links


def _more(request: HttpRequest, stands: Standing) -> Iterator[Forms]:
    found = more(request, stands)
    if found:
        yield Forms(_("Besides"), found)


def _buyer(request: HttpRequest, order: Order) -> Iterator[Facts]:
    """The customer's card: how often they bought, and for how much."""
    if order.customer is not None:
        yield so_far(request, order.customer)


def _summary(order: Order) -> Facts:
    return Facts(
        _("Order"),
        [
            (_("Number"), order.number),
            (_("Placed at"), show.moment(order.placed_at)),
            (_("Channel"), named(order.channel)),
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


def _money(order: Order, receivable: payments.ReceivableView | None, found: Sequence[payments.PaymentView]) -> Table:
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
                    Cell(named(one.node)),
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
