"""What may come back of an order, until when and at what cost, by the rules of the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from dingdan.kernel.clock import now
from dingdan.kernel.errors import NotFound
from dingdan.kernel.money import round_minor
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import held_by_disputes
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.policies import queries as policies
from dingdan.masterdata.policies.rules import LineFacts, Rule, Verdict, verdict
from dingdan.masterdata.pricing.queries import price_book
from dingdan.masterdata.pricing.rules import price_at
from dingdan.trade.aftersales.queries.standings import Standing, standing
from dingdan.trade.aftersales.queries.windows import Bounds, bounds_of
from dingdan.trade.aftersales.rules import Cancellation, Line, Part, ReturnAboveShipped, cancellation_of, worth
from dingdan.trade.fulfillment.models import ShipmentLine
from dingdan.trade.orders.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says about goods of a line that are to come back: how many units, why, and in which condition they are.

    `part` is what they are of a unit where pieces of a kit's component (`component_id`, its demand) come back alone.
    """

    line_id: UUID
    units: int
    reason: str = ""
    condition: str = ""
    part: Fraction | None = None
    component_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOffer:
    """What the rules say about one order line."""

    line_id: UUID
    name: str
    sku: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOffer:
    """What may come back of an order; `shipping_fee` is kept back once, `refund` is what all of it would give, fees taken off."""

    order_id: UUID
    currency: str
    lines: tuple[LineOffer, ...]
    shipping_fee: int
    refund: int


def return_offer(order_id: UUID, *, at: datetime, reason: str = "", condition: str = "") -> ReturnOffer:
    """What may come back of an order, line by line, for a reason and in a condition if they are told. Raises `NotFound`."""
    found = standing(order_id)
    said = [
        Said(line_id=line.id, units=max(0, found.returnable(line)), reason=reason, condition=condition)
        for line in found.lines
        if line.goods
    ]
    return _offer(found, said, at=at)


def _offer(found: Standing, said: Sequence[Said], *, at: datetime) -> ReturnOffer:
    lines = tuple(
        LineOffer(line_id=one.line_id, name=found.rows[one.line_id].name, sku=found.rows[one.line_id].sku, verdict=verdict)
        for one, (verdict, _rule) in zip(said, verdicts(found, said, at=at), strict=True)
    )
    eligible = [one.verdict for one in lines if one.verdict.eligible]
    refund, fee = sum(one.refund for one in eligible), max((one.shipping_fee for one in eligible), default=0)
    return ReturnOffer(
        order_id=found.order.id,
        currency=found.order.currency,
        lines=lines,
        shipping_fee=min(fee, refund),
        refund=max(0, refund - fee),
    )


def return_preview(order_id: UUID, said: Sequence[Said], *, at: datetime) -> ReturnOffer:
    """What exactly these units would give back, and whether they may come back. Raises `NotFound`, also for a strange line."""
    found = weighed(standing(order_id), {one.line_id for one in said if one.component_id}, on=at.date())
    for one in said:
        line = found.line(one.line_id)
        if line is None or not line.goods:
            raise NotFound(what="order line", id=one.line_id)
        component = next((demand for demand in found.demands[line.id] if demand.id == one.component_id), None)
        most = found.loose(line, component) if component else found.returnable(line)
        if one.units > most:
            raise ReturnAboveShipped(name=line.name, left=max(most, 0), asked=one.units)
    told = [
        replace(one, part=Fraction(found.units(one.line_id, one.units, one.component_id))) if one.component_id else one
        for one in said
    ]
    return _offer(found, told, at=at)


def weighed(found: Standing, line_ids: Iterable[UUID], *, on: date) -> Standing:
    """The standing with the weights of these kits' components, of which a part is to come back alone.

    A piece weighs what it costs by itself at the prices of the day; where one has no price, all weigh the same. What was said
    once stays said.
    """
    weights = dict(found.weights)
    for line_id in set(line_ids):
        if not any(demand.id in weights for demand in found.demands.get(line_id, ())):
            weights |= _weights(found.order, found.demands.get(line_id, ()), on=on)
    return replace(found, weights=weights)


