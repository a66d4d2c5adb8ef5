"""The pages of the shop, written out: the first page, shelves and searches, products."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from dingdan.automation.imprint import imprint
from dingdan.insight.shopfront.finding import ORDERS, Found, Wanted, find, newest
from dingdan.insight.shopfront.fronts import Front, Offered, Shelf, option_words, product_of, products_of, shelf_of, shelves_of
from dingdan.insight.shopfront.promises import Promise, Standing, promises_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import parse, plain
from dingdan.masterdata.catalog.rules import said_options
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.web.shared.packing import Packed
from dingdan.web.storefront.addresses import LANGUAGES, whole
from dingdan.web.storefront.offers import lowest_of, offers_of, priced, told
from dingdan.web.storefront.reader import LANGUAGE_NAMES, TAGS, Reader, in_frame, reading
from dingdan.web.storefront.structured import product_data, trail_data, ways_for

IN_CART: Final = "<!--in-cart-->"
"""Where a page says how many things are in the cart of its reader: filled in when it is sent. All share the page."""
_OG_LOCALES: Final = {"zh-hant": "zh_TW", "zh-hans": "zh_CN"}
ON_FIRST_PAGE: Final = 12
ALIKE: Final = 4


@dataclass(frozen=True)
class Page:
    """A page as it is sent to everybody, but for the number in the cart."""

    html: str

    @cached_property
    def digest(self) -> str:
        """What changes when the page does."""
        return hashlib.blake2b(self.html.encode(), digest_size=12).hexdigest()

    @cached_property
    def _parts(self) -> tuple[bytes, bytes]:
        before, _sign, behind = self.html.partition(IN_CART)
        return before.encode(), behind.encode()

    def sent(self, in_cart: int) -> bytes:
        """The page for somebody with so many things in the cart."""
        before, behind = self._parts
        return b"%b%b%b" % (before, _counted(in_cart), behind)

    @cached_property
    def _packed(self) -> Packed:
        return Packed(*self._parts)

    def packed(self, in_cart: int) -> bytes:
        """The same, compressed (gzip): done once for all who ask. Nothing in it is anybody's secret."""
        return self._packed.around(_counted(in_cart))


def _counted(in_cart: int) -> bytes:
    return b"<b>%d</b>" % in_cart if in_cart else b""


def drawn(reader: Reader, template: str, path: str, **more: Any) -> Page:
    """A page of a template; `path` is where it is without its language."""
    context = in_frame(reader, **(around(reader, path) | more))
    return Page(render_to_string(f"storefront/shop/{template}.html", context))


def around(reader: Reader, path: str) -> dict[str, Any]:
    """What stands around a page: the other languages, and who sells."""
    languages = [(code, TAGS[code], LANGUAGE_NAMES[code], reader.in_language(code).home + path) for code in LANGUAGES]
    profile = profile_in_force()
    front = reader.front
    return {
        "canonical": whole(reader.in_language(reader.language).home + path),
        "by_default": whole(reader.to.root + path),
        "image": whole(reader.to.logo(front.logo.digest)) if front.logo else "",
        "og_locale": _OG_LOCALES.get(reader.language, f"en_{front.country}"),
        "languages": [(code, tag, name, address, whole(address)) for code, tag, name, address in languages],
        "language_name": LANGUAGE_NAMES[reader.language],
        "imprint": imprint(profile, reader.locale) if profile else [],
        "in_cart": mark_safe(IN_CART),  # noqa: S308 (a constant)
    }


# ── pictures in lists ────────────────────────────────────────────────────────────────────────────────────────────────────


