"""Orders: find them, look at one, hold, resume, note and tag it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, order_counts, rows
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.trade.orders.commands import hold_order, keep_order_apart, note_order, resume_order, tag_order
from dingdan.trade.orders.lifecycle import ORDER_LIFE
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.resources.order_views import OrderView, order_view
from dingdan.web.api.resources.rates import Present
from dingdan.web.api.writes import Write, mount

TAG = "Orders"

OrderState = Annotated[str, OneOf(ORDER_LIFE.states)]
OrderPayment = Annotated[str, OneOf(PaymentStatus)]
OrderGoods = Annotated[str, OneOf(FulfillmentStatus)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order in a list. Lists follow the journal, usually well within a second."""

    id: UUID
    number: str
    external_id: str
    name: str
    country: str
    channel_id: UUID
    customer_id: UUID | None
    state: str
    payment_status: str
    fulfillment_status: str
    currency: str
    total: int
    units: int
    tags: list[str]
    placed_at: datetime
    promised_at: datetime | None


@read("/orders", permission="orders.read", tag=TAG)
def list_orders(
    *,
    q: str | None = None,
    state: OrderState | None = None,
    payment_status: OrderPayment | None = None,
    fulfillment_status: OrderGoods | None = None,
    channel: str | None = None,
    customer: str | None = None,
    external_id: str | None = None,
    placed_from: datetime | None = None,
    placed_before: datetime | None = None,
    sku: str | None = None,
    tag: str | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[OrderRow]:
    """Orders, newest first.

    `q` finds by order number, external id, name (Chinese names by any part of them), e-mail address, phone number, SKU, tag and
    tracking number. `channel` and `customer` take an id or what people know them by.
    """
    wanted = Wanted(
        q=q,
        state=state,
        payment_status=payment_status,
        fulfillment_status=fulfillment_status,
        channel_id=id_of("channel_id", channel, field="channel") if channel else None,
        customer_id=id_of("customer_id", customer, field="customer") if customer else None,
        external_id=external_id,
        placed_from=placed_from,
        placed_before=placed_before,
        sku=sku,
        tag=tag,
    )
    return page(rows(wanted), _rows, after=after, limit=limit)


def _rows(found: Sequence[BoardRow]) -> list[OrderRow]:
    return [shaped(OrderRow, row) for row in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCounts:
    """How many orders there are. What is not named is there 0 times. Counts follow the journal as lists do."""

    orders: int
    state: dict[str, int]
    payment_status: dict[str, int]
    fulfillment_status: dict[str, int]


@read("/orders/counts", permission="orders.read", tag=TAG)
def count_orders(
    *,
    state: OrderState | None = None,
    payment_status: OrderPayment | None = None,
    fulfillment_status: OrderGoods | None = None,
    channel: str | None = None,
) -> OrderCounts:
    """How many orders there are, by state, payment status and fulfillment status.

    `orders` is the number of those that fit all filters. Each state and status is counted as if its own filter were not given:
    the number says what asking for it instead would find. The numbers are kept, not counted, so they cost the same however many
    orders there are.
    """
    chosen = {"state": state, "payment_status": payment_status, "fulfillment_status": fulfillment_status}
    channel_id = id_of("channel_id", channel, field="channel") if channel else None
    return shaped(OrderCounts, order_counts({name: code for name, code in chosen.items() if code}, channel_id=channel_id))


@read("/orders/{order_id}", permission="orders.read", tag=TAG)
def get_order(order_id: str, *, present: Present | None = None) -> OrderView:
    """One order with everything that belongs to it.

    Lines, totals, statuses, payments, shipments, returns, invoices, notes, tags, and the timeline, which is what the journal
    says about it. Its number will do for its id. With `present` its total is also told in another currency, for information only.
    """
    return order_view(id_of("order_id", order_id), present=present)


mount(
    Write(path="/orders/{order_id}/hold", command=hold_order, tag=TAG),
    Write(path="/orders/{order_id}/resume", command=resume_order, tag=TAG),
    Write(path="/orders/{order_id}/notes", command=note_order, tag=TAG),
    Write(path="/orders/{order_id}/keep-apart", command=keep_order_apart, tag=TAG),
    Write(path="/orders/{order_id}/tags", command=tag_order, tag=TAG),
)
