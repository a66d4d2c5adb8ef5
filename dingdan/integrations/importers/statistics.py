"""Keeps PostgreSQL informed while empty tables fill up.

An import writes more in its first minute than a shop does in a month, and nobody has counted the rows yet: foreign keys would
be checked, and rows found, by plans that were made for empty tables. PostgreSQL counts by itself only once a minute.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

#: So many rows or lines after the last count it is time for the next; after the last of these PostgreSQL does it by itself.
PAUSES: Final = (250, 1_000, 4_000, 16_000, 64_000)


class Statistics:
    """Has the rows counted anew a few times while an import grows."""

    def __init__(self) -> None:
        self._pauses = list(PAUSES)
        self._since = 0

    def grew(self, lines: int) -> None:
        """So many rows of registers or lines of documents were written."""
        self._since += lines
        if self._pauses and self._since >= self._pauses[0]:
            self._pauses.pop(0)
            self.count()

    def count(self) -> None:
        """Count now: well under a second for small tables, of large ones a sample is read."""
        self._since = 0
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
