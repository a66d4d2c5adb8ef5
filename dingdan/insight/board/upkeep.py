"""Keeping the board: reads what the books say about orders, and writes their rows. A row may be made again at any time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from dingdan.insight.board.models import KIND, BoardCount, BoardRow
from dingdan.insight.board.rules import Kind, order_tokens
from dingdan.kernel import feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.ledgers.payments.models import Receivable
from dingdan.trade.fulfillment.models import Package, Shipment
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import Order, OrderLine, OrderTag
from dingdan.trade.orders.queries import lines_of

CONSUMER = "board"
AT_ONCE = 500
_COPIED = ("number", "channel_id", "customer_id", "state", "currency", "total", "placed_at", "promised_at")
_DERIVED = ("external_id", "name", "country", "payment_status", "fulfillment_status", "units", "tags", "tokens")


def refresh(order_ids: Iterable[UUID]) -> int:
    """Write the rows of these orders of the tenant in scope as the books have them now; return how many."""
    wanted, done = list(order_ids), 0
    for start in range(0, len(wanted), AT_ONCE):
        done += _refresh_some(wanted[start : start + AT_ONCE])
    return done


def _refresh_some(order_ids: list[UUID]) -> int:
    """One after the other, so that no older row replaces a newer one, and the counts know what each row was before."""
    with feed.turn_of(CONSUMER):
        before = BoardRow.objects.filter(id__in=order_ids).values_list(*KIND)
        changes = Counter[Kind]({kind: -orders for kind, orders in Counter(before).items()})
        rows = _rows(order_ids)
        BoardRow.objects.filter(id__in=set(order_ids).difference(row.id for row in rows)).delete()
        BoardRow.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["tenant_id", "id"], update_fields=[*_COPIED, *_DERIVED]
        )
        changes.update((row.channel_id, row.state, row.payment_status, row.fulfillment_status) for row in rows)
        _count({kind: orders for kind, orders in changes.items() if orders})
    return len(rows)


_NEXT = """
SELECT id FROM orders_order WHERE tenant_id = %(tenant)s AND id > %(after)s
UNION SELECT id FROM board_boardrow WHERE tenant_id = %(tenant)s AND id > %(after)s
ORDER BY id LIMIT %(limit)s
"""


def renew() -> Iterator[int]:
    """Write all rows of the tenant in scope anew, some at a time so that nobody waits for long; yields how many each time."""
    after = UUID(int=0)
    while True:
        with ready_cursor() as cursor:
            cursor.execute(_NEXT, {"tenant": current_tenant_id(), "after": after, "limit": AT_ONCE})
            ids = [id_ for (id_,) in cursor.fetchall()]
        if not ids:
            return
        _refresh_some(ids)
        after = ids[-1]
        yield len(ids)


def recount() -> dict[Kind, int]:
    """Count the rows of the tenant in scope anew and mend what is kept; by how much the count of a kind was wrong.

    Rows wait meanwhile, some seconds for a million. Orders do not: the board follows them.
    """
    with feed.turn_of(CONSUMER), whole_tables():
        kept = {tuple(kind): orders for *kind, orders in BoardCount.objects.values_list(*KIND, "orders")}
        there = {tuple(kind): rows for *kind, rows in BoardRow.objects.values_list(*KIND).annotate(rows=Count("id"))}
        wrong = {kind: there.get(kind, 0) - kept.get(kind, 0) for kind in kept | there}
        changes = {kind: orders for kind, orders in wrong.items() if orders}
        _count(changes)
    return changes


_COUNT = """
WITH more AS (
    INSERT INTO board_boardcount AS counted (tenant_id, id, channel_id, state, payment_status, fulfillment_status, orders)
    SELECT %(tenant)s, * FROM unnest(
        %(ids)s::uuid[], %(channels)s::uuid[], %(states)s::text[], %(paid)s::text[], %(fulfilled)s::text[], %(orders)s::bigint[]
    ) AS change (id, channel_id, state, payment_status, fulfillment_status, orders) WHERE change.orders > 0
    ON CONFLICT (tenant_id, channel_id, state, payment_status, fulfillment_status)
    DO UPDATE SET orders = counted.orders + EXCLUDED.orders
)
UPDATE board_boardcount AS counted SET orders = counted.orders + change.orders
FROM unnest(%(channels)s::uuid[], %(states)s::text[], %(paid)s::text[], %(fulfilled)s::text[], %(orders)s::bigint[])
    AS change (channel_id, state, payment_status, fulfillment_status, orders)
