"""What orders and their shipments are counted as: their parts made anew, and the difference put into the sums, in one statement.

The same questions say what the parts should be, so that `queries` can compare all of them with what is kept.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from dingdan.insight.rollups.models import LEFT, RETURNED, SOLD
from dingdan.insight.rollups.rules import MOST_ORDERS, TOOK
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.lifecycle import FulfillmentStatus
from dingdan.ledgers.payments.lifecycle import PaymentStatus, Terms
from dingdan.trade.orders.lifecycle import CHANGEABLE, LineKind

COUNTED: Final = (LineKind.GOODS, LineKind.SERVICE, LineKind.GIFT_CARD)
"""Kinds of lines whose units are counted."""

ORDER_PART: Final = (
    *("id", "counted_on", "hour", "channel_id", "currency", *SOLD),
    *("customer_id", "promised_on", "waits", "variants", "pieces", "nets", "totals"),
)
RETURN_PART: Final = ("id", "order_id", "counted_on", "channel_id", "currency", "variant_id", "reason", *RETURNED)
SHIPMENT_PART: Final = ("id", "order_id", "counted_on", "node_id", "person", "took", *LEFT)


def _texts(*codes: str) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _lists(**columns: str) -> str:
    """What an order has of each variant, as lists that go along with each other."""
    order = "ORDER BY by_variant.variant_id) FILTER (WHERE by_variant.variant_id IS NOT NULL)"
    return ", ".join(f"array_agg(by_variant.{column} {order} AS {name}" for name, column in columns.items())


# What is kept of a line runs along one total (record 0008): half a step goes up, and all of a line is what the line says.
_KEPT_LINES = """
SELECT kept.variant_id, kept.units, kept.kind, kept.total,
    CASE WHEN kept.total = kept.whole THEN kept.tax
         ELSE div(2::numeric * kept.tax * kept.total + kept.whole, 2 * kept.whole)::bigint END AS tax
FROM (
    SELECT line.variant_id, line.quantity - line.canceled AS units, line.kind, line.tax, line.total AS whole,
        CASE WHEN line.canceled = 0 THEN line.total
             ELSE (div(2::numeric * line.total * (line.quantity - line.canceled) + line.quantity * parts.step,
                       2 * line.quantity * parts.step) * parts.step)::bigint
        END AS total
    FROM orders_orderline AS line CROSS JOIN LATERAL (
        SELECT CASE WHEN mod(line.total, line.step) = 0 THEN line.step ELSE 1 END AS step
    ) AS parts
    WHERE line.tenant_id = %(tenant)s::uuid AND line.order_id = placed.id AND line.canceled < line.quantity
) AS kept
"""

ORDERS: Final = f"""
SELECT placed.id, (placed.placed_at AT TIME ZONE %(zone)s::text)::date AS counted_on,
    extract(hour FROM placed.placed_at AT TIME ZONE %(zone)s::text)::smallint AS hour, placed.channel_id, placed.currency,
    (placed.state = 'canceled')::int::bigint AS canceled, coalesce(inside.units, 0) AS units, placed.total - placed.tax AS net,
    placed.tax, placed.total, placed.discount, placed.shipping,
    placed.total - coalesce(owed.amount, placed.total) AS given_back,
    placed.customer_id, CASE WHEN placed.state IN ({_texts(*CHANGEABLE)})
          AND tally.fulfillment_status IN ({_texts(FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTLY_SHIPPED)})
          AND NOT coalesce(owed.terms = '{Terms.PREPAID}'
                           AND owed.payment_status IN ({_texts(PaymentStatus.UNPAID, PaymentStatus.PARTLY_PAID)}), false)
         THEN (placed.promised_at AT TIME ZONE %(zone)s::text)::date END AS promised_on,
    coalesce(placed.state IN ({_texts(*CHANGEABLE)}) AND EXISTS (
        SELECT 1 FROM inventory_demand AS demand
        WHERE demand.tenant_id = %(tenant)s::uuid AND demand.document_id = placed.id
          AND demand.quantity > demand.canceled + demand.issued + coalesce((
            SELECT sum(peg.quantity) FROM inventory_peg AS peg
            WHERE peg.tenant_id = %(tenant)s::uuid AND peg.demand_id = demand.id AND peg.balance_id IS NOT NULL), 0)
    ), false) AS waits,
    coalesce(inside.variants, '{{}}') AS variants, coalesce(inside.pieces, '{{}}') AS pieces,
    coalesce(inside.nets, '{{}}') AS nets, coalesce(inside.totals, '{{}}') AS totals
