import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.pricing.commands import restore_shipping_method, retire_shipping_method
from dingdan.masterdata.pricing.models import ShippingMethod
from tests.masterdata.pricing.drafts import courier
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = courier(shop)
    retire_shipping_method(shop.call(), shipping_method_id=id_)
    turned = restore_shipping_method(shop.call(), shipping_method_id=id_)
    assert (turned.shipping_method_id, turned.state) == (id_, "active")
    assert ShippingMethod.objects.get(id=id_).state == "active"


def test_it_refuses_a_method_that_is_offered(shop: Shop) -> None:
    id_ = courier(shop)
    with shop.nothing_changes(ShippingMethod), pytest.raises(NotInThisState):
        restore_shipping_method(shop.call(), shipping_method_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(ShippingMethod), pytest.raises(NotFound) as refused:
        restore_shipping_method(shop.call(), shipping_method_id=new_id())
    assert refused.value.field == "shipping_method_id"
