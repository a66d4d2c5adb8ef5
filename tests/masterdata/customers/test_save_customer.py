from dataclasses import replace

import pytest

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.contact import AddressIncomplete, EmailNotUsable, PhoneNotUsable, PostalAddress
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.register import KeyTaken
from dingdan.kernel.text import BrokenText, UnknownChoice, UnknownLanguage, UnusableCode
from dingdan.masterdata.customers.commands import erase_customer_contact, merge_customers, save_customer
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact, CustomerIdentity
from dingdan.masterdata.customers.queries import addresses_of, contact_of, customers_by_identity
from dingdan.masterdata.customers.rules import (
    AddressDraft,
    ContactDraft,
    CustomerDraft,
    Forgotten,
    Identity,
    IdentityTaken,
    MergedAway,
    OneDefaultOnly,
    TooManyAddresses,
)
from tests.masterdata.shop import Shop

HOME = PostalAddress(country_code="GB", name="Ada Lovelace", city="London", postal_code="SW1A 1AA", street_address="1 High St")
WORK = replace(HOME, street_address="2 Low St")
ADA = CustomerDraft(
    number="A1",
    language="en",
    contact=ContactDraft(name="Ada Lovelace", email="Ada@Example.com", phone="020 7946 0958"),
    addresses=(AddressDraft(address=HOME, is_default=True),),
    identities=(Identity(source="web", external_id="42"),),
)
ALL = (Customer, CustomerContact, CustomerIdentity, Address)


def test_it_works(shop: Shop) -> None:
    saved = save_customer(shop.call(), customer=ADA)

    customer = Customer.objects.get(id=saved.customer_id)
    assert (customer.number, customer.kind, customer.language, customer.group, customer.state) == (
        "A1",
        "person",
        "en",
        "",
        "active",
    )
    contact = contact_of(customer.id)
    assert contact is not None
    assert (contact.name, contact.email, contact.email_key, contact.phone) == (
        "Ada Lovelace", "Ada@example.com", "ada@example.com", "+442079460958",
    )  # fmt: skip
    (address,) = addresses_of(customer.id)
    assert (address.country_code, address.city, address.postal_code, address.is_default) == ("GB", "London", "SW1A 1AA", True)
    assert customers_by_identity("web", ["42", "43"]) == {"42": customer.id}
    assert (saved.created, saved.addresses_added, saved.addresses_retired) == (True, 1, 0)


def test_the_journal_does_not_say_who_it_is(shop: Shop) -> None:
    save_customer(shop.call(), customer=ADA)
    told = str(JournalEntry.objects.values_list("event", flat=True).get())
    for personal in ("Ada", "Lovelace", "example", "7946", "High St", "SW1A", "42"):
        assert personal not in told.replace(str(Customer.objects.get().id), "")
    assert '"contact.email"' in told.replace("'", '"')


def test_a_second_save_changes_what_is_different(shop: Shop) -> None:
    first = save_customer(shop.call(), customer=ADA)
    (before,) = addresses_of(first.customer_id)
    contact = ContactDraft(name="Ada King", email="Ada@Example.com", phone="020 7946 0958")
    addresses = (AddressDraft(address=HOME, is_default=True), AddressDraft(address=WORK, purpose="billing"))

    second = save_customer(shop.call(), customer=replace(ADA, group="vip", contact=contact, addresses=addresses))

    assert (second.customer_id, second.created) == (first.customer_id, False)
    assert second.changes == (FieldChange(field="group", before="", after="vip"), FieldChange(field="contact.name"))
    assert (second.addresses_added, second.addresses_retired) == (1, 0)
    assert [(row.id == before.id, row.purpose) for row in addresses_of(first.customer_id)] == [(True, "both"), (False, "billing")]


def test_what_is_not_given_stays_and_what_is_left_out_is_retired(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=ADA).customer_id
    save_customer(shop.call(), customer=CustomerDraft(number="A1"))
    contact = contact_of(customer)
    assert contact is not None
    assert contact.name == "Ada Lovelace"
    assert len(addresses_of(customer)) == 1

    gone = save_customer(shop.call(), customer=CustomerDraft(number="A1", addresses=()))

    assert (gone.addresses_added, gone.addresses_retired) == (0, 1)
    assert addresses_of(customer) == []
    assert Address.objects.filter(customer=customer, retired_at__isnull=False).count() == 1


