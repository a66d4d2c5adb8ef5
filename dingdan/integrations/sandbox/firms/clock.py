"""A clock that can be moved on: what takes a firm ten minutes or three days need not be waited for."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

from dingdan.integrations.sandbox.firms.store import Store

BEIJING = timezone(timedelta(hours=8))


class Clock:
    """The firms' time. Only business times follow it; signatures keep to the machine's, as whoever checks them does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.offset = float(store.setting("clock.offset", 0))

    def now(self) -> float:
        """Seconds since 1970, moved."""
        return time.time() + self.offset

    def real(self) -> float:
        """Seconds since 1970 as the machine has them."""
        return time.time()

    def theirs(self, at: float) -> float:
        """A time that a merchant named, by the firms' clock: whoever names it does not know that this clock was moved."""
        return at + self.offset

    def begin(self, seconds: float) -> bool:
        """Begin at another time than the machine's, and say whether that could be: not once something has happened."""
        if self.offset or self._store.happened():
            return False
        self.offset = seconds
        self._store.set("clock.offset", seconds)
        return True

    def move(self, seconds: float) -> None:
        """Go on by so many seconds; never back, because what has happened has happened."""
        if seconds < 0:
            raise ValueError("the clock goes forward only")
        self.offset += seconds
        self._store.set("clock.offset", self.offset)


def iso(at: float, zone: timezone = UTC) -> str:
    """A time as RFC 3339 writes it, to the second: `2026-11-29T09:00:00Z`, `…+08:00`."""
    return datetime.fromtimestamp(int(at), zone).isoformat().replace("+00:00", "Z")


def local(at: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time as Chinese firms write it: Beijing's, without saying so."""
    return datetime.fromtimestamp(int(at), BEIJING).strftime(form)


def day(text: str, zone: timezone = BEIJING) -> tuple[float, float]:
    """Where a day begins and ends: `2026-11-29`."""
    begin = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
    return begin.timestamp(), (begin + timedelta(days=1)).timestamp()
