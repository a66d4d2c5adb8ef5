"""All reports, by name; and how one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports import fulfillment, holding, money, returns, sales, stock
from dingdan.insight.reports.layout import Asked, Report
from dingdan.insight.rollups.rules import A_DAY, Period, months_on
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import CURRENCIES
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory.queries import node_by_code
from dingdan.masterdata.channels.queries import channel_by_code

REPORTS: Final[Mapping[str, Report]] = {
    one.name: one
    for one in (
        sales.BY_DAY,
        sales.BY_CHANNEL,
        sales.BY_PRODUCT,
        sales.BY_CUSTOMER,
        fulfillment.BY_DAY,
        fulfillment.BY_TIME,
        fulfillment.BY_PERSON,
        fulfillment.BY_NODE,
        returns.BY_DAY,
        returns.BY_REASON,
        returns.BY_PRODUCT,
        stock.TURNOVER,
        stock.ABC,
        holding.VALUE,
        holding.MOVEMENT,
        holding.TURNS,
        holding.AGE,
        money.PAYMENTS_BY_DAY,
        money.PAYMENTS_BY_METHOD,
        money.TAX_BY_RATE,
        money.TAX_BY_DAY,
        money.TAX_BY_CHANNEL,
    )
}
MOST_DAYS: Final = 1100


@dataclass(frozen=True, slots=True)
class Preset:
    """A period that people ask for by name, seen from a day."""

    title: Any
    of: Callable[[date], Period]


def _last_days(days: int) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=days - 1), today)


def _month(back: int) -> Callable[[date], Period]:
    return lambda today: Period(months_on(today.replace(day=1), -back), months_on(today.replace(day=1), 1 - back) - A_DAY)


def _year(back: int) -> Callable[[date], Period]:
    return lambda today: Period(date(today.year - back, 1, 1), date(today.year - back, 12, 31))


PRESETS: Final[Mapping[str, Preset]] = {
    "today": Preset(_("Today"), _last_days(1)),
    "yesterday": Preset(_("Yesterday"), lambda today: Period(today - A_DAY, today - A_DAY)),
    "7-days": Preset(_("Last 7 days"), _last_days(7)),
    "28-days": Preset(_("Last 28 days"), _last_days(28)),
    "90-days": Preset(_("Last 90 days"), _last_days(90)),
    "this-month": Preset(_("This month"), _month(0)),
    "last-month": Preset(_("Last month"), _month(1)),
    "this-year": Preset(_("This year"), _year(0)),
    "last-year": Preset(_("Last year"), _year(1)),
}
USUAL: Final = "28-days"


class ReportTooLong(Refusal):
    """The days do not make a period, or a very long one."""

    status = 422
    sentence = _("From {first} to {last} is no period, or more than {most} days.")
    remedy = _("Give the first and the last day, or the name of a period.")


class ReportPeriodUnknown(Refusal):
    """No period goes by that name."""

    status = 422
    sentence = _("There is no period called “{period}”.")
    remedy = _("Use one of: {known}.")


class ReportCurrencyUnknown(Refusal):
    """That is no currency."""

    status = 422
    sentence = _("“{currency}” is no currency.")
    remedy = _("Give three letters such as EUR.")


class ReportChannelUnknown(Refusal):
    """There is no such channel."""

    status = 422
    sentence = _("There is no channel with the code “{channel}”.")
    remedy = _("Give the code of a channel, or none for all of them.")


class ReportNodeUnknown(Refusal):
    """There is no such node."""

    status = 422
    sentence = _("There is no node with the code “{node}”.")
    remedy = _("Give the code of a node, or none for all of them.")


def asked(
    *,
    first: date | None = None,
    last: date | None = None,
    preset: str = "",
    currency: str = "",
    channel: str = "",
    node: str = "",
    at: datetime | None = None,
) -> Asked:
    """What a report is asked for: days, or a period by its name; by itself the last four weeks, in the shop's own currency.

    A period by its name is seen from the day of a moment, now unless said.
    """
    shop = tenant_in_scope()
    today = day_of(at or clock.now(), shop.time_zone)
    if preset and preset not in PRESETS:
        raise ReportPeriodUnknown(period=preset, known=", ".join(PRESETS))
    period = PRESETS[preset or USUAL].of(today)
    if first is not None or last is not None:
        period = Period(first or last or today, last or max(first or today, today))
        if not 1 <= period.days <= MOST_DAYS:
            raise ReportTooLong(first=period.first, last=period.last, most=MOST_DAYS)
    if currency and currency not in CURRENCIES:
        raise ReportCurrencyUnknown(currency=currency)
    found = channel_by_code(channel) if channel else None
    if channel and found is None:
        raise ReportChannelUnknown(channel=channel)
    at_node = node_by_code(node) if node else None
    if node and at_node is None:
        raise ReportNodeUnknown(node=node)
    return Asked(period, currency or shop.currency, found.id if found else None, at_node)
