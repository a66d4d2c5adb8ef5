"""Money: whole minor units with a currency, one place to round, one place to split.

Amounts are integers of the currency's smallest unit (cents, yen, fils); a float never appears. A *unit price* may carry more
digits than the currency has, as a ``Decimal`` of minor units, and becomes an amount through :func:`round_minor` alone.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from babel import Locale
from babel.core import get_global
from babel.numbers import NumberPattern, get_currency_symbol
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

Rounding = Literal["half_up", "half_even", "down"]
ROUNDINGS: Final[tuple[Rounding, ...]] = ("half_up", "half_even", "down")

#: No single amount may be larger: a bigint (about 9.2 × 10**18) then has room for the sum of nine thousand of the largest.
LARGEST_AMOUNT: Final = 10**15

# ISO 4217 list one: how many decimals the minor unit has, wherever that is not two. (CLDR's digits, which Babel carries, are
# what people like to read, not what banks settle in: it says 0 for IDR, HUF and IQD where the standard says 2, 2 and 3.)
_NOT_TWO_DECIMALS: Final[Mapping[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# In use, and (last line) withdrawn so lately that an order of the last years may carry them.
_TWO_DECIMALS: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    ANG BGN CUC HRK SLL ZWL
"""
_EXPONENTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **{code: decimals for decimals, codes in _NOT_TWO_DECIMALS.items() for code in codes.split()},
}
CURRENCIES: Final[tuple[str, ...]] = tuple(sorted(_EXPONENTS))

# Nobody pays parts of these, in cash or by card, whatever decimals the standard gives them (record 0042). CLDR names all of them
# among those without cash decimals; of the others there (CZK, NOK, SEK, RSD, PKR …) cards and transfers still move hundredths.
_PAID_WHOLE: Final = "AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK SLL SOS SYP TWD YER"

_PLAIN_NUMBER: Final = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,18})(?:\.(?P<part>[0-9]{1,18}))?", re.ASCII)


class UnknownCurrency(Refusal):
    """The code is not one of ISO 4217 that money is settled in."""

    status = 422
    sentence = _("“{currency}” is not a currency of ISO 4217.")
    remedy = _("Give the three capital letters of the currency, such as EUR.")


class AmountNotReadable(Refusal):
    """The text is not a plain number of that currency."""

    status = 422
    sentence = _("This cannot be read as an amount in {currency}, which has {decimals} decimals.")
    remedy = _("Write it with digits and a point, such as {example}, and with no more than {decimals} decimals.")


class AmountTooLarge(Refusal):
    """The amount lies beyond what one amount may be."""

    status = 422
    sentence = _("No amount may be above 1,000,000,000,000,000 minor units.")
    remedy = _("Check the price and the quantity, or split the order.")


class CurrenciesDiffer(Refusal):
    """Amounts of different currencies cannot be added, subtracted or compared."""

    status = 422
    sentence = _("{currency} and {other} cannot be put together.")
    remedy = _("Give both amounts in {currency}, or exchange one first.")


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217: 0, 2, 3 or 4). Refuses codes that are not money."""
    decimals = _EXPONENTS.get(currency)
    if decimals is None:
        raise UnknownCurrency(field="currency", currency=str(currency)[:12])
    return decimals


@lru_cache(maxsize=len(CURRENCIES))
def currency_step(currency: str) -> int:
    """The smallest amount that people pay in a currency, in minor units: 1 cent, 1 yen, but 100 for the dollar of Taiwan.

    What is worked out for a customer (a percentage, a share, a split, the tax on top) is a multiple of it; what somebody typed
    stays as it was typed.
    """
    decimals = exponent(currency)
    return 10**decimals if currency in _PAID_WHOLE.split() else 1


def bounded(amount: int, *, field: str = "amount") -> int:
    """The same amount, refused when it is beyond ±10**15 minor units."""
    if -LARGEST_AMOUNT <= amount <= LARGEST_AMOUNT:
        return amount
    raise AmountTooLarge(field=field)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (pence, yen, fils) of one ISO 4217 currency.

    Adds, subtracts, negates and compares with money of the same currency, and is multiplied by whole numbers. Anything else is a
    ``TypeError`` (wrong kind) or a refusal (:class:`CurrenciesDiffer`, :class:`AmountTooLarge`).
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"an amount is a whole number of minor units, not {type(self.amount).__name__}")
        exponent(self.currency)
        bounded(self.amount)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrenciesDiffer(field="currency", currency=self.currency, other=other.currency)
        return other.amount

    def __add__(self, other: object) -> Money:
        return Money(self.amount + self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: object) -> Money:
        return Money(self.amount - self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __mul__(self, times: object) -> Money:
        return Money(self.amount * times, self.currency) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.amount != 0

    def __lt__(self, other: object) -> bool:
        return self.amount < self._same(other) if isinstance(other, Money) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.amount <= self._same(other) if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.amount > self._same(other) if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.amount >= self._same(other) if isinstance(other, Money) else NotImplemented

    def __str__(self) -> str:
        return f"{plain(self.amount, self.currency)} {self.currency}"

    @property
    def major(self) -> Decimal:
        """The same amount in major units: ``Money(1250, "GBP").major`` is ``Decimal("12.50")``."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def format(self, locale: str = "en") -> str:
        """The amount as people of that locale write it, with all decimals of the currency: ``£12.50``, ``1.234,50 €``. Where
        nobody pays with parts of the unit any more, a whole amount has none: ``$1,158`` in Taipei."""
        pattern = _pattern(locale, self.currency, is_whole=self.amount % 10 ** exponent(self.currency) == 0)
        return str(pattern.apply(self.major, _locale(locale), currency=self.currency, currency_digits=False))


