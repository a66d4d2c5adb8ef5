"""The door itself, on the event loop: lets in who may listen, and sends what waits for them until they go.

A connection costs a task and a few kilobytes here, and no thread. What a reader has not heard it hears when it comes back: the
browser sends the position of the last message as `Last-Event-ID`.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Final

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, QueryDict, parse_cookie

from dingdan.web.live.hub import Hub
from dingdan.web.live.stream import Stream
from dingdan.web.shared.bare import answered
from dingdan.web.shared.clients import address_of
from dingdan.web.shared.following import Entrance

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PREFIX: Final = "/live/"
MOST_PER_CREDENTIAL: Final = 8
"""Connections of one session, key or link. A browser has one; a program may have some."""
SEND_SECONDS: Final = 30
RETRY_SECONDS: Final = 3
_LONGEST_POSITION: Final = 18

log = logging.getLogger(__name__)


class LiveDoor:
    """Answers below `/live/`: `entrances` are by what follows there, up to a slash. `most` listen at once, of one address
    `most_per_address`."""

    def __init__(self, entrances: Mapping[str, Entrance], *, most: int, most_per_address: int) -> None:
        self.entrances, self.most, self.most_per_address = entrances, most, most_per_address
        self.hub = Hub()
        self._hears_of_the_end = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let whoever asks listen until they go, or say why not."""
        self._hear_of_the_end()
        request = request_of(scope)
        entrance = self.entrances.get(scope["path"].removeprefix(PREFIX).partition("/")[0])
        stream: Stream | None = None
        try:
            refused = self._refused(request, entrance)
            if entrance is not None and not refused:
                stream = await self._let_in(request, entrance)
                refused = 0 if stream else 401
        except DatabaseError:
            log.warning("nobody can be let in: the database does not answer", exc_info=True)
            refused = 503
        if stream is None or refused:
            await _refuse(send, refused)
            return
        try:
            await _serve(stream, receive, send)
        finally:
            self.hub.leave(stream)

    def _refused(self, request: HttpRequest, entrance: Entrance | None) -> int:
        """The status by which somebody is refused before anybody looks who it is; 0 for who may come in."""
        if entrance is None:
            return 404
        if request.method != "GET":
            return 405
        try:
            request.get_host()
        except DisallowedHost:
            return 400
        credential = entrance.credential(request)
        if not credential:
            return 401
        if self.hub.is_closing or len(self.hub) >= self.most:
            return 503
        crowded = self.hub.names[credential] >= MOST_PER_CREDENTIAL
        return 429 if crowded or self.hub.addresses[address_of(request)] >= self.most_per_address else 0

    async def _let_in(self, request: HttpRequest, entrance: Entrance) -> Stream | None:
        credential = entrance.credential(request)
        follower = await self.hub.ask(lambda: entrance.follower(credential))
        if follower is None:
            return None
        stream = Stream(follower, credential=credential, address=address_of(request))
        try:
            await self.hub.join(stream, entrance, behind=_behind(request))
        except BaseException:
            self.hub.leave(stream)
            raise
        return stream

    def _hear_of_the_end(self) -> None:
        """Have the streams ended as soon as the process is told to stop: the server waits for them, and browsers shall not."""
        if self._hears_of_the_end:
            return
        self._hears_of_the_end = True
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(ValueError):  # not in the main thread, as in tests: whoever runs the loop there ends it
                signal.signal(number, _also(signal.getsignal(number), lambda: loop.call_soon_threadsafe(self.hub.close)))


def _also(before: Any, more: Callable[[], object]) -> Callable[[int, Any], None]:
    def heard(number: int, frame: Any) -> None:
        more()
        if callable(before):
            before(number, frame)

    return heard


async def _serve(stream: Stream, receive: Receive, send: Send) -> None:
    """Send what waits until the reader goes, reads too slowly, or may not listen any more."""
    leaving = asyncio.create_task(_leave(stream, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"retry: %d\n\n" % (1000 * RETRY_SECONDS), "more_body": True})
        while piece := await stream.next():
            async with asyncio.timeout(SEND_SECONDS):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except (TimeoutError, OSError, RuntimeError):
        log.debug("a reader was lost", exc_info=True)
    finally:
        leaving.cancel()


async def _leave(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def request_of(scope: Scope) -> HttpRequest:
    """As much of a request as tells who asks."""
    request = HttpRequest()
    request.method, request.path = scope["method"], scope["path"]
    request.META = {"REMOTE_ADDR": (scope.get("client") or ("",))[0], "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    for name, value in scope["headers"]:
        if b"_" not in name:
            request.META[f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"] = value.decode("latin-1")
    request.COOKIES = parse_cookie(request.META.get("HTTP_COOKIE", ""))
    request.GET = QueryDict(scope["query_string"])
    return request


def _behind(request: HttpRequest) -> int | None:
    """The last position that the reader knows: as it was told, or as the page was drawn at."""
    said = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    return int(said) if said.isdecimal() and said.isascii() and len(said) <= _LONGEST_POSITION else None


_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    *(pair for pair in answered(200, b"")[1] if pair[0] != b"content-length"),
]
_WHY: Final = {
    400: "This host is not served here.",
    401: "Nobody is signed in here, or may listen no longer.",
    404: "There is nothing to listen to.",
    405: "This can only be listened to.",
    429: "There are too many connections from here. Close some.",
    503: "There is no room just now. Come back in a while.",
}


async def _refuse(send: Send, status: int) -> None:
    again = {"retry_after": str(RETRY_SECONDS * 5)} if status in (429, 503) else {}
    told, headers, body = answered(
        status, _WHY[status].encode(), content_type="text/plain; charset=utf-8", cache_control="no-store", **again
    )
    await send({"type": "http.response.start", "status": told, "headers": headers})
    await send({"type": "http.response.body", "body": body})
