"""What an old order is good for: to be ordered again, and to be stood by while its warranty lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dingdan.kernel.money import round_minor
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.models import Move
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.policies.rules import Verdict
from dingdan.masterdata.pricing.queries import price_book
from dingdan.masterdata.pricing.rules import price_at
from dingdan.trade.aftersales.lifecycle import ReturnReason
from dingdan.trade.aftersales.queries.offers import Said, verdicts
from dingdan.trade.aftersales.queries.returns import follow_up
from dingdan.trade.aftersales.queries.standings import standing
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import OrderLine
from dingdan.trade.orders.rules import NotPriced, PlaceOrder, UnknownSku, WantedLine


class Since(StrEnum):
    """What became of an article since it was ordered."""

    SAME = "same"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    NOT_SOLD = "not_sold"
    NOT_PRICED = "not_priced"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderLine:
    """A line of the old order, and what its article costs now (minor units; nothing where it cannot be had)."""

    line_id: UUID
    sku: str
    name: str
    quantity: int
    unit_price_then: Decimal
    unit_price: Decimal | None
    since: str


@dataclass(frozen=True, slots=True)
class Reorder:
    """What ordering again would be: the order to place (nothing where nothing is left to order), and what changed."""

    wanted: PlaceOrder | None
    lines: tuple[ReorderLine, ...]


def reorder_of(order_id: UUID, *, on: date) -> Reorder:
    """The order that brings the same goods again at the prices of a day. What is not sold any more is left out and told.

    The method of shipping is that of the old order, discounts are not repeated. Raises `NotFound`.
    """
    order = orders.order(order_id)
    rows = [row for row in orders.lines_of([order_id]).get(order_id, []) if row.kind == LineKind.GOODS and row.sku]
    known = variants_by_sku({row.sku for row in rows})
    group = order.customer.group if order.customer else ""
    sold = [variant.id for variant in known.values() if variant.is_sold]
    book = price_book(order.channel_id, sold, customer_group=group, on=on, currency=order.currency)
    lines = []
    for row in rows:
        variant = known.get(row.sku)
        offer = price_at(book.get(variant.id, ()), row.quantity) if variant and variant.is_sold else None
        since = _since(row, offer.unit_price if offer else None, is_sold=variant is not None and variant.is_sold)
        lines.append(
            ReorderLine(
                line_id=row.id, sku=row.sku, name=row.name, quantity=row.quantity, unit_price_then=row.unit_price,
                unit_price=offer.unit_price if offer else None, since=since,
            )
        )  # fmt: skip
    had = tuple(WantedLine(sku=one.sku, quantity=one.quantity) for one in lines if one.unit_price is not None)
    wanted = replace(follow_up(order_id, had), shipping_method=order.shipping_method) if had else None
    return Reorder(wanted, tuple(lines))


def _since(row: OrderLine, price: Decimal | None, *, is_sold: bool) -> Since:
    if not is_sold:
        return Since.NOT_SOLD
    if price is None:
        return Since.NOT_PRICED
    if price == row.unit_price:
        return Since.SAME
    return Since.DEARER if price > row.unit_price else Since.CHEAPER


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceNow:
    """What so many of an article cost today (minor units; 0 where it has no price), and how many can be promised at once."""

    total: int
    is_priced: bool
    free: int


def prices_now(order_id: UUID, wanted: Mapping[str, int], *, at: datetime) -> dict[str, PriceNow]:
    """What articles would cost the customer of an order in its channel now, by SKU; strange SKUs are left out."""
    order, known = orders.order(order_id), variants_by_sku(set(wanted))
    group = order.customer.group if order.customer else ""
    ids = [variant.id for variant in known.values()]
    book = price_book(order.channel_id, ids, customer_group=group, on=at.date(), currency=order.currency)
    spots, found = inventory.spots(ids), {}
    for sku, variant in known.items():
        offer = price_at(book.get(variant.id, ()), wanted[sku])
        total = round_minor(offer.unit_price * wanted[sku]) if offer else 0
        free = sum(max(0, spot.free_for(order.channel_id)) for spot in spots.get(variant.id, ()))
        found[sku] = PriceNow(total=total, is_priced=offer is not None, free=free)
    return found


def check_on_offer(order_id: UUID, wanted: Mapping[str, int], *, at: datetime) -> None:
    """Refuse what the customer of an order cannot buy in its channel now: it has no price (`NotPriced`), or none of its own.

    What is named by its price alone (a gift card of any amount) is refused as `UnknownSku`. `wanted` counts by SKU.
    """
    known = variants_by_sku(set(wanted))
    for sku, price in prices_now(order_id, wanted, at=at).items():
        if known[sku].open_amount:
            raise UnknownSku(field="wanted", sku=sku)
        if not price.is_priced:
            raise NotPriced(field="wanted", sku=sku, currency=orders.order(order_id).currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warranty:
    """One piece by its serial number: on which order it left, and what the rules say of it under warranty."""

    serial: str
    sku: str
    order_id: UUID
    order_number: str
    line_id: UUID
    left_at: datetime
    is_back: bool
    verdict: Verdict


def warranties(serial: str, *, at: datetime) -> list[Warranty]:
    """The pieces of that serial number that ever left, the last first; articles may share a number."""
    moves = Move.objects.filter(lot__code=serial, lot__is_serial=True, demand__document_kind="order", reason="issue")
    found = []
    for move in moves.select_related("demand", "variant").order_by("-id"):
        demand = move.demand
        assert demand is not None  # noqa: S101 (asked for a moment ago)
        came_back = Move.objects.filter(lot=move.lot, demand_id=demand.id, reason="return", id__gt=move.id).exists()
        sold = standing(demand.document_id)
        ((verdict, _rule),) = verdicts(sold, [Said(line_id=demand.line_id, units=1, reason=ReturnReason.WARRANTY)], at=at)
        found.append(
            Warranty(
                serial=serial, sku=move.variant.sku, order_id=demand.document_id, order_number=sold.order.number,
                line_id=demand.line_id, left_at=move.at, is_back=came_back, verdict=verdict,
            )
        )  # fmt: skip
    return found
