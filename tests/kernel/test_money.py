import os
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.core import get_global
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdan.kernel.money import (
    CURRENCIES,
    LARGEST_AMOUNT,
    AmountNotReadable,
    AmountTooLarge,
    CurrenciesDiffer,
    Money,
    Rounding,
    UnknownCurrency,
    allocate,
    bounded,
    currency_step,
    exponent,
    parse,
    plain,
    round_minor,
    round_ratio,
)

EXAMPLES = int(os.environ.get("DINGDAN_EXAMPLES", "300"))
AMOUNTS = st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT)


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [
        ("GBP", 2), ("EUR", 2), ("USD", 2), ("CNY", 2), ("TWD", 2), ("HUF", 2), ("IDR", 2), ("MGA", 2),
        ("JPY", 0), ("KRW", 0), ("VND", 0), ("CLP", 0), ("ISK", 0), ("UGX", 0), ("XPF", 0),
        ("KWD", 3), ("BHD", 3), ("TND", 3), ("IQD", 3), ("JOD", 3), ("OMR", 3), ("LYD", 3),
        ("CLF", 4), ("UYW", 4),
    ],
)  # fmt: skip
def test_exponents_are_those_of_the_standard(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


def test_what_is_worked_out_can_be_paid() -> None:
    steps = {code: currency_step(code) for code in ("GBP", "JPY", "KWD", "TWD", "HUF", "IQD", "SEK", "CZK", "CHF")}
    assert steps == {"GBP": 1, "JPY": 1, "KWD": 1, "TWD": 100, "HUF": 100, "IQD": 1000, "SEK": 1, "CZK": 1, "CHF": 1}
    without_coins = {code for code, told in get_global("currency_fractions").items() if told[2] == 0}
    assert {code for code in CURRENCIES if currency_step(code) > 1} <= without_coins

    assert [round_minor(Decimal(amount), step=100) for amount in ("9950", "9949.9", "-9950", "50", "49")] == [
        100_00, 99_00, -100_00, 1_00, 0,
    ]  # fmt: skip
    assert [round_ratio(5, 2, rule, step=2) for rule in ("half_up", "half_even", "down")] == [2, 2, 2]
    assert allocate(100_00, [897_00, 450_00], step=100) == [67_00, 33_00]
    # What somebody typed with cents is split in cents, so that nothing bears more than it costs.
    assert allocate(100_00, [99_50, 50], step=100) == [99_50, 50]
    assert allocate(-100_50, [3_00, 1_00], step=100) == [-75_38, -25_12]


def test_every_money_that_a_country_pays_with_is_known() -> None:
    in_use = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _, ended, is_tender in uses
        if is_tender and ended is None
    }
    assert in_use - set(CURRENCIES) == set()
    assert len(CURRENCIES) == len(set(CURRENCIES)) == 171


@pytest.mark.parametrize("code", ["", "gbp", "GB", "XTS", "XAU", "DOGE", "G\0P"])
def test_it_refuses_what_is_no_currency(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        Money(1, code)
    assert refused.value.field == "currency"


def test_money_adds_subtracts_negates_and_is_multiplied() -> None:
    assert Money(1250, "GBP") + Money(1, "GBP") == Money(1251, "GBP")
    assert Money(1250, "GBP") - Money(1300, "GBP") == Money(-50, "GBP")
    assert -Money(5, "GBP") == Money(-5, "GBP")
    assert abs(Money(-5, "GBP")) == Money(5, "GBP")
    assert Money(5, "GBP") * 3 == 3 * Money(5, "GBP") == Money(15, "GBP")
    assert bool(Money(0, "GBP")) is False
    assert bool(Money(-1, "GBP")) is True


def test_money_compares_within_its_currency() -> None:
    assert sorted([Money(3, "JPY"), Money(1, "JPY"), Money(2, "JPY")]) == [Money(1, "JPY"), Money(2, "JPY"), Money(3, "JPY")]
    assert Money(1, "JPY") <= Money(1, "JPY") < Money(2, "JPY")
    assert Money(2, "JPY") >= Money(2, "JPY") > Money(1, "JPY")
    assert Money(1, "JPY") != Money(1, "GBP")
    with pytest.raises(CurrenciesDiffer):
        assert Money(1, "JPY") < Money(2, "GBP")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrenciesDiffer) as refused:
        Money(1, "GBP") + Money(1, "EUR")
    assert refused.value.facts == {"currency": "GBP", "other": "EUR"}


@pytest.mark.parametrize("wrong", [1.0, Decimal(1), "1", None, True, 1j])
def test_an_amount_is_an_int(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, "GBP")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        _ = Money(1, "GBP") * wrong
    with pytest.raises(TypeError):
        _ = Money(1, "GBP") + wrong


def test_money_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Money(1, "GBP").amount = 2  # type: ignore[misc]


def test_amounts_have_bounds() -> None:
    assert Money(LARGEST_AMOUNT, "GBP").amount == 10**15
    assert bounded(-LARGEST_AMOUNT) == -(10**15)
    with pytest.raises(AmountTooLarge):
        Money(LARGEST_AMOUNT, "GBP") + Money(1, "GBP")
    with pytest.raises(AmountTooLarge) as refused:
        bounded(-LARGEST_AMOUNT - 1, field="lines.0.unit_price")
    assert refused.value.field == "lines.0.unit_price"


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "GBP", 1250), ("12.5", "GBP", 1250), ("12", "GBP", 1200), (" -0.01 ", "GBP", -1), ("+3", "GBP", 300),
        ("500", "JPY", 500), ("1.234", "KWD", 1234), ("1", "CLF", 10000), ("10000000000000.00", "GBP", 10**15),
    ],
)  # fmt: skip
def test_parse_reads_plain_text(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "GBP"), ("12.505", "GBP"), ("12.0", "JPY"), ("1,234.50", "GBP"), ("1e3", "GBP"), ("NaN", "GBP"), ("Infinity", "GBP"),
        ("£5", "GBP"), (".5", "GBP"), ("5.", "GBP"), ("--5", "GBP"), ("٥", "GBP"), ("1_000", "GBP"), ("9" * 19, "GBP"),
        (12.5, "GBP"),
    ],
)  # fmt: skip
def test_parse_refuses_everything_else(text: object, currency: str) -> None:
    with pytest.raises(AmountNotReadable) as refused:
        parse(text, currency, field="total")
    assert refused.value.field == "total"
    assert refused.value.facts["currency"] == currency


