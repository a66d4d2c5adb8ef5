"""Guessing is slow: whoever tries codes, passwords or numbers gets a few tries, and then waits twice as long after each.

A try is counted before it is made, in one statement of its own, and given back when it was right: of a thousand guesses that are
made at once no more come through than of a thousand one after the other, and whoever only ever types what is right never waits.
Counted are the client, the shop, and everybody on this server; the more people share a count, the more it bears and the shorter
is its longest wait, so that guesses of many clients slow each other down and nobody can lock a shop for good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal, WrongGuess
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import across_tenants, current_tenant_id

EVERYBODY: Final = UUID(int=0)
"""Under this id counts the whole server, which belongs to no tenant."""


class TooManyGuesses(Refusal):
    """So much was tried in vain that the next try has to wait."""

    status = 429
    sentence = _("Too many tries. The next one is possible in {seconds} seconds.")
    remedy = _("Wait, and then look at what you type character by character.")

    @property
    def retry_after_seconds(self) -> int:  # type: ignore[override] # told by the count itself
        """When the next try is possible."""
        return int(self.facts["seconds"])


class TooManyDeeds(TooManyGuesses):
    """The same was done so often from one address that the next time has to wait."""

    sentence = _("This was done very often from here. It is possible again in {seconds} seconds.")
    remedy = _("Wait a little, and try again.")


@dataclass(frozen=True, slots=True)
class Patience:
    """So many tries are free; after them one waits so many seconds, twice as long each time, and never longer than `longest`."""

    free: int
    first: int
    longest: int
    forgotten_after: timedelta = timedelta(days=1)


CLIENT: Final = Patience(free=10, first=30, longest=24 * 3600)
# Anybody may try somebody else's account, so nobody is kept out of their own for longer than a quarter of an hour; and a shop
# full of people shares one address.
ACCOUNT: Final = Patience(free=10, first=30, longest=900)
ADDRESS: Final = Patience(free=40, first=10, longest=3600)
DEEDS: Final = Patience(free=60, first=5, longest=600, forgotten_after=timedelta(hours=1))
"""Of what people do a few times a day and programs thousands of times; a household shares one address."""
LETTERS: Final = Patience(free=5, first=60, longest=3600, forgotten_after=timedelta(hours=1))
"""Of mails that anybody may have sent to anybody."""
SHOP: Final = Patience(free=500, first=1, longest=60, forgotten_after=timedelta(hours=1))
SERVER: Final = Patience(free=5000, first=1, longest=10, forgotten_after=timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class _Count:
    tenant_id: UUID
    scope: str
    patience: Patience


_TAKE = """
INSERT INTO kernel_guesscount AS known (tenant_id, id, scope, tries, tried_at, free_at)
VALUES (%(tenant)s, %(id)s, %(scope)s, 1, %(at)s, %(forgotten)s)
ON CONFLICT (tenant_id, scope) DO UPDATE SET
    tries = CASE WHEN known.tried_at < %(forgotten)s THEN 1 ELSE known.tries + 1 END,
    tried_at = greatest(known.tried_at, %(at)s),
    free_at = CASE WHEN known.tried_at >= %(forgotten)s AND known.tries + 1 >= %(free)s
        THEN %(at)s + make_interval(secs => least(%(longest)s, %(first)s * 2 ^ least(known.tries + 1 - %(free)s, 30)))
        ELSE known.free_at END
