"""The laws of the desk, for `audit`: each asks one question over all rows of the tenant in scope and tells every breach."""

from __future__ import annotations

from collections.abc import Iterator

from dingdan.kernel.laws import Proof, breaches


def law_what_came_back_was_moved_back() -> Iterator[str]:
    """What returns say was received is what the demands count as returned."""
    return breaches(
        """
        SELECT id, sum(returned), sum(received) FROM (
            SELECT demand.id, demand.returned, 0 AS received FROM inventory_demand AS demand
            WHERE demand.tenant_id = %(tenant)s AND demand.document_kind = 'order'
            UNION ALL SELECT piece.demand_id, 0, piece.received FROM aftersales_returnpiece AS piece
            WHERE piece.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(returned) <> sum(received)
        """,
        "demand {0}: counts {1} returned, its returns received {2}",
        about=("demand",),
    )


_WENT = "piece.restocked + piece.damaged + piece.scrapped + piece.refurbished + piece.sent_back"


def law_inspected_goods_went_somewhere() -> Iterator[str]:
    """Every piece of an inspected return went somewhere: to stock, damaged, refurbished, scrapped, or back to its supplier."""
    return breaches(
        f"""
        SELECT rma.id, piece.id, piece.received, {_WENT}
        FROM aftersales_returnpiece AS piece
        JOIN aftersales_returnline AS line ON line.tenant_id = piece.tenant_id AND line.id = piece.line_id
        JOIN aftersales_return AS rma ON rma.tenant_id = line.tenant_id AND rma.id = line.rma_id
        WHERE piece.tenant_id = %(tenant)s AND rma.state IN ('inspected', 'closed')
          AND piece.received <> {_WENT}
        """,  # noqa: S608 (a constant of this module)
        "return piece {1}: received {2}, sorted {3}",
        about=("return",),
    )


def law_graded_goods_went_where_their_grade_goes() -> Iterator[str]:
    """Where pieces were given grades, each place got as many as its grades say."""
    return breaches(
        """
        SELECT line.rma_id, piece.id, found.graded, piece.received
        FROM aftersales_returnpiece AS piece
        JOIN aftersales_returnline AS line ON line.tenant_id = piece.tenant_id AND line.id = piece.line_id
        JOIN (
            SELECT grading.piece_id, sum(grading.quantity) AS graded,
                coalesce(sum(grading.quantity) FILTER (WHERE grading.goes_to = 'stock'), 0) AS restocked,
                coalesce(sum(grading.quantity) FILTER (WHERE grading.goes_to = 'damaged'), 0) AS damaged,
                coalesce(sum(grading.quantity) FILTER (WHERE grading.goes_to = 'scrap'), 0) AS scrapped,
                coalesce(sum(grading.quantity) FILTER (WHERE grading.goes_to = 'refurbish'), 0) AS refurbished,
                coalesce(sum(grading.quantity) FILTER (WHERE grading.goes_to = 'supplier'), 0) AS sent_back
            FROM aftersales_grading AS grading WHERE grading.tenant_id = %(tenant)s GROUP BY grading.piece_id
        ) AS found ON found.piece_id = piece.id
        WHERE piece.tenant_id = %(tenant)s
          AND (found.graded, found.restocked, found.damaged, found.scrapped, found.refurbished, found.sent_back)
              <> (piece.received, piece.restocked, piece.damaged, piece.scrapped, piece.refurbished, piece.sent_back)
        """,
        "return piece {1}: {2} were given grades, {3} received, or they went elsewhere",
        about=("return",),
    )


def law_what_does_not_come_back_gives_nothing_back() -> Iterator[str]:
    """A return that was called off, or that never came, gives nothing back."""
    return breaches(
        """
        SELECT rma.id, line.id, line.refund, line.accepted FROM aftersales_returnline AS line
        JOIN aftersales_return AS rma ON rma.tenant_id = line.tenant_id AND rma.id = line.rma_id
        WHERE line.tenant_id = %(tenant)s AND (line.refund, line.fee, line.accepted) <> (0, 0, 0)
          AND (rma.state IN ('canceled', 'lapsed') OR (rma.state IN ('authorized', 'received') AND rma.scanned_at IS NULL))
        """,
        "return line {1}: gives {2} back for {3} units that did not come",
        about=("return",),
    )


