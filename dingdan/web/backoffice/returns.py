"""What happens after the sale: returns, claims, the rules that decide, and what is reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from dingdan.kernel import clock
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.policies.lifecycle import POLICY_LIFE
from dingdan.masterdata.policies.models import ReturnGrade, ReturnReason, ReturnRule
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE, RETURN_LIFE
from dingdan.trade.aftersales.models import Claim, Return, ReturnPiece
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import ByDate, by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Section, Table
from dingdan.web.backoffice.words import word

DAYS_REPORTED = 90
ROWS_REPORTED = 50
DAYS_AHEAD = 366
"""Nothing leaves ahead for longer than that."""


class Returns(Shown):
    """Goods that come back, or are to."""

    many = _("Returns")
    permission = "aftersales.read"
    list_display = ("return_number", "authorized", "order_number", "node_shown", "given_back", "return_state")
    list_filter = (by_state("state", _("State"), RETURN_LIFE.states), ("authorized_at", ByDate))
    search_fields = ("number", "order__number", "tracking_number")
    search_help_text = _("Number, order or tracking number")
    ordering = ("-id",)
    sortable_by = ()

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
        return row.node.name

    @display(description=_("Given back"))
    def given_back(self, row: Return) -> str:
        return show.money(sum(line.refund for line in row.lines.all()), row.order.currency)

    @display(description=_("State"))
    def return_state(self, row: Return) -> str:
        return listed_badge(row.state)

    def page(self, row: Return) -> Page:
        currency = row.order.currency
        follow_up = Cell(row.follow_up.number, url=link("order", row.follow_up_id)) if row.follow_up else ""
        facts = Facts(
            _("Return"),
            [
                (_("Order"), Cell(row.order.number, url=link("order", row.order_id))),
                (_("To"), row.node.name),
                (_("Authorized at"), show.moment(row.authorized_at)),
                (_("Carrier"), row.carrier),
                (_("Tracking number"), row.tracking_number),
                (_("Seen on its way"), show.moment(row.scanned_at) if row.scanned_at else ""),
                (_("Received at"), show.moment(row.received_at) if row.received_at else ""),
                (_("Inspected at"), show.moment(row.inspected_at) if row.inspected_at else ""),
                (_("Money goes back at"), word(row.refund_at)),
                (_("Order in exchange"), follow_up),
                (_("Due back"), show.moment(row.due_back_at) if row.due_back_at else ""),
            ],
        )
        sections: list[Section] = [facts, _lines(row, currency), *_pieces(row), history(row.id)]
        return Page(str(_("Return {number}")).format(number=row.number), [badge(row.state)], sections=sections)


def _lines(row: Return, currency: str) -> Table:
    lines = row.lines.select_related("order_line", "rule").order_by("id")
    return Table(
        _("Lines"),
        [_("Article"), _("Quantity"), _("Reason"), _("Rule"), _("Kept back"), _("Given back")],
        [
            [
                Cell(line.order_line.name, small=line.order_line.sku),
                number(f"{line.accepted} / {line.quantity}"),
                Cell(word(line.reason), small=word(line.condition)),
                Cell(line.rule.name if line.rule else show.NOTHING, small=line.override),
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


class Claims(Shown):
    """What was wrong with goods, and what was done about it."""

    many = _("Claims")
    permission = "aftersales.read"
    list_display = ("claim_number", "filed", "order_number", "resolution_shown", "given_back", "claim_state")
    list_filter = (by_state("state", _("State"), CLAIM_LIFE.states), ("filed_at", ByDate))
    search_fields = ("number", "order__number")
    search_help_text = _("Number or order")
    ordering = ("-id",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        found: QuerySet[Claim] = super().get_queryset(request)
        return found.select_related("order").prefetch_related("lines")

    @display(description=_("Number"))
    def claim_number(self, row: Claim) -> str:
        return row.number

    @display(description=_("Date"))
    def filed(self, row: Claim) -> str:
        return show.moment(row.filed_at)

    @display(description=_("Order"))
    def order_number(self, row: Claim) -> str:
        return row.order.number

    @display(description=_("Resolution"))
    def resolution_shown(self, row: Claim) -> str:
        return word(row.resolution) or show.NOTHING

    @display(description=_("Given back"))
    def given_back(self, row: Claim) -> str:
        return show.money(sum(line.refund for line in row.lines.all()), row.order.currency)

    @display(description=_("State"))
    def claim_state(self, row: Claim) -> str:
        return listed_badge(row.state)

    def page(self, row: Claim) -> Page:
        facts = Facts(
            _("Claim"),
            [
                (_("Order"), Cell(row.order.number, url=link("order", row.order_id))),
                (_("Resolution"), word(row.resolution)),
                (_("Replaced by"), Cell(row.follow_up.number, url=link("order", row.follow_up_id)) if row.follow_up else ""),
                (_("Note"), row.note),
                (_("Why it was denied"), row.answer),
                (_("Thanked at"), show.moment(row.thanked_at) if row.thanked_at else ""),
            ],
        )
        lines = Table(
            _("Lines"),
            [_("Article"), _("Quantity"), _("Reason"), _("Given back")],
            [
                [
                    Cell(line.order_line.name, small=line.order_line.sku),
                    number(show.count(line.quantity)),
                    Cell(word(line.reason)),
                    number(show.money(line.refund or None, row.order.currency)),
                ]
                for line in row.lines.select_related("order_line").order_by("id")
            ],
        )
        title = str(_("Claim {number}")).format(number=row.number)
        return Page(title, [badge(row.state)], sections=[facts, lines, history(row.id)])


class Rules(Shown):
    """The rules about returns, in the order in which they are asked."""

    many = _("Rules about returns")
    permission = "policies.read"
    list_display = ("code", "name", "position_shown", "window", "rule_state")
    list_filter = (by_state("state", _("State"), POLICY_LIFE.states),)
    ordering = ("position", "id")
    sortable_by = ()

    @display(description=_("Position"))
    def position_shown(self, row: ReturnRule) -> str:
        return show.count(row.position)

    @display(description=_("Days"))
    def window(self, row: ReturnRule) -> str:
        if not row.allows:
            return str(_("Final sale"))
        return show.count(row.window_days) if row.window_days is not None else str(_("No end"))

    @display(description=_("State"))
    def rule_state(self, row: ReturnRule) -> str:
        return listed_badge(row.state)

    def page(self, row: ReturnRule) -> Page:
        fits = [
            (_("Channels"), row.channels), (_("Countries"), row.countries), (_("Tax classes"), row.tax_classes),
            (_("SKUs"), row.skus), (_("Reasons"), row.reasons), (_("Conditions"), row.conditions),
        ]  # fmt: skip
        money = row.currency or tenant_in_scope().currency
        says = Facts(
            _("What it says"),
            [
                (_("May come back"), _("Yes") if row.allows else _("No: a final sale")),
                (_("Days"), show.count(row.window_days) if row.window_days is not None else _("No end")),
                (_("Counted from"), word(row.counted_from)),
                (_("The way back is paid by"), word(row.shipping_paid_by)),
                (_("Kept back for the way"), show.money(row.shipping_fee, money) if row.shipping_fee else ""),
                (_("Kept back of the price"), show.percent(row.restocking_rate) if row.restocking_rate else ""),
                (_("Kept back per unit"), show.money(row.restocking_fee, money) if row.restocking_fee else ""),
                (_("The grade lowers the refund"), _("Yes") if row.grades_count else _("No")),
                (_("Money goes back at"), word(row.refund_at)),
                (_("Goods in exchange leave ahead"), _("Yes") if row.sends_ahead else _("No")),
            ],
        )
        narrow = Facts(_("What it is about"), [(label, ", ".join(values) or _("All")) for label, values in fits])
        return Page(row.name, [badge(row.state)], sections=[narrow, says, *_words(), history(row.id)])


def _words() -> Iterator[Table]:
    """The reasons and grades of the shop, beside its rules."""
    reasons = [[Cell(row.name, small=row.code), Cell(word(row.fault))] for row in ReturnReason.objects.order_by("position", "id")]
    grades = [
        [Cell(row.name, small=row.code), Cell(word(row.goes_to)), number(show.percent(row.given_back))]
        for row in ReturnGrade.objects.order_by("position", "id")
    ]
    if reasons:
        yield Table(_("Reasons"), [_("Reason"), _("Whose fault")], reasons)
    if grades:
        yield Table(_("Grades"), [_("Grade"), _("Goes to"), _("Gives back")], grades)


class Reports(Shown):
    """One page: what came back of what left, what money went without goods, and who sends back often."""

    many = _("Reports about returns")
    permission = "aftersales.read"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page about the last days."""
        return self.page_view(request, current_tenant_id())

    def row(self, request: HttpRequest, object_id: UUID) -> Any:
        """The shop in scope stands for its reports."""
        return tenant_in_scope() if object_id == current_tenant_id() else None

    def page(self, row: Any) -> Page:
        until = clock.now() + timedelta(days=1)
        since = until - timedelta(days=DAYS_REPORTED)
        lead = str(_("The last {days} days. As tables: /api/v1/reports.")).format(days=DAYS_REPORTED)
        sections = [_rates(since, until), _leaks(since, until), _at_risk(since), _returners(since, until)]
        return Page(str(self.many), lead=lead, sections=sections)


