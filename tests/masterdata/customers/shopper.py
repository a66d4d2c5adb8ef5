"""A customer who may be a shopper, and two addresses."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.contact import PostalAddress
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from tests.conftest import Shop

HIGH_STREET = AddressDraft(
    address=PostalAddress(country_code="GB", name="Ann Lee", street_address="1 High Street", city="London", postal_code="N1 9GU")
)
LOW_STREET = AddressDraft(
    address=PostalAddress(country_code="GB", name="Ann Lee", street_address="2 Low Street", city="London", postal_code="N1 9GU")
)


def customer(shop: Shop, email: str = "", **more: str) -> UUID:
    """A customer with that address."""
    return save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(email=email, **more))).customer_id
