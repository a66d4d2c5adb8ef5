"""Somebody's cart: found by the link in their browser, changed, and its goods held for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.insight.shopfront.fronts import Front
from dingdan.insight.shopfront.promises import Promise, promises_of
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.links import link_to, opened
from dingdan.kernel.money import parse
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import NotAvailable, StockChange, hold_stock, release_holds
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductKind, Sellable
from dingdan.masterdata.pricing.queries import price_book
from dingdan.trade.orders.commands import save_cart
from dingdan.trade.orders.lifecycle import CART_LIFE
from dingdan.trade.orders.models import Cart
from dingdan.trade.orders.queries import cart as cart_by_id
from dingdan.trade.orders.queries import order_of_cart
from dingdan.trade.orders.rules import CartDraft, Person, PlaceOrder, WantedLine
from dingdan.web.storefront.reader import TAGS, Reader

COOKIE: Final = "dingdan_cart"
LINK: Final = "cart"
LASTS: Final = timedelta(days=30)
HOLDS: Final = timedelta(minutes=20)
MOST_LINES: Final = 50
MOST_OF_ONE: Final = 99
MOST_HELD: Final = 20
"""So many pieces of a line are held for somebody who has not ordered yet; of more none."""
MAY: Final = frozenset({"orders.save_cart", "orders.place_orders", "inventory.hold_stock", "inventory.release_holds"})
"""What whoever holds the link of a cart may do."""


class CartIsFull(Refusal):
    """So many different things are in no cart."""

    status = 422
    sentence = _("A cart holds {most} different articles at most.")
    remedy = _("Order these first, and then the others.")


class NotForSale(Refusal):
    """The article is not sold here (any more)."""

    status = 422
    sentence = _("This article is not sold here (any more).")
    remedy = _("Look for another one.")


@dataclass(frozen=True, slots=True)
class Filled:
    """A cart that is there: its row, and the order that it would become."""

    row: Cart
    wanted: PlaceOrder

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed and ordered."""
        return self.row.state == CART_LIFE.initial and self.row.expires_at > clock.now()

    @property
    def pieces(self) -> int:
        """How many things are in it."""
        return sum(line.quantity for line in self.wanted.lines)

    @property
    def link(self) -> str:
        """What opens it: the same for as long as its row has the same end."""
        return link_to(LINK, self.row.id, until=(self.row.expires_at + LASTS).replace(microsecond=0))


def cart_of(link: str) -> Filled | None:
    """The cart that a link opens, of the shop in scope; None for what opens none."""
    found = opened(link, LINK, at=clock.now()) if link else None
    if found is None or found.tenant_id != current_tenant_id():
        return None
    try:
        row = cart_by_id(found.id)
        return Filled(row, order_of_cart(row.id)) if row.wanted else None
    except NotFound:
        return None


def call_of(cart_id: UUID, key: str = "") -> Call:
    """A call of whoever holds the link of a cart."""
    return Call(tenant_id=current_tenant_id(), actor=Actor("customer", str(cart_id), MAY), key=key or str(new_id()))


# ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def put_in(reader: Reader, filled: Filled | None, *, sku: str, quantity: int, amount: str, client: str) -> Filled:
    """Put an article into a cart, or into a new one. Refuses what is not sold here, and too much."""
    of = variants_by_sku([sku]).get(sku)
    if of is None or not of.is_sold or not _is_priced(reader.front, of):
        raise NotForSale(field="sku")
    price = None
    if of.kind == ProductKind.GIFT_CARD and of.open_amount:
        price = Decimal(parse(amount, reader.front.channel.currency, field="amount").amount)
    lines = list(filled.wanted.lines) if filled else []
    same = next((index for index, line in enumerate(lines) if line.sku == sku), None)
    if same is not None:
        quantity, unit_price = min(lines[same].quantity + quantity, MOST_OF_ONE), price or lines[same].unit_price
        lines[same] = replace(lines[same], quantity=quantity, unit_price=unit_price)
    else:
        lines.append(WantedLine(sku=sku, quantity=min(quantity, MOST_OF_ONE), unit_price=price))
    if len(lines) > MOST_LINES:
        raise CartIsFull(field="sku", most=MOST_LINES)
    if filled is None:
        counted_deed("cart", client=client, at=clock.now())
    return _saved(reader, filled, lines)