def _rates(since: Any, until: Any) -> Table:
    return Table(
        _("What came back"),
        [_("Article"), _("Reason"), _("Shipped"), _("Returned"), _("Rate")],
        [
            [
                Cell(one.sku),
                Cell(word(one.reason)),
                number(show.count(one.shipped)),
                number(show.count(one.returned)),
                number(f"{one.per_mille / 10:.1f} %"),
            ]
            for one in queries.return_rates(since, until, limit=ROWS_REPORTED)
        ],
    )


def _leaks(since: Any, until: Any) -> Table:
    return Table(
        _("Money without goods, or beyond the rules"),
        [_("Way"), _("Reason"), _("Times"), _("Amount")],
        [
            [Cell(word(one.way)), Cell(word(one.reason) or show.NOTHING), number(show.count(one.times)),
             number(show.money(one.amount, one.currency))]
            for one in queries.refund_leakage(since, until, limit=ROWS_REPORTED)
        ],
    )  # fmt: skip


def _at_risk(since: Any) -> Table:
    return Table(
        _("Left ahead, not paid yet"),
        [_("Return"), _("State"), _("Due back"), _("Order in exchange"), _("Still due")],
        [
            [
                Cell(one.number, url=link("return", one.return_id)),
                badge(one.state),
                Cell(show.moment(one.due_back_at)),
                Cell(one.order_number),
                number(show.money(one.due, one.currency)),
            ]
            for one in queries.money_at_risk(since, clock.now() + timedelta(days=DAYS_AHEAD), limit=ROWS_REPORTED)
        ],
    )


def _returners(since: Any, until: Any) -> Table:
    return Table(
        _("Who sends back or claims often"),
        [_("Customer"), _("Orders"), _("Returns"), _("Claims"), _("Given back")],
        [
            [
                Cell(one.number, url=link("customer", one.customer_id)),
                number(show.count(one.orders)),
                number(show.count(one.returns)),
                number(show.count(one.claims)),
                number(show.money(one.refund, one.currency)),
            ]
            for one in queries.repeat_returners(since, until, limit=ROWS_REPORTED)
        ],
    )
