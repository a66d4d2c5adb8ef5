"""What is asked of an import, and what it answers: sums that make the file, and a list of what is to be looked at."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dingdan.integrations.importers.findings import Finding
from dingdan.kernel.money import plain
from dingdan.kernel.sheets import guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What to import, until which day, into which channel, and where to list what stays out.

    ``mapping`` and ``create_products`` are for tables of other shops, ``until`` is for Online Retail.
    """

    file: Path
    exceptions: Path
    format: str = "online-retail"
    mapping: Path | None = None
    until: date | None = None
    channel: str = ""
    create_products: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Amounts of one currency in minor units, signed as in the file: ``reported`` is what stayed out."""

    file: int
    imported: int
    reported: int

    @property
    def adds_up(self) -> bool:
        """Imported and reported make the file."""
        return self.imported + self.reported == self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import came to. ``left_out`` counts what stayed out, ``remarks`` what is in all the same, ``refused`` both of them
    that a command would not take."""

    file: str
    format: str
    dry_run: bool
    lines: int
    sums: dict[str, Sums]
    documents: dict[str, int]
    findings: dict[str, int]
    left_out: int
    remarks: int
    refused: int
    exceptions: str
    commands: int = 0
    seconds: float = 0.0
    facts: dict[str, int | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Imported and reported make the file, in every currency."""
        return all(sums.adds_up for sums in self.sums.values())

    @property
    def complete(self) -> bool:
        """Whether everything of the file is in the books, with the whole of its life."""
        return not self.left_out and not self.refused and self.adds_up

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self) | {"complete": self.complete, "adds_up": self.adds_up}

    def __str__(self) -> str:
        verb, done = ("would import", "to import") if self.dry_run else ("imported", "imported")
        documents = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in self.documents.items())
        lines = [f"{verb} {self.lines:,} lines as {documents or 'nothing'}", *self.notes]
        lines += [
            f"{currency} {plain(sums.imported, currency)} {done} + {plain(sums.reported, currency)} reported"
            f" = {plain(sums.file, currency)} in the file"
            for currency, sums in sorted(self.sums.items())
        ]
        if not self.adds_up:
            lines.append("imported and reported do not make the file: tell whoever maintains this program")
        if self.findings:
            told = ", ".join(f"{count:,} {code.replace('_', ' ')}" for code, count in sorted(self.findings.items()))
            lines.append(f"to look at: {told}; see {self.exceptions}")
        return "\n".join(lines)


@contextmanager
def listed(path: Path) -> Iterator[Callable[[Finding], None]]:
    """Writes every finding into a CSV file at once, so that nothing is lost when the import is cut short."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "document", "what became of it", "code", "amount", "what", "what to do"])

        def write(found: Finding) -> None:
            became = "is in all the same" if found.imported else "stayed out"
            cells = (found.line, found.document, became, found.code, found.amount, found.sentence, found.remedy)
            writer.writerow([guarded(one) if isinstance(one, str) else one for one in cells])
            file.flush()

        yield write
