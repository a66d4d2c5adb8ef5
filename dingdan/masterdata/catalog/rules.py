"""What kinds of things are sold, what each kind needs, and what a draft must look like to be written down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.quantity import UNITS, checked_quantity
from dingdan.kernel.text import clean_text, one_of

LARGEST_MEASURE: Final = 10**12
MOST_OPTIONS: Final = 12
MOST_OPTION_WORDS: Final = 200
MOST_COMPONENTS: Final = 100
MOST_POSITION: Final = 1_000_000
DEEPEST: Final = 5
"""So many categories stand inside of each other at most."""
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.ASCII)


class ProductKind(StrEnum):
    """What a product is. Only goods lie on shelves; a kit is reserved as its components, a gift card is money in another form."""

    GOODS = "goods"
    DIGITAL = "digital"
    SERVICE = "service"
    KIT = "kit"
    GIFT_CARD = "gift_card"


LONGEST_VALIDITY: Final = 1200
"""Months."""


class Tracking(StrEnum):
    """How closely pieces are told apart: not at all, by lot, or one by one."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


class Shortage(StrEnum):
    """What happens when too much is ordered: refused, promised from the next receipt, or promised before the first one."""

    DENY = "deny"
    BACKORDER = "backorder"
    PREORDER = "preorder"


class SlugNotUsable(Refusal):
    """A slug becomes part of an address, so it is plain."""

    status = 422
    sentence = _("“{slug}” cannot be a slug.")
    remedy = _("Use small letters a–z, digits and single dashes between them, such as blue-mug.")


class MeasureNotUsable(Refusal):
    """A weight, length or limit is a whole number from zero."""

    status = 422
    sentence = _("“{value}” is not a whole number from 0 to 1,000,000,000,000.")
    remedy = _("Give weights in grams and lengths in millimeters, as whole numbers.")


class KitNeedsComponents(Refusal):
    """A kit is made of other variants."""

    status = 422
    sentence = _("A kit needs components.")
    remedy = _("Name at least one component with its SKU and quantity.")


class OnlyKitsHaveComponents(Refusal):
    """Components were given for something that is no kit."""

    status = 422
    sentence = _("Only a kit has components.")
    remedy = _("Leave the components out, or make the product a kit.")


class TooMany(Refusal):
    """A list is longer than is sensible."""

    status = 422
    sentence = _("{count} are too many; {most} is the most.")
    remedy = _("Give at most {most}.")


class OnlyStockIsTracked(Refusal):
    """Lots and serials are of things that lie in stock."""

    status = 422
    sentence = _("Only goods that are kept in stock have lots or serial numbers.")
    remedy = _("Set the tracking to none, or keep the variant in stock.")


class OnlyForGiftCards(Refusal):
    """A validity or an open amount was given for something that is no gift card."""

    status = 422
    sentence = _("Only gift cards are valid for a time and have open amounts.")
    remedy = _("Leave both out, or make the product a gift card.")


class ValidityNotUsable(Refusal):
    """A gift card is valid for whole months."""

    status = 422
    sentence = _("A gift card cannot be valid for {months} months.")
    remedy = _("Give 1 to 1200 months, or nothing for a card that never expires.")


class NotAPicture(Refusal):
    """Only what every browser shows as a picture is put on a product."""

    status = 422
    sentence = _("A product is shown by pictures that every browser shows: JPEG, PNG, GIF or WebP.")
    remedy = _("Save the picture as JPEG, and send it again.")


class SlugTaken(Refusal):
    """Another product has this slug."""

    sentence = _("Another product already has the slug {slug}.")
    remedy = _("Choose another slug, or change that product.")


class SkuTaken(Refusal):
    """Another variant has this SKU."""

    sentence = _("Another variant already has the SKU {sku}.")
    remedy = _("Choose another SKU, or change that variant in its own product.")


class KindIsFixed(Refusal):
    """What a product is decides what its stock and orders mean, so it never changes."""

    sentence = _("The product is of the kind {kind}, and a kind never changes.")
    remedy = _("Retire this product and make a new one.")


