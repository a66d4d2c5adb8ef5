"""What promotions make of products for everybody: a lower price where it is certain, else a few words.

Only what applies by itself, to people whom the shop does not know, as often as they like, is told outside of a cart. Such
promotions begin and end with a day of the channel, so what is told is kept for that day and that version of the registers;
those that are counted, and may be used up at any moment, are told in the cart alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dingdan.insight.shopfront.fronts import Article, Offered
from dingdan.insight.shopfront.lowest import Piece, lowest_prices, past_of
from dingdan.masterdata.catalog.queries import shelves_around
from dingdan.masterdata.catalog.rules import ProductKind
from dingdan.masterdata.promotions.rules import Cart, CartLine, Gives, Promotion, lowered_for_everybody
from dingdan.trade.orders.queries import promotions
from dingdan.web.storefront.reader import TAGS, Reader

MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """An article today: its usual price and the one of now, in minor units, and what else is told of promotions on it; ``own``
    are those that name articles."""

    usual: int
    now: int
    told: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def is_lower(self) -> bool:
        """Whether it costs less than usual."""
        return self.now < self.usual


def offers_of(reader: Reader, product: Offered) -> dict[UUID, Offer]:
    """What promotions make of the articles of a product today, by their ids."""
    key = ("offers", product.id, reader.on, reader.today, reader.language)
    return reader.front.kept(key, lambda: {one.of.id: _offer(reader, one, product) for one in product.articles})


def priced(reader: Reader, product: Offered) -> dict[str, Any]:
    """The price of a product in a list, what it usually is where that is more, and one promotion of its own: what goes
    for everything would stand below everything."""
    offers = offers_of(reader, product)
    found = list(offers.values())
    now, usual = min(one.now for one in found), min(one.usual for one in found)
    price = reader.money(now)
    if product.is_open or len({one.now for one in found}) > 1:
        price = _("from {price}").format(price=price)
    lowest = lowest_of(reader, [product])
    before = [lowest[id_] for id_, one in offers.items() if id_ in lowest and one.now == now]
    return {
        "price": price, "usual": reader.money(usual) if now < usual else "",
        "lowest": reader.money(min(before)) if before else "", "told": [text for one in found for text in one.own][:1],
    }  # fmt: skip


def lowest_of(reader: Reader, products: Sequence[Offered]) -> dict[UUID, int]:
    """The lowest price of the thirty days before, of those articles that cost less than usual and had a price then.

    In minor units, as the channel shows prices. Three statements for all that are new; it stays the same while pages are kept.
    """
    front, at = reader.front, reader.at
    lowered = {
        article.of.id: Piece(article.of.sku, shelves_of_product(reader, one))
        for one in products
        for article in one.articles
        if offers_of(reader, one)[article.of.id].is_lower
    }
    keys = {id_: ("lowest", id_, reader.on, reader.today) for id_ in lowered}
    missing = {id_: piece for id_, piece in lowered.items() if front.known(keys[id_]) is None}
    if missing:
        past = front.kept(("past", reader.on, reader.today), lambda: past_of(front.channel, at))
        found = lowest_prices(past, missing, at)
        for id_ in missing:
            front.keep(keys[id_], (found.get(id_),))
    return {id_: lowest for id_, key in keys.items() if (lowest := (front.known(key) or (None,))[0]) is not None}


def told(found: Sequence[Offer]) -> list[str]:
    """What is told of promotions on articles, each once."""
    return list(dict.fromkeys(text for one in found for text in one.told))


def _offer(reader: Reader, article: Article, product: Offered) -> Offer:
    channel = reader.front.channel
    if product.is_open or article.of.kind == ProductKind.GIFT_CARD:
        return Offer(article.shown, article.shown)
    shelves = shelves_of_product(reader, product)
    line = CartLine(key="0", sku=article.of.sku, quantity=1, amount=article.shown, shelves=shelves)
    cart = Cart(channel=channel.code, currency=channel.currency, on=reader.today, lines=(line,))
    lowered = lowered_for_everybody(cart, promotions(reader.front.registers))
    others = sorted(lowered.others, key=lambda one: (_is_for_all(one), -one.priority, one.code))  # about it alone: first
    words = [(in_words(reader, one), _is_for_all(one)) for one in others[:MOST_TOLD]]
    own = tuple(text for text, for_all in words if not for_all)
    return Offer(article.shown, article.shown - lowered.off, tuple(text for text, _all in words), own)


def shelves_of_product(reader: Reader, product: Offered) -> frozenset[str]:
    """The categories that a product stands in, all around it."""
    known = reader.front.kept(("shelves around", product.id), lambda: shelves_around([product.id]))
    return known.get(product.id, frozenset())


def _is_for_all(one: Promotion) -> bool:
    """Whether it names no articles."""
    return not (one.skus or one.bundle or one.categories)


def in_words(reader: Reader, one: Promotion) -> str:
    """A promotion in a few words, where there are such; else by its name."""
    least = _least(reader, one)
    if one.gives == Gives.FREE_SHIPPING and one.most_off is None:
        return _("Free shipping from {least}").format(least=least) if least else _("Free shipping")
    if one.gives == Gives.BUY_GET and one.percent == 1 and not one.others and not least:
        return _("{all} for {some}").format(all=one.buy + one.get, some=one.buy)
    off = ""
    if one.gives == Gives.PERCENT:
        off = f"{(one.percent * Decimal(100)).normalize():f}%"
    if one.gives == Gives.AMOUNT:
        off = reader.money(one.amount)
    if off and least and _is_for_all(one) and not one.not_skus:
        return _("{off} off from {least}").format(off=off, least=least)
    return one.named(TAGS[reader.language])


def _least(reader: Reader, one: Promotion) -> str:
    """From how much on, in a word; empty where it is from nothing on."""
    if one.least_amount:
        return reader.money(one.least_amount)
    least = one.least_quantity or 0
    return ngettext("{count} piece", "{count} pieces", least).format(count=least) if least > 1 else ""
