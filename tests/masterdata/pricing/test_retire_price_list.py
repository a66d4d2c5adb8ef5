import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.pricing.commands import retire_price_list
from dingdan.masterdata.pricing.models import PriceList
from tests.masterdata.pricing.drafts import base
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = base(shop)
    turned = retire_price_list(shop.call(), price_list_id=id_)
    assert (turned.price_list_id, turned.state) == (id_, "retired")
    assert PriceList.objects.get(id=id_).state == "retired"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = base(shop)
    retire_price_list(shop.call(), price_list_id=id_)
    with shop.nothing_changes(PriceList), pytest.raises(NotInThisState):
        retire_price_list(shop.call(), price_list_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(PriceList), pytest.raises(NotFound) as refused:
        retire_price_list(shop.call(), price_list_id=new_id())
    assert refused.value.field == "price_list_id"