class UnknownComponent(Refusal):
    """A kit names a SKU that is not there."""

    status = 422
    sentence = _("There is no variant with the SKU {sku}.")
    remedy = _("Save the component first, or correct its SKU.")


class KitInKit(Refusal):
    """A kit is made of single things, so that what it takes from stock can be read in one line."""

    status = 422
    sentence = _("{sku} is itself a kit.")
    remedy = _("Name what that kit is made of.")


class UnknownCategory(Refusal):
    """A product or category names a category that is not there."""

    status = 422
    sentence = _("There is no category {slug}.")
    remedy = _("Save the category first, or correct its slug.")


class CategoryInItself(Refusal):
    """A category would stand inside of itself, or too many inside of each other."""

    status = 422
    sentence = _("{slug} cannot stand there: categories stand inside of each other up to five deep, and never in a circle.")
    remedy = _("Choose another category around it, or none.")


class GiftCardInKit(Refusal):
    """A gift card has a code of its own, and is taxed by itself."""

    status = 422
    sentence = _("{sku} is a gift card, which is sold by itself.")
    remedy = _("Leave it out of the kit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How much of another variant, named by its SKU, one kit holds."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    """A variant as it shall be, complete. ``id`` names an existing one whose SKU is to change; else the SKU tells which it is.

    ``needs_stock`` None: as the kind of the product has it. ``name`` empty: the product's name with the options.
    """

    sku: str
    name: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    barcode: str = ""
    unit: str = "piece"
    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    tax_class: str = ""
    tracking: str = Tracking.NONE.value
    needs_stock: bool | None = None
    shortage: str = Shortage.DENY.value
    backorder_limit: int | None = None
    components: tuple[Part, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """A product as it shall be, with those of its variants that shall be written. ``id`` names one whose slug is to change."""

    slug: str
    name: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    description_i18n: Mapping[str, str] = field(default_factory=dict)
    options_i18n: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language, what names and values of the options of its variants are called there: ``{"zh-Hant": {"Color": "顏色"}}``."""
    category: str | None = None
    """The slug of the category that it stands in; empty: in none; None: wherever it stands."""
    kind: str = ProductKind.GOODS.value
    tax_class: str = "standard"
    valid_months: int | None = None
    """Of a gift card: for how long it can be used; None: for good."""
    open_amount: bool = False
    """Of a gift card: whoever buys it says what is on it, at least its price."""
    variants: tuple[VariantDraft, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDraft:
    """A category as it shall be. ``id`` names one whose slug is to change. ``parent``: the slug of the one around it, if any."""

    slug: str
    name: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    position: int = 0
    id: UUID | None = None


def clean_category(draft: CategoryDraft) -> CategoryDraft:
    """The category with every text cleaned. Refuses what cannot be, naming field and remedy."""
    slug = clean_text(draft.slug, "slug", 100).lower()
    if not _SLUG.fullmatch(slug):
        raise SlugNotUsable(field="slug", slug=slug)
    if not -MOST_POSITION <= draft.position <= MOST_POSITION:
        raise MeasureNotUsable(field="position", value=str(draft.position)[:40])
    return replace(
        draft,
        slug=slug,
        name=clean_text(draft.name, "name", 200),
        name_i18n=_clean_words(draft.name_i18n, "name_i18n", key_length=16, length=200),
        parent=clean_text(draft.parent, "parent", 100, required=False).lower(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageDraft:
    """A picture of a product as it shall be told: what is to be seen on it."""

    id: UUID
    alt: str = ""


MOST_IMAGES: Final = 20


def clean_images(drafts: tuple[ImageDraft, ...]) -> tuple[ImageDraft, ...]:
    """The pictures with every text cleaned, each once. Refuses what cannot be, naming field and remedy."""
    cleaned = {one.id: replace(one, alt=clean_alt(one.alt, f"images.{index}.alt")) for index, one in enumerate(drafts)}
    return tuple(cleaned.values())


def clean_alt(alt: str, field: str) -> str:
    """What is to be seen on a picture."""
    return clean_text(alt, field, 300, required=False)


def needs_stock(kind: str) -> bool:
    """Whether a variant of this kind is itself kept in stock."""
    return kind == ProductKind.GOODS


def clean_product(draft: ProductDraft) -> ProductDraft:
    """The product (not its variants) with every text cleaned. Refuses what cannot be written, naming field and remedy."""
    slug = clean_text(draft.slug, "slug", 100).lower()
    if not _SLUG.fullmatch(slug):
        raise SlugNotUsable(field="slug", slug=slug)
    kind = one_of(draft.kind, "kind", ProductKind)
    if kind != ProductKind.GIFT_CARD and (draft.valid_months is not None or draft.open_amount):
        raise OnlyForGiftCards(field="valid_months" if draft.valid_months is not None else "open_amount")
    if draft.valid_months is not None and not 1 <= draft.valid_months <= LONGEST_VALIDITY:
        raise ValidityNotUsable(field="valid_months", months=draft.valid_months)
    return replace(
        draft,
        slug=slug,
        name=clean_text(draft.name, "name", 300),
        name_i18n=_clean_words(draft.name_i18n, "name_i18n", key_length=16, length=300),
        description=clean_text(draft.description, "description", 20_000, required=False, multiline=True),
        description_i18n=_clean_texts(draft.description_i18n, "description_i18n"),
        options_i18n=_clean_options(draft.options_i18n),
        kind=kind,
        tax_class=clean_text(draft.tax_class, "tax_class", 40),
    )


def clean_variant(draft: VariantDraft, *, kind: str, product_name: str, prefix: str = "") -> VariantDraft:
    """The variant of a product of that kind, cleaned and completed. Refuses what cannot be; ``prefix`` leads to its fields."""
    options = _clean_words(draft.options, f"{prefix}options", key_length=40, length=100)
    name = clean_text(draft.name, f"{prefix}name", 300, required=False)
    stocked = needs_stock(kind) if draft.needs_stock is None else draft.needs_stock and needs_stock(kind)
    tracking = one_of(draft.tracking, f"{prefix}tracking", Tracking)
    if tracking != Tracking.NONE and not stocked:
        raise OnlyStockIsTracked(field=f"{prefix}tracking")
    return replace(
        draft,
        sku=clean_text(draft.sku, f"{prefix}sku", 64),
        name=name or " ".join([product_name, *options.values()])[:300],
        options=options,
        barcode=clean_text(draft.barcode, f"{prefix}barcode", 64, required=False),
        unit=one_of(draft.unit, f"{prefix}unit", UNITS),
        weight_grams=_measure(draft.weight_grams, f"{prefix}weight_grams"),
        length_mm=_measure(draft.length_mm, f"{prefix}length_mm"),
        width_mm=_measure(draft.width_mm, f"{prefix}width_mm"),
        height_mm=_measure(draft.height_mm, f"{prefix}height_mm"),
        tax_class=clean_text(draft.tax_class, f"{prefix}tax_class", 40, required=False),
        tracking=tracking,
        needs_stock=stocked,
        shortage=one_of(draft.shortage, f"{prefix}shortage", Shortage),
        backorder_limit=_measure(draft.backorder_limit, f"{prefix}backorder_limit"),
        components=_clean_parts(draft, kind=kind, prefix=prefix),
    )


def _clean_parts(draft: VariantDraft, *, kind: str, prefix: str) -> tuple[Part, ...]:
    if kind != ProductKind.KIT:
        if draft.components:
            raise OnlyKitsHaveComponents(field=f"{prefix}components")
        return ()
    if not draft.components:
        raise KitNeedsComponents(field=f"{prefix}components")
    if len(draft.components) > MOST_COMPONENTS:
        raise TooMany(field=f"{prefix}components", count=len(draft.components), most=MOST_COMPONENTS)
    merged: dict[str, int] = {}
    for index, part in enumerate(draft.components):
        where = f"{prefix}components.{index}"
        sku = clean_text(part.sku, f"{where}.sku", 64)
        merged[sku] = checked_quantity(merged.get(sku, 0) + checked_quantity(part.quantity, field=f"{where}.quantity"))
    return tuple(Part(sku=sku, quantity=quantity) for sku, quantity in merged.items())


def _clean_words(words: Mapping[str, str], name: str, *, key_length: int, length: int) -> dict[str, str]:
    if len(words) > MOST_OPTIONS:
        raise TooMany(field=name, count=len(words), most=MOST_OPTIONS)
    return {clean_text(key, name, key_length): clean_text(value, f"{name}.{key}", length) for key, value in words.items()}


def _clean_options(told: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What options are called, by language; languages in which nothing is said are left out."""
    _clean_words(dict.fromkeys(told, "x"), "options_i18n", key_length=16, length=1)
    found = {}
    for tag, words in told.items():
        where = f"options_i18n.{tag.strip()}"
        if len(words) > MOST_OPTION_WORDS:
            raise TooMany(field=where, count=len(words), most=MOST_OPTION_WORDS)
        found[tag.strip()] = {clean_text(one, where, 100): clean_text(said, where, 100) for one, said in words.items()}
    return {tag: words for tag, words in found.items() if words}


def said_options(options: Mapping[str, str], words: Mapping[str, Mapping[str, str]], language: str) -> list[tuple[str, str]]:
    """Names and values of options as they are read in a language (a tag); what has no word in it stays as it is."""
    told = next((known for tag, known in words.items() if tag.lower() == language.lower()), {})
    return [(told.get(name, name), told.get(value, value)) for name, value in options.items()]


def said_values(options: Mapping[str, str], words: Mapping[str, Mapping[str, str]], language: str) -> str:
    """The values alone, by which an article is told from its siblings: ``"red, large"``."""
    return ", ".join(value for _name, value in said_options(options, words, language))


def _clean_texts(texts: Mapping[str, str], name: str) -> dict[str, str]:
    """Descriptions by language, which may have several lines."""
    _clean_words(dict.fromkeys(texts, "x"), name, key_length=16, length=1)
    return {tag.strip(): clean_text(text, f"{name}.{tag}", 20_000, multiline=True) for tag, text in texts.items()}


def _measure(value: int | None, name: str) -> int | None:
    if value is None or (type(value) is int and 0 <= value <= LARGEST_MEASURE):
        return value
    raise MeasureNotUsable(field=name, value=str(value)[:40])


@dataclass(frozen=True, slots=True)
class Sellable:
    """A variant as an order needs to know it. ``is_sold`` is False when it or its product is retired.

    ``components`` are the parts of one kit; ``needs_stock`` is about the variant itself, so a kit has False.
    """

    id: UUID
    product_id: UUID
    sku: str
    name: str
    kind: str
    is_sold: bool
    tax_class: str
    unit: str
    weight_grams: int | None
    tracking: str
    needs_stock: bool
    shortage: str
    backorder_limit: int | None
    barcode: str = ""
    valid_months: int | None = None
    open_amount: bool = False
    components: tuple[Component, ...] = ()

    def stocked(self, quantity: int) -> tuple[tuple[Sellable, int], ...]:
        """What a quantity of it takes from stock: itself, the components of a kit, or (a service, a download) nothing."""
        if self.kind == ProductKind.KIT:
            return tuple((part.of, part.quantity * quantity) for part in self.components if part.of.needs_stock)
        return ((self, quantity),) if self.needs_stock else ()

    @property
    def shipped_grams(self) -> int:
        """What one of it weighs in a parcel, in grams; what is not known weighs nothing."""
        if self.weight_grams is None:
            return sum((part.of.weight_grams or 0) * part.quantity for part in self.components)
        return self.weight_grams


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a kit and how many of it one kit holds."""

    of: Sellable
    quantity: int
