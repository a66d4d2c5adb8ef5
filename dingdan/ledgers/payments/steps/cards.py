"""Gift cards inside a command: sold, given their codes, used up, void, replaced, expired.

What is on a card is a payable of its own. Whoever changes a card holds the lock of that payable, and reads the card after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Greatest

from dingdan.kernel.codes import digest, new_code, plain
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.rows import insert
from dingdan.kernel.sealing import seal
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import CARD_LIFE, CardOrigin, PayableKind
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries.cards import PURPOSE, USABLE, usable_card
from dingdan.ledgers.payments.rules import AWAKE, ISSUED_BY, VOIDED_BY, Owing, card_owing, months_later
from dingdan.ledgers.payments.steps.crediting import Party, Spend, draw
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.receiving import Received
from dingdan.ledgers.payments.steps.refusals import CardCodeUsed, CardIsVoid, CardNotUsable, CardSoldOnOrder, CardUsed

KIND = PayableKind.GIFT_CARD.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldCard:
    """A card that an invoice sells: its id, the line it is a unit of, what is on it, and for how many months."""

    id: UUID
    payable_id: UUID
    line_id: UUID
    face: int
    valid_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """A card that is on no order. Without a `code` one is drawn; a document is what it is a favor for."""

    entry: Entry
    id: UUID
    origin: CardOrigin
    face: int
    currency: str
    expires_at: datetime | None = None
    code: str = ""
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of a line of an order so many units are kept: its cards beyond that are void."""

    entry: Entry
    line_id: UUID
    name: str
    units: int


def write_sold(sold: Sequence[tuple[Entry, Document, SoldCard]]) -> None:
    """Write cards that invoices sell. They have no codes yet."""
    rows: list[dict[str, Any]] = [
        {
            "id": card.id, "payable_id": card.payable_id, "origin": CardOrigin.ORDER.value, "document_kind": document.kind,
            "document_id": document.id, "line_id": card.line_id, "face": card.face, "valid_months": card.valid_months,
        }
        for _entry, document, card in sold
    ]  # fmt: skip
    insert((GiftCard, rows))
    for entry, _document, card in sold:
        entry.about(KIND, card.id)


def give_codes(cards: Sequence[tuple[Entry, GiftCard]]) -> None:
    """Draw the codes of locked cards that are sold. They are kept sealed until their mail is sent."""
    for entry, card in cards:
        card.state, card.issued_at = CARD_LIFE.turn("issue", card.state), entry.at
        card.expires_at = months_later(entry.at, card.valid_months) if card.valid_months else None
        _draw(card)
        _about(entry, card)
    GiftCard.objects.bulk_update([card for _entry, card in cards], ["state", "issued_at", "expires_at", *_CODE])


_CODE = ("code_digest", "last4", "sealed_code")


