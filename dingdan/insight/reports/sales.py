"""What was sold: by day, channel and article."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.layout import Asked, Column, Head, Kind, Line, Picture, Report, Where, each, place_in
from dingdan.insight.rollups import queries
from dingdan.insight.rollups.queries import Figures
from dingdan.insight.rollups.rules import A_DAY
from dingdan.kernel.days import begins
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.models import Customer

GROUP: Final = _("Sales")
FIGURES: Final = (
    Column("orders", _("Orders")),
    Column("canceled", pgettext_lazy("orders", "Canceled")),
    Column("units", pgettext_lazy("sold", "Pieces")),
    Column("total", _("Total"), Kind.MONEY),
    Column("discount", _("Discount"), Kind.MONEY),
    Column("shipping", pgettext_lazy("money", "Shipping"), Kind.MONEY),
    Column("tax", _("Tax"), Kind.MONEY),
    Column("net", _("Without tax"), Kind.MONEY),
    Column("given_back", _("Given back"), Kind.MONEY),
    Column("kept", _("Kept"), Kind.MONEY, lambda line: line["total"] - line["given_back"]),
    Column("average", _("For each order"), Kind.MONEY, each("total", "orders", "canceled")),
)


def _places(asked: Asked) -> Callable[..., Where]:
    """How the list of orders finds those that were placed from one day to another."""
    zone = tenant_in_scope().time_zone
    channel = next(({"channel": one.code} for one in all_channels() if one.id == asked.channel_id), {})

    def where(first: date, last: date, **more: str) -> Where:
        limits = {"placed_from": begins(first, zone).isoformat(), "placed_before": begins(last + A_DAY, zone).isoformat()}
        return Where("orders", {**limits, **channel, **more})

    return where


def _by_day(asked: Asked) -> Iterator[Line]:
    """Every day of the period, also those on which nothing was sold."""
    found = queries.sales_by("counted_on", asked.period, currency=asked.currency, channel_id=asked.channel_id)
    where = _places(asked)
    for day in asked.period.each_day():
        yield Line((day,), asdict(found.get(day, Figures())), where(day, day), place_in(asked.period, day))


def _by_channel(asked: Asked) -> Iterator[Line]:
    found = queries.sales_by("channel_id", asked.period, currency=asked.currency, channel_id=asked.channel_id)
    channels = {one.id: one for one in all_channels()}
    where = _places(asked)
    for id_, figures in sorted(found.items(), key=lambda item: (-item[1].total, str(item[0]))):
        there = where(asked.period.first, asked.period.last, channel=channels[id_].code)
        yield Line((channels[id_].name,), asdict(figures), there, id_)


def _by_product(asked: Asked) -> Iterator[Line]:
    sold = queries.items_sold(asked.period, currency=asked.currency, channel_id=asked.channel_id)
    where = _places(asked)
    variants = Variant.objects.filter(id__in=[one.variant_id for one in sold]).values_list("id", "sku", "name")
    names = {id_: (sku, name) for id_, sku, name in variants}
    for one in sold:
        sku, name = names.get(one.variant_id, ("", ""))
        figures = {"orders": one.orders, "units": one.units, "net": one.net, "total": one.total}
        yield Line((sku, name), figures, where(asked.period.first, asked.period.last, sku=sku), one.variant_id)


MOST_CUSTOMERS: Final = 1000


def _by_customer(asked: Asked) -> Iterator[Line]:
    """The customers who ordered most, and all others together."""
    months = sorted({day.replace(day=1) for day in asked.period.each_day()})
    found, whole = queries.customers(months, currency=asked.currency, limit=MOST_CUSTOMERS)
    numbers = dict(Customer.objects.filter(id__in=list(found)).values_list("id", "number"))
    rest = asdict(whole)
    for id_, figures in found.items():
        rest = {name: rest[name] - value for name, value in asdict(figures).items()}
        yield Line((numbers.get(id_, ""),), asdict(figures), Where("customer", {"id": str(id_)}), id_)
    if any(rest.values()):
        yield Line((gettext("All others"),), rest)


BY_DAY: Final = Report(
    name="sales-by-day",
    group=GROUP,
    title=_("Sales by day"),
    lead=_("By the day on which orders were placed, less what was canceled since."),
    heads=(Head("day", _("Day"), Kind.DAY),),
    columns=FIGURES,
    ask=_by_day,
    picture=Picture.COLUMNS,
    drawn="total",
    by_channel=True,
)
BY_CHANNEL: Final = Report(
    name="sales-by-channel",
    group=GROUP,
    title=_("Sales by channel"),
    lead=_("Through which channels orders came."),
    heads=(Head("channel", _("Channel")),),
    columns=FIGURES,
    ask=_by_channel,
    picture=Picture.BARS,
    drawn="total",
    by_channel=True,
)
BY_PRODUCT: Final = Report(
    name="sales-by-product",
    group=GROUP,
    title=_("Sales by product"),
    lead=_("What was bought, the most first. Discounts are taken off; shipping and fees are not in it."),
    heads=(Head("sku", _("SKU")), Head("name", _("Name"))),
    columns=(
        Column("orders", _("Orders")),
        Column("units", pgettext_lazy("sold", "Pieces")),
        Column("total", _("Total"), Kind.MONEY),
        Column("net", _("Without tax"), Kind.MONEY),
        Column("each", _("For each piece"), Kind.MONEY, each("total", "units")),
    ),
    ask=_by_product,
    picture=Picture.BARS,
    drawn="total",
    by_channel=True,
)
BY_CUSTOMER: Final = Report(
    name="sales-by-customer",
    group=GROUP,
    title=_("Sales by customer"),
    lead=_("Who ordered most, in whole months: those in which the period has a day."),
    heads=(Head("customer", _("Customer")),),
    columns=FIGURES,
    ask=_by_customer,
    picture=Picture.BARS,
    drawn="total",
)