FROM orders_order AS placed
LEFT JOIN payments_receivable AS owed
    ON owed.tenant_id = placed.tenant_id AND owed.document_kind = 'order' AND owed.document_id = placed.id
LEFT JOIN inventory_tally AS tally ON tally.tenant_id = placed.tenant_id AND tally.id = placed.id
LEFT JOIN LATERAL (
    SELECT sum(by_variant.units)::bigint AS units,
        {_lists(variants="variant_id", pieces="units", nets="net", totals="total")}
    FROM (
        SELECT kept.variant_id, sum(kept.units)::bigint AS units, sum(kept.total - kept.tax)::bigint AS net,
            sum(kept.total)::bigint AS total
        FROM ({_KEPT_LINES}) AS kept WHERE kept.kind IN ({_texts(*COUNTED)}) GROUP BY kept.variant_id
    ) AS by_variant
) AS inside ON true
WHERE placed.tenant_id = %(tenant)s::uuid
"""  # noqa: S608 (names of this module)

_DAYS: Final = " ".join(f"WHEN took.seconds <= {most * 86_400} THEN '{code}'" for code, most in TOOK.items() if most)

SHIPMENTS: Final = f"""
SELECT shipment.id, shipment.order_id, (shipment.shipped_at AT TIME ZONE %(zone)s::text)::date AS counted_on, shipment.node_id,
    coalesce(who.person, '')::varchar AS person, (CASE {_DAYS} ELSE 'over' END)::varchar AS took,
    coalesce(inside.units, 0)::bigint AS units,
    coalesce((placed.promised_at AT TIME ZONE %(zone)s::text)::date
             < (shipment.shipped_at AT TIME ZONE %(zone)s::text)::date, false)::int::bigint AS late,
    took.seconds, (shipment.delivered_at IS NOT NULL)::int::bigint AS delivered,
    coalesce(greatest(0, extract(epoch FROM shipment.delivered_at - shipment.shipped_at)), 0)::bigint AS on_the_way
FROM fulfillment_shipment AS shipment
JOIN orders_order AS placed ON placed.tenant_id = shipment.tenant_id AND placed.id = shipment.order_id
CROSS JOIN LATERAL (SELECT greatest(0, extract(epoch FROM shipment.shipped_at - placed.placed_at))::bigint AS seconds) AS took
LEFT JOIN LATERAL (
    SELECT sum(line.quantity) AS units FROM fulfillment_shipmentline AS line
    WHERE line.tenant_id = %(tenant)s::uuid AND line.shipment_id = shipment.id
) AS inside ON true
LEFT JOIN LATERAL (
    SELECT rtrim(entry.actor_kind || ':' || entry.actor_id, ':') AS person FROM kernel_entrysubject AS about
    JOIN kernel_journalentry AS entry ON entry.tenant_id = about.tenant_id AND entry.id = about.entry_id
        AND entry.event_kind IN ('ShipmentPacked', 'ShipmentShipped')
    WHERE about.tenant_id = %(tenant)s::uuid AND about.subject_id = shipment.id
    ORDER BY entry.event_kind, about.id LIMIT 1
) AS who ON true
WHERE shipment.tenant_id = %(tenant)s::uuid AND shipment.state IN ('shipped', 'delivered')
"""  # noqa: S608 (names of this module)


RETURNS: Final = f"""
SELECT line.id, rma.order_id, (rma.authorized_at AT TIME ZONE %(zone)s::text)::date AS counted_on, placed.channel_id,
    placed.currency, sold.variant_id, line.reason, line.quantity AS units, line.accepted, line.refund, line.fee
FROM aftersales_return AS rma
JOIN aftersales_returnline AS line ON line.tenant_id = rma.tenant_id AND line.rma_id = rma.id
JOIN orders_orderline AS sold ON sold.tenant_id = line.tenant_id AND sold.id = line.order_line_id
JOIN orders_order AS placed ON placed.tenant_id = rma.tenant_id AND placed.id = rma.order_id
WHERE rma.tenant_id = %(tenant)s::uuid AND rma.state NOT IN ({_texts("canceled", "lapsed")})
"""  # noqa: S608 (names of this module)


def _turned(part: str, names: tuple[str, ...], books: str, which: str) -> str:
    """What things were counted as and are to be counted as now, with its sign; writes the parts."""
    columns = ", ".join(names)
    return f"""
