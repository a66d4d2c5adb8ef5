"""Keeping the board: reads what the books say about orders, and writes their rows. A row may be made again at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count

from dingdan.insight.board.models import KIND, BoardCount, BoardRow
from dingdan.insight.board.rules import Kind, order_tokens
from dingdan.kernel import feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.postgresql.arrays import written
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.trade.orders.lifecycle import LineKind

CONSUMER = "board"
AT_ONCE = 500
_COPIED = ("id", "number", "channel_id", "customer_id", "state", "currency", "total", "placed_at", "promised_at", "in_review")
_DERIVED = ("external_id", "name", "country", "payment_status", "fulfillment_status", "units", "waiting")
_COLUMNS = (*_COPIED, *_DERIVED, "tags", "tokens")
_kind = itemgetter(*map(_COLUMNS.index, KIND))

Row = tuple[Any, ...]
"""What a row of the board says, in the order of `_COLUMNS`."""


class _Read(NamedTuple):
    """What the books say of an order: columns of its row, what it is found by, and its row as it was."""

    columns: Row
    tags: list[str]
    texts: list[str]
    phones: list[str]
    skus: list[str]
    before: Row | None


def refresh(order_ids: Iterable[UUID]) -> int:
    """Write the rows of these orders of the tenant in scope as the books have them now; return how many there are."""
    wanted, done = list(order_ids), 0
    for start in range(0, len(wanted), AT_ONCE):
        done += _refresh_some(wanted[start : start + AT_ONCE])
    return done


def _refresh_some(order_ids: list[UUID]) -> int:
    """One after the other, so that no older row replaces a newer one, and the counts know what each row was before."""
    with feed.turn_of(CONSUMER):
        found = _read(order_ids)
        rows = [(_row(one), one.before) for one in found]
        changed = [(row, before) for row, before in rows if row != before]
        changes = Counter[Kind](_kind(row) for row, _before in changed)
        changes.subtract(_kind(before) for _row, before in changed if before)
        if gone := set(order_ids).difference(row[0] for row, _before in rows):
            changes.subtract(_remove(gone))
        if changed:
            _write([row for row, _before in changed])
        if moved := {kind: orders for kind, orders in changes.items() if orders}:
            _count(moved)
    return len(found)


def _remove(order_ids: Iterable[UUID]) -> list[Kind]:
    """Take away the rows of orders that are not there; of which kinds they were."""
    rows = BoardRow.objects.filter(id__in=order_ids)
    kinds = [tuple(kind) for kind in rows.values_list(*KIND)]
    rows.delete()
    return kinds


_READ = f"""
SELECT {", ".join(f"placed.{name}" for name in _COPIED)}, coalesce(placed.external_id, ''),
    CASE WHEN ship.name = '' THEN ship.company ELSE ship.name END, ship.country,
    coalesce(owed.payment_status, %(nothing_due)s::text), coalesce(tally.fulfillment_status, %(nothing_to_ship)s::text),
    coalesce(inside.units, 0), coalesce(owing.waiting, 0),
    ARRAY(SELECT put.tag FROM orders_ordertag AS put
          WHERE put.tenant_id = %(tenant)s::uuid AND put.order_id = placed.id ORDER BY put.tag),
    ARRAY[placed.number, coalesce(placed.external_id, ''), ship.name, ship.company, ship.email,
          bill.name, bill.company, bill.email]
    || ARRAY(SELECT shipment.tracking_number FROM fulfillment_shipment AS shipment
             WHERE shipment.tenant_id = %(tenant)s AND shipment.order_id = placed.id AND shipment.tracking_number <> '')
    || ARRAY(SELECT package.tracking_number FROM fulfillment_shipment AS shipment JOIN fulfillment_package AS package
             ON package.tenant_id = shipment.tenant_id AND package.shipment_id = shipment.id AND package.tracking_number <> ''
             WHERE shipment.tenant_id = %(tenant)s AND shipment.order_id = placed.id),
    ARRAY[ship.phone, bill.phone], coalesce(inside.skus, '{{}}'), {", ".join(f"row.{name}" for name in _COLUMNS)}
