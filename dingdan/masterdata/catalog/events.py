"""What happened in the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSaved(Event):
    """A product was written down or changed, with those of its variants that were given."""

    product_id: UUID
    created: bool
    variant_ids: tuple[UUID, ...] = ()
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySaved(Event):
    """A category was written down or changed."""

    category_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTurned(Event):
    """A category is shown no longer, or again."""

    category_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSaved(Event):
    """A variant was written down or changed."""

    variant_id: UUID
    product_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRetired(Event):
    """A product and all its variants are no longer sold."""

    product_id: UUID
    variant_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRestored(Event):
    """A retired product is sold again, with the variants that were retired."""

    product_id: UUID
    variant_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRetired(Event):
    """A variant is no longer sold."""

    variant_id: UUID
    product_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRestored(Event):
    """A retired variant is sold again, and its product with it."""

    variant_id: UUID
    product_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductImageAdded(Event):
    """A picture was put on a product."""

    product_id: UUID
    image_id: UUID
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductImagesArranged(Event):
    """The pictures of a product stand in this order, and say this to those who do not see them."""

    product_id: UUID
    image_ids: tuple[UUID, ...]
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductImageRemoved(Event):
    """A picture was taken off a product, and its bytes are gone."""

    product_id: UUID
    image_id: UUID
