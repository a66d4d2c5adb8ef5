"""Which column of somebody's file is what: a small TOML or JSON file, checked strictly.

::

    source = "old-shop"              # part of each order's external id; one name per shop you come from

    [format]
    time_zone = "Asia/Taipei"        # of times without an offset
    time = "%Y/%m/%d %H:%M"          # left out: ISO 8601
    decimal_point = "."              # or ","
    currency = "TWD"                 # where no column says it
    country = "TW"
    sheet = "Orders"                 # of a workbook

    [columns]
    order = "Order No"
    placed_at = "Date"
    sku = "Item"
    quantity = "Qty"
    unit_price = "Price"
    email = "E-mail"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import exponent

#: Columns that every file must have, and those that it may have.
REQUIRED: Final = ("order", "placed_at", "sku", "quantity", "unit_price")
CONTACT: Final = ("contact_name", "email", "phone", "company", "street", "city", "region", "postal_code", "country")
#: Said once an order: on its first line, or alike on all.
OF_THE_ORDER: Final = (
    "placed_at",
    "currency",
    "customer",
    "shipping",
    "discount",
    "total",
    "paid_at",
    "payment_method",
    "shipped_at",
    "delivered_at",
    "carrier",
    "tracking_number",
    "note",
    *CONTACT,
)
KNOWN: Final = frozenset((*REQUIRED, "name", *OF_THE_ORDER))
_FORMAT: Final = frozenset(("time_zone", "time", "decimal_point", "currency", "country", "sheet"))
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_ADVICE: Final = "See the documentation for a mapping file to begin with."


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """The columns of a file by what they are to us, and how its values are written."""

    source: str = "csv"
    columns: Mapping[str, str] = field(default_factory=lambda: {name: name for name in KNOWN})
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    time: str | None = None
    decimal_point: str = "."
    currency: str | None = None
    country: str | None = None
    sheet: str | None = None
    #: Whether every named column must be there, or only the required ones (a file that uses our own names).
    strict: bool = True


#: For a file whose columns already have our names.
OUR_NAMES: Final = ColumnMap(strict=False)


def load_mapping(path: Path) -> ColumnMap:
    """The mapping in a .toml or .json file. Raises UnreadableFile that names what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise UnreadableFile(f"The mapping {path.name} cannot be opened ({error.strerror}).", "Check the path.") from error
    except ValueError as error:
        raise UnreadableFile(f"The mapping {path.name} cannot be read ({error}).", _ADVICE) from error
    if not isinstance(data, dict):
        raise UnreadableFile(f"The mapping {path.name} is no table.", _ADVICE)
    return mapping_of(data)


def mapping_of(data: Mapping[str, Any]) -> ColumnMap:
    """A mapping from plain data, checked. Raises UnreadableFile."""
    _only(data, {"source", "format", "columns"}, "the mapping")
    columns, written = _texts(data, "columns"), _texts(data, "format")
    _only(columns, KNOWN, "[columns]")
    _only(written, _FORMAT, "[format]")
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise UnreadableFile(f"[columns] does not say which column is {', '.join(missing)}.", _ADVICE)
    source = data.get("source", "csv")
    if not isinstance(source, str) or not _SOURCE.fullmatch(source):
        raise UnreadableFile("source is not a short name.", "Use up to 31 small letters, digits and hyphens.")
    if written.get("decimal_point", ".") not in (".", ","):
        raise UnreadableFile("decimal_point is neither “.” nor “,”.", _ADVICE)
    return ColumnMap(
        source=source,
        columns=columns,
        zone=_zone(written.get("time_zone", "UTC")),
        time=written.get("time"),
        decimal_point=written.get("decimal_point", "."),
        currency=_currency(written.get("currency")),
        country=written.get("country"),
        sheet=written.get("sheet"),
    )


def _only(data: Mapping[str, Any], known: frozenset[str] | set[str], where: str) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise UnreadableFile(
            f"{where} holds {', '.join(map(str, unknown))}, which is not known.", f"Known: {', '.join(sorted(known))}."
        )


def _texts(data: Mapping[str, Any], name: str) -> dict[str, str]:
    found = data.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(value, str) and value for value in found.values()):
        raise UnreadableFile(f"[{name}] must be a table of texts.", _ADVICE)
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnreadableFile(f"{name} is not a time zone.", "Write it like Europe/London or Asia/Taipei.") from error


def _currency(code: str | None) -> str | None:
    try:
        if code is not None:
            exponent(code)
    except Refusal as refused:
        raise UnreadableFile(f"{code} is not a currency.", "Write its three letters, such as EUR.") from refused
    return code
