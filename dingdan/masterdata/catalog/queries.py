"""What can be asked about the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.finding import like, pairs_in
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.catalog.lifecycle import CATEGORY_LIFE, PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.models import Category, KitComponent, Product, ProductImage, Variant
from dingdan.masterdata.catalog.rules import Component, ProductKind, Sellable, said_values


def variants_by_sku(skus: Iterable[str]) -> dict[str, Sellable]:
    """The variants with these SKUs, by SKU, retired ones too; what is not there is left out. A second statement for kits."""
    return {found.sku: found for found in _sellables(Variant.objects.filter(sku__in=list(skus)))}


def variants_by_id(ids: Iterable[UUID]) -> dict[UUID, Sellable]:
    """The variants with these ids, by id, retired ones too; what is not there is left out. A second statement for kits."""
    return {found.id: found for found in _sellables(Variant.objects.filter(id__in=list(ids)))}


def names_in(language: str, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What articles are called in a language (a tag), with what tells them from their sisters, by id; those whose product has
    no name in it are left out."""
    rows = Variant.objects.filter(id__in=[id_ for id_ in ids if id_])
    found = {}
    for id_, options, names, words in rows.values_list("id", "options", "product__name_i18n", "product__options_i18n"):
        if said := next((text for tag, text in names.items() if tag.lower() == language.lower()), ""):
            values = said_values(options, words, language)
            found[id_] = " · ".join([said, values] if values else [said])
    return found


def variants_by_barcode(barcodes: Iterable[str]) -> dict[str, list[Sellable]]:
    """The variants that carry these barcodes, by barcode."""
    wanted = [barcode for barcode in barcodes if barcode]
    found: dict[str, list[Sellable]] = {}
    for sellable in _sellables(Variant.objects.filter(barcode__in=wanted).exclude(barcode="")):
        found.setdefault(sellable.barcode, []).append(sellable)
    return found


# By the same two indexes of letter pairs as the lists of stock; what is found is few, because it is looked at by people.
_LIKE: Final = """
SELECT found.id FROM (
    SELECT id, sku FROM catalog_variant
    WHERE tenant_id = %(tenant)s AND state = 'active' AND catalog_pairs(sku || ' ' || name || ' ' || barcode) @> %(pairs)s::text[]
      AND (sku || ' ' || name || ' ' || barcode) ILIKE ALL (%(likes)s::text[])
    UNION SELECT one.id, one.sku FROM catalog_product AS product
    JOIN catalog_variant AS one ON one.tenant_id = %(tenant)s AND one.product_id = product.id AND one.state = 'active'
    WHERE product.tenant_id = %(tenant)s AND catalog_pairs(product.name || ' ' || product.name_i18n::text) @> %(pairs)s::text[]
      AND (product.name || ' ' || product.name_i18n::text) ILIKE ALL (%(likes)s::text[])
    LIMIT %(found)s
) AS found ORDER BY found.sku LIMIT %(most)s
"""
MOST_FOUND: Final = 2_000


def sold_like(text: str, *, most: int = 12) -> list[Sellable]:
    """What is sold whose SKU, barcode, name or product's name holds every word of a text; what it names exactly comes first."""
    words = text.lower().split()
    if not words:
        return []
    exact = list(Variant.objects.filter(Q(sku=text.strip()) | Q(barcode=text.strip())).values_list("id", flat=True)[:most])
    with connection.cursor() as cursor:
        cursor.execute(
            _LIKE,
            {
                "tenant": current_tenant_id(), "most": most, "found": MOST_FOUND,
                "pairs": sorted({pair for word in words for pair in pairs_in(word)}), "likes": [like(word) for word in words],
            },
        )  # fmt: skip
        ids = [*exact, *(id_ for (id_,) in cursor.fetchall() if id_ not in exact)]
    known = variants_by_id(ids)
    return [known[id_] for id_ in ids if known[id_].is_sold][:most]


def product_by_slug(slug: str) -> Product | None:
    """The product with this slug, with its variants read along, or None."""
    return Product.objects.filter(slug=slug).prefetch_related("variants").first()


