import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.catalog.commands import restore_variant, retire_product
from dingdan.masterdata.catalog.models import Product, Variant
from tests.masterdata.catalog.drafts import mugs, sold
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    made = mugs(shop)
    retire_product(shop.call(), product_id=made.product_id)
    restored = restore_variant(shop.call(), variant_id=made.variant_ids[0])
    assert restored.product_id == made.product_id
    assert sold() == {"RED": True, "BLUE": False}
    assert Product.objects.get().state == "active"


def test_it_refuses_what_is_sold(shop: Shop) -> None:
    red = mugs(shop).variant_ids[0]
    with shop.nothing_changes(Product, Variant), pytest.raises(NotInThisState):
        restore_variant(shop.call(), variant_id=red)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Variant), pytest.raises(NotFound) as refused:
        restore_variant(shop.call(), variant_id=new_id())
    assert refused.value.field == "variant_id"
