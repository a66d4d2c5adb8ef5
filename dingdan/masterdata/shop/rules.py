"""What a shop must say of itself to be written down, and how accounts and numbers are checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError as NotOne
from stdnum.gb import vat as gb_vat

from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone, clean_website
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.text import clean_code, clean_country, clean_language, clean_text, clean_time_zone, one_of

LOGO_KINDS: Final = ("image/png", "image/jpeg", "image/webp")
_COLOR: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_ORIGIN: Final = re.compile(
    r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?", re.ASCII
)
MOST_ORIGINS: Final = 20
_LETTERS: Final = re.compile(r"[0-9A-Z+*]+", re.ASCII)
_KNOWN_PREFIXES: Final = {"GB", "EL", *map(str.upper, eu_vat.MEMBER_STATES)} - {"GR"}


class IbanNotUsable(Refusal):
    """The account number is no IBAN, or a digit of it is wrong: money sent there would be lost."""

    status = 422
    sentence = _("“{iban}” is not an IBAN: its check digits do not fit, or its country has none like it.")
    remedy = _("Take it from a statement of the bank. An account without an IBAN goes into account_number and bank_code.")


class BicNotUsable(Refusal):
    """The code of the bank is none."""

    status = 422
    sentence = _("“{bic}” is not a BIC.")
    remedy = _("Give the 8 or 11 letters and digits of the bank's BIC (SWIFT code), such as DEUTDEFF.")


class AccountMissing(Refusal):
    """A bank is named, but no account at it."""

    status = 422
    sentence = _("The bank account has no number.")
    remedy = _("Give an IBAN, or an account number with the code of the bank; or leave everything about the bank out.")


class VatNumberNotUsable(Refusal):
    """The number is not one that the country gives out."""

    status = 422
    sentence = _("“{number}” is not a VAT number: a digit is wrong, or {country} gives out no such numbers.")
    remedy = _(
        "Take it from the tax office's letter, with the letters of the country in front. Other numbers go into tax_number."
    )


class Font(StrEnum):
    """The letters of a storefront. All of them are on the reader's own device, so that nothing is fetched from elsewhere."""

    SANS = "sans"
    SERIF = "serif"
    ROUNDED = "rounded"


class Corners(StrEnum):
    """How round buttons and pictures are."""

    SHARP = "sharp"
    SOFT = "soft"
    ROUND = "round"


class OriginNotUsable(Refusal):
    """Where pages come from is a scheme, a host and perhaps a port; only a computer's own pages come without https."""

    status = 422
    sentence = _("“{origin}” is not where pages come from.")
    remedy = _("Write it as browsers do, such as https://blog.example: with https, without a path.")


class ColorNotUsable(Refusal):
    """A color is written as browsers write it."""

    status = 422
    sentence = _("“{color}” is not a color.")
    remedy = _("Write it with six digits after a #, such as #14566b.")


MOST_LOGO_BYTES: Final = 2**20
MOST_LOGO_SIDE: Final = 4000


class LogoNotUsable(Refusal):
    """Only a picture that every browser shows is a logo: no drawing that could carry a script, no film, nothing huge."""

    status = 422
    sentence = _("A logo is a PNG, JPEG or WebP picture of at most 1 MiB and 4000 pixels on a side.")
    remedy = _("Save it as PNG, with a ground that can be seen through, some 512 pixels wide, and send it again.")


def check_logo(content: bytes, media_type: str) -> None:
    """Refuse (`LogoNotUsable`) what is no logo, or not a whole one."""
    if media_type not in LOGO_KINDS or len(content) > MOST_LOGO_BYTES:
        raise LogoNotUsable(field="content")
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as read:
            fits = max(read.size) <= MOST_LOGO_SIDE and not getattr(read, "is_animated", False)
            if fits:
                read.load()  # whole: its icons are drawn of it
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        fits = False
    if not fits:
        raise LogoNotUsable(field="content")


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontDraft:
    """A storefront as it shall be. ``code`` is that of the channel it sells for. ``id`` names one that shall sell for another."""

    code: str
    title: str = ""
    tagline: str = ""
    tagline_i18n: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    accent: str = "#14566b"
    font: str = Font.SANS.value
    corners: str = Corners.SOFT.value
    origins: tuple[str, ...] = ()
    """Whose pages may use the carts of this storefront, such as https://blog.example."""
    id: UUID | None = None


def clean_storefront(draft: StorefrontDraft) -> StorefrontDraft:
    """The storefront with every text cleaned. Refuses what cannot be, naming field and remedy."""
    accent = clean_text(draft.accent, "accent", 20).lower()
    if not _COLOR.fullmatch(accent):
        raise ColorNotUsable(field="accent", color=accent)
    taglines = {
        clean_language(tag, "tagline_i18n"): clean_text(text, "tagline_i18n", 200) for tag, text in draft.tagline_i18n.items()
    }
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        title=clean_text(draft.title, "title", 120, required=False),
        tagline=clean_text(draft.tagline, "tagline", 200, required=False),
        tagline_i18n=taglines,
        country=clean_country(draft.country, "country") if draft.country else "",
        accent=accent,
        font=one_of(draft.font, "font", Font),
        corners=one_of(draft.corners, "corners", Corners),
        origins=_clean_origins(draft.origins),
    )


