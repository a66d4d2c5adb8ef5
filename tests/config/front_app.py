"""A WSGI application with every odd answer that the front must bear. Served by the tests of the front."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dingdan.config.front import Front, Receive, Scope, Send

THREADS, LIMIT = 2, 100_000


class Pieces:
    """A stream that says when it was closed, and how far it came."""

    streaming = True

    def __init__(self, environ: dict[str, Any]) -> None:
        self.mark, self.number, self.endless = Path(environ["QUERY_STRING"]), 0, environ["PATH_INFO"] == "/endless"

    def __iter__(self) -> Iterator[bytes]:
        while self.endless or self.number < 5:
            self.number += 1
            if self.endless:
                time.sleep(0.01)
            yield f"piece {self.number}\n".encode() * 100

    def close(self) -> None:
        if self.mark.name:
            self.mark.write_text(str(self.number))


def broken_stream() -> Iterator[bytes]:
    yield b"the first half"
    raise RuntimeError("in the middle")


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    path = environ["PATH_INFO"]
    if path == "/raise":
        raise RuntimeError("before the answer")
    if path in {"/stream", "/endless"}:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Pieces(environ)
    if path == "/broken":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return broken_stream()
    if path == "/slow":
        time.sleep(0.3)
    body = environ["wsgi.input"].read()
    seen = {key: value for key, value in environ.items() if isinstance(value, str)} | {"body": len(body), "head": repr(body[:20])}
    answer = repr(seen).encode()
    start_response(
        "200 OK",
        [("Content-Type", "text/plain"), ("Content-Length", str(len(answer))), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")],
    )
    return [answer]


async def door(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"a door of its own"})


def application() -> Front:
    return Front(wsgi, threads=THREADS, limit=LIMIT, doors={"/door": door})
