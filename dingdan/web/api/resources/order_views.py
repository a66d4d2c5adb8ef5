"""An order as the API tells it: the promise, its money, its goods, and everything that happened to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from dingdan.kernel.feed import timeline
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.inventory.queries import demands_of, open_pegs_of, tallies_of
from dingdan.ledgers.payments.queries import PaymentView, ReceivableView, payments_of, receivable_of
from dingdan.masterdata.promotions.queries import used_by
from dingdan.trade.aftersales.models import Return
from dingdan.trade.fulfillment.queries import shipments_of
from dingdan.trade.orders.models import Contact, Order, OrderLine, OrderNote
from dingdan.trade.orders.queries import lines_of, order
from dingdan.trade.settlement.queries import credit_notes_of, invoices_of, seldom_of
from dingdan.web.api.reads import shaped
from dingdan.web.api.resources.invoice_views import CreditNoteView, InvoiceView, credit_note_views, invoice_views
from dingdan.web.api.resources.rates import PresentedView, presented_view
from dingdan.web.api.resources.return_views import ReturnView, return_views, with_lines
from dingdan.web.api.resources.shipment_views import ShipmentView, shipment_views


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Whom an order is for, and where it goes, as it was then. Empty once the person is forgotten."""

    name: str
    company: str
    email: str
    phone: str
    country: str
    address: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineView:
    """A line as it was priced, and what became of its units. Amounts in minor units, of all that was ordered.

    A line that was changed is canceled, and `replaces_id` of the new one names it; nothing of a `held` line leaves.
    `backordered` units wait for goods to come; `promised_at` is when the line should be on its way, unknown while nobody knows.
    """

    id: UUID
    position: int
    kind: str
    variant_id: UUID | None
    sku: str
    name: str
    quantity: int
    canceled: int
    reserved: int
    backordered: int
    shipped: int
    delivered: int
    returned: int
    promised_at: datetime | None
    unit_price: Decimal
    goods: int
    discount: int
    tax_rate: Decimal
    tax_base: int
    tax: int
    tax_name: str
    total: int
    seller_id: UUID | None
    replaces_id: UUID | None
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenView:
    """A promotion that the order was given, and what it took off then, in minor units; what is canceled takes its share along."""

    promotion_id: UUID
    code: str
    name: str
    coupon: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A remark on the order."""

    id: UUID
    text: str
    to_customer: bool
    written_at: datetime
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HappenedView:
    """One entry of the journal about the order."""

    entry: UUID
    event: str
    command: str
    at: datetime
    recorded_at: datetime
    actor: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order with everything that belongs to it. Its totals are those of what is not canceled."""

    id: UUID
    number: str
    external_id: str | None
    channel: str
    customer_id: UUID | None
    state: str
    hold_reason: str
    in_review: bool
    payment_status: str
    fulfillment_status: str
    currency: str
    language: str
    prices_include_tax: bool
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int
    shipping_method: str
    shipping_name: str
    payment_method: str
    customer_note: str
    placed_at: datetime
    expires_at: datetime | None
    promised_at: datetime | None
    ship_to: PersonView
    bill_to: PersonView
    promotions: list[GivenView]
    lines: list[OrderLineView]
    money: ReceivableView | None
    payments: list[PaymentView]
    shipments: list[ShipmentView]
    returns: list[ReturnView]
    invoices: list[InvoiceView]
    credit_notes: list[CreditNoteView]
    notes: list[NoteView]
    tags: list[str]
    timeline: list[HappenedView]
    presented: PresentedView | None


_COPIED = (
    *(
        "id",
        "number",
        "external_id",
        "customer_id",
        "state",
        "hold_reason",
        "in_review",
        "currency",
        "language",
        "prices_include_tax",
    ),
    *("goods", "discount", "shipping", "tax", "total", "shipping_method", "shipping_name", "payment_method", "customer_note"),
    *("placed_at", "expires_at", "promised_at"),
)


