"""What can be asked about rates: what an amount is in another currency. For information only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.conf import settings

from dingdan.kernel.days import day_of
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import shop_zone
from dingdan.masterdata.rates.models import Rate as Row
from dingdan.masterdata.rates.rules import Rate, Rates, converted, is_old, rate_between, reachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """An amount as it is shown in another currency: one unit of its own is about `rate` of the other, said by whom and when."""

    money: Money
    rate: Decimal
    valid_on: date
    source: str


def rates_at(at: datetime) -> Rates:
    """The newest rate of each pair that was in force at a moment and was not too old then. One statement."""
    today = day_of(at, shop_zone())
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
