"""What can be asked about rates: what an amount is in another currency. For information only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.conf import settings

from dingdan.kernel.money import Money
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.rates.models import Rate as Row
from dingdan.masterdata.rates.rules import Rate, Rates, converted, is_old, rate_between, reachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """An amount as it is shown in another currency: one unit of its own is about `rate` of the other, said by whom and when."""

    money: Money
    rate: Decimal
    valid_on: date
    source: str


def day_of(at: datetime) -> date:
    """The day of a moment by the shop's clock."""
    return at.astimezone(ZoneInfo(tenant_in_scope().time_zone)).date()


def rates_at(at: datetime) -> Rates:
    """The newest rate of each pair that was in force at a moment and was not too old then. One statement."""
    today = day_of(at)
    rows = Row.objects.filter(state="active", valid_on__lte=today).order_by("base", "currency", "-valid_on")
    newest = rows.distinct("base", "currency")
    return {
        (row.base, row.currency): Rate(value=Fraction(row.value), valid_on=row.valid_on, source=row.source)
        for row in newest
        if not is_old(row.valid_on, today, settings.RATE_DAYS)
    }


def presented(money: Money, currency: str, *, at: datetime) -> Presented | None:
    """What an amount is in another currency at a moment; None where no rate says, or none that is new enough."""
    return presented_at(rates_at(at), money, currency)


def presented_at(rates: Rates, money: Money, currency: str) -> Presented | None:
    """The same, at rates that were read before."""
    rate = rate_between(rates, money.currency, currency) if currency != money.currency else None
    if rate is None:
        return None
    return Presented(money=converted(money, currency, rate), rate=rate.told, valid_on=rate.valid_on, source=rate.source)


def presentable(currency: str, *, at: datetime) -> list[str]:
    """The currencies in which amounts can be shown at a moment."""
    return reachable(rates_at(at), currency)
