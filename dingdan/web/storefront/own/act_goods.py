"""The goods of an order as its pages show them, and what else could be had in their place or besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from dingdan.insight.shopfront.finding import Wanted, find
from dingdan.insight.shopfront.fronts import Article, Offered, products_of
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel.quantity import PIECE, UNITS, Unit, plain_quantity
from dingdan.ledgers.inventory.models import Demand
from dingdan.masterdata.catalog.queries import variants_by_id, variants_by_sku
from dingdan.masterdata.catalog.rules import ProductKind, Sellable
from dingdan.trade.aftersales.queries import Standing, standing
from dingdan.trade.aftersales.rules import Line
from dingdan.web.storefront import carts
from dingdan.web.storefront.carts import cart_of
from dingdan.web.storefront.own.acting import counted, text_of
from dingdan.web.storefront.own.opening import Own

MOST_FOUND: Final = 6
MOST_OF_ONE: Final = 99
_ADD: Final = "add-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something of an order that can be chosen: units of a line, or (with `component`) pieces of one part of a kit."""

    line: Line
    most: int
    sku: str
    variant_id: UUID | None
    component: Demand | None = None
    usual: int = 1
    """How much of it is meant where nothing is said."""

    @property
    def key(self) -> str:
        """What tells its fields from those of others."""
        return f"{self.line.id}-{self.component.id}" if self.component else str(self.line.id)


