"""What happened to orders after they were placed: ids, quantities, amounts in minor units, states."""

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlteredLine:
    """What a change did to a line: units that are kept of it before and after, and how much more (or less) is owed for it."""

    line_id: UUID
    variant_id: UUID | None
    replaces: UUID | None
    before: int
    after: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAgain:
    """A refund that was promised anew, because of one on its way only a part stays: by which way back, and how much."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanged(Event):
    """A change set was applied. `difference` is how much more is owed; what was paid too much goes to `refund_to`.

    Of refunds on their way, `refund_withdrawn` stays with the order, `refund_missed` cannot be stopped and is part of `due`;
    `refunds` were promised anew because only a part of them stays.
    """

    change_id: UUID
    order_id: UUID
    customer_id: UUID | None
    what: tuple[str, ...]
    state: str
    currency: str
    total: int
    difference: int
    owed: int
    due: int
    refund_due: int
    refund_to: str
    backordered: int
    lines: tuple[AlteredLine, ...]
    canceled_shipments: tuple[UUID, ...]
    refund_withdrawn: int = 0
    refund_missed: int = 0
    refunds: tuple[RefundAgain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChangeUndone(Event):
    """A change set was taken back: the order is as it was before, and the difference is settled the other way.

    Refunds on their way stay with the order as far as they are needed, as when it is changed.
    """

    change_id: UUID
    order_id: UUID
    customer_id: UUID | None
    what: tuple[str, ...]
    state: str
    currency: str
    total: int
    difference: int
    owed: int
    due: int
    refund_due: int
    refund_to: str
    backordered: int
    lines: tuple[AlteredLine, ...]
    canceled_shipments: tuple[UUID, ...]
    refund_withdrawn: int = 0
    refund_missed: int = 0
    refunds: tuple[RefundAgain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStarted(Event):
    """One change set is to be done to many orders, or (`is_dry`) it is to be found out what would come of it."""

    bulk_id: UUID
    orders: int
    is_dry: bool
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAdvanced(Event):
    """So many orders of a bulk change have their outcome by now."""

    bulk_id: UUID
    state: str
    done: int
    changed: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStopped(Event):
    """Nothing more is done of a bulk change."""

    bulk_id: UUID
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegroupedOrder:
    """An order among others between which lines changed hands, and what it says afterwards."""

    order_id: UUID
    number: str
    customer_id: UUID | None
    is_new: bool
    state: str
    total: int
    difference: int
    owed: int
    due: int
    refund_due: int
    refund_withdrawn: int
    lines: tuple[AlteredLine, ...]
    canceled_shipments: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSplit(Event):
    """A part of an order became orders of their own; goods and money went along. The order that was split comes first."""

    change_id: UUID
    order_id: UUID
    currency: str
    by: str
    orders: tuple[RegroupedOrder, ...]
    refunds: tuple[RefundAgain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersMerged(Event):
    """What had not left of orders went over to another one, with goods and money. The order that has it all comes first."""

    change_id: UUID
    order_id: UUID
    currency: str
    orders: tuple[RegroupedOrder, ...]
    refunds: tuple[RefundAgain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegroupingUndone(Event):
    """A split or a merge was taken back: every line is where it was before."""

    change_id: UUID
    order_id: UUID
    currency: str
    orders: tuple[RegroupedOrder, ...]
    refunds: tuple[RefundAgain, ...]
