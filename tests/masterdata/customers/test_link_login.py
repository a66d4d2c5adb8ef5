from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.contact import EmailNotUsable
from dingdan.masterdata.customers.commands import (
    erase_customer_contact,
    link_login,
    merge_customers,
    save_customer,
)
from dingdan.masterdata.customers.events import CustomerContactErased, LoginLinked
from dingdan.masterdata.customers.models import Customer, CustomerLogin
from dingdan.masterdata.customers.queries import belongs_somewhere, contact_of, login_of, logins_of
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from tests.conftest import Shop


def customer(shop: Shop, email: str = "", **more: str) -> UUID:
    return save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(email=email, **more))).customer_id


def test_it_works(shop: Shop) -> None:
    known = customer(shop, "Ann@Example.com")
    told = link_login(shop.call(), user_id=7, email="ann@example.com")
    assert told == LoginLinked(customer_id=known, login_id=told.login_id, created=False)
    assert link_login(shop.call(), user_id=7, email="ann@example.com") == told
    held = login_of(7)
    assert held is not None
    assert held.customer_id == known
    assert belongs_somewhere(7)


def test_whoever_is_not_known_yet_is_a_new_customer(shop: Shop) -> None:
    told = link_login(shop.call(), user_id=7, email="new@example.com", language="zh-Hant")
    row = Customer.objects.get()
    assert told == LoginLinked(customer_id=row.id, login_id=told.login_id, created=True)
    assert row.language == "zh-Hant"
    contact = contact_of(row.id)
    assert contact is not None
    assert (contact.email, contact.name) == ("new@example.com", "")


def test_of_several_none_is_chosen(shop: Shop) -> None:
    known = {customer(shop, "family@example.com"), customer(shop, "family@example.com")}
    told = link_login(shop.call(), user_id=7, email="family@example.com")
    assert told.created
    assert told.customer_id not in known


def test_nobody_is_linked_to_whom_was_forgotten_or_merged(shop: Shop) -> None:
    kept, merged, gone = customer(shop, "kept@example.com"), customer(shop, "ann@example.com"), customer(shop, "bob@example.com")
    merge_customers(shop.call(), kept_id=kept, merged_id=merged)
    erase_customer_contact(shop.call(), customer_id=gone)
    assert link_login(shop.call(), user_id=7, email="bob@example.com").created
    assert link_login(shop.call(), user_id=8, email="ann@example.com").created


def test_what_is_no_address_is_refused(shop: Shop) -> None:
    with pytest.raises(EmailNotUsable):
        link_login(shop.call(), user_id=7, email="nobody")
    assert not CustomerLogin.objects.exists()


def test_it_goes_over_with_a_merge_and_away_with_the_person(shop: Shop) -> None:
    kept = customer(shop, "kept@example.com")
    linked = link_login(shop.call(), user_id=9001, email="ann@example.com")
    merge_customers(shop.call(), kept_id=kept, merged_id=linked.customer_id)
    assert [one.user_id for one in logins_of(kept)] == [9001]
    assert erase_customer_contact(shop.call(), customer_id=kept) == CustomerContactErased(customer_id=kept, user_ids=(9001,))
    assert not belongs_somewhere(9001)
    assert erase_customer_contact(shop.call(), customer_id=kept) == CustomerContactErased(customer_id=kept)
