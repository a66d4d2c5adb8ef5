"""Names that the program brings along and writes into registers: in the shop's language, read by everybody in their own.

They stand in the code once, in English, marked with `gettext_noop`; the catalogs say them in other languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from django.utils.translation import get_language, get_supported_language_variant, gettext, override

LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans")
"""Those that the program speaks."""


def in_language(text: str, language: str) -> str:
    """What a name of ours is in a language, such as ``zh-Hant``; in English where the program does not speak it."""
    return in_every_language(text)[nearest(language)]


@cache
def in_every_language(text: str) -> Mapping[str, str]:
    """What a name of ours is, by language."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = gettext(text)
    return MappingProxyType(said)


def as_read(name: str, text: str | None) -> str:
    """A name as whoever looks reads it: in their language, if it is still what the program wrote for `text` in any language.

    Otherwise, and where the program brought nothing along (None), it is the shop's own, and stays as it is.
    """
    return in_language(text, get_language() or "") if text is not None and is_named(name, text) else name


def is_named(name: str, text: str) -> bool:
    """Whether a name is what the program wrote for `text`, in any of its languages."""
    return name in in_every_language(text).values()


def nearest(language: str) -> str:
    """The language that the program speaks which comes closest: ``zh-Hant`` for ``zh-TW``, English for what it does not know."""
    try:
        known = get_supported_language_variant(language.lower().replace("_", "-"))
    except LookupError:
        return LANGUAGES[0]
    return next(one for one in LANGUAGES if one.lower() == known)
