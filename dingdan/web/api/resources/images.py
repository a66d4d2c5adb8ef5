"""Pictures of products: put on them, told, handed over, put in order, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field

from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.catalog.commands import add_product_image, arrange_product_images, remove_product_image
from dingdan.masterdata.catalog.models import Product
from dingdan.masterdata.catalog.queries import image, images_of
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import read, shaped
from dingdan.web.api.resources.files import FileSent, content_of
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download

TAG = "Catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductImageView:
    """A picture of a product; its bytes are handed over by an operation of their own."""

    id: UUID
    name: str
    alt: str
    position: int
    media_type: str
    size: int
    digest: str
    attached_at: datetime


class ProductImageSent(FileSent):
    """A picture (JPEG, PNG, GIF, WebP), and what is to be seen on it."""

    alt: str = Field(default="", max_length=300)


@read("/products/{product_id}/images", permission="catalog.read", tag=TAG)
def list_product_images(product_id: str) -> list[ProductImageView]:
    """The pictures of a product, in their order. Its slug will do for its id."""
    row = found(Product.objects.all(), "product_id", product_id)
    return [shaped(ProductImageView, one) for one in images_of([row.id])[row.id]]


@read("/products/{product_id}/images/{image_id}", permission="catalog.read", tag=TAG, media=MEDIA_TYPE)
def get_product_image(product_id: str, image_id: str) -> HttpResponse:
    """The bytes of a picture, as a download."""
    row = found(Product.objects.all(), "product_id", product_id)
    return download(image(id_of("image_id", image_id), product_id=row.id))


def _add(call: Call, ids: Mapping[str, Any], sent: ProductImageSent) -> Event:
    return add_product_image(call, product_id=ids["product_id"], name=sent.name, content=content_of(sent), alt=sent.alt)


mount(
    Write(
        path="/products/{product_id}/images",
        command=add_product_image,
        body=ProductImageSent,
        give=_add,
        makes="/products/{product_id}/images/{image_id}",
        tag=TAG,
    ),
    Write(method="PUT", path="/products/{product_id}/images", command=arrange_product_images, tag=TAG),
    Write(method="DELETE", path="/products/{product_id}/images/{image_id}", command=remove_product_image, tag=TAG),
)
