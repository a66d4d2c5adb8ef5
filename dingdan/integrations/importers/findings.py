"""What an import has to tell its user: nothing of a file is dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: More findings than this are counted and handed to the listener, but not kept in memory.
KEPT: Final = 10_000


class UnreadableFile(Exception):
    """The file as a whole cannot be imported; nothing was read. ``remedy`` says what to do about it."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.sentence = sentence
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to report about a line or a document of the file.

    ``imported`` tells whether the line went in all the same (then this is a remark) or stayed out; ``amount`` is what stayed
    out, in minor units as the file signs it, 0 where it could not be read. ``line`` counts from 1, the header being the first.
    """

    line: int
    code: str
    document: str
    sentence: str
    remedy: str
    imported: bool = False
    amount: int = 0


class Findings:
    """Collects findings: counts all, keeps the first ten thousand, hands each to ``listener`` (a report file, say) at once."""

    def __init__(self, listener: Callable[[Finding], None] | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.kept: list[Finding] = []
        self.amount_left_out = 0
        self.lines_left_out = 0
        self._listener = listener

    def add(self, finding: Finding) -> None:
        """Report one more."""
        self.counts[finding.code] += 1
        if not finding.imported:
            self.amount_left_out += finding.amount
            self.lines_left_out += 1
        if len(self.kept) < KEPT:
            self.kept.append(finding)
        if self._listener:
            self._listener(finding)

    @property
    def not_kept(self) -> int:
        """How many were counted but not kept."""
        return sum(self.counts.values()) - len(self.kept)
