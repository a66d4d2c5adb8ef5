"""HTTP as the doubles speak it: what was asked, what is answered, and the server between."""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from dingdan.integrations.sandbox.firms.store import Json

MOST: Final = 2_000_000
"""Bytes of a request's body that are read."""


class Silence(Exception):
    """No answer comes: the connection stays open for some seconds and is closed then."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Reset(Exception):
    """No answer comes: the connection breaks at once."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. `path` is what stands below the firm's part of the address, `whole` is all of it with the question."""

    method: str
    path: str
    whole: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    is_from_here: bool = True

    @property
    def form(self) -> dict[str, str]:
        """The body as a form in UTF-8."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def json(self) -> Json:
        """The body as a JSON object; empty where it is none. A list (JSON Patch) stands in it as `patches`."""
        try:
            told = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {"patches": told} if isinstance(told, list) else {}


@dataclass(slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def as_json(told: Any, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8"} | named)


def seen(target: str) -> tuple[str, dict[str, str]]:
    """Path and question of an address; of a word that comes twice the last one."""
    parts = urlsplit(target)
    return parts.path, {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}


class Server(ThreadingHTTPServer):
    """One port, a thread per connection."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Door)

    def _say(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up is nobody's fault; everything else is told as the library tells it."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)

    handle_error = _say


class Door(BaseHTTPRequestHandler):
    """Reads a request and writes its answer."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST:
            self.close_connection = True
            return self._write(Answer(413))
        path, query = seen(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        is_from_here = ip_address(self.client_address[0].partition("%")[0]).is_loopback
        asked = Request(self.command, path, self.path, query, headers, self.rfile.read(length), is_from_here)
        try:
            self._write(self.server.answer(asked))
        except Silence as silence:
            time.sleep(silence.seconds)
            self._hang_up()
        except Reset:
            # Linger for no time: what is not sent is thrown away, and the other side reads «connection reset».
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._hang_up()
        return None

    # The library looks for one method per verb.
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: the start page shows what happened."""
