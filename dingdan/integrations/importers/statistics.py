"""Keeps PostgreSQL informed while empty tables fill up.

An import writes more in its first minute than a shop does in a month, and nobody has counted the rows yet: foreign keys would
be checked, and rows found, by plans that were made for empty tables. PostgreSQL counts by itself only once a minute.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

#: So many documents after the last count it is time for the next, each pause longer than the one before.
PAUSES: Final = (25, 250, 2_500)


class Statistics:
    """Counts the rows anew after the registers are written, and a few times more as documents come in."""

    def __init__(self) -> None:
        self._pauses = list(PAUSES)
        self._since = 0

    def grew(self, documents: int) -> None:
        """So many documents were told."""
        self._since += documents
        if self._pauses and self._since >= self._pauses[0]:
            self._pauses.pop(0)
            self.count()

    def count(self) -> None:
        """Count now: well under a second for small tables, of large ones a sample is read."""
        self._since = 0
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
