"""Money going back: promised first, so that nobody else may use it, and given back by a gateway, by hand or as credit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import Applied, Document
from dingdan.ledgers.payments.lifecycle import ATTEMPT_LIFE, AttemptKind, AttemptState, PayableKind
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.queries import payers_of
from dingdan.ledgers.payments.rules import METHODS, OWN_CREDIT, RULES, Asked, Paid, Share, fill, refund_method, vault_of
from dingdan.ledgers.payments.steps.cards import wake
from dingdan.ledgers.payments.steps.crediting import Party, lock_credits
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.refusals import (
    AmountNotPositive,
    ForeignCurrency,
    NobodyToCredit,
    NotThisWay,
    RefundAboveCaptured,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsk:
    """Money is to go back: of one payment, of one document (over its payments, newest first), or of a document's part of one.

    Without an amount: all that is left. `method` is the way back; without one it is the way it came.
    """

    entry: Entry
    payment_id: UUID | None = None
    document: Document | None = None
    money: Money | None = None
    method: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunding:
    """What became of one ask: its attempts, and (where the money is already back) what that did to documents."""

    money: Money
    attempts: tuple[Asked, ...]
    applied: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Of the refunds of a document that nobody has sent yet, so much (minor units) shall stay with the document."""

    entry: Entry
    document: Document
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Refunds that will not be made, and what was promised anew of them because less than all of it stays."""

    attempts: tuple[Asked, ...]
    anew: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A refund that was sent back, and whose money it is again."""

    asked: Asked
    currency: str
    applied: tuple[Applied, ...]


_Source = tuple[Paid, Share | None]
GIFT_CARD = PayableKind.GIFT_CARD.value


def promise_refunds(asks: Sequence[RefundAsk]) -> list[Refunding]:
    """Promise refunds: one attempt per payment and document, to be done by gateways or by hand. At most `RefundAboveCaptured`.

    What goes back as credit that we owe needs nobody else, so it is done at once.
    """
    return _refund(asks, at_once=False)


def give_back(asks: Sequence[RefundAsk]) -> list[Refunding]:
    """Record refunds that were given by hand. At most `RefundAboveCaptured`."""
    return _refund(asks, at_once=True)


def _refund(asks: Sequence[RefundAsk], *, at_once: bool) -> list[Refunding]:
    documents = {one.document for one in asks if one.document}
    payers = payers_of(documents)
    named = {one.payment_id for one in asks if one.payment_id}
    book = open_book([one.entry for one in asks], documents=documents, payments=named.union(*payers.values()))
    told = [_promise(book, one, payers=payers) for one in asks]
    if at_once and (asked := next((asked for its in told for asked in its if asked.gateway not in METHODS), None)):
        raise NotThisWay(method=asked.gateway, known=", ".join(METHODS), field="method")
    done = [(one, asked) for one, its in zip(asks, told, strict=True) for asked in its if at_once or asked.gateway in OWN_CREDIT]
    applied = _give(book, done)
    book.write(asks[0].entry.tenant_id)
    return [
        Refunding(
            money=Money(sum(asked.amount for asked in its), book.payments[its[0].payment_id].currency),
            attempts=tuple(its),
            applied=tuple(part for asked in its for part in applied.get(asked.id, ())),
        )
        for its in told
    ]


def withdraw_refunds(withdrawals: Sequence[Withdrawal]) -> list[Withdrawn]:
    """Take refunds back that nobody has sent yet, the newest first, until so much stays; the rest goes back as it was to.

    Nothing is posted: a promised refund has moved nothing. More than was promised and not sent is a `RuntimeError`.
    """
    unsent = Attempt.objects.filter(
        kind=AttemptKind.REFUND.value, state=AttemptState.REQUESTED.value,
        allocation__receivable__document_id__in={one.document.id for one in withdrawals},
    )  # fmt: skip
    book = open_book(
        [one.entry for one in withdrawals],
        documents=[one.document for one in withdrawals],
        attempts=unsent.values_list("id", flat=True),
    )
    told = [_withdraw(book, one) for one in withdrawals]
    book.write(withdrawals[0].entry.tenant_id)
    return told


