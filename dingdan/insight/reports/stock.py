"""What lies there, how long it lasts, and which articles make most of the sales."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Final
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.layout import Asked, Column, Head, Kind, Line, Picture, Report, each
from dingdan.insight.rollups import queries
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.models import Balance
from dingdan.ledgers.inventory.rules import worth
from dingdan.masterdata.catalog.models import Variant

_CLASSES: Final = ((80, "A"), (95, "B"))
"""Articles that together make the first so many hundredths of sales; all others are C."""


NO_CLASS: Final = "–"
"""Of articles that nobody bought."""


def classes(totals: list[int]) -> list[str]:
    """Of amounts, the most first: which are A, B and C. One is what it is before its own amount is added."""
    whole, before = sum(totals), [0, *accumulate(totals)]
    return [
        next((name for most, name in _CLASSES if total > 0 and 100 * so_far < most * whole), "C")
        for total, so_far in zip(totals, before, strict=False)
    ]


def letters(asked: Asked) -> dict[UUID, str]:
    """The class of every article that was bought in a period; what nobody bought has none."""
    sold = queries.items_sold(asked.period, currency=asked.currency, channel_id=asked.channel_id)
    return dict(zip((one.variant_id for one in sold), classes([one.total for one in sold]), strict=True))


def _turnover(asked: Asked) -> Iterator[Line]:
    """Every article that lies there or was bought, by what it sold for; then those that nobody bought."""
    sold = queries.items_sold(asked.period, currency=asked.currency, channel_id=asked.channel_id)
    balances = Balance.objects.values_list("variant_id").annotate(there=Sum("on_hand"), kept=Sum("reserved")).order_by()
    there = {id_: (int(on_hand), int(reserved)) for id_, on_hand, reserved in balances if on_hand or reserved}
    by_variant = {one.variant_id: one for one in sold}
    ids = [*by_variant, *sorted(there.keys() - by_variant.keys(), key=str)]
    names = {id_: (sku, name) for id_, sku, name in Variant.objects.filter(id__in=ids).values_list("id", "sku", "name")}
    letters = dict(zip(by_variant, classes([one.total for one in sold]), strict=True))
    for id_ in ids:
        one, (on_hand, reserved) = by_variant.get(id_), there.get(id_, (0, 0))
        figures = {
            "on_hand": on_hand, "reserved": reserved, "units": one.units if one else 0, "total": one.total if one else 0,
            "lasting": on_hand * asked.period.days,
        }  # fmt: skip
        yield Line((*names.get(id_, ("", "")), letters.get(id_, NO_CLASS)), figures, key=id_)


def _by_class(asked: Asked) -> Iterator[Line]:
    """The articles of each class: what they sold for, and what lies there of them; last those that nobody bought."""
    sold = {one.variant_id: one for one in queries.items_sold(asked.period, currency=asked.currency, channel_id=asked.channel_id)}
    of = dict(zip(sold, classes([one.total for one in sold.values()]), strict=True))
    there = dict[UUID, int]()
    for (variant_id, node_id), pieces in inventory.lying().items():
        if asked.there(node_id):
            there[variant_id] = there.get(variant_id, 0) + pieces
    units = dict(Variant.objects.filter(id__in=list(there)).values_list("id", "unit"))
    costs = inventory.unit_costs(there) if asked.currency == tenant_in_scope().currency else {}
    found = {name: dict.fromkeys(("articles", "units", "total", "pieces", "value", "unvalued"), 0) for name in (*"ABC", NO_CLASS)}
    for id_ in sold.keys() | there.keys():
        sums, one, pieces = found[of.get(id_, NO_CLASS)], sold.get(id_), there.get(id_, 0)
        sums["articles"] += 1
        sums["units"] += one.units if one else 0
        sums["total"] += one.total if one else 0
        sums["pieces"] += pieces
        sums["value"] += worth(pieces, costs[id_], units[id_]) if id_ in costs else 0
        sums["unvalued"] += 0 if id_ in costs else pieces
    for name, sums in found.items():
        yield Line((name,), sums, key=name)


ABC: Final = Report(
    name="stock-abc",
    group=_("Stock"),
    title=_("ABC analysis"),
    lead=_("What articles of each class sold for, beside what lies there of them now. A make 80 % of sales, B the next 15 %."),
    heads=(Head("class", _("Class")),),
    columns=(
        Column("articles", _("Articles")),
        Column("units", _("Bought")),
        Column("total", _("Sales"), Kind.MONEY),
        Column("pieces", _("Pieces there")),
        Column("value", _("Worth"), Kind.MONEY),
        Column("unvalued", _("Of unknown cost")),
    ),
    ask=_by_class,
    picture=Picture.BARS,
    drawn="total",
    by_channel=True,
    by_node=True,
)
TURNOVER: Final = Report(
    name="stock-turnover",
    group=_("Stock"),
    title=_("Stock and turnover"),
    lead=_("What lies there now, beside what was bought. A are the articles that make 80 % of sales, B the next 15 %."),
    heads=(Head("sku", _("SKU")), Head("name", _("Name")), Head("class", _("Class"))),
    columns=(
        Column("on_hand", _("On hand")),
        Column("reserved", _("Reserved")),
        Column("units", _("Bought")),
        Column("total", _("Sales"), Kind.MONEY),
        Column("lasts", _("Lasts for days"), Kind.COUNT, each("lasting", "units")),
    ),
    ask=_turnover,
    picture=Picture.BARS,
    drawn="total",
    by_channel=True,
)
