"""What the firms remember: documents in one SQLite file, so that nothing is lost between two starts."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS thing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, ref TEXT NOT NULL, at REAL NOT NULL,
    wake REAL NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS thing_by_ref ON thing (kind, ref);
CREATE INDEX IF NOT EXISTS thing_by_time ON thing (kind, at);
CREATE INDEX IF NOT EXISTS thing_by_wake ON thing (kind, wake) WHERE wake > 0;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tally (name TEXT PRIMARY KEY, number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS note (
    id INTEGER PRIMARY KEY AUTOINCREMENT, firm TEXT NOT NULL, topic TEXT NOT NULL, subject TEXT NOT NULL, url TEXT NOT NULL,
    body TEXT NOT NULL, fault TEXT NOT NULL, at REAL NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS note_by_due ON note (state, due);
"""
_PUT = """
INSERT INTO thing (kind, id, ref, at, wake, body) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET ref = excluded.ref, wake = excluded.wake, body = excluded.body
"""


class Store:
    """Documents by kind and id. One connection, one writer at a time: a request is one transaction, whole or not at all."""

    def __init__(self, file: Path | None = None) -> None:
        if file is not None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        # `isolation_level=None`: transactions are begun and ended here, not by the library.
        self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)
        if file is not None:
            file.chmod(0o600)  # keys are in it

    def close(self) -> None:
        """Close the file. Whoever asks afterwards is refused by sqlite."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing. Inside another one it is part of that."""
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._depth = 0

    # ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, kind: str, body: Json, *, ref: str = "", at: float = 0, wake: float = 0) -> Json:
        """Write a document under its own `id`; a second time it takes the place of the first, at the first one's time.

        `wake` is when something is to be done about it, 0 for never.
        """
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self.execute(_PUT, kind, body["id"], ref, at, wake, written)
        return body

    def get(self, kind: str, key: str) -> Json | None:
        """The document of an id."""
        found: Json | None = self._first("SELECT body FROM thing WHERE kind = ? AND id = ?", kind, key)
        return found

    def by_ref(self, kind: str, ref: str) -> Json | None:
        """The newest document that bears a reference."""
        sql = "SELECT body FROM thing WHERE kind = ? AND ref = ? ORDER BY seq DESC LIMIT 1"
        found: Json | None = self._first(sql, kind, ref)
        return found

    def all(
        self, kind: str, *, ref: str | None = None, since: float = 0, until: float = 1e12, limit: int = 100_000
    ) -> list[Json]:
        """Documents of a kind, the newest first, from a time on and before another."""
        found = self.execute(
            "SELECT body FROM thing WHERE kind = ? AND at >= ? AND at < ? AND (? IS NULL OR ref = ?) ORDER BY seq DESC LIMIT ?",
            kind, since, until, ref, ref, limit,
        )  # fmt: skip
        return [json.loads(body) for (body,) in found]

    def due(self, kind: str, now: float) -> list[Json]:
        """Documents about which something is to be done by now, the oldest first."""
        found = self.execute("SELECT body FROM thing WHERE kind = ? AND wake > 0 AND wake <= ? ORDER BY seq", kind, now)
        return [json.loads(body) for (body,) in found]

    # ── settings and counters ────────────────────────────────────────────────────────────────────────────────────────────

    def setting(self, name: str, default: Any = None) -> Any:
        """What was written down under a name."""
        found = self._first("SELECT body FROM setting WHERE name = ?", name)
        return default if found is None else found

    def set(self, name: str, value: Any) -> None:
        """Write something down under a name."""
        self.execute("INSERT OR REPLACE INTO setting (name, body) VALUES (?, ?)", name, json.dumps(value))

    def count(self, name: str) -> int:
        """The next number of a name: 1, 2, 3 …"""
        sql = "INSERT INTO tally VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1 RETURNING number"
        return int(self.execute(sql, name)[0][0])

    def happened(self) -> bool:
        """Whether anything was ever written down but settings."""
        return bool(self.execute("SELECT 1 FROM thing LIMIT 1"))

    # ── ground ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement and give all its rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _first(self, sql: str, *values: Any) -> Any:
        rows = self.execute(sql, *values)
        return json.loads(rows[0][0]) if rows else None
