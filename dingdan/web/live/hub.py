"""Who listens in this process, and the one tail of the feed that tells them all.

While nobody listens, nothing is asked. While somebody does, one statement a few times a second says which feeds have grown.
Nobody needs to be woken for that, and nothing is lost where a question fails: the next one begins at the same position.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar
from uuid import UUID

from django.db import close_old_connections

from dingdan.kernel import tail
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.live.stream import Sight, Stream, Told, beat, pieces
from dingdan.web.shared.following import CONSUMERS, Entrance, Follower

POLL_SECONDS: Final = 0.2
PACE: Final = 4
"""Telling takes at most a fifth of the time: after a round that took long, the next one waits so many times as long."""
BEAT_SECONDS: Final = 20.0
RECHECK_SECONDS: Final = 25.0
TROUBLE_SECONDS: Final = 2.0
MOST_MISSED: Final = 500
"""Entries that are read for whoever comes back; beyond them it is told to look at everything anew."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Shop:
    """Who listens to one shop, and up to which position they were told."""

    __slots__ = ("position", "streams")

    def __init__(self, position: int) -> None:
        self.position = position
        self.streams = set[Stream]()


class Hub:
    """Everybody who listens."""

    def __init__(self) -> None:
        self.shops: dict[UUID, Shop] = {}
        self.addresses, self.names = Counter[str](), Counter[str]()
        self.is_closing = False
        self._entrances: dict[Stream, Entrance] = {}
        self._tail = ThreadPoolExecutor(1, thread_name_prefix="live-tail")
        self._entry = ThreadPoolExecutor(1, thread_name_prefix="live-entry")
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._entrances)

    async def ask(self, question: Callable[[], T]) -> T:
        """The answer to a question to the database about whoever comes in: many may come at once, and the tail waits for none."""
        return await asyncio.get_running_loop().run_in_executor(self._entry, _fresh, question)

    async def join(self, stream: Stream, entrance: Entrance, *, behind: int | None) -> None:
        """Let a stream hear of everything behind a position; of what comes from now on where none is known."""
        tenant_id = stream.follower.tenant_id
        if tenant_id not in self.shops:
            end = await self.ask(lambda: _end_of(tenant_id))
            self.shops.setdefault(tenant_id, Shop(end))
        shop = self.shops[tenant_id]
        shop.streams.add(stream)
        self._entrances[stream] = entrance
        self.addresses[stream.address] += 1
        self.names[stream.credential] += 1
        self._work()
        missed = shop.position if behind is None else behind
        stream.heard = max(missed, shop.position)  # what is told meanwhile waits behind what was missed
        if missed < shop.position:
            await self._catch_up(stream, behind=missed, until=shop.position)
        if self.is_closing:
            stream.end(farewell())

    async def _catch_up(self, stream: Stream, *, behind: int, until: int) -> None:
        """Tell a stream what it missed, before anything that was told to all meanwhile."""
        tenant_id = stream.follower.tenant_id
        news = None
        if stream.follower.only is None and until - behind <= MOST_MISSED:
            news = await self.ask(lambda: _news_of(tenant_id, behind, until))
        stream.put_first(pieces(Told(behind, until, news), stream.follower))

    def leave(self, stream: Stream) -> None:
        """Forget a stream, and a shop to which nobody listens."""
        if self._entrances.pop(stream, None) is None:
            return
        for counts, key in ((self.addresses, stream.address), (self.names, stream.credential)):
            counts[key] -= 1
            if not counts[key]:
                del counts[key]
        shop = self.shops[stream.follower.tenant_id]
        shop.streams.discard(stream)
        if not shop.streams:
            del self.shops[stream.follower.tenant_id]
        if not self._entrances:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    def close(self) -> None:
        """Send everybody to the process that comes next, not all of them in the same second."""
        self.is_closing = True
        for stream in list(self._entrances):
            stream.end(farewell())

    def _work(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(_for_good(work)) for work in (self._follow, self._beat, self._check)]

    async def _follow(self) -> None:
        """Look for what is new, and tell it."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        positions = {tenant_id: shop.position for tenant_id, shop in self.shops.items()}
        for tenant_id, told in (await loop.run_in_executor(self._tail, _fresh, lambda: _told(positions))).items():
            shop = self.shops.get(tenant_id)
            if shop is None or shop.position != told.behind:
                continue  # everybody left meanwhile, and others came
            shop.position = told.until
            written: dict[Sight, bytes] = {}
            for stream in shop.streams:
                stream.tell(told, written)
        await asyncio.sleep(max(POLL_SECONDS, PACE * (loop.time() - began)))

    async def _beat(self) -> None:
        """Let everybody know that the line is alive."""
        await asyncio.sleep(BEAT_SECONDS)
        for stream in self._entrances:
            stream.put(beat(stream))

    async def _check(self) -> None:
        """Ask of everybody once more who they are now, one after the other over the whole time; let go who may listen no more."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        same = defaultdict[tuple[Entrance, str], list[Stream]](list)
        for stream, entrance in self._entrances.items():
            same[entrance, stream.credential].append(stream)
        for number, ((entrance, credential), streams) in enumerate(same.items(), start=1):
            await asyncio.sleep(max(0, began + number * RECHECK_SECONDS / len(same) - loop.time()))
            self._keep(streams, await self.ask(lambda: entrance.follower(credential)))  # noqa: B023 - awaited here

    def _keep(self, streams: list[Stream], follower: Follower | None) -> None:
        for stream in streams:
            if follower is None or follower.tenant_id != stream.follower.tenant_id:
                stream.end(b"event: over\ndata: 1\n\n")
            else:
                stream.follower = follower


async def _for_good(work: Callable[[], Awaitable[None]]) -> None:
    """Again and again, whatever happens."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("what happens could not be told; trying again")
            await asyncio.sleep(TROUBLE_SECONDS)


def farewell() -> bytes:
    """What is said to whoever has to come back: not at once, and not together with everybody else."""
    return b"retry: %d\n\n" % random.randint(500, 5000)  # noqa: S311 - nobody has to guess it


# ── on the thread ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fresh(question: Callable[[], T]) -> T:
    with suppress(Exception):
        close_old_connections()
    return question()


def _end_of(tenant_id: UUID) -> int:
    with tenant_scope(tenant_id):
        return tail.end(after=CONSUMERS)


def _news_of(tenant_id: UUID, behind: int, until: int) -> list[tail.News]:
    with tenant_scope(tenant_id):
        return tail.news(behind=behind, until=until)


def _told(positions: dict[UUID, int]) -> dict[UUID, Told]:
    """What is new behind these positions; where there is very much, only that."""
    found = {}
    for tenant_id, end in tail.ends(positions, after=CONSUMERS).items():
        behind = positions[tenant_id]
        news = _news_of(tenant_id, behind, end) if end - behind <= MOST_MISSED else None
        found[tenant_id] = Told(behind, end, news)
    return found
