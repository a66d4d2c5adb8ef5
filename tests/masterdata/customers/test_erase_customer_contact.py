import pytest

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.customers.commands import erase_customer_contact, record_consent, save_customer
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact, CustomerIdentity
from dingdan.masterdata.customers.queries import addresses_of, agreed, consents_of, matching_customers
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft, Identity
from tests.masterdata.shop import NOON, Shop

ADA = CustomerDraft(
    number="A1",
    contact=ContactDraft(
        name="Ada Lovelace", company="Engines", email="ada@example.com", phone="+442079460958", tax_number="GB1"
    ),
    addresses=(
        AddressDraft(
            address=PostalAddress(
                country_code="GB", name="Ada Lovelace", city="London", postal_code="SW1A 1AA", street_address="1 High St"
            ),
            is_default=True,
            phone="+442079460958",
        ),
    ),
    identities=(Identity(source="web", external_id="42"),),
)


def test_it_works(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=ADA).customer_id
    record_consent(shop.call(), customer_id=customer, purpose="mail", granted=True)

    erase_customer_contact(shop.call(), customer_id=customer)

    for model in (CustomerContact, Address, CustomerIdentity, Customer):
        told = str(list(model.objects.values()))
        for personal in ("Ada", "Engines", "example", "7946", "GB1", "London", "SW1A", "High St", "'42'"):
            assert personal not in told
    row = Customer.objects.get(id=customer)
    assert (row.number, row.state, row.erased_at) == ("A1", "active", NOON)
    assert addresses_of(customer) == []
    assert not agreed(customer, "mail")
    assert [consent.withdrawn_at for consent in consents_of(customer)] == [NOON]
    assert matching_customers(email="ada@example.com", phone="+442079460958") == []


def test_again_changes_nothing_more(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=ADA).customer_id
    erase_customer_contact(shop.call(), customer_id=customer)
    before = list(Customer.objects.values())
    erase_customer_contact(shop.call(), customer_id=customer)
    assert list(Customer.objects.values()) == before


def test_it_refuses_an_unknown_customer(shop: Shop) -> None:
    with shop.nothing_changes(), pytest.raises(NotFound):
        erase_customer_contact(shop.call(), customer_id=new_id())
