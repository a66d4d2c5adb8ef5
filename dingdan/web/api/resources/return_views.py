"""Returns as the API tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dingdan.trade.aftersales.models import Return, ReturnLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPieceView:
    """So many pieces of a variant that come back, and where they went."""

    id: UUID
    variant_id: UUID
    sku: str
    quantity: int
    received: int
    restocked: int
    damaged: int
    scrapped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLineView:
    """So many units of an order line that come back, and what is given back for them in minor units."""

    id: UUID
    order_line_id: UUID
    quantity: int
    accepted: int
    refund: int
    fee: int
    reason: str
    pieces: list[ReturnPieceView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeLineView:
    """What the customer gets in place of what comes back."""

    variant_id: UUID
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnView:
    """Goods of one order that come back to one node."""

    id: UUID
    number: str
    external_number: str
    order_id: UUID
    node: str
    state: str
    follow_up_id: UUID | None
    authorized_at: datetime
    received_at: datetime | None
    inspected_at: datetime | None
    closed_at: datetime | None
    lines: list[ReturnLineView]
    wanted: list[ExchangeLineView]


_RETURN = [name for name in ReturnView.__dataclass_fields__ if name not in ("node", "lines", "wanted")]
_LINE = [name for name in ReturnLineView.__dataclass_fields__ if name != "pieces"]
_PIECE = ("id", "quantity", "received", "restocked", "damaged", "scrapped")


def with_lines(rows: QuerySet[Return]) -> QuerySet[Return]:
    """The returns with everything that `return_views` tells read along."""
    return rows.select_related("node").prefetch_related("lines__pieces__demand__variant", "wanted__variant")


def return_views(rows: Iterable[Return]) -> list[ReturnView]:
    """The returns as they are told."""
    return [
        ReturnView(
            **{name: getattr(row, name) for name in _RETURN},
            node=row.node.code,
            lines=[_line(line) for line in row.lines.all()],
            wanted=[
                ExchangeLineView(variant_id=one.variant_id, sku=one.variant.sku, quantity=one.quantity)
                for one in row.wanted.all()
            ],
        )
        for row in rows
    ]


def _line(line: ReturnLine) -> ReturnLineView:
    pieces = [
        ReturnPieceView(
            **{name: getattr(one, name) for name in _PIECE}, variant_id=one.demand.variant_id, sku=one.demand.variant.sku
        )
        for one in line.pieces.all()
    ]
    return ReturnLineView(**{name: getattr(line, name) for name in _LINE}, pieces=pieces)
