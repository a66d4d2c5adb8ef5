"""Products with their variants: a file has a row for each variant, a page one for the product with its variants below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column, chosen
from dingdan.integrations.importers.registers.register import STATE, Children, Register, Turn
from dingdan.integrations.importers.registers.shelves import category_choices
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.quantity import UNITS
from dingdan.masterdata.catalog.commands import restore_variant, retire_variant, save_products
from dingdan.masterdata.catalog.models import Product, Variant
from dingdan.masterdata.catalog.rules import (
    Part,
    ProductDraft,
    ProductKind,
    Shortage,
    SkuTaken,
    Tracking,
    VariantDraft,
    clean_product,
    clean_variant,
)

_UNITS = {"piece": _("Piece"), "pair": _("Pair"), "set": _("Set"), "hour": _("Hour")}


def unit_choices() -> list[tuple[str, str]]:
    """The units, by name where they are no measures."""
    return [(code, str(_UNITS.get(code, code))) for code in UNITS]


_MEASURES, _STOCK = _("Weight and size"), _("Stock")

PRODUCT: tuple[Column, ...] = (
    Column(name="name", label=_("Product name"),
           is_needed=True, for_many=False, most=300),
    Column(name="slug", label=_("Web address"), is_needed=True,
           for_many=False, most=100, note=_("Part of web addresses: small letters, digits and dashes, such as blue-mug.")),
    Column(name="name_i18n", label=_("Other names"), kind="words", for_many=False,
           note=_("By language, such as zh-Hant: 藍杯; zh-Hans: 蓝杯.")),
    Column(name="description", label=_("Description"), kind="text",
           for_many=False, most=20_000),
    Column(name="description_zh_hant", label=_("Description in Traditional Chinese"), kind="text", for_many=False, most=20_000),
    Column(name="description_zh_hans", label=_("Description in Simplified Chinese"), kind="text", for_many=False, most=20_000),
    Column(name="options_zh_hant", label=_("Options in Traditional Chinese"), kind="words", for_many=False,
           note=_("What options are called there: Color: 顏色; Red: 紅.")),
    Column(name="options_zh_hans", label=_("Options in Simplified Chinese"), kind="words", for_many=False,
           note=_("What options are called there: Color: 颜色; Red: 红.")),
    Column(name="category", label=_("Category"), kind="choice", choices=category_choices),
    Column(name="kind", label=_("Kind"), kind="choice", choices=chosen(list(ProductKind)), empty="goods", for_many=False,
           note=_("It never changes once the product is saved.")),
    Column(name="tax_class", label=_("Tax class"), empty="standard", is_needed=True, most=40),
    Column(name="valid_months", label=_("Valid for so many months"), kind="whole", part=_("Gift card"), for_many=False,
           note=_("Of gift cards; empty: they never expire.")),
    Column(name="open_amount", label=_("The buyer says the amount (gift cards)"), kind="tick", empty="no",
           part=_("Gift card"), for_many=False),
)  # fmt: skip
_VARIANT: tuple[Column, ...] = (
    Column(name="sku", label=_("SKU"),
           is_needed=True, for_many=False, most=64),
    Column(name="options", label=_("Options"), kind="words", for_many=False,
           note=_("What tells it from its sisters: size: L; color: red.")),
    Column(name="variant_name", label=_("Variant name"), for_many=False, most=300,
           note=_("Empty: the product's name with the options.")),
    Column(name="barcode", label=_("Barcode"), for_many=False, most=64),
    Column(name="unit", label=_("Unit"), kind="choice", choices=unit_choices, empty="piece"),
    Column(name="weight_grams", label=_("Weight (g)"), kind="whole", part=_MEASURES),
    Column(name="length_mm", label=_("Length (mm)"), kind="whole", part=_MEASURES),
    Column(name="width_mm", label=_("Width (mm)"), kind="whole", part=_MEASURES),
    Column(name="height_mm", label=_("Height (mm)"), kind="whole", part=_MEASURES),
    Column(name="variant_tax_class", label=_("Tax class of the variant"), part=_STOCK, most=40, note=_("Empty: the product's.")),
    Column(name="needs_stock", label=_("Kept in stock"), kind="choice",
           choices=lambda: [("", "–"), *chosen(["yes", "no"])()], part=_STOCK),
    Column(name="tracking", label=_("Tracked by"), kind="choice", choices=chosen(list(Tracking)), empty="none", part=_STOCK),
    Column(name="shortage", label=_("When it is short"), kind="choice", choices=chosen(list(Shortage)), empty="deny",
           part=_STOCK),
    Column(name="backorder_limit", label=_("The most that may be owed"), kind="whole", part=_STOCK),
    Column(name="components", label=_("Components of a kit"), kind="counts",
           for_many=False, part=_STOCK, note=_("SKUs and quantities, such as TEA: 2; MUG: 1.")),
)  # fmt: skip
_DESCRIBED = {"description_zh_hant": "zh-Hant", "description_zh_hans": "zh-Hans"}
_CALLED = {"options_zh_hant": "zh-Hant", "options_zh_hans": "zh-Hans"}
_OTHERWISE = {"variant_name": "name", "variant_tax_class": "tax_class"}


class Products(Register):
    """Products and variants."""

    slug, title, one = "products", _("Products"), _("Product")
    model = Variant
    columns = (*PRODUCT, *_VARIANT)
    key = must = ("sku",)
    reads = "catalog.read"
    save, saved = save_products, "product_id"
    turns: ClassVar = {
        "retired": (Turn(("active",), retire_variant, "variant_id"),),
        "active": (Turn(("retired",), restore_variant, "variant_id"),),
    }
    children = Children("variants", _("Variants"), (*_VARIANT, STATE), "sku")

    def rows(self) -> QuerySet[Any]:
        return Variant.objects.select_related("product__category").prefetch_related("components__component")

    def cells(self, of: Any) -> Cells:
        """Of a variant with its product, or of a draft with one variant."""
        if isinstance(of, ProductDraft):
            return {**_product(of), **_variant(of.variants[0])}
        return {**_product(of.product), **_variant(of)}

    def complete(self, rows: Sequence[Cells]) -> None:
        """Whose variants they are, where a file does not say it: the product of the SKU, or that of the same name."""
        bare = [row for row in rows if not row.get("slug", "").strip()]
        skus = {row.get("sku", "").strip() for row in bare}
        of_sku = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "product__slug")) if bare else {}
        names = {row.get("name", "").strip() for row in bare}
        of_name = dict(Product.objects.filter(name__in=names).order_by("-id").values_list("name", "slug")) if bare else {}
        for row in bare:
            sku, name = row.get("sku", "").strip(), row.get("name", "").strip()
            plain = re.sub(r"[^a-z0-9]+", "-", sku.lower()).strip("-")
            row["slug"] = of_sku.get(sku) or (of_name.setdefault(name, plain) if name else plain)

    def draft(self, cells: Cells, row: Any) -> ProductDraft:
        """A product with this one of its variants."""
        if row is not None and cells["slug"] != row.product.slug:
            raise SkuTaken(field="sku", sku=row.sku)
        product, variant = _read(PRODUCT, cells), _read(_VARIANT, cells)
        of = row.product if row is not None else None
        draft = clean_product(_product_draft(product, of))
        return _with(draft, [_variant_draft(variant, row)], prefix="")

    def turn_id(self, event: Event) -> Any:
        """The variant's: a row is a variant."""
        return event.variant_ids[0]  # type: ignore[attr-defined]

    # ── the page of a product ────────────────────────────────────────────────────────────────────────────────────────────

    def own(self) -> tuple[Column, ...]:
        return PRODUCT

    def page_cells(self, row: Product) -> Cells:
        return _product(row)

    def kids(self, row: Product) -> list[Cells]:
        return [
            {**_variant(one), "state": one.state, "id": str(one.id)} for one in self.rows().filter(product=row).order_by("sku")
        ]

    def page_draft(self, cells: Cells, row: Product | None, kids: Sequence[Cells]) -> ProductDraft:
        """The product with all variants that were sent."""
        draft = clean_product(_product_draft(_read(PRODUCT, cells), row))
        known = {str(one.id): one for one in self.rows().filter(product=row)} if row is not None else {}
        found = [
            _variant_draft(_read(_VARIANT, kid, prefix=f"variants.{index}."), known.get(kid.get("id", "")))
            for index, kid in enumerate(kids)
        ]
        return _with(draft, found, prefix="variants.{index}.")

    def tell_page(self, call: Call, draft: ProductDraft, kids: Sequence[Cells]) -> UUID:
        """The product with its variants, and then the states of these."""
        id_ = super().tell_page(call, draft, kids)
        states = dict(Variant.objects.filter(product=id_).values_list("sku", "state"))
        ids = dict(Variant.objects.filter(product=id_).values_list("sku", "id"))
        for one, kid in zip(draft.variants, kids, strict=True):
            asked = kid.get("state") or states[one.sku]
            turn = next((turn for turn in self.turns.get(asked, ()) if states[one.sku] in turn.source), None)
            if asked != states[one.sku] and turn is not None:
                turn.command(replace(call, key=f"{call.key}:{one.sku[:30]}"), variant_id=ids[one.sku])
        return id_


