"""Somebody's cart: found by the link in their browser, changed, and its goods held for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.insight.shopfront.fronts import Front
from dingdan.insight.shopfront.promises import Promise, promises_of
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import Patience, TooManyDeeds, counted_deed, guess
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.links import link_to, opened
from dingdan.kernel.money import parse
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import NotAvailable, StockChange, hold_stock, release_holds
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductKind, Sellable
from dingdan.masterdata.pricing.queries import price_book
from dingdan.masterdata.promotions.queries import by_coupon
from dingdan.masterdata.promotions.rules import MOST_COUPONS, CouponUnknown, TooManyCoupons, clean_coupon
from dingdan.trade.orders.commands import CartChanged, save_cart
from dingdan.trade.orders.lifecycle import CART_LIFE
from dingdan.trade.orders.models import Cart
from dingdan.trade.orders.queries import cart as cart_by_id
from dingdan.trade.orders.queries import order_of_cart
from dingdan.trade.orders.rules import CartDraft, Person, PlaceOrder, WantedLine, check_face
from dingdan.web.shared.clients import client_address
from dingdan.web.storefront.reader import TAGS, Reader

COOKIE: Final = "dingdan_cart"
LINK: Final = "cart"
LASTS: Final = timedelta(days=30)
HOLDS: Final = timedelta(minutes=20)
MOST_LINES: Final = 50
MOST_OF_ONE: Final = 99
MOST_NOTE: Final = 500
CHANGES: Final = Patience(free=300, first=2, longest=300, forgotten_after=timedelta(hours=1))
"""So often a cart is changed within an hour before it has to wait."""
SHARE_HELD: Final = (3, 4)
"""Carts together hold at most so many of so many pieces that are there, rounded up: nobody locks up a shop by carts."""
HOLDING: Final = Patience(free=40, first=60, longest=1200, forgotten_after=timedelta(hours=1))
"""So often goods are held anew for carts of one address within an hour; afterwards they are only not held."""
TRIES: Final = 8
"""So often a change of a cart is tried, when other windows are faster."""
Lines = tuple[WantedLine, ...]
T = TypeVar("T")
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


def last_of(customer_id: UUID, channel_id: UUID) -> Filled | None:
    """The cart that a customer filled last, on whatever device; None where none is open."""
    rows = Cart.objects.filter(customer=customer_id, channel=channel_id, state=CART_LIFE.initial)
    row = rows.filter(expires_at__gt=clock.now()).order_by("-id").first()
    return Filled(row, order_of_cart(row.id)) if row is not None and row.wanted else None


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
        check_face(of.name, price, 0, field="amount")
    if filled is None:
        counted_deed("cart", client=client, at=clock.now())
    return _saved(reader, filled, lambda lines: _with(lines, sku, quantity, price))


def put_all_in(
    reader: Reader, filled: Filled | None, wanted: Sequence[WantedLine], *, client: str, is_held: bool = True
) -> Filled:
    """Put several articles into a cart, or into a new one. Refuses what is not sold here, naming the line, and too much."""
    known = variants_by_sku([line.sku for line in wanted])
    for index, line in enumerate(wanted):
        of = known.get(line.sku)
        if of is None or not of.is_sold or of.open_amount or not _is_priced(reader.front, of):
            raise NotForSale(field=f"lines.{index}.sku")
    if filled is None:
        counted_deed("cart", client=client, at=clock.now())

    def added(lines: Lines) -> Lines:
        for line in wanted:
            lines = _with(lines, line.sku, line.quantity, line.unit_price)
        return lines

    return _saved(reader, filled, added, is_held=is_held)


def _with(lines: Lines, sku: str, quantity: int, price: Decimal | None) -> Lines:
    """The lines with so many more of an article."""
    found = list(lines)
    same = next((index for index, line in enumerate(found) if line.sku == sku), None)
    if same is not None:
        more, unit_price = min(found[same].quantity + quantity, MOST_OF_ONE), price or found[same].unit_price
        found[same] = replace(found[same], quantity=more, unit_price=unit_price)
    else:
        found.append(WantedLine(sku=sku, quantity=min(quantity, MOST_OF_ONE), unit_price=price))
    if len(found) > MOST_LINES:
        raise CartIsFull(field="sku", most=MOST_LINES)
    return tuple(found)


def change(reader: Reader, filled: Filled, sku: str, quantity: int, *, is_held: bool = True) -> Filled:
    """Want so many of an article that is in the cart; of none, it is taken out."""

    def changed(lines: Lines) -> Lines:
        return tuple(
            replace(line, quantity=min(quantity, MOST_OF_ONE)) if line.sku == sku else line
            for line in lines
            if line.sku != sku or quantity > 0
        )

    return _saved(reader, filled, changed, is_held=is_held)


def note(reader: Reader, filled: Filled, text: str) -> Filled:
    """Keep what somebody wrote to the shop on the cart. Refuses what is too long."""
    told = clean_text(text, "note", MOST_NOTE, required=False, multiline=True)
    return _saved(reader, filled, _same, lambda wanted: replace(wanted, customer_note=told))


# ── coupons ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def use_coupon(reader: Reader, filled: Filled, text: str, *, client: str) -> Filled:
    """Keep a coupon on a cart; what it brings, or why it brings nothing now, says whoever works the cart out.

    Refuses what can be no coupon, one that no promotion has (`CouponUnknown`: it counts as a guess, and guesses become slow),
    and more than a cart may name.
    """
    coupon = clean_coupon(text, "coupon")
    if coupon in filled.wanted.coupon_codes:
        return filled
    if len(filled.wanted.coupon_codes) >= MOST_COUPONS:
        raise TooManyCoupons(field="coupon", most=MOST_COUPONS)
    with guess("coupon", clients=[f"shopper {client}"], at=clock.now()):
        if coupon not in by_coupon([coupon]):
            raise CouponUnknown(field="coupon", coupon=coupon)
    return _saved(reader, filled, _same, lambda wanted: _named(wanted, (*wanted.coupon_codes, coupon)))


def leave_coupon(reader: Reader, filled: Filled, coupon: str) -> Filled:
    """Take a coupon off a cart."""
    return _saved(
        reader, filled, _same, lambda wanted: _named(wanted, tuple(one for one in wanted.coupon_codes if one != coupon))
    )


def _named(wanted: PlaceOrder, coupons: Iterable[str]) -> PlaceOrder:
    return replace(wanted, coupon_codes=tuple(dict.fromkeys(coupons))[:MOST_COUPONS])


def _is_priced(front: Front, of: Sellable) -> bool:
    book = price_book(front.channel.id, [of.id], customer_group="", on=clock.now().date(), currency=front.channel.currency)
    return bool(book)


def _same(what: T) -> T:
    return what


def _saved(
    reader: Reader,
    filled: Filled | None,
    change_lines: Callable[[Lines], Lines],
    change_rest: Callable[[PlaceOrder], PlaceOrder] = _same,
    *,
    is_held: bool = True,
) -> Filled:
    """Change a cart as it is: where another window was faster, as it is then, so that nothing gets lost.

    Refuses (`TooManyDeeds`) a cart that is changed without end.
    """
    if filled is not None:
        counted_deed("cart change", client=str(filled.row.id), at=clock.now(), patience=CHANGES)
    for patience in reversed(range(TRIES)):
        try:
            saved = _written(reader, filled, change_lines, change_rest)
        except CartChanged:
            filled = cart_of(filled.link) if filled else None
            if not patience or filled is None or not filled.is_open:
                raise
        else:
            if is_held:
                hold(reader, saved)
            return saved
    raise CartChanged(field="seen")


def _written(
    reader: Reader,
    filled: Filled | None,
    change_lines: Callable[[Lines], Lines],
    change_rest: Callable[[PlaceOrder], PlaceOrder],
) -> Filled:
    front, row = reader.front, filled.row if filled else None
    usual = PlaceOrder(channel_id=front.channel.id, currency=front.channel.currency, lines=(), ship_to=Person())
    before = filled.wanted if filled else usual
    lines = change_lines(before.lines)
    known = variants_by_sku([line.sku for line in lines])
    lines = tuple(line for line in lines if line.sku in known and known[line.sku].is_sold)
    wanted = replace(change_rest(before), lines=lines, language=TAGS[reader.language], cart_id=None)
    draft = CartDraft(wanted=wanted, id=row.id if row else None, seen=row.expires_at if row else None)
    told = save_cart(call_of(row.id if row else new_id()), cart=draft)
    fresh = cart_by_id(told.cart_id)
    return Filled(fresh, order_of_cart(fresh.id))


# ── holding ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hold(reader: Reader, filled: Filled) -> None:
    """Hold what of the cart is there, from now on for twenty minutes; what is not there, or too much, is not held."""
    until = reader.at + HOLDS
    articles = variants_by_sku([line.sku for line in filled.wanted.lines])
    promised = promises_of(list(articles.values()), reader.front.channel, at=reader.at)
    mine = held(filled.row.id, reader.at)
    parts = {part.id for of in articles.values() for part, _each in of.stocked(1)}
    all_held = inventory.held_for_carts(parts, reader.at)
    lines = [
        line for line in filled.wanted.lines
        if line.sku in articles and _can_be_held(articles[line.sku], line, promised, mine)
        and _leaves_enough(articles[line.sku], line, promised, mine, all_held)
    ]  # fmt: skip
    if lines and not mine and not _may_hold(reader.at):
        return
    for wanted in (lines, lines[:1], []):
        try:
            _hold(filled.row.id, wanted, until, reader.front)
        except NotAvailable:
            continue  # somebody was faster: less, or nothing, is held, and the page says so
        # Others may have held at the same moment. Whoever is last sees them all.
        if _is_too_much([articles[line.sku] for line in wanted], reader.front):
            continue
        return


def _is_too_much(articles: Sequence[Sellable], front: Front) -> bool:
    """Whether carts together hold more than their share of any of the articles now. As many statements for many as for one."""
    at = clock.now()
    promised = promises_of(articles, front.channel, at=at)
    stocked = [(promised[of.id].there * each, part.id) for of in articles for part, each in of.stocked(1)]
    all_held = inventory.held_for_carts({id_ for _there, id_ in stocked}, at)
    return any(all_held.get(id_, 0) > _share(there + all_held.get(id_, 0)) for there, id_ in stocked)


def _share(there: int) -> int:
    return -(-there * SHARE_HELD[0] // SHARE_HELD[1])


def _can_be_held(of: Sellable, line: WantedLine, promised: dict[UUID, Promise], mine: dict[UUID, int]) -> bool:
    own = min((mine.get(part.id, 0) // each for part, each in of.stocked(1)), default=0)
    is_there = promised[of.id].there + own >= line.quantity
    return bool(of.stocked(1)) and is_there and line.quantity <= MOST_HELD


def _may_hold(at: datetime) -> bool:
    """Whether goods are held for one more cart of whoever asks; where no address is known, they are."""
    try:
        if client_address():
            counted_deed("hold", client=client_address(), at=at, patience=HOLDING)
    except TooManyDeeds:
        return False
    return True


def _leaves_enough(
    of: Sellable, line: WantedLine, promised: dict[UUID, Promise], mine: dict[UUID, int], all_held: dict[UUID, int]
) -> bool:
    """Whether carts would hold no more of an article than their share, this one included."""
    for part, each in of.stocked(1):
        others = all_held.get(part.id, 0) - mine.get(part.id, 0)
        there = promised[of.id].there * each + all_held.get(part.id, 0)
        if others + each * line.quantity > _share(there):
            return False
    return True


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
