from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.customers.commands import erase_customer_contact, keep_address
from dingdan.masterdata.customers.models import Address
from dingdan.masterdata.customers.queries import addresses_of
from dingdan.masterdata.customers.rules import AddressDraft, Forgotten
from tests.conftest import Shop
from tests.masterdata.customers.shopper import HIGH_STREET, LOW_STREET, customer


def _streets(shop: Shop, known: UUID) -> list[tuple[str, bool]]:
    return [
        (one.street_address, one.is_default)
        for one in Address.objects.filter(customer=known, retired_at=None).order_by("-is_default")
    ]


def test_it_works(shop: Shop) -> None:
    known = customer(shop, "ann@example.com")
    assert keep_address(shop.call(), customer_id=known, address=HIGH_STREET).addresses_added == 1
    keep_address(shop.call(), customer_id=known, address=LOW_STREET)
    assert _streets(shop, known) == [("1 High Street", True), ("2 Low Street", False)]


def test_another_becomes_the_usual_one(shop: Shop) -> None:
    known = customer(shop, "ann@example.com")
    keep_address(shop.call(), customer_id=known, address=HIGH_STREET)
    keep_address(shop.call(), customer_id=known, address=LOW_STREET)
    low = addresses_of(known)[1]
    usual = AddressDraft(address=LOW_STREET.address, is_default=True)
    keep_address(shop.call(), customer_id=known, address=usual, address_id=low.id)
    assert _streets(shop, known) == [("2 Low Street", True), ("1 High Street", False)]


def test_anothers_address_is_refused(shop: Shop) -> None:
    ann, bob = customer(shop, "ann@example.com"), customer(shop, "bob@example.com")
    keep_address(shop.call(), customer_id=ann, address=HIGH_STREET)
    (theirs,) = addresses_of(ann)
    with pytest.raises(NotFound):
        keep_address(shop.call(), customer_id=bob, address=LOW_STREET, address_id=theirs.id)
    with pytest.raises(NotFound):
        keep_address(shop.call(), customer_id=uuid4(), address=LOW_STREET)
    assert [one.street_address for one in Address.objects.filter(retired_at=None)] == ["1 High Street"]


def test_whoever_was_forgotten_keeps_none(shop: Shop) -> None:
    gone = customer(shop, "ann@example.com")
    erase_customer_contact(shop.call(), customer_id=gone)
    with pytest.raises(Forgotten):
        keep_address(shop.call(), customer_id=gone, address=HIGH_STREET)
    assert not Address.objects.exists()
