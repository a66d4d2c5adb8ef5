"""A sandbox for the tests of each process, and somebody who takes its notices."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """All four firms, in memory, without a thread that lets time pass."""
    with running_sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def _calm(sandbox: Sandbox) -> Iterator[None]:
    """Every test begins without faults, and with notices that nobody waits for sent."""
    sandbox.world.faults.tell({"seed": 0, "rates": {}, "next": [], "silence": 0.2})
    yield
    sandbox.world.faults.tell({"rates": {}, "next": []})
    sandbox.settle()


@dataclass
class Mailbox:
    """Who takes notices: what came, and what is answered (the last one again and again)."""

    url: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=lambda: [(200, b"success")])

    def answer(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()

    class Slot(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, told = box.answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_POST = _take  # noqa: N815

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slot)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_port}/notify"
    yield box
    server.shutdown()
    thread.join()
    server.server_close()
