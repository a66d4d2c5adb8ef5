"""Writing products and variants down, many at once: read what is there, decide in memory, write what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import FieldChange, changes
from dingdan.kernel.errors import NotFound, Refusal, refuses
from dingdan.kernel.files import SHOWN, TooManyFiles
from dingdan.kernel.filing import ERASED, filed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.text import NotText
from dingdan.masterdata.catalog.events import ProductSaved, VariantSaved
from dingdan.masterdata.catalog.models import Category, KitComponent, Product, ProductImage, Variant
from dingdan.masterdata.catalog.rules import (
    DEEPEST,
    MOST_IMAGES,
    CategoryDraft,
    CategoryInItself,
    GiftCardInKit,
    ImageDraft,
    KindIsFixed,
    KitInKit,
    NotAPicture,
    ProductDraft,
    ProductKind,
    SkuTaken,
    SlugTaken,
    UnknownCategory,
    UnknownComponent,
    VariantDraft,
    clean_alt,
    clean_product,
    clean_variant,
)

PRODUCT_FIELDS: Final = (
    "slug", "name", "name_i18n", "description", "description_i18n", "options_i18n", "kind", "tax_class", "valid_months",
    "open_amount",
)  # fmt: skip
VARIANT_FIELDS: Final = tuple(name for name in VariantDraft.__dataclass_fields__ if name not in {"id", "components"})

refuses("product_slug_is_unique", lambda: SlugTaken(field="slug", slug=_("you gave")))
refuses("variant_sku_is_unique", lambda: SkuTaken(field="sku", sku=_("you gave")))


class _Shelf:
    """The products and variants that some drafts are about: read once, changed in memory, written once."""

    def __init__(self, drafts: Sequence[ProductDraft], *, product_ids: Iterable[UUID] = ()) -> None:
        variants = [variant for draft in drafts for variant in draft.variants]
        slugs, skus = [draft.slug for draft in drafts], {variant.sku for variant in variants}
        skus |= {part.sku for variant in variants for part in variant.components}
        ids = [*product_ids, *(draft.id for draft in drafts if draft.id)]
        wanted = Product.objects.filter(Q(slug__in=slugs) | Q(id__in=ids)).order_by("id")
        self.products = {row.id: row for row in wanted.select_for_update(no_key=True)}
        self.product_by_slug = {row.slug: row for row in self.products.values()}
        self.kinds = {row.id: row.kind for row in self.products.values()}
        named = Variant.objects.filter(Q(sku__in=skus) | Q(id__in=[variant.id for variant in variants if variant.id]))
        found = named.annotate(kind=F("product__kind")).order_by("id").select_for_update(no_key=True, of=("self",))
        self.kinds |= {row.product_id: row.kind for row in found}
        self.variants: dict[UUID, Variant] = {row.id: row for row in found}
        self.variant_by_sku: dict[str, Variant] = {row.sku: row for row in self.variants.values()}
        self.parts = self._parts_of([row.id for row in self.variants.values() if self.kinds[row.product_id] == ProductKind.KIT])
        asked = {draft.category for draft in drafts if draft.category}
        self.categories = dict(Category.objects.filter(slug__in=asked).values_list("slug", "id")) if asked else {}
        self.changed_products: dict[UUID, Product] = {}
        self.changed_variants: dict[UUID, Variant] = {}
        self.changed_kits: dict[UUID, dict[UUID, int]] = {}

    @staticmethod
    def _parts_of(kits: list[UUID]) -> dict[UUID, dict[UUID, int]]:
        parts: dict[UUID, dict[UUID, int]] = {}
        if kits:
            for kit, component, quantity in KitComponent.objects.filter(kit__in=kits).values_list("kit", "component", "quantity"):
                parts.setdefault(kit, {})[component] = quantity
        return parts

    def product(self, draft: ProductDraft) -> Product | None:
        """The product that the draft is about, None where it is new. Refuses what cannot become of it."""
        row = self.products.get(draft.id) if draft.id else self.product_by_slug.get(draft.slug)
        if draft.id and row is None:
            raise NotFound(field="id", what="product", id=draft.id)
        if draft.category and draft.category not in self.categories:
            raise UnknownCategory(field="category", slug=draft.category)
        other = self.product_by_slug.get(draft.slug)
        if other is not None and other is not row:
            raise SlugTaken(field="slug", slug=draft.slug)
        if row is not None and row.kind != draft.kind:
            raise KindIsFixed(field="kind", kind=row.kind)
        return row

    def checked(self, draft: VariantDraft, *, product_id: UUID | None, prefix: str) -> Variant | None:
        """The variant that the draft is about, None where it is new. Refuses another's SKU and components that cannot be."""
        row = self.variants.get(draft.id) if draft.id else self.variant_by_sku.get(draft.sku)
        if draft.id and row is None:
            raise NotFound(field=f"{prefix}id", what="variant", id=draft.id)
        other = self.variant_by_sku.get(draft.sku)
        if (other is not None and other is not row) or (row is not None and row.product_id != product_id):
            raise SkuTaken(field=f"{prefix}sku", sku=draft.sku)
        for index, part in enumerate(draft.components):
            component = self.variant_by_sku.get(part.sku)
            if component is None:
                raise UnknownComponent(field=f"{prefix}components.{index}.sku", sku=part.sku)
            if self.kinds[component.product_id] == ProductKind.KIT:
                raise KitInKit(field=f"{prefix}components.{index}.sku", sku=part.sku)
            if self.kinds[component.product_id] == ProductKind.GIFT_CARD:
                raise GiftCardInKit(field=f"{prefix}components.{index}.sku", sku=part.sku)
        return row

    def put_product(self, draft: ProductDraft, row: Product | None) -> tuple[Product, tuple[FieldChange, ...]]:
        """Change the product in memory, or make it; tell what changed."""
        before = None if row is None else {name: getattr(row, name) for name in (*PRODUCT_FIELDS, "category_id")}
        after = {name: getattr(draft, name) for name in PRODUCT_FIELDS}
        if draft.category is not None:
            after["category_id"] = self.categories[draft.category] if draft.category else None
        if row is None:
            row = Product(id=new_id(), **after)
        told = changes(before, after)
        if told:
            self.product_by_slug.pop((before or after)["slug"], None)
            for name, value in after.items():
                setattr(row, name, value)
            self.products[row.id] = self.product_by_slug[row.slug] = self.changed_products[row.id] = row
            self.kinds[row.id] = row.kind
        return row, told

    def put_variant(
        self, draft: VariantDraft, row: Variant | None, *, product_id: UUID, prefix: str = ""
    ) -> tuple[Variant, tuple[FieldChange, ...]]:
        """Change the variant in memory, or make it; tell what changed."""
        parts = {self.variant_by_sku[part.sku].id: part.quantity for part in draft.components}
        before: dict[str, Any] | None = None
        if row is not None:
            before = {name: getattr(row, name) for name in VARIANT_FIELDS}
            before["components"] = _written_parts(self.parts.get(row.id, {}))
        after = {name: getattr(draft, name) for name in VARIANT_FIELDS}
        told = changes(before, {**after, "components": _written_parts(parts)}, prefix=prefix)
        if row is None:
            row = Variant(id=new_id(), product_id=product_id, **after)
        if told:
            self.variant_by_sku.pop((before or after)["sku"], None)
            for name, value in after.items():
                setattr(row, name, value)
            self.variants[row.id] = self.variant_by_sku[row.sku] = self.changed_variants[row.id] = row
        if parts != self.parts.get(row.id, {}):
            self.parts[row.id] = self.changed_kits[row.id] = parts
        return row, told

    def write(self) -> None:
        """Write what changed: at most one statement a table, and one to take the old components of kits out."""
        if self.changed_products:
            _upsert(Product, self.changed_products.values(), (*PRODUCT_FIELDS, "category_id"))
        if self.changed_variants:
            _upsert(Variant, self.changed_variants.values(), VARIANT_FIELDS)
        if self.changed_kits:
            KitComponent.objects.filter(kit__in=list(self.changed_kits)).delete()
            insert((KitComponent, [
                {"kit_id": kit, "component_id": component, "quantity": quantity}
                for kit, parts in self.changed_kits.items() for component, quantity in parts.items()
            ]))  # fmt: skip