def _withdraw(book: OpenBook, one: Withdrawal) -> Withdrawn:
    owed, left = book.owed_by(one.document), one.amount
    attempts, anew = list[Asked](), list[Asked]()
    for asked in sorted(book.attempts.values(), key=lambda asked: asked.id, reverse=True):
        share = book.share_of(asked)
        if left <= 0 or share is None or share.receivable_id != owed.id or not ATTEMPT_LIFE.may("withdraw", asked.state):
            continue
        asked.state, asked.answered_at = ATTEMPT_LIFE.turn("withdraw", asked.state), one.entry.at
        paid = book.payment(asked.payment_id)
        book.break_refund(paid, share, asked.amount)
        book.about(one.entry, paid, owed)
        attempts.append(asked)
        left -= asked.amount
        if left < 0:
            again = RefundAsk(entry=one.entry, method=asked.gateway, reason=asked.reason)
            anew.append(_attempt(book, again, (paid, share), amount=-left))
    if left > 0:
        raise RuntimeError(f"{left} more should stay with {one.document} than is promised and not sent")
    return Withdrawn(attempts=tuple(attempts), anew=tuple(anew))


def send(entry: Entry, *, attempt_id: UUID) -> Asked:
    """A refund is about to be asked of its gateway. Refuses `NotFound`, and what is sent, answered or withdrawn."""
    book = open_book([entry], attempts=[attempt_id])
    asked = book.attempts.get(attempt_id)
    if asked is None or asked.kind != AttemptKind.REFUND:
        raise NotFound(what="refund", id=attempt_id)
    asked.state = ATTEMPT_LIFE.turn("send", asked.state)
    paid = book.payment(asked.payment_id)
    book.about(entry, paid, *book.documents_of(paid))
    book.write(entry.tenant_id)
    return asked


def take_back(entry: Entry, *, attempt_id: UUID) -> Returned:
    """The payer's bank sent a refund back: the money is its document's again, or nobody's.

    Refuses `NotFound`, what goes back as credit or in cash (`NotThisWay`), and (`NotInThisState`) what was never given back.
    """
    book = open_book([entry], attempts=[attempt_id])
    asked = book.attempts.get(attempt_id)
    if asked is None or asked.kind != AttemptKind.REFUND:
        raise NotFound(what="refund", id=attempt_id)
    if f"{vault_of(asked.gateway)}_refund_returned" not in RULES:
        raise NotThisWay(method=asked.gateway, known="bank_transfer", field="attempt_id")
    asked.state = ATTEMPT_LIFE.turn("return", asked.state)
    paid = book.payment(asked.payment_id)
    applied = tuple(owed.told(part) for owed, part in book.come_back(entry, asked))
    book.about(entry, paid, *book.documents_of(paid))
    book.write(entry.tenant_id)
    return Returned(asked=asked, currency=paid.currency, applied=applied)


def _promise(book: OpenBook, one: RefundAsk, *, payers: dict[Document, set[UUID]]) -> list[Asked]:
    currency = book.owed_by(one.document).currency if one.document else ""
    ids = payers[one.document] if one.document else set()
    if one.payment_id:
        ids = {one.payment_id}
    payments = sorted((book.payment(id_) for id_ in ids), key=lambda paid: paid.id, reverse=True)
    currency = currency or (payments[0].currency if payments else one.money.currency if one.money is not None else "")
    if one.method == GIFT_CARD and (asked := next((paid for paid in payments if paid.gateway != GIFT_CARD), None)):
        raise NotThisWay(method=GIFT_CARD, known=f"{refund_method(asked.gateway)}, store_credit", field="method")
    rooms = _undisputed(_rooms(book, one, payments))
    left = sum(room for _, room in rooms)
    money = Money(left, currency) if one.money is None else one.money
    ForeignCurrency.check(money.currency, currency)
    if money.amount > left or left == 0:
        raise RefundAboveCaptured(asked=money, left=Money(left, currency))
    AmountNotPositive.check(money)
    parts: dict[tuple[UUID, UUID | None], int] = defaultdict(int)
    for ((paid, share), _), part in zip(rooms, fill(money.amount, [room for _, room in rooms]), strict=True):
        if part:
            parts[paid.id, share.receivable_id if share else None] += part
    return [
        _attempt(book, one, (book.payments[id_], book.shares.get((id_, receivable)) if receivable else None), amount=part)
        for (id_, receivable), part in parts.items()
    ]


