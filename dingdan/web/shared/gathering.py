"""Requests that arrive together are answered together, on one thread: while one batch is at work, the next one gathers.

Nobody waits when nobody else is there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, NamedTuple, TypeVar

from dingdan.kernel.intake import LARGEST_BATCH

MOST_WAITING: Final = 512

W = TypeVar("W")
A = TypeVar("A")


class _Waiting(NamedTuple, Generic[W, A]):
    what: W
    answer: asyncio.Future[A | None]


class Gathering(Generic[W, A]):
    """`outcomes` answers a batch, on the thread: one outcome for each, in order. An exception is raised to whoever asked."""

    def __init__(self, outcomes: Callable[[Sequence[W]], Sequence[A | Exception | None]]) -> None:
        self._outcomes = outcomes
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hot")
        self._waiting: deque[_Waiting[W, A]] = deque()
        self._leader: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether so many wait that nobody should join them."""
        return len(self._waiting) >= MOST_WAITING

    async def answer(self, what: W) -> A | None:
        """The outcome, once the batch that this request fell into is done."""
        waiting = _Waiting[W, A](what, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._leader is None or self._leader.done():
            self._leader = asyncio.create_task(self._lead())
        return await waiting.answer

    async def _lead(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_BATCH))]
            outcomes: Sequence[A | Exception | None]
            try:
                outcomes = await loop.run_in_executor(self._thread, self._outcomes, [waiting.what for waiting in batch])
            except Exception as fault:  # noqa: BLE001 - told to everybody: nobody may be left waiting
                outcomes = [fault] * len(batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                if waiting.answer.done():
                    continue  # whoever asked has gone
                if isinstance(outcome, Exception):
                    waiting.answer.set_exception(outcome)
                else:
                    waiting.answer.set_result(outcome)