def change(reader: Reader, filled: Filled, sku: str, quantity: int) -> Filled:
    """Want so many of an article that is in the cart; of none, it is taken out."""
    lines = [
        replace(line, quantity=min(quantity, MOST_OF_ONE)) if line.sku == sku else line
        for line in filled.wanted.lines
        if line.sku != sku or quantity > 0
    ]
    return _saved(reader, filled, lines)


def _is_priced(front: Front, of: Sellable) -> bool:
    book = price_book(front.channel.id, [of.id], customer_group="", on=clock.now().date(), currency=front.channel.currency)
    return bool(book)


def _saved(reader: Reader, filled: Filled | None, lines: Sequence[WantedLine]) -> Filled:
    front, cart_id = reader.front, filled.row.id if filled else None
    known = variants_by_sku([line.sku for line in lines])
    lines = [line for line in lines if line.sku in known and known[line.sku].is_sold]
    usual = PlaceOrder(channel_id=front.channel.id, currency=front.channel.currency, lines=(), ship_to=Person())
    wanted = replace(filled.wanted if filled else usual, lines=tuple(lines), language=TAGS[reader.language], cart_id=None)
    told = save_cart(call_of(cart_id or new_id()), cart=CartDraft(wanted=wanted, id=cart_id))
    row = cart_by_id(told.cart_id)
    saved = Filled(row, order_of_cart(row.id))
    hold(reader, saved)
    return saved


# ── holding ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hold(reader: Reader, filled: Filled) -> None:
    """Hold what of the cart is there, from now on for twenty minutes; what is not there, or too much, is not held."""
    until = reader.at + HOLDS
    articles = variants_by_sku([line.sku for line in filled.wanted.lines])
    promised = promises_of(list(articles.values()), reader.front.channel, at=reader.at)
    mine = held(filled.row.id, reader.at)
    lines = [
        line for line in filled.wanted.lines if line.sku in articles and _can_be_held(articles[line.sku], line, promised, mine)
    ]
    for wanted in (lines, lines[:1], []):
        try:
            _hold(filled.row.id, wanted, until, reader.front)
        except NotAvailable:
            continue  # somebody was faster: less, or nothing, is held, and the page says so
        return


def _can_be_held(of: Sellable, line: WantedLine, promised: dict[UUID, Promise], mine: dict[UUID, int]) -> bool:
    own = min((mine.get(part.id, 0) // each for part, each in of.stocked(1)), default=0)
    is_there = promised[of.id].there + own >= line.quantity
    return bool(of.stocked(1)) and is_there and line.quantity <= MOST_HELD


def _hold(cart_id: UUID, lines: Sequence[WantedLine], until: datetime, front: Front) -> None:
    if not lines:
        release_holds(call_of(cart_id), document_ids=(cart_id,))
        return
    changes = tuple(StockChange(line.sku, line.quantity) for line in lines)
    hold_stock(call_of(cart_id), document_id=cart_id, lines=changes, until=until, channel_id=front.channel.id)


def held(cart_id: UUID, at: datetime) -> dict[UUID, int]:
    """How many pieces of each article are held for a cart now."""
    found: dict[UUID, int] = {}
    for demand in inventory.demands_of([cart_id]).get(cart_id, []):
        if demand.expires_at is not None and demand.expires_at > at:
            found[demand.variant_id] = found.get(demand.variant_id, 0) + demand.quantity - demand.canceled - demand.issued
    return {variant_id: pieces for variant_id, pieces in found.items() if pieces > 0}


def held_until(cart_id: UUID, at: datetime) -> datetime | None:
    """Until when what is held for a cart is held; None where nothing is."""
    ends = [
        demand.expires_at
        for demand in inventory.demands_of([cart_id]).get(cart_id, [])
        if demand.expires_at is not None and demand.expires_at > at and demand.quantity > demand.canceled + demand.issued
    ]
    return min(ends, default=None)
