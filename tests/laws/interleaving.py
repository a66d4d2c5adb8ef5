"""Two callers at once, by force: the inner one runs at a chosen statement of the outer one, as far as it gets."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, connections

from dingdan.kernel.tenancy import current_tenant_id, tenant_scope

Act = Callable[[], Any]
PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Told:
    """What an act returned or raised, and the statements that it ran."""

    outcome: Any = None
    statements: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The outcome by the name of its type."""
        return type(self.outcome).__name__


class Pair:
    """Two callers, each with a connection of its own, and an onlooker who sees whether the inner one waits for the outer."""

    def __init__(self, database_url: str) -> None:
        self.onlooker = psycopg.connect(database_url, autocommit=True)
        self.inner = ThreadPoolExecutor(1, thread_name_prefix="inner")
        self.inner_pid = self.inner.submit(_backend).result()

    def close(self) -> None:
        """Let go of all connections."""
        self.inner.submit(connections.close_all).result()
        self.inner.shutdown()
        self.onlooker.close()

    def meet(self, outer: Act, inner: Act, *, after: int) -> tuple[Told, Told]:
        """Run `outer`; behind so many of its statements `inner` goes as far as it gets: to its end, or to a lock it waits for.

        Then both run to their ends. What each was told.
        """
        begun: list[Future[Told]] = []

        def begin() -> None:
            begun.append(self.inner.submit(tell, inner, current_tenant_id()))
            self._wait_until_it_waits(begun[0])

        told = tell(outer, current_tenant_id(), after=after, begin=begin)
        assert begun, f"there are only {len(told.statements)} statements, not {after}"
        return told, begun[0].result(PATIENCE_SECONDS)

    def _wait_until_it_waits(self, running: Future[Told]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and not running.done():
            waits = self.onlooker.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.inner_pid]).fetchone()
            if waits == (True,):
                return
            time.sleep(0.0005)


def _backend() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def tell(act: Act, tenant_id: UUID, *, after: int = 0, begin: Callable[[], None] | None = None) -> Told:
    """Run an act to its end in this thread, calling `begin` behind so many of its statements."""
    told = Told()
    with _noted(told.statements, after, begin):
        try:
            with tenant_scope(tenant_id):
                told.outcome = act()
        except Exception as fault:  # noqa: BLE001 - an outcome to be looked at
            told.outcome = fault
    return told


@contextmanager
def _noted(statements: list[str], after: int, begin: Callable[[], None] | None) -> Iterator[None]:
    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        statements.append(sql)
        if begin is not None and len(statements) == after:
            begin()
        return result

    with connection.execute_wrapper(note):
        yield


def places(outer: Sequence[str], inner: Sequence[str]) -> list[int]:
    """Behind which statements of `outer` it makes a difference to run `inner`.

    A statement that shares no table with `inner`, or only tables that both just read, may as well come later. The entries of a
    journal are everybody's own.
    """
    changed = set().union(*(_changed(sql) for sql in (*outer, *inner)))
    shared = changed & set().union(*map(_tables, outer)) & set().union(*map(_tables, inner))
    return [number for number, sql in enumerate(outer, start=1) if _tables(sql) & shared]


_EVERYBODYS_OWN = {"kernel_journalentry", "kernel_entrysubject", "kernel_feedpending"}


@cache
def _tables(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+\"?(\w+_\w+)\"?", sql)) - _EVERYBODYS_OWN


@cache
def _changed(sql: str) -> frozenset[str]:
    """The tables whose rows a statement writes or locks."""
    if re.search(r"\bFOR (NO KEY )?UPDATE\b", sql):
        return _tables(sql)
    return frozenset(re.findall(r"(?:INTO|UPDATE|DELETE FROM)\s+\"?(\w+_\w+)\"?", sql)) - _EVERYBODYS_OWN
