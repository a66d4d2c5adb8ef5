"""The exception queue: what was found to differ, and what people did about it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.register import locked
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps import RefundAsk, Returned, promise_refunds, take_back
from dingdan.ledgers.payments.steps.refusals import NotThisWay
from dingdan.trade.reconciliation import steps
from dingdan.trade.reconciliation.events import DiscrepancyReported, DiscrepancyResolved, MatchedPart, RefundReturned
from dingdan.trade.reconciliation.lifecycle import DiscrepancyKind, Resolution
from dingdan.trade.reconciliation.models import Discrepancy
from dingdan.trade.reconciliation.rules import DiscrepancyFound, check_found

AGAIN_BY: Final = ("bank_transfer", "cash", "store_credit")
"""How what was sent back may go back again: not through the gateway that could not do it."""
SENT_BACK: Final = (DiscrepancyKind.REFUND_RETURNED, DiscrepancyKind.MISSING_AT_GATEWAY)
"""Kinds that may mean a refund that did not arrive."""


class NoRefundSentBack(Refusal):
    """A discrepancy is of something else."""

    sentence = _("This is not about a refund that was sent back.")
    remedy = _("Settle it in another way.")


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
def return_refund(entry: Entry, *, discrepancy_id: UUID, again_by: str = "", note: str = "") -> RefundReturned:
    """Take a refund that a payer's bank sent back into the books again, and settle its discrepancy.

    The money is its document's again: `again_by` promises it anew in another way (cash, by bank, as credit); without one it stays
    there until somebody decides. Refuses `NoRefundSentBack`, what is settled already (`NotInThisState`), `NotThisWay`.
    """
    said = clean_text(note, "note", 500, required=False)
    row = locked(entry, Discrepancy, discrepancy_id)
    if row.attempt_id is None or row.kind not in SENT_BACK:
        raise NoRefundSentBack(field="discrepancy_id")
    if again_by and again_by not in AGAIN_BY:
        raise NotThisWay(method=again_by, known=", ".join(AGAIN_BY), field="again_by")
    steps.settle(entry, row=row, resolution=Resolution.BOOKED, note=said)
    told = take_back(entry, attempt_id=row.attempt_id)
    return RefundReturned(
        discrepancy_id=row.id,
        payment_id=told.asked.payment_id,
        attempt_id=told.asked.id,
        method=told.asked.gateway,
        currency=told.currency,
        amount=told.asked.amount,
        applied=tuple(
            MatchedPart(
                document_kind=one.document_kind,
                document_id=one.document_id,
                amount=one.amount,
                payment_status=one.payment_status,
            )
            for one in told.applied
        ),
        again_by=again_by,
        again=_again(entry, told, again_by) if again_by else (),
    )


def _again(entry: Entry, told: Returned, method: str) -> tuple[UUID, ...]:
    """The same money is promised in another way, of the same payment and document."""
    ask = RefundAsk(
        entry=entry,
        payment_id=told.asked.payment_id,
        document=next((Document(one.document_kind, one.document_id) for one in told.applied), None),
        money=Money(told.asked.amount, told.currency),
        method=method,
        reason="sent_back",
    )
    (promised,) = promise_refunds([ask])
    return tuple(one.id for one in promised.attempts)


@command
def resolve_discrepancy(entry: Entry, *, discrepancy_id: UUID, resolution: str, note: str = "") -> DiscrepancyResolved:
    """Say how a discrepancy was settled: it is in the books now, the money went back, or it is let be, for which a note says why.

    Refuses one that is settled already, and words that are none of these.
    """
    one_of(resolution, "resolution", Resolution)
    said = clean_text(note, "note", 500, required=resolution == Resolution.IGNORED)
    row = locked(entry, Discrepancy, discrepancy_id)
    steps.settle(entry, row=row, resolution=Resolution(resolution), note=said)
    return DiscrepancyResolved(discrepancy_id=row.id, kind=row.kind, source=row.source, resolution=resolution)
