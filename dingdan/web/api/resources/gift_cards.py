"""Gift cards: given out, asked about, paid with. Codes are guessed slowly: see `dingdan.kernel.guessing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel import clock
from dingdan.kernel.guessing import guess
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    CardNotUsable,
    import_gift_cards,
    issue_gift_cards,
    redeem_gift_card,
    replace_gift_card,
    void_gift_card,
)
from dingdan.ledgers.payments.events import Document, GiftCardIssued, GiftCardReplaced
from dingdan.ledgers.payments.lifecycle import CARD_LIFE
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import cards, code_of, usable_card
from dingdan.masterdata.staff.queries import Bearer
from dingdan.web.api.many import Many, mount_many
from dingdan.web.api.names import found
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.resources.own import TAG as OWN
from dingdan.web.api.writes import JsonBody, Write, mount
from dingdan.web.shared.clients import client_address, counted

TAG = "Gift cards"
WHAT = "gift card"
"""What is guessed at."""

CardState = Annotated[str, OneOf(CARD_LIFE.states)]
Code = Annotated[
    str, Field(min_length=1, max_length=64, description="As it is typed: capitals, spaces and dashes do not matter.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardView:
    """A gift card. Of its code only the last four characters are told. Amounts in minor units."""

    id: UUID
    origin: str
    state: str
    last4: str
    currency: str
    face: int
    left: int
    document_kind: str
    document_id: UUID | None
    line_id: UUID | None
    issued_at: datetime | None
    expires_at: datetime | None


def _views(rows: Sequence[GiftCard]) -> list[GiftCardView]:
    own = [name for name in GiftCardView.__dataclass_fields__ if name not in ("currency", "left")]
    return [
        GiftCardView(
            **{name: getattr(row, name) for name in own},
            currency=row.payable.currency,
            left=0 if row.state == "voided" else row.payable.due,
        )
        for row in rows
    ]


@read("/gift-cards", permission="payments.read", tag=TAG)
def list_gift_cards(
    *,
    state: CardState | None = None,
    last4: str | None = None,
    document_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[GiftCardView]:
    """Gift cards, the last first; those whose codes end so, or that were sold on an order."""
    rows = cards()
    if state is not None:
        rows = rows.filter(state=state)
    if last4 is not None:
        rows = rows.filter(last4=last4.upper())
    if document_id is not None:
        rows = rows.filter(document_id=document_id)
    return page(rows, _views, after=after, limit=limit)


@read("/gift-cards/{gift_card_id}", permission="payments.read", tag=TAG)
def get_gift_card(gift_card_id: str) -> GiftCardView:
    """One gift card."""
    return _views([found(cards(), "gift_card_id", gift_card_id)])[0]


# ── by the code ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OwnCodeSent(_Sent):
    """The code of a gift card."""

    code: Code


class CodeSent(OwnCodeSent):
    """The code of a gift card, and who types it."""

    client: str = Field("", max_length=64, description="The address of the shopper who types it: wrong codes count against it.")


class OwnCardSent(OwnCodeSent):
    """A gift card that pays: as much as is due and there is, or an amount."""

    money: Money | None = None


class CardSent(CodeSent):
    """A gift card that pays: as much as is due and there is, or an amount."""

    money: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBalanceView:
    """What is left on a card, in minor units, and until when it can be used."""

    last4: str
    currency: str
    left: int
    expires_at: datetime | None


def _balance(code: str) -> CardBalanceView:
    known = usable_card(code, at=clock.now())
    if known is None:
        raise CardNotUsable(field="code")
    return CardBalanceView(last4=known.last4, currency=known.currency, left=known.left, expires_at=known.expires_at)


@contextmanager
def _guessing(*clients: str) -> Iterator[None]:
    with guess(WHAT, clients=clients, at=clock.now()):
        yield


def _shopper(asker: str, client: str) -> str:
    """Who guesses: the shopper that a storefront names, else whoever holds the key."""
    return f"shopper {counted(client)}" if client else f"{asker} {client_address()}"


@read("/gift-cards/balance", permission="payments.ask_balance", tag=TAG, method="POST")
def ask_gift_card_balance(*, bearer: Bearer, body: CodeSent = JsonBody(...)) -> CardBalanceView:  # type: ignore[assignment] # noqa: B008
    """What is left on a gift card, by its code. Whatever cannot be used is answered alike."""
    with _guessing(_shopper(bearer.actor.id, body.client)):
        return _balance(body.code)


@read("/my/gift-cards/balance", permission="aftersales.follow", tag=OWN, method="POST", by_link="order_id")
def ask_my_gift_card_balance(
    order_id: UUID,
    *,
    body: OwnCodeSent = JsonBody(...),  # type: ignore[assignment] # noqa: B008
) -> CardBalanceView:
    """What is left on a gift card, by its code. Whatever cannot be used is answered alike."""
    with _guessing(f"order {order_id}", client_address()):
        return _balance(body.code)


def _redeem(call: Call, ids: Mapping[str, Any], sent: CardSent) -> Event:
    with _guessing(_shopper(call.actor.id, sent.client)):
        return redeem_gift_card(call, document=Document("order", ids["order_id"]), code=sent.code, money=sent.money)


def _redeem_own(call: Call, ids: Mapping[str, Any], sent: OwnCardSent) -> Event:
    with _guessing(f"order {ids['order_id']}", client_address()):
        return redeem_gift_card(call, document=Document("order", ids["order_id"]), code=sent.code, money=sent.money)


def _code(_call: Call, event: Event) -> str:
    """The code, for as long as it is kept."""
    return code_of(event.gift_card_id) if isinstance(event, (GiftCardIssued, GiftCardReplaced)) else ""


mount(
    Write(
        path="/orders/{order_id}/gift-cards",
        command=redeem_gift_card,
        makes="/payments/{payment_id}",
        body=CardSent,
        give=_redeem,
        tag=TAG,
    ),
    Write(
        path="/my/order/gift-cards",
        command=redeem_gift_card,
        name="redeem_my_gift_card",
        body=OwnCardSent,
        give=_redeem_own,
        by_link="order_id",
        tag=OWN,
    ),
    Write(
        path="/gift-cards",
        command=issue_gift_cards,
        name="issue_gift_card",
        makes="/gift-cards/{gift_card_id}",
        beside={"code": (str, _code)},
        tag=TAG,
    ),
    Write(path="/gift-cards/imports", command=import_gift_cards, name="import_gift_card", tag=TAG),
    Write(path="/gift-cards/{gift_card_id}/void", command=void_gift_card, tag=TAG),
    Write(path="/gift-cards/{gift_card_id}/replace", command=replace_gift_card, beside={"code": (str, _code)}, tag=TAG),
)

mount_many(
    Many(
        path="/gift-cards/imports/many",
        single="/gift-cards/imports",
        command=import_gift_cards,
        name="import_gift_cards",
        tag=TAG,
    ),
)
