"""The laws of gift cards and disputes, for `audit`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from dingdan.kernel.laws import breaches


def law_a_gift_card_is_what_is_owed_on_it() -> Iterator[str]:
    """Every card has a payable of its own over its face value, and every such payable its card."""
    return breaches(
        """
        SELECT payable.id, card.id, card.face, payable.amount FROM payments_payable AS payable
        LEFT JOIN payments_giftcard AS card ON card.tenant_id = %(tenant)s AND card.payable_id = payable.id
        WHERE payable.tenant_id = %(tenant)s
          AND (payable.kind = 'gift_card' OR card.id IS NOT NULL)
          AND (card.id IS NULL OR payable.kind <> 'gift_card' OR payable.amount <> card.face)
        """,
        "payable {0}: gift card {1} of {2}, {3} was owed on it",
        about=("payable",),
    )


def law_a_card_that_is_over_is_worth_nothing() -> Iterator[str]:
    """Nothing is owed on a card that expired, or is void and was on no order; one on an order until it is credited."""
    return breaches(
        """
        SELECT payable.id, card.state, payable.amount - payable.paid FROM payments_giftcard AS card
        JOIN payments_payable AS payable ON payable.tenant_id = %(tenant)s AND payable.id = card.payable_id
        WHERE card.tenant_id = %(tenant)s AND payable.amount > payable.paid
          AND (card.state = 'expired' OR (card.state = 'voided' AND card.origin <> 'order'))
        """,
        "payable {0}: a gift card that is {1}, and {2} is still owed on it",
        about=("payable",),
    )


def law_a_payment_knows_its_disputes() -> Iterator[str]:
    """What is disputed of a payment is what its disputes say, and what was posted: taken back, won and lost."""
    return breaches(
        """
        SELECT id, sum(disputed), sum(taken), sum(opened), sum(won), sum(given), sum(lost), sum(gone), sum(fees), sum(charged)
        FROM (
            SELECT row.id, row.disputed, 0 AS taken, 0 AS opened, 0 AS won, 0 AS given, 0 AS lost, 0 AS gone,
                0 AS fees, 0 AS charged
            FROM payments_payment AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT one.payment_id, -(one.amount - one.won), one.amount, 0, one.won, 0, one.lost, 0, one.fee, 0
            FROM payments_dispute AS one WHERE one.tenant_id = %(tenant)s
            UNION ALL SELECT posting.payment_id, 0, 0, CASE posting.rule WHEN 'dispute_opened' THEN posting.amount ELSE 0 END,
                0, CASE posting.rule WHEN 'dispute_won' THEN posting.amount ELSE 0 END,
                0, CASE posting.rule WHEN 'dispute_lost' THEN posting.amount ELSE 0 END,
                0, CASE posting.rule WHEN 'dispute_fee_charged' THEN posting.amount ELSE 0 END
            FROM payments_posting AS posting
            WHERE posting.tenant_id = %(tenant)s AND posting.payment_id IS NOT NULL AND posting.rule LIKE 'dispute%%'
        ) AS both_sides GROUP BY id
        HAVING sum(disputed) <> 0 OR sum(taken) <> sum(opened) OR sum(won) <> sum(given) OR sum(lost) <> sum(gone)
            OR sum(fees) <> sum(charged)
        """,
        "payment {0}: {1} more is disputed than its disputes say; taken back {2}, posted {3}; won {4}, posted {5}; "
        "lost {6}, posted {7}; fees {8}, posted {9}",
        about=("payment",),
    )


CARD_LAWS: Final[tuple[Callable[[], Iterator[str]], ...]] = (
    law_a_gift_card_is_what_is_owed_on_it,
    law_a_card_that_is_over_is_worth_nothing,
    law_a_payment_knows_its_disputes,
)
