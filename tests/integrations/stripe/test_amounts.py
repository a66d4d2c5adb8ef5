"""Amounts as Stripe documents them (https://docs.stripe.com/currencies): never rounded."""

from __future__ import annotations

import pytest

from dingdan.integrations.stripe.amounts import from_stripe, to_stripe
from dingdan.kernel.money import CURRENCIES


@pytest.mark.parametrize(
    ("currency", "ours", "stripes"),
    [
        ("GBP", 1099, 1099),
        ("JPY", 500, 500),
        ("KRW", 500, 500),
        ("MGA", 50_000, 500),  # two decimals by ISO 4217, whole at Stripe
        ("ISK", 5, 500),  # whole by ISO 4217, written with two decimals at Stripe
        ("UGX", 5, 500),
        ("KWD", 5_120, 5_120),
        ("BHD", 10, 10),
        ("HUF", 1_050, 1_050),  # charges may have fillér; only payouts are whole
        ("TWD", 80_025, 80_025),
        ("CNY", 1, 1),
    ],
)
def test_it_works(currency: str, ours: int, stripes: int) -> None:
    assert to_stripe(ours, currency) == stripes
    assert from_stripe(stripes, currency) == ours


@pytest.mark.parametrize(("currency", "ours"), [("MGA", 50_001), ("KWD", 5_124), ("OMR", 1), ("TND", 19_999)])
def test_what_stripe_cannot_be_asked_for(currency: str, ours: int) -> None:
    assert to_stripe(ours, currency) is None


@pytest.mark.parametrize(("currency", "stripes"), [("ISK", 550), ("UGX", 1)])
def test_what_cannot_be_ours(currency: str, stripes: int) -> None:
    assert from_stripe(stripes, currency) is None


def test_every_currency_comes_back_as_it_went() -> None:
    for currency in CURRENCIES:
        for amount in (100, 12_300, 999_999_900):
            told = to_stripe(amount, currency)
            assert told is not None
            assert from_stripe(told, currency) == amount