def _product(of: Any) -> Cells:
    category = of.category if isinstance(of, ProductDraft) else of.category.slug if of.category else ""
    told = {name: of.description_i18n.get(tag, "") for name, tag in _DESCRIBED.items()} | {"category": category or ""}
    told |= {name: of.options_i18n.get(tag, {}) for name, tag in _CALLED.items()}
    told |= {column.name: getattr(of, column.name) for column in PRODUCT if column.name not in told}
    return {column.name: column.write(told[column.name]) for column in PRODUCT}


def _product_draft(read: dict[str, Any], row: Product | None) -> ProductDraft:
    """The product as its texts say; descriptions and options in languages that have no column stay."""
    told: dict[str, Any] = {}
    for field, columns in (("description_i18n", _DESCRIBED), ("options_i18n", _CALLED)):
        kept = {tag: text for tag, text in (getattr(row, field) if row else {}).items() if tag not in columns.values()}
        told[field] = kept | {tag: text for name, tag in columns.items() if (text := read.pop(name))}
    return ProductDraft(**read, **told, id=row.id if row else None)


def _variant(of: Any) -> Cells:
    cells = {}
    for column in _VARIANT:
        value = getattr(of, _OTHERWISE.get(column.name, column.name))
        if column.name == "components":
            value = _components(value)
        elif column.name == "needs_stock":
            value = "yes" if value else "no"
        cells[column.name] = column.write(value)
    return cells


