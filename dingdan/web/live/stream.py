"""One connection: what waits to be sent over it, and nothing more than it may hear."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import orjson

from dingdan.kernel.tail import News
from dingdan.web.shared.following import Follower

MOST_WAITING: Final = 256 * 1024
"""Bytes that wait for a reader; whoever reads slower is let go, and comes back with the last position that it heard of."""
MOST_TOLD: Final = 50
"""Of so many at once each is told; of more, that there are many, and everything may be looked at anew."""

Sight = tuple["frozenset[str] | None", object]
"""What a follower hears of, as far as messages differ by it."""


class Told(NamedTuple):
    """What is told of the feed behind one position and up to another: entries, or (None) that there are too many."""

    behind: int
    until: int
    news: Sequence[News] | None


class Stream:
    """What waits for one reader."""

    __slots__ = ("_ended", "_size", "_waiting", "_wake", "address", "credential", "follower", "heard", "is_slow")

    def __init__(self, follower: Follower, *, credential: str, address: str) -> None:
        self.follower, self.credential, self.address = follower, credential, address
        self.heard = 0  # the position up to which everything was told
        self.is_slow = False
        self._waiting = deque[bytes]()
        self._size = 0
        self._ended = False
        self._wake = asyncio.Event()

    @property
    def sight(self) -> Sight:
        """Those who see alike are told by the same bytes."""
        return self.follower.kinds, self.follower.only

    def tell(self, told: Told, written: dict[Sight, bytes]) -> None:
        """Let it hear what is new to it. `written` keeps what others who see alike were told."""
        if told.until <= self.heard:
            return
        if self.heard > told.behind:
            news = told.news and [one for one in told.news if one.position > self.heard]
            piece = pieces(Told(self.heard, told.until, news), self.follower)
        else:
            if (known := written.get(self.sight)) is None:
                known = written[self.sight] = pieces(told, self.follower)
            piece = known
        self.heard = told.until
        if piece:
            self.put(piece)

    def put(self, piece: bytes) -> None:
        """Let something wait to be sent; a reader for whom too much waits is let go."""
        if self._size + len(piece) > MOST_WAITING:
            self.is_slow = True
            self.end()
            return
        self._waiting.append(piece)
        self._size += len(piece)
        self._wake.set()

    def put_first(self, piece: bytes) -> None:
        """Let something be sent before everything that waits."""
        self._waiting.appendleft(piece)
        self._size += len(piece)
        self._wake.set()

    def end(self, last: bytes = b"") -> None:
        """Nothing more comes, but this."""
        self._waiting.clear()
        if last:
            self._waiting.append(last)
        self._ended = True
        self._wake.set()

    async def next(self) -> bytes:
        """All that waits, as soon as there is something; nothing at the end."""
        while not self._waiting:
            if self._ended:
                return b""
            self._wake.clear()
            await self._wake.wait()
        piece = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        return piece


def pieces(told: Told, follower: Follower) -> bytes:
    """The messages to a follower; none where nothing concerns it."""
    if told.news is None:
        return _many(told, follower)
    seen = [(one, about) for one in told.news if (about := _heard_of(one.about, follower))]
    if len(seen) > MOST_TOLD:
        return _many(told, follower)
    if follower.only is not None:
        return _CHANGED if seen else b""
    return b"".join(message(one.position, "news", {"event": one.event, "about": about}) for one, about in seen)


def _heard_of(about: Iterable[tuple[str, object]], follower: Follower) -> list[tuple[str, object]]:
    """Of what an entry is about, that which the follower may hear of."""
    if follower.only is not None:
        return [(kind, id_) for kind, id_ in about if id_ == follower.only]
    return [(kind, id_) for kind, id_ in about if follower.kinds is None or kind in follower.kinds]


# A position says how much happens in a shop: whoever holds a link is told that something changed, and no number.
_CHANGED: Final = b"event: changed\ndata: 1\n\n"


def _many(told: Told, follower: Follower) -> bytes:
    if follower.only is not None:
        return _CHANGED
    return message(told.until, "many", {"behind": told.behind, "until": told.until})


def message(position: int, event: str, data: Mapping[str, object]) -> bytes:
    """A message of the stream: its id is the position from which a reader goes on."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (position, event.encode(), orjson.dumps(data))


def beat(stream: Stream) -> bytes:
    """A sign of life, which also says how far the reader has heard of everything."""
    if stream.follower.only is not None:
        return b"event: beat\ndata: 1\n\n"
    return b"id: %d\nevent: beat\ndata: 1\n\n" % stream.heard
