"""What must be known of orders to review them, gathered in sets: so many statements for a run of orders, however long it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries as inventory
from dingdan.masterdata.customers.queries import groups_of, watches
from dingdan.masterdata.customers.rules import address_digest, email_digest, phone_digest
from dingdan.masterdata.pricing.queries import price_book, prices_listed
from dingdan.masterdata.pricing.rules import price_at
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import Contact, Order, OrderLine
from dingdan.trade.orders.rules import Person
from dingdan.trade.review.rules import LONGEST_WINDOW, MOST_EARLIER, Facts, LineFacts, Need, RuleInForce, Twin, goods_key, needed

FEWEST_FOR_USUAL = 5
"""Of an article that was ordered less often nobody knows what is usual."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """An order's facts, and by what later orders find it: its buyer, and its goods."""

    facts: Facts
    buyer: tuple[str, ...]
    goods: str


@dataclass(frozen=True, slots=True, order=True)
class Other:
    """Another order of a buyer."""

    placed_at: datetime
    order_id: UUID
    number: str = field(compare=False)
    goods: str = field(compare=False)
    has_passed: bool = field(compare=False, default=False)


Past = dict[str, list[Other]]
"""The orders of buyers, by what a buyer is found by."""


@dataclass(slots=True)
class _Reading:
    """What is read of a run of orders."""

    orders: Sequence[Order]
    lines: Mapping[UUID, Sequence[OrderLine]]
    at: datetime
    tenant_id: UUID = field(default_factory=current_tenant_id)

    def goods_of(self, order: Order) -> list[OrderLine]:
        return [line for line in self.lines.get(order.id, ()) if line.variant_id and line.kind == LineKind.GOODS]

    @property
    def variant_ids(self) -> set[UUID]:
        return {line.variant_id for order in self.orders for line in self.goods_of(order) if line.variant_id}


def dossiers(
    orders_: Sequence[Order],
    rules: Sequence[RuleInForce],
    *,
    at: datetime,
    past: Past | None = None,
    missing: Mapping[UUID, int] | None = None,
) -> dict[UUID, Dossier]:
    """The orders (read with their people) as the rules want to know them, by id.

    Buyers' earlier orders come from the desk's own records, or from `past`, to which these orders are then added. `missing` says
    how many pieces of an order are not there; without it, stock is asked.
    """
    reading, needs = _Reading(orders_, orders.lines_of([order.id for order in orders_]), at), needed(rules)
    known = {order.id: _plain(reading, order) for order in orders_}
    if Need.STOCK in needs:
        short = _missing(list(known)) if missing is None else missing
        known = {id_: _told(one, missing=short.get(id_, 0)) for id_, one in known.items()}
    if Need.HISTORY in needs or past is not None:
        _tell_history(known, orders_, _traces(known) if past is None else past)
    if Need.WATCHES in needs:
        _tell_watches(known, reading)
    if needs & {Need.USUAL, Need.LIST_PRICES, Need.FLOORS}:
        _tell_articles(known, reading, rules)
    return known


def _told(dossier: Dossier, **facts: Any) -> Dossier:
    return replace(dossier, facts=replace(dossier.facts, **facts))


def _plain(reading: _Reading, order: Order) -> Dossier:
    """What the order itself says."""
    goods = reading.goods_of(order)
    facts = Facts(
        order_id=order.id, number=order.number, channel_id=order.channel_id, currency=order.currency, amount=order.total,
        placed_at=order.placed_at, note=order.customer_note, ship_to=_person(order.ship_to),
        bill_to=None if order.bill_to_id == order.ship_to_id else _person(order.bill_to),
        lines=tuple(
            LineFacts(sku=line.sku, variant_id=line.variant_id, quantity=line.quantity, paid=line.goods - line.discount)
            for line in goods
            if line.variant_id
        ),
    )  # fmt: skip
    keys = {str(order.customer_id)} if order.customer_id else set()
    for contact in (order.ship_to, order.bill_to):
        keys |= {
            email_digest(contact.email, tenant_id=reading.tenant_id),
            phone_digest(contact.phone, tenant_id=reading.tenant_id),
        }
    left = [(line.variant_id, line.quantity - line.canceled) for line in goods if line.variant_id]
    return Dossier(facts, tuple(sorted(keys - {""})), goods_key(left))


def _person(contact: Contact) -> Person:
    return Person(
        name=contact.name, company=contact.company, email=contact.email, phone=contact.phone, country=contact.country,
        address=contact.address,
    )  # fmt: skip


