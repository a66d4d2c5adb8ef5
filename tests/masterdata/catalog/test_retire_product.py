import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.catalog.commands import retire_product, retire_variant
from dingdan.masterdata.catalog.models import Product, Variant
from tests.masterdata.catalog.drafts import mugs, sold
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    made = mugs(shop)
    retire_variant(shop.call(), variant_id=made.variant_ids[1])
    retired = retire_product(shop.call(), product_id=made.product_id)
    assert retired.variant_ids == made.variant_ids[:1]
    assert sold() == {"RED": False, "BLUE": False}
    assert Product.objects.get().state == "retired"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    product = mugs(shop).product_id
    retire_product(shop.call(), product_id=product)
    with shop.nothing_changes(Product, Variant), pytest.raises(NotInThisState):
        retire_product(shop.call(), product_id=product)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Product), pytest.raises(NotFound) as refused:
        retire_product(shop.call(), product_id=new_id())
    assert refused.value.field == "product_id"