def _upsert(model: Any, rows: Iterable[Any], fields: Sequence[str]) -> None:
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=("tenant_id", "id"), update_fields=fields)


def _written_parts(parts: dict[UUID, int]) -> dict[str, int]:
    return {str(component): quantity for component, quantity in sorted(parts.items())}


def put_products(entries: Sequence[Entry], drafts: Sequence[ProductDraft]) -> list[ProductSaved | Refusal]:
    """Write products with their variants, each draft under the entry beside it; answer each with its event or its refusal.

    The number of statements does not depend on the number of drafts. Drafts about the same product build on each other in order.
    """
    cleaned = [_cleaned(draft) for draft in drafts]
    shelf = _Shelf([draft for draft in cleaned if isinstance(draft, ProductDraft)])
    answers = [_put_product(entry, draft, shelf=shelf) for entry, draft in zip(entries, cleaned, strict=True)]
    shelf.write()
    return answers


def _cleaned(draft: ProductDraft) -> ProductDraft | Refusal:
    try:
        product = clean_product(draft)
        variants = [
            clean_variant(variant, kind=product.kind, product_name=product.name, prefix=f"variants.{index}.")
            for index, variant in enumerate(draft.variants)
        ]
        for index, variant in enumerate(variants):
            if any(variant.sku == earlier.sku for earlier in variants[:index]):
                raise SkuTaken(field=f"variants.{index}.sku", sku=variant.sku)
        return replace(product, variants=tuple(variants))
    except Refusal as refusal:
        return refusal


