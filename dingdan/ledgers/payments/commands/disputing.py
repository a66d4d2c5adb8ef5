"""Disputes: what gateways take back, and how it ends. A webhook and a person tell the same, in the gateway's own names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import bounded
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments import steps
from dingdan.ledgers.payments.events import DisputeAnswered, DisputeDecided, DisputeLost, DisputeOpened, DisputeWon
from dingdan.ledgers.payments.steps import Decided, Decision, Opening, decide_disputes, open_disputes


@batch_command(DisputeOpened)
def open_dispute(batch: Batch[Opening]) -> None:
    """A gateway took money of a payment back: all that is left of it without an amount. It cannot be refunded meanwhile.

    Refuses `AlreadyRecorded`, `DisputeAboveCaptured`, `NotThisWay`, `UnknownGatewayReference`, `ForeignCurrency`.
    """
    openings = batch.read(lambda item: (item.entry, _clean(item.intent)))
    if not openings:
        return
    for item, told in zip(batch.open, open_disputes(openings), strict=True):
        if isinstance(told, Refusal):
            item.refuse(told)
            continue
        dispute, paid = told
        item.accept(
            DisputeOpened(
                dispute_id=dispute.id, payment_id=paid.id, gateway=dispute.gateway, reference=dispute.reference,
                currency=paid.currency, amount=dispute.amount, fee=dispute.fee, reason=dispute.reason,
                answer_due_at=dispute.answer_due_at,
            )
        )  # fmt: skip


def _clean(opening: Opening) -> Opening:
    if bounded(opening.fee, field="fee") < 0:
        raise Invalid(reason=_("A fee is not below zero."), field="fee")
    return replace(
        opening,
        gateway=clean_text(opening.gateway, "gateway", 32),
        reference=clean_text(opening.reference, "reference", 200),
        reason=clean_text(opening.reason, "reason", 64, required=False),
    )


@command
def answer_dispute(entry: Entry, *, dispute_id: UUID, files: int = 0) -> DisputeAnswered:
    """What speaks for us was sent to the gateway, which passes it on to whoever decides. Refuses a dispute that is decided."""
    row = steps.answer_dispute(entry, dispute_id=dispute_id)
    return DisputeAnswered(dispute_id=row.id, payment_id=row.payment_id, gateway=row.gateway, files=files)


@batch_command(DisputeWon)
def win_dispute(batch: Batch[Decision]) -> None:
    """The gateway gave disputed money back: all that is open, or an amount in all so far. It may be refunded again.

    Refuses `AlreadyRecorded`, `DecidedAboveDisputed`, `UnknownGatewayReference`, `ForeignCurrency`.
    """
    _decide(batch, DisputeWon, won=True)


@batch_command(DisputeLost)
def lose_dispute(batch: Batch[Decision]) -> None:
    """Disputed money is gone: all that is open, or an amount in all so far. What it paid stays paid.

    Refuses `AlreadyRecorded`, `DecidedAboveDisputed`, `UnknownGatewayReference`, `ForeignCurrency`.
    """
    _decide(batch, DisputeLost, won=False)


def _decide(batch: Batch[Decision], event: type[DisputeDecided], *, won: bool) -> None:
    decisions: Sequence[tuple[Entry, Decision]] = [(item.entry, item.intent) for item in batch.items]
    for item, told in zip(batch.items, decide_disputes(decisions, won=won), strict=True):
        if isinstance(told, Refusal):
            item.refuse(told)
        else:
            item.accept(event(**_facts(told)))


def _facts(told: Decided) -> dict[str, Any]:
    dispute = told.dispute
    return {
        "dispute_id": dispute.id, "payment_id": dispute.payment_id, "currency": told.paid.currency, "amount": told.amount,
        "won": dispute.won, "lost": dispute.lost, "state": dispute.state,
    }  # fmt: skip
