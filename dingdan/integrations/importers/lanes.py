"""Threads that tell beside each other what does not wait for each other, so that this program and PostgreSQL both have work.

Within a lane things are told one after another, in the order in which they were put in. What must wait for a lane says so.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db import connection

from dingdan.kernel.tenancy import tenant_scope

MOST_WAITING: Final = 4
Work = Callable[[], None]


class Stopped(RuntimeError):
    """The lane was closed before its work was done."""


class Lane:
    """One thread with a database connection of its own, for one tenant. A fault in it is raised to whoever uses the lane next."""

    def __init__(self, tenant_id: UUID, name: str) -> None:
        self._tenant_id = tenant_id
        self._waiting: deque[Work] = deque()
        self._changed = threading.Condition()
        self._put = self._done = 0
        self._fault: BaseException | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, work: Work) -> int:
        """Have this done after all that was put before; returns its place, for `wait`. Waits while too much is ahead of it."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < MOST_WAITING or self._fault)
            self._check()
            self._waiting.append(work)
            self._put += 1
            self._changed.notify_all()
            return self._put

    def wait(self, place: int | None = None) -> None:
        """Return when everything up to that place (or everything at all) is done."""
        with self._changed:
            wanted = self._put if place is None else place
            self._changed.wait_for(lambda: self._done >= wanted or self._fault)
            self._check()

    def close(self) -> None:
        """End the thread after what it is doing; what waits is not done any more."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join()

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault
        if self._is_closed:
            raise Stopped

    def _run(self) -> None:
        try:
            with tenant_scope(self._tenant_id):
                while (work := self._next()) is not None:
                    work()
                    with self._changed:
                        self._done += 1
                        self._changed.notify_all()
        except BaseException as fault:  # noqa: BLE001 - raised again to whoever uses the lane
            with self._changed:
                self._fault = fault
                self._changed.notify_all()
        finally:
            connection.close()

    def _next(self) -> Work | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            if self._is_closed:
                return None
            work = self._waiting.popleft()
            self._changed.notify_all()
            return work
