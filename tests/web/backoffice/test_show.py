"""Amounts, times and words, as their reader writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from dingdan.web.backoffice import show
from dingdan.web.backoffice.words import spelled, tone, word

AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "country", "money", "moment", "day"),
    [
        ("en", "GB", "£1,234.50", "24 Nov 2026 07:30", "23 Nov 2026"),
        ("en", "US", "£1,234.50", "Nov 24, 2026 07:30", "Nov 23, 2026"),
        ("zh-hant", "TW", "£1,234.50", "2026年11月24日 07:30", "2026年11月23日"),
        ("zh-hans", "CN", "£1,234.50", "2026年11月24日 07:30", "2026年11月23日"),
    ],
)
def test_as_the_reader_writes(language: str, country: str, money: str, moment: str, day: str) -> None:
    with show.reading_as(language, country), timezone.override(ZoneInfo("Asia/Taipei")):
        assert show.money(123450, "GBP") == money
        assert show.moment(AT) == moment
        assert show.day(date(2026, 11, 23)) == day


def test_nothing_is_a_dash() -> None:
    assert [show.money(None, "GBP"), show.moment(None), show.day(None)] == ["–"] * 3


@pytest.mark.parametrize(
    ("price", "currency", "told"),
    [("250", "GBP", "£2.50"), ("250.5", "GBP", "2.505 GBP"), ("1250.25", "JPY", "1,250.25 JPY"), ("1.5", "KWD", "0.0015 KWD")],
)
def test_a_unit_price_keeps_its_digits(price: str, currency: str, told: str) -> None:
    assert show.unit_price(Decimal(price), currency) == told


def test_numbers_and_rates() -> None:
    assert (show.count(1234567), show.percent(Decimal("0.2")), show.percent(Decimal("0.0875"))) == ("1,234,567", "20%", "8.75%")


@pytest.mark.parametrize(
    ("code", "words"), [("partly_paid", "Partly paid"), ("OrderPlaced", "Order placed"), ("x", "X"), ("", "")]
)
def test_words_are_made_from_codes(code: str, words: str) -> None:
    assert spelled(code) == words


def test_a_word_in_chinese() -> None:
    with translation.override("zh-hant"):
        assert (word("unpaid"), word("OrderPlaced"), word("")) == ("未付款", "已下單", "")
    with translation.override("zh-hans"):
        assert (word("unpaid"), word("OrderPlaced")) == ("未付款", "已下单")


def test_states_have_a_tone() -> None:
    assert [tone(code) for code in ("paid", "unpaid", "failed", "shipped", "canceled")] == [
        "success",
        "warning",
        "danger",
        "info",
        "",
    ]
