"""What happened to orders and carts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """A line as it was placed; amounts in minor units."""

    line_id: UUID
    variant_id: UUID | None
    kind: str
    quantity: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPromotion:
    """What a promotion took off an order, in minor units."""

    promotion_id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """An order holds its stock and awaits its money. `backordered` pieces wait for goods to come.

    `in_review`: nothing of it leaves before the review has let it pass.
    """

    order_id: UUID
    number: str
    channel_id: UUID
    customer_id: UUID | None
    receivable_id: UUID
    currency: str
    total: int
    payment_method: str
    backordered: int
    expires_at: datetime | None
    lines: tuple[PlacedLine, ...]
    in_review: bool = False
    promotions: tuple[GivenPromotion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(Event):
    order_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResumed(Event):
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClosed(Event):
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNoted(Event):
    """A note was written; its text is in the note, not here."""

    order_id: UUID
    note_id: UUID
    to_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKeptApart(Event):
    """The order is not to be merged with another one, or (`keep_apart` is false) it may be again."""

    order_id: UUID
    keep_apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTagged(Event):
    order_id: UUID
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSaved(Event):
    """A browser wants to be told what becomes of an order."""

    order_id: UUID
    device_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesDropped(Event):
    """Browsers are told of an order no more: somebody wants it so, or they are not there any more."""

    order_id: UUID
    device_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersAdopted(Event):
    """Orders that were placed without an account belong to a customer from now on."""

    customer_id: UUID
    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsErased(Event):
    """Who ordered is forgotten in the orders of a customer that are over, which stay. How many others still need to know."""

    customer_id: UUID
    orders: int
    carts: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CartSaved(Event):
    cart_id: UUID
    lines: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CartsExpired(Event):
    cart_ids: tuple[UUID, ...]
