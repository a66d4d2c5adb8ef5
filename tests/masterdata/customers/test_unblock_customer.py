import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.customers.commands import block_customer, save_customer, unblock_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.rules import CustomerDraft
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    block_customer(shop.call(), customer_id=id_)
    turned = unblock_customer(shop.call(), customer_id=id_)
    assert (turned.customer_id, turned.state) == (id_, "active")
    assert Customer.objects.get(id=id_).state == "active"


def test_it_refuses_a_customer_that_is_not_blocked(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    with shop.nothing_changes(Customer), pytest.raises(NotInThisState):
        unblock_customer(shop.call(), customer_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Customer), pytest.raises(NotFound) as refused:
        unblock_customer(shop.call(), customer_id=new_id())
    assert refused.value.field == "customer_id"
