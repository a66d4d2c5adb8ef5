"""The one place that reads the time. Business code reads `entry.at` instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = [timedelta(0)]


def now() -> datetime:
    """The present moment, in UTC; moved by `moved_by` in tests and simulations."""
    return datetime.now(UTC) + _offset[0]


@contextmanager
def moved_by(offset: timedelta) -> Iterator[None]:
    """Let the whole process live `offset` later while the block runs."""
    before = _offset[0]
    _offset[0] = before + offset
    try:
        yield
    finally:
        _offset[0] = before