def _clean_origins(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len(texts) > MOST_ORIGINS:
        raise Invalid(field="origins", reason=_("At most {most} of these can be named.").format(most=MOST_ORIGINS))
    cleaned = [clean_text(text, f"origins.{index}", 200).rstrip("/").lower() for index, text in enumerate(texts)]
    for index, origin in enumerate(cleaned):
        if not _ORIGIN.fullmatch(origin):
            raise OriginNotUsable(field=f"origins.{index}", origin=origin)
    return tuple(dict.fromkeys(cleaned))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDraft:
    """The shop as it shall be, whole: what is left out is emptied. Names in the address are left out.

    ``tax_number`` is what the tax office of the country calls the shop, ``vat_number`` what others in Europe know it by. The
    account has an ``iban``, or an ``account_number`` with the ``bank_code`` of its country (sort code, routing number).
    """

    name: str
    country: str
    language: str
    time_zone: str
    legal_name: str = ""
    address: PostalAddress | None = None
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_number: str = ""
    vat_number: str = ""
    registration_number: str = ""
    bank_holder: str = ""
    bank_name: str = ""
    iban: str = ""
    account_number: str = ""
    bank_code: str = ""
    bic: str = ""
    footer: str = ""


#: How the shop goes about its days; papers do not say it, so that it is the tenant's alone.
HABITS: Final = ("language", "time_zone")
#: What papers say.
SAID: Final = tuple(one.name for one in fields(ProfileDraft) if one.name not in HABITS)
#: A shop may be one person, so an event tells that these changed, but not what they are.
VEILED: Final = frozenset(SAID) - {"country"}
_LINES: Final = {"legal_name": 200, "tax_number": 40, "registration_number": 60, "footer": 300}
_ACCOUNT: Final = {"bank_holder": 200, "bank_name": 100, "account_number": 40, "bank_code": 20, "iban": 50, "bic": 50}


def clean_profile(draft: ProfileDraft) -> ProfileDraft:
    """The profile with every text, address and number cleaned. Refuses what cannot be, naming field and remedy."""
    country = clean_country(draft.country, "country")
    lines: dict[str, Any] = _clean_lines(draft, _LINES)
    return replace(
        _clean_account(draft),
        name=clean_text(draft.name, "name", 200),
        country=country,
        language=clean_language(draft.language, "language"),
        time_zone=clean_time_zone(draft.time_zone, "time_zone"),
        address=_clean_address(draft.address) if draft.address else None,
        email=clean_email(draft.email, "email") if draft.email else "",
        phone=clean_phone(draft.phone, "phone", country=country) if draft.phone else "",
        website=clean_website(draft.website, "website") if draft.website else "",
        vat_number=_clean_vat_number(draft.vat_number, country) if draft.vat_number else "",
        **lines,
    )


def _clean_lines(draft: ProfileDraft, lengths: Mapping[str, int]) -> dict[str, str]:
    return {name: clean_text(getattr(draft, name), name, most, required=False) for name, most in lengths.items()}


def said_by(draft: ProfileDraft) -> dict[str, Any]:
    """What papers will say, by the columns of a profile; of the address what is not empty."""
    address = asdict(draft.address) if draft.address else {}
    return {name: getattr(draft, name) for name in SAID} | {"address": {part: text for part, text in address.items() if text}}


def _clean_address(address: PostalAddress) -> PostalAddress:
    """The address without a name: whose it is, the legal name says."""
    return clean_address(replace(address, name="", company_name=""), prefix="address.")


def _clean_account(draft: ProfileDraft) -> ProfileDraft:
    lines: dict[str, Any] = _clean_lines(draft, _ACCOUNT)
    lines["iban"] = _checked(iban.validate, lines["iban"], IbanNotUsable(field="iban", iban=lines["iban"]))
    lines["bic"] = _checked(bic.validate, lines["bic"], BicNotUsable(field="bic", bic=lines["bic"]))
    cleaned = replace(draft, **lines)
    says_more = cleaned.bank_holder or cleaned.bank_name or cleaned.bank_code or cleaned.bic
    if says_more and not (cleaned.iban or cleaned.account_number):
        raise AccountMissing(field="iban")
    return cleaned


def _clean_vat_number(text: str, country: str) -> str:
    """The number with its country in front. That of the EU's countries and of the United Kingdom is checked by its digits."""
    typed = clean_text(text, "vat_number", 40)
    plain = _plain(typed)
    letters = plain[:2] if plain[:2].isalpha() else ""
    prefix = (letters or country).replace("GR", "EL")  # Greece signs its numbers as the Greeks call it
    if prefix not in _KNOWN_PREFIXES:
        return typed
    number = prefix + plain.removeprefix(letters)
    check = gb_vat.validate if prefix == "GB" else eu_vat.validate
    refusal = VatNumberNotUsable(field="vat_number", number=typed, country=prefix)
    return prefix + _checked(check, number, refusal).removeprefix(prefix)


def _checked(check: Callable[[str], str], text: str, refusal: Refusal) -> str:
    """The number as the library writes it; empty where it is empty."""
    plain = _plain(text)
    if not plain:
        return ""
    try:
        if _LETTERS.fullmatch(plain):
            return check(plain)
    except NotOne:
        pass
    raise refusal


def _plain(text: str) -> str:
    """A number without what people put between its groups."""
    return re.sub(r"[\s.-]", "", text).upper()
