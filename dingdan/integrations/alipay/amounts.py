"""Amounts, times and names as Alipay writes them: yuan as decimal text, Beijing's time, our keys without hyphens."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final
from uuid import UUID

from dingdan.kernel.money import LARGEST_AMOUNT, plain

CURRENCY: Final = "CNY"
BEIJING: Final = timezone(timedelta(hours=8), "Beijing")
_YUAN: Final = re.compile(r"(-?)([0-9]{1,13})(?:\.([0-9]{1,2}))?", re.ASCII)
_KEY: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CLOCK: Final = "%Y-%m-%d %H:%M:%S"


def yuan(amount: int) -> str:
    """An amount in fen as Alipay wants it: `12.50`."""
    return plain(amount, CURRENCY)


def fen(text: object, *, signed: bool = False) -> int:
    """The fen of an amount in yuan. Anything but plain digits and at most two decimals is a `ValueError`, never rounded."""
    found = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is None or (found[1] and not signed):
        raise ValueError("not an amount in yuan")
    amount = int(found[2] + (found[3] or "").ljust(2, "0"))
    if amount > LARGEST_AMOUNT:
        raise ValueError("beyond every amount")
    return -amount if found[1] else amount


def clock_of(moment: datetime) -> str:
    """A moment as Alipay writes it: Beijing's time, without saying so."""
    return moment.astimezone(BEIJING).strftime(_CLOCK)


def moment_of(text: str) -> datetime:
    """The moment that Alipay wrote. Raises `ValueError`."""
    return datetime.strptime(text, _CLOCK).replace(tzinfo=BEIJING)


def trade_of(key: str) -> str:
    """Our key as a merchant's number at Alipay, which may hold letters and digits."""
    return UUID(key).hex


def key_of(number: str) -> str:
    """Our key that a merchant's number stands for; empty for a number that is not ours."""
    return str(UUID(number)) if _KEY.fullmatch(number) else ""
