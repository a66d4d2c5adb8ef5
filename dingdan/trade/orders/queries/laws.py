"""What must hold of orders, whatever happened."""

from __future__ import annotations

from collections.abc import Iterator

from dingdan.kernel.laws import Proof, breaches


def law_an_order_is_the_sum_of_its_lines() -> Iterator[str]:
    """What a customer pays for an order is what its lines cost, as far as they are not canceled."""
    return breaches(
        """
        SELECT id, max(number), sum(total), sum(part) FROM (
            SELECT placed.id, placed.number, placed.total, 0 AS part
            FROM orders_order AS placed WHERE placed.tenant_id = %(tenant)s
            UNION ALL SELECT line.order_id, NULL, 0,
                CASE WHEN line.canceled = 0 THEN line.total ELSE
                div(2 * line.total::numeric * (line.quantity - line.canceled) + line.quantity * parts.step,
                    2 * line.quantity::numeric * parts.step) * parts.step END
            FROM orders_orderline AS line CROSS JOIN LATERAL (
                SELECT CASE WHEN mod(line.total, line.step) = 0 THEN line.step ELSE 1 END AS step
            ) AS parts WHERE line.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(total) <> sum(part)
        """,
        "order {1}: total {2}, its lines add up to {3}",
        about=("document",),
    )


def law_every_order_awaits_its_money() -> Iterator[str]:
    """Every order has a receivable in its currency, never for more than its total."""
    return breaches(
        """
        SELECT placed.id, placed.number, placed.total, placed.currency, owed.amount, owed.currency FROM orders_order AS placed
        LEFT JOIN payments_receivable AS owed
          ON owed.tenant_id = placed.tenant_id AND owed.document_id = placed.id AND owed.document_kind = 'order'
        WHERE placed.tenant_id = %(tenant)s
          AND (owed.id IS NULL OR owed.currency <> placed.currency OR owed.amount > placed.total)
        """,
        "order {1}: total {2} {3}, its receivable says {4} {5}",
        about=("document",),
    )


def law_every_goods_line_is_owed() -> Iterator[str]:
    """A goods line owes its pieces in inventory, ordered and canceled; one of which nothing is left may have handed them on."""
    return breaches(
        """
        SELECT owed.order_id, placed.number, owed.position, owed.quantity, owed.canceled, owed.demanded, owed.given_up FROM (
            SELECT line.order_id, line.id, min(line.position) AS position, min(line.quantity) AS quantity,
                min(line.canceled) AS canceled, min(demand.quantity) AS demanded, min(demand.canceled) AS given_up
            FROM orders_orderline AS line LEFT JOIN inventory_demand AS demand
              ON demand.tenant_id = %(tenant)s AND demand.document_id = line.order_id AND demand.line_id = line.id
            WHERE line.tenant_id = %(tenant)s AND line.kind = 'goods'
            GROUP BY line.order_id, line.id
            HAVING (count(demand.id) = 0 AND min(line.canceled) < min(line.quantity))
                OR bool_or(demand.quantity <> line.quantity * demand.per_line_unit)
                OR bool_or(demand.canceled <> line.canceled * demand.per_line_unit)
        ) AS owed JOIN orders_order AS placed ON placed.tenant_id = %(tenant)s AND placed.id = owed.order_id
        """,
        "order {1} line {2}: ordered {3}, canceled {4}; inventory owes {5}, canceled {6}",
        about=("document",),
    )


def law_a_canceled_order_holds_nothing() -> Iterator[str]:
    """Nothing is reserved for an order that is canceled."""
    return breaches(
        """
        SELECT placed.id, placed.number, sum(demand.pegged) FROM orders_order AS placed
        JOIN inventory_demand AS demand ON demand.tenant_id = placed.tenant_id AND demand.document_id = placed.id
        WHERE placed.tenant_id = %(tenant)s AND placed.state = 'canceled'
        GROUP BY placed.id, placed.number HAVING sum(demand.pegged) > 0
        """,
        "order {1} is canceled and still holds {2} pieces",
        about=("document",),
    )


def law_promotions_are_used_by_orders_that_stand() -> Iterator[str]:
    """What an order was given adds up, and is used as long as it stands, or other orders have its lines."""
    return breaches(
        """
        SELECT placed.id, placed.number, placed.promotion_discount, coalesce(sum(used.amount), 0), placed.state,
            count(used.id) FILTER (WHERE used.given_back_at IS NULL)
        FROM orders_order AS placed LEFT JOIN promotions_promotionuse AS used
          ON used.tenant_id = placed.tenant_id AND used.order_id = placed.id
        WHERE placed.tenant_id = %(tenant)s AND (placed.promotion_discount <> 0 OR used.id IS NOT NULL)
        GROUP BY placed.id, placed.number, placed.promotion_discount, placed.state
        HAVING placed.promotion_discount <> coalesce(sum(used.amount), 0)
            OR bool_or((used.given_back_at IS NOT NULL) <> (placed.state = 'canceled' AND NOT used.stays))
        """,
        "order {1}: promotions took off {2}, their uses say {3}; it is {4} and uses {5}",
        about=("document",),
    )


def law_lines_bear_what_promotions_took_off() -> Iterator[str]:
    """No line bears more of promotions than its discount."""
    return breaches(
        """
        SELECT line.order_id, line.position, line.discount, sum(share.amount) FROM promotions_promotionshare AS share
        LEFT JOIN orders_orderline AS line ON line.tenant_id = share.tenant_id AND line.id = share.line_id
        WHERE share.tenant_id = %(tenant)s
        GROUP BY line.order_id, share.line_id, line.position, line.discount
        HAVING line.discount IS NULL OR sum(share.amount) > line.discount
        """,
        "order {0} line {1}: discount {2}, promotions took off {3}",
        about=("document",),
    )


LAWS = (
    law_an_order_is_the_sum_of_its_lines,
    law_every_order_awaits_its_money,
    law_every_goods_line_is_owed,
    law_a_canceled_order_holds_nothing,
    law_promotions_are_used_by_orders_that_stand,
    law_lines_bear_what_promotions_took_off,
)

PROOF = Proof(
    touched={
        "order_line": """
        SELECT id FROM orders_orderline WHERE tenant_id = %(tenant)s AND order_id = ANY(%(document)s::uuid[])
        """
    }
)
