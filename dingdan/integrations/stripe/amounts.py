"""Amounts as Stripe writes them: mostly minor units, with the exceptions that it documents.

Stripe's decimals are not those of ISO 4217 everywhere: it takes ariary whole, and krónur and Ugandan shillings with two decimals
that must be zero. Of currencies with three decimals it takes amounts that end in a zero. What cannot be written so is not
rounded: it is not taken.
"""

from __future__ import annotations

from typing import Final

from dingdan.kernel.money import exponent

WITHOUT_DECIMALS: Final = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
WITH_THREE: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
WHOLE_WITH_TWO: Final = frozenset(["ISK", "UGX"])
"""Written with two decimals, which must be zero. (Forints and Taiwan dollars are whole in payouts alone.)"""


def decimals(currency: str) -> int:
    """How many decimals Stripe writes an amount with."""
    return 0 if currency in WITHOUT_DECIMALS else 3 if currency in WITH_THREE else 2


def to_stripe(amount: int, currency: str) -> int | None:
    """Our minor units as Stripe writes them; None for what Stripe cannot be asked for."""
    told = _scaled(amount, decimals(currency) - exponent(currency))
    if told is None or (currency in WITH_THREE and told % 10) or (currency in WHOLE_WITH_TWO and told % 100):
        return None
    return told


def from_stripe(amount: int, currency: str) -> int | None:
    """What Stripe writes as our minor units; None for what is no whole number of them."""
    return _scaled(amount, exponent(currency) - decimals(currency))


def _scaled(amount: int, places: int) -> int | None:
    if places >= 0:
        return amount * int(10**places)
    whole, rest = divmod(amount, int(10**-places))
    return None if rest else whole
