"""Claims: the list, and a page for each with what can be done."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.trade.aftersales.commands import attach_to_claim
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE
from dingdan.trade.aftersales.models import Claim
from dingdan.web.backoffice import claim_acts, show
from dingdan.web.backoffice.after_sales import after_sale_links
from dingdan.web.backoffice.attached import Attached
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Table
from dingdan.web.backoffice.ticket_about import new_ticket, tickets_about
from dingdan.web.backoffice.typed import reason_names
from dingdan.web.backoffice.words import word


class Claims(Attached):
    """What was wrong with goods, and what was done about it."""

    many = _("Claims")
    permission = "aftersales.read"
    acts: ClassVar = claim_acts.ACTS
    attaches, attach, attach_to = "aftersales.attach_to_claim", attach_to_claim, "claim_id"
    list_display = ("claim_number", "filed", "order_number", "resolution_shown", "given_back", "claim_state")
    asks = (by_state("state", _("State"), CLAIM_LIFE.states), *by_day("filed_at"))
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

    def page_for(self, request: HttpRequest, row: Claim) -> Page:
        """What was wrong, what was decided, and what can be done now."""
        customer = row.order.customer
        facts = Facts(
            _("Claim"),
            [
                (_("Order"), Cell(row.order.number, url=link("order", row.order_id))),
                (_("Customer"), Cell(customer.number, url=link("customer", customer.id)) if customer else ""),
                (_("Resolution"), word(row.resolution)),
                (_("Replaced by"), Cell(row.follow_up.number, url=link("order", row.follow_up_id)) if row.follow_up else ""),
                (_("Note"), row.note),
                (_("Why it was denied"), row.answer),
                (_("Thanked at"), show.moment(row.thanked_at) if row.thanked_at else ""),
            ],
        )
        reasons = reason_names()
        lines = Table(
            _("Lines"),
            [_("Article"), _("Quantity"), _("Reason"), _("Given back")],
            [
                [
                    Cell(line.order_line.name, small=line.order_line.sku),
                    number(show.count(line.quantity)),
                    Cell(reasons.get(line.reason) or word(line.reason)),
                    number(show.money(line.refund or None, row.order.currency)),
                ]
                for line in row.lines.select_related("order_line").order_by("id")
            ],
        )
        forms = claim_acts.forms(row, self.do, self.allowed(request, *self.acts))
        return Page(
            str(_("Claim {number}")).format(number=row.number),
            [badge(row.state)],
            links=[*after_sale_links(request, row.order_id), *new_ticket(request, "claim", row.number)],
            sections=[
                facts,
                lines,
                self.pictures(request, row),
                *forms,
                *tickets_about(request, row.id),
                history(row.id),
            ],
        )