WHERE known.free_at <= %(at)s
RETURNING known.tries
"""
_WAITS_UNTIL = (
    "SELECT known.free_at FROM kernel_guesscount AS known WHERE known.tenant_id = %(tenant)s AND known.scope = %(scope)s"
)
_GIVE_BACK = """
UPDATE kernel_guesscount AS known SET tries = greatest(0, known.tries - 1), free_at = least(known.free_at, %(at)s)
WHERE known.tenant_id = %(tenant)s AND known.scope = %(scope)s
"""
_FORGET = "DELETE FROM kernel_guesscount AS known WHERE known.tenant_id = %(tenant)s AND known.tried_at < %(before)s"


@contextmanager
def guess(what: str, *, clients: Sequence[str], at: datetime) -> Iterator[None]:
    """Let one guess at a kind of secret be made: `WrongGuess` inside counts, everything else gives the try back.

    `clients` names whoever guesses (an address, a link, an account). Outside of any transaction. Raises `TooManyGuesses`.
    """
    counts = [
        *(_Count(current_tenant_id(), f"{what}:{_unnamed(client)}", CLIENT) for client in clients if client),
        _Count(current_tenant_id(), what, SHOP),
        _Count(EVERYBODY, what, SERVER),
    ]
    with _guessing(counts, at):
        yield


@contextmanager
def guess_account(what: str, *, account: str, client: str, at: datetime) -> Iterator[None]:
    """Let one guess at what opens an account be made, which belongs to no shop: as `guess`, for an account and an address."""
    counts = [
        _Count(EVERYBODY, f"{what}:{_unnamed(f'account {account}')}", ACCOUNT),
        _Count(EVERYBODY, f"{what}:{_unnamed(f'client {client}')}", ADDRESS),
        _Count(EVERYBODY, what, SERVER),
    ]
    with _guessing(counts, at):
        yield


def counted_deed(what: str, *, client: str, at: datetime, patience: Patience = DEEDS) -> None:
    """Count something that anybody may do, but nobody without end. Outside of any transaction. Raises `TooManyDeeds`."""
    try:
        _take(_Count(current_tenant_id(), f"{what}:{_unnamed(client)}", patience), at)
    except TooManyGuesses as many:
        raise TooManyDeeds(seconds=many.facts["seconds"]) from None


def counted_letter(what: str, *, to: str, client: str, at: datetime) -> None:
    """Count a mail that somebody has sent to an address: nobody is flooded with mails. Outside of any transaction.

    Raises `TooManyDeeds`, whether or not there is anybody at that address.
    """
    counts = [
        _Count(EVERYBODY, f"{what}:{_unnamed(f'to {to}')}", LETTERS),
        _Count(EVERYBODY, f"{what}:{_unnamed(f'client {client}')}", ADDRESS),
    ]
    try:
        for count in counts:
            _take(count, at)
    except TooManyGuesses as many:
        raise TooManyDeeds(seconds=many.facts["seconds"]) from None


@contextmanager
def _guessing(counts: Sequence[_Count], at: datetime) -> Iterator[None]:
    taken: list[_Count] = []
    try:
        for count in counts:
            _take(count, at)
            taken.append(count)
        yield
    except WrongGuess:
        raise
    except BaseException:
        _give_back(taken, at)
        raise
    _give_back(taken, at)


def forget_guesses(before: datetime) -> None:
    """Forget what was tried in the tenant in scope, and on the server as a whole, before a time."""
    for tenant_id in (current_tenant_id(), EVERYBODY):
        _run(_FORGET, tenant=tenant_id, before=before)


def _take(count: _Count, at: datetime) -> None:
    patience = count.patience
    taken = _run(
        _TAKE, tenant=count.tenant_id, id=new_id(), scope=count.scope, at=at, forgotten=at - patience.forgotten_after,
        free=patience.free, first=patience.first, longest=patience.longest,
    )  # fmt: skip
    if taken is None:
        until = _run(_WAITS_UNTIL, tenant=count.tenant_id, scope=count.scope)
        waits = (until[0] - at).total_seconds() if until else 1
        raise TooManyGuesses(seconds=max(1, ceil(waits)))


def _give_back(taken: Sequence[_Count], at: datetime) -> None:
    for count in taken:
        _run(_GIVE_BACK, tenant=count.tenant_id, scope=count.scope, at=at)


def _run(statement: str, **params: Any) -> tuple[Any, ...] | None:
    with across_tenants(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone() if cursor.description else None


def _unnamed(client: str) -> str:
    """Whoever guesses, as it is kept: an address is personal, so only a digest of it is."""
    return hashlib.blake2b(client.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()
