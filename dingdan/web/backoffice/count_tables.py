"""What differs on a sheet: in pieces, and in money at what the articles cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory.queries import unit_costs
from dingdan.ledgers.inventory.rules import worth
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.queries import is_to_recount
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import account_names, link, number
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Cell, Facts, Table
from dingdan.web.backoffice.scanning import name_of
from dingdan.web.backoffice.words import word


def standing(row: Count, lines: Sequence[CountLine]) -> Facts:
    """Who counted how many, what is to be counted a second time, and what is tolerated."""
    names, by = account_names(), dict[str, int]()
    for line in lines:
        if line.counted_by:
            by[line.counted_by] = by.get(line.counted_by, 0) + 1
    who = ", ".join(f"{name_of(one, names)} {show.count(places)}" for one, places in sorted(by.items()))
    again = sum(is_to_recount(row, line) for line in lines)
    tolerated = _("up to {pieces}, or {percent} %").format(pieces=show.count(row.tolerance), percent=row.tolerance_percent)
    return Facts(
        _("Sheet"),
        [
            (_("Started"), show.moment(row.started_at)),
            (_("Counted by"), who),
            (_("To be counted again"), Cell(show.count(again), badge="warning") if again else ""),
            (_("Tolerated"), tolerated if row.tolerance or row.tolerance_percent else _("no difference")),
            (_("Ended"), show.moment(row.ended_at) if row.ended_at else ""),
        ],
    )


def differences(row: Count, lines: Sequence[CountLine], title: Any) -> Table:
    """The places that differ. What an article costs may not be known: then its difference is not worth anything here."""
    wrong = [one for one in lines if one.difference]
    costs, currency = unit_costs({one.variant_id for one in wrong}), tenant_in_scope().currency
    known = [one for one in wrong if one.variant_id in costs]
    amounts = {one.id: worth(one.difference or 0, costs[one.variant_id], one.variant.unit) for one in known}
    totals = [
        (_("More than the books say"), _sum(amounts, currency, sign=1)),
        (_("Fewer than the books say"), _sum(amounts, currency, sign=-1)),
        (_("Difference in money"), show.money(sum(amounts.values()), currency)),
    ]
    unknown = len(wrong) - len(known)
    note = _("{count} of these are not in the sums: what they cost is not known. It is said on their pages in the stock.")
    columns = [_("Location"), _("SKU"), _("Books"), _("Pieces counted"), _("Differs by"), _("In money"), ""]
    return Table(
        title, columns, [_row(row, one, amounts.get(one.id), currency) for one in wrong], totals if amounts else (),
        note=str(note).format(count=show.count(unknown)) if unknown else "",
    )  # fmt: skip


def _sum(amounts: dict[Any, int], currency: str, *, sign: int) -> str:
    return show.money(sum(amount for amount in amounts.values() if amount * sign > 0), currency)


def _row(row: Count, one: CountLine, amount: int | None, currency: str) -> list[Cell]:
    variant, change = one.variant, one.difference or 0
    if one.refusal:
        state = Cell(word(one.refusal), badge="danger")
    elif one.is_found:
        state = Cell(_("Not on the sheet"), badge="info")
    else:
        state = Cell(_("Count again"), badge="warning") if is_to_recount(row, one) else Cell("")
    told = _("{count} more in totes and packages").format(count=counted(one.taken, variant)) if one.taken else ""
    return [
        Cell(one.location.code, small=one.lot.code if one.lot else ""),
        Cell(variant.sku, url=link("balance", one.variant_id), small=variant.name),
        Cell(counted(one.books or 0, variant), small=told, is_number=True),
        number(counted(one.counted or 0, variant)),
        Cell(signed(change, one), badge="info" if change > 0 else "danger", is_number=True),
        number(show.money(amount, currency) if amount is not None else show.NOTHING),
        state,
    ]


def signed(change: int, one: CountLine) -> str:
    """A difference with its sign."""
    return f"{'+' if change > 0 else ''}{counted(change, one.variant)}"
