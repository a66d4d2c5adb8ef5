"""What is reported about what happens after the sale: how much comes back and why, what money goes without goods, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import connection

from dingdan.kernel.ids import first_id
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.trade.aftersales.lifecycle import Leak

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRate:
    """Of an article, and for a reason: pieces that left in the period and pieces that came back in it. 125 are 12.5 percent."""

    sku: str
    reason: str
    shipped: int
    returned: int
    per_mille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Money that went (or is to go) without goods coming back, or beyond the rules: by way, reason and currency, minor units."""

    way: str
    reason: str
    currency: str
    times: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returner:
    """A customer with much after the sale: orders of the period, those with returns and with claims, and what was given back."""

    customer_id: UUID
    number: str
    orders: int
    returns: int
    claims: int
    currency: str
    refund: int
    per_mille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """Goods that left ahead of others: what is still due for them, and when (or since when) the others were to be back."""

    return_id: UUID
    number: str
    state: str
    due_back_at: datetime
    order_number: str
    currency: str
    due: int


_AT_RISK = """
SELECT rma.id, rma.number, rma.state, rma.due_back_at, second.number, second.currency, receivable.due
FROM aftersales_return AS rma
JOIN orders_order AS second ON second.tenant_id = rma.tenant_id AND second.id = rma.follow_up_id
JOIN payments_receivable AS receivable
    ON receivable.tenant_id = rma.tenant_id AND receivable.document_kind = 'order' AND receivable.document_id = second.id
WHERE rma.tenant_id = %(tenant)s AND rma.is_ahead AND receivable.due > 0
  AND rma.due_back_at >= %(since)s AND rma.due_back_at < %(until)s
ORDER BY rma.due_back_at, rma.id LIMIT %(limit)s
"""

_RATES = """
WITH shipped AS (
    SELECT demand.variant_id, sum(line.quantity) AS pieces
    FROM fulfillment_shipmentline AS line
    JOIN fulfillment_shipment AS shipment ON shipment.tenant_id = line.tenant_id AND shipment.id = line.shipment_id
    JOIN inventory_demand AS demand ON demand.tenant_id = line.tenant_id AND demand.id = line.demand_id
    WHERE line.tenant_id = %(tenant)s AND shipment.shipped_at >= %(since)s AND shipment.shipped_at < %(until)s
    GROUP BY demand.variant_id
), returned AS (
    SELECT demand.variant_id, line.reason, sum(piece.received) AS pieces
    FROM aftersales_returnpiece AS piece
    JOIN aftersales_returnline AS line ON line.tenant_id = piece.tenant_id AND line.id = piece.line_id
    JOIN aftersales_return AS rma ON rma.tenant_id = line.tenant_id AND rma.id = line.rma_id
    JOIN inventory_demand AS demand ON demand.tenant_id = piece.tenant_id AND demand.id = piece.demand_id
    WHERE piece.tenant_id = %(tenant)s AND piece.received > 0 AND rma.received_at >= %(since)s AND rma.received_at < %(until)s
    GROUP BY demand.variant_id, line.reason
)
SELECT variant.sku, returned.reason, coalesce(shipped.pieces, 0)::bigint, returned.pieces::bigint,
    CASE WHEN shipped.pieces > 0 THEN div(2000 * returned.pieces + shipped.pieces, 2 * shipped.pieces) ELSE 1000 END::bigint
FROM returned
JOIN catalog_variant AS variant ON variant.tenant_id = %(tenant)s AND variant.id = returned.variant_id
LEFT JOIN shipped ON shipped.variant_id = returned.variant_id
ORDER BY 4 DESC, 1, 2 LIMIT %(limit)s
"""

_LEAKAGE = """
SELECT way, reason, currency, count(*), sum(amount)::bigint FROM (
    SELECT CASE claim.resolution WHEN 'keep' THEN %(claim_keep)s ELSE %(claim_refund)s END AS way, line.reason, sold.currency,
        line.refund AS amount
    FROM aftersales_claimline AS line
    JOIN aftersales_claim AS claim ON claim.tenant_id = line.tenant_id AND claim.id = line.claim_id
    JOIN orders_order AS sold ON sold.tenant_id = claim.tenant_id AND sold.id = claim.order_id
    WHERE line.tenant_id = %(tenant)s AND line.settled > 0 AND claim.resolved_at >= %(since)s AND claim.resolved_at < %(until)s
    UNION ALL
    SELECT %(against_the_rules)s, line.reason, sold.currency, line.refund
    FROM aftersales_returnline AS line
    JOIN aftersales_return AS rma ON rma.tenant_id = line.tenant_id AND rma.id = line.rma_id
    JOIN orders_order AS sold ON sold.tenant_id = rma.tenant_id AND sold.id = rma.order_id
    WHERE line.tenant_id = %(tenant)s AND line.override <> '' AND line.refund > 0
      AND coalesce(rma.inspected_at, rma.scanned_at) >= %(since)s AND coalesce(rma.inspected_at, rma.scanned_at) < %(until)s
    UNION ALL
    SELECT %(allowance)s, '', favor.currency, favor.total FROM aftersales_allowance AS favor
    WHERE favor.tenant_id = %(tenant)s AND favor.given_at >= %(since)s AND favor.given_at < %(until)s
    UNION ALL
    SELECT CASE posting.rule WHEN 'goodwill_granted' THEN %(goodwill)s ELSE %(credit_given)s END, '', posting.currency,
        posting.amount
    FROM payments_posting AS posting
    JOIN kernel_journalentry AS entry ON entry.tenant_id = posting.tenant_id AND entry.id = posting.entry_id
    WHERE posting.tenant_id = %(tenant)s AND posting.rule IN ('goodwill_granted', 'store_credit_granted')
      AND posting.payable_id IS NOT NULL AND entry.id >= %(first)s AND entry.at >= %(since)s AND entry.at < %(until)s
) AS every
GROUP BY way, reason, currency ORDER BY 5 DESC, 1, 2, 3 LIMIT %(limit)s
"""