WHERE counted.tenant_id = %(tenant)s AND change.orders < 0
  AND (counted.channel_id, counted.state, counted.payment_status, counted.fulfillment_status)
    = (change.channel_id, change.state, change.payment_status, change.fulfillment_status)
"""


def _count(changes: dict[Kind, int]) -> None:
    """Bring the counts up to date by what changed, in one statement."""
    if changes:
        channels, states, paid, fulfilled = (list(column) for column in zip(*changes, strict=True))
        with ready_cursor() as cursor:
            cursor.execute(
                _COUNT,
                {
                    "tenant": current_tenant_id(), "ids": [new_id() for _kind in changes], "orders": list(changes.values()),
                    "channels": channels, "states": states, "paid": paid, "fulfilled": fulfilled,
                },
            )  # fmt: skip


def _rows(order_ids: list[UUID]) -> list[BoardRow]:
    tallies, lines = tallies_of(order_ids), lines_of(order_ids)
    tags, tracked = _tags(order_ids), _tracking_numbers(order_ids)
    paid = dict(
        Receivable.objects.filter(document_kind="order", document_id__in=order_ids).values_list("document_id", "payment_status")
    )
    return [
        BoardRow(
            id=order.id,
            tenant_id=order.tenant_id,
            **{name: getattr(order, name) for name in _COPIED},
            external_id=order.external_id or "",
            name=order.ship_to.name or order.ship_to.company,
            country=order.ship_to.country,
            payment_status=paid.get(order.id, PaymentStatus.NOTHING_DUE),
            fulfillment_status=tallies[order.id].fulfillment_status if order.id in tallies else FulfillmentStatus.NOTHING_TO_SHIP,
            units=_units(lines.get(order.id, [])),
            tags=tags[order.id],
            tokens=_tokens(order, lines.get(order.id, []), tags[order.id], tracked[order.id]),
        )
        for order in Order.objects.filter(id__in=order_ids).select_related("ship_to", "bill_to")
    ]


def _units(lines: list[OrderLine]) -> int:
    return sum(line.quantity - line.canceled for line in lines if line.kind in (LineKind.GOODS, LineKind.SERVICE))


def _tokens(order: Order, lines: list[OrderLine], tags: list[str], tracked: list[str]) -> list[str]:
    people = [order.ship_to, order.bill_to]
    texts = [order.number, order.external_id or "", *tracked]
    texts += [text for person in people for text in (person.name, person.company, person.email)]
    skus = [line.sku for line in lines if line.sku]
    return order_tokens(texts=texts, phones=[person.phone for person in people], skus=skus, tags=tags)


def _tags(order_ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for order_id, tag in OrderTag.objects.filter(order_id__in=order_ids).order_by("tag").values_list("order_id", "tag"):
        found[order_id].append(tag)
    return found


def _tracking_numbers(order_ids: list[UUID]) -> dict[UUID, list[str]]:
    shipped = Shipment.objects.filter(order_id__in=order_ids).exclude(tracking_number="")
    packed = Package.objects.filter(shipment__order_id__in=order_ids).exclude(tracking_number="")
    found: dict[UUID, list[str]] = defaultdict(list)
    for order_id, number in [
        *shipped.values_list("order_id", "tracking_number"),
        *packed.values_list("shipment__order_id", "tracking_number"),
    ]:
        found[order_id].append(number)
    return found
