"""What people say about goods, line by line, and why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text
from dingdan.masterdata.catalog.rules import Sellable, Tracking

MOST_LINES = 10_000


class NoSuchStock(Refusal):
    """The variant is not kept in stock, or unknown."""

    status = 422
    sentence = _("{sku} is not kept in stock here.")
    remedy = _("Create the variant first, with needs_stock set.")


class LotMissing(Refusal):
    """Goods that are told apart by lot or serial number came without one."""

    status = 422
    sentence = _("{sku} is told apart by {tracking}, and the line names none.")
    remedy = _("Give the lot_code of each lot or piece on a line of its own.")


class LotNotTracked(Refusal):
    """A lot was named for goods that have none."""

    status = 422
    sentence = _("{sku} has no lots.")
    remedy = _("Leave lot_code and expires_on out, or set the variant's tracking.")


class OneSerialOnePiece(Refusal):
    """A serial number stands for one piece."""

    status = 422
    sentence = _("{code} is one piece of {sku}, not {quantity}.")
    remedy = _("Give every serial number a line of its own, with the quantity 1.")


class ClosedPlace(Refusal):
    """Goods may not be put at this place any longer."""

    sentence = _("Nothing may be put at {place} any longer.")
    remedy = _("Choose another location, or open this one again.")


@dataclass(frozen=True, slots=True)
class StockChange:
    """So many pieces of a SKU; for corrections it may be negative.

    `lot_code` names the lot or serial number of goods that have one, `expires_on` the last day of a new lot, `location_id`
    the place inside the node (default: the one that was opened with it).
    """

    sku: str
    quantity: int
    lot_code: str = ""
    expires_on: date | None = None
    location_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExpectedGoods:
    """So many pieces of a SKU will come; `expected_at` is when, where that is known."""

    sku: str
    quantity: int
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArrivedGoods:
    """So many pieces of an announced supply have come."""

    supply_id: UUID
    quantity: int
    lot_code: str = ""
    expires_on: date | None = None
    location_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CountedGoods:
    """What was counted of a SKU (and lot) at a location, without looking at what the books say."""

    sku: str
    location_id: UUID
    counted: int
    lot_code: str = ""


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one unit of a SKU (a piece, a kilogram) cost, in minor units; it may have up to six decimals."""

    sku: str
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class MovedGoods:
    """So many pieces of a SKU (and lot) go from one location to another."""

    sku: str
    quantity: int
    source_id: UUID
    target_id: UUID
    lot_code: str = ""


@dataclass(frozen=True, slots=True)
class ChosenPlace:
    """So many pieces of a demand shall be taken from a location (and lot)."""

    demand_id: UUID
    quantity: int
    location_id: UUID | None = None
    lot_code: str = ""


def checked_change(value: object, *, field: str) -> int:
    """A quantity that may be negative; refused unless its size is a whole number from 1 to 10**9."""
    if type(value) is int and value < 0:
        return -checked_quantity(-value, field=field)
    return checked_quantity(value, field=field)


def checked_lines(lines: Sequence[object]) -> None:
    """Refuse no lines, and more than anybody can mean."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(field="lines", reason=_("Give 1 to 10,000 lines."))


def checked_lot(variant: Sellable, line: StockChange | ArrivedGoods, *, field: str) -> str:
    """The code of the lot that a line of arriving goods must name; '' for goods that have no lots."""
    if variant.tracking == Tracking.NONE:
        if line.lot_code or line.expires_on:
            raise LotNotTracked(field=f"{field}.lot_code", sku=variant.sku)
        return ""
    if not line.lot_code:
        raise LotMissing(field=f"{field}.lot_code", sku=variant.sku, tracking=variant.tracking)
    code = clean_text(line.lot_code, f"{field}.lot_code", 64)
    if variant.tracking == Tracking.SERIAL and abs(line.quantity) != 1:
        raise OneSerialOnePiece(field=f"{field}.quantity", sku=variant.sku, code=code, quantity=line.quantity)
    return code


def checked_cost(value: object, *, field: str) -> Decimal:
    """The same cost; refused unless it is zero or more, below 10**12, with six decimals at most."""
    places = value.as_tuple().exponent if isinstance(value, Decimal) else None
    if isinstance(value, Decimal) and isinstance(places, int) and places >= -6 and 0 <= value < 10**12:
        return value
    raise Invalid(field=field, reason=_("A cost is a number of zero or more in minor units, with six decimals at most."))


def checked_moment(value: object, *, field: str) -> datetime:
    """A moment with its time zone, in UTC: the database does not know every zone that a program can write. Refuses all else."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        with suppress(OverflowError):
            return value.astimezone(UTC)
    raise Invalid(field=field, reason=_("Give a date and time with its time zone."))
