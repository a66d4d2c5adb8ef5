"""How the back office writes amounts, times and numbers: as its reader does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_decimal
from django.utils import timezone

from dingdan.automation.notices import reader_locale
from dingdan.kernel.money import Money, exponent
from dingdan.kernel.text import country_codes

_DJANGO_TO_BABEL = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
_reader: ContextVar[str] = ContextVar("dingdan_reader", default="en")

NOTHING = "–"


@contextmanager
def reading_as(language: str, country: str) -> Iterator[None]:
    """Let everything inside be written for readers of a language in a country."""
    with read_as(reader_locale(_DJANGO_TO_BABEL.get(language, language), country)):
        yield


@contextmanager
def read_as(reader: str) -> Iterator[None]:
    """Let everything inside be written for readers of a locale."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def locale() -> str:
    """The reader's locale, such as en-GB."""
    return _reader.get()


def _locale() -> Locale:
    return Locale.parse(locale(), sep="-")


def money(amount: int | None, currency: str) -> str:
    """Minor units as the reader writes them."""
    return NOTHING if amount is None else Money(amount, currency).format(locale())


def unit_price(price: Decimal, currency: str) -> str:
    """A unit price in minor units, with the digits that it has beyond those of its currency."""
    if price == price.to_integral_value():
        return money(int(price), currency)
    return f"{_exact(price.scaleb(-exponent(currency)))} {currency}"


def _exact(number: Decimal) -> str:
    return format_decimal(number.normalize(), locale=_locale(), decimal_quantization=False)


def moment(at: datetime | None) -> str:
    """Day and time by the shop's clock."""
    if at is None:
        return NOTHING
    zone, there = timezone.get_current_timezone(), _locale()
    return " ".join(format_skeleton(skeleton, at, tzinfo=zone, locale=there) for skeleton in ("yMMMd", "Hm"))


def time_between(since: datetime, until: datetime) -> str:
    """How long it is from a moment to another, in its largest unit."""
    return format_timedelta(until - since, threshold=1.5, locale=_locale())


def day(on: date | None) -> str:
    """A date."""
    return NOTHING if on is None else format_date(on, "medium", locale=_locale())


def short_day(on: date) -> str:
    """A date of about now: its month and day."""
    return format_skeleton("MMMd", on, locale=_locale())


def count(number: int) -> str:
    """A whole number with the reader's separators."""
    return format_decimal(number, locale=_locale())


def percent(rate: Decimal) -> str:
    """A rate such as 0.2 as 20%."""
    return f"{_exact(rate * 100)}%"


def countries() -> list[tuple[str, str]]:
    """The countries by their codes, as the reader calls and sorts them."""
    named = _locale().territories
    return sorted(((code, named[code]) for code in country_codes() if code in named), key=lambda one: one[1])
