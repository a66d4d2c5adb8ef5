"""Ordering the same again: what each article costs today, and what is not sold any more."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.insight.shopfront.fronts import products_of
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import round_minor
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import OrderLine
from dingdan.trade.orders.queries import lines_of
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront import carts
from dingdan.web.storefront.buying import Buyer
from dingdan.web.storefront.own.goods import Article, articles_of
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.own.words import told


class Again(NamedTuple):
    """A line of the order as it would be ordered again today; `problem` says why it cannot be."""

    sku: str
    article: Article
    quantity: int
    total: str
    each: str
    then: str
    promise: str
    problem: str


def lines_again(own: Own) -> list[Again]:
    """Every article of the order once, with what it costs and promises now."""
    rows = [row for row in lines_of([own.order.id]).get(own.order.id, []) if row.sku and not row.is_charge]
    wanted: dict[str, int] = {}
    for row in rows:
        wanted[row.sku] = wanted.get(row.sku, 0) + max(row.quantity - row.canceled, 0)
    whole = any(wanted.values())
    first = {row.sku: row for row in reversed(rows)}
    return _told(own, [(first[sku], many or (0 if whole else first[sku].quantity)) for sku, many in wanted.items()])


def _told(own: Own, rows: list[tuple[OrderLine, int]]) -> list[Again]:
    reader = own.reader
    variants = Variant.objects.in_bulk([row.variant_id for row, _many in rows if row.variant_id])
    articles = articles_of(reader, variants, [row for row, _many in rows])
    products = products_of(reader.front, list({one.product_id for one in variants.values()}), reader.on)
    offered = {article.of.sku: article for product in products for article in product.articles}
    promised = promises_of([article.of for article in offered.values()], reader.front.channel, at=reader.at)
    found = []
    for row, many in rows:
        if not many:
            continue
        now, problem, price, change, promise = offered.get(row.sku), "", 0, "", ""
        if now is None or row.kind == LineKind.GIFT_CARD:
            problem = _("not sold any more") if now is None else _("choose it anew, with the amount")
        else:
            price, promise = now.shown, reader.promised(promised[now.of.id])
            problem = "" if promised[now.of.id].can_be_had else _("sold out at the moment")
            change = _since(own, row, now.shown)
        wanted = min(many, carts.MOST_OF_ONE)
        total, each = (reader.money(price * wanted), reader.money(price)) if price else ("", "")
        found.append(Again(row.sku, articles[row.id], wanted, total, each, change, promise, problem))
    return found


def _since(own: Own, row: OrderLine, now: int) -> str:
    """What it cost then, where that was another price in the same money."""
    then = round_minor(row.unit_price)
    return "" if then == now or own.order.currency != own.reader.front.channel.currency else own.money(then)


@own_page("POST")
def again(own: Own) -> HttpResponse:
    """What ordering the same again would be; a form puts it into the cart."""
    lines = lines_again(own)
    if own.request.method != "POST":
        return own.shown("again", "again", lines=lines, can_be_had=any(not one.problem for one in lines))
    buyer, filled = Buyer(own.request, own.reader.front, own.reader.language), None
    there = buyer.cart
    try:
        filled = there if there and there.is_open and not there.row.order_id else None
        for one in lines:
            if not one.problem:
                filled = carts.put_in(
                    own.reader, filled, sku=one.sku, quantity=one.quantity, amount="", client=address_of(own.request)
                )
    except Refusal as refusal:
        return own.shown("again", "again", status=refusal.status, trouble=told(refusal), lines=lines, can_be_had=True)
    return buyer.kept(buyer.went(own.reader.to.cart), filled)