def _components(value: Any) -> Mapping[str, int]:
    if isinstance(value, tuple):
        return {part.sku: part.quantity for part in sorted(value, key=lambda part: part.sku)}
    return {one.component.sku: one.quantity for one in sorted(value.all(), key=lambda one: one.component.sku)}


def _read(columns: Iterable[Column], cells: Cells, *, prefix: str = "") -> dict[str, Any]:
    """What the texts of some columns say. A refusal names the column as it stands on the page."""
    read = {}
    for column in columns:
        try:
            read[column.name] = column.read(cells.get(column.name, column.empty))
        except Refusal as refusal:
            refusal.field = f"{prefix}{column.name}"
            raise
    return read


def _variant_draft(read: dict[str, Any], row: Variant | None) -> VariantDraft:
    values = {_OTHERWISE.get(name, name): value for name, value in read.items()}
    values["needs_stock"] = None if values["needs_stock"] == "" else values["needs_stock"] == "yes"
    values["components"] = tuple(Part(sku=sku, quantity=count) for sku, count in values["components"].items())
    return VariantDraft(**values, id=row.id if row is not None else None)


def _with(draft: ProductDraft, variants: Sequence[VariantDraft], *, prefix: str) -> ProductDraft:
    cleaned = [
        clean_variant(one, kind=draft.kind, product_name=draft.name, prefix=prefix.format(index=index))
        for index, one in enumerate(variants)
    ]
    return replace(draft, variants=tuple(cleaned))
