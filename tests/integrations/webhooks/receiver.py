"""Somebody who is told: a real HTTP server that remembers what came, and answers what it is told to."""

from __future__ import annotations

import json
import secrets
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from django.test import override_settings
from standardwebhooks import Webhook

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks import sending
from dingdan.integrations.webhooks.commands import create_endpoint
from dingdan.integrations.webhooks.rules import EndpointDraft
from dingdan.integrations.webhooks.signing import secret_of
from tests.conftest import Shop

LOOPBACK = [ip_network("127.0.0.0/8")]
RESET = 0
"""Instead of a status: the connection is cut off without an answer."""


@dataclass(frozen=True, slots=True)
class Came:
    """A request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def type(self) -> str:
        return str(self.told["type"])

    @property
    def orders(self) -> dict[str, int]:
        """Its number in the line of every order that it is about."""
        return {one["order_id"]: one["sequence"] for one in self.told["data"]["orders"]}


@dataclass
class Receiver:
    """`answer` says which status a request gets (or `RESET`), and may add headers; `took` is what was answered 2xx."""

    port: int = 0
    answer: Callable[[Came], int] = lambda _came: 204
    headers: dict[str, str] = field(default_factory=dict)
    came: list[Came] = field(default_factory=list)
    took: list[Came] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def types(self) -> list[str]:
        return [one.type for one in self.came]

    def take(self, one: Came) -> int:
        status = self.answer(one)
        with self.lock:
            self.came.append(one)
            if 200 <= status < 300:
                self.took.append(one)
        return status


def door(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            receiver.connections += 1
            super().setup()

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # whoever spoke is gone
                self.close_connection = True
                return
            named = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(Came(self.path, named, body))
            if status == RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            for name, value in {"Content-Length": "0", **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    return Door


class QuietServer(ThreadingHTTPServer):
    """Takes many at once, and says nothing of connections that are cut off."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, _request: Any, _address: Any) -> None:
        """Nothing to say."""


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver on a port of this machine, which webhooks may be sent to while the block runs."""
    receiver = Receiver()
    server = QuietServer(("127.0.0.1", port), door(receiver))
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with override_settings(WEBHOOKS_TO=LOOPBACK):
            yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@dataclass(frozen=True, slots=True)
class Hook:
    """An endpoint with its secret."""

    endpoint_id: UUID
    secret: str

    def verified(self, one: Came) -> Any:
        """What came, as the published library takes it. Raises where it does not."""
        return Webhook(self.secret).verify(one.body, dict(one.headers))

    def is_signed(self, one: Came) -> bool:
        """Whether the published library signs it alike; for when the clock was moved, which the library does not know."""
        at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC)
        return Webhook(self.secret).sign(one.id, at, one.body.decode()) in one.headers["webhook-signature"].split(" ")


def a_secret() -> str:
    return secret_of(secrets.token_bytes(32))


def hook(shop: Shop, url: str, *types: str) -> Hook:
    """An endpoint that is told of these types of events, of all unless said."""
    secret = a_secret()
    draft = EndpointDraft(url=url, types=types or ("*",))
    return Hook(create_endpoint(shop.call(), endpoint=draft, secret=secret).endpoint_id, secret)


def tell(shop: Shop) -> None:
    """Write down what is to be told of everything that happened, and send what is due."""
    drain(shop.tenant_id)
    sending.deliver(shop.tenant_id)