def _rooms(book: OpenBook, one: RefundAsk, payments: Sequence[Paid]) -> list[tuple[_Source, int]]:
    """Where the money may come from, in order: what documents have too much of, what is nobody's, what documents need."""
    shares: list[tuple[Paid, Share]] = []
    for paid in payments:
        for share in book.shares_of(paid.id):
            owed = book.receivables[share.receivable_id]
            if one.document is None or (owed.document_kind, owed.document_id) == (one.document.kind, one.document.id):
                shares.append((paid, share))
    surplus: dict[UUID, int] = {}
    for _, share in shares:
        surplus.setdefault(share.receivable_id, -book.receivables[share.receivable_id].due)
        surplus[share.receivable_id] -= share.refunding
    first: list[tuple[_Source, int]] = []
    last: list[tuple[_Source, int]] = []
    for paid, share in shares:
        (extra,) = fill(max(surplus[share.receivable_id], 0), [share.free])
        surplus[share.receivable_id] -= extra
        first.append(((paid, share), extra))
        last.append(((paid, share), share.free - extra))
    return [*first, *(((paid, None), paid.unapplied) for paid in payments), *last]


def _undisputed(rooms: Sequence[tuple[_Source, int]]) -> list[tuple[_Source, int]]:
    """The same, without what gateways have taken back of each payment."""
    left = {paid.id: max(0, paid.refundable) for (paid, _share), _room in rooms}
    found = []
    for source, room in rooms:
        (part,) = fill(left[source[0].id], [room])
        left[source[0].id] -= part
        found.append((source, part))
    return found


def _attempt(book: OpenBook, one: RefundAsk, source: _Source, *, amount: int) -> Asked:
    paid, share = source
    id_ = new_id()
    asked = Asked(
        id=id_, payment_id=paid.id, allocation_id=share.id if share else None, gateway=one.method or refund_method(paid.gateway),
        kind=AttemptKind.REFUND, amount=amount, key=str(id_), reason=one.reason, requested_at=one.entry.at,
    )  # fmt: skip
    book.attempts[id_] = asked
    book.promise_refund(paid, share, amount)
    book.about(one.entry, paid, *([book.receivables[share.receivable_id]] if share else book.documents_of(paid)))
    return asked


def _give(book: OpenBook, done: Sequence[tuple[RefundAsk, Asked]]) -> dict[UUID, list[Applied]]:
    """The promised refunds are done; those that go back as credit find the credit of whoever paid."""
    new_credit = [
        (one.entry, _party(book.payments[asked.payment_id]), book.payments[asked.payment_id].currency)
        for one, asked in done
        if asked.gateway in OWN_CREDIT and asked.gateway != book.payments[asked.payment_id].gateway
    ]
    pots = lock_credits(new_credit, book=book)
    applied: dict[UUID, list[Applied]] = {}
    for one, asked in done:
        paid, owing = book.payments[asked.payment_id], None
        if asked.gateway in OWN_CREDIT:
            owing = book.payables[paid.payable_id] if paid.payable_id and asked.gateway == paid.gateway else None
            owing = owing or pots[_party(paid), paid.currency]
        asked.state = ATTEMPT_LIFE.turn("succeed", asked.state)
        asked.answered_at = one.entry.at
        applied[asked.id] = [owed.told(part) for owed, part in book.refund(one.entry, asked, owing=owing)]
    cards = {book.payments[asked.payment_id].payable_id for _one, asked in done if asked.gateway == GIFT_CARD}
    if cards:
        wake(done[0][0].entry, payable_ids={id_ for id_ in cards if id_})
    return applied


def _party(paid: Paid) -> Party:
    if paid.customer_id is None:
        raise NobodyToCredit(payment=paid.id)
    return Party("customer", paid.customer_id)
