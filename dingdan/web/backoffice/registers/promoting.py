"""Promotions: what they give, how often they were used, and by which orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.promoting import Promotions as PromotionRegister
from dingdan.masterdata.promotions import commands
from dingdan.masterdata.promotions.lifecycle import PROMOTION_LIFE
from dingdan.masterdata.promotions.models import Promotion
from dingdan.masterdata.promotions.queries import Usage, usage_of, uses_of
from dingdan.masterdata.promotions.rules import Gives
from dingdan.trade.orders.queries import by_id
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import badge, history, link, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Table
from dingdan.web.backoffice.registers.kept import Kept, listed, listed_state, told_of, turned
from dingdan.web.backoffice.registers.trying import trial

_COLUMNS = {column.name: column for column in PromotionRegister.columns}
_MOST_SHOWN = 50


class Promotions(Kept):
    """What is taken off, for whom, and how often."""

    register = PromotionRegister
    list_display = (
        "called", *(listed(_COLUMNS[name]) for name in ("code", "gives")), "brought_by",
        *(listed(_COLUMNS[name]) for name in ("starts_on", "ends_on", "priority")), "used_of", listed_state,
    )  # fmt: skip
    asks = (by_state("gives", _("Gives"), Gives), by_state("state", _("State"), PROMOTION_LIFE.states))
    search_fields = ("code", "name", "coupons__code")
    search_help_text = _("Code, name or coupon")
    ordering = ("-priority", "code")
    acts: ClassVar = {
        "retire": turned(commands.retire_promotion, "promotion_id", _("It is given to no new order.")),
        "restore": turned(commands.restore_promotion, "promotion_id", _("It is in force again.")),
    }
    when_empty = _("Nothing is taken off yet. Write a promotion down: with coupons, or for everybody whom it fits.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        found: QuerySet[Promotion] = super().get_queryset(request)
        return found.prefetch_related("coupons")

    @display(description=_("Name"))
    def called(self, row: Promotion) -> str:
        return row.named(show.locale())

    @display(description=_("Coupons"))
    def brought_by(self, row: Promotion) -> str:
        codes = sorted(one.code for one in row.coupons.all())
        return ", ".join(codes[:3]) + (" …" if len(codes) > 3 else "") or show.NOTHING

    @display(description=_("Uses"))
    def used_of(self, row: Promotion) -> str:
        if row.most_uses is None:
            return show.NOTHING
        return str(_("{count} of {all}")).format(count=row.used, all=row.most_uses)

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """What it says, with a cart to try it on."""
        page = super().page_for(request, row)
        return replace(page, sections=[trial(request, row), *page.sections])

    def page(self, row: Any) -> Page:
        """What it says, how often it was used, and the newest orders that did."""
        return Page(
            str(row), [badge(row.state)], sections=[_usage(row), *told_of(self.register(), row), _orders(row), history(row.id)]
        )


def _usage(row: Promotion) -> Facts:
    usage = usage_of([row.id]).get(row.id, Usage())
    off = [show.money(amount, currency) for currency, amount in usage.amounts.items()]
    left = [] if row.most_uses is None else [(_("Uses left"), str(row.most_uses - row.used))]
    return Facts(_("Usage"), [(_("Orders"), str(usage.used)), *left, (_("Taken off"), "\n".join(off) or show.NOTHING)])


def _orders(row: Promotion) -> Table:
    uses = list(uses_of(row.id)[:_MOST_SHOWN])
    numbers = {order.id: order.number for order in by_id(one.order_id for one in uses)}
    rows = [
        [
            Cell(numbers.get(one.order_id, show.NOTHING), url=link("order", one.order_id)),
            Cell(show.moment(one.used_at), small=str(_("given back")) if one.given_back_at else ""),
            Cell(one.coupon or show.NOTHING),
            number(show.money(one.amount, one.currency)),
        ]
        for one in uses
    ]
    note = str(_("Only the newest {count} are shown.")).format(count=_MOST_SHOWN) if len(uses) == _MOST_SHOWN else ""
    return Table(_("Orders"), [_("Order"), _("Used at"), _("Coupon"), _("Taken off")], rows, note=note)
