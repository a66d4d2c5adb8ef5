"""What must be true of the review desk at any moment."""

from __future__ import annotations

from collections.abc import Iterator

from dingdan.kernel.laws import breaches


def law_what_waits_has_a_reason() -> Iterator[str]:
    """An order that waits for people has something in its last round that they are asked about."""
    return breaches(
        """
        SELECT placed.id, placed.number FROM review_review AS review
        JOIN orders_order AS placed ON placed.tenant_id = review.tenant_id AND placed.id = review.order_id
        LEFT JOIN review_finding AS finding ON finding.tenant_id = review.tenant_id AND finding.review_id = review.id
         AND finding.round = review.round AND finding.is_asked
        WHERE review.tenant_id = %(tenant)s AND review.state = 'waiting'
        GROUP BY placed.id, placed.number, review.id HAVING count(finding.id) = 0
        """,
        "order {1} waits for a review, and nothing says why",
        about=("document",),
    )


def law_what_passed_was_let_pass() -> Iterator[str]:
    """An order that passed was let pass by the rules, or by as many different people as it needed."""
    return breaches(
        """
        SELECT placed.id, placed.number, review.approvals, count(DISTINCT (decision.actor_kind, decision.actor_id))
        FROM review_review AS review
        JOIN orders_order AS placed ON placed.tenant_id = review.tenant_id AND placed.id = review.order_id
        LEFT JOIN review_decision AS decision ON decision.tenant_id = review.tenant_id AND decision.review_id = review.id
         AND decision.round = review.round AND decision.verdict = CASE WHEN review.approvals = 0 THEN 'passed' ELSE 'approved' END
        WHERE review.tenant_id = %(tenant)s AND review.state = 'passed'
        GROUP BY placed.id, placed.number, review.id, review.approvals
        HAVING count(DISTINCT (decision.actor_kind, decision.actor_id)) < greatest(review.approvals, 1)
        """,
        "order {1} passed, which takes {2} people; {3} decided so",
        about=("document",),
    )


def law_every_verdict_stands_in_its_review() -> Iterator[str]:
    """A review that is rejected or withdrawn has the decision that made it so."""
    return breaches(
        """
        SELECT placed.id, placed.number, review.state FROM review_review AS review
        JOIN orders_order AS placed ON placed.tenant_id = review.tenant_id AND placed.id = review.order_id
        WHERE review.tenant_id = %(tenant)s AND review.state IN ('rejected', 'withdrawn') AND NOT EXISTS (
            SELECT 1 FROM review_decision AS decision
            WHERE decision.tenant_id = review.tenant_id AND decision.review_id = review.id AND decision.verdict = review.state
        )
        """,
        "order {1} is {2}, and nobody decided so",
        about=("document",),
    )


def law_orders_wait_where_their_review_does() -> Iterator[str]:
    """An order is in review while its review waits, or before there is one."""
    return breaches(
        """
        SELECT placed.id, placed.number, placed.state, placed.in_review, review.state FROM review_review AS review
        JOIN orders_order AS placed ON placed.tenant_id = review.tenant_id AND placed.id = review.order_id
        WHERE review.tenant_id = %(tenant)s
          AND placed.in_review <> (review.state = 'waiting')
        """,
        "order {1} is {2}, in review: {3}; its review is {4}",
        about=("document",),
    )


def law_nothing_leaves_while_an_order_waits() -> Iterator[str]:
    """No shipment of an order that is in review is planned, picked or packed."""
    return breaches(
        """
        SELECT placed.id, placed.number, shipment.number, shipment.state FROM fulfillment_shipment AS shipment
        JOIN orders_order AS placed ON placed.tenant_id = shipment.tenant_id AND placed.id = shipment.order_id
        WHERE shipment.tenant_id = %(tenant)s AND placed.in_review AND shipment.state IN ('planned', 'picking', 'packed')
        """,
        "order {1} is in review, and its shipment {2} is {3}",
        about=("document",),
    )


def law_money_waits_with_its_order() -> Iterator[str]:
    """Captures wait only for orders that are in review."""
    return breaches(
        """
        SELECT placed.id, placed.number FROM payments_receivable AS owed
        JOIN orders_order AS placed ON placed.tenant_id = owed.tenant_id AND placed.id = owed.document_id
        WHERE owed.tenant_id = %(tenant)s AND owed.document_kind = 'order' AND owed.waits AND NOT placed.in_review
        """,
        "order {1} is not in review, and its money waits all the same",
        about=("document",),
    )


LAWS = (
    law_what_waits_has_a_reason,
    law_what_passed_was_let_pass,
    law_every_verdict_stands_in_its_review,
    law_orders_wait_where_their_review_does,
    law_nothing_leaves_while_an_order_waits,
    law_money_waits_with_its_order,
)
