"""What kinds of customers, addresses and consents there are."""

from __future__ import annotations

from enum import StrEnum


class CustomerKind(StrEnum):
    """Whether a customer is a person or a company."""

    PERSON = "person"
    COMPANY = "company"


class AddressPurpose(StrEnum):
    """What an address is for."""

    SHIPPING = "shipping"
    BILLING = "billing"
    BOTH = "both"
