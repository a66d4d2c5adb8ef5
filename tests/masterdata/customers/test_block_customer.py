import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.customers.commands import block_customer, save_customer, unblock_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import customer_by_number, customers_by_id
from dingdan.masterdata.customers.rules import CustomerDraft
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft(number="A1")).customer_id
    assert block_customer(shop.call(), customer_id=id_).state == "blocked"
    assert customers_by_id([id_])[id_].state == "blocked"
    assert unblock_customer(shop.call(), customer_id=id_).state == "active"
    found = customer_by_number("A1")
    assert found is not None
    assert found.state == "active"


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft(number="A1")).customer_id
    with shop.nothing_changes(Customer), pytest.raises(NotInThisState):
        unblock_customer(shop.call(), customer_id=id_)
    block_customer(shop.call(), customer_id=id_)
    with shop.nothing_changes(Customer), pytest.raises(NotInThisState):
        block_customer(shop.call(), customer_id=id_)


def test_it_refuses_an_unknown_customer(shop: Shop) -> None:
    with shop.nothing_changes(Customer), pytest.raises(NotFound):
        block_customer(shop.call(), customer_id=new_id())
