"""One cell of a table as a value: whole number, decimal, moment, text. What cannot be read says why, and what to do.

The readers remember what they read lately: half a million lines hold a few thousand different prices, quantities and names.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from dingdan.kernel.money import exponent, round_ratio

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,10}(?:\.0{1,6})?", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffd-\uffff]")
_SPACES: Final = re.compile(r"\s+")
LARGEST_QUANTITY: Final = 1_000_000_000
LARGEST_PRICE: Final = 1_000_000_000
LONGEST_TEXT: Final = 500
YEARS: Final = range(1900, 2200)


class BadCell(ValueError):
    """A cell that cannot be read: ``code`` for machines, the sentence and the remedy for people."""

    def __init__(self, code: str, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.remedy = remedy


class Moment(NamedTuple):
    """A local time of the file: the instant in UTC, and the day as its people called it."""

    at: datetime
    day: date


class Price(NamedTuple):
    """A unit price in major units, and the same in minor units as a fraction (so that amounts are integer arithmetic)."""

    value: Decimal
    numerator: int
    denominator: int

    def times(self, quantity: int) -> int:
        """Quantity × price in minor units, halves away from zero."""
        if self.denominator == 1:
            return quantity * self.numerator
        return round_ratio(quantity * self.numerator, self.denominator)


def _shown(text: str) -> str:
    return f"“{text[:30]}{'…' if len(text) > 30 else ''}”"


@lru_cache(maxsize=8192)
def whole(text: str) -> int:
    """A whole number, up to a billion either way; ``17850.0`` as spreadsheets write it is one, too."""
    plain = text.strip()
    if not _WHOLE.fullmatch(plain):
        raise BadCell(
            "not_a_whole_number", f"{_shown(text)} is not a whole number.", "Write digits only, without separators of thousands."
        )
    number = int(plain.partition(".")[0])
    if abs(number) > LARGEST_QUANTITY:
        raise BadCell("number_too_large", f"{_shown(text)} is beyond a billion.", "Check the number, or split the line.")
    return number


@lru_cache(maxsize=8192)
def decimal(text: str, point: str = ".") -> Decimal:
    """A decimal number with up to six decimals, exact. ``point`` is the file's decimal sign; nothing may part thousands."""
    plain = text.strip()
    if point == ",":
        plain = plain.replace(".", "?").replace(",", ".")
    if not _DECIMAL.fullmatch(plain):
        raise BadCell(
            "not_a_number",
            f"{_shown(text)} is not a decimal number.",
            f"Write digits and one “{point}”, at most six decimals, no currency.",
        )
    number = Decimal(plain)
    if abs(number) > LARGEST_PRICE:
        raise BadCell("number_too_large", f"{_shown(text)} is beyond a billion.", "Check the number.")
    return number


@lru_cache(maxsize=8192)
def price(text: str, currency: str, point: str = ".") -> Price:
    """A unit price in major units of ``currency``."""
    value = decimal(text, point)
    return Price(value, *value.scaleb(exponent(currency)).as_integer_ratio())


@lru_cache(maxsize=4096)
def moment(text: str, zone: ZoneInfo, shape: str | None = None) -> Moment:
    """A time, written in ``shape`` (as strptime knows it) or as ISO 8601: local to ``zone`` unless it says its own offset.

    The hour that comes twice in autumn is its first; one that never was in spring counts from the offset before the change.
    """
    plain = text.strip()
    try:
        read = datetime.strptime(plain, shape) if shape else datetime.fromisoformat(plain)  # noqa: DTZ007
        local = read.replace(tzinfo=zone) if read.tzinfo is None else read.astimezone(zone)
        if local.year not in YEARS:
            raise ValueError(local.year)
        return Moment(local.astimezone(UTC), local.date())
    except (ValueError, OverflowError):
        wanted = shape or "2010-12-01 08:26:00"
        raise BadCell("not_a_time", f"{_shown(text)} is not a date and time.", f"Write it as {wanted}.") from None


@lru_cache(maxsize=16384)
def words(text: str) -> str:
    """Text trimmed, single-spaced, in Unicode's composed form; refused when it cannot be stored or is longer than 500."""
    plain = unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())
    broken = _CONTROL.search(plain)
    if broken:
        raise BadCell(
            "broken_text",
            f"The text holds the character U+{ord(broken[0]):04X}, which cannot be stored or shown.",
            "Save the file as UTF-8, and type the text again.",
        )
    if len(plain) > LONGEST_TEXT:
        raise BadCell("text_too_long", f"The text has {len(plain)} characters; {LONGEST_TEXT} is the most.", "Shorten it.")
    return plain
