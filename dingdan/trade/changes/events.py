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
class OrderChanged(Event):
    """A change set was applied. `difference` is how much more is owed; what was paid too much goes to `refund_to`."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChangeUndone(Event):
    """A change set was taken back: the order is as it was before, and the difference is settled the other way."""

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
