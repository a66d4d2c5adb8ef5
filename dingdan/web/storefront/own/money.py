"""The money of an order as its customer sees it: what it comes to, what was paid, what goes back, what is due."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dingdan.automation.words import named_method
from dingdan.web.storefront.own.facts import Facts
from dingdan.web.storefront.own.opening import Own
from dingdan.web.storefront.own.words import on_day
from dingdan.web.storefront.reader import TAGS


class Row(NamedTuple):
    """An amount with what it is; `kind`: plain, sum, due."""

    name: str
    amount: str
    kind: str = "plain"
    more: str = ""


def sums_of(own: Own, facts: Facts) -> list[Row]:
    """From the goods to what is still to be paid, as far as each says something."""
    order, money = facts.order, own.money
    charges = sum(line.kept_total for line in facts.stands.lines if facts.stands.rows[line.id].is_charge)
    rows = [Row(_("Goods"), money(order.goods - charges))]
    rows += [Row(_("Discount"), money(-order.discount))] if order.discount else []
    if order.shipping_name or order.shipping:
        named = order.shipping_name or pgettext("money", "Shipping")
        rows.append(Row(named, money(order.shipping) if order.shipping else _("free")))
    rows += [Row(_("Charge for the way of paying"), money(charges))] if charges else []
    rows += [Row(_("Tax"), money(order.tax))] if order.tax and not order.prices_include_tax else []
    contained = _("{amount} tax contained").format(amount=money(order.tax)) if order.tax and order.prices_include_tax else ""
    return [*rows, Row(_("Total"), money(order.total), "sum", contained), *_paid(own, facts)]


def _paid(own: Own, facts: Facts) -> list[Row]:
    owed, money = facts.bill.owed, own.money
    rows = []
    if facts.order.total > owed.amount:
        rows.append(Row(_("No longer owed"), money(owed.amount - facts.order.total)))
    if owed.allocated:
        rows.append(Row(_("Paid"), money(owed.allocated)))
    if owed.authorized:
        rows.append(Row(_("Confirmed, taken when the goods leave"), money(owed.authorized)))
    if owed.refunded:
        rows.append(Row(_("Given back"), money(owed.refunded)))
    if facts.refunds_out:
        rows.append(Row(_("On its way back to you"), money(facts.refunds_out)))
    if facts.bill.standing == "due":
        rows.append(Row(_("Still to be paid"), money(facts.bill.due), "due"))
    return rows


def payments_told(own: Own, facts: Facts) -> list[Row]:
    """Each payment that arrived: by what, when, how much."""
    tag = TAGS[own.reader.language]
    return [
        Row(one.means or named_method(one.gateway, tag), own.money(sum(share.amount for share in one.shares)),
            more=on_day(own.reader, one.captured_at))
        for one in facts.paid
        if one.captured_at and any(share.amount for share in one.shares)
    ]  # fmt: skip
