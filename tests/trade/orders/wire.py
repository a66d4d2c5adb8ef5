"""What goes over the wire: every statement of a block, counted where it leaves the program."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg import pq


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the block sends, BEGIN and COMMIT too, as libpq writes them down. Filled when the block ends."""
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
        # F: from the front end. A statement is sent as a simple query, or executed after it was parsed and bound.
        lines = [line.split("\t") for line in log.read_text(errors="replace").splitlines()]
        sent += [" ".join(line[4:]) for line in lines if line[1:2] == ["F"] and line[3].startswith(("Query", "Execute"))]