def law_parts_of_kits_are_weighed() -> Iterator[str]:
    """Where a part of a kit comes back alone, every part of that kit has a weight, so that they add up to the kit."""
    return breaches(
        """
        SELECT line.rma_id, line.id, demand.id FROM aftersales_returnline AS line
        JOIN inventory_demand AS demand ON demand.tenant_id = line.tenant_id AND demand.line_id = line.order_line_id
        LEFT JOIN aftersales_componentweight AS weighed
            ON weighed.tenant_id = demand.tenant_id AND weighed.demand_id = demand.id AND weighed.order_line_id = demand.line_id
        WHERE line.tenant_id = %(tenant)s AND line.component_id IS NOT NULL AND demand.document_kind = 'order'
          AND weighed.id IS NULL
        """,
        "return line {1}: demand {2} of its kit has no weight",
        about=("return",),
    )


def law_nothing_is_claimed_twice() -> Iterator[str]:
    """Of every demand, what came back and what was settled by claims is at most what left, and so is all that is claimed."""
    return breaches(
        """
        SELECT demand.id, demand.issued, demand.returned, claimed.settled * demand.per_line_unit,
            claimed.units * demand.per_line_unit
        FROM inventory_demand AS demand
        JOIN (
            SELECT line.order_line_id, sum(line.settled) AS settled, sum(line.quantity) AS units
            FROM aftersales_claimline AS line
            JOIN aftersales_claim AS claim ON claim.tenant_id = line.tenant_id AND claim.id = line.claim_id
            WHERE line.tenant_id = %(tenant)s AND claim.state IN ('filed', 'replacing', 'resolved')
            GROUP BY line.order_line_id
        ) AS claimed ON claimed.order_line_id = demand.line_id
        WHERE demand.tenant_id = %(tenant)s AND demand.document_kind = 'order'
          AND (demand.returned + claimed.settled * demand.per_line_unit > demand.issued
               OR claimed.units * demand.per_line_unit > demand.issued)
        """,
        "demand {0}: {1} left, {2} came back, {3} were settled by claims, {4} are claimed",
        about=("demand",),
    )


def law_only_a_resolved_claim_gives_something_back() -> Iterator[str]:
    """A claim gives money back only where it was resolved by money, and then for all of its units."""
    return breaches(
        """
        SELECT claim.id, claim.number, claim.state, claim.resolution, line.settled, line.quantity, line.refund
        FROM aftersales_claimline AS line
        JOIN aftersales_claim AS claim ON claim.tenant_id = line.tenant_id AND claim.id = line.claim_id
        WHERE line.tenant_id = %(tenant)s AND line.settled <>
            CASE WHEN claim.state = 'resolved' AND claim.resolution <> 'replacement' THEN line.quantity ELSE 0 END
           OR (line.tenant_id = %(tenant)s AND line.settled = 0 AND (line.refund, line.fee) <> (0, 0))
        """,
        "claim {1} ({2} {3}): {4} of {5} units settled, {6} given back",
        about=("claim",),
    )


def law_canceled_lines_let_go_of_their_goods() -> Iterator[str]:
    """What is canceled of an order line is canceled of its demands."""
    return breaches(
        """
        SELECT demand.id, line.canceled * demand.per_line_unit, demand.canceled
        FROM inventory_demand AS demand
        JOIN orders_orderline AS line ON line.tenant_id = demand.tenant_id AND line.id = demand.line_id
        WHERE demand.tenant_id = %(tenant)s AND demand.canceled <> line.canceled * demand.per_line_unit
        """,
        "demand {0}: its line has {1} pieces canceled, it counts {2}",
        about=("demand",),
    )