# Begins with what came back or was claimed since, for that is the smaller part.
_RETURNERS = """
WITH back AS MATERIALIZED (
    SELECT rma.order_id, sum(line.refund) AS refund FROM aftersales_return AS rma
    JOIN aftersales_returnline AS line ON line.tenant_id = rma.tenant_id AND line.rma_id = rma.id
    WHERE rma.tenant_id = %(tenant)s AND rma.id >= %(first)s AND rma.state NOT IN ('canceled', 'lapsed') GROUP BY rma.order_id
), claimed AS MATERIALIZED (
    SELECT claim.order_id, sum(line.refund) AS refund FROM aftersales_claim AS claim
    JOIN aftersales_claimline AS line ON line.tenant_id = claim.tenant_id AND line.claim_id = claim.id
    WHERE claim.tenant_id = %(tenant)s AND claim.id >= %(first)s AND claim.state IN ('filed', 'replacing', 'resolved')
    GROUP BY claim.order_id
), often AS MATERIALIZED (
    SELECT sold.customer_id, sold.currency, count(*) AS either,
        count(back.order_id) AS returns, count(claimed.order_id) AS claims,
        coalesce(sum(back.refund), 0) + coalesce(sum(claimed.refund), 0) AS refund
    FROM back FULL JOIN claimed ON claimed.order_id = back.order_id
    JOIN orders_order AS sold ON sold.tenant_id = %(tenant)s AND sold.id = coalesce(back.order_id, claimed.order_id)
    WHERE sold.customer_id IS NOT NULL AND sold.placed_at >= %(since)s AND sold.placed_at < %(until)s
    GROUP BY sold.customer_id, sold.currency HAVING count(back.order_id) + count(claimed.order_id) >= %(least)s
)
SELECT often.customer_id, customer.number, bought.orders, often.returns, often.claims, often.currency, often.refund::bigint,
    (1000 * often.either / bought.orders)::bigint
FROM often
JOIN customers_customer AS customer ON customer.tenant_id = %(tenant)s AND customer.id = often.customer_id
CROSS JOIN LATERAL (
    SELECT count(*) AS orders FROM orders_order AS sold
    WHERE sold.tenant_id = %(tenant)s AND sold.customer_id = often.customer_id AND sold.currency = often.currency
      AND sold.placed_at >= %(since)s AND sold.placed_at < %(until)s
) AS bought
ORDER BY 8 DESC, 7 DESC, 2 LIMIT %(limit)s
"""


def return_rates(since: datetime, until: datetime, *, limit: int = 1000) -> list[ReturnRate]:
    """What came back in a period, by article and reason, most first; against what left in it. One statement."""
    return _rows(ReturnRate, _RATES, since=since, until=until, limit=limit)


def refund_leakage(since: datetime, until: datetime, *, limit: int = 1000) -> list[Leakage]:
    """Money of a period without goods or beyond the rules: settled claims, overrides, allowances, goodwill, given credit."""
    ways = {one.value: one.value for one in Leak}
    return _rows(Leakage, _LEAKAGE, since=since, until=until, limit=limit, **ways)


def money_at_risk(since: datetime, until: datetime, *, limit: int = 1000) -> list[AtRisk]:
    """What is due for goods that left ahead of others, by the day on which those are to be back. One statement."""
    return _rows(AtRisk, _AT_RISK, since=since, until=until, limit=limit)


def repeat_returners(since: datetime, until: datetime, *, least: int = 2, limit: int = 1000) -> list[Returner]:
    """Customers of whose orders of a period at least so many came back or were claimed, the largest part of them first."""
    return _rows(Returner, _RETURNERS, since=since, until=until, least=least, limit=limit)


def _rows(kind: type[R], sql: str, **asked: Any) -> list[R]:
    # Nothing was written before it happened: what has an older id is of an older time.
    names: Sequence[str] = [one.name for one in fields(cast(Any, kind))]
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), "first": first_id(asked["since"]), **asked})
        return [kind(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
