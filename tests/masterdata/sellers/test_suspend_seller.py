import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.sellers.commands import suspend_seller
from dingdan.masterdata.sellers.models import Seller
from tests.masterdata.sellers.drafts import acme
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = acme(shop)
    turned = suspend_seller(shop.call(), seller_id=id_)
    assert (turned.seller_id, turned.state) == (id_, "suspended")
    assert Seller.objects.get(id=id_).state == "suspended"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = acme(shop)
    suspend_seller(shop.call(), seller_id=id_)
    with shop.nothing_changes(Seller), pytest.raises(NotInThisState):
        suspend_seller(shop.call(), seller_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Seller), pytest.raises(NotFound) as refused:
        suspend_seller(shop.call(), seller_id=new_id())
    assert refused.value.field == "seller_id"
