from __future__ import annotations

import pytest

from dingdan.masterdata.customers.commands import change_profile, erase_customer_contact
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import contact_of
from dingdan.masterdata.customers.rules import Forgotten, ProfileDraft
from tests.conftest import Shop
from tests.masterdata.customers.shopper import customer


def test_it_works(shop: Shop) -> None:
    known = customer(shop, "ann@example.com", tax_number="GB1")
    change_profile(shop.call(), customer_id=known, profile=ProfileDraft(name="Ann Lee", language="zh-Hans"))
    told = change_profile(shop.call(), customer_id=known, profile=ProfileDraft(phone="+442079460000"))
    assert [change.field for change in told.changes] == ["contact.phone"]
    contact = contact_of(known)
    assert contact is not None
    assert (contact.name, contact.email, contact.phone, contact.tax_number) == (
        "Ann Lee",
        "ann@example.com",
        "+442079460000",
        "GB1",
    )
    assert Customer.objects.get().language == "zh-Hans"


def test_whoever_was_forgotten_changes_nothing(shop: Shop) -> None:
    gone = customer(shop, "ann@example.com")
    erase_customer_contact(shop.call(), customer_id=gone)
    with pytest.raises(Forgotten):
        change_profile(shop.call(), customer_id=gone, profile=ProfileDraft(name="Ann"))
    contact = contact_of(gone)
    assert contact is not None
    assert contact.name == ""
