"""The 38 countries of Online Retail as ISO 3166 codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dingdan.integrations.importers.countries import country_code

#: Names that are not English names of countries. None: the file does not say which country.
SPOKEN: Final[Mapping[str, str | None]] = {
    "EIRE": "IE",
    "RSA": "ZA",
    "USA": "US",
    "Czech Republic": "CZ",
    "Hong Kong": "HK",
    # Two countries of ISO 3166, Jersey and Guernsey; the larger one stands for both.
    "Channel Islands": "JE",
    "European Community": None,
    "Unspecified": None,
}


def place(name: str) -> str | None:
    """The ISO 3166 code of a country as the file writes it, None where it names none."""
    return SPOKEN[name] if name in SPOKEN else country_code(name)
