"""One change set for many orders: found out first, done some at a time, followed, stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dingdan.insight.board.queries import Wanted, rows
from dingdan.kernel.journal import Call, Event
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.trade.changes import queries
from dingdan.trade.changes.commands import BulkChange, start_bulk, stop_bulk
from dingdan.trade.changes.commands.bulk import MOST_ORDERS
from dingdan.trade.changes.lifecycle import BULK_LIFE, BulkOutcome, RefundTo
from dingdan.trade.changes.models import Bulk, BulkOrder
from dingdan.trade.orders.lifecycle import ORDER_LIFE
from dingdan.web.api.names import id_of, ids_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.resources.changes import TAG, ChangesSent, wishes
from dingdan.web.api.writes import Write, mount

State = Annotated[str, OneOf(BULK_LIFE.states)]
Outcome = Annotated[str, OneOf(BulkOutcome)]


class OrdersSent(BaseModel):
    """Which orders: every part that is given must fit, as in the list of orders; or each by its id or number."""

    model_config = ConfigDict(extra="forbid")

    orders: tuple[str, ...] = Field((), max_length=MOST_ORDERS)
    q: str | None = Field(None, max_length=200)
    state: Annotated[str, OneOf(ORDER_LIFE.states)] | None = None
    payment_status: Annotated[str, OneOf(PaymentStatus)] | None = None
    fulfillment_status: Annotated[str, OneOf(FulfillmentStatus)] | None = None
    channel: str | None = None
    customer: str | None = None
    sku: str | None = None
    tag: str | None = None
    placed_from: AwareDatetime | None = None
    placed_before: AwareDatetime | None = None


class BulkSent(ChangesSent):
    """Changes for all orders that fit. A dry run changes nothing and says what would come of it, order by order."""

    which: OrdersSent
    dry_run: bool = True
    refund_to: RefundTo = Field(RefundTo.WAY_IT_CAME, description="Where goes what was paid too much; else the way it came.")


def orders_asked(which: OrdersSent) -> tuple[UUID, ...]:
    """The ids of the orders that fit, one more than can be changed at once at most. Raises `NotFound`."""
    if which.orders:
        return tuple(ids_of("order_id", [(f"which.orders.{place}", text) for place, text in enumerate(which.orders)]))
    wanted = Wanted(
        q=which.q, state=which.state, payment_status=which.payment_status, fulfillment_status=which.fulfillment_status,
        channel_id=id_of("channel_id", which.channel, field="which.channel") if which.channel else None,
        customer_id=id_of("customer_id", which.customer, field="which.customer") if which.customer else None,
        sku=which.sku, tag=which.tag, placed_from=which.placed_from, placed_before=which.placed_before,
    )  # fmt: skip
    return tuple(rows(wanted).values_list("id", flat=True)[: MOST_ORDERS + 1])


def _start(call: Call, _ids_: Mapping[str, Any], sent: BulkSent) -> Event:
    asked = BulkChange(
        order_ids=orders_asked(sent.which), changes=wishes(sent.changes), is_dry=sent.dry_run, refund_to=sent.refund_to
    )  # fmt: skip
    return start_bulk(call, bulk=asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkView:
    """A bulk change and how far it is. In a dry run `changed` is how many would be."""

    id: UUID
    state: str
    is_dry: bool
    wishes: list[dict[str, Any]]
    orders: int
    done: int
    changed: int
    refused: int
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOrderView:
    """What became of one order, or would; `difference` in minor units of its currency."""

    order_id: UUID
    number: str
    outcome: str
    change_id: UUID | None
    code: str
    detail: str
    currency: str
    difference: int


@read("/bulk-changes", permission="orders.read", tag=TAG)
def list_bulk_changes(*, state: State | None = None, after: After = None, limit: Limit = 50) -> Page[BulkView]:
    """Bulk changes, the newest first."""
    found = queries.bulks() if state is None else queries.bulks().filter(state=state)
    return page(found, _views, after=after, limit=limit)


def _views(found: Sequence[Bulk]) -> list[BulkView]:
    return [shaped(BulkView, row) for row in found]


@read("/bulk-changes/{bulk_id}", permission="orders.read", tag=TAG)
def get_bulk_change(bulk_id: UUID) -> BulkView:
    """One bulk change: how many orders have their outcome, and which."""
    return shaped(BulkView, queries.bulk(bulk_id))


@read("/bulk-changes/{bulk_id}/orders", permission="orders.read", tag=TAG)
def list_bulk_orders(
    bulk_id: UUID, *, outcome: Outcome | None = None, after: After = None, limit: Limit = 50
) -> Page[BulkOrderView]:
    """What became of the orders of a bulk change, in their order: the report of a dry run, too."""
    found = queries.orders_of(queries.bulk(bulk_id).id)
    if outcome is not None:
        found = found.filter(outcome=outcome)
    return page(found, _order_views, after=after, limit=limit)


def _order_views(found: Sequence[BulkOrder]) -> list[BulkOrderView]:
    return [
        BulkOrderView(
            order_id=row.order_id, number=row.order.number, outcome=row.outcome, change_id=row.change_id, code=row.code,
            detail=row.detail, currency=row.order.currency, difference=row.difference,
        )
        for row in found
    ]  # fmt: skip


mount(
    Write(
        path="/bulk-changes", command=start_bulk, name="start_bulk_change", makes="/bulk-changes/{bulk_id}", body=BulkSent,
        give=_start, tag=TAG,
    ),
    Write(path="/bulk-changes/{bulk_id}/stop", command=stop_bulk, name="stop_bulk_change", tag=TAG),
)  # fmt: skip
