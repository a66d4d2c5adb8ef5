"""Returns as the API tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.aftersales.queries import ReturnOffer, files_of
from dingdan.web.api.reads import shaped
from dingdan.web.api.resources.files import AttachmentView


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
    refurbished: int
    sent_back: int
    grades: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLineView:
    """So many units of an order line that come back, and what is given back for them in minor units.

    `fee` is all that is kept back: of it `wear` for their grade, `restocking` for putting them away, `shipping` for the way.
    `override` says why they may come back against the rules. With
    `component_id` (the demand of a kit's part) pieces of it are counted.
    """

    id: UUID
    order_line_id: UUID
    component_id: UUID | None
    quantity: int
    accepted: int
    refund: int
    fee: int
    wear: int
    restocking: int
    shipping: int
    reason: str
    condition: str
    rule_id: UUID | None
    override: str
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
    refund_at: str
    shipping_fee: int
    carrier: str
    tracking_number: str
    label_url: str
    is_ahead: bool
    due_back_at: datetime | None
    authorized_at: datetime
    scanned_at: datetime | None
    received_at: datetime | None
    inspected_at: datetime | None
    closed_at: datetime | None
    lines: list[ReturnLineView]
    wanted: list[ExchangeLineView]
    attachments: list[AttachmentView]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfferView:
    """What the rules say about one order line: whether it may come back, why, by which rule, until when and at what cost.

    Amounts are minor units. `refund` is what its units give if they are as they were said to be; `shipping_fee` is kept back once
    per return. `rule` is empty where no rule says anything: then the shop decides.
    """

    line_id: UUID
    name: str
    sku: str
    units: int
    eligible: bool
    why: str
    sentence: str
    rule: str
    rule_id: UUID | None
    until: datetime | None
    worth: int
    restocking_fee: int
    refund: int
    shipping_paid_by: str
    shipping_fee: int
    refund_at: str
    grades_count: bool
    sends_ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOfferView:
    """What may come back of an order; `refund` is what all of it would give, the fees of its lines and of the way taken off."""

    order_id: UUID
    currency: str
    shipping_fee: int
    refund: int
    lines: list[LineOfferView]


def return_offer_view(offer: ReturnOffer) -> ReturnOfferView:
    """The offer as it is told."""
    told = [name for name in LineOfferView.__dataclass_fields__ if name not in ("line_id", "name", "sku")]
    lines = [
        LineOfferView(line_id=one.line_id, name=one.name, sku=one.sku, **{name: getattr(one.verdict, name) for name in told})
        for one in offer.lines
    ]
    return ReturnOfferView(
        order_id=offer.order_id, currency=offer.currency, shipping_fee=offer.shipping_fee, refund=offer.refund, lines=lines
    )


_RETURN = [name for name in ReturnView.__dataclass_fields__ if name not in ("node", "lines", "wanted", "attachments")]
_LINE = [name for name in ReturnLineView.__dataclass_fields__ if name != "pieces"]
_PIECE = ("id", "quantity", "received", "restocked", "damaged", "scrapped", "refurbished", "sent_back")


def with_lines(rows: QuerySet[Return]) -> QuerySet[Return]:
    """The returns with everything that `return_views` tells read along."""
    return rows.select_related("node").prefetch_related(
        "lines__pieces__demand__variant", "lines__pieces__gradings", "wanted__variant"
    )


def return_views(rows: Iterable[Return]) -> list[ReturnView]:
    """The returns as they are told."""
    found = list(rows)
    files = files_of(*(row.id for row in found))
    return [
        ReturnView(
            **{name: getattr(row, name) for name in _RETURN},
            node=row.node.code,
            lines=[_line(line) for line in row.lines.all()],
            wanted=[
                ExchangeLineView(variant_id=one.variant_id, sku=one.variant.sku, quantity=one.quantity)
                for one in row.wanted.all()
            ],
            attachments=[shaped(AttachmentView, file) for file in files[row.id]],
        )
        for row in found
    ]


def _line(line: ReturnLine) -> ReturnLineView:
    pieces = [
        ReturnPieceView(
            **{name: getattr(one, name) for name in _PIECE},
            variant_id=one.demand.variant_id,
            sku=one.demand.variant.sku,
            grades={grading.code: grading.quantity for grading in one.gradings.all()},
        )
        for one in line.pieces.all()
    ]
    return ReturnLineView(**{name: getattr(line, name) for name in _LINE}, pieces=pieces)
