"""Imports a file of Online Retail, or tells what importing it would come to."""

from __future__ import annotations

import gc

from dingdan.integrations.importers.findings import Findings, UnreadableFile
from dingdan.integrations.importers.online_retail.book import OnlineRetail
from dingdan.integrations.importers.online_retail.documents import Stage
from dingdan.integrations.importers.online_retail.ledger import cost_of_the_shop
from dingdan.integrations.importers.online_retail.reading import CURRENCY
from dingdan.integrations.importers.online_retail.telling import Teller
from dingdan.integrations.importers.progress import Step, Watch
from dingdan.integrations.importers.report import ImportReport, ImportRequest, Sums
from dingdan.integrations.importers.statistics import Statistics
from dingdan.kernel.models import Tenant
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.channels.queries import channel_by_code


def import_online_retail(tenant: Tenant, request: ImportRequest, findings: Findings, watch: Watch) -> ImportReport:
    """Import the file up to and including a day. Raises UnreadableFile."""
    channel = _channel(request.channel or "web")
    book = OnlineRetail(request.file, until=request.until)
    watch.say(f"reading {request.file.name} …")
    survey = book.survey
    if request.dry_run:
        with watch.task("orders and what became of them", survey.lines) as step:
            _read(book, findings, step)
        return _report(request, book, findings, None)
    with Teller(tenant, channel, findings) as teller:
        many = len(survey.products) + len(survey.customers) + len(survey.opening.lines)
        statistics = Statistics()
        with watch.task("articles, customers, opening stock", many) as step:

            def wrote(count: int) -> None:
                step(count)
                statistics.grew(count)

            teller.prepare(survey, wrote)
        gc.freeze()  # what was read of the file stays to the end, and need not be looked at again and again
        with watch.task("orders and what became of them", survey.lines) as step:
            _tell(book, findings, teller, step)
        return _report(request, book, findings, teller)


def _channel(code: str) -> Channel:
    channel = channel_by_code(code)
    if channel is None:
        raise UnreadableFile(f"There is no channel {code}.", "Name one of the shop's channels.")
    if channel.currency != CURRENCY:
        raise UnreadableFile(
            f"The channel {code} sells in {channel.currency}, the file is in {CURRENCY}.", "Name a channel of that currency."
        )
    return channel


def _read(book: OnlineRetail, findings: Findings, step: Step) -> None:
    reached = 0
    for chunk in book.chunks(findings):
        if chunk.stage in (Stage.EXPENSES, Stage.BAD_DEBTS):
            for document in chunk.documents:
                findings.add(cost_of_the_shop(document))
        step(max(0, chunk.line - reached))
        reached = max(reached, chunk.line)


def _tell(book: OnlineRetail, findings: Findings, teller: Teller, step: Step) -> None:
    statistics, reached = Statistics(), 0
    statistics.count()
    for chunk in book.chunks(findings):
        teller.tell(chunk)
        statistics.grew(max(0, chunk.line - reached))
        step(max(0, chunk.line - reached))
        reached = max(reached, chunk.line)
    teller.finish()


def _report(request: ImportRequest, book: OnlineRetail, findings: Findings, teller: Teller | None) -> ImportReport:
    survey, summary = book.survey, book.summary
    costs = summary.amounts[Stage.EXPENSES] + summary.amounts[Stage.BAD_DEBTS]
    imported, opening = teller.ledger.amount if teller else summary.amount - costs, survey.opening
    return ImportReport(
        file=str(request.file),
        format=request.format,
        dry_run=request.dry_run,
        lines=summary.lines,
        sums={CURRENCY: Sums(file=survey.amount, imported=imported, reported=findings.amount_left_out)},
        documents={str(name): count for name, count in summary.documents.items() if count},
        findings=dict(findings.counts),
        left_out=findings.lines_left_out,
        remarks=findings.counts.total() - findings.lines_left_out,
        refused=teller.voice.trouble if teller else 0,
        exceptions=str(request.exceptions),
        commands=teller.voice.commands if teller else 0,
        facts={
            "opening_units": opening.units,
            "opening_skus": len(opening.lines),
            "credit_lines": summary.credit_lines,
            "credit_lines_on_orders": summary.credit_lines_on_orders,
            "days": len(summary.days),
        },
        notes=(
            f"opening receipts: {opening.units:,} units of {len(opening.lines):,} articles",
            f"credited lines that go back to an order: {summary.credit_lines_on_orders:,} of {summary.credit_lines:,}",
        ),
    )
