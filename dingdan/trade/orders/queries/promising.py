"""Which goods would answer an order, by when it is to leave, and what all of it would come to. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.rules import Held, Need, Shelves, Sourced, give_back, owe, source, take_over
from dingdan.masterdata.catalog.rules import Shortage
from dingdan.trade.orders.queries.audiences import Audiences
from dingdan.trade.orders.queries.registers import book
from dingdan.trade.orders.rules import (
    Draft,
    OutOfStock,
    PlaceOrder,
    Promoted,
    check_customer,
    check_prices,
    draft_order,
    latest,
    may_owe,
    promised_at,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Which goods answer the needs of one order, when each part of it is to leave (None: nobody knows), and the whole."""

    needs: Sequence[Need]
    sourced: Sourced
    due: Mapping[UUID, datetime | None]
    promised_at: datetime | None


def sellers_apart(drafts: Iterable[Draft]) -> dict[UUID | None, UUID]:
    """The owners of what sellers among the lines sell, where their goods lie apart; the others sell what the shop has."""
    sellers = {line.seller_id for draft in drafts for line in draft.lines if line.seller_id}
    return {owner_id: owner_id for owner_id in inventory.owners_among(sellers)} if sellers else {}


def shelves_for(drafts: Iterable[Draft], *, lock: bool = False) -> Shelves:
    """What can be promised of everything that drafts take from stock; with `lock` it is held until the transaction ends."""
    stocked = [of for draft in drafts for _line, of, _quantity in draft.stocked]
    owing = {of.id for of in stocked if of.shortage != Shortage.DENY}
    return inventory.shelves({of.id for of in stocked}, owing=owing, lock=lock)


def found_for(draft: Draft, at: datetime, *, owners: Mapping[UUID | None, UUID], held: Sequence[Held], shelves: Shelves) -> Found:
    """Find goods for one draft: what its cart holds, then stock, then goods to come. Raises `OutOfStock`.

    What is found is gone from `shelves`, so that the next draft finds something else.
    """
    own, parts = inventory.own_owner_id(), draft.stocked
    needs = [Need(new_id(), of.id, owners.get(line.seller_id, own), quantity) for line, of, quantity in parts]
    taken, rest = take_over(needs, held)
    sourced = source(rest, shelves.spots, channel_id=draft.channel.id)
    if sourced.missing:
        try:
            _check_may_owe(draft, needs, sourced, shelves)
        except Refusal:
            give_back(sourced)
            raise
        sourced = owe(needs, sourced, shelves)
    sourced = replace(sourced, shares=(*taken, *sourced.shares))
    due = {key: promised_at(ready, draft.channel) if ready else None for key, ready in sourced.ready(needs, at).items()}
    return Found(needs, sourced, due, latest(due.values(), promised_at(at, draft.channel)))


def _check_may_owe(draft: Draft, needs: Sequence[Need], sourced: Sourced, shelves: Shelves) -> None:
    """Refuse an order of which a part is missing that may not be owed, or more than may be owed."""
    by_line = {line.id: index for index, line in enumerate(draft.lines)}
    inventory.look_ahead(shelves)
    more: dict[UUID, int] = defaultdict(int)
    for need, (line, of, quantity) in zip(needs, draft.stocked, strict=True):
        missing = sourced.missing.get(need.key, 0)
        room = may_owe(of, shelves.owed.get(of.id, 0) + more[of.id])
        if missing > room:
            raise OutOfStock(
                field=f"lines.{by_line[line.id]}.quantity", sku=of.sku, asked=quantity, available=quantity - missing + room
            )
        more[of.id] += missing


# ── what it would come to ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """A line as it would be written; amounts in minor units. `waiting` are its pieces that stock does not give now."""

    kind: str
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    discount: int
    tax: int
    total: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPromotion:
    """A promotion that would be given, and what it would take off in minor units."""

    code: str
    name: str
    coupon: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPreview:
    """What an order would come to, in minor units, and by when it would leave: null while nobody knows.

    The lines that were asked for come first, in their order; then what the payment method and the shipping cost.
    """

    currency: str
    prices_include_tax: bool
    lines: tuple[PreviewLine, ...]
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int
    promised_at: datetime | None
    promotions: tuple[PreviewPromotion, ...] = ()


def preview(wanted: PlaceOrder, *, at: datetime, may_set_prices: bool, actor: Actor | None = None) -> OrderPreview:
    """What `place_orders` would make of this at that time. Refuses what it refuses; a cart's own goods are not looked at.

    Without an `actor` it is what would follow by itself, which is let in for everybody.
    """
    known = book([wanted], at.date(), registers=register_version())
    check_prices(wanted, known, may_set=may_set_prices)
    if actor is not None:
        check_customer(wanted, known, actor=actor)
    audience = Audiences([wanted], {at.date(): known}, lock=False).of(wanted, at)
    draft = draft_order(wanted, known, audience=audience)
    found = found_for(draft, at, owners=sellers_apart([draft]), held=(), shelves=shelves_for([draft]))
    waiting: dict[UUID, int] = defaultdict(int)
    for need, (line, _of, _quantity) in zip(found.needs, draft.stocked, strict=True):
        waiting[line.id] += found.sourced.missing.get(need.key, 0)
    lines = tuple(
        PreviewLine(
            kind=str(line.kind), sku=line.variant.sku if line.variant else "", name=line.name, quantity=line.priced.quantity,
            unit_price=line.priced.unit_price, discount=line.priced.discount, tax=line.priced.tax, total=line.priced.total,
            waiting=waiting[line.id],
        )
        for line in draft.lines
    )  # fmt: skip
    priced = draft.priced
    return OrderPreview(
        currency=draft.channel.currency, prices_include_tax=draft.channel.prices_include_tax, lines=lines,
        goods=priced.goods + priced.freight - draft.freight, discount=priced.discount, shipping=draft.freight,
        tax=priced.tax, total=priced.total, promised_at=found.promised_at,
        promotions=tuple(_promotion(one, wanted.language) for one in draft.promoted),
    )  # fmt: skip


def _promotion(one: Promoted, language: str) -> PreviewPromotion:
    given = one.given
    return PreviewPromotion(
        code=given.promotion.code, name=given.promotion.named(language), coupon=given.coupon, amount=given.off
    )
