"""Runs an import of Online Retail: tells how far it is, lists what stayed out, and adds up to the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from dingdan.integrations.importers.findings import Finding, Findings, UnreadableFile
from dingdan.integrations.importers.online_retail.book import OnlineRetail
from dingdan.integrations.importers.online_retail.telling import Teller
from dingdan.integrations.importers.statistics import Statistics
from dingdan.kernel.models import Tenant
from dingdan.masterdata.channels.queries import channel_by_code

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import came to. Amounts in minor units, signed as in the file; `reported` is what stayed out."""

    file: str
    dry_run: bool
    lines: int
    file_amount: int
    imported: int
    reported: int
    documents: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    opening_units: int = 0
    opening_skus: int = 0
    credit_share: float = 0.0
    exceptions: str = ""

    @property
    def complete(self) -> bool:
        """Whether every line is in the books and the sums agree."""
        return not self.reported and self.adds_up

    @property
    def adds_up(self) -> bool:
        """Imported and reported make the file, to the penny."""
        return self.imported + self.reported == self.file_amount

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self) | {"complete": self.complete, "adds_up": self.adds_up}

    def __str__(self) -> str:
        verb = "would import" if self.dry_run else "imported"
        documents = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in self.documents.items())
        imported, reported, whole = (f"{amount / 100:,.2f}" for amount in (self.imported, self.reported, self.file_amount))
        lines = [
            f"{verb} {self.lines:,} lines as {documents}",
            f"opening receipts: {self.opening_units:,} units of {self.opening_skus:,} articles",
            f"{self.credit_share:.1%} of the credited lines go back to an order",
            f"amounts: {imported} imported + {reported} reported = {whole} in the file",
        ]
        if not self.adds_up:
            lines.append("imported and reported do not make the file: tell whoever maintains this program")
        if self.findings:
            told = ", ".join(f"{count} {code}" for code, count in sorted(self.findings.items()))
            lines.append(f"to look at: {told}; see {self.exceptions}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What to import, until which day, and where to list what stays out."""

    file: Path
    exceptions: Path
    until: date | None = None
    dry_run: bool = False
    channel: str = "web"


def run(tenant: Tenant, request: ImportRequest, console: Console) -> ImportReport:
    """Import a file into the shop in scope. Run again, it goes on where it stopped. Raises `UnreadableFile`."""
    channel = channel_by_code(request.channel)
    if channel is None:
        raise UnreadableFile(f"There is no channel {request.channel}.", "Name one of the shop's channels.")
    with _listed(request.exceptions) as listener:
        findings = Findings(listener)
        book = OnlineRetail(request.file, until=request.until)
        console.print(f"reading {request.file.name} …")
        survey = book.survey
        teller = None if request.dry_run else Teller(tenant, channel, findings)
        with _progress(console) as bar, teller or nullcontext():
            if teller:
                many = len(survey.products) + len(survey.customers) + len(survey.opening.lines)
                with _task(bar, "articles, customers, opening stock", many) as step:
                    teller.prepare(survey, step)
            with _task(bar, "orders and what became of them", survey.lines) as step:
                _tell(book, findings, teller, step)
    summary = book.summary
    return ImportReport(
        file=str(request.file),
        dry_run=request.dry_run,
        lines=summary.lines,
        file_amount=survey.amount,
        imported=teller.ledger.amount if teller else summary.amount,
        reported=findings.amount_left_out,
        documents={str(name): count for name, count in summary.documents.items() if count},
        findings=dict(findings.counts),
        opening_units=teller.registers.opening_units if teller else survey.opening.units,
        opening_skus=teller.registers.opening_skus if teller else len(survey.opening.lines),
        credit_share=summary.share_on_orders,
        exceptions=str(request.exceptions),
    )


def _tell(book: OnlineRetail, findings: Findings, teller: Teller | None, step: Step) -> None:
    statistics, reached = Statistics(), 0
    if teller:
        statistics.count()
    for chunk in book.chunks(findings):
        if teller:
            teller.tell(chunk)
            statistics.grew(len(chunk.documents))
        step(chunk.line - reached)
        reached = max(reached, chunk.line)
    if teller:
        teller.finish()


@contextmanager
def _listed(path: Path) -> Iterator[Callable[[Finding], None]]:
    """Writes every finding into a CSV file at once, so that nothing is lost when the import is cut short."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file: TextIO
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "document", "code", "imported", "amount", "what", "what to do"])

        def write(finding: Finding) -> None:
            writer.writerow(
                [finding.line, finding.document, finding.code, finding.imported, finding.amount, finding.sentence, finding.remedy]
            )
            file.flush()

        yield write


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console)


@contextmanager
def _task(bar: Progress, title: str, total: int) -> Iterator[Step]:
    task = bar.add_task(title, total=total)
    yield lambda count: bar.advance(task, max(0, count))
    bar.update(task, completed=total)
    if not bar.console.is_terminal:
        bar.console.print(f"{title}: done")
