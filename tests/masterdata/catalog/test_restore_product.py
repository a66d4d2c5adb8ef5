import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.catalog.commands import restore_product, retire_product
from dingdan.masterdata.catalog.models import Product, Variant
from tests.masterdata.catalog.drafts import mugs, sold
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    made = mugs(shop)
    retire_product(shop.call(), product_id=made.product_id)
    restored = restore_product(shop.call(), product_id=made.product_id)
    assert sorted(restored.variant_ids) == sorted(made.variant_ids)
    assert sold() == {"RED": True, "BLUE": True}
    assert Product.objects.get().state == "active"


def test_it_refuses_one_that_is_sold(shop: Shop) -> None:
    product = mugs(shop).product_id
    with shop.nothing_changes(Product, Variant), pytest.raises(NotInThisState):
        restore_product(shop.call(), product_id=product)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Product), pytest.raises(NotFound) as refused:
        restore_product(shop.call(), product_id=new_id())
    assert refused.value.field == "product_id"
