"""Customers are found by any part that people know of them, and no longer once they are forgotten."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.contact import PostalAddress
from dingdan.masterdata.customers.commands import erase_customer_contact, merge_customers, save_customer
from dingdan.masterdata.customers.models import Customer, CustomerContact
from dingdan.masterdata.customers.queries import found_by
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from tests.masterdata.shop import Shop

HOME = PostalAddress(country_code="GB", name="Zoë Brontë", city="London", postal_code="SW1A 1AA", street_address="1 High St")
WANG = CustomerDraft(
    number="C-700123",
    contact=ContactDraft(
        name="王小明", company="日新茶行", email="Xiaoming.Wang@example.com", phone="+886912345678", tax_number="12345675"
    ),
    addresses=(AddressDraft(address=HOME, phone="+442079460958"),),
)


def found(query: str) -> list[UUID]:
    """Whom a search finds."""
    asked = found_by(query)
    return [] if asked is None else list(Customer.objects.filter(asked).order_by("id").values_list("id", flat=True))


@pytest.mark.parametrize(
    "query",
    [
        "王", "小明", "明", "茶行", "xiaoming.wang@example.com", "XIAOMING", "wang", "12345", "0912 345 678", "345678",
        "+886 912", "C-700123", "0123", "zoe", "Bronte", "7946 0958", "12345675", "小明 茶",
    ],
)  # fmt: skip
def test_it_works(shop: Shop, query: str) -> None:
    save_customer(shop.call(), customer=CustomerDraft(number="OTHER", contact=ContactDraft(name="李大同")))
    wang = save_customer(shop.call(), customer=WANG).customer_id
    assert found(query) == [wang]


@pytest.mark.parametrize("query", ["明小", "王 李", "99999", "nobody@example.com"])
def test_others_are_not_found(shop: Shop, query: str) -> None:
    save_customer(shop.call(), customer=WANG)
    assert found(query) == []
    assert found_by("  ") is None


def test_what_changes_is_found_anew(shop: Shop) -> None:
    bare = save_customer(shop.call(), customer=CustomerDraft(number="BARE-55555")).customer_id
    assert found("55555") == [bare]
    numbered = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    assert found("C1001") == [numbered]
    save_customer(shop.call(), customer=CustomerDraft(id=numbered, number="K77777", contact=ContactDraft(name="張三")))
    assert (found("C1001"), found("77777"), found("張")) == ([], [numbered], [numbered])
    save_customer(shop.call(), customer=CustomerDraft(id=numbered, number="K77777", addresses=(AddressDraft(address=HOME),)))
    assert (found("張"), found("zoë")) == ([numbered], [numbered])


def test_one_who_was_merged_is_found_by_the_number_alone(shop: Shop) -> None:
    kept = save_customer(shop.call(), customer=CustomerDraft(number="KEPT")).customer_id
    wang = save_customer(shop.call(), customer=WANG).customer_id
    merge_customers(shop.call(), kept_id=kept, merged_id=wang)
    assert (found("王小明"), found("zoe"), found("700123")) == ([kept], [kept], [wang])


def test_one_who_was_forgotten_is_found_by_the_number_alone(shop: Shop) -> None:
    wang = save_customer(shop.call(), customer=WANG).customer_id
    erase_customer_contact(shop.call(), customer_id=wang)
    assert (found("王小明"), found("zoe"), found("345678"), found("C-700123")) == ([], [], [], [wang])
    assert "王" not in str(list(CustomerContact.objects.values()))
