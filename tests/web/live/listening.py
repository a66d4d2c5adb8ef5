"""Whoever listens at the live door of a real web process."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import orjson
from django.conf import settings

from dingdan.automation.consumers import drain
from dingdan.kernel import feed
from tests.conftest import Shop
from tests.running import Web
from tests.web.backoffice.desk import Desk


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the stream."""

    event: str
    data: Any
    position: int | None


class Listener:
    """One connection; it is open when this is made, whatever the answer was."""

    def __init__(self, port: int, path: str, *, headers: dict[str, str] | None = None, host: str = "127.0.0.1") -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=20)
        asked = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self.line.sendall(f"GET /live/{path} HTTP/1.1\r\nHost: {host}\r\n{asked}\r\n".encode())
        self._raw = self._text = b""
        head = self._until(b"\r\n\r\n").decode().splitlines()
        self.status = int(head[0].split()[1])
        said = (line.partition(": ") for line in head[1:] if line)
        self.headers = {name.lower(): value for name, _, value in said}
        self.retry: int | None = None
        self.is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Break the line off."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()

    def next(self, *, within: float = 20) -> Heard | None:
        """The next message that says something; None where the stream ends before."""
        self.line.settimeout(within)
        silent_at = time.monotonic() + within
        while True:
            if time.monotonic() > silent_at:
                raise TimeoutError
            block, found, rest = self._text.partition(b"\n\n")
            if found:
                self._text = rest
                heard = self._read(block)
                if heard is not None and heard.event != "beat":
                    return heard
            elif not self._more():
                self.is_over = True
                return None

    def until(self, position: int) -> list[Heard]:
        """Everything up to the message of that position."""
        found: list[Heard] = []
        while not found or (found[-1].position or 0) < position:
            heard = self.next()
            assert heard is not None, f"the stream ended behind {found}"
            found.append(heard)
        return found

    def _more(self) -> bool:
        """Take another piece of the body; whether there was one."""
        try:
            length = int(self._until(b"\r\n"), 16)
            self._text += self._until(b"\r\n", behind=length)[:length]
        except (ConnectionError, ValueError):
            return False
        return length > 0

    def _until(self, end: bytes, *, behind: int = 0) -> bytes:
        """What comes up to an end, and the end; a line that is silent too long loses nothing of it."""
        while (found := self._raw.find(end, behind)) < 0:
            piece = self.line.recv(65536)
            if not piece:
                raise ConnectionError
            self._raw += piece
        taken, self._raw = self._raw[: found + len(end)], self._raw[found + len(end) :]
        return taken

    def _read(self, block: bytes) -> Heard | None:
        said = dict(line.split(": ", 1) for line in block.decode().splitlines())
        if "retry" in said:
            self.retry = int(said["retry"])
        if "event" not in said:
            return None
        return Heard(said["event"], orjson.loads(said["data"]), int(said["id"]) if "id" in said else None)


def cookies(desk: Desk) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={desk.browser.cookies[settings.SESSION_COOKIE_NAME].value}"}


def at_desk(web: Web, desk: Desk, *, after: int | None = None) -> Listener:
    return Listener(web.port, "desk" + ("" if after is None else f"?after={after}"), headers=cookies(desk))


def told(shop: Shop) -> int:
    """Bring everybody who reads the feed up to date; where it ends now."""
    drain(shop.tenant_id)
    return feed.end()