WITH now AS MATERIALIZED ({books}), was AS MATERIALIZED (
    SELECT {columns} FROM {part} AS part WHERE part.tenant_id = %(tenant)s::uuid AND part.{which} = ANY(%(orders)s::uuid[])
), changed AS MATERIALIZED (
    SELECT coalesce(now.id, was.id) AS id, now.id IS NULL AS is_gone FROM now FULL JOIN was ON was.id = now.id
    WHERE now IS DISTINCT FROM was
), written AS (
    INSERT INTO {part} (tenant_id, {columns}) SELECT %(tenant)s::uuid, {", ".join(f"now.{name}" for name in names)}
    FROM now JOIN changed ON changed.id = now.id
    ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in names if name != "id")}
), gone AS (
    DELETE FROM {part} AS part USING changed WHERE part.tenant_id = %(tenant)s::uuid AND part.id = changed.id AND changed.is_gone
), turned AS MATERIALIZED (
    SELECT 1 AS sign, now.* FROM now JOIN changed ON changed.id = now.id
    UNION ALL SELECT -1, was.* FROM was JOIN changed ON changed.id = was.id
)
"""  # noqa: S608 (names of this module)


def _summed(table: str, keys: tuple[str, ...], figures: tuple[str, ...], *, count: str, source: str) -> str:
    """Puts differences into sums: rows of `source` have their keys, their figures and a sign."""
    sums = {count: "sum(sign)", **{name: f"sum(sign * {name})" for name in figures}}
    more = ", ".join(f"{name} = kept.{name} + EXCLUDED.{name}" for name in sums)
    return f"""
    INSERT INTO {table} AS kept (tenant_id, id, {", ".join((*keys, *sums))})
    SELECT %(tenant)s::uuid, gen_random_uuid(), {", ".join((*keys, *(f"{one}::bigint" for one in sums.values())))}
    FROM {source} GROUP BY {", ".join(keys)} HAVING {" OR ".join(f"{one} <> 0" for one in sums.values())}
    ON CONFLICT (tenant_id, {", ".join(keys)}) DO UPDATE SET {more}
    """  # noqa: S608 (names of this module)


HOUR_KEYS: Final = ("counted_on", "hour", "channel_id", "currency")
ITEM_KEYS: Final = ("grain", "counted_on", "channel_id", "variant_id", "currency")
ITEM_FIGURES: Final = ("units", "net", "total")
CUSTOMER_KEYS: Final = ("counted_on", "customer_id", "currency")
RETURN_KEYS: Final = ("counted_on", "channel_id", "currency", "variant_id", "reason")
LEFT_KEYS: Final = ("counted_on", "node_id", "person", "took")


def items_of(parts: str, sign: str) -> str:
    """What was bought of each variant, as parts of orders say it, for the day and for the month."""
    return f"""
    SELECT {sign} AS sign, spans.grain, spans.counted_on, part.channel_id, item.variant_id, part.currency,
        item.units, item.net, item.total
    FROM {parts} AS part
    CROSS JOIN LATERAL unnest(part.variants, part.pieces, part.nets, part.totals) AS item (variant_id, units, net, total)
    CROSS JOIN LATERAL (
        VALUES ('day', part.counted_on), ('month', date_trunc('month', part.counted_on)::date)
    ) AS spans (grain, counted_on)
    """  # noqa: S608 (names of this module)


def customers_of(parts: str, sign: str) -> str:
    """What was ordered by whom, as parts of orders say it, for the month."""
    return f"""
    SELECT {sign} AS sign, date_trunc('month', part.counted_on)::date AS counted_on, part.customer_id, part.currency,
        {", ".join(f"part.{name}" for name in SOLD)}
    FROM {parts} AS part WHERE part.customer_id IS NOT NULL
    """  # noqa: S608 (names of this module)


_BY_CUSTOMER = f"({customers_of('turned', 'part.sign')}) AS ordered"
_BOUGHT = f"({items_of('turned', 'part.sign')}) AS bought"
_ROLL_ORDERS = f"""
{_turned("rollups_orderpart", ORDER_PART, ORDERS + " AND placed.id = ANY(%(orders)s::uuid[])", "id")},
hours AS ({_summed("rollups_saleshour", HOUR_KEYS, SOLD, count="orders", source="turned")}),
customers AS ({_summed("rollups_customermonth", CUSTOMER_KEYS, SOLD, count="orders", source=_BY_CUSTOMER)}),
items AS ({_summed("rollups_itemsales", ITEM_KEYS, ITEM_FIGURES, count="orders", source=_BOUGHT)})
SELECT count(*) FROM now
"""  # noqa: S608 (names of this module)

_ROLL_SHIPMENTS = f"""
{_turned("rollups_shipmentpart", SHIPMENT_PART, SHIPMENTS + " AND shipment.order_id = ANY(%(orders)s::uuid[])", "order_id")},
days AS ({_summed("rollups_fulfillmentday", LEFT_KEYS, LEFT, count="shipments", source="turned")})
SELECT count(*) FROM now
"""  # noqa: S608 (names of this module)


_ROLL_RETURNS = f"""
{_turned("rollups_returnpart", RETURN_PART, RETURNS + " AND rma.order_id = ANY(%(orders)s::uuid[])", "order_id")},
days AS ({_summed("rollups_returnday", RETURN_KEYS, RETURNED, count="lines", source="turned")})
SELECT count(*) FROM now
"""  # noqa: S608 (names of this module)

# Of each person only the newest orders are read: how many there are in all does not matter.
BUYERS: Final = f"""
SELECT one.id, bought.orders, bought.last_at
FROM customers_customer AS one
CROSS JOIN LATERAL (
    SELECT count(*)::smallint AS orders, max(newest.placed_at) AS last_at
    FROM (
        SELECT placed.placed_at
        FROM (
            SELECT one.id UNION ALL SELECT merged.id FROM customers_customer AS merged
            WHERE merged.tenant_id = %(tenant)s::uuid AND merged.merged_into_id = one.id
        ) AS person
        CROSS JOIN LATERAL (
            SELECT placed.placed_at FROM orders_order AS placed
            WHERE placed.tenant_id = %(tenant)s::uuid AND placed.customer_id = person.id AND placed.state <> 'canceled'
            ORDER BY placed.placed_at DESC LIMIT {MOST_ORDERS}
        ) AS placed
        ORDER BY placed.placed_at DESC LIMIT {MOST_ORDERS}
    ) AS newest
) AS bought
WHERE one.tenant_id = %(tenant)s::uuid AND one.merged_into_id IS NULL
"""  # noqa: S608 (names of this module)

_ROLL_BUYERS = f"""
WITH touched AS MATERIALIZED (
    SELECT one.id, one.merged_into_id FROM customers_customer AS one
    WHERE one.tenant_id = %(tenant)s::uuid AND one.id = ANY(ARRAY(
        SELECT placed.customer_id FROM orders_order AS placed
        WHERE placed.tenant_id = %(tenant)s::uuid AND placed.id = ANY(%(orders)s::uuid[]) AND placed.customer_id IS NOT NULL
    ) || %(customers)s::uuid[])
), gone AS (
    DELETE FROM rollups_buyer AS kept USING touched
    WHERE kept.tenant_id = %(tenant)s::uuid AND kept.id = touched.id AND touched.merged_into_id IS NOT NULL
)
INSERT INTO rollups_buyer AS kept (tenant_id, id, orders, last_at)
SELECT %(tenant)s::uuid, now.* FROM ({BUYERS}) AS now
WHERE now.id = ANY(ARRAY(SELECT coalesce(touched.merged_into_id, touched.id) FROM touched))
ON CONFLICT (tenant_id, id) DO UPDATE SET orders = EXCLUDED.orders, last_at = EXCLUDED.last_at
WHERE (kept.orders, kept.last_at) IS DISTINCT FROM (EXCLUDED.orders, EXCLUDED.last_at)
"""  # noqa: S608 (names of this module)


def roll(order_ids: list[UUID], zone: str) -> int:
    """Count these orders of the tenant in scope, with shipments and returns, as the books have them now; how many there are."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "orders": order_ids, "zone": zone, "customers": []}
    with ready_cursor() as cursor:
        cursor.execute(_ROLL_ORDERS, params)
        (found,) = cursor.fetchone()
        cursor.execute(_ROLL_SHIPMENTS, params)
        cursor.execute(_ROLL_RETURNS, params)
        cursor.execute(_ROLL_BUYERS, params)
    return int(found)


def roll_buyers(customer_ids: list[UUID]) -> None:
    """Count how often these customers of the tenant in scope bought, as the books have it now."""
    with ready_cursor() as cursor:
        cursor.execute(_ROLL_BUYERS, {"tenant": current_tenant_id(), "orders": [], "customers": customer_ids})
