"""Products found: by half a name in any script, with a letter wrong, on a shelf, narrowed by what tells articles apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from dingdan.insight.shopfront.fronts import Front, Shelf
from dingdan.kernel.finding import asked_tokens, like, pairs_in, plain
from dingdan.kernel.tenancy import current_tenant_id

MOST_FOUND: Final = 2_000
"""So many products are looked at; whoever finds more narrows it down."""
A_PAGE: Final = 24
LONGEST_QUERY: Final = 80
MOST_WORDS: Final = 6
MOST_KNOWN_WORDS: Final = 50_000
SHORTEST_MISTYPED: Final = 4
ORDERS: Final = ("new", "cheap", "dear", "name")
MOST_CHOICES: Final = 12
"""Values of one option that can be chosen from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for. ``options`` are name and value; prices in minor units."""

    words: str = ""
    shelf: Shelf | None = None
    options: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None
    there_only: bool = False
    order: str = "new"
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of products by id. ``meant`` is what was looked for instead, where nothing bore the words that were typed."""

    ids: tuple[UUID, ...]
    count: int
    pages: int
    meant: str = ""
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    prices: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    name: str
    options: Sequence[Mapping[str, str]]
    price: int
    is_there: bool


# What is on offer, each with its cheapest price in this channel. Which price counts where lists differ, `price_book` says on the
# pages; here the lowest one is near enough to sort by.
_FOUND = """
SELECT product.id, product.name, array_agg(variant.options ORDER BY variant.id), min(price.unit_price),
    bool_or(NOT variant.needs_stock OR variant.shortage <> 'deny' OR EXISTS (
        SELECT FROM inventory_balance AS balance WHERE balance.tenant_id = %(tenant)s AND balance.variant_id = variant.id
          AND balance.on_hand > balance.reserved + balance.safety))
FROM catalog_product AS product
JOIN catalog_variant AS variant
  ON variant.tenant_id = %(tenant)s AND variant.product_id = product.id AND variant.state = 'active'
JOIN pricing_price AS price ON price.tenant_id = %(tenant)s AND price.variant_id = variant.id AND price.min_quantity = 1
JOIN pricing_pricelist AS list ON list.tenant_id = %(tenant)s AND list.id = price.price_list_id
  AND list.state = 'active' AND list.currency = %(currency)s AND list.customer_group = ''
  AND (list.channel_id IS NULL OR list.channel_id = %(channel)s)
  AND (list.starts_on IS NULL OR list.starts_on <= %(on)s) AND (list.ends_on IS NULL OR list.ends_on >= %(on)s)
WHERE product.tenant_id = %(tenant)s AND product.state = 'active'
  AND (%(shelves)s::uuid[] IS NULL OR product.category_id = ANY(%(shelves)s::uuid[]))
  AND (%(pairs)s::text[] IS NULL OR product.id IN (
    SELECT named.id FROM catalog_product AS named WHERE named.tenant_id = %(tenant)s
      AND catalog_pairs(named.name || ' ' || named.name_i18n::text) @> %(pairs)s::text[]
      AND (named.name || ' ' || named.name_i18n::text) ILIKE ALL (%(likes)s::text[])
    UNION SELECT coded.product_id FROM catalog_variant AS coded WHERE coded.tenant_id = %(tenant)s AND coded.sku = %(sku)s))
GROUP BY product.tenant_id, product.id
ORDER BY EXISTS (SELECT FROM catalog_productimage AS image
    WHERE image.tenant_id = %(tenant)s AND image.product_id = product.id AND image.erased_at IS NULL) DESC, product.id DESC
LIMIT %(most)s
"""


