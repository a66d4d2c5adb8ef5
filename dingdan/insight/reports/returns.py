"""What came back, why, and of what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.insight.reports.layout import Asked, Column, Head, Kind, Line, Picture, Report, place_in, share
from dingdan.insight.rollups import queries
from dingdan.insight.rollups.models import RETURNED
from dingdan.masterdata.catalog.models import Variant

GROUP: Final = _("Returns")
_NAMES: Final = ("lines", *RETURNED)
FIGURES: Final = (
    Column("lines", _("Lines")),
    Column("units", pgettext_lazy("sold", "Pieces")),
    Column("accepted", _("Back in whole")),
    Column("refund", _("Given back"), Kind.MONEY),
    Column("fee", _("Kept back"), Kind.MONEY),
)


def _rows(asked: Asked, column: str) -> list[tuple[Any, dict[str, int]]]:
    rows = queries.returns_by(column, period=asked.period, currency=asked.currency, channel_id=asked.channel_id)
    return [(row[column], {name: int(row[name]) for name in _NAMES}) for row in rows]


def _by_day(asked: Asked) -> Iterator[Line]:
    """Every day of the period, also those on which nothing came back."""
    found = dict(_rows(asked, "counted_on"))
    for day in asked.period.each_day():
        yield Line((day,), found.get(day, dict.fromkeys(_NAMES, 0)), key=place_in(asked.period, day))


def _by_reason(asked: Asked) -> Iterator[Line]:
    for reason, figures in sorted(_rows(asked, "reason"), key=lambda row: (-row[1]["units"], row[0])):
        yield Line((reason,), figures, key=reason)


def _by_product(asked: Asked) -> Iterator[Line]:
    """Beside what was bought in the same period: not the same orders, but what a rate is usually told of."""
    rows = sorted(_rows(asked, "variant_id"), key=lambda row: (-row[1]["units"], str(row[0])))
    sold = {one.variant_id: one.units for one in _sold(asked)}
    variants = Variant.objects.filter(id__in=[id_ for id_, _figures in rows if id_]).values_list("id", "sku", "name")
    names = {id_: (sku, name) for id_, sku, name in variants}
    for id_, figures in rows:
        yield Line(names.get(id_, ("", "")), {**figures, "sold": sold.get(id_, 0)}, key=id_)


def _sold(asked: Asked) -> list[queries.ItemSold]:
    return queries.items_sold(asked.period, currency=asked.currency, channel_id=asked.channel_id)


_LEAD: Final = _("By the day on which a return was authorized; what was canceled or never came is left out.")
BY_DAY: Final = Report(
    name="returns-by-day",
    group=GROUP,
    title=_("Returns by day"),
    lead=_LEAD,
    heads=(Head("day", _("Day"), Kind.DAY),),
    columns=FIGURES,
    ask=_by_day,
    picture=Picture.COLUMNS,
    drawn="units",
    by_channel=True,
)
BY_REASON: Final = Report(
    name="returns-by-reason",
    group=GROUP,
    title=_("Returns by reason"),
    lead=_LEAD,
    heads=(Head("reason", _("Reason"), Kind.WORD),),
    columns=FIGURES,
    ask=_by_reason,
    picture=Picture.BARS,
    drawn="units",
    by_channel=True,
)
BY_PRODUCT: Final = Report(
    name="returns-by-product",
    group=GROUP,
    title=_("Returns by product"),
    lead=_("What came back of what; the rate is of the pieces that were bought in the same period."),
    heads=(Head("sku", _("SKU")), Head("name", _("Name"))),
    columns=(*FIGURES, Column("sold", _("Bought")), Column("rate", _("Rate"), Kind.SHARE, share("units", "sold"))),
    ask=_by_product,
    picture=Picture.BARS,
    drawn="units",
    by_channel=True,
)
