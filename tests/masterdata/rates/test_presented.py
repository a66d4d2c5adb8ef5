"""What an amount is in another currency."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import override_settings

from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.masterdata.rates.queries import presentable, presented
from dingdan.masterdata.rates.rules import Rate, converted, rate_between, reachable
from tests.masterdata.rates.drafts import TODAY, rate, write_down
from tests.masterdata.shop import Shop

DAY = date(2026, 11, 27)
BOOK = {
    ("EUR", "JPY"): Rate(value=Fraction("162.38"), valid_on=DAY, source="ECB"),
    ("EUR", "USD"): Rate(value=Fraction("1.0843"), valid_on=DAY),
    ("EUR", "KWD"): Rate(value=Fraction("0.3333"), valid_on=DAY - timedelta(days=1)),
}


@pytest.mark.parametrize(
    ("money", "currency", "amount"),
    [
        (Money(15000, "EUR"), "JPY", 24357),  # two decimals to none
        (Money(24357, "JPY"), "EUR", 15000),  # and back
        (Money(1, "EUR"), "JPY", 2),  # 1.6238 rounds up
        (Money(15000, "EUR"), "USD", 16265),  # 162.645 rounds half up
        (Money(-15000, "EUR"), "USD", -16265),  # and mirrors at zero
        (Money(100, "EUR"), "KWD", 333),  # to three decimals
        (Money(333, "KWD"), "EUR", 100),
        (Money(1000, "JPY"), "USD", 668),  # through the euro: 1000 × 1.0843 ÷ 162.38
        (Money(1000, "USD"), "KWD", 3074),
    ],
    ids=str,
)
def test_amounts_are_rounded_to_their_currency(money: Money, currency: str, amount: int) -> None:
    found = rate_between(BOOK, money.currency, currency)
    assert found is not None
    assert converted(money, currency, found) == Money(amount, currency)


def test_rates_are_told_as_people_read_them() -> None:
    told = [(one, other) for one, other in (("EUR", "JPY"), ("JPY", "EUR"), ("USD", "KWD"))]
    rates = [rate_between(BOOK, *pair) for pair in told]
    assert [one.told if one else None for one in rates] == [Decimal("162.38"), Decimal("0.00615839"), Decimal("0.307387")]
    assert [one.valid_on if one else None for one in rates] == [DAY, DAY, DAY - timedelta(days=1)]


def test_what_no_rate_reaches_is_not_shown() -> None:
    assert rate_between(BOOK, "EUR", "GBP") is None
    assert reachable(BOOK, "JPY") == ["EUR", "KWD", "USD"]
    assert reachable(BOOK, "GBP") == []


def test_the_newest_rate_of_a_moment_counts(shop: Shop) -> None:
    write_down(shop, rate("EUR", "JPY", "160", on=TODAY - timedelta(days=3)), rate("EUR", "JPY", "162.38", source="ECB"))
    now = presented(Money(15000, "EUR"), "JPY", at=clock.now())
    assert now is not None
    assert (now.money.amount, now.rate, now.valid_on, now.source) == (24357, Decimal("162.38"), TODAY, "ECB")
    before = presented(Money(15000, "EUR"), "JPY", at=clock.now() - timedelta(days=3))
    assert before is not None
    assert before.money.amount == 24000
    assert presented(Money(15000, "EUR"), "JPY", at=clock.now() - timedelta(days=9)) is None
    assert presented(Money(15000, "EUR"), "EUR", at=clock.now()) is None


def test_what_is_too_old_is_not_used(shop: Shop) -> None:
    write_down(shop, rate("EUR", "JPY", "160", on=TODAY - timedelta(days=9)))
    assert presentable("EUR", at=clock.now()) == []
    with override_settings(RATE_DAYS=30):
        assert presentable("EUR", at=clock.now()) == ["JPY"]
