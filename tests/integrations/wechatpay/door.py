"""Where the double's notices arrive: HTTP outside, the program's own view inside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import connections
from django.test import Client


class _Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        named: dict[str, Any] = {name.lower(): value for name, value in self.headers.items() if name.lower() != "host"}
        try:
            told = Client(headers={"host": "localhost"}).post(
                self.path, data=body, content_type=named.pop("content-type"), headers=named
            )
        finally:
            connections.close_all()
        self.send_response(told.status_code)
        self.send_header("Content-Length", str(len(told.content)))
        self.end_headers()
        self.wfile.write(told.content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def open_door() -> Iterator[str]:
    """The address at which the program hears notices, while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