def order_view(order_id: UUID, *, present: str | None = None) -> OrderView:
    """The order as it is now, its total also in the currency that is asked for. Raises `NotFound`."""
    row = order(order_id)
    money = receivable_of("order", [row.id]).get(row.id)
    tally = tallies_of([row.id]).get(row.id)
    there = seldom_of(row.id)
    returns = with_lines(Return.objects.filter(order_id=row.id).order_by("id")) if there.returns else []
    notes = OrderNote.objects.filter(order_id=row.id).order_by("written_at", "id") if there.notes else []
    return OrderView(
        **{name: getattr(row, name) for name in _COPIED},
        channel=row.channel.code,
        payment_status=money.payment_status if money else "nothing_due",
        fulfillment_status=tally.fulfillment_status if tally else "nothing_to_ship",
        ship_to=_person(row.ship_to),
        bill_to=_person(row.bill_to),
        promotions=_given(row) if row.promotion_discount else [],
        lines=_lines(row, are_pegged=there.pegs),
        money=money,
        payments=payments_of("order", [row.id]).get(row.id, []),
        shipments=shipment_views(shipments_of(row.id)),
        returns=return_views(returns),
        invoices=invoice_views(invoices_of(row.id)),
        credit_notes=credit_note_views(credit_notes_of(row.id)) if there.credit_notes else [],
        notes=[shaped(NoteView, note) for note in notes],
        tags=sorted(row.tags.values_list("tag", flat=True)) if there.tags else [],
        timeline=[HappenedView(**line) for line in timeline(row.id)],
        presented=presented_view(row.total, row.currency, present),
    )


def _person(contact: Contact) -> PersonView:
    return shaped(PersonView, contact)


def _given(row: Order) -> list[GivenView]:
    return [
        GivenView(
            promotion_id=one.promotion_id, code=one.promotion.code, name=one.promotion.named(row.language), coupon=one.coupon,
            amount=one.amount,
        )
        for one in used_by([row.id]).get(row.id, [])
    ]  # fmt: skip


def _lines(row: Order, *, are_pegged: bool) -> list[OrderLineView]:
    goods: dict[UUID, list[Demand]] = defaultdict(list)
    for demand in demands_of([row.id]).get(row.id, []):
        goods[demand.line_id].append(demand)
    pegs = open_pegs_of([demand.id for found in goods.values() for demand in found]) if are_pegged else {}
    held = {id_: sum(peg.quantity for peg in found if peg.balance_id) for id_, found in pegs.items()}
    return [_line(line, _units(goods[line.id], held)) for line in lines_of([row.id]).get(row.id, [])]


def _line(line: OrderLine, units: dict[str, Any]) -> OrderLineView:
    copied = {name: getattr(line, name) for name in OrderLineView.__dataclass_fields__ if name not in units}
    return OrderLineView(**copied | units)


def _units(demands: Sequence[Demand], held: Mapping[UUID, int]) -> dict[str, Any]:
    """How many whole units of a line are where; of a kit, as many as its scarcest part allows."""
    if not demands:
        return dict.fromkeys(("reserved", "backordered", "shipped", "delivered", "returned"), 0) | {"promised_at": None}
    waiting = [one.quantity - one.canceled - one.issued - held.get(one.id, 0) for one in demands]
    due = [one.due_at for one in demands if one.due_at is not None]
    return {
        "reserved": min(held.get(one.id, 0) // one.per_line_unit for one in demands),
        "backordered": max(-(-pieces // one.per_line_unit) for one, pieces in zip(demands, waiting, strict=True)),
        "shipped": min(one.issued // one.per_line_unit for one in demands),
        "delivered": min(one.delivered // one.per_line_unit for one in demands),
        "returned": min(one.returned // one.per_line_unit for one in demands),
        "promised_at": max(due) if len(due) == len(demands) else None,
    }
