"""Numbers for people: order numbers without duplicates, fiscal numbers without gaps."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError

from dingdan.kernel.errors import broken_law
from dingdan.kernel.journal import Entry
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id

LONGEST = 15  # digits of a number that a series goes on behind

_TAKE = """
INSERT INTO kernel_numberseries (tenant_id, id, name, prefix, next)
VALUES (%(tenant)s, gen_random_uuid(), %(name)s, %(prefix)s, %(first)s + %(count)s)
ON CONFLICT (tenant_id, name) DO UPDATE SET next = kernel_numberseries.next + %(count)s
RETURNING prefix, next - %(count)s
"""
# Whoever uses one of these numbers commits behind this statement, and takes it to the disk along.
_TAKE_AHEAD = f"{_TAKE}, set_config('synchronous_commit', 'off', true)"


def take(entry: Entry, name: str, *, count: int = 1, prefix: str = "", first: int = 1) -> Sequence[str]:
    """The next `count` numbers of a series, e.g. `["1001", "1002"]`.

    Taken inside the entry's transaction: if that fails, the numbers were never given, so a series has no gaps. The series
    is locked until the transaction ends; take numbers late.
    """
    if not count:
        return []
    return _taken(_TAKE, name, count=count, prefix=prefix, first=first)


def _taken(statement: str, name: str, *, count: int, prefix: str, first: int) -> list[str]:
    with ready_cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant_id(), "name": name, "prefix": prefix, "first": first, "count": count})
        written, start, *_ = cursor.fetchone()
    return [f"{written}{start + offset}" for offset in range(count)]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A series whose numbers a command takes before its transaction begins, so that nobody waits until it ends.

    What is not used (its call was refused) is kept for the next call in this process; when that ends first, a gap stays.
    `law` is the constraint that says that a number is given once: those who break it bring a number of their own, or had
    one that somebody else brought. `needed_by` tells whether an intent needs one.
    """

    name: str
    law: str
    first: int = 1
    needed_by: Callable[[Any], bool] = lambda _intent: True

    def is_broken_by(self, fault: IntegrityError) -> bool:
        """Whether a number was there already."""
        return broken_law(fault) == self.law

    @contextmanager
    def numbers(self, count: int) -> Iterator[Iterator[str]]:
        """So many numbers. None of them is given to anybody else, unless it is left over or nothing came of the block."""
        key = (current_tenant_id(), self.name)
        numbers = _left_over(key, count)
        if len(numbers) < count:
            numbers += _taken(_TAKE_AHEAD, self.name, count=count - len(numbers), prefix="", first=self.first)
        rest = iter(numbers)
        try:
            yield rest
        except IntegrityError as fault:
            if not self.is_broken_by(fault):
                _keep(key, numbers)
            raise
        except DatabaseError:
            raise  # perhaps at the commit: nobody knows whether they were used
        except BaseException:
            _keep(key, numbers)
            raise
        _keep(key, list(rest))


_kept: dict[tuple[UUID, str], deque[str]] = {}
_kept_lock = Lock()


def _left_over(key: tuple[UUID, str], most: int) -> list[str]:
    with _kept_lock:
        kept = _kept.get(key, deque())
        return [kept.popleft() for _ in range(min(most, len(kept)))]


def _keep(key: tuple[UUID, str], numbers: list[str]) -> None:
    if numbers:
        with _kept_lock:
            _kept.setdefault(key, deque()).extend(numbers)


_GO_BEHIND = """
INSERT INTO kernel_numberseries AS row (tenant_id, id, name, prefix, next)
VALUES (%(tenant)s, gen_random_uuid(), %(name)s, '', %(next)s)
ON CONFLICT (tenant_id, name) DO UPDATE SET next = greatest(row.next, excluded.next)
"""


def pass_by(entry: Entry, series: Ahead, given: Iterable[str]) -> None:
    """Let a series go on behind numbers that came from elsewhere, so that it never gives one of them."""
    numbers = [int(number) for number in given if number.isascii() and number.isdecimal() and len(number) <= LONGEST]
    if numbers:
        with ready_cursor() as cursor:
            following = max(series.first, max(numbers) + 1)
            cursor.execute(_GO_BEHIND, {"tenant": entry.tenant_id, "name": series.name, "next": following})