def round_minor(value: object, rule: Rounding = "half_up", *, step: int = 1) -> int:
    """The whole number of minor units for an exact value: the only place where money is rounded. To a multiple of a ``step``
    where one is given (:func:`currency_step`).

    ``half_up`` sends halves away from zero, ``half_even`` to the even neighbor, ``down`` cuts toward zero; all three mirror at
    zero, so that a refund rounds as its sale did. A float is a ``TypeError``.
    """
    if not isinstance(value, Decimal | Fraction | int) or isinstance(value, bool):
        raise TypeError(f"money is rounded from exact numbers, not {type(value).__name__}")
    return round_ratio(*value.as_integer_ratio(), rule, step=step)


def round_ratio(numerator: int, denominator: int, rule: Rounding = "half_up", *, step: int = 1) -> int:
    """``round_minor`` of numerator ÷ denominator (denominator > 0), for arithmetic that stays in integers."""
    if step != 1:
        return step * round_ratio(numerator, denominator * step, rule)
    whole, rest = divmod(abs(numerator), denominator)
    twice = 2 * rest
    if rule == "half_up":
        whole += twice >= denominator
    elif rule == "half_even":
        whole += twice > denominator or (twice == denominator and whole % 2 == 1)
    elif rule != "down":
        raise ValueError(f"no such rounding rule: {rule!r}")
    return whole if numerator >= 0 else -whole


def allocate(total: int, weights: Sequence[int], *, step: int = 1) -> list[int]:
    """Split a total by weights so that the parts are whole and add up to it exactly (largest remainder).

    Where the total and all weights are multiples of a ``step``, so are the parts; else the step is one minor unit.

    Leftover units go to the largest remainders, among equals to the first: same input, same parts. A weight of zero gets
    nothing. A negative total gives the mirrored parts of the positive one. Weights that add up to zero say nothing, so the parts
    are then as even as can be. A total with no weights to give it to is a ``ValueError``.
    """
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    if not weights:
        if total:
            raise ValueError("nothing to allocate to")
        return []
    if step != 1 and not any(amount % step for amount in (total, *weights)):
        return [step * part for part in allocate(total // step, [weight // step for weight in weights])]
    whole = sum(weights)
    if whole < 0:
        return allocate(total, [-weight for weight in weights])
    if whole == 0:
        return allocate(total, [1] * len(weights))
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    left = total - sum(parts)
    if left:
        for index in sorted(range(len(shares)), key=lambda i: -shares[i][1])[:left]:
            parts[index] += 1
    return parts


def parse(text: object, currency: str, *, field: str = "amount") -> Money:
    """Money from plain text in major units: ``parse("12.50", "GBP")`` is ``Money(1250, "GBP")``.

    Digits, one point and a sign only; more decimals than the currency has are refused, never rounded away.
    """
    decimals = exponent(currency)
    found = _PLAIN_NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or len(found["part"] or "") > decimals:
        example = plain(125 * 10**decimals // 10, currency)
        raise AmountNotReadable(field=field, currency=currency, decimals=decimals, example=example)
    amount = int(found["whole"] + (found["part"] or "").ljust(decimals, "0"))
    return Money(bounded(-amount if found["sign"] == "-" else amount, field=field), currency)


def plain(amount: int, currency: str) -> str:
    """Major units as plain text that :func:`parse` reads back: ``plain(1250, "GBP")`` is ``"12.50"``."""
    decimals = exponent(currency)
    if decimals == 0:
        return str(amount)
    digits = str(abs(amount)).rjust(decimals + 1, "0")
    return f"{'-' if amount < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name, sep="-") if "-" in name else Locale.parse(name)


def _has_no_coins(currency: str) -> bool:
    """Whether nobody pays with parts of its unit any more, by CLDR: dollars in Taipei, kronor, forint."""
    fractions: Mapping[str, Sequence[int]] = get_global("currency_fractions")
    return currency in fractions and fractions[currency][2] == 0


@lru_cache(maxsize=256)
def _pattern(locale: str, currency: str, *, is_whole: bool) -> NumberPattern:
    """The locale's pattern for money with the standard's decimals in place of CLDR's, and letters kept off the digits."""
    pattern: NumberPattern = copy.copy(_locale(locale).currency_formats["standard"])
    decimals = 0 if is_whole and _has_no_coins(currency) else exponent(currency)
    pattern.frac_prec = (decimals, decimals)
    if get_currency_symbol(currency, _locale(locale))[-1:].isalpha():
        positive, negative = (re.sub("¤$", "¤\N{NO-BREAK SPACE}", prefix) for prefix in pattern.prefix)
        pattern.prefix = positive, negative
    return pattern