# The running total of a line after k units, rounded half up (to its step, where it is made of these), in whole numbers that
# cannot overflow.
_STEP = "CASE WHEN mod(line.total, line.step) = 0 THEN line.step ELSE 1 END"
_KEPT = f"""CASE WHEN line.canceled = 0 AND line.total >= 0 THEN line.total
    ELSE div(2 * line.total::numeric * (line.quantity - line.canceled) + line.quantity * ({_STEP}),
             2 * line.quantity::numeric * ({_STEP})) * ({_STEP}) END"""


def law_owed_is_what_was_kept() -> Iterator[str]:
    """An order is owed what its lines cost, less what was canceled, given back for returns and allowed."""
    return breaches(
        f"""
        WITH given AS (
            SELECT order_line_id, sum(value) AS value, sum(fee) AS fee FROM (
                SELECT line.order_line_id, line.refund + line.fee AS value, line.fee
                FROM aftersales_returnline AS line WHERE line.tenant_id = %(tenant)s
                UNION ALL SELECT claimed.order_line_id, claimed.refund + claimed.fee, claimed.fee
                FROM aftersales_claimline AS claimed WHERE claimed.tenant_id = %(tenant)s
                UNION ALL SELECT favor.order_line_id, favor.amount, 0 FROM aftersales_allowanceline AS favor
                WHERE favor.tenant_id = %(tenant)s
            ) AS every GROUP BY order_line_id
        ), kept AS (
            SELECT line.order_id, sum(greatest(0, {_KEPT} - coalesce(given.value, 0)) + coalesce(given.fee, 0)) AS owed
            FROM orders_orderline AS line LEFT JOIN given ON given.order_line_id = line.id
            WHERE line.tenant_id = %(tenant)s GROUP BY line.order_id
        )
        SELECT kept.order_id, kept.owed, receivable.amount
        FROM kept JOIN payments_receivable AS receivable
          ON receivable.tenant_id = %(tenant)s AND receivable.document_kind = 'order' AND receivable.document_id = kept.order_id
        WHERE kept.owed <> receivable.amount
        """,  # noqa: S608 (a constant of this module)
        "order {0}: its lines are owed {1}, its receivable says {2}",
        about=("document",),
    )


def law_an_allowance_is_the_sum_of_its_lines() -> Iterator[str]:
    """An allowance falls on lines in full."""
    return breaches(
        """
        SELECT id, sum(total), sum(part) FROM (
            SELECT favor.id, favor.total, 0 AS part FROM aftersales_allowance AS favor WHERE favor.tenant_id = %(tenant)s
            UNION ALL SELECT line.allowance_id, 0, line.amount FROM aftersales_allowanceline AS line
            WHERE line.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(total) <> sum(part)
        """,
        "allowance {0}: {1} in all, its lines {2}",
    )


def law_a_photo_is_what_was_attached() -> Iterator[str]:
    """The bytes of a file on a return or claim are as many as it says, and have the digest that was told when it was attached."""
    return breaches(
        """
        SELECT coalesce(file.rma_id, file.claim_id), file.id, file.size, length(file.content)
        FROM aftersales_attachment AS file
        WHERE file.tenant_id = %(tenant)s AND file.content IS NOT NULL
          AND (length(file.content) <> file.size OR encode(sha256(file.content), 'hex') <> file.digest)
        """,
        "file {1}: {2} bytes were attached, {3} are there, or they were changed",
        about=("return", "claim"),
    )


LAWS = (
    law_what_came_back_was_moved_back,
    law_inspected_goods_went_somewhere,
    law_graded_goods_went_where_their_grade_goes,
    law_what_does_not_come_back_gives_nothing_back,
    law_parts_of_kits_are_weighed,
    law_nothing_is_claimed_twice,
    law_only_a_resolved_claim_gives_something_back,
    law_canceled_lines_let_go_of_their_goods,
    law_owed_is_what_was_kept,
    law_an_allowance_is_the_sum_of_its_lines,
    law_a_photo_is_what_was_attached,
)

PROOF = Proof(
    touched={
        kind: f"""
        SELECT unnest(%(document)s::uuid[])
        UNION SELECT id FROM aftersales_{kind} WHERE tenant_id = %(tenant)s AND order_id = ANY(%(document)s::uuid[])
        """  # noqa: S608 - names of tables
        for kind in ("return", "claim")
    }
)
