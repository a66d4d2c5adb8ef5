"""Money that gateways take back because payers ask for it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments.lifecycle import DISPUTE_LIFE, DisputeState
from dingdan.ledgers.payments.models import Dispute, Payment
from dingdan.ledgers.payments.rules import GATEWAY_VAULT, Paid, vault_of
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.refusals import (
    AlreadyRecorded,
    AmountNotPositive,
    DecidedAboveDisputed,
    DisputeAboveCaptured,
    ForeignCurrency,
    NotThisWay,
    UnknownGatewayReference,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A gateway took money of a payment back: which one is said by our id or by the gateway's reference."""

    gateway: str
    reference: str
    money: Money | None = None
    payment_id: UUID | None = None
    payment_reference: str = ""
    fee: int = 0
    reason: str = ""
    answer_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Of a dispute so much was won, or lost, in all so far; without an amount: everything that is open."""

    gateway: str = ""
    reference: str = ""
    dispute_id: UUID | None = None
    money: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A dispute after a decision, its payment, and what was decided this time."""

    dispute: Dispute
    paid: Paid
    amount: int


def open_disputes(openings: Sequence[tuple[Entry, Opening]]) -> list[tuple[Dispute, Paid] | Refusal]:
    """Take disputed money out of the reach of refunds. One answer each, in order.

    Taken once (`AlreadyRecorded`), and at most what is neither refunded nor disputed (`DisputeAboveCaptured`).
    """
    openings = [(entry, _found(one)) for entry, one in openings]
    book = open_book([entry for entry, _one in openings], payments=[one.payment_id for _entry, one in openings if one.payment_id])
    known = {(row.gateway, row.reference): row for row in _known([one.reference for _entry, one in openings])}
    told: list[tuple[Dispute, Paid] | Refusal] = []
    new: list[Dispute] = []
    for entry, one in openings:
        try:
            dispute, paid = _open(book, entry, one, known=known)
        except Refusal as refusal:
            told.append(refusal)
            continue
        known[dispute.gateway, dispute.reference] = dispute
        new.append(dispute)
        told.append((dispute, paid))
    book.write(openings[0][0].tenant_id)
    insert((Dispute, [{name: getattr(one, name) for name in _COLUMNS} for one in new]))
    return told


_COLUMNS = (
    *("id", "payment_id", "gateway", "reference", "state", "reason", "amount", "fee", "won", "lost"),
    *("opened_at", "answer_due_at", "closed_at"),
)


def _found(one: Opening) -> Opening:
    """The same, with our own id of the payment where the gateway's name for it is known."""
    if one.payment_id or not one.payment_reference:
        return one
    found = Payment.objects.filter(gateway=one.gateway, gateway_reference=one.payment_reference).values_list("id", flat=True)
    return replace(one, payment_id=found.first())


def _known(references: Sequence[str]) -> list[Dispute]:
    return list(Dispute.objects.filter(reference__in=references))


def _open(book: OpenBook, entry: Entry, one: Opening, *, known: dict[tuple[str, str], Dispute]) -> tuple[Dispute, Paid]:
    if (one.gateway, one.reference) in known:
        raise AlreadyRecorded(state=known[one.gateway, one.reference].state)
    if one.payment_id is None:
        raise UnknownGatewayReference(gateway=one.gateway, reference=one.payment_reference or one.reference)
    paid = book.payment(one.payment_id)
    if vault_of(paid.gateway) != GATEWAY_VAULT or paid.gateway != one.gateway:
        raise NotThisWay(method=one.gateway, known=paid.gateway, field="gateway")
    left = Money(max(0, paid.refundable), paid.currency)
    money = left if one.money is None else one.money
    ForeignCurrency.check(money.currency, paid.currency)
    if money.amount > left.amount or left.amount == 0:
        raise DisputeAboveCaptured(asked=money, left=left)
    AmountNotPositive.check(money)
    book.dispute(entry, paid, money.amount, fee=one.fee)
    book.about(entry, paid, *book.documents_of(paid))
    dispute = Dispute(
        id=new_id(), payment_id=paid.id, gateway=one.gateway, reference=one.reference, reason=one.reason, amount=money.amount,
        fee=one.fee, opened_at=entry.at, answer_due_at=one.answer_due_at,
    )  # fmt: skip
    entry.about("dispute", dispute.id)
    return dispute, paid


