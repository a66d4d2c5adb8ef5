"""Storefronts and what stands on their shelves, kept in the process for as long as the registers stay as they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from dingdan.kernel.entries import register_version
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import round_minor
from dingdan.kernel.tenancy import current_tenant_id, tenant_scope
from dingdan.masterdata.catalog.lifecycle import PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.models import Category, Product, Variant
from dingdan.masterdata.catalog.queries import categories, images_of, variants_by_id
from dingdan.masterdata.catalog.rules import ProductKind, Sellable
from dingdan.masterdata.pricing.queries import price_book, tax_rates
from dingdan.masterdata.pricing.rules import UNTAXED, Tax, price_at
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.queries import logo_told, storefront
from dingdan.trade.orders.queries import channels
from dingdan.trade.orders.rules import ChannelTerms

MOST_KEPT: Final = 4_000
"""Answers of one storefront that are kept; the one that was not asked for longest goes first."""
MOST_FRONTS: Final = 64
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo of a storefront: its bytes are read where they are needed. ``digest`` changes when they do."""

    digest: str
    alt: str


@dataclass(slots=True)
class Front:
    """A storefront at one version of the registers, with whatever was read and written for it since."""

    tenant_id: UUID
    slug: str
    shop_name: str
    time_zone: str
    row: Storefront
    channel: ChannelTerms
    country: str
    registers: int
    logo: Logo | None = None
    _kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def title(self) -> str:
        """What the storefront is called."""
        return self.row.title or self.shop_name

    def known(self, key: Any) -> Any:
        """What was kept under a key; None where nothing was."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Any, made: Any) -> None:
        """Keep something under a key; what was not asked for longest goes."""
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def kept(self, key: Any, make: Callable[[], V]) -> V:
        """What was made under a key before, else what is made now. Two at once may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(V, self._kept[key])
        made = make()
        self.keep(key, made)
        return made


_fronts: dict[UUID, Front | tuple[int, None]] = {}
_tenants: dict[str, UUID] = {}


def tenant_of(slug: str) -> UUID | None:
    """The tenant of that slug; None where there is none. What was found once is known for good."""
    if slug not in _tenants:
        found = Tenant.objects.filter(slug=slug).values_list("id", flat=True).first()
        if found is None:
            return None
        _tenants[slug] = found
    return _tenants[slug]


def front_of(slug: str) -> Front | None:
    """The open storefront of the tenant with that slug, as it is now; None where none is. One statement once it is known."""
    tenant_id = tenant_of(slug)
    if tenant_id is None:
        return None
    with tenant_scope(tenant_id):
        return front_in_scope()


def front_in_scope() -> Front | None:
    """The open storefront of the tenant in scope, as it is now."""
    tenant_id, registers = current_tenant_id(), register_version()
    known = _fronts.get(tenant_id)
    if isinstance(known, Front) and known.registers == registers:
        return known
    if isinstance(known, tuple) and known[0] == registers:
        return None
    made = _read(tenant_id, registers)
    if len(_fronts) >= MOST_FRONTS:
        _fronts.pop(next(iter(_fronts)), None)
    _fronts[tenant_id] = made or (registers, None)
    return made


def _read(tenant_id: UUID, registers: int) -> Front | None:
    row = storefront()
    channel = next((one for one in channels(registers) if row and one.code == row.code and one.open), None)
    if row is None or channel is None:
        return None
    tenant, logo = Tenant.objects.get(id=tenant_id), logo_told(row.id)
    return Front(
        tenant_id=tenant_id, slug=tenant.slug, shop_name=tenant.name, time_zone=tenant.time_zone, row=row, channel=channel,
        country=row.country or tenant.country, registers=registers,
        logo=Logo(*logo) if logo else None,
    )  # fmt: skip


# ── categories ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with those inside of it. ``ids`` are its own and theirs."""

    id: UUID
    slug: str
    name: str
    names: Mapping[str, str]
    inner: tuple[Shelf, ...]
    parent_id: UUID | None

    @property
    def ids(self) -> list[UUID]:
        """Its id and those of all inside of it."""
        return [self.id, *(id_ for one in self.inner for id_ in one.ids)]

    def walk(self) -> list[Shelf]:
        """It and all inside of it."""
        return [self, *(one for inner in self.inner for one in inner.walk())]


def shelves_of(front: Front) -> tuple[Shelf, ...]:
    """The categories that stand in no other, in the shop's order."""
    return front.kept("shelves", lambda: _shelves(categories(), None))


