"""What can be asked about gift cards. Codes are looked up by their digests, and people see their last characters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from dingdan.kernel.codes import digests, grouped
from dingdan.kernel.errors import NotFound
from dingdan.kernel.sealing import Unsealable, unseal
from dingdan.ledgers.payments.lifecycle import CARD_LIFE
from dingdan.ledgers.payments.models import GiftCard, Receivable
from dingdan.ledgers.payments.rules import MAILED, SHOWN

PURPOSE: Final = "gift card"
USABLE: Final = CARD_LIFE.turn("issue", CARD_LIFE.initial)
"""The state in which a card can be paid with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBalance:
    """What is left on a card, in minor units, and until when it can be used."""

    gift_card_id: UUID
    payable_id: UUID
    last4: str
    currency: str
    left: int
    expires_at: datetime | None


def cards() -> QuerySet[GiftCard]:
    """All cards with what is on them, the last first."""
    return GiftCard.objects.select_related("payable").defer("sealed_code", "code_digest").order_by("-id")


def card(card_id: UUID) -> GiftCard:
    """One card with what is on it. Raises `NotFound`."""
    found = cards().filter(id=card_id).first()
    if found is None:
        raise NotFound(what="gift card", id=card_id)
    return found


def usable_card(code: str, *, at: datetime) -> CardBalance | None:
    """The card that a code opens at that time; None for whatever cannot be used, whyever not."""
    known = digests(code, purpose=PURPOSE)
    rows = GiftCard.objects.select_related("payable").filter(Q(expires_at=None) | Q(expires_at__gt=at), state=USABLE)
    row = rows.filter(code_digest__in=known).exclude(code_digest="").first()
    if row is None:
        return None
    return CardBalance(
        gift_card_id=row.id, payable_id=row.payable_id, last4=row.last4, currency=row.payable.currency, left=row.payable.due,
        expires_at=row.expires_at,
    )  # fmt: skip


def code_of(card_id: UUID) -> str:
    """The code of a card as people read it, while it is kept to be mailed or shown; else nothing."""
    sealed = GiftCard.objects.filter(id=card_id).values_list("sealed_code", flat=True).first()
    if not sealed:
        return ""
    try:
        code = unseal(sealed, purpose=PURPOSE)
    except Unsealable:
        return ""
    return code if "-" in code else grouped(code)


def cards_of(document_id: UUID) -> list[GiftCard]:
    """The cards that were sold on a document or given for it, oldest first."""
    return list(cards().filter(document_id=document_id).order_by("id"))


def waiting_for_codes(document_kind: str, document_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the documents that are paid in full and have cards without codes."""
    ids = list(document_ids)
    rows = GiftCard.objects.filter(document_kind=document_kind, document_id__in=ids, state=CARD_LIFE.initial)
    sold = {id_ for id_ in rows.values_list("document_id", flat=True) if id_}
    if not sold:
        return set()
    paid = Receivable.objects.filter(document_kind=document_kind, document_id__in=sold, due__lte=0)
    return set(paid.values_list("document_id", flat=True))


def void_and_owed(units: Mapping[UUID, int]) -> dict[UUID, list[UUID]]:
    """Of lines the payables of so many cards that are void and not credited yet."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    if units:
        rows = GiftCard.objects.filter(line_id__in=list(units), state="voided", payable__due__gt=0).order_by("id")
        for line_id, payable_id in rows.values_list("line_id", "payable_id"):
            if line_id and len(found[line_id]) < units[line_id]:
                found[line_id].append(payable_id)
    return dict(found)


def cards_to_expire(at: datetime, *, limit: int = 200) -> list[UUID]:
    """The payables of cards whose time was over by then, the longest over first."""
    rows = GiftCard.objects.filter(state=USABLE, expires_at__lte=at).order_by("expires_at", "id")
    return list(rows.values_list("payable_id", flat=True)[:limit])


def codes_to_forget(at: datetime, *, limit: int = 500) -> list[UUID]:
    """Cards whose codes were kept long enough to be shown, or to be mailed where they belong to a document."""
    old = Q(document_id=None, issued_at__lte=at - SHOWN) | Q(issued_at__lte=at - MAILED)
    return list(GiftCard.objects.filter(old).exclude(sealed_code="").order_by("id").values_list("id", flat=True)[:limit])
