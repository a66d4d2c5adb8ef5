"""What a rate must look like, and what an amount is at one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import Money, currency_step, exponent, round_minor
from dingdan.kernel.text import clean_text

MOST_AT_ONCE: Final = 2_000
DIGITS, PLACES = 24, 12
"""How a rate is kept: so many digits, so many of them after the point."""
_LARGEST: Final = Decimal(10) ** (DIGITS - PLACES)
_FIRST: Final = date(1999, 1, 1)
_TOLD: Final = Context(prec=6)


class ExchangeRateNotUsable(Refusal):
    """No amount can be shown at it."""

    status = 422
    sentence = _("A rate is a number above zero with at most 12 decimals, such as 1.0843.")
    remedy = _("Write how much of the other currency one unit of the base currency is.")


class TooManyRates(Refusal):
    """The list is longer than any that banks publish for a day."""

    status = 422
    sentence = _("A list has from 1 to {most} rates.")
    remedy = _("Send it in several parts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDraft:
    """A rate as it shall be: one unit of ``base`` is ``value`` units of ``currency``, from the day ``valid_on`` on.

    ``id`` names one that is to change; else the currencies and the day tell which it is.
    """

    base: str
    currency: str
    value: Decimal
    valid_on: date
    source: str = ""
    id: UUID | None = None


def clean_rate(draft: RateDraft, *, at: str = "") -> RateDraft:
    """The rate with its texts cleaned. Refuses what cannot be, naming the field."""
    for name in ("base", "currency"):
        try:
            exponent(getattr(draft, name))
        except Refusal as refusal:
            raise type(refusal)(field=f"{at}{name}", currency=str(getattr(draft, name))[:12]) from None
    if draft.base == draft.currency:
        raise Invalid(field=f"{at}currency", reason=_("A rate is between two currencies."))
    value = draft.value
    if not value.is_finite() or not 0 < value < _LARGEST or value != round(value, PLACES):
        raise ExchangeRateNotUsable(field=f"{at}value")
    if draft.valid_on < _FIRST:
        raise Invalid(field=f"{at}valid_on", reason=_("Give a day since 1999."))
    return replace(draft, source=clean_text(draft.source, f"{at}source", 60, required=False))


def clean_rates(drafts: Sequence[RateDraft]) -> list[RateDraft]:
    """The rates of a list; of two for the same day the last one counts. Refuses what cannot be, naming its place."""
    if not 1 <= len(drafts) <= MOST_AT_ONCE:
        raise TooManyRates(field="rates", most=MOST_AT_ONCE)
    cleaned = [clean_rate(draft, at=f"rates.{place}.") for place, draft in enumerate(drafts)]
    return list({(one.base, one.currency, one.valid_on): one for one in cleaned}.values())


# ── what an amount is elsewhere ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many units of another currency one unit is, since when, and who says so."""

    value: Fraction
    valid_on: date
    source: str = ""

    @property
    def told(self) -> Decimal:
        """The rate as people read it: exact as far as six digits go, else rounded to them."""
        return _TOLD.divide(Decimal(self.value.numerator), Decimal(self.value.denominator))


Rates = Mapping[tuple[str, str], Rate]
"""The newest rate of each pair of currencies."""


def is_old(valid_on: date, today: date, days: int) -> bool:
    """Whether a rate says too little of today to be shown."""
    return valid_on < today - timedelta(days=days)


def rate_between(rates: Rates, one: str, other: str) -> Rate | None:
    """The rate from one currency to another: as it is written down, turned around, or through a third that knows both."""
    if (one, other) in rates:
        return rates[one, other]
    if (other, one) in rates:
        back = rates[other, one]
        return replace(back, value=1 / back.value)
    through = [
        Rate(value=there.value / here.value, valid_on=min(here.valid_on, there.valid_on), source=here.source)
        for base in sorted({pair[0] for pair in rates})
        if (here := rates.get((base, one))) and (there := rates.get((base, other)))
    ]
    return max(through, key=lambda rate: rate.valid_on, default=None)


def reachable(rates: Rates, currency: str) -> list[str]:
    """The currencies in which an amount can be shown."""
    known = sorted({code for pair in rates for code in pair} - {currency})
    return [code for code in known if rate_between(rates, currency, code)]


def converted(money: Money, currency: str, rate: Rate) -> Money:
    """An amount in another currency, rounded to what people pay in that currency."""
    scale = Fraction(10) ** (exponent(currency) - exponent(money.currency))
    return Money(round_minor(money.amount * rate.value * scale, step=currency_step(currency)), currency)