def decide_disputes(decisions: Sequence[tuple[Entry, Decision]], *, won: bool) -> list[Decided | Refusal]:
    """Disputed money comes back, or is gone. One answer each, in order; what is told again is `AlreadyRecorded`.

    At most what is open (`DecidedAboveDisputed`).
    """
    ids = [_dispute_of(one) for _entry, one in decisions]
    payments = Dispute.objects.filter(id__in=[id_ for id_ in ids if id_]).values_list("payment_id", flat=True)
    book = open_book([entry for entry, _one in decisions], payments=list(payments))
    disputes = {row.id: row for row in Dispute.objects.filter(id__in=[id_ for id_ in ids if id_]).order_by("id")}
    told: list[Decided | Refusal] = []
    for (entry, one), id_ in zip(decisions, ids, strict=True):
        try:
            if id_ is None or id_ not in disputes:
                raise UnknownGatewayReference(gateway=one.gateway or "–", reference=one.reference or one.dispute_id)
            told.append(_decide(book, entry, one, dispute=disputes[id_], won=won))
        except Refusal as refusal:
            told.append(refusal)
    book.write(decisions[0][0].tenant_id)
    changed = {one.dispute.id: one.dispute for one in told if isinstance(one, Decided)}
    Dispute.objects.bulk_update(changed.values(), ["state", "won", "lost", "closed_at"])
    return told


def answer_dispute(entry: Entry, *, dispute_id: UUID) -> Dispute:
    """Write down that what speaks for us was sent. Refuses a dispute that is decided."""
    row = Dispute.objects.select_for_update(no_key=True).filter(id=dispute_id).first()
    if row is None:
        raise NotFound(field="dispute_id", what="dispute", id=dispute_id)
    row.state = DISPUTE_LIFE.turn("answer", row.state)
    row.answered_at = entry.at
    Dispute.objects.filter(id=row.id).update(answered_at=row.answered_at)
    entry.about("dispute", row.id)
    entry.about("payment", row.payment_id)
    return row


def _dispute_of(one: Decision) -> UUID | None:
    if one.dispute_id:
        return one.dispute_id
    if not one.reference:
        raise NotFound(what="dispute", id="")
    return Dispute.objects.filter(gateway=one.gateway, reference=one.reference).values_list("id", flat=True).first()


def _decide(book: OpenBook, entry: Entry, one: Decision, *, dispute: Dispute, won: bool) -> Decided:
    paid, before = book.payment(dispute.payment_id), dispute.won if won else dispute.lost
    left = dispute.amount - dispute.won - dispute.lost
    if one.money is None:
        amount = left
    else:
        ForeignCurrency.check(one.money.currency, paid.currency)
        AmountNotPositive.check(one.money)
        amount = one.money.amount - before
    if amount <= 0 or not left:
        raise AlreadyRecorded(state=dispute.state)
    if amount > left:
        raise DecidedAboveDisputed(asked=Money(amount, paid.currency), left=Money(left, paid.currency))
    if won:
        dispute.won += amount
        book.win(entry, paid, amount)
    else:
        dispute.lost += amount
        book.lose(entry, paid, amount)
    dispute.state = DISPUTE_LIFE.turn(_turn(dispute), dispute.state)
    dispute.closed_at = entry.at if dispute.state != DisputeState.OPEN else None
    book.about(entry, paid, *book.documents_of(paid))
    entry.about("dispute", dispute.id)
    return Decided(dispute=dispute, paid=paid, amount=amount)


def _turn(dispute: Dispute) -> str:
    if dispute.amount > dispute.won + dispute.lost:
        return "decide"
    if dispute.won and dispute.lost:
        return "divide"
    return "win" if dispute.won else "lose"
