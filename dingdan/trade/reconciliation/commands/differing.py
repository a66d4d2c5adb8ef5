"""The exception queue: what was found to differ, and what people did about it."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import locked
from dingdan.kernel.text import clean_text, one_of
from dingdan.trade.reconciliation import steps
from dingdan.trade.reconciliation.events import DiscrepancyReported, DiscrepancyResolved
from dingdan.trade.reconciliation.lifecycle import DISCREPANCY_LIFE, Resolution
from dingdan.trade.reconciliation.models import Discrepancy
from dingdan.trade.reconciliation.rules import DiscrepancyFound, check_found


@batch_command(DiscrepancyReported)
def report_discrepancies(batch: Batch[DiscrepancyFound]) -> None:
    """Put into the exception queue how money outside differs from the books, each thing once: what is open is counted again.

    What people chose to ignore stays ignored as long as the same is said of it. Refuses kinds and texts that cannot be.
    """
    batch.read(lambda item: check_found(item.intent))
    told = steps.report([steps.Report(item.entry, item.intent) for item in batch.open])
    for item, event in zip(batch.open, told, strict=True):
        item.accept(event)


@command
def resolve_discrepancy(entry: Entry, *, discrepancy_id: UUID, resolution: str, note: str = "") -> DiscrepancyResolved:
    """Say how a discrepancy was settled: it is in the books now, the money went back, or it is let be, for which a note says why.

    Refuses one that is settled already, and words that are none of these.
    """
    one_of(resolution, "resolution", Resolution)
    said = clean_text(note, "note", 500, required=resolution == Resolution.IGNORED)
    row = locked(entry, Discrepancy, discrepancy_id)
    state = DISCREPANCY_LIFE.turn("resolve", row.state)
    Discrepancy.objects.filter(id=row.id).update(
        state=state,
        resolution=resolution,
        note=said,
        resolved_at=entry.at,
        resolved_by_kind=entry.actor.kind,
        resolved_by_id=entry.actor.id,
    )
    if row.payment_id:
        entry.about("payment", row.payment_id)
    return DiscrepancyResolved(discrepancy_id=row.id, kind=row.kind, source=row.source, resolution=resolution)
