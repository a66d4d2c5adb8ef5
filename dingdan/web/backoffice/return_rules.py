"""The rules about returns, with the reasons and grades of the shop."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.policies.lifecycle import POLICY_LIFE
from dingdan.masterdata.policies.models import ReturnGrade, ReturnReason, ReturnRule
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, history, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Cell, Facts, Page, Table
from dingdan.web.backoffice.words import word


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
