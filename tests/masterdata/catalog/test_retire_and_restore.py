from collections.abc import Callable
from typing import Any

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.catalog.commands import restore_variant, retire_product, retire_variant, save_product
from dingdan.masterdata.catalog.events import ProductSaved
from dingdan.masterdata.catalog.models import Product, Variant
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from tests.masterdata.shop import Shop


def _mugs(shop: Shop) -> ProductSaved:
    variants = (VariantDraft(sku="RED"), VariantDraft(sku="BLUE"))
    return save_product(shop.call(), product=ProductDraft(slug="mug", name="Mug", variants=variants))


def _sold() -> dict[str, bool]:
    return {sku: found.is_sold for sku, found in variants_by_sku(["RED", "BLUE"]).items()}


def test_a_retired_variant_is_not_sold(shop: Shop) -> None:
    mugs = _mugs(shop)
    retired = retire_variant(shop.call(), variant_id=mugs.variant_ids[0])
    assert (retired.variant_id, retired.product_id) == (mugs.variant_ids[0], mugs.product_id)
    assert _sold() == {"RED": False, "BLUE": True}


def test_a_retired_product_is_not_sold_in_any_variant(shop: Shop) -> None:
    mugs = _mugs(shop)
    retire_variant(shop.call(), variant_id=mugs.variant_ids[1])
    retired = retire_product(shop.call(), product_id=mugs.product_id)
    assert retired.variant_ids == mugs.variant_ids[:1]
    assert _sold() == {"RED": False, "BLUE": False}
    assert Product.objects.get().state == "retired"


def test_a_restored_variant_brings_its_product_back(shop: Shop) -> None:
    mugs = _mugs(shop)
    retire_product(shop.call(), product_id=mugs.product_id)
    restore_variant(shop.call(), variant_id=mugs.variant_ids[0])
    assert _sold() == {"RED": True, "BLUE": False}
    assert Product.objects.get().state == "active"


def test_it_refuses_to_retire_twice(shop: Shop) -> None:
    mugs = _mugs(shop)
    retire_product(shop.call(), product_id=mugs.product_id)
    again: list[Callable[[], Any]] = [
        lambda: retire_product(shop.call(), product_id=mugs.product_id),
        lambda: retire_variant(shop.call(), variant_id=mugs.variant_ids[0]),
    ]
    for attempt in again:
        with shop.nothing_changes(Product, Variant), pytest.raises(NotInThisState):
            attempt()


def test_it_refuses_to_restore_what_is_sold(shop: Shop) -> None:
    mugs = _mugs(shop)
    with shop.nothing_changes(Product, Variant), pytest.raises(NotInThisState):
        restore_variant(shop.call(), variant_id=mugs.variant_ids[0])


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    for attempt, field in (
        (lambda: retire_product(shop.call(), product_id=new_id()), "product_id"),
        (lambda: retire_variant(shop.call(), variant_id=new_id()), "variant_id"),
        (lambda: restore_variant(shop.call(), variant_id=new_id()), "variant_id"),
    ):
        with shop.nothing_changes(), pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.field == field
