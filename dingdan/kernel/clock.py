"""The one place that reads the time. Business code reads `entry.at` instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The present moment, in UTC; moved by `moved_by` in tests and simulations."""
    return datetime.now(UTC) + _offset


@contextmanager
def moved_by(offset: timedelta) -> Iterator[None]:
    """Let the whole process live `offset` later while the block runs."""
    global _offset
    before = _offset
    _offset = before + offset
    try:
        yield
    finally:
        _offset = before
