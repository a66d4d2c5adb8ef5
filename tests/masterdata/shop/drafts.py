"""A shop that has said everything of itself."""

from dingdan.kernel.contact import PostalAddress
from dingdan.masterdata.shop.rules import ProfileDraft

AMYS = ProfileDraft(
    name="Amy's Mugs",
    country="GB",
    language="en",
    time_zone="Europe/London",
    legal_name="Amy Wong Ceramics Ltd",
    address=PostalAddress(country_code="GB", street_address="1 High Street", city="London", postal_code="N1 9GU"),
    email="hello@amys.example",
    phone="020 7946 0958",
    website="amys.example",
    tax_number="12345 67890",
    vat_number="GB 999 9999 73",
    registration_number="01234567",
    bank_name="West Bank",
    iban="GB82 WEST 1234 5698 7654 32",
    bic="WESTGB2L",
    footer="Mugs since 2019.",
)
