"""What a process makes once, when it is first asked for, and keeps to its end, such as its lines to somebody else."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, Protocol, TypeVar


class Closes(Protocol):
    """Whatever can be closed."""

    def close(self) -> None:
        """Let go of all that it holds."""


T = TypeVar("T", bound=Closes)


class lasting(Generic[T]):  # noqa: N801  (a decorator, read as one)
    """Makes a function give the same to all threads, also to those that ask first at the same moment: it is run once.

    `functools.cache` would run it for each of those, and what all but the last were given would never be closed. What was made
    is closed when the process ends.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._made, self._making = make, list[T](), threading.Lock()
        update_wrapper(self, make)
        atexit.register(self.close)

    def __call__(self) -> T:
        with self._making:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def close(self) -> None:
        """Close what was made, if anything was; who asks afterwards is given another."""
        with self._making:
            while self._made:
                self._made.pop().close()
