"""Text as it may be stored: the one place where what people type is cleaned or refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from babel import Locale
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

# Control characters (C0, C1), lone surrogates, and marks that reverse text unseen (a name must not show as another name).
_UNWANTED: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_UNWANTED_IN_LINES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

_CODE: Final = re.compile(r"[A-Za-z0-9]+(?:[-_.:][A-Za-z0-9]+)*", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)


class NotText(Refusal):
    """Something else was sent where text is wanted."""

    status = 422
    sentence = _("A text is wanted here.")
    remedy = _("Send it as a string.")


class BrokenText(Refusal):
    """The text holds a character that cannot be stored or shown."""

    status = 422
    sentence = _("The text holds the character {character}, which cannot be stored or shown.")
    remedy = _("Leave out control characters and broken characters; type the text again instead of pasting it.")


class TextMissing(Refusal):
    """A text that is needed is blank."""

    status = 422
    sentence = _("This must not be empty.")
    remedy = _("Fill it in.")


class TextTooLong(Refusal):
    """The text is longer than there is room for."""

    status = 422
    sentence = _("The text has {length} characters; {most} is the most.")
    remedy = _("Shorten it.")


class UnusableCode(Refusal):
    """A code is what programs and addresses call a thing, so it is plain."""

    status = 422
    sentence = _("“{code}” cannot be a code.")
    remedy = _("Use letters A–Z, digits, and single - _ . : between them, such as web-shop.")


class UnknownChoice(Refusal):
    """A field takes one of a few words, and this is none of them."""

    status = 422
    sentence = _("“{value}” is not one of: {choices}.")
    remedy = _("Give one of: {choices}.")


class UnknownLanguage(Refusal):
    """The tag is not one of a language."""

    status = 422
    sentence = _("“{tag}” is not a language.")
    remedy = _("Give a language tag (BCP 47), such as en or zh-Hant.")


class UnknownCountry(Refusal):
    """The code is not one of a country."""

    status = 422
    sentence = _("“{country}” is not a country.")
    remedy = _("Give the two letters of the country (ISO 3166-1), such as TW.")


class UnknownTimeZone(Refusal):
    """The name is not one of a time zone."""

    status = 422
    sentence = _("“{name}” is not a time zone.")
    remedy = _("Give a name of the tz database, such as Asia/Taipei.")


def clean_text(value: object, field: str, max_length: int, *, required: bool = True, multiline: bool = False) -> str:
    """The text trimmed and in Unicode's composed form (NFC), at most ``max_length`` characters.

    Refuses, naming the field, what is no text (:class:`NotText`), what holds NUL or other control characters, lone surrogates or
    hidden reordering marks (:class:`BrokenText`), what is too long, and blank where ``required``. Line breaks and tabs pass only
    when ``multiline``.
    """
    if not isinstance(value, str):
        raise NotText(field=field)
    if multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    unwanted = (_UNWANTED_IN_LINES if multiline else _UNWANTED).search(value.strip(" \t\r\n"))
    if unwanted is not None:
        raise BrokenText(field=field, character=f"U+{ord(unwanted[0]):04X}")
    text = unicodedata.normalize("NFC", value).strip()
    if required and not text:
        raise TextMissing(field=field)
    if len(text) > max_length:
        raise TextTooLong(field=field, length=len(text), most=max_length)
    return text


def clean_code(value: object, field: str, max_length: int = 40) -> str:
    """A code in plain letters and digits, with single ``- _ . :`` between them. Refuses anything else (:class:`UnusableCode`)."""
    code = clean_text(value, field, max_length)
    if _CODE.fullmatch(code):
        return code
    raise UnusableCode(field=field, code=code)


def one_of(value: object, field: str, choices: Iterable[str]) -> str:
    """The value, which must be one of a few words. Refuses anything else (:class:`UnknownChoice`)."""
    known = tuple(choices)
    if isinstance(value, str) and value in known:
        return str(value)
    raise UnknownChoice(field=field, value=str(value)[:40], choices=", ".join(known))


def clean_language(value: object, field: str) -> str:
    """A language tag such as ``zh-Hant``. Refuses what is not written like one (:class:`UnknownLanguage`)."""
    tag = clean_text(value, field, 16).replace("_", "-")
    if _LANGUAGE.fullmatch(tag):
        return tag
    raise UnknownLanguage(field=field, tag=tag)


_SCRIPTS: Final = {"zh-hant": "zh-hant", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "zh": "zh-hans"}
"""How the Chinese of a place is written; of all others in simplified signs."""


def said(texts: Mapping[str, str], language: str, otherwise: str) -> str:
    """The text in a language, of texts by language tag in capitals or small letters; where there is none, `otherwise`.

    ``zh-TW`` is answered by ``zh-Hant``, ``en-GB`` by ``en``: what is nearest to the language counts.
    """
    asked, known = language.lower(), {tag.lower(): text for tag, text in texts.items() if text}
    script = next((script for place, script in _SCRIPTS.items() if f"{asked}-".startswith(f"{place}-")), "")
    return next((known[tag] for tag in (asked, script, asked.partition("-")[0]) if tag and tag in known), otherwise)


def clean_country(value: object, field: str) -> str:
    """The two letters of a country, in capitals. Refuses what is none (:class:`UnknownCountry`)."""
    country = clean_text(value, field, 40).upper()
    if country in country_codes():
        return country
    raise UnknownCountry(field=field, country=country)


def clean_time_zone(value: object, field: str) -> str:
    """The name of a time zone. Refuses what is none (:class:`UnknownTimeZone`)."""
    name = clean_text(value, field, 64)
    if name in _time_zones():
        return name
    raise UnknownTimeZone(field=field, name=name)


@cache
def _time_zones() -> frozenset[str]:
    # Asked once: to answer, Python walks through all files of the time zones.
    return frozenset(available_timezones())


@cache
def country_codes() -> frozenset[str]:
    """The countries that there are, by two letters (ISO 3166)."""
    # CLDR's territories are those of ISO 3166-1, and a few that no post goes to.
    codes = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())
    return codes - {"EU", "EZ", "UN", "XA", "XB", "ZZ"}
