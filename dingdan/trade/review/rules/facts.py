"""What is known of an order when it is reviewed. Gathered by the queries, judged without a database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dingdan.masterdata.customers.rules import Watched
from dingdan.trade.orders.rules import Person


class Need(StrEnum):
    """What a kind of rule wants to know beyond the order itself; what no active rule wants is never asked."""

    HISTORY = "history"
    WATCHES = "watches"
    STOCK = "stock"
    USUAL = "usual"
    LIST_PRICES = "list_prices"
    FLOORS = "floors"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line of goods: so many of an article for so much in all (after discount), and what is usual."""

    sku: str
    variant_id: UUID
    quantity: int
    paid: int
    usual: int | None = None
    list_price: Decimal | None = None
    floors: Mapping[str, Decimal] = field(default_factory=dict)
    """The lowest unit price by the code of the price list that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another order of the same buyer for the same goods."""

    number: str
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """An order as a rule sees it. Amounts in minor units of its currency."""

    order_id: UUID
    number: str
    channel_id: UUID
    currency: str
    amount: int
    placed_at: datetime
    note: str = ""
    ship_to: Person = field(default_factory=Person)
    bill_to: Person | None = None
    """None: the same as where it goes."""
    lines: tuple[LineFacts, ...] = ()
    missing: int = 0
    """Pieces that are owed and not there."""
    earlier: int = 0
    """Orders of the same buyer before this one, as far as they are counted."""
    watched: tuple[Watched, ...] = ()
    twins: tuple[Twin, ...] = ()


def goods_key(goods: Iterable[tuple[UUID, int]]) -> str:
    """What two orders for the same goods share: articles and quantities, in any order; empty where there are none."""
    pieces: dict[UUID, int] = {}
    for variant_id, quantity in goods:
        pieces[variant_id] = pieces.get(variant_id, 0) + quantity
    told = "|".join(f"{variant_id}:{quantity}" for variant_id, quantity in sorted(pieces.items()) if quantity)
    return hashlib.sha256(told.encode()).hexdigest() if told else ""