def _put_product(entry: Entry, draft: ProductDraft | Refusal, *, shelf: _Shelf) -> ProductSaved | Refusal:
    if isinstance(draft, Refusal):
        return draft
    try:
        row = shelf.product(draft)
        checked = []
        for index, variant in enumerate(draft.variants):
            prefix = f"variants.{index}."
            checked.append((variant, shelf.checked(variant, product_id=row.id if row else None, prefix=prefix)))
    except Refusal as refusal:
        return refusal
    created = row is None
    product, told = shelf.put_product(draft, row)
    found = list(told)
    ids = []
    for variant, known in checked:
        put, told = shelf.put_variant(variant, known, product_id=product.id, prefix=f"{variant.sku}: ")
        ids.append(put.id)
        found += told
    entry.about("product", product.id)
    entry.about("variant", *ids)
    return ProductSaved(product_id=product.id, created=created, variant_ids=tuple(ids), changes=tuple(found))


def category_around(entry: Entry, *, draft: CategoryDraft, row: Category | None) -> UUID | None:
    """The category around a category as it shall be. Refuses one that is not there, circles, and what is too deep."""
    if not draft.parent:
        return None
    around = {one.id: one for one in Category.objects.order_by("id").select_for_update(no_key=True)}
    outer = next((one for one in around.values() if one.slug == draft.parent), None)
    if outer is None:
        raise UnknownCategory(field="parent", slug=draft.parent)
    found: Category | None = outer
    deep = 1
    while found is not None:
        deep += 1
        if deep > DEEPEST or (row is not None and found.id == row.id):
            raise CategoryInItself(field="parent", slug=draft.slug)
        found = around.get(found.parent_id) if found.parent_id else None
    entry.about("category", outer.id)
    return outer.id


def put_variant(entry: Entry, draft: VariantDraft, *, product_id: UUID) -> VariantSaved:
    """Write one variant of a product that is there."""
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise NotFound(field="product_id", what="product", id=product_id)
    draft = clean_variant(draft, kind=product.kind, product_name=product.name)
    shelf = _Shelf([ProductDraft(slug=product.slug, name=product.name, variants=(draft,))])
    row = shelf.checked(draft, product_id=product_id, prefix="")
    created = row is None
    put, told = shelf.put_variant(draft, row, product_id=product_id)
    shelf.write()
    entry.about("product", product_id)
    entry.about("variant", put.id)
    return VariantSaved(variant_id=put.id, product_id=product_id, created=created, changes=told)


def put_image(entry: Entry, *, name: str, content: bytes, alt: str, product_id: UUID) -> ProductImage:
    """Write a picture down behind the others of a product, which is locked."""
    if not isinstance(name, str):
        raise NotText(field="name")
    values = filed(name, content, at=entry.at)
    if values["media_type"] not in SHOWN:
        raise NotAPicture(field="content")
    held = ProductImage.objects.filter(product=product_id, erased_at=None).count()
    if held >= MOST_IMAGES:
        raise TooManyFiles(field="content", most=MOST_IMAGES)
    entry.about("product", product_id)
    return ProductImage.objects.create(id=new_id(), product_id=product_id, position=held, alt=clean_alt(alt, "alt"), **values)


def arrange_images(
    entry: Entry, images: Sequence[ImageDraft], *, product_id: UUID
) -> tuple[tuple[UUID, ...], tuple[FieldChange, ...]]:
    """Put the pictures of a product, which is locked, into an order; tell it, and which texts changed."""
    held = {row.id: row for row in ProductImage.objects.filter(product=product_id, erased_at=None).order_by("position", "id")}
    for draft in images:
        if draft.id not in held:
            raise NotFound(field="images", what="picture", id=draft.id)
    before = {str(row.id): row.alt for row in held.values()}
    for draft in images:
        held[draft.id].alt = draft.alt
    wanted = [draft.id for draft in images]
    order = wanted + [id_ for id_ in held if id_ not in set(wanted)]
    for position, id_ in enumerate(order):
        held[id_].position = position
    ProductImage.objects.bulk_update(held.values(), ["position", "alt"])
    entry.about("product", product_id)
    return tuple(order), changes(before, {str(row.id): row.alt for row in held.values()}, prefix="picture ")


def take_image(entry: Entry, image_id: UUID, *, product_id: UUID) -> None:
    """Empty a picture of a product, which is locked."""
    row = ProductImage.objects.filter(id=image_id, product=product_id, erased_at=None)
    if not row.update(**ERASED, alt="", erased_at=entry.at):
        raise NotFound(field="image_id", what="picture", id=image_id)
    entry.about("product", product_id)
