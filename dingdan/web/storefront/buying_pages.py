"""The pages of the cart and the checkout, written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from dingdan.insight.shopfront.fronts import Article, Offered, products_of
from dingdan.insight.shopfront.promises import Promise, promises_of
from dingdan.kernel.errors import Refusal
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.trade.orders.rules import Draft, Person, WantedLine
from dingdan.web.storefront import address_form, carts, checkout, offers, promoting
from dingdan.web.storefront.address_form import countries, fields_of
from dingdan.web.storefront.carts import Filled
from dingdan.web.storefront.checkout import Sums
from dingdan.web.storefront.known import NOTHING, Means, known_there, spent_by
from dingdan.web.storefront.pressing import SHOWN, shown_at
from dingdan.web.storefront.reader import TAGS, Reader
from dingdan.web.storefront.shop_pages import Page, days, drawn

NO_PLACE: Final = "zz"


# ── what is in it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(reader: Reader, filled: Filled) -> list[dict[str, Any]]:
    """What is in a cart, each with what it costs and what is promised and held of it."""
    return lines_of(reader, filled.wanted.lines, carts.held(filled.row.id, reader.at))


def lines_of(reader: Reader, lines: Sequence[WantedLine], held: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """Lines as the pages show them. ``held``: how many pieces of each article are held for whoever looks."""
    of_sku = variants_by_sku([line.sku for line in lines])
    products = products_of(reader.front, list({of.product_id for of in of_sku.values()}), reader.on)
    offered = {article.of.sku: (article, product) for product in products for article in product.articles}
    promised = promises_of([article.of for article, _product in offered.values()], reader.front.channel, at=reader.at)
    found: list[dict[str, Any]] = []
    for line in lines:
        article, product = offered.get(line.sku, (None, None))
        if article is None or product is None:
            found.append(
                {"sku": line.sku, "name": line.sku, "quantity": line.quantity, "is_gone": True, "url": "", "picture": ""}
            )
        else:
            found.append(_line(reader, line, (article, product), promised[article.of.id], held))
    return found


def _line(
    reader: Reader, line: WantedLine, offered: tuple[Article, Offered], promise: Promise, held: Mapping[UUID, int]
) -> dict[str, Any]:
    article, product = offered
    each = int(line.unit_price) if line.unit_price is not None else article.shown
    parts = article.of.stocked(1)
    own = min((held.get(part.id, 0) // count for part, count in parts), default=0)
    most = max(promise.most, promise.there + own if parts else promise.most)
    name = reader.said(product.names, product.name)
    lowest = offers.lowest_of(reader, [product]).get(article.of.id)
    return {
        "sku": line.sku,
        "name": name,
        "options": reader.options_of(article, product) if len(product.articles) > 1 else "",
        "url": reader.to.product(product.slug),
        "picture": reader.to.picture(product.pictures[0].id) if product.pictures else "",
        "initial": name[:1],
        "quantity": line.quantity,
        "price": reader.money(each),
        "lowest": reader.money(lowest) if lowest is not None else "",
        "total": reader.money(each * line.quantity),
        "promise": _("Reserved for you") if parts and own >= line.quantity else reader.promised(promise),
        "standing": "there" if own >= line.quantity and parts else promise.standing.value,
        "is_short": line.quantity > most,
        "most": most,
        "is_held": bool(parts) and line.quantity <= min(carts.MOST_HELD, promise.there + own),
    }


def _priced(reader: Reader, lines: list[dict[str, Any]], draft: Draft | None, *, group: str) -> None:
    """Say of each line what whoever buys pays, where their group has prices of its own."""
    for line in draft.lines if draft and group else ():
        for shown in lines:
            if line.variant and shown["sku"] == line.variant.sku and line.priced.quantity:
                each = line.priced.goods // line.priced.quantity
                shown |= {"price": reader.money(each), "total": reader.money(line.priced.goods)}


def _sums(reader: Reader, draft: Draft) -> dict[str, Any]:
    """What an order comes to, written out; `seen` is the total in minor units."""
    priced, channel = draft.priced, reader.front.channel
    fees = [(line.name, line.priced.goods) for line in draft.lines if line.is_charge]
    goods = priced.goods - sum(amount for _name, amount in fees)
    rows = [(_("Goods"), reader.money(goods)), *promoting.rows(reader, draft)]
    rest = priced.discount - draft.promotion_discount
    rows += [(_("Discount"), reader.money(-rest))] if rest else []
    rows += [(draft.shipping_name, reader.money(draft.freight) if draft.freight else _("free"))] if draft.shipping_name else []
    rows += [(name, reader.money(amount)) for name, amount in fees]
    if priced.tax and not channel.prices_include_tax:
        rows.append((_("Tax"), reader.money(priced.tax)))
    return {
        "rows": rows,
        "total": reader.money(priced.total),
        "seen": priced.total,
        "contained": reader.money(priced.tax) if priced.tax and channel.prices_include_tax else "",
    }


def _by_card(reader: Reader, draft: Draft | None, means: Means, typed: Mapping[str, str]) -> dict[str, str]:
    """What a gift card pays of what store credit leaves of an order, and what is left to pay."""
    card = means.card
    if draft is None or card is None:
        return {}
    due = draft.priced.total - spent_by(reader, means.known, draft, typed)
    paid = min(card.left, due)
    return {
        "card_last4": card.last4, "card_pays": reader.money(-paid), "left_to_pay": reader.money(due - paid),
        "card_keeps": reader.money(card.left - paid) if card.left > paid else "",
    }  # fmt: skip


def _clock(reader: Reader, moment: datetime | None) -> str:
    if moment is None:
        return ""
    zone, locale = ZoneInfo(reader.front.channel.time_zone), Locale.parse(reader.locale, sep="-")
    return str(format_skeleton("Hm", moment.astimezone(zone), tzinfo=zone, locale=locale))


# ── the cart ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cart_page(
    reader: Reader, filled: Filled | None, *, country: str = "", postcode: str = "", trouble: Refusal | None = None
) -> Page:
    """What is in the cart, what it comes to, what shipping would cost."""
    trouble, coupon = _about_coupon(trouble)
    postcode = postcode.replace("\0", "").strip()[:12]
    there = country if country in dict(countries(TAGS[reader.language])) else reader.front.country
    lines = _lines(reader, filled) if filled and filled.is_open else []
    sums = Sums(None)
    if filled and lines and not any(line.get("is_gone") for line in lines):
        typed = checkout.typed_in({"country": there})
        to = Person(country=there, address={"postal_code": postcode} if postcode else {})
        sums = checkout.sums_of(reader, checkout.wanted_by(reader, filled, typed, to))
        _priced(reader, lines, sums.draft, group=filled.wanted.customer_group)
    return drawn(
        reader, "cart", "cart/", lines=lines, trouble=_told(trouble), country=there, countries=countries(TAGS[reader.language]),
        ways=_ways(reader, sums, ""), can_be_ordered=_can_be_ordered(lines), postcode=postcode,
        sums=_sums(reader, sums.draft) if sums.draft else None, **promoting.coupons(reader, filled, sums), coupon_trouble=coupon,
        has_own_prices=bool(filled and filled.wanted.customer_group),
        note=filled.wanted.customer_note if filled else "", is_over=_is_over(reader, filled, lines),
        until=_clock(reader, carts.held_until(filled.row.id, reader.at)) if filled and lines else "",
    )  # fmt: skip


def _is_over(reader: Reader, filled: Filled | None, lines: list[dict[str, Any]]) -> bool:
    """Whether something could be held for the cart and nothing is: its time is over."""
    return bool(filled and any(line.get("is_held") for line in lines) and carts.held_until(filled.row.id, reader.at) is None)


def _about_coupon(trouble: Refusal | None) -> tuple[Refusal | None, dict[str, str]]:
    """What was refused, apart from what was refused of a coupon: that is said where coupons are."""
    return (None, _told(trouble)) if trouble is not None and trouble.field == "coupon" else (trouble, {})


def _can_be_ordered(lines: list[dict[str, Any]]) -> bool:
    return bool(lines) and not any(line.get("is_gone") or line.get("is_short") for line in lines)


def _told(trouble: Refusal | None) -> dict[str, str]:
    """What was refused and what helps, and at which field."""
    if trouble is None:
        return {}
    field = (trouble.field or "").removeprefix("ship_to.").removeprefix("address.")
    named = {"shipping_method": "shipping", "payment_method": "payment"}
    return {**address_form.told(trouble), "field": named.get(field, field)}


def _ways(reader: Reader, sums: Sums, chosen: str) -> list[dict[str, Any]]:
    ships = reader.leaves(_promise_of(reader, sums)) if sums.draft else ""
    return [
        {
            "code": offer.code,
            "name": reader.said(offer.name_i18n, offer.name),
            "price": reader.money(rate.price) if rate.price else _("free"),
            "days": " · ".join(filter(None, (ships, days(offer.min_days, offer.max_days)))),
            "is_chosen": offer.code == chosen,
        }
        for offer, rate in sums.ways
    ]


def _promise_of(reader: Reader, sums: Sums) -> Promise:
    """The promise of the line that keeps the others waiting the longest."""
    articles = [line.variant for line in sums.draft.lines if line.variant] if sums.draft else []
    found = list(promises_of(articles, reader.front.channel, at=reader.at).values())
    late = [one for one in found if one.can_be_had and one.leaves_on is None]
    known = [one for one in found if one.leaves_on is not None]
    return (late or sorted(known, key=lambda one: one.leaves_on or reader.today))[-1] if late or known else found[-1]


# ── the checkout ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def checkout_page(
    reader: Reader, filled: Filled, typed: Mapping[str, str], *, means: Means = NOTHING, trouble: Refusal | None = None
) -> Page:
    """Everything that an order needs on one page, with what was typed, what can be chosen, and what it comes to."""
    trouble, coupon = _about_coupon(trouble)
    wanted = checkout.wanted_by(reader, filled, {**typed, "note": ""}, checkout.roughly(typed))
    sums = checkout.sums_of(reader, wanted, is_pressed=trouble is not None)
    draft, told = sums.draft, _told(trouble or sums.trouble)
    lines = _lines(reader, filled)
    _priced(reader, lines, draft, group=filled.wanted.customer_group)
    return drawn(
        reader, "checkout", "checkout/", lines=lines, typed=typed, trouble=told, cart=filled.link,
        shown=shown_at(filled.row.id, typed[SHOWN], at=reader.at),
        **known_there(reader, means.known, draft, typed), has_own_prices=bool(filled.wanted.customer_group),
        countries=countries(TAGS[reader.language]), fields=fields_of(typed["country"], typed),
        ways=_ways(reader, sums, draft.wanted.shipping_method if draft else ""),
        needs_way=bool(draft and any(line.variant and line.variant.stocked(1) for line in draft.lines)),
        methods=[
            {"code": one.code, "name": one.named(TAGS[reader.language]), "told": one.told(TAGS[reader.language]),
             "is_chosen": bool(draft and one.code == draft.wanted.payment_method)}
            for one in sums.methods
        ],
        **promoting.coupons(reader, filled, sums), coupon_trouble=coupon, **_by_card(reader, draft, means, typed),
        sums=_sums(reader, draft) if draft else None, until=_clock(reader, carts.held_until(filled.row.id, reader.at)),
    )  # fmt: skip
