"""What a seller must look like to be written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from dingdan.kernel.contact import clean_email
from dingdan.kernel.money import exponent
from dingdan.kernel.text import clean_code, clean_country, clean_text

#: A seller may be one person, so an event tells that these changed, but not what they are.
VEILED = frozenset({"name", "legal_name", "tax_number", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerDraft:
    """A seller as it shall be. ``id`` names one whose code is to change; else the code tells which it is."""

    code: str
    name: str
    currency: str
    legal_name: str = ""
    tax_number: str = ""
    country: str = ""
    email: str = ""
    id: UUID | None = None


def clean_seller(draft: SellerDraft) -> SellerDraft:
    """The seller with every text cleaned. Refuses what cannot be, naming field and remedy."""
    exponent(draft.currency)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        legal_name=clean_text(draft.legal_name, "legal_name", 200, required=False),
        tax_number=clean_text(draft.tax_number, "tax_number", 40, required=False),
        country=clean_country(draft.country, "country") if draft.country else "",
        email=clean_email(draft.email, "email") if draft.email else "",
    )
