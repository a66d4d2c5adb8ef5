import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.catalog.commands import retire_variant
from dingdan.masterdata.catalog.models import Variant
from tests.masterdata.catalog.drafts import mugs, sold
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    made = mugs(shop)
    retired = retire_variant(shop.call(), variant_id=made.variant_ids[0])
    assert (retired.variant_id, retired.product_id) == (made.variant_ids[0], made.product_id)
    assert sold() == {"RED": False, "BLUE": True}


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    red = mugs(shop).variant_ids[0]
    retire_variant(shop.call(), variant_id=red)
    with shop.nothing_changes(Variant), pytest.raises(NotInThisState):
        retire_variant(shop.call(), variant_id=red)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Variant), pytest.raises(NotFound) as refused:
        retire_variant(shop.call(), variant_id=new_id())
    assert refused.value.field == "variant_id"
