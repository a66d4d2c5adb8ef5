"""A cart as programs are told of it: what is in it, what each promotion brings, what it comes to, and where it is ordered."""

from __future__ import annotations

from typing import Any

from dingdan.masterdata.pricing.rules import RateLine, ShippingOffer
from dingdan.trade.orders.rules import Draft, Person
from dingdan.web.storefront import buying_pages, checkout, promoting
from dingdan.web.storefront.address_form import countries
from dingdan.web.storefront.addresses import whole
from dingdan.web.storefront.carts import Filled
from dingdan.web.storefront.reader import TAGS, Reader


def told(reader: Reader, filled: Filled, *, country: str = "", postcode: str = "") -> dict[str, Any]:
    """The cart as it would be ordered now, shipped to that country and postcode. Amounts are minor units, with their words."""
    there = country if country in dict(countries(TAGS[reader.language])) else reader.front.country
    to = Person(country=there, address={"postal_code": postcode[:12]} if postcode else {})
    wanted = checkout.wanted_by(reader, filled, checkout.typed_in({"country": there}), to)
    lines = buying_pages.lines_of(reader, filled.wanted.lines, {})
    can_be = [line for line in lines if not line.get("is_gone")]
    sums = checkout.sums_of(reader, wanted) if lines and len(can_be) == len(lines) else checkout.Sums(None)
    more = promoting.coupons(reader, filled, sums)
    return {
        "cart": filled.link,
        "checkout_url": whole(f"{reader.to.buy}?cart={filled.link}"),
        "expires_at": filled.row.expires_at.isoformat(),
        "language": TAGS[reader.language],
        "currency": reader.front.channel.currency,
        "prices_include_tax": reader.front.channel.prices_include_tax,
        "lines": [_line(line) for line in lines],
        "coupons": [{"coupon": one["code"], "brings": one["brings"], "why": one["why"]} for one in more["coupons"]],
        "hints": more["hints"],
        "promotions": _promotions(reader, sums.draft) if sums.draft else [],
        "totals": _totals(reader, sums.draft) if sums.draft else None,
        "ways": [_way(reader, *one) for one in sums.ways],
        "country": there,
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    gone = bool(line.get("is_gone"))
    return {
        "sku": line["sku"], "name": line["name"], "quantity": line["quantity"], "price": line.get("price", ""),
        "total": line.get("total", ""), "promise": str(line.get("promise", "")), "most": line.get("most", 0),
        "can_be_ordered": not gone and not line["is_short"], "url": whole(line["url"]) if line["url"] else "",
        "picture": whole(line["picture"]) if line["picture"] else "",
    }  # fmt: skip


def _amount(reader: Reader, amount: int) -> dict[str, Any]:
    return {"amount": amount, "text": reader.money(amount)}


def _promotions(reader: Reader, draft: Draft) -> list[dict[str, Any]]:
    language = TAGS[reader.language]
    return [{"name": one.given.promotion.named(language), **_amount(reader, -one.given.off)} for one in draft.promoted]


def _totals(reader: Reader, draft: Draft) -> dict[str, Any]:
    """What it comes to with the cheapest way there."""
    priced = draft.priced
    found = {
        "goods": priced.goods, "discount": priced.discount, "shipping": draft.freight, "tax": priced.tax, "total": priced.total,
    }  # fmt: skip
    return {name: _amount(reader, amount) for name, amount in found.items()}


def _way(reader: Reader, offer: ShippingOffer, rate: RateLine) -> dict[str, Any]:
    return {
        "code": offer.code, "name": reader.said(offer.name_i18n, offer.name), "price": _amount(reader, rate.price),
        "days": [offer.min_days, offer.max_days],
    }  # fmt: skip
