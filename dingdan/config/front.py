"""The one port: an ASGI application that hands requests to Django on threads.

Django is fastest over WSGI threads, and what lives long or must be fast wants an event loop. So the loop takes every
request: paths of `doors` go to an ASGI application of their own, those of `hot` are first shown to a function that answers
what it can at once, all others go to Django by one hop to a thread. The whole body is awaited first, up to a limit, so that a
slow sender never holds a thread.
"""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BODY_SECONDS = 60
SEND_SECONDS = 60
HEARD_OUT, HEARD_OUT_SECONDS = 64 * 2**20, 1  # bytes of a body that is refused, and how long none may come
FILE_BLOCK = 64 * 1024
log = logging.getLogger(__name__)

Hot = Callable[[Scope, bytes], Awaitable["tuple[int, list[tuple[bytes, bytes]], bytes] | None"]]


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """A request that never reaches the application, answered as a problem document (RFC 9457)."""

    status: int
    code: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""


class Front:
    """ASGI outside, WSGI on `threads` threads inside; `limit` is the longest body in bytes, or says it of a path. `doors`
    and `hot` are by path, or by its first part (`/gateways/`)."""

    def __init__(
        self,
        wsgi: Wsgi,
        *,
        threads: int,
        limit: int | Callable[[str], int],
        doors: Mapping[str, Asgi] | None = None,
        hot: Mapping[str, Hot] | None = None,
    ) -> None:
        self.wsgi, self.limit, self.doors, self.hot = wsgi, limit, doors or {}, hot or {}
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        door = self.doors.get(path) or self.doors.get(path[: path.find("/", 1) + 1])
        if door is not None:
            await door(scope, receive, send)
            return
        answer: Answer | None
        call = None
        try:
            body = await self._body(scope, receive)
            hot = self.hot.get(path) or self.hot.get(path[: path.find("/", 1) + 1])
            told = await hot(scope, body) if hot is not None else None
            if told is not None:
                answer = Answer(*told)
            else:
                call = _Call(self.wsgi, environ_of(scope, body), receive, send)
                answer = await asyncio.get_running_loop().run_in_executor(self.pool, call.run)
        except Problem as problem:
            answer = _as_answer(problem)
        except ConnectionAbortedError:
            return
        except Exception:
            if call is not None and call.streaming:
                raise  # half an answer is out: the server must break the connection off, or the half would look whole
            log.exception("%s %s", scope["method"], scope["path"])
            answer = _as_answer(
                Problem(500, "server_fault", "Something went wrong here. It is written down.", "Repeat the request later.")
            )
        if answer is not None:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        limit = self.limit(scope["path"]) if callable(self.limit) else self.limit
        too_long = Problem(413, "body_too_large", f"The body has more than {limit} bytes.", "Send it in several requests.")
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                for name, value in scope["headers"]:
                    if name == b"content-length" and (not value.isdigit() or int(value) > limit):
                        await _hear_out(receive)
                        raise too_long
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ConnectionAbortedError
                    body += message.get("body", b"")
                    if len(body) > limit:
                        await _hear_out(receive)
                        raise too_long
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            late = f"The body did not arrive within {BODY_SECONDS} seconds."
            raise Problem(408, "request_too_slow", late, "Repeat the request over a faster line.") from None


async def _hear_out(receive: Receive) -> None:
    """Take and drop what a client still sends: most read no answer before they have sent everything."""
    heard = 0
    with suppress(TimeoutError):
        while heard < HEARD_OUT:
            message = await asyncio.wait_for(receive(), HEARD_OUT_SECONDS)
            heard += len(message.get("body", b""))
            if not message.get("more_body"):
                return


class _Call:
    """One request on its thread. A plain answer is returned whole; a stream is sent from the thread, piece by piece."""

    def __init__(self, wsgi: Wsgi, environ: dict[str, Any], receive: Receive, send: Send) -> None:
        self.wsgi, self.environ, self.receive, self.send = wsgi, environ, receive, send
        self.loop = asyncio.get_running_loop()
        self.gone = threading.Event()
        self.streaming = False
        self.status, self.headers = 500, list[tuple[bytes, bytes]]()

    def run(self) -> Answer | None:
        result = self.wsgi(self.environ, self._start_response)
        try:
            if not getattr(result, "streaming", not isinstance(result, list)):
                return Answer(self.status, self.headers, b"".join(result))
            self._stream(result)
            return None
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def _stream(self, pieces: Iterable[bytes]) -> None:
        self.streaming = True
        watch = asyncio.run_coroutine_threadsafe(self._watch(), self.loop)
        self._push({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if self.environ["REQUEST_METHOD"] != "HEAD":
            for piece in pieces:
                if self.gone.is_set():
                    return  # nobody listens any more: an endless stream must not hold its thread
                self._push({"type": "http.response.body", "body": piece, "more_body": True})
        self._push({"type": "http.response.body", "body": b"", "more_body": False})
        watch.cancel()

    def _push(self, message: Message) -> None:
        async def push() -> None:
            await self.send(message)

        # A client that reads nothing for that long loses its answer: it must not hold the thread.
        asyncio.run_coroutine_threadsafe(push(), self.loop).result(timeout=SEND_SECONDS)

    async def _watch(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.gone.set()


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment of a request: text as latin-1, as PEP 3333 wants it."""
    server, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": lambda file, _: FileWrapper(file, FILE_BLOCK),
    }
    for name, value in scope["headers"]:
        if b"_" in name or name == b"content-length":
            continue  # X_Real and X-Real would be one variable: the one with the underscore is never meant
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        glue = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = environ[key] + glue + value.decode("latin-1") if key in environ else value.decode("latin-1")
    return environ


def _as_answer(problem: Problem) -> Answer:
    """In the shape of the API's problems; their list is where `type` leads."""
    said = {"title": problem.code.replace("_", " ").capitalize(), "status": problem.status, "detail": problem.detail}
    told = {"type": f"/api/v1/problems#{problem.code}", **said, "code": problem.code, "remedy": problem.remedy}
    body = json.dumps(told).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    return Answer(problem.status, headers, body)
