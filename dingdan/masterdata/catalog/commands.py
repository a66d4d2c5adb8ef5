"""What can be done with the catalog."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.masterdata.catalog.events import (
    CategorySaved,
    CategoryTurned,
    ProductImageAdded,
    ProductImageRemoved,
    ProductImagesArranged,
    ProductRestored,
    ProductRetired,
    ProductSaved,
    VariantRestored,
    VariantRetired,
    VariantSaved,
)
from dingdan.masterdata.catalog.lifecycle import CATEGORY_LIFE, PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.models import Category, Product, Variant
from dingdan.masterdata.catalog.rules import CategoryDraft, ImageDraft, ProductDraft, VariantDraft, clean_category, clean_images
from dingdan.masterdata.catalog.steps import arrange_images, category_around, put_image, put_products, put_variant, take_image

key_of("category_slug_is_unique", field="slug", what="category")


@command
def save_product(entry: Entry, *, product: ProductDraft) -> ProductSaved:
    """Write a product down, or change it, with those of its variants that the draft holds; others stay as they are.

    Refuses text, words and measures that cannot be (naming the field), a slug or SKU of another (:class:`SlugTaken`,
    :class:`SkuTaken`), another kind than it has (:class:`KindIsFixed`), and components that are not there or are kits themselves.
    """
    (answer,) = put_products([entry], [product])
    if isinstance(answer, Refusal):
        raise answer
    return answer


@batch_command(ProductSaved)
def save_products(batch: Batch[ProductDraft]) -> None:
    """Write many products with their variants, in a handful of statements. Each is accepted or refused as by `save_product`."""
    items = batch.open
    answers = put_products([item.entry for item in items], [item.intent for item in items])
    for item, answer in zip(items, answers, strict=True):
        if isinstance(answer, Refusal):
            item.refuse(answer)
        else:
            item.accept(answer)


@command
def save_category(entry: Entry, *, category: CategoryDraft) -> CategorySaved:
    """Write a category down, or change it.

    Refuses texts that cannot be (naming the field), a category around it that is not there, and circles
    (:class:`CategoryInItself`).
    """
    draft = clean_category(category)
    known = Category.objects.select_for_update(no_key=True).filter(slug=draft.slug)
    row = locked(entry, Category, draft.id) if draft.id else known.first()
    values = {"slug": draft.slug, "name": draft.name, "name_i18n": draft.name_i18n, "position": draft.position}
    saved = put(entry, row, values | {"parent_id": category_around(entry, draft=draft, row=row)}, model=Category)
    return CategorySaved(category_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_category(entry: Entry, *, category_id: UUID) -> CategoryTurned:
    """Show a category no longer; its products are still sold. Refuses one that is retired already."""
    return _turn_category(entry, category_id, "retire")


@command
def restore_category(entry: Entry, *, category_id: UUID) -> CategoryTurned:
    """Show a retired category again. Refuses one that is shown."""
    return _turn_category(entry, category_id, "restore")


def _turn_category(entry: Entry, category_id: UUID, turn: str) -> CategoryTurned:
    row = locked(entry, Category, category_id)
    saved = put(entry, row, {"state": CATEGORY_LIFE.turn(turn, row.state)}, model=Category)
    return CategoryTurned(category_id=category_id, state=saved.row.state)


@command
def save_variant(entry: Entry, *, product_id: UUID, variant: VariantDraft) -> VariantSaved:
    """Write one variant of a product down, or change it. Refuses as `save_product` does, and an unknown product (404)."""
    return put_variant(entry, variant, product_id=product_id)


@command
def retire_variant(entry: Entry, *, variant_id: UUID) -> VariantRetired:
    """Sell a variant no longer. What is promised of it is still delivered. Refuses one that is retired already."""
    row = _locked_variant(entry, variant_id)
    Variant.objects.filter(id=variant_id).update(state=VARIANT_LIFE.turn("retire", row.state))
    return VariantRetired(variant_id=variant_id, product_id=row.product_id)


@command
def restore_variant(entry: Entry, *, variant_id: UUID) -> VariantRestored:
    """Sell a retired variant again, and its product with it. Refuses one that is being sold."""
    row = _locked_variant(entry, variant_id)
    Variant.objects.filter(id=variant_id).update(state=VARIANT_LIFE.turn("restore", row.state))
    Product.objects.filter(id=row.product_id).update(state=PRODUCT_LIFE.initial)
    return VariantRestored(variant_id=variant_id, product_id=row.product_id)


@command
def retire_product(entry: Entry, *, product_id: UUID) -> ProductRetired:
    """Sell a product and all its variants no longer. Refuses one that is retired already."""
    row = _locked_product(product_id)
    state = PRODUCT_LIFE.turn("retire", row.state)
    sold = Variant.objects.select_for_update(no_key=True).filter(product=product_id, state=VARIANT_LIFE.initial).order_by("id")
    ids = tuple(sold.values_list("id", flat=True))
    Product.objects.filter(id=product_id).update(state=state)
    Variant.objects.filter(id__in=ids).update(state=VARIANT_LIFE.turn("retire", VARIANT_LIFE.initial))
    entry.about("product", product_id)
    entry.about("variant", *ids)
    return ProductRetired(product_id=product_id, variant_ids=ids)


@command
def restore_product(entry: Entry, *, product_id: UUID) -> ProductRestored:
    """Sell a retired product and all its variants again. Refuses one that is being sold."""
    row = _locked_product(product_id)
    state = PRODUCT_LIFE.turn("restore", row.state)
    gone = Variant.objects.select_for_update(no_key=True).filter(product=product_id, state="retired").order_by("id")
    ids = tuple(gone.values_list("id", flat=True))
    Product.objects.filter(id=product_id).update(state=state)
    Variant.objects.filter(id__in=ids).update(state=VARIANT_LIFE.turn("restore", "retired"))
    entry.about("product", product_id)
    entry.about("variant", *ids)
    return ProductRestored(product_id=product_id, variant_ids=ids)


def _locked_product(product_id: UUID) -> Product:
    row = Product.objects.select_for_update(no_key=True).filter(id=product_id).first()
    if row is None:
        raise NotFound(field="product_id", what="product", id=product_id)
    return row


@command
def add_product_image(entry: Entry, *, product_id: UUID, name: str, content: bytes, alt: str = "") -> ProductImageAdded:
    """Put a picture on a product, behind those that are there. What it is is read from its bytes.

    Refuses an unknown product (404), `EmptyFile`, `FileTooLarge`, `FileNotUsable`, `NotAPicture`, `TooManyFiles`.
    """
    _locked_product(product_id)
    image = put_image(entry, name=name, content=content, alt=alt, product_id=product_id)
    return ProductImageAdded(
        product_id=product_id, image_id=image.id, media_type=image.media_type, size=image.size, digest=image.digest
    )


@command
def arrange_product_images(entry: Entry, *, product_id: UUID, images: tuple[ImageDraft, ...]) -> ProductImagesArranged:
    """Put the pictures of a product into this order, with these texts; those that are not named follow.

    Refuses an unknown product (404), a picture that is not on it (404), and texts that cannot be.
    """
    _locked_product(product_id)
    ids, told = arrange_images(entry, clean_images(images), product_id=product_id)
    return ProductImagesArranged(product_id=product_id, image_ids=ids, changes=told)


@command
def remove_product_image(entry: Entry, *, product_id: UUID, image_id: UUID) -> ProductImageRemoved:
    """Take a picture off a product; its bytes are gone for good. Refuses one that is not there (404)."""
    _locked_product(product_id)
    take_image(entry, image_id, product_id=product_id)
    return ProductImageRemoved(product_id=product_id, image_id=image_id)


def _locked_variant(entry: Entry, variant_id: UUID) -> Variant:
    row = Variant.objects.select_for_update(no_key=True).filter(id=variant_id).first()
    if row is None:
        raise NotFound(field="variant_id", what="variant", id=variant_id)
    entry.about("variant", variant_id)
    entry.about("product", row.product_id)
    return row