def cards(reader: Reader, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Products as they stand in a list."""
    products = products_of(reader.front, ids, reader.on)
    articles = [article.of for one in products for article in one.articles]
    promises = promises_of(articles, reader.front.channel, at=reader.at)
    lowest_of(reader, products)  # of all at once
    return [_card(reader, one, [promises[article.of.id] for article in one.articles]) for one in products]


def _card(reader: Reader, one: Offered, promises: list[Promise]) -> dict[str, Any]:
    return {
        "name": reader.said(one.names, one.name),
        "url": reader.to.product(one.slug),
        "picture": reader.to.picture(one.pictures[0].id) if one.pictures else "",
        **priced(reader, one),
        "badge": reader.badge(promises),
        "is_out": all(not promise.can_be_had for promise in promises),
        "initial": reader.said(one.names, one.name)[:1],
    }


# ── the first page ───────────────────────────────────────────────────────────────────────────────────────────────────────


def home_page(reader: Reader) -> Page:
    """The first page: who this is, the shelves, and what came last."""
    front = reader.front
    tops = shelves_of(front)
    faces = {one.slug: newest(front, reader.on, most=1, shelf=one) for one in tops}
    products = {one.id: one for one in products_of(front, [id_ for ids in faces.values() for id_ in ids], reader.on)}
    tiles = [
        {
            "name": reader.said(one.names, one.name),
            "url": reader.to.shelf(one.slug),
            "picture": _face(reader, [products[id_] for id_ in faces[one.slug] if id_ in products]),
        }
        for one in tops
        if faces[one.slug]
    ]
    return drawn(
        reader, "home", "",
        tagline=reader.said(front.row.tagline_i18n, front.row.tagline),
        tiles=tiles, cards=cards(reader, newest(front, reader.on, most=ON_FIRST_PAGE)),
    )  # fmt: skip


def _face(reader: Reader, products: Sequence[Offered]) -> str:
    return next((reader.to.picture(one.pictures[0].id) for one in products if one.pictures), "")


# ── shelves and searches ─────────────────────────────────────────────────────────────────────────────────────────────────


def list_page(reader: Reader, wanted: Wanted, asked: Mapping[str, Sequence[str]]) -> Page:
    """A shelf, or what a search found, with what it can be narrowed by."""
    found = find(reader.front, wanted, reader.on)
    shelf, path = wanted.shelf, f"c/{wanted.shelf.slug}/" if wanted.shelf else "search/"
    here = reader.to.home + path
    name = reader.said(shelf.names, shelf.name) if shelf else ""
    return drawn(
        reader, "list", path,
        heading=name or (_("Search: {words}").format(words=wanted.words) if wanted.words else _("All products")),
        shelf=shelf.slug if shelf else "", wanted=wanted, found=found, here=here, cards=cards(reader, found.ids),
        inner=[(reader.said(one.names, one.name), reader.to.shelf(one.slug)) for one in shelf.inner] if shelf else [],
        trail=_trail(reader, shelf) if shelf else [], facets=_facets(reader, wanted, found), orders=_orders(wanted),
        pages=_pages(here, wanted, found, asked), is_narrowed=bool(wanted.options or wanted.there_only or wanted.most),
        prices=_prices(reader, wanted, found),
    )  # fmt: skip


_Choice = tuple[str, str, int, bool]
"""A value as it is sent, as it is read, how many products have it, and whether it is ticked."""


def _facets(reader: Reader, wanted: Wanted, found: Found) -> list[tuple[str, str, list[_Choice]]]:
    words = option_words(reader.front) if found.facets else {}

    def read(word: str) -> str:
        return said_options({word: word}, words, reader.language)[0][0]

    return [
        (name, read(name), [(value, read(value), count, (name, value) in wanted.options) for value, count in values])
        for name, values in found.facets.items()
    ]


def _orders(wanted: Wanted) -> list[tuple[str, str, bool]]:
    words = {"new": _("Newest first"), "cheap": _("Price: low to high"), "dear": _("Price: high to low"), "name": _("Name")}
    return [(order, words[order], order == wanted.order) for order in ORDERS]


def _prices(reader: Reader, wanted: Wanted, found: Found) -> dict[str, str]:
    """The bounds of prices as they are typed: in whole units of the currency."""
    currency = reader.front.channel.currency
    if not found.prices or found.prices[0] == found.prices[1]:
        return {}
    return {
        "least": plain(wanted.least, currency) if wanted.least is not None else "",
        "most": plain(wanted.most, currency) if wanted.most is not None else "",
        "from": reader.money(found.prices[0]), "to": reader.money(found.prices[1]), "currency": currency,
    }  # fmt: skip


def _pages(here: str, wanted: Wanted, found: Found, asked: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The ways to the page before and the one behind."""
    kept = {name: list(texts) for name, texts in asked.items() if name != "page"}
    page = min(max(wanted.page, 1), found.pages)
    ways = [(page - 1, _("Previous page"))] if page > 1 else []
    ways += [(page + 1, _("Next page"))] if page < found.pages else []
    return [(f"{here}?{urlencode(kept | {'page': [str(number)]}, doseq=True)}", word) for number, word in ways]


def _trail(reader: Reader, shelf: Shelf) -> list[tuple[str, str]]:
    """The shelves around a shelf, the outermost first."""
    around_it = {inner.id: outer for top in shelves_of(reader.front) for outer in top.walk() for inner in outer.inner}
    trail, outer = [], around_it.get(shelf.id)
    while outer is not None:
        trail.append((reader.said(outer.names, outer.name), reader.to.shelf(outer.slug)))
        outer = around_it.get(outer.id)
    return trail[::-1]


# ── a product ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def product_page(front: Front, slug: str, language: str = "") -> Page | None:
    """The page of a product as it is now; None where it is not on offer.

    What is kept is kept under the version of the registers and under what is promised, and both are read every time: so a page
    may come from the shelf, and never says a price or a promise of before.
    """
    with reading(front, language) as reader:
        product = product_of(front, slug, reader.on)
        if product is None:
            return None
        promises = promises_of([one.of for one in product.articles], front.channel, at=reader.at)
        return page_of(reader, product, promises)


def page_of(reader: Reader, product: Offered, promises: Mapping[UUID, Promise]) -> Page:
    """The page of a product with these promises, kept for the next one who is promised the same on that day."""
    told = tuple(promises[one.of.id] for one in product.articles)
    key = ("page", product.slug, reader.to.language, reader.on, reader.today, told)
    return reader.front.kept(key, lambda: _product(reader, product, promises))


def _product(reader: Reader, product: Offered, promises: Mapping[UUID, Promise]) -> Page:
    front, name, offers = reader.front, reader.said(product.names, product.name), offers_of(reader, product)
    description, lowest = reader.said(product.descriptions, product.description), lowest_of(reader, [product])
    shelf = next((one for top in shelves_of(front) for one in top.walk() if one.id == product.category_id), None)
    trail = [*_trail(reader, shelf), (reader.said(shelf.names, shelf.name), reader.to.shelf(shelf.slug))] if shelf else []
    rows = [
        {
            "sku": one.of.sku,
            "name": reader.options_of(one, product),
            "price": reader.money(offers[one.of.id].now),
            "usual": reader.money(one.shown) if offers[one.of.id].is_lower else "",
            "lowest": reader.money(lowest[one.of.id]) if len(set(lowest.values())) > 1 and one.of.id in lowest else "",
            "promise": reader.promised(promises[one.of.id]),
            "standing": promises[one.of.id].standing.value,
            "most": promises[one.of.id].most,
            "can_be_had": promises[one.of.id].can_be_had,
            "taxed": reader.taxed(one.tax),
        }
        for one in product.articles
    ]
    chosen = min(rows, key=lambda row: _PREFERRED.index(row["standing"]))
    alike = [id_ for id_ in newest(front, reader.on, most=ALIKE + 1, shelf=shelf) if id_ != product.id][:ALIKE] if shelf else []
    return drawn(
        reader, "product", f"p/{product.slug}/",
        name=name, description=[part for part in description.split("\n") if part.strip()], trail=trail, rows=rows, chosen=chosen,
        lacking=[row for row in rows if not row["can_be_had"]], wish=reader.to.wish(product.slug),
        is_open=product.is_open, least=plain(product.least, front.channel.currency), currency=front.channel.currency,
        pictures=[(reader.to.picture(one.id), one.alt or name) for one in product.pictures], alike=_names(reader, alike),
        ways=_ways(reader, product), title=name, **priced(reader, product) | {"told": told(list(offers.values()))},
        initial_of=name[:1],
        summary=" ".join(description.split())[:160], data=product_data(reader, product, promises),
        trail_data=trail_data(trail, name), least_now=plain(min(one.now for one in offers.values()), front.channel.currency),
        image=whole(reader.to.picture(product.pictures[0].id)) if product.pictures else "",
    )  # fmt: skip


_PREFERRED: Final = (Standing.THERE, Standing.FEW, Standing.LATER, Standing.AHEAD, Standing.OUT)


def _names(reader: Reader, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Products as they stand below another one: without promises, which their own pages make."""
    there = Promise(Standing.THERE, 1)
    return [_card(reader, one, [there] * len(one.articles)) for one in products_of(reader.front, ids, reader.on)]


def _ways(reader: Reader, product: Offered) -> list[tuple[str, str, str]]:
    """How one piece of the product would get to the country of the storefront: name, price, days."""
    return [
        (
            reader.said(offer.name_i18n, offer.name),
            reader.money(rate.price) if rate.price else _("free"),
            days(offer.min_days, offer.max_days),
        )
        for offer, rate in ways_for(reader, product.articles[0])
    ]


def days(least: int, most: int) -> str:
    """How many days something is on the road."""
    return _("{days} days").format(days=f"{least}–{most}" if least != most else str(most))


def wanted_of(front: Front, asked: Mapping[str, Sequence[str]], shelf: str = "") -> Wanted | None:
    """What an address asks for; None where the shelf is not there. What cannot be read is not asked for."""

    def one(name: str) -> str:
        return asked.get(name, [""])[-1].replace("\0", "").strip()[:80]

    def amount(name: str) -> int | None:
        try:
            return parse(one(name), front.channel.currency).amount if one(name) else None
        except Refusal:
            return None

    there = shelf_of(front, shelf) if shelf else None
    if shelf and there is None:
        return None
    pairs = tuple((name, value) for name, sign, value in (text.partition(":") for text in asked.get("o", [])[:20]) if sign)
    return Wanted(
        words=one("q"), shelf=there, options=pairs, least=amount("least"), most=amount("most"),
        there_only=bool(one("there")), order=one("order") if one("order") in ORDERS else "new",
        page=int(one("page")) if one("page").isdecimal() and len(one("page")) < 5 else 1,
    )  # fmt: skip
