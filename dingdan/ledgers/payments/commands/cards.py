"""Gift cards: given out, paid with, void, replaced, and over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.kernel.codes import plain
from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import Invalid
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.text import one_of
from dingdan.ledgers.payments import queries, steps
from dingdan.ledgers.payments.events import (
    CodesForgotten,
    CodesGiven,
    Document,
    ExpiredCard,
    GiftCardIssued,
    GiftCardReplaced,
    GiftCardsExpired,
    GiftCardVoided,
    PaymentRecorded,
)
from dingdan.ledgers.payments.lifecycle import CardOrigin
from dingdan.ledgers.payments.rules import LONGEST_VALIDITY, months_later
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, NothingToIssue
from dingdan.masterdata.staff.steps import hold_to_limit

SHORTEST_CODE = 8
_BY_HAND = (CardOrigin.FAVOR, CardOrigin.COUNTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueGiftCard:
    """A card that is on no order: given as a favor (perhaps for a document), or sold over the counter for cash.

    Without `valid_months` it never expires.
    """

    money: Money
    origin: str = CardOrigin.FAVOR
    valid_months: int | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportGiftCard:
    """A card of a former system: its code there, what is left on it, and until when."""

    code: str
    money: Money
    expires_at: datetime | None = None


@batch_command(GiftCardIssued)
def issue_gift_cards(batch: Batch[IssueGiftCard]) -> None:
    """Issue cards as a favor or over the counter. Their codes can be looked at for a day, or are mailed for their documents.

    Refuses `AmountNotPositive`, and validities that cannot be.
    """
    _issue(batch, batch.read(lambda item: _new(item.entry, item.intent)))


@batch_command(GiftCardIssued)
def import_gift_cards(batch: Batch[ImportGiftCard]) -> None:
    """Bring cards of a former system over with the codes that they have. Refuses `CardCodeUsed`, `AmountNotPositive`."""
    _issue(batch, batch.read(lambda item: _imported(item.entry, item.intent)))


def _new(entry: Entry, wanted: IssueGiftCard) -> steps.NewCard:
    months = wanted.valid_months
    if months is not None and not 1 <= months <= LONGEST_VALIDITY:
        raise Invalid(reason=_("A gift card is valid for 1 to 1200 months, or for good."), field="valid_months")
    AmountNotPositive.check(wanted.money)
    hold_to_limit(entry, what="credit", money=wanted.money, field="money")
    return steps.NewCard(
        entry=entry, id=new_id(), origin=CardOrigin(one_of(wanted.origin, "origin", list(_BY_HAND))), face=wanted.money.amount,
        currency=wanted.money.currency, expires_at=months_later(entry.at, months) if months else None, document=wanted.document,
    )  # fmt: skip


def _imported(entry: Entry, wanted: ImportGiftCard) -> steps.NewCard:
    if len(plain(wanted.code)) < SHORTEST_CODE:
        raise Invalid(reason=_("A code has at least 8 letters or digits."), field="code")
    if wanted.expires_at is not None and wanted.expires_at <= entry.at:
        raise Invalid(reason=_("Give a time in the future."), field="expires_at")
    AmountNotPositive.check(wanted.money)
    return steps.NewCard(
        entry=entry, id=new_id(), origin=CardOrigin.IMPORT, face=wanted.money.amount, currency=wanted.money.currency,
        expires_at=wanted.expires_at, code=wanted.code,
    )  # fmt: skip


def _issue(batch: Batch[Any], cards: list[steps.NewCard]) -> None:
    if not cards:
        return
    for item, one, card in zip(batch.open, cards, steps.issue_cards(cards), strict=True):
        item.accept(
            GiftCardIssued(
                gift_card_id=one.id, payable_id=card.payable_id, origin=one.origin.value, currency=one.currency, amount=one.face,
                last4=card.last4, expires_at=one.expires_at, document_kind=one.document.kind if one.document else "",
                document_id=one.document.id if one.document else None,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCodes:
    """The cards that were sold on a document are to get their codes."""

    document: Document


@batch_command(CodesGiven)
def give_gift_card_codes(batch: Batch[GiveCodes]) -> None:
    """Give cards that were sold their codes, once their documents are paid in full. Refuses `NothingToIssue`."""
    found = steps.lock_sold([(item.entry, item.intent.document) for item in batch.items])
    giving = []
    for item in batch.items:
        cards = found.pop(item.intent.document, ())
        if not cards:
            item.refuse(NothingToIssue(field="document"))
            continue
        giving += [(item.entry, card) for card in cards]
        document = item.intent.document
        item.accept(
            CodesGiven(document_kind=document.kind, document_id=document.id, gift_card_ids=tuple(card.id for card in cards))
        )
    if giving:
        steps.give_codes(giving)


@command
def redeem_gift_card(entry: Entry, *, document: Document, code: str, money: Money | None = None) -> PaymentRecorded:
    """Pay a document with a gift card: as much as is due and there is, or an amount.

    Refuses `CardNotUsable` whatever is wrong with the code or the card, `NotEnoughCredit`, `NothingDue`, `ForeignCurrency`,
    `NotFound`.
    """
    told = steps.redeem(entry, code=code, document=document, money=money)
    (applied,) = told.applied
    return PaymentRecorded(
        payment_id=told.payment_id, method="gift_card", currency=told.currency, amount=applied.amount, unapplied=0,
        applied=told.applied,
    )  # fmt: skip


@command
def void_gift_card(entry: Entry, *, gift_card_id: UUID) -> GiftCardVoided:
    """Let nobody use a card any more. What is left on it goes back to where it came from.

    Refuses `CardSoldOnOrder`, `NotInThisState`, `NotFound`.
    """
    owing, left = steps.void_card(entry, payable_id=queries.card(gift_card_id).payable_id)
    return GiftCardVoided(gift_card_id=gift_card_id, currency=owing.currency, amount=left)


@command
def replace_gift_card(entry: Entry, *, gift_card_id: UUID) -> GiftCardReplaced:
    """Give a lost card another code: the old one opens nothing any more, what is on the card stays on it.

    Refuses `NotInThisState`, `NotFound`.
    """
    card, before = steps.replace_code(entry, payable_id=queries.card(gift_card_id).payable_id)
    return GiftCardReplaced(
        gift_card_id=card.id, last4=card.last4, last4_before=before, document_kind=card.document_kind,
        document_id=card.document_id,
    )  # fmt: skip


@command
def expire_gift_cards(entry: Entry, *, payable_ids: tuple[UUID, ...]) -> GiftCardsExpired:
    """Let those of the cards expire whose time is over: what nobody has used is income from now on."""
    lost = steps.expire_cards(entry, payable_ids=payable_ids)
    return GiftCardsExpired(
        cards=tuple(ExpiredCard(gift_card_id=card.id, currency=owing.currency, amount=amount) for card, owing, amount in lost)
    )


@command
def forget_gift_card_codes(entry: Entry, *, gift_card_ids: tuple[UUID, ...]) -> CodesForgotten:
    """Keep only the digests of the codes of cards: they were mailed, or shown for long enough."""
    steps.forget_codes(entry, card_ids=gift_card_ids)
    return CodesForgotten(gift_card_ids=gift_card_ids)
