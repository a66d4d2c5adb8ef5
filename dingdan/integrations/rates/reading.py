"""What a list of rates says: `eurofxref-daily.xml` as the European Central Bank publishes it, or a table (CSV).

A table has the columns base, currency, rate and date, in any order and with any of the usual separators.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.rates.rules import MOST_AT_ONCE, RateDraft

MOST_BYTES: Final = 2 * 1024 * 1024
BANK: Final = "European Central Bank"
_BASE: Final = "EUR"
_SEPARATORS: Final = ",;\t|"
_COLUMNS: Final = {
    "base": ("base", "from", "基準幣別", "基准币种"),
    "currency": ("currency", "to", "幣別", "币种"),
    "rate": ("rate", "value", "匯率", "汇率"),
    "date": ("date", "valid_on", "valid from", "day", "日期"),
}


class RatesNotReadable(Refusal):
    """The file is no list of rates, or a broken one."""

    status = 422
    sentence = _("This cannot be read as a list of rates: {reason}")
    remedy = _("Send a table with the columns base, currency, rate and date, or eurofxref-daily.xml of the ECB.")


def read_rates(content: bytes, *, source: str = "") -> tuple[RateDraft, ...]:
    """The rates of a list, as they stand in it. Refuses `RatesNotReadable`, naming the line."""
    if len(content) > MOST_BYTES:
        raise _unreadable(_("it is too long."))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return tuple(_of_the_bank(content, source or BANK))
    return tuple(_of_a_table(content, source))


def _unreadable(reason: object) -> RatesNotReadable:
    return RatesNotReadable(field="file", reason=reason)


# ── the bank's list ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_the_bank(content: bytes, source: str) -> Iterator[RateDraft]:
    """Elements `Cube` in each other: one without anything, one for each day, one for each currency of that day."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as fault:
        raise _unreadable(_("it is no list of the European Central Bank.")) from fault
    days = [one for one in _cubes(root) if "time" in one.attrib]
    if not days:
        raise _unreadable(_("it is no list of the European Central Bank."))
    for one in days:
        on = _day(one.attrib["time"], one.attrib["time"])
        for rate in one:
            told = rate.attrib.get("currency", "")
            value = _number(rate.attrib.get("rate", ""), told)
            yield RateDraft(base=_BASE, currency=told, value=value, valid_on=on, source=source)


def _cubes(root: Element) -> Iterator[Element]:
    return (one for one in root.iter() if one.tag.rpartition("}")[2] == "Cube")


# ── a table ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_a_table(content: bytes, source: str) -> Iterator[RateDraft]:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise _unreadable(_("it is not written in UTF-8.")) from fault
    first = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=max(_SEPARATORS, key=first.count), strict=False)
    places = _places([cell.strip().casefold() for cell in next(rows, [])])
    for row in rows:
        if any(cell.strip() for cell in row):
            yield _rate(row, places, line=rows.line_num, source=source)
        if rows.line_num > MOST_AT_ONCE + 1:
            raise _unreadable(_("it is too long."))


def _places(header: list[str]) -> dict[str, int]:
    found = {name: next((header.index(one) for one in names if one in header), -1) for name, names in _COLUMNS.items()}
    missing = [name for name, place in found.items() if place < 0]
    if missing:
        raise _unreadable(_("its first line names no column {missing}.").format(missing=", ".join(missing)))
    return found


def _rate(row: list[str], places: dict[str, int], *, line: int, source: str) -> RateDraft:
    said = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
    where = _("line {number}").format(number=line)
    return RateDraft(
        base=said["base"].upper(), currency=said["currency"].upper(), value=_number(said["rate"], where),
        valid_on=_day(said["date"], where), source=source,
    )  # fmt: skip


def _number(text: str, where: object) -> Decimal:
    try:
        found = Decimal(text) if len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise _unreadable(_("“{text}” is no rate ({where}).").format(text=text[:20], where=where))
    return found


def _day(text: str, where: object) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        reason = _("“{text}” is no day ({where}); write it as 2027-12-31.").format(text=text[:20], where=where)
        raise _unreadable(reason) from None
