"""How the shop does: today beside yesterday and the same day of last week, and pictures of the last weeks. All from rollups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.fulfillment import TOOK_WORDS
from dingdan.insight.rollups import queries
from dingdan.insight.rollups.queries import Figures
from dingdan.insight.rollups.rules import TOOK, Period
from dingdan.kernel import clock
from dingdan.kernel.days import begins, day_of, hour_of
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import all_channels
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.charts import Column, Columns
from dingdan.web.backoffice.pages import Bars, Compared, Comparison, Section

READS: Final = "reports.read"
DAYS_SHOWN: Final = 28
ITEMS_SHOWN: Final = 8
A_WEEK: Final = timedelta(days=7)


def today(request: HttpRequest) -> list[Section]:
    """Orders of today, and sales in each currency, beside those until the same hour yesterday and a week ago."""
    if not may(request, READS):
        return []
    shop, now = tenant_in_scope(), clock.now()
    zone = shop.time_zone
    day, hour = day_of(now, zone), hour_of(now, zone)
    days = {"now": day, "yesterday": day - timedelta(days=1), "week": day - A_WEEK}
    found = queries.sales_by_hour(days.values())
    whole = queries.sums_by_currency(one for one in found.items() if one[0][1] == day)
    until = {
        name: queries.sums_by_currency(one for one in found.items() if one[0][1] == on and one[0][2] < hour)
        for name, on in days.items()
    }
    others = sorted({currency for currency, _day, _hour in found} - {shop.currency})
    figures = [_orders(whole, until, day=day, zone=zone), *(_sales(whole, until, one) for one in (shop.currency, *others))]
    note = gettext("Compared until {hour}:00 of each day.").format(hour=hour) if hour else ""
    return [Comparison(gettext("Today, {day}").format(day=show.day(day)), figures, note)]


Sums = Mapping[str, Figures]
"""Figures by currency."""


def _orders(whole: Sums, until: Mapping[str, Sums], *, day: date, zone: str) -> Compared:
    """However they are paid: orders can be counted together, money cannot."""
    orders = sum(one.orders for one in whole.values())
    notes = _beside({name: sum(one.orders for one in sums.values()) for name, sums in until.items()}, show.count)
    asked = {"placed_at__gte": begins(day, zone).isoformat(), "placed_at__lt": begins(day + timedelta(days=1), zone).isoformat()}
    url = f"{reverse('admin:board_boardrow_changelist')}?{urlencode(asked)}"
    return Compared(ngettext("order", "orders", orders), show.count(orders), notes, url)


def _sales(whole: Sums, until: Mapping[str, Sums], currency: str) -> Compared:
    nothing = Figures()
    notes = _beside(
        {name: sums.get(currency, nothing).total for name, sums in until.items()}, lambda amount: show.money(amount, currency)
    )
    return Compared(_("sales"), show.money(whole.get(currency, nothing).total, currency), notes)


def _beside(values: Mapping[str, int], read: Any) -> list[str]:
    """How today compares so far: with yesterday, with the same day of last week."""
    told = []
    for name, label in (("yesterday", gettext("Yesterday")), ("week", gettext("A week ago"))):
        told.append(f"{label}: {read(values[name])}{_change(values['now'], values[name])}")
    return told


def _change(value: int, before: int) -> str:
    """By how much more or less it is, in parts of a hundred."""
    return f" ({round(100 * (value - before) / before):+d} %)" if before > 0 else ""


def charts(request: HttpRequest) -> list[Section]:
    """Sales by day, channels, what sells most, and how long orders take: of the last weeks, in the shop's own currency."""
    if not may(request, READS):
        return []
    shop = tenant_in_scope()
    last = day_of(clock.now(), shop.time_zone)
    period = Period(last - timedelta(days=DAYS_SHOWN - 1), last)
    return [_days(period, shop.currency), *_channels(period, shop.currency), _items(period, shop.currency), _times(period)]


def _days(period: Period, currency: str) -> Columns:
    found = queries.sales_by("counted_on", Period(period.before().first, period.last), currency=currency)
    nothing = Figures()
    columns = []
    for day in period.each_day():
        now, before = found.get(day, nothing), found.get(day - timedelta(days=period.days), nothing)
        texts = show.money(now.total, currency), show.money(before.total, currency)
        columns.append(Column(show.short_day(day), now.total, texts[0], before.total, texts[1]))
    title = gettext("Sales of the last {days} days").format(days=period.days)
    return Columns(title, columns, (_("Day"), _("Sales"), _("Four weeks before")), "chart-days")


def _channels(period: Period, currency: str) -> Iterator[Bars]:
    names = {channel.id: channel.name for channel in all_channels()}
    found = queries.sales_by("channel_id", period, currency=currency)
    if len(names) > 1 and found:
        rows = sorted(found.items(), key=lambda item: -item[1].total)
        yield Bars(_("By channel"), [(names[id_], one.total, show.money(one.total, currency)) for id_, one in rows])


def _items(period: Period, currency: str) -> Bars:
    sold = queries.items_sold(period, currency=currency, limit=ITEMS_SHOWN)
    names = dict(Variant.objects.filter(id__in=[one.variant_id for one in sold]).values_list("id", "name"))
    pieces = gettext("{count} pieces")
    rows = [
        (
            names.get(one.variant_id, show.NOTHING),
            one.total,
            f"{show.money(one.total, currency)} · {pieces.format(count=show.count(one.units))}",
        )
        for one in sold
    ]
    return Bars(_("What sells most"), rows)


def _times(period: Period) -> Bars:
    found: Sequence[Mapping[str, Any]] = queries.fulfillment_by("took", period=period)
    shipments = {row["took"]: int(row["shipments"]) for row in found}
    rows = [(TOOK_WORDS[code], shipments.get(code, 0), show.count(shipments.get(code, 0))) for code in TOOK]
    return Bars(_("From order to leaving"), rows if any(shipments.values()) else [])
