"""What other people's pages lead to: the buy link, which shows what is asked for and puts it into the cart at a click.

Looking at a buy link writes and reserves nothing, whoever follows it and however often; the button does, from here alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from dingdan.insight.shopfront.fronts import Front
from dingdan.kernel.errors import Refusal
from dingdan.trade.orders.rules import WantedLine
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront import buying_pages, carts
from dingdan.web.storefront.buying import Buyer, from_here
from dingdan.web.storefront.carts import cart_of
from dingdan.web.storefront.shop import of_front
from dingdan.web.storefront.shop_pages import drawn


@dataclass(frozen=True, slots=True)
class Asked:
    """What a buy link asks for. ``cart`` is the link of a cart that somebody else's page filled."""

    lines: tuple[WantedLine, ...]
    coupons: tuple[str, ...]
    cart: str = ""


def lines_asked(texts: Iterable[str]) -> tuple[WantedLine, ...]:
    """Articles as a link names them: `A` is one, `A:2` are two; the same article twice is one line."""
    found: dict[str, int] = {}
    for text in texts:
        head, sign, tail = text.replace("\0", "").strip()[:80].rpartition(":")
        is_counted = bool(sign) and tail.isascii() and tail.isdecimal() and len(tail) <= 3
        sku, quantity = (head, int(tail)) if is_counted else (text.replace("\0", "").strip()[:64], 1)
        if sku and quantity and (sku in found or len(found) < carts.MOST_LINES):
            found[sku] = min(found.get(sku, 0) + quantity, carts.MOST_OF_ONE)
    return tuple(WantedLine(sku=sku, quantity=quantity) for sku, quantity in found.items())


def _asked(skus: Sequence[str], coupons: Sequence[str], link: str) -> Asked:
    """What a link or its form asks for, of the shop in scope."""
    named = tuple(dict.fromkeys(one.replace("\0", "").strip()[:60] for one in coupons if one.strip()))[:5]
    filled = cart_of(link[:400]) if link else None
    if filled is not None and filled.is_open:
        return Asked(filled.wanted.lines, (*filled.wanted.coupon_codes, *named), link[:400])
    return Asked(lines_asked(skus[: carts.MOST_LINES]), named)


@from_here
@require_http_methods(["GET", "HEAD", "POST"])
@of_front
def buy(request: HttpRequest, front: Front, language: str) -> HttpResponseBase:
    """What a buy link asks for, with a button; the button puts it into the cart of whoever presses it."""
    with Buyer(request, front, language) as buyer:
        sent = request.POST if request.method == "POST" else request.GET
        asked = _asked(sent.getlist("sku"), sent.getlist("coupon"), sent.get("cart", ""))
        lines = buying_pages.lines_of(buyer.reader, asked.lines, {})
        if request.method == "POST" and any(not line.get("is_gone") for line in lines):
            return _bought(buyer, asked)
        page = drawn(buyer.reader, "buy", "buy/", lines=lines, asked=asked, can_be_had=any("total" in line for line in lines))
        return buyer.shown(page, buyer.cart)


def _bought(buyer: Buyer, asked: Asked) -> HttpResponseBase:
    """Put it into the cart: straight on to the checkout where nothing else was in it, and nothing is the matter."""
    filled, client = buyer.cart, address_of(buyer.request)
    filled = filled if filled and filled.is_open else None
    had_more = bool(filled and filled.wanted.lines)
    try:
        filled = carts.put_all_in(buyer.reader, filled, asked.lines, client=client)
        for coupon in asked.coupons:
            filled = carts.use_coupon(buyer.reader, filled, coupon, client=client)
    except Refusal as refusal:
        return buyer.shown(buying_pages.cart_page(buyer.reader, filled, trouble=refusal), filled, refusal.status)
    return buyer.kept(buyer.went(buyer.reader.to.cart if had_more else buyer.reader.to.checkout), filled)