class Goods:
    """The goods of an order, with what the storefront says of their products. Read when it is asked for, and once."""

    def __init__(self, own: Own) -> None:
        self.own = own
        self.standing: Standing = standing(own.order.id)
        self._units: dict[str, Unit] = {}

    @cached_property
    def articles(self) -> Mapping[UUID, Sellable]:
        """The articles of the lines and of the parts of kits, by id."""
        ids = {line.variant_id for line in self.standing.lines if line.variant_id}
        ids |= {demand.variant_id for demands in self.standing.demands.values() for demand in demands}
        return variants_by_id(ids)

    @cached_property
    def offered(self) -> Mapping[UUID, tuple[Article, Offered]]:
        """What of them, and of their sisters, is on offer, by article."""
        ids = list(dict.fromkeys(one.product_id for one in self.articles.values()))
        products = products_of(self.own.reader.front, ids, self.own.reader.on)
        return {article.of.id: (article, product) for product in products for article in product.articles}

    @property
    def sells_here(self) -> bool:
        """Whether the order is of the channel of this storefront: only then are its prices those of the order."""
        front = self.own.reader.front
        return self.own.order.channel_id == front.channel.id and self.own.order.currency == front.channel.currency

    def name_of(self, variant_id: UUID | None, otherwise: str) -> str:
        """What an article is called in the reader's language, with what tells it from its sisters."""
        article, product = self.offered.get(variant_id, (None, None)) if variant_id else (None, None)
        return otherwise if article is None or product is None else self._called(article, product)

    def _called(self, article: Article, product: Offered) -> str:
        name = self.own.reader.said(product.names, product.name)
        options = self.own.reader.options_of(article, product) if len(product.articles) > 1 else ""
        return f"{name} · {options}" if options else name

    def drawn(self, variant_id: UUID | None, name: str) -> dict[str, str]:
        """What a page needs to draw an article: its name, its picture or the first letter."""
        _article, product = self.offered.get(variant_id, (None, None)) if variant_id else (None, None)
        picture = self.own.reader.to.picture(product.pictures[0].id) if product and product.pictures else ""
        called = self.name_of(variant_id, name)
        return {"name": called, "picture": picture, "initial": called[:1]}

    def unit_of(self, variant_id: UUID | None) -> Unit:
        """How an article is counted."""
        known = self.articles.get(variant_id) if variant_id else None
        return UNITS[known.unit] if known else PIECE

    def called(self, skus: Iterable[str]) -> dict[str, str]:
        """What articles are called in the reader's language, by SKU, also such that are not in the order."""
        known, reader = variants_by_sku(list(skus)), self.own.reader
        self._units |= {sku: UNITS[one.unit] for sku, one in known.items()}
        products = products_of(reader.front, list({one.product_id for one in known.values()}), reader.on)
        names = {article.of.sku: self._called(article, product) for product in products for article in product.articles}
        return {sku: names.get(sku, one.name) for sku, one in known.items()}

    def unit_of_sku(self, sku: str) -> Unit:
        """How an article is counted whose name was asked for."""
        return self._units.get(sku, PIECE)

    def sisters(self, variant_id: UUID | None) -> list[tuple[str, str, bool]]:
        """The other articles of the same product: SKU, what it is and costs, whether it can be had now."""
        _article, product = self.offered.get(variant_id, (None, None)) if variant_id else (None, None)
        if product is None or not self.sells_here:
            return []
        others = [one for one in product.articles if one.of.id != variant_id]
        promised = promises_of([one.of for one in others], self.own.reader.front.channel, at=self.own.reader.at)
        return [(one.of.sku, self._priced(one, product), promised[one.of.id].can_be_had) for one in others]

    def _priced(self, one: Article, product: Offered) -> str:
        return f"{self.own.reader.options_of(one, product)} · {self.own.reader.money(one.shown)}"

    # ── what can come back, or about which something can be said ─────────────────────────────────────────────────────────

    def returnable(self) -> Iterator[Choice]:
        """Everything that may still be asked to come back: lines, and of kits their parts."""
        for line in self.standing.lines:
            row = self.standing.rows[line.id]
            if line.goods and self.standing.returnable(line) > 0:
                yield Choice(line=line, most=self.standing.returnable(line), sku=row.sku, variant_id=row.variant_id)
            for demand in self.standing.demands.get(line.id, ()):
                if demand.variant_id != row.variant_id and self.standing.loose(line, demand) > 0:
                    sku = self.articles[demand.variant_id].sku
                    most = self.standing.loose(line, demand)
                    yield Choice(line=line, most=most, sku=sku, variant_id=demand.variant_id, component=demand)

    def claimable(self) -> Iterator[Choice]:
        """Everything about which something can be said that was wrong."""
        for line in self.standing.lines:
            row, most = self.standing.rows[line.id], self.standing.claimable(line)
            if line.goods and most > 0:
                yield Choice(line=line, most=most, sku=row.sku, variant_id=row.variant_id)

    def row_of(self, unit: Choice) -> dict[str, Any]:
        """One of them as a form shows it, with what was chosen of it."""
        post, counts = self.own.request.POST, self.unit_of(unit.variant_id)
        otherwise = self.articles[unit.variant_id].name if unit.component and unit.variant_id else unit.line.name
        quantity = counted(self.own, f"q-{unit.key}", unit.usual, least=1, most=unit.most, unit=counts)
        return {
            **self.drawn(unit.variant_id, otherwise), "key": unit.key, "field": f"q-{unit.key}",
            "quantity": plain_quantity(quantity, counts), "most": plain_quantity(unit.most, counts),
            "has_some": unit.most > 1, "steps": not counts.decimals,
            "is_taken": f"take-{unit.key}" in post, "is_part": unit.component is not None, "of": unit.line.name,
            "why": post.get(f"why-{unit.key}", ""), "how": post.get(f"how-{unit.key}", ""),
        }  # fmt: skip

    def taken(self, units: Iterable[Choice]) -> list[tuple[Choice, int]]:
        """What was chosen of them, and how much of each."""
        post = self.own.request.POST
        return [
            (unit, counted(self.own, f"q-{unit.key}", unit.usual, least=1, most=unit.most, unit=self.unit_of(unit.variant_id)))
            for unit in units
            if f"take-{unit.key}" in post
        ]

    # ── what else the shop has ───────────────────────────────────────────────────────────────────────────────────────────

    def added(self) -> dict[UUID, int]:
        """How many of which articles were asked for besides, by id."""
        found = {}
        for field in self.own.request.POST:
            if field.startswith(_ADD):
                try:
                    id_ = UUID(field.removeprefix(_ADD))
                except ValueError:
                    continue
                found[id_] = counted(self.own, field, 0, most=MOST_OF_ONE)
        return found

    def besides(self) -> dict[str, Any]:
        """What could be had besides: what was chosen, what is in the cart, and what a search found."""
        if not self.sells_here:
            return {"is_open": False}
        own, words, chosen = self.own, text_of(self.own, "find", 80), self.added()
        cart = cart_of(own.request.COOKIES.get(carts.COOKIE, ""))
        inside = {line.sku: line.quantity for line in cart.wanted.lines} if cart and cart.is_open else {}
        in_cart = {one.product_id for one in variants_by_sku(list(inside)).values()}
        meant = find(own.reader.front, Wanted(words=words), own.reader.on).ids[:MOST_FOUND] if words else ()
        kept = {one.product_id for one in variants_by_id([id_ for id_, many in chosen.items() if many]).values()}
        ids = list(dict.fromkeys([*kept, *meant, *in_cart]))
        rows = self._rows(products_of(own.reader.front, ids, own.reader.on), chosen)
        return {
            "is_open": True, "find": words, "has_looked": bool(words),
            "chosen": [row for row in rows if row["count"] or row["product_id"] in meant],
            "from_cart": [row | {"in_cart": inside[row["sku"]]} for row in rows if row["sku"] in inside and not row["count"]],
        }  # fmt: skip

    def _rows(self, products: list[Offered], chosen: Mapping[UUID, int]) -> list[dict[str, Any]]:
        reader = self.own.reader
        articles = [(one, product) for product in products for one in product.articles if _can_be_added(product)]
        promised = promises_of([one.of for one, _product in articles], reader.front.channel, at=reader.at)
        rows = []
        for one, product in articles:
            name, promise = reader.said(product.names, product.name), promised[one.of.id]
            options = reader.options_of(one, product) if len(product.articles) > 1 else ""
            rows.append(
                {
                    "id": one.of.id, "sku": one.of.sku, "name": name, "options": options, "initial": name[:1],
                    "picture": reader.to.picture(product.pictures[0].id) if product.pictures else "",
                    "price": reader.money(one.shown), "promise": reader.promised(promise), "standing": promise.standing.value,
                    "can_be_had": promise.can_be_had, "count": chosen.get(one.of.id, 0), "product_id": product.id,
                    "field": f"{_ADD}{one.of.id}",
                }
            )  # fmt: skip
        return rows


def _can_be_added(product: Offered) -> bool:
    return product.kind != ProductKind.GIFT_CARD and not product.is_open
