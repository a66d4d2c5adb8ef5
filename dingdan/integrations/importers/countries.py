"""Countries as people write them: the two letters of ISO 3166 for a code or an English name."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import Locale

# Regions of CLDR that are no countries of ISO 3166-1.
_NO_COUNTRIES: Final = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


@lru_cache(maxsize=1)
def _by_english_name() -> dict[str, str]:
    names = Locale("en").territories
    codes = [str(code) for code in names]
    countries = [code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return {str(names[code]).casefold(): code for code in countries}


@lru_cache(maxsize=1024)
def country_code(name: str) -> str | None:
    """The two-letter code for a code or an English name; None for what is no country."""
    plain = " ".join(name.split())
    known = _by_english_name()
    if len(plain) == 2 and plain.upper() in known.values():
        return plain.upper()
    return known.get(plain.casefold())