def find(front: Front, wanted: Wanted, on: date) -> Found:
    """A page of what somebody looks for. Where nothing bears the words, the nearest words that the shop has are looked for."""
    words = _words(wanted.words)
    rows, meant = _rows(front, words, wanted.shelf, on), ""
    if not rows and words:
        nearer = [_nearest(word, known_words(front)) for word in words]
        if nearer != words:
            meant = " ".join(nearer)
            rows = _rows(front, nearer, wanted.shelf, on)
    facets = _facets(rows)
    prices = (min(row.price for row in rows), max(row.price for row in rows)) if rows else None
    rows = _sorted([row for row in rows if _fits(row, wanted)], wanted.order)
    pages = max(1, -(-len(rows) // A_PAGE))
    start = (min(max(wanted.page, 1), pages) - 1) * A_PAGE
    ids = tuple(row.id for row in rows[start : start + A_PAGE])
    return Found(ids=ids, count=len(rows), pages=pages, meant=meant if rows else "", facets=facets, prices=prices)


def _words(text: str) -> list[str]:
    """The words of a query, and the parts of its Chinese."""
    asked = asked_tokens(text[:LONGEST_QUERY])
    return asked[0][:MOST_WORDS] if asked else []


def _rows(front: Front, words: Sequence[str], shelf: Shelf | None, on: date) -> list[_Row]:
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "currency": front.channel.currency, "channel": front.channel.id, "on": on,
        "shelves": shelf.ids if shelf else None, "most": MOST_FOUND,
        "pairs": sorted({pair for word in words for pair in pairs_in(word)}) if words else None,
        "likes": [like(word) for word in words], "sku": " ".join(words).upper()[:64],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, params)
        return [_Row(id_, name, _options(raw), round(price), there) for id_, name, raw, price, there in cursor.fetchall()]


def _options(raw: Sequence[Any]) -> list[Mapping[str, str]]:
    return [orjson.loads(one) if isinstance(one, str | bytes) else one for one in raw]


def known_words(front: Front) -> frozenset[str]:
    """The words in the names of what the shop sells, read once in a version of the registers."""
    return front.kept("words", _read_words)


_WORDS = """
SELECT DISTINCT word FROM catalog_product AS product,
    regexp_split_to_table(lower(product.name || ' ' || product.name_i18n::text), '[^[:alnum:]]+') AS word
WHERE product.tenant_id = %(tenant)s AND product.state = 'active' AND length(word) >= %(least)s LIMIT %(most)s
"""


def _read_words() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, {"tenant": current_tenant_id(), "least": SHORTEST_MISTYPED, "most": MOST_KNOWN_WORDS})
        return frozenset(plain(word) for (word,) in cursor.fetchall())


def _nearest(word: str, known: frozenset[str]) -> str:
    """The word that the shop has and that comes nearest to one that it does not have."""
    if len(word) < SHORTEST_MISTYPED or word in known or any(word in one for one in known):
        return word
    near = [one for one in known if abs(len(one) - len(word)) <= 2]
    return next(iter(get_close_matches(word, near, n=1, cutoff=0.75)), word)


def _fits(row: _Row, wanted: Wanted) -> bool:
    if wanted.there_only and not row.is_there:
        return False
    if (wanted.least is not None and row.price < wanted.least) or (wanted.most is not None and row.price > wanted.most):
        return False
    asked: dict[str, set[str]] = {}
    for name, value in wanted.options:
        asked.setdefault(name, set()).add(value)
    return not asked or any(all(one.get(name) in values for name, values in asked.items()) for one in row.options)


def _facets(rows: Sequence[_Row]) -> dict[str, list[tuple[str, int]]]:
    """By option, its values with how many products have each; of as many, in the order of the variants (S before M)."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        for name, value in dict.fromkeys(pair for one in row.options for pair in one.items()):
            counts.setdefault(name, Counter())[value] += 1
    return {name: found.most_common(MOST_CHOICES) for name, found in sorted(counts.items()) if len(found) > 1}


def _sorted(rows: list[_Row], order: str) -> list[_Row]:
    if order == "cheap":
        return sorted(rows, key=lambda row: row.price)
    if order == "dear":
        return sorted(rows, key=lambda row: -row.price)
    return sorted(rows, key=lambda row: row.name.casefold()) if order == "name" else rows


def newest(front: Front, on: date, *, most: int, shelf: Shelf | None = None) -> tuple[UUID, ...]:
    """The products that came last, those with pictures first."""
    key = ("newest", shelf.id if shelf else None, on)
    return front.kept(key, lambda: find(front, Wanted(shelf=shelf), on).ids)[:most]


_SLUGS = """
SELECT product.slug FROM catalog_product AS product
WHERE product.tenant_id = %(tenant)s AND product.state = 'active' AND EXISTS (
    SELECT FROM catalog_variant AS variant
    JOIN pricing_price AS price ON price.tenant_id = %(tenant)s AND price.variant_id = variant.id
    JOIN pricing_pricelist AS list ON list.tenant_id = %(tenant)s AND list.id = price.price_list_id
      AND list.state = 'active' AND list.currency = %(currency)s AND list.customer_group = ''
      AND (list.channel_id IS NULL OR list.channel_id = %(channel)s)
      AND (list.starts_on IS NULL OR list.starts_on <= %(on)s) AND (list.ends_on IS NULL OR list.ends_on >= %(on)s)
    WHERE variant.tenant_id = %(tenant)s AND variant.product_id = product.id AND variant.state = 'active')
ORDER BY product.id DESC LIMIT %(most)s
"""
MOST_IN_MAP: Final = 200_000
"""So many products are told search engines of."""


def offered_slugs(front: Front, on: date) -> list[str]:
    """The slugs of everything on offer on a day, the newest first."""
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "currency": front.channel.currency, "channel": front.channel.id, "on": on,
        "most": MOST_IN_MAP,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SLUGS, params)
        return [slug for (slug,) in cursor.fetchall()]
