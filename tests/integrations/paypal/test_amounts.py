"""Amounts as PayPal writes them: only plain numbers are believed, and nothing is rounded."""

from __future__ import annotations

import pytest

from dingdan.integrations.paypal.amounts import CURRENCIES, minor, money, read


@pytest.mark.parametrize(
    ("currency", "ours", "text"),
    [("GBP", 1250, "12.50"), ("USD", 5, "0.05"), ("JPY", 500, "500"), ("TWD", 80_000, "800"), ("HUF", 123_400, "1234")],
)
def test_it_works(currency: str, ours: int, text: str) -> None:
    assert money(ours, currency) == {"currency_code": currency, "value": text}
    assert read({"currency_code": currency, "value": text}) == (ours, currency)


@pytest.mark.parametrize(("currency", "ours"), [("TWD", 80_050), ("HUF", 1)])
def test_what_paypal_does_not_take(currency: str, ours: int) -> None:
    assert money(ours, currency) is None


@pytest.mark.parametrize(
    "text",
    [
        " 12.50",
        "12.50 ",
        "+12.50",
        "-12.50",
        "1.25e1",
        "12.505",
        "１２.50",
        "12,50",
        "012.50",
        "12.",
        ".5",
        "",
        "NaN",
        "0x1",
        "1_0",
    ],
)
def test_what_is_no_plain_number_is_not_believed(text: str) -> None:
    assert minor(text, "GBP") is None
    assert read({"currency_code": "GBP", "value": text}) is None


@pytest.mark.parametrize(
    "told", [None, {}, [], "12.50", {"currency_code": "GBP", "value": 12.5}, {"currency_code": "XXX", "value": "1"}]
)
def test_what_is_no_money_is_not_believed(told: object) -> None:
    assert read(told) is None
    assert minor("100.5", "JPY") is None


def test_every_currency_comes_back_as_it_went() -> None:
    for currency in CURRENCIES:
        for amount in (100, 12_300, 999_999_900):
            assert read(money(amount, currency)) == (amount, currency)