def _shelves(rows: Sequence[Category], parent_id: UUID | None) -> tuple[Shelf, ...]:
    return tuple(
        Shelf(row.id, row.slug, row.name, row.name_i18n, _shelves(rows, row.id), parent_id)
        for row in rows
        if row.parent_id == parent_id
    )


def shelf_of(front: Front, slug: str) -> Shelf | None:
    """The category of that slug, where it is shown."""
    return next((one for top in shelves_of(front) for one in top.walk() if one.slug == slug), None)


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a product."""

    id: UUID
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A variant as it is offered: its price for one in minor units, as the channel says it, with or without the tax."""

    of: Sellable
    options: Mapping[str, str]
    price: Decimal
    tax: Tax
    until: date | None = None
    """The last day of that price, where its list has one."""

    @property
    def shown(self) -> int:
        """The price as it is shown, in whole minor units."""
        return round_minor(self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A product on offer, with its articles that have a price."""

    id: UUID
    slug: str
    name: str
    names: Mapping[str, str]
    description: str
    descriptions: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    """By language, what names and values of the options of its articles are called there."""
    category_id: UUID | None
    kind: str
    is_open: bool
    """Whether the buyer says the amount (of a gift card)."""
    articles: tuple[Article, ...]
    pictures: tuple[Picture, ...]

    @property
    def least(self) -> int:
        """The lowest price of its articles, in minor units."""
        return min(one.shown for one in self.articles)

    @property
    def differs(self) -> bool:
        """Whether its articles have different prices."""
        return len({one.shown for one in self.articles}) > 1


def option_words(front: Front) -> Mapping[str, Mapping[str, str]]:
    """By language, what the options of any product on offer are called there: of several words the oldest product's."""

    def read() -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        rows = Product.objects.filter(state=PRODUCT_LIFE.initial).exclude(options_i18n={}).order_by("id")
        for told in rows.values_list("options_i18n", flat=True):
            for tag, words in told.items():
                found[tag] = words | found.get(tag, {})
        return found

    return front.kept("option words", read)


def product_of(front: Front, slug: str, on: date) -> Offered | None:
    """A product on offer on a day by its slug; None where it is not."""

    def read() -> Offered | None:
        return next(iter(_offered(front, list(Product.objects.filter(slug=slug, state=PRODUCT_LIFE.initial)), on)), None)

    return front.kept(("product", slug, on), read)


def products_of(front: Front, ids: Sequence[UUID], on: date) -> list[Offered]:
    """Those of the products that are on offer on a day, in the order of their ids. A few statements for all that are new."""
    known = {id_: front.known(("product", id_, on)) for id_ in ids}
    missing = [id_ for id_, one in known.items() if one is None]
    for one in _offered(front, list(Product.objects.filter(id__in=missing, state=PRODUCT_LIFE.initial)), on):
        known[one.id] = one
        front.keep(("product", one.id, on), one)
    return [one for id_ in ids if (one := known[id_]) is not None]


def _offered(front: Front, rows: Sequence[Product], on: date) -> list[Offered]:
    if not rows:
        return []
    ids = [row.id for row in rows]
    variants = list(Variant.objects.filter(product__in=ids, state=VARIANT_LIFE.initial).order_by("id"))
    sellables = variants_by_id([one.id for one in variants])
    book = price_book(front.channel.id, sellables, customer_group="", on=on, currency=front.channel.currency)
    taxes = front.kept(("taxes", on), lambda: tax_rates(front.country, "", on))
    pictures = images_of(ids)
    articles: dict[UUID, list[Article]] = {}
    for one in variants:
        offer = price_at(book.get(one.id, ()), 1)
        if offer is not None:
            of = sellables[one.id]
            tax = UNTAXED if of.kind == ProductKind.GIFT_CARD else taxes.get(of.tax_class, UNTAXED)
            found = Article(of=of, options=one.options, price=offer.unit_price, tax=tax, until=offer.ends_on)
            articles.setdefault(one.product_id, []).append(found)
    return [
        Offered(
            id=row.id, slug=row.slug, name=row.name, names=row.name_i18n, description=row.description,
            descriptions=row.description_i18n, words=row.options_i18n, category_id=row.category_id, kind=row.kind,
            is_open=row.open_amount,
            articles=tuple(articles[row.id]), pictures=tuple(Picture(one.id, one.alt) for one in pictures[row.id]),
        )
        for row in rows
        if row.id in articles
    ]  # fmt: skip