FROM orders_order AS placed
JOIN orders_contact AS ship ON ship.tenant_id = placed.tenant_id AND ship.id = placed.ship_to_id
JOIN orders_contact AS bill ON bill.tenant_id = placed.tenant_id AND bill.id = placed.bill_to_id
LEFT JOIN payments_receivable AS owed
    ON owed.tenant_id = placed.tenant_id AND owed.document_kind = 'order' AND owed.document_id = placed.id
LEFT JOIN inventory_tally AS tally ON tally.tenant_id = placed.tenant_id AND tally.id = placed.id
LEFT JOIN board_boardrow AS row ON row.tenant_id = placed.tenant_id AND row.id = placed.id
LEFT JOIN LATERAL (
    SELECT sum(line.quantity - line.canceled) FILTER (WHERE line.kind = ANY(%(counted)s::text[]))::bigint AS units,
        array_agg(line.sku ORDER BY line.position) FILTER (WHERE line.sku <> '') AS skus
    FROM orders_orderline AS line WHERE line.tenant_id = %(tenant)s AND line.order_id = placed.id
) AS inside ON true
LEFT JOIN LATERAL (
    SELECT sum(demand.quantity - demand.canceled - demand.issued - coalesce((
        SELECT sum(peg.quantity) FROM inventory_peg AS peg
        WHERE peg.tenant_id = demand.tenant_id AND peg.demand_id = demand.id AND peg.balance_id IS NOT NULL
    ), 0))::bigint AS waiting
    FROM inventory_demand AS demand
    WHERE demand.tenant_id = %(tenant)s AND demand.document_id = placed.id AND demand.document_kind = 'order'
) AS owing ON true
WHERE placed.tenant_id = %(tenant)s AND placed.id = ANY(%(orders)s::uuid[])
"""  # noqa: S608 (names of this module)


COUNTED = (LineKind.GOODS, LineKind.SERVICE, LineKind.GIFT_CARD)


def _read(order_ids: list[UUID]) -> list[_Read]:
    """What the books say now, in one statement."""
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "orders": order_ids, "counted": [*map(str, COUNTED)],
        "nothing_due": str(PaymentStatus.NOTHING_DUE), "nothing_to_ship": str(FulfillmentStatus.NOTHING_TO_SHIP),
    }  # fmt: skip
    with ready_cursor() as cursor:
        cursor.execute(_READ, params)
        return [_told(values) for values in cursor.fetchall()]


def _told(values: Row) -> _Read:
    end = len(_COPIED) + len(_DERIVED)
    tags, texts, phones, skus, *before = values[end:]
    return _Read(values[:end], tags, texts, phones, skus, tuple(before) if before[0] else None)


def _row(one: _Read) -> Row:
    return (*one.columns, one.tags, order_tokens(texts=one.texts, phones=one.phones, skus=one.skus, tags=one.tags))


# A list of lists has no type here, so each comes as the text of a list.
_WRITE = f"""
INSERT INTO board_boardrow (tenant_id, {", ".join(_COLUMNS)})
SELECT %(tenant)s::uuid, {", ".join(f"new.{name}" for name in (*_COPIED, *_DERIVED))}, new.tags::text[], new.tokens::text[]
FROM unnest(%(id)s::uuid[], %(number)s::text[], %(channel_id)s::uuid[], %(customer_id)s::uuid[], %(state)s::text[],
    %(currency)s::text[], %(total)s::bigint[], %(placed_at)s::timestamptz[], %(promised_at)s::timestamptz[],
    %(in_review)s::bool[], %(external_id)s::text[], %(name)s::text[], %(country)s::text[],
    %(payment_status)s::text[], %(fulfillment_status)s::text[],
    %(units)s::bigint[], %(waiting)s::bigint[], %(tags)s::text[], %(tokens)s::text[]) AS new ({", ".join(_COLUMNS)})
ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS if name != "id")}
"""  # noqa: S608 (names of this module)


def _write(rows: list[Row]) -> None:
    columns: dict[str, Any] = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    columns |= {name: [written(one) for one in columns[name]] for name in ("tags", "tokens")}
    with ready_cursor() as cursor:
        cursor.execute(_WRITE, {"tenant": current_tenant_id(), **columns})


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
