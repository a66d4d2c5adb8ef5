import pytest

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.customers.commands import (
    erase_customer_contact,
    merge_customers,
    note_customer,
    record_consent,
    save_customer,
    tag_customer,
)
from dingdan.masterdata.customers.models import Address, Consent, Customer, CustomerContact, CustomerIdentity
from dingdan.masterdata.customers.queries import (
    addresses_of,
    agreed,
    contact_of,
    customers_by_identity,
    going_on,
    matching_customers,
    possible_duplicates,
    preview_merge,
)
from dingdan.masterdata.customers.rules import (
    AddressDraft,
    ContactDraft,
    CustomerDraft,
    Forgotten,
    Identity,
    MergeOutdated,
    NotTheSame,
)
from tests.masterdata.shop import Shop

HOME = PostalAddress(country_code="GB", name="Ada", city="London", postal_code="SW1A 1AA", street_address="1 High St")
ALL = (Customer, CustomerContact, CustomerIdentity, Address, Consent)


def _customer(shop: Shop, source: str, **contact: str) -> CustomerDraft:
    draft = CustomerDraft(
        number=source,
        contact=ContactDraft(**contact),
        addresses=(AddressDraft(address=HOME, is_default=True),),
        identities=(Identity(source=source, external_id="1"),),
    )
    saved = save_customer(shop.call(), customer=draft)
    return CustomerDraft(id=saved.customer_id, number=source)


def test_it_works(shop: Shop) -> None:
    web = _customer(shop, "web", name="Ada", email="ada@example.com").id
    till = _customer(shop, "till", email="ADA@example.com", phone="+44 20 7946 0958").id
    assert web
    assert till
    record_consent(shop.call(), customer_id=till, purpose="sms", granted=True)
    record_consent(shop.call(), customer_id=till, purpose="mail", granted=True)
    record_consent(shop.call(), customer_id=web, purpose="mail", granted=True)
    assert possible_duplicates() == [(web, till)]

    merged = merge_customers(shop.call(), kept_id=web, merged_id=till)

    assert (merged.kept_id, merged.merged_id, merged.filled) == (web, till, ("phone",))
    other = Customer.objects.get(id=till)
    assert (other.state, other.merged_into_id) == ("merged", web)
    contact, emptied = contact_of(web), contact_of(till)
    assert contact is not None
    assert emptied is not None
    assert (contact.name, contact.email, contact.phone) == ("Ada", "ada@example.com", "+442079460958")
    assert (emptied.name, emptied.email, emptied.email_key, emptied.phone) == ("", "", "", "")
    assert [address.is_default for address in addresses_of(web)] == [True, False]
    assert customers_by_identity("till", ["1"]) == {"1": web}
    assert (agreed(web, "sms"), agreed(web, "mail")) == (True, True)
    assert (going_on(till), going_on(web)) == (web, web)
    assert possible_duplicates() == []


def test_it_comes_out_as_it_was_shown(shop: Shop) -> None:
    web = _customer(shop, "web", name="Ada", email="ada@example.com").id
    till = _customer(shop, "till", name="A.", phone="+44 20 7946 0958").id
    assert web
    assert till
    record_consent(shop.call(), customer_id=till, purpose="sms", granted=True)
    tag_customer(shop.call(), customer_id=till, add=("vip",))
    shown = preview_merge(web, till)
    assert [(one.field, one.kept, one.merged, one.after) for one in shown.fields] == [
        ("name", "Ada", "A.", "Ada"), ("email", "ada@example.com", "", "ada@example.com"),
        ("phone", "", "+442079460958", "+442079460958"),
    ]  # fmt: skip
    assert (shown.addresses, shown.identities, shown.consents, shown.notes, shown.tags) == (1, 1, 1, 0, ("vip",))
    assert preview_merge(web, till) == shown
    note_customer(shop.call(), customer_id=till, text="New")
    with shop.nothing_changes(*ALL), pytest.raises(MergeOutdated):
        merge_customers(shop.call(), kept_id=web, merged_id=till, fingerprint=shown.fingerprint)
    merge_customers(shop.call(), kept_id=web, merged_id=till, fingerprint=preview_merge(web, till).fingerprint)
    contact = contact_of(web)
    assert contact is not None
    assert [getattr(contact, one.field) for one in shown.fields] == [one.after for one in shown.fields]


def test_it_refuses_who_was_forgotten(shop: Shop) -> None:
    web, till = _customer(shop, "web").id, _customer(shop, "till").id
    assert web
    assert till
    erase_customer_contact(shop.call(), customer_id=till)
    for kept, merged, field in ((web, till, "merged_id"), (till, web, "kept_id")):
        with shop.nothing_changes(*ALL), pytest.raises(Forgotten) as refused:
            merge_customers(shop.call(), kept_id=kept, merged_id=merged)
        assert refused.value.field == field


def test_chains_are_short(shop: Shop) -> None:
    first, second, third = (_customer(shop, source).id for source in ("a", "b", "c"))
    assert first
    assert second
    assert third
    merge_customers(shop.call(), kept_id=second, merged_id=first)
    merge_customers(shop.call(), kept_id=third, merged_id=second)
    assert [going_on(id_) for id_ in (first, second, third)] == [third, third, third]


def test_matches_say_by_what(shop: Shop) -> None:
    web = _customer(shop, "web", email="ada@example.com", phone="+442079460958").id
    till = _customer(shop, "till", phone="+442079460958").id
    _customer(shop, "mail", email="bob@example.com")
    found = matching_customers(email="Ada@Example.com", phone="+442079460958")
    assert [(match.customer_id, match.number, match.by) for match in found] == [
        (web, "web", ("email", "phone")), (till, "till", ("phone",)),
    ]  # fmt: skip
    assert matching_customers() == []
    assert matching_customers(email="nobody@example.com") == []


def test_it_refuses_the_same_twice(shop: Shop) -> None:
    web = _customer(shop, "web").id
    assert web
    with shop.nothing_changes(*ALL), pytest.raises(NotTheSame):
        merge_customers(shop.call(), kept_id=web, merged_id=web)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    web = _customer(shop, "web").id
    assert web
    with shop.nothing_changes(*ALL), pytest.raises(NotFound) as refused:
        merge_customers(shop.call(), kept_id=web, merged_id=new_id())
    assert refused.value.field == "customer_id"


def test_it_refuses_what_was_merged_before(shop: Shop) -> None:
    first, second, third = (_customer(shop, source).id for source in ("a", "b", "c"))
    assert first
    assert second
    assert third
    merge_customers(shop.call(), kept_id=second, merged_id=first)
    for kept, merged in ((third, first), (first, third)):
        with shop.nothing_changes(*ALL), pytest.raises(NotInThisState):
            merge_customers(shop.call(), kept_id=kept, merged_id=merged)
