"""Rates as they are written down in tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.masterdata.rates.commands import save_rates
from dingdan.masterdata.rates.queries import presented
from dingdan.masterdata.rates.rules import RateDraft
from tests.conftest import Shop as SomeShop
from tests.masterdata.shop import Shop

TODAY = clock.now().date() - timedelta(days=1)
"""Yesterday, which it is by every clock: banks publish in the afternoon."""


def rate(base: str, currency: str, value: str, *, on: date = TODAY, source: str = "") -> RateDraft:
    """A rate, of yesterday unless said."""
    return RateDraft(base=base, currency=currency, value=Decimal(value), valid_on=on, source=source)


def write_down(shop: Shop | SomeShop, *rates: RateDraft) -> None:
    """The shop knows these rates."""
    save_rates(shop.call(), rates=rates)


def euros_in_yen() -> int | None:
    """What 150 euros are in yen now; None where no rate says."""
    found = presented(Money(15000, "EUR"), "JPY", at=clock.now())
    return found.money.amount if found else None
