"""What gateways are asked. Asking and answering are two entries: no network inside a transaction.

An attempt that is out counts against the limits until it is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments.events import Applied
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.models import Checkout
from dingdan.ledgers.payments.rules import Asked, CheckoutDraft, Paid
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.receiving import Towards
from dingdan.ledgers.payments.steps.refusals import (
    AmountNotPositive,
    CaptureAboveAuthorized,
    CaptureWaits,
    ForeignCurrency,
    NothingDue,
    NothingToVoid,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A payment through a gateway for documents; held first where the gateway authorizes, else taken at once."""

    entry: Entry
    gateway: str
    authorizes: bool
    currency: str
    towards: tuple[Towards, ...]
    account_id: UUID | None = None
    checkout: CheckoutDraft | None = None


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
class Answered:
    """An attempt that was made, or whose answer was taken: its payment, and what went where."""

    paid: Paid
    asked: Asked
    applied: tuple[Applied, ...] = ()


def start(starts: Sequence[Start]) -> list[Started]:
    """Begin payments through gateways: each for what its documents are due, or for the amounts given."""
    book = open_book([one.entry for one in starts], documents=[to.document for one in starts for to in one.towards])
    told = [_start(book, one) for one in starts]
    book.write(starts[0].entry.tenant_id)
    insert((Checkout, [_in_front(one.entry, one.checkout, its) for one, its in zip(starts, told, strict=True) if one.checkout]))
    return told


def _in_front(entry: Entry, checkout: CheckoutDraft, started: Started) -> dict[str, Any]:
    return {
        "id": new_id(),
        "attempt_id": started.asked.id,
        "way": checkout.way,
        "title": checkout.title,
        "language": checkout.language,
        "details": dict(checkout.details),
        "keep": checkout.keep,
        "expires_at": checkout.expires_at(entry.at),
    }


def forget_checkouts(entry: Entry, *, customer_id: UUID, checkout_ids: Sequence[UUID]) -> None:
    """Empty what was told at checkouts that are over, and what was shown there."""
    Checkout.objects.filter(id__in=checkout_ids).update(details={}, prompt="", prompt_kind="")
    entry.about("customer", customer_id)


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
        account_id=one.account_id,
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


def ask_to_capture(asks: Sequence[Ask]) -> list[Answered | Refusal]:
    """Ask for captures of what is authorized (or, where nothing is held first, requested).

    Refuses `CaptureAboveAuthorized`, and `CaptureWaits` while one of the documents waits. One answer per ask, in order; what is
    refused is left out.
    """
    return _ask(asks, _ask_to_capture)


def ask_to_void(asks: Sequence[Ask]) -> list[Answered | Refusal]:
    """Ask for everything that is held and not captured to be given back: `NothingToVoid`. Answers as `ask_to_capture`."""
    return _ask(asks, _ask_to_void)


def _ask(asks: Sequence[Ask], ask: Callable[[OpenBook, Ask], Answered]) -> list[Answered | Refusal]:
    """Each ask refuses before it changes anything, so that the book goes on without it."""
    book = open_book([one.entry for one in asks], payments=[one.payment_id for one in asks])
    told: list[Answered | Refusal] = []
    for one in asks:
        try:
            told.append(ask(book, one))
        except Refusal as refusal:
            told.append(refusal)
    book.write(asks[0].entry.tenant_id)
    return told


def _ask_to_capture(book: OpenBook, one: Ask) -> Answered:
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
    return Answered(paid=paid, asked=_attempt(book, one.entry, paid, kind=AttemptKind.CAPTURE, amount=money.amount))


def _ask_to_void(book: OpenBook, one: Ask) -> Answered:
    paid = book.payment(one.payment_id)
    amount = paid.capturable if paid.authorizes else 0
    if amount <= 0:
        raise NothingToVoid
    paid.voiding += amount
    return Answered(paid=paid, asked=_attempt(book, one.entry, paid, kind=AttemptKind.VOID, amount=amount))


def _attempt(book: OpenBook, entry: Entry, paid: Paid, *, kind: AttemptKind, amount: int) -> Asked:
    id_ = new_id()
    asked = Asked(
        id=id_, payment_id=paid.id, gateway=paid.gateway, kind=kind, amount=amount, key=str(id_), requested_at=entry.at
    )  # fmt: skip
    book.attempts[id_] = asked
    book.about(entry, paid, *book.documents_of(paid))
    return asked
