"""A product as search engines read it: schema.org, with what the rules of the shop say of shipping and returns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe

from dingdan.insight.shopfront.fronts import Article, Offered
from dingdan.insight.shopfront.promises import Promise, Standing
from dingdan.kernel.money import plain
from dingdan.masterdata.catalog.rules import ProductKind
from dingdan.masterdata.policies.queries import rules_in_force
from dingdan.masterdata.policies.rules import LineFacts, Rule, verdict
from dingdan.masterdata.pricing.queries import shipping_table
from dingdan.masterdata.pricing.rules import Destination, RateLine, ShippingOffer, cheapest_ways
from dingdan.trade.orders.queries import promotions
from dingdan.web.storefront.addresses import whole
from dingdan.web.storefront.offers import Offer, offers_of, shelves_of_product
from dingdan.web.storefront.reader import Reader

SCHEMA: Final = "https://schema.org/"
UNWANTED: Final = "unwanted"
"""Why goods come back that nothing is the matter with."""
_STANDINGS: Final = {
    Standing.THERE: "InStock", Standing.FEW: "LimitedAvailability", Standing.LATER: "BackOrder", Standing.AHEAD: "PreOrder",
    Standing.OUT: "OutOfStock",
}  # fmt: skip


def product_data(reader: Reader, product: Offered, promises: Mapping[UUID, Promise]) -> SafeString:
    """The product, with an offer of each of its articles."""
    name = reader.said(product.names, product.name)
    found = {
        "@context": SCHEMA.rstrip("/"), "@type": "Product", "name": name, "url": whole(reader.to.product(product.slug)),
        "sku": product.articles[0].of.sku, "description": reader.said(product.descriptions, product.description) or name,
        "image": [whole(reader.to.picture(one.id)) for one in product.pictures],
        "offers": [_offer(reader, product, one, promises[one.of.id]) for one in product.articles],
    }  # fmt: skip
    return _written({key: value for key, value in found.items() if value})


def trail_data(trail: Sequence[tuple[str, str]], here: str) -> SafeString:
    """Where the product stands: from the first shelf to itself. Empty where it stands on none."""
    if not trail:
        return SafeString()
    steps = [{"name": name, "item": whole(path)} for name, path in trail] + [{"name": here}]
    rows = [{"@type": "ListItem", "position": place, **step} for place, step in enumerate(steps, 1)]
    return _written({"@context": SCHEMA.rstrip("/"), "@type": "BreadcrumbList", "itemListElement": rows})


def _written(found: Mapping[str, Any]) -> SafeString:
    text = json.dumps(found, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 (no sign of markup is left in it)


def _offer(reader: Reader, product: Offered, article: Article, promise: Promise) -> dict[str, Any]:
    offer, currency = offers_of(reader, product)[article.of.id], reader.front.channel.currency
    until = _valid_until(reader, product, article, offer)
    found: dict[str, Any] = {
        "@type": "Offer", "sku": article.of.sku, "url": whole(reader.to.product(product.slug)),
        "price": plain(offer.now, currency), "priceCurrency": currency,
        "priceValidUntil": until.isoformat() if until else "", "availability": SCHEMA + _STANDINGS[promise.standing],
        "shippingDetails": [_shipping(reader, *way) for way in ways_for(reader, article)],
        "hasMerchantReturnPolicy": _returns(reader, article),
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _valid_until(reader: Reader, product: Offered, article: Article, offer: Offer) -> date | None:
    """The last day of the price, as far as it is known: of its list, or of what lowers it."""
    ends = [article.until]
    if offer.is_lower:
        shelves = shelves_of_product(reader, product)
        ends += [one.ends_on for one in promotions(reader.front.registers) if one.is_about(article.of.sku, shelves)]
    return min((day for day in ends if day and day >= reader.today), default=None)


# ── shipping ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ways_for(reader: Reader, article: Article) -> list[tuple[ShippingOffer, RateLine]]:
    """How one piece would get to the country of the storefront; no way at all for what is not shipped."""
    front = reader.front
    if not article.of.stocked(1):
        return []
    table = front.kept("ways", lambda: shipping_table(front.channel.currency))
    there, weight = Destination(front.country), article.of.shipped_grams
    return list(cheapest_ways(table, there, weight_grams=weight, amount=article.shown).values())


def _shipping(reader: Reader, offer: ShippingOffer, rate: RateLine) -> dict[str, Any]:
    days = {"@type": "QuantitativeValue", "minValue": offer.min_days, "maxValue": offer.max_days, "unitCode": "DAY"}
    return {
        "@type": "OfferShippingDetails", "shippingRate": _amount(reader, rate.price), "shippingDestination": _there(reader),
        "deliveryTime": {"@type": "ShippingDeliveryTime", "transitTime": days},
    }  # fmt: skip


def _amount(reader: Reader, amount: int) -> dict[str, Any]:
    currency = reader.front.channel.currency
    return {"@type": "MonetaryAmount", "value": plain(amount, currency), "currency": currency}


def _there(reader: Reader) -> dict[str, Any]:
    return {"@type": "DefinedRegion", "addressCountry": reader.front.country}


# ── returns ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _returns(reader: Reader, article: Article) -> dict[str, Any] | None:
    """What the shop's rules say of a piece that nothing is the matter with; nothing where no rule is about it."""
    rule = _rule_for(reader, article) if article.of.kind != ProductKind.GIFT_CARD else None
    if rule is None:
        return None
    found: dict[str, Any] = {"@type": "MerchantReturnPolicy", "applicableCountry": reader.front.country}
    if not rule.allows:
        return found | {"returnPolicyCategory": SCHEMA + "MerchantReturnNotPermitted"}
    window = "MerchantReturnUnlimitedWindow" if rule.window_days is None else "MerchantReturnFiniteReturnWindow"
    found |= {"returnPolicyCategory": SCHEMA + window, "returnMethod": SCHEMA + "ReturnByMail", **_fees(reader, rule)}
    return found if rule.window_days is None else found | {"merchantReturnDays": rule.window_days}


def _fees(reader: Reader, rule: Rule) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if rule.restocking_rate:
        kept["restockingFee"] = float(rule.restocking_rate * 100)
    elif rule.restocking_fee:
        kept["restockingFee"] = _amount(reader, rule.restocking_fee)
    if rule.shipping_paid_by != "customer":
        return {"returnFees": SCHEMA + "FreeReturn", **kept}
    if rule.shipping_fee:
        fee = _amount(reader, rule.shipping_fee)
        return {"returnFees": SCHEMA + "ReturnShippingFees", "returnShippingFeesAmount": fee, **kept}
    return {"returnFees": SCHEMA + "ReturnFeesCustomerResponsibility", **kept}


def _rule_for(reader: Reader, article: Article) -> Rule | None:
    front = reader.front
    rules = front.kept("return rules", rules_in_force)
    facts = LineFacts(
        sku=article.of.sku, tax_class=article.of.tax_class, channel=front.channel.code, country=front.country,
        currency=front.channel.currency, time_zone=front.channel.time_zone, placed_at=reader.at, shipped_at=None,
        delivered_at=None, units=1, worth=article.shown, reason=UNWANTED,
    )  # fmt: skip
    rule_id = verdict(facts, rules, at=reader.at).rule_id
    return next((one for one in rules if one.id == rule_id), None)