def _draw(card: GiftCard) -> None:
    code = new_code()
    card.code_digest, card.last4 = digest(code, purpose=PURPOSE), plain(code)[-4:]
    card.sealed_code = seal(code, purpose=PURPOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCard:
    """A card that was issued: what is on it, and the last characters of its code."""

    payable_id: UUID
    last4: str


def issue_cards(cards: Sequence[NewCard]) -> list[IssuedCard]:
    """Issue cards that are on no order, and owe what is on them. Refuses a code that there is (`CardCodeUsed`)."""
    book = open_book([one.entry for one in cards])
    rows: list[dict[str, Any]] = []
    for one in cards:
        owing = card_owing(new_id(), card_id=one.id, currency=one.currency)
        book.payables[owing.id] = owing
        book.owe(one.entry, owing, ISSUED_BY[one.origin], amount=one.face)
        code = one.code or new_code()
        rows.append(
            {
                "id": one.id, "payable_id": owing.id, "origin": one.origin.value, "state": "active", "face": one.face,
                "document_kind": one.document.kind if one.document else "",
                "document_id": one.document.id if one.document else None,
                "code_digest": digest(code, purpose=PURPOSE), "last4": plain(code)[-4:], "issued_at": one.entry.at,
                "sealed_code": "" if one.code else seal(code, purpose=PURPOSE),
                "expires_at": one.expires_at,
            }
        )  # fmt: skip
        one.entry.about(KIND, one.id)
        one.entry.about("payable", owing.id)
        if one.document:
            one.entry.about(one.document.kind, one.document.id)
    _check_codes(row["code_digest"] for row in rows)
    book.write(cards[0].entry.tenant_id)
    insert((GiftCard, rows))
    return [IssuedCard(payable_id=row["payable_id"], last4=row["last4"]) for row in rows]


def _check_codes(digests: Iterable[str]) -> None:
    asked = list(digests)
    if len(set(asked)) < len(asked) or GiftCard.objects.filter(code_digest__in=asked).exists():
        raise CardCodeUsed(field="code")


def lock_sold(asked: Sequence[tuple[Entry, Document]]) -> dict[Document, list[GiftCard]]:
    """The cards without codes of those of the documents that are paid in full, locked with their money."""
    book = open_book([entry for entry, _document in asked], documents=[document for _entry, document in asked])
    paid = {
        owed.document_id: Document(owed.document_kind, owed.document_id) for owed in book.receivables.values() if owed.due <= 0
    }
    sold = GiftCard.objects.filter(document_id__in=list(paid), state=CARD_LIFE.initial).order_by("id")
    book.lock_payables(sold.values_list("payable_id", flat=True))
    found: dict[Document, list[GiftCard]] = defaultdict(list)
    for card in sold.filter(payable_id__in=list(book.payables)):
        if card.document_id:
            found[paid[card.document_id]].append(card)
    return dict(found)


def redeem(entry: Entry, *, code: str, document: Document, money: Money | None) -> Received:
    """Pay a document with the card that a code opens. Refuses `CardNotUsable`, and as spending credit does."""
    known = usable_card(code, at=entry.at)
    if known is None:
        raise CardNotUsable(field="code")
    book = open_book([entry], documents=[document], payables=[known.payable_id])
    if usable_card(code, at=entry.at) is None:  # as it is under the lock
        raise CardNotUsable(field="code")
    party = Party(KIND, known.gift_card_id)
    spent = Spend(entry=entry, party=party, document=document, money=money)
    told = draw(spent, owing=book.payable(known.payable_id), book=book)
    entry.about(KIND, known.gift_card_id)
    book.write(entry.tenant_id)
    return told


def _lock(entry: Entry, payable_ids: Collection[UUID]) -> tuple[OpenBook, dict[UUID, GiftCard]]:
    """A book that holds what is on cards, and the cards by payable, as they are under that lock."""
    book = open_book([entry], payables=payable_ids)
    return book, {card.payable_id: card for card in GiftCard.objects.filter(payable_id__in=list(book.payables)).order_by("id")}


def void_card(entry: Entry, *, payable_id: UUID) -> tuple[Owing, int]:
    """Let nobody use a card any more; what was left on it goes where it came from. Returns how much that was.

    Refuses `CardSoldOnOrder`: such a card goes back with its line.
    """
    book, cards = _lock(entry, [payable_id])
    card, owing = cards[payable_id], book.payables[payable_id]
    state = CARD_LIFE.turn("void", card.state)
    if card.origin == CardOrigin.ORDER:
        raise CardSoldOnOrder
    left = owing.due
    if left:
        book.pay(entry, owing, VOIDED_BY[CardOrigin(card.origin)], amount=left)
    book.write(entry.tenant_id)
    GiftCard.objects.filter(id=card.id).update(state=state, sealed_code="")
    _about(entry, card)
    return owing, left


def replace_code(entry: Entry, *, payable_id: UUID) -> tuple[GiftCard, str]:
    """Give a card that is in use another code; the old one opens nothing any more. Returns its last characters before, too."""
    _book, cards = _lock(entry, [payable_id])
    card = cards[payable_id]
    before = card.last4
    card.state, card.issued_at = CARD_LIFE.turn("replace", card.state), entry.at
    _draw(card)
    GiftCard.objects.bulk_update([card], ["issued_at", *_CODE])
    _about(entry, card)
    return card, before


def expire_cards(entry: Entry, *, payable_ids: Collection[UUID]) -> list[tuple[GiftCard, Owing, int]]:
    """Let cards expire whose time is over; what was left is income. Returns them with what they lost."""
    book, cards = _lock(entry, payable_ids)
    lost = []
    for payable_id, card in cards.items():
        if card.state == USABLE and card.expires_at is not None and card.expires_at <= entry.at:
            owing = book.payables[payable_id]
            lost.append((card, owing, owing.due))
            if owing.due:
                book.pay(entry, owing, "gift_card_expired", amount=owing.due)
            _about(entry, card)
    book.write(entry.tenant_id)
    over = [card.id for card, _owing, _amount in lost]
    GiftCard.objects.filter(id__in=over).update(state=CARD_LIFE.turn("expire", USABLE), sealed_code="")
    return lost


def wake(entry: Entry, *, payable_ids: Collection[UUID]) -> None:
    """Money goes back to cards that are locked: those that were over, or soon are, may be used for a while.

    Refuses `CardIsVoid`.
    """
    if GiftCard.objects.filter(state="voided", payable_id__in=payable_ids).exists():
        raise CardIsVoid
    until = entry.at + AWAKE
    late = GiftCard.objects.filter(Q(state="expired") | Q(state=USABLE, expires_at__lt=until), payable_id__in=payable_ids)
    late.update(state=USABLE, expires_at=Greatest(F("expires_at"), until))


def void_beyond(kept: Sequence[Kept]) -> None:
    """Let the cards of lines be void of which fewer units are kept: those that nobody has used. Refuses `CardUsed`.

    What was on them stays owed until their credit note is issued.
    """
    lines = [one.line_id for one in kept]
    ids = list(GiftCard.objects.filter(line_id__in=lines).exclude(state="voided").values_list("payable_id", flat=True))
    if not ids:
        return
    book, cards = _lock(kept[0].entry, ids)
    by_line: dict[UUID, list[GiftCard]] = defaultdict(list)
    for card in cards.values():
        if card.state != "voided" and card.line_id:
            by_line[card.line_id].append(card)
    gone = []
    for one in kept:
        mine = by_line[one.line_id]
        unused = [card for card in reversed(mine) if card.state != "expired" and not book.payables[card.payable_id].paid]
        excess = max(0, len(mine) - one.units)
        if excess > len(unused):
            raise CardUsed(field="lines", name=one.name, unused=len(unused), asked=excess)
        for card in sorted(unused, key=lambda card: card.state != CARD_LIFE.initial)[:excess]:
            gone.append(card.id)
            _about(one.entry, card)
    GiftCard.objects.filter(id__in=gone).update(state="voided", sealed_code="")


def forget_codes(entry: Entry, *, card_ids: Collection[UUID]) -> None:
    """Keep only the digests of codes from now on."""
    GiftCard.objects.filter(id__in=list(card_ids)).update(sealed_code="")
    entry.about(KIND, *card_ids)


def _about(entry: Entry, card: GiftCard) -> None:
    entry.about(KIND, card.id)
    entry.about("payable", card.payable_id)
    if card.document_id:
        entry.about(card.document_kind, card.document_id)