# ── stock ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _missing(order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Pieces that are owed and that no stock answers, by order."""
    demands = inventory.demands_of(order_ids)
    reserved = inventory.reserved_for([demand.id for found in demands.values() for demand in found])
    return {
        order_id: sum(
            demand.quantity - demand.canceled - demand.issued - sum(peg.quantity for peg in reserved.get(demand.id, ()))
            for demand in found
        )
        for order_id, found in demands.items()
    }


_SHORT_WHEN_PLACED = """
SELECT about.subject_id, COALESCE((entry.event ->> 'backordered')::bigint, 0)
FROM kernel_entrysubject AS about
JOIN kernel_journalentry AS entry ON entry.tenant_id = about.tenant_id AND entry.id = about.entry_id
WHERE about.tenant_id = %(tenant)s AND about.subject_id = ANY(%(orders)s::uuid[]) AND entry.event_kind = 'OrderPlaced'
"""


def missing_when_placed(order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Pieces that were not there when the orders were placed, by order, as the journal tells."""
    return _pairs(_SHORT_WHEN_PLACED, orders=list(order_ids))


# ── the buyer's earlier orders ───────────────────────────────────────────────────────────────────────────────────────────

_BEFORE = """
SELECT asked.order_id, count(*)
FROM unnest(%(orders)s::uuid[], %(customers)s::uuid[], %(ats)s::timestamptz[]) AS asked (order_id, customer_id, placed_at)
CROSS JOIN LATERAL (
    SELECT 1 FROM orders_order AS earlier
    WHERE earlier.tenant_id = %(tenant)s AND earlier.customer_id = asked.customer_id AND earlier.placed_at < asked.placed_at
      AND earlier.id <> asked.order_id AND earlier.state <> 'canceled'
    LIMIT %(most)s
) AS before
GROUP BY asked.order_id
"""

_TRACES = """
SELECT DISTINCT asked.key, other.placed_at, other.order_id, other.number, other.goods_key, other.has_passed
FROM unnest(%(orders)s::uuid[], %(keys)s::text[], %(ats)s::timestamptz[]) AS asked (order_id, key, until)
CROSS JOIN LATERAL (
    SELECT trace.placed_at, seen.order_id, placed.number, seen.goods_key, seen.state = 'passed' AS has_passed
    FROM review_trace AS trace
    JOIN review_review AS seen ON seen.tenant_id = %(tenant)s AND seen.id = trace.review_id
    JOIN orders_order AS placed ON placed.tenant_id = %(tenant)s AND placed.id = seen.order_id
    WHERE trace.tenant_id = %(tenant)s AND trace.key = asked.key AND trace.placed_at <= asked.until
      AND seen.order_id <> asked.order_id AND placed.state <> 'canceled'
    ORDER BY trace.placed_at DESC
    LIMIT %(most)s
) AS other
"""


def _traces(known: Mapping[UUID, Dossier]) -> Past:
    """What the desk remembers of these orders' buyers."""
    longest = timedelta(hours=LONGEST_WINDOW)
    asked = [(one.facts.order_id, key, one.facts.placed_at + longest) for one in known.values() for key in one.buyer]
    past: Past = defaultdict(list)
    if asked:
        ids, keys, untils = (list(column) for column in zip(*asked, strict=True))
        for key, *other in _rows(_TRACES, orders=ids, keys=keys, ats=untils, most=MOST_EARLIER):
            past[key].append(Other(*other))
    return past


def _tell_history(known: dict[UUID, Dossier], orders_: Iterable[Order], past: Past) -> None:
    """Tell each order how many its buyer placed before, and which others were for the same goods.

    One that was placed later counts as the same when it has passed already: of two that are alike at most one passes by itself,
    in whatever order they are looked at.
    """
    by_customer = _counts([order for order in orders_ if order.customer_id])
    for order in sorted(orders_, key=lambda order: (order.placed_at, order.id)):
        one = known[order.id]
        self = Other(order.placed_at, order.id, order.number, one.goods)
        others = {other.order_id: other for key in one.buyer for other in past.get(key, ()) if other.order_id != order.id}
        earlier = sum(other < self for other in others.values())
        twins = tuple(
            Twin(number=other.number, placed_at=other.placed_at)
            for other in others.values()
            if one.goods and other.goods == one.goods and (other < self or other.has_passed)
        )
        known[order.id] = _told(one, earlier=max(earlier, by_customer.get(order.id, 0)), twins=twins)
        remember(past, self, one.buyer, canceled=order.state == "canceled")


def remember(past: Past, order: Other, buyer: Iterable[str], *, canceled: bool) -> None:
    """Let later orders of the buyer find this one, unless it was canceled."""
    for key in () if canceled else buyer:
        past.setdefault(key, []).append(order)


def _counts(orders_: Sequence[Order]) -> dict[UUID, int]:
    """Orders of the same customer before each of these, up to as many as any rule counts."""
    if not orders_:
        return {}
    return _pairs(
        _BEFORE, orders=[order.id for order in orders_], customers=[order.customer_id for order in orders_],
        ats=[order.placed_at for order in orders_], most=MOST_EARLIER,
    )  # fmt: skip


# ── whom the shop watches ────────────────────────────────────────────────────────────────────────────────────────────────


def _tell_watches(known: dict[UUID, Dossier], reading: _Reading) -> None:
    digests: dict[UUID, set[str]] = {}
    for order in reading.orders:
        people = (order.ship_to, order.bill_to)
        digests[order.id] = {key for key in known[order.id].buyer if key != str(order.customer_id)}
        digests[order.id] |= {address_digest(one.address, tenant_id=reading.tenant_id) for one in people} - {""}
    found = watches({digest for those in digests.values() for digest in those}, at=reading.at)
    for order_id, those in digests.items():
        met = tuple(found[digest] for digest in sorted(those) if digest in found)
        if met:
            known[order_id] = _told(known[order_id], watched=met)


# ── what is usual of an article, and what it costs elsewhere ─────────────────────────────────────────────────────────────

_USUAL = """
SELECT asked.variant_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY sample.quantity)
FROM unnest(%(variants)s::uuid[]) AS asked (variant_id)
CROSS JOIN LATERAL (
    SELECT line.quantity FROM orders_orderline AS line
    WHERE line.tenant_id = %(tenant)s AND line.variant_id = asked.variant_id AND line.order_id <> ALL(%(orders)s::uuid[])
    LIMIT 200
) AS sample
GROUP BY asked.variant_id HAVING count(*) >= %(fewest)s
"""


def _tell_articles(known: dict[UUID, Dossier], reading: _Reading, rules: Sequence[RuleInForce]) -> None:
    needs, variants = needed(rules), reading.variant_ids
    usual: Mapping[UUID, int] = {}
    if Need.USUAL in needs:
        usual = _pairs(_USUAL, variants=list(variants), orders=[order.id for order in reading.orders], fewest=FEWEST_FOR_USUAL)
    listed = _list_prices(reading) if Need.LIST_PRICES in needs else {}
    codes = {rule.parameters["price_list"] for rule in rules if Need.FLOORS in rule.needs}
    floors = prices_listed(codes, variants) if codes else {}
    for order in reading.orders:
        lines = []
        for line in known[order.id].facts.lines:
            price = price_at(listed.get((order.id, line.variant_id), ()), line.quantity)
            lowest = {code: price_at(floors.get((code, order.currency, line.variant_id), ()), line.quantity) for code in codes}
            lines.append(
                replace(
                    line, usual=usual.get(line.variant_id), list_price=price.unit_price if price else None,
                    floors={code: offer.unit_price for code, offer in lowest.items() if offer},
                )
            )  # fmt: skip
        known[order.id] = _told(known[order.id], lines=tuple(lines))


def _list_prices(reading: _Reading) -> dict[tuple[UUID, UUID], Any]:
    """What the articles of orders cost by the price lists, by order and variant: a statement for each channel, group and day."""
    groups = groups_of({order.customer_id for order in reading.orders if order.customer_id})
    alike: dict[tuple[Any, ...], list[Order]] = defaultdict(list)
    for order in reading.orders:
        group = groups.get(order.customer_id, "") if order.customer_id else ""
        alike[order.channel_id, group, order.placed_at.date(), order.currency].append(order)
    found: dict[tuple[UUID, UUID], Any] = {}
    for (channel_id, group, on, currency), those in alike.items():
        variants = {line.variant_id for order in those for line in reading.goods_of(order) if line.variant_id}
        book = price_book(channel_id, variants, customer_group=group, on=on, currency=currency)
        found |= {(order.id, variant_id): offers for order in those for variant_id, offers in book.items()}
    return found


def _rows(sql: str, **params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        return list(cursor.fetchall())


def _pairs(sql: str, **params: Any) -> dict[UUID, int]:
    return {id_: int(number) for id_, number in _rows(sql, **params)}