def categories() -> list[Category]:
    """The categories that are shown, in the shop's order. One statement."""
    return list(Category.objects.filter(state=CATEGORY_LIFE.initial).order_by("position", "name", "id"))


def shelves_around(product_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """The slugs of the categories that products stand in, with all around them, by product. Two statements."""
    rows = {row.id: row for row in Category.objects.all()}
    found: dict[UUID, frozenset[str]] = {}
    for product_id, category_id in Product.objects.filter(id__in=list(product_ids)).values_list("id", "category_id"):
        slugs, one = set[str](), rows.get(category_id)
        while one is not None and one.slug not in slugs:
            slugs.add(one.slug)
            one = rows.get(one.parent_id) if one.parent_id else None
        found[product_id] = frozenset(slugs)
    return found


def _sellables(variants: QuerySet[Variant]) -> list[Sellable]:
    rows = list(
        variants.annotate(
            kind=F("product__kind"), product_state=F("product__state"), product_tax_class=F("product__tax_class"),
            valid_months=F("product__valid_months"), open_amount=F("product__open_amount"),
        )
    )  # fmt: skip
    kits = [row.id for row in rows if row.kind == ProductKind.KIT]
    parts = _components(kits) if kits else {}
    return [
        replace(
            _sellable(row, kind=row.kind, state=row.product_state, tax_class=row.product_tax_class, parts=parts),
            valid_months=row.valid_months, open_amount=row.open_amount,
        )
        for row in rows
    ]  # fmt: skip


def _components(kits: list[UUID]) -> Mapping[UUID, tuple[Component, ...]]:
    found: dict[UUID, list[Component]] = {}
    for row in KitComponent.objects.filter(kit__in=kits).select_related("component__product").order_by("kit", "id"):
        product = row.component.product
        of = _sellable(row.component, kind=product.kind, state=product.state, tax_class=product.tax_class, parts={})
        found.setdefault(row.kit_id, []).append(Component(of, row.quantity))
    return {kit: tuple(parts) for kit, parts in found.items()}


def kits_with(variant_ids: Iterable[UUID]) -> set[UUID]:
    """The kits that hold any of these variants."""
    return set(KitComponent.objects.filter(component__in=list(variant_ids)).values_list("kit_id", flat=True))


def _sellable(row: Variant, *, kind: str, state: str, tax_class: str, parts: Mapping[UUID, tuple[Component, ...]]) -> Sellable:
    return Sellable(
        id=row.id,
        product_id=row.product_id,
        sku=row.sku,
        name=row.name,
        kind=kind,
        is_sold=row.state == VARIANT_LIFE.initial and state == PRODUCT_LIFE.initial,
        tax_class=row.tax_class or tax_class,
        unit=row.unit,
        weight_grams=row.weight_grams,
        tracking=row.tracking,
        needs_stock=row.needs_stock,
        shortage=row.shortage,
        backorder_limit=row.backorder_limit,
        barcode=row.barcode,
        components=parts.get(row.id, ()),
    )


def images_of(product_ids: Iterable[UUID]) -> dict[UUID, list[ProductImage]]:
    """The pictures of products without their bytes, in their order."""
    found: dict[UUID, list[ProductImage]] = {id_: [] for id_ in product_ids}
    rows = ProductImage.objects.filter(product__in=list(found), erased_at=None).defer("content").order_by("position", "id")
    for row in rows:
        found[row.product_id].append(row)
    return found


def picture_on_offer(image_id: UUID) -> ProductImage:
    """A picture of a product that is sold, with its bytes. Refuses one that is not there (404)."""
    row = ProductImage.objects.filter(id=image_id, product__state=PRODUCT_LIFE.initial, erased_at=None).first()
    if row is None:
        raise NotFound(field="image_id", what="picture", id=image_id)
    return row


def image(image_id: UUID, *, product_id: UUID) -> ProductImage:
    """A picture of a product with its bytes. Refuses one that is not there (404)."""
    row = ProductImage.objects.filter(id=image_id, product=product_id, erased_at=None).first()
    if row is None:
        raise NotFound(field="image_id", what="picture", id=image_id)
    return row
