"""Who and where, as the doors are told it: checked against what the world's addresses, mails and phones look like."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone
from dingdan.kernel.text import clean_text
from dingdan.trade.orders.rules import Person


class AddressSent(BaseModel):
    """A postal address. Which fields are needed depends on the country; what is wrong is told field by field."""

    model_config = ConfigDict(extra="forbid")

    country_code: str = Field(description="ISO 3166, two letters.", examples=["GB"])
    country_area: str = Field("", description="State, province, prefecture.")
    city: str = ""
    city_area: str = Field("", description="District.")
    postal_code: str = ""
    sorting_code: str = ""
    street_address: str = Field("", description="One or more lines.")


class PersonSent(BaseModel):
    """Whom an order is for, and where it goes."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = Field("", description="With the country's code, or as dialed in the country of the address.")
    address: AddressSent | None = None


def person(sent: PersonSent, field: str) -> Person:
    """The person cleaned. Refuses text, mail, phone and address that cannot be, naming the part behind `field`."""
    name = clean_text(sent.name, f"{field}.name", 200, required=False)
    company = clean_text(sent.company, f"{field}.company", 200, required=False)
    country, parts = "", dict[str, Any]()
    if sent.address is not None:
        found = clean_address(PostalAddress(**sent.address.model_dump()), prefix=f"{field}.address.")
        country = found.country_code
        parts = {part: value for part in AddressSent.model_fields if (value := getattr(found, part))}
    return Person(
        name=name,
        company=company,
        email=clean_email(sent.email, f"{field}.email") if sent.email else "",
        phone=clean_phone(sent.phone, f"{field}.phone", country=country) if sent.phone else "",
        country=country,
        address=parts,
    )
