"""What can be asked for: every kind of change is one small object. Amounts in minor units of the order's currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.orders.rules import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuantity:
    """A line shall have so many units in all, those that have left included."""

    line_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLine:
    """What has not left of a line shall not come."""

    line_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLine:
    """So many of an article besides, at its price today unless another is named."""

    sku: str
    quantity: int = 1
    unit_price: Decimal | None = None
    discount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLine:
    """Another article in place of what has not left of a line: as many, at its price today, unless told otherwise."""

    line_id: UUID
    sku: str
    quantity: int | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPrice:
    """Another unit price for what has not left of a line."""

    line_id: UUID
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDiscount:
    """So much off what has not left: of a line, or spread over all goods and services. An amount, or percent of the price."""

    amount: int | None = None
    percent: Decimal | None = None
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSurcharge:
    """A fee besides."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAddress:
    """The goods shall go, or the invoice shall be made out, to somebody else or somewhere else."""

    ship_to: Person | None = None
    bill_to: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContact:
    """How the customer is reached; what is None stays."""

    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetShipping:
    """Another shipping method, at the price of its table unless another is named."""

    method: str
    price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPayment:
    """Another payment method, at what it costs today; what the one before cost, or took off, is taken back."""

    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revive:
    """A canceled order goes on: everything of it that can be had again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """A remark, for staff alone or for the customer too."""

    text: str
    to_customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder:
    """Nothing of the order moves forward until it is resumed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOrder:
    """The order goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """Nothing of a line leaves until it is resumed; the rest of the order goes on."""

    line_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeLine:
    """A held line goes on."""

    line_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Units of lines, or everything that has not left, shall not come."""

    lines: tuple[Part, ...] = ()
    reason: str = CancelReason.CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprice:
    """What has not left of these lines (or of all) at the prices of today; discounts stay."""

    line_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFrom:
    """What stock answers of a line (or of all lines) shall leave from another node."""

    node_id: UUID
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceArticle:
    """Another article in place of one, on whatever line it is: as many, at its price today unless another is named."""

    old_sku: str
    sku: str
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveArticle:
    """What has not left of an article shall not come, on whatever line it is."""

    sku: str


Wish = (
    SetQuantity
    | RemoveLine
    | AddLine
    | ReplaceLine
    | SetPrice
    | GiveDiscount
    | AddSurcharge
    | SetAddress
    | SetContact
    | SetShipping
    | SetPayment
    | Revive
    | AddNote
    | HoldOrder
    | ResumeOrder
    | HoldLine
    | ResumeLine
    | Cancel
    | Reprice
    | SourceFrom
    | ReplaceArticle
    | RemoveArticle
)
