"""Amounts as PayPal writes them: decimal text, whole for three currencies. Nothing is ever rounded."""

from __future__ import annotations

import re
from typing import Any, Final

from dingdan.kernel.money import exponent, plain

CURRENCIES: Final = frozenset(
    (
        *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR"),
        *("NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD"),
    )
)
WHOLE: Final = frozenset(("HUF", "JPY", "TWD"))
"""PayPal takes these without decimals, whatever ISO 4217 says."""

_TEXT: Final = re.compile(r"(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,4}))?", re.ASCII)


def money(amount: int, currency: str) -> dict[str, str] | None:
    """Our minor units as PayPal writes them; None for what it does not take."""
    whole, rest = divmod(amount, 10 ** exponent(currency))
    if currency not in WHOLE:
        return {"currency_code": currency, "value": plain(amount, currency)}
    return None if rest else {"currency_code": currency, "value": str(whole)}


def read(told: Any) -> tuple[int, str] | None:
    """Minor units and currency of what PayPal wrote; None for anything but a plain number of that currency."""
    if not isinstance(told, dict) or told.get("currency_code") not in CURRENCIES or not isinstance(told.get("value"), str):
        return None
    currency = str(told["currency_code"])
    amount = minor(told["value"], currency)
    return None if amount is None else (amount, currency)


def minor(text: str, currency: str) -> int | None:
    """A plain decimal number as minor units: no sign, no spaces, no exponent, no more decimals than there are."""
    found = _TEXT.fullmatch(text)
    decimals = exponent(currency)
    if found is None or len(found[2] or "") > decimals:
        return None
    return int(found[1] + (found[2] or "").ljust(decimals, "0"))
