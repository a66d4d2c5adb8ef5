"""Products and variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.masterdata.catalog.commands import (
    restore_category,
    restore_product,
    restore_variant,
    retire_category,
    retire_product,
    retire_variant,
    save_category,
    save_product,
    save_variant,
)
from dingdan.masterdata.catalog.lifecycle import CATEGORY_LIFE, PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.models import Category, Product, Variant
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG = "Catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentView:
    """How much of another variant one kit holds."""

    variant_id: UUID
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    """What is ordered, counted and shipped: one SKU. Grams and millimeters."""

    id: UUID
    product_id: UUID
    sku: str
    name: str
    options: dict[str, str]
    barcode: str
    unit: str
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    tax_class: str
    tracking: str
    needs_stock: bool
    shortage: str
    backorder_limit: int | None
    state: str
    components: list[ComponentView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """What the shop shows as one thing, with the variants that are sold."""

    id: UUID
    slug: str
    name: str
    name_i18n: dict[str, str]
    description: str
    description_i18n: dict[str, str]
    options_i18n: dict[str, dict[str, str]]
    category_id: UUID | None
    kind: str
    tax_class: str
    valid_months: int | None
    open_amount: bool
    state: str
    variants: list[VariantView]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """A shelf of the shop, inside of another one or not."""

    id: UUID
    slug: str
    name: str
    name_i18n: dict[str, str]
    parent_id: UUID | None
    position: int
    state: str


_VARIANT = [name for name in VariantView.__dataclass_fields__ if name != "components"]
_PRODUCT = [name for name in ProductView.__dataclass_fields__ if name != "variants"]


def _variants(rows: Sequence[Variant]) -> list[VariantView]:
    return [
        VariantView(
            **{name: getattr(row, name) for name in _VARIANT},
            components=[
                ComponentView(variant_id=part.component_id, sku=part.component.sku, quantity=part.quantity)
                for part in row.components.all()
            ],
        )
        for row in rows
    ]


def _products(rows: Sequence[Product]) -> list[ProductView]:
    return [
        ProductView(**{name: getattr(row, name) for name in _PRODUCT}, variants=_variants(list(row.variants.all())))
        for row in rows
    ]


registers(
    Register(
        plural="categories",
        states=CATEGORY_LIFE.states,
        singular="category",
        view=CategoryView,
        rows=lambda: Category.objects.order_by("id"),
        permission="catalog.read",
        tag=TAG,
    ),
    Register(
        plural="products",
        states=PRODUCT_LIFE.states,
        singular="product",
        view=ProductView,
        rows=lambda: Product.objects.prefetch_related("variants__components__component").order_by("id"),
        make=_products,
        permission="catalog.read",
        tag=TAG,
    ),
    Register(
        plural="variants",
        states=VARIANT_LIFE.states,
        singular="variant",
        view=VariantView,
        rows=lambda: Variant.objects.prefetch_related("components__component").order_by("id"),
        make=_variants,
        permission="catalog.read",
        tag=TAG,
    ),
)
mount(
    Write(path="/categories", command=save_category, makes="/categories/{category_id}", tag=TAG),
    Write(method="PUT", path="/categories/{category_id}", command=save_category, name="change_category", tag=TAG),
    Write(path="/categories/{category_id}/retire", command=retire_category, tag=TAG),
    Write(path="/categories/{category_id}/restore", command=restore_category, tag=TAG),
    Write(path="/products", command=save_product, makes="/products/{product_id}", tag=TAG),
    Write(method="PUT", path="/products/{product_id}", command=save_product, name="change_product", tag=TAG),
    Write(path="/products/{product_id}/retire", command=retire_product, tag=TAG),
    Write(path="/products/{product_id}/restore", command=restore_product, tag=TAG),
    Write(path="/products/{product_id}/variants", command=save_variant, makes="/variants/{variant_id}", tag=TAG),
    Write(
        method="PUT",
        path="/products/{product_id}/variants/{variant_id}",
        command=save_variant,
        name="change_variant",
        tag=TAG,
    ),
    Write(path="/variants/{variant_id}/retire", command=retire_variant, tag=TAG),
    Write(path="/variants/{variant_id}/restore", command=restore_variant, tag=TAG),
)
