"""A register from a file at once, without anybody looking in between: for the command line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dingdan.integrations.importers.registers import REGISTERS, Look, looked_at, written
from dingdan.integrations.importers.registers.files import read_file
from dingdan.integrations.importers.voice import some
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.models import Tenant

MOST_TOLD: Final = 50


@dataclass(slots=True)
class RegisterReport:
    """What became of the rows of a file, or would become of them, and why which lines were refused."""

    register: str
    is_dry: bool
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every row was taken."""
        return not self.refused

    def as_dict(self) -> dict[str, Any]:
        """The report for a program."""
        return {
            "register": self.register, "dry_run": self.is_dry, **{one: self.counts[one] for one in ("new", "changed", "same")},
            "refused": [{"line": line, "why": why} for line, why in self.refused], "ignored_columns": self.ignored,
        }  # fmt: skip

    def __str__(self) -> str:
        counts = ", ".join(f"{self.counts[one]} {one}" for one in ("new", "changed", "same"))
        told = [f"{self.register}: {counts}, {len(self.refused)} refused." + (" Nothing was written." if self.is_dry else "")]
        if self.ignored:
            told.append(f"Columns that are not understood: {', '.join(self.ignored)}.")
        told += [f"line {line}: {why}" for line, why in self.refused[:MOST_TOLD]]
        return "\n".join(told + (["…"] if len(self.refused) > MOST_TOLD else []))


def bring(path: Path, slug: str, tenant: Tenant, *, dry_run: bool, step: Callable[[int], None]) -> RegisterReport:
    """Write the rows of a file into a register of the tenant in scope. Run again, what is there is the same.

    Raises `UnreadableFile`.
    """
    kind, found = REGISTERS[slug], read_file(REGISTERS[slug](), path)
    report = RegisterReport(slug, dry_run, refused=list(found.unreadable), ignored=found.unknown)
    actor = Actor("import", "registers", kind.permissions())
    sheet = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    for rows in some(found.rows):
        register = kind()
        looks = looked_at(register, rows)

        def call_of(look: Look, what: str) -> Call:
            # What is written tells one try from the next: a row that was changed back since is written again.
            now = fingerprint(look.wish.before, look.wish.after)[:16] if look.wish else ""
            return Call(tenant_id=tenant.id, actor=actor, key=f"register:{sheet}:{look.line}:{now}{what}")

        answers = [look.trouble for look in looks] if dry_run else written(register, looks, call_of)
        for look, answer in zip(looks, answers, strict=True):
            if isinstance(answer, Refusal):
                report.refused.append((look.line, f"{answer.field}: {answer}" if answer.field else str(answer)))
            else:
                report.counts[look.outcome] += 1
        step(len(rows))
    report.refused.sort()
    return report
