"""Disputes: what gateways took back because payers asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.automation.disputes import LONGEST, accept, evidence_file, send_evidence
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import Decision, answer_dispute, lose_dispute, open_dispute, win_dispute
from dingdan.ledgers.payments.lifecycle import DisputeState
from dingdan.ledgers.payments.models import Dispute
from dingdan.ledgers.payments.ports import EvidenceKind
from dingdan.web.api.names import found
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.resources.files import FileSent, content_of
from dingdan.web.api.writes import Write, mount

TAG = "Disputes"
State = Annotated[str, OneOf(DisputeState)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """Money of a payment that a gateway took back. Amounts in minor units; what is neither won nor lost is open."""

    id: UUID
    payment_id: UUID
    gateway: str
    reference: str
    state: str
    reason: str
    currency: str
    amount: int
    fee: int
    won: int
    lost: int
    opened_at: datetime
    answer_due_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None


def dispute_views(rows: Sequence[Dispute], *, currency: str = "") -> list[DisputeView]:
    """Disputes as they are told; the currency of their payment is read where it is not given."""
    own = [name for name in DisputeView.__dataclass_fields__ if name != "currency"]
    return [DisputeView(**{name: getattr(row, name) for name in own}, currency=currency or row.payment.currency) for row in rows]


@read("/disputes", permission="payments.read", tag=TAG)
def list_disputes(
    *, state: State | None = None, payment_id: UUID | None = None, after: After = None, limit: Limit = 50
) -> Page[DisputeView]:
    """Disputes, newest first."""
    rows = Dispute.objects.select_related("payment").order_by("-id")
    if state is not None:
        rows = rows.filter(state=state)
    if payment_id is not None:
        rows = rows.filter(payment_id=payment_id)
    return page(rows, dispute_views, after=after, limit=limit)


@read("/disputes/{dispute_id}", permission="payments.read", tag=TAG)
def get_dispute(dispute_id: str) -> DisputeView:
    """One dispute."""
    return dispute_views([found(Dispute.objects.select_related("payment"), "dispute_id", dispute_id)])[0]


class DecisionSent(BaseModel):
    """How much was decided in all so far; without an amount everything that is open."""

    model_config = ConfigDict(extra="forbid")

    money: Money | None = None


def _win(call: Call, ids: Mapping[str, Any], sent: DecisionSent) -> Event:
    return win_dispute.one(call, Decision(dispute_id=ids["dispute_id"], money=sent.money))


def _lose(call: Call, ids: Mapping[str, Any], sent: DecisionSent) -> Event:
    return lose_dispute.one(call, Decision(dispute_id=ids["dispute_id"], money=sent.money))


class EvidenceFileSent(FileSent):
    """A PDF, JPEG or PNG that speaks for the shop: one of each kind, 4 MiB in all."""

    kind: Annotated[str, OneOf(EvidenceKind)]


class EvidenceSent(BaseModel):
    """What speaks for the shop. It goes to the firm, and is not kept here."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field("", max_length=LONGEST)
    files: list[EvidenceFileSent] = Field(default_factory=list, max_length=3)


class Acceptance(BaseModel):
    """Nothing more is to be said."""

    model_config = ConfigDict(extra="forbid")


def _answer(call: Call, ids: Mapping[str, Any], sent: EvidenceSent) -> Event:
    files = [evidence_file(one.kind, one.name, content_of(one)) for one in sent.files]
    return send_evidence(call, dispute_id=ids["dispute_id"], text=sent.text, files=files)


def _accept(call: Call, ids: Mapping[str, Any], _sent: Acceptance) -> Event:
    return accept(call, dispute_id=ids["dispute_id"])


mount(
    Write(path="/disputes/{dispute_id}/evidence", command=answer_dispute, body=EvidenceSent, give=_answer, tag=TAG),
    Write(
        path="/disputes/{dispute_id}/accept", command=lose_dispute, name="accept_dispute", body=Acceptance, give=_accept, tag=TAG
    ),
    Write(path="/disputes", command=open_dispute, makes="/disputes/{dispute_id}", tag=TAG),
    Write(path="/disputes/{dispute_id}/win", command=win_dispute, body=DecisionSent, give=_win, tag=TAG),
    Write(path="/disputes/{dispute_id}/lose", command=lose_dispute, body=DecisionSent, give=_lose, tag=TAG),
    Write(path="/disputes/won", command=win_dispute, name="win_dispute_by_reference", tag=TAG),
    Write(path="/disputes/lost", command=lose_dispute, name="lose_dispute_by_reference", tag=TAG),
)
