from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.customers.commands import keep_address, retire_address
from dingdan.masterdata.customers.queries import addresses_of
from tests.conftest import Shop
from tests.masterdata.customers.shopper import HIGH_STREET, LOW_STREET, customer


def test_it_works(shop: Shop) -> None:
    known = customer(shop, "ann@example.com")
    for one in (HIGH_STREET, LOW_STREET):
        keep_address(shop.call(), customer_id=known, address=one)
    gone = addresses_of(known)[0]
    told = retire_address(shop.call(), customer_id=known, address_id=gone.id)
    assert (told.addresses_added, told.addresses_retired) == (0, 1)
    assert [one.street_address for one in addresses_of(known)] == ["2 Low Street"]
    with pytest.raises(NotFound):
        retire_address(shop.call(), customer_id=known, address_id=gone.id)


def test_anothers_address_is_refused(shop: Shop) -> None:
    ann, bob = customer(shop, "ann@example.com"), customer(shop, "bob@example.com")
    keep_address(shop.call(), customer_id=ann, address=HIGH_STREET)
    with pytest.raises(NotFound):
        retire_address(shop.call(), customer_id=bob, address_id=addresses_of(ann)[0].id)
    assert len(addresses_of(ann)) == 1
