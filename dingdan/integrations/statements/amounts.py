"""Amounts and days as banks write them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.statements.refusing import StatementNotReadable
from dingdan.kernel.money import LARGEST_AMOUNT, UnknownCurrency, exponent

LONGEST_TEXT: Final = 1000


@lru_cache(4096)
def minor(text: str, currency: str, point: str = ".") -> int:
    """An amount without a sign in minor units of its currency; further decimals must be zeros."""
    whole, _point, decimals = text.strip().partition(point)
    digits = _exponent(currency)
    kept, beyond = decimals[:digits], decimals[digits:]
    number = f"{whole}{kept.ljust(digits, '0')}"
    if not number.isascii() or not number.isdigit() or beyond.strip("0") or int(number) > LARGEST_AMOUNT:
        raise StatementNotReadable(_("“{amount}” is not an amount of {currency}.").format(amount=text[:30], currency=currency))
    return int(number)


def _exponent(currency: str) -> int:
    try:
        return exponent(currency)
    except UnknownCurrency:
        raise StatementNotReadable(_("“{currency}” is not a currency.").format(currency=currency[:12])) from None


@lru_cache(4096)
def day(text: str) -> date:
    """A day as ISO 8601 writes it; of a time, its day."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise StatementNotReadable(_("“{day}” is not a day.").format(day=text[:30])) from None


@lru_cache(4096)
def day_as(text: str, shape: str) -> date:
    """A day as `strptime` reads it."""
    try:
        return datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise StatementNotReadable(_("“{day}” is not a day written as {shape}.").format(day=text[:30], shape=shape)) from None


def words(*texts: str, most: int = LONGEST_TEXT) -> str:
    """Texts put together with single blanks, as long as there is room for, without what cannot be stored."""
    joined = " ".join(" ".join(texts).split())
    return (joined if joined.isprintable() else "".join(filter(str.isprintable, joined)))[:most]
