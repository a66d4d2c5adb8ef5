"""Times as PostgreSQL sends them, read by the fast reader of the standard library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from psycopg.types.datetime import TimestamptzLoader


class QuickTimeLoader(TimestamptzLoader):
    """A moment in UTC. What the fast reader does not know (infinity, times before Christ) goes psycopg's way."""

    timezone = UTC  # Django asks a loader for this, and brings its own where the connection's differs

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(bytes(data).decode()).replace(tzinfo=UTC)
        except ValueError:
            return super().load(data).replace(tzinfo=UTC)