def test_a_customer_is_found_by_identity_and_gets_a_number(shop: Shop) -> None:
    anonymous = CustomerDraft(identities=(Identity(source="till", external_id="7"),))
    first = save_customer(shop.call(), customer=anonymous)
    second = save_customer(shop.call(), customer=replace(anonymous, language="zh-Hant"))
    third = save_customer(shop.call(), customer=CustomerDraft())
    assert second.customer_id == first.customer_id
    assert sorted(Customer.objects.values_list("number", "language")) == [("C1001", "zh-Hant"), ("C1002", "en")]
    assert third.created


def test_a_number_changes_by_id(shop: Shop) -> None:
    first = save_customer(shop.call(), customer=ADA)
    second = save_customer(shop.call(), customer=replace(ADA, id=first.customer_id, number="B2"))
    assert second.customer_id == first.customer_id
    assert Customer.objects.get().number == "B2"


def _with_contact(**values: str) -> CustomerDraft:
    return CustomerDraft(contact=ContactDraft(**values))


REFUSED: list[tuple[str, CustomerDraft, type[Refusal], str]] = [
    ("NUL in the name", _with_contact(name="A\0da"), BrokenText, "contact.name"),
    ("no e-mail", _with_contact(email="ada"), EmailNotUsable, "contact.email"),
    ("no phone number", _with_contact(phone="12"), PhoneNotUsable, "contact.phone"),
    ("an unknown kind", CustomerDraft(kind="robot"), UnknownChoice, "kind"),
    ("a number with a space", CustomerDraft(number="A 1"), UnusableCode, "number"),
    ("no language", CustomerDraft(language="English"), UnknownLanguage, "language"),
    (
        "half an address",
        CustomerDraft(addresses=(AddressDraft(address=replace(HOME, city="")),)),
        AddressIncomplete,
        "addresses.0.city",
    ),
    (
        "an address for nothing",
        CustomerDraft(addresses=(AddressDraft(address=HOME, purpose="fun"),)),
        UnknownChoice,
        "addresses.0.purpose",
    ),
    (
        "two default addresses",
        CustomerDraft(addresses=(AddressDraft(address=HOME, is_default=True), AddressDraft(address=WORK, is_default=True))),
        OneDefaultOnly,
        "addresses.1.is_default",
    ),
    ("51 addresses", CustomerDraft(addresses=(AddressDraft(address=HOME),) * 51), TooManyAddresses, "addresses"),
    ("an unknown id", CustomerDraft(id=new_id()), NotFound, "id"),
    (
        "an identity of no system",
        CustomerDraft(identities=(Identity(source="a b", external_id="1"),)),
        UnusableCode,
        "identities.0.source",
    ),
]


@pytest.mark.parametrize(("draft", "refusal", "field"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_refuses(shop: Shop, draft: CustomerDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(*ALL), pytest.raises(refusal) as refused:
        save_customer(shop.call(), customer=draft)
    assert refused.value.field == field
    assert refused.value.detail
    assert refused.value.advice


def test_it_refuses_the_number_of_another_customer(shop: Shop) -> None:
    save_customer(shop.call(), customer=ADA)
    bob = save_customer(shop.call(), customer=CustomerDraft(number="B1"))
    with shop.nothing_changes(*ALL), pytest.raises(KeyTaken) as refused:
        save_customer(shop.call(), customer=CustomerDraft(id=bob.customer_id, number="A1"))
    assert refused.value.field == "number"
    assert refused.value.detail == "Another customer already goes by this number."


def test_it_refuses_the_identity_of_another_customer(shop: Shop) -> None:
    save_customer(shop.call(), customer=ADA)
    save_customer(shop.call(), customer=CustomerDraft(number="B1"))
    with shop.nothing_changes(*ALL), pytest.raises(IdentityTaken) as refused:
        save_customer(shop.call(), customer=CustomerDraft(number="B1", identities=ADA.identities))
    assert refused.value.field == "identities.0.external_id"


def test_it_refuses_a_customer_that_was_merged(shop: Shop) -> None:
    ada = save_customer(shop.call(), customer=ADA)
    bob = save_customer(shop.call(), customer=CustomerDraft(number="B1"))
    merge_customers(shop.call(), kept_id=ada.customer_id, merged_id=bob.customer_id)
    with shop.nothing_changes(*ALL), pytest.raises(MergedAway) as refused:
        save_customer(shop.call(), customer=CustomerDraft(number="B1", group="vip"))
    assert refused.value.facts == {"number": "B1", "kept": "A1"}


def test_it_refuses_a_customer_that_was_forgotten(shop: Shop) -> None:
    ada = save_customer(shop.call(), customer=ADA)
    erase_customer_contact(shop.call(), customer_id=ada.customer_id)
    with shop.nothing_changes(*ALL), pytest.raises(Forgotten):
        save_customer(shop.call(), customer=ADA)
