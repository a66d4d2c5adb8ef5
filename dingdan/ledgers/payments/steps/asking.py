"""What gateways are asked, and what they answer. Asking and answering are two entries: no network inside a transaction.

An attempt that is out counts against the limits until it is answered. An answer is taken once: whoever tells it again,
by webhook, redirect or poll, is told that it is `AlreadyRecorded`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import Applied
from dingdan.ledgers.payments.lifecycle import ATTEMPT_LIFE, PAYMENT_LIFE, AttemptKind, AttemptState
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.rules import Asked, Paid
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.receiving import Towards
from dingdan.ledgers.payments.steps.refusals import (
    AlreadyRecorded,
    AmountDiffers,
    AmountNotPositive,
    CaptureAboveAuthorized,
    CaptureWaits,
    ForeignCurrency,
    NothingDue,
    NothingToVoid,
    ReferenceUsed,
    UnknownGatewayReference,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A payment through a gateway for documents; held first where the gateway authorizes, else taken at once."""

    entry: Entry
    gateway: str
    authorizes: bool
    currency: str
    towards: tuple[Towards, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A payment and what is to be asked for it."""

    paid: Paid
    asked: Asked
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """So much of a payment is to be captured (without an amount: all that is left), or all that is held to be voided."""

    entry: Entry
    payment_id: UUID
    money: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a gateway says about an attempt, found by our id for it or by the gateway's own references.

    `money` is what the gateway says it moved; it is compared with what was asked. Without it nothing is compared.
    """

    gateway: str = ""
    kind: AttemptKind | None = None
    attempt_id: UUID | None = None
    payment_reference: str = ""
    reference: str = ""
    money: Money | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An attempt whose answer was taken: its payment, and what went where."""

    paid: Paid
    asked: Asked
    applied: tuple[Applied, ...] = ()


def start(starts: Sequence[Start]) -> list[Started]:
    """Begin payments through gateways: each for what its documents are due, or for the amounts given."""
    book = open_book([one.entry for one in starts], documents=[to.document for one in starts for to in one.towards])
    told = [_start(book, one) for one in starts]
    book.write(starts[0].entry.tenant_id)
    return told


def _start(book: OpenBook, one: Start) -> Started:
    aims = []
    for to in one.towards:
        owed = book.owed_by(to.document)
        ForeignCurrency.check(one.currency, owed.currency)
        aims.append((owed, owed.due - owed.authorized if to.amount is None else to.amount))
    if all(to.amount is None for to in one.towards) and sum(amount for _, amount in aims) <= 0:
        raise NothingDue
    amounts = [AmountNotPositive.check(Money(amount, one.currency)).amount for _, amount in aims]
    paid = Paid(
        id=new_id(),
        gateway=one.gateway,
        customer_id=next((owed.customer_id for owed, _ in aims if owed.customer_id), None),
        currency=one.currency,
        authorizes=one.authorizes,
        requested=sum(amounts),
        requested_at=one.entry.at,
    )
    book.payments[paid.id] = paid
    for owed, amount in aims:
        book.plan(paid, owed, amount, share_id=new_id())
    kind = AttemptKind.AUTHORIZE if one.authorizes else AttemptKind.CAPTURE
    if kind == AttemptKind.CAPTURE:
        paid.capturing = paid.requested
    asked = _attempt(book, one.entry, paid, kind=kind, amount=paid.requested)
    return Started(paid=paid, asked=asked, applied=tuple(owed.told(amount) for owed, amount in aims))


def ask_to_capture(asks: Sequence[Ask]) -> list[Answered]:
    """Ask for captures of what is authorized (or, where nothing is held first, requested).

    Refuses `CaptureAboveAuthorized`, and `CaptureWaits` while one of the documents waits.
    """
    book = open_book([one.entry for one in asks], payments=[one.payment_id for one in asks])
    told = []
    for one in asks:
        paid = book.payment(one.payment_id)
        left = Money(paid.capturable, paid.currency)
        money = left if one.money is None else one.money
        ForeignCurrency.check(money.currency, paid.currency)
        if not 0 < money.amount <= left.amount:
            raise CaptureAboveAuthorized(asked=money, left=left)
        for owed in book.documents_of(paid):
            if owed.waits:
                raise CaptureWaits(document=owed.document_kind)
        paid.capturing += money.amount
        told.append(Answered(paid=paid, asked=_attempt(book, one.entry, paid, kind=AttemptKind.CAPTURE, amount=money.amount)))
    book.write(asks[0].entry.tenant_id)
    return told


def ask_to_void(asks: Sequence[Ask]) -> list[Answered]:
    """Ask for everything that is held and not captured to be given back: `NothingToVoid`."""
    book = open_book([one.entry for one in asks], payments=[one.payment_id for one in asks])
    told = []
    for one in asks:
        paid = book.payment(one.payment_id)
        amount = paid.capturable if paid.authorizes else 0
        if amount <= 0:
            raise NothingToVoid
        paid.voiding += amount
        told.append(Answered(paid=paid, asked=_attempt(book, one.entry, paid, kind=AttemptKind.VOID, amount=amount)))
    book.write(asks[0].entry.tenant_id)
    return told


def _attempt(book: OpenBook, entry: Entry, paid: Paid, *, kind: AttemptKind, amount: int) -> Asked:
    id_ = new_id()
    asked = Asked(
        id=id_, payment_id=paid.id, gateway=paid.gateway, kind=kind, amount=amount, key=str(id_), requested_at=entry.at
    )  # fmt: skip
    book.attempts[id_] = asked
    book.about(entry, paid, *book.documents_of(paid))
    return asked


# --- answers ---------------------------------------------------------------------------------------------------------------


def succeed(entry: Entry, told: Told) -> Answered:
    """The gateway did it. Taken once (`AlreadyRecorded`), and only for what was asked (`AmountDiffers`).

    A no that was recorded before is overruled: money that moved is never denied.
    """
    book, asked, paid = _opened(entry, told)
    if asked.state == AttemptState.SUCCEEDED:
        raise AlreadyRecorded(state=asked.state)
    expected = Money(asked.amount, paid.currency)
    if told.money is not None and told.money != expected:
        raise AmountDiffers(asked=expected, told=told.money)
    if not asked.is_open:
        _reserve(book, asked, paid, asked.amount)
    _name(asked, paid, told)
    asked.state = ATTEMPT_LIFE.turn("succeed", asked.state)
    asked.answered_at, asked.error = entry.at, ""
    applied = _take(book, entry, asked, paid)
    book.about(entry, paid, *book.documents_of(paid))
    book.write(entry.tenant_id)
    return Answered(paid=paid, asked=asked, applied=applied)


def _take(book: OpenBook, entry: Entry, asked: Asked, paid: Paid) -> tuple[Applied, ...]:
    if asked.kind == AttemptKind.AUTHORIZE:
        book.hold(paid, asked.amount)
        shares = {share.receivable_id: share.held for share in book.shares_of(paid.id)}
        return tuple(owed.told(shares[owed.id]) for owed in book.documents_of(paid))
    if asked.kind == AttemptKind.CAPTURE:
        paid.capturing -= asked.amount
        return tuple(owed.told(part) for owed, part in book.capture(entry, paid, asked.amount))
    if asked.kind == AttemptKind.VOID:
        book.void(paid)
        return ()
    return tuple(owed.told(part) for owed, part in book.refund(entry, asked))


def decline(entry: Entry, told: Told) -> Answered:
    """The gateway did not do it: what was on its way is free again. An answer that is known stays (`AlreadyRecorded`)."""
    book, asked, paid = _opened(entry, told)
    if not asked.is_open:
        raise AlreadyRecorded(state=asked.state)
    _reserve(book, asked, paid, -asked.amount)
    _name(asked, paid, told)
    asked.state = ATTEMPT_LIFE.turn("decline", asked.state)
    asked.answered_at, asked.error = entry.at, told.error[:64]
    if PAYMENT_LIFE.may("decline", paid.state) and asked.kind in (AttemptKind.AUTHORIZE, AttemptKind.CAPTURE):
        paid.state = PAYMENT_LIFE.turn("decline", paid.state)
    book.about(entry, paid, *book.documents_of(paid))
    book.write(entry.tenant_id)
    return Answered(paid=paid, asked=asked)


def lose(entry: Entry, told: Told) -> Answered:
    """Nobody knows whether the gateway did it. What was on its way stays counted until it is known."""
    book, asked, paid = _opened(entry, told)
    if not asked.is_open:
        raise AlreadyRecorded(state=asked.state)
    asked.state = ATTEMPT_LIFE.turn("lose", asked.state)
    asked.error = told.error[:64]
    book.about(entry, paid, *book.documents_of(paid))
    book.write(entry.tenant_id)
    return Answered(paid=paid, asked=asked)


def _opened(entry: Entry, told: Told) -> tuple[OpenBook, Asked, Paid]:
    attempt_id = told.attempt_id or _found(told)
    book = open_book([entry], attempts=[attempt_id])
    if attempt_id not in book.attempts:
        raise NotFound(what="attempt", id=attempt_id)
    asked = book.attempts[attempt_id]
    if (told.kind and asked.kind != told.kind) or (told.gateway and asked.gateway != told.gateway):
        raise UnknownGatewayReference(gateway=told.gateway, reference=told.reference or attempt_id)
    return book, asked, book.payment(asked.payment_id)


def _found(told: Told) -> UUID:
    """The attempt that a gateway names by its own references: the movement's, else the only one of its payment that is out."""
    mine = Attempt.objects.filter(gateway=told.gateway)
    if told.kind:
        mine = mine.filter(kind=told.kind.value)
    by_movement = mine.filter(gateway_reference=told.reference) if told.reference else mine.none()
    if (found := by_movement.values_list("id", flat=True).first()) is not None:
        return found
    if told.payment_reference:
        payment = Payment.objects.filter(gateway=told.gateway, gateway_reference=told.payment_reference).values_list(
            "id", flat=True
        )
        out = mine.filter(payment_id__in=list(payment), state__in=[AttemptState.REQUESTED.value, AttemptState.UNKNOWN.value])
        if told.money is not None:
            out = out.filter(amount=told.money.amount)
        if (found := out.order_by("id").values_list("id", flat=True).first()) is not None:
            return found
    raise UnknownGatewayReference(gateway=told.gateway, reference=told.reference or told.payment_reference)


def _name(asked: Asked, paid: Paid, told: Told) -> None:
    """Remember the gateway's names, each of which may be used once."""
    if told.reference and told.reference != asked.gateway_reference:
        if Attempt.objects.filter(gateway=asked.gateway, kind=asked.kind, gateway_reference=told.reference).exists():
            raise ReferenceUsed(gateway=asked.gateway, reference=told.reference)
        asked.gateway_reference = told.reference
    if told.payment_reference and not paid.gateway_reference:
        paid.gateway_reference = told.payment_reference


def _reserve(book: OpenBook, asked: Asked, paid: Paid, amount: int) -> None:
    """Count an attempt's amount as on its way; a negative amount takes that back."""
    if asked.kind == AttemptKind.CAPTURE:
        paid.capturing += amount
    elif asked.kind == AttemptKind.VOID:
        paid.voiding += amount
    elif asked.kind == AttemptKind.REFUND:
        book.promise_refund(paid, book.share_of(asked), amount)
