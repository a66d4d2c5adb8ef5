import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.customers.commands import block_customer, save_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.rules import CustomerDraft
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    turned = block_customer(shop.call(), customer_id=id_)
    assert (turned.customer_id, turned.state) == (id_, "blocked")
    assert Customer.objects.get(id=id_).state == "blocked"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    block_customer(shop.call(), customer_id=id_)
    with shop.nothing_changes(Customer), pytest.raises(NotInThisState):
        block_customer(shop.call(), customer_id=id_)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(Customer), pytest.raises(NotFound) as refused:
        block_customer(shop.call(), customer_id=new_id())
    assert refused.value.field == "customer_id"
