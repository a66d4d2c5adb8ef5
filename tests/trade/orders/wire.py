"""What goes over the wire: every statement of a block, counted by what the server answers to it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg import pq


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the server said to each statement that the block sent (`BEGIN`, `SELECT 2`, …). Filled when the block ends."""
    connection.ensure_connection()
    assert connection.connection is not None
    wire: pq.abc.PGconn = connection.connection.pgconn
    sent: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "wire"
        with log.open("wb") as file:
            wire.trace(file.fileno())
            try:
                yield sent
            finally:
                wire.untrace()
        # B: from the server. Several statements may be sent at once; each is answered on its own.
        lines = [line.split("\t") for line in log.read_text(errors="replace").splitlines()]
        sent += [line[4].strip(' "') for line in lines if line[1:2] == ["B"] and line[3] == "CommandComplete"]