def _weights(order: Order, demands: Sequence[Demand], *, on: date) -> dict[UUID, int]:
    group = order.customer.group if order.customer else ""
    variants = [demand.variant_id for demand in demands]
    book = price_book(order.channel_id, variants, customer_group=group, on=on, currency=order.currency)
    offers = [price_at(book.get(variant_id, ()), 1) for variant_id in variants]
    prices = [round_minor(offer.unit_price) if offer else 0 for offer in offers]
    return {one.id: price if all(prices) else 1 for one, price in zip(demands, prices, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOffer:
    """What exactly is no longer owed when units are canceled, what is owed then, and what was paid above that."""

    order_id: UUID
    currency: str
    amount: int
    owed: int
    refund_due: int
    refund_disputed: int
    """Of what was paid above that, what does not go back: a gateway took it back already."""
    whole: bool


def canceled_by(found: Standing, wanted: Sequence[Part], *, bounds: Bounds | None, at: datetime) -> Cancellation:
    """What canceling these units (without any: all that has not left) comes to; `bounds` where the customer asks, else none.

    The one place that says whether it can be done, for the preview and for the command alike.
    """
    if bounds is not None:
        bounds.check(at=at)
    return cancellation_of(found.order.state, found.lines, wanted=wanted)


def cancel_preview(
    order_id: UUID, parts: Sequence[Part], *, by_customer: bool = False, at: datetime | None = None
) -> CancelOffer:
    """What canceling these units (without any: all that has not left) comes to. Refuses as `cancel_orders` does."""
    found = standing(order_id)
    bounds = bounds_of([order_id])[order_id] if by_customer else None
    what = canceled_by(found, parts, bounds=bounds, at=at or now())
    owed = found.receivable.amount - what.amount
    paid = found.receivable.allocated - found.receivable.refunded + found.receivable.written_off
    return CancelOffer(
        order_id=order_id, currency=found.order.currency, amount=what.amount, owed=owed, refund_due=max(0, paid - owed),
        refund_disputed=held_by_disputes(Document("order", order_id), paid - owed), whole=what.whole,
    )  # fmt: skip


Told = tuple[Verdict, Rule | None]


def verdicts(found: Standing, said: Sequence[Said], *, at: datetime) -> list[Told]:
    """What the rules say about units of an order's lines, one answer for each, with the rule that decided."""
    rules = policies.rules_in_force()
    by_id = {rule.id: rule for rule in rules}
    sent = _sent([found.order.id]) if rules else {}
    lines = {line.id: line for line in found.lines}
    classes = _tax_classes(lines[one.line_id].variant_id for one in said) if rules else {}
    told = []
    for one in said:
        answer = verdict(_facts(found, lines[one.line_id], one, sent=sent, classes=classes), rules, at=at)
        told.append((answer, by_id.get(answer.rule_id) if answer.rule_id else None))
    return told


_Sent = Mapping[UUID, tuple[datetime | None, datetime | None]]


def _facts(found: Standing, line: Line, said: Said, *, sent: _Sent, classes: Mapping[UUID, str]) -> LineFacts:
    order, row = found.order, found.rows[line.id]
    shipped_at, delivered_at = sent.get(line.id, (None, None))
    return LineFacts(
        sku=row.sku, tax_class=classes.get(row.variant_id, "") if row.variant_id else "", channel=order.channel.code,
        country=order.ship_to.country, currency=order.currency, time_zone=order.channel.time_zone, placed_at=order.placed_at,
        shipped_at=shipped_at, delivered_at=delivered_at, units=said.units,
        worth=worth(line, max(0, said.units) if said.part is None else said.part),
        reason=said.reason, condition=said.condition,
    )  # fmt: skip


def _sent(order_ids: Iterable[UUID]) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """When the last of each line left, and when all that had left was there (nothing while a part is still on its way)."""
    found: dict[UUID, tuple[datetime | None, datetime | None]] = {}
    rows = ShipmentLine.objects.filter(
        shipment__order_id__in=list(order_ids), shipment__shipped_at__isnull=False, quantity__gt=0
    ).order_by("shipment__shipped_at")
    for line_id, shipped_at, delivered_at in rows.values_list("order_line_id", "shipment__shipped_at", "shipment__delivered_at"):
        before = found.get(line_id)
        both = before is None or before[1] is not None
        latest = max(delivered_at, before[1]) if before and before[1] and delivered_at else delivered_at
        found[line_id] = (shipped_at, latest if both else None)
    return found


def _tax_classes(variant_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    rows = Variant.objects.filter(id__in=[id_ for id_ in variant_ids if id_]).select_related("product")
    return {row.id: row.tax_class or row.product.tax_class for row in rows}