def test_parse_shows_an_example_that_can_be_read() -> None:
    for currency, example in (("GBP", "12.50"), ("JPY", "12"), ("KWD", "12.500")):
        with pytest.raises(AmountNotReadable) as refused:
            parse("?", currency)
        assert refused.value.facts["example"] == example


def test_parse_refuses_an_amount_beyond_the_bounds() -> None:
    with pytest.raises(AmountTooLarge):
        parse("10000000000000.01", "GBP")


@given(AMOUNTS, st.sampled_from(["JPY", "GBP", "KWD", "CLF"]))
@settings(max_examples=EXAMPLES)
def test_plain_is_read_back_as_it_was(amount: int, currency: str) -> None:
    assert parse(plain(amount, currency), currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(123450, "GBP"), "en", "£1,234.50"),
        (Money(123450, "EUR"), "de", "1.234,50\N{NO-BREAK SPACE}€"),
        (Money(-5, "GBP"), "en", "-£0.05"),
        (Money(1500, "JPY"), "ja", "￥1,500"),
        (Money(12345, "KWD"), "en", "KWD\N{NO-BREAK SPACE}12.345"),
        (Money(12345, "TWD"), "zh-Hant", "$123.45"),
        (Money(115800, "TWD"), "zh-Hant", "$1,158"),
        (Money(-250000, "HUF"), "en", "-HUF\N{NO-BREAK SPACE}2,500"),
        (Money(115800, "CNY"), "zh-Hans", "¥1,158.00"),
        (Money(12345, "CNY"), "zh_Hans_CN", "¥123.45"),
        (Money(123450, "IDR"), "en", "IDR\N{NO-BREAK SPACE}1,234.50"),
        (Money(10**15, "GBP"), "en", "£10,000,000,000,000.00"),
    ],
)
def test_format_is_as_people_of_the_locale_write_it(money: Money, locale: str, text: str) -> None:
    assert money.format(locale) == text


def test_str_is_plain() -> None:
    assert str(Money(-1234, "KWD")) == "-1.234 KWD"
    assert Money(1250, "GBP").major == Decimal("12.50")


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "down"),
    [
        ("0.5", 1, 0, 0), ("1.5", 2, 2, 1), ("2.5", 3, 2, 2), ("2.4999999999", 2, 2, 2), ("2.5000000001", 3, 3, 2),
        ("-0.5", -1, 0, 0), ("-1.5", -2, -2, -1), ("-2.5", -3, -2, -2), ("7", 7, 7, 7), ("0", 0, 0, 0),
    ],
)  # fmt: skip
def test_rounding(value: str, half_up: int, half_even: int, down: int) -> None:
    number = Decimal(value)
    assert (round_minor(number), round_minor(number, "half_even"), round_minor(number, "down")) == (half_up, half_even, down)
    assert round_minor(Fraction(value)) == half_up


@pytest.mark.parametrize("wrong", [0.5, "0.5", True, None])
def test_a_float_is_never_rounded(wrong: object) -> None:
    with pytest.raises(TypeError):
        round_minor(wrong)


def test_an_unknown_rule_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no such rounding rule"):
        round_ratio(1, 2, "up")  # type: ignore[arg-type]


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9), st.sampled_from(["half_up", "half_even", "down"]))
@settings(max_examples=EXAMPLES)
def test_rounding_mirrors_at_zero_and_is_never_a_unit_off(numerator: int, denominator: int, rule: Rounding) -> None:
    rounded = round_ratio(numerator, denominator, rule)
    assert round_ratio(-numerator, denominator, rule) == -rounded
    distance = abs(Fraction(numerator, denominator) - rounded)
    assert distance < 1 if rule == "down" else distance <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [3, 7], [2, 3]),
        (5, [7, 3], [4, 1]),
        (1000, [333, 333, 334], [333, 333, 334]),
        (10, [0, 1, 0, 1], [0, 5, 0, 5]),
        (3, [0, 1, 0, 1], [0, 2, 0, 1]),
        (7, [0, 0, 0], [3, 2, 2]),
        (0, [5, 5], [0, 0]),
        (0, [], []),
        (10, [-1, -1], [5, 5]),
        (10, [3, -1], [15, -5]),
        (1, [10**15, 1], [1, 0]),
    ],
)
def test_allocate(total: int, weights: list[int], parts: list[int]) -> None:
    assert allocate(total, weights) == parts


def test_a_total_needs_somebody_to_take_it() -> None:
    with pytest.raises(ValueError, match="nothing to allocate to"):
        allocate(1, [])


@given(AMOUNTS, st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
@settings(max_examples=EXAMPLES)
def test_parts_add_up_and_are_less_than_a_unit_from_their_due(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert allocate(-total, weights) == [-part for part in parts]
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, whole)) < 1
            assert weight or part == 0
            assert part * total >= 0


@given(AMOUNTS, st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40))
@settings(max_examples=EXAMPLES)
def test_parts_add_up_even_with_negative_weights(total: int, weights: list[int]) -> None:
    assert sum(allocate(total, weights)) == total
