"""The laws of closing, for `audit`: each asks one question over all rows of the tenant in scope and tells every breach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from dingdan.kernel.laws import breaches, in_full_only


@in_full_only
def law_a_closed_day_is_the_sum_of_its_postings() -> Iterator[str]:
    """Every account of a closed day moved by what the postings that it counts say; so what it holds is the trial balance then."""
    return breaches(
        """
        SELECT close.moved_on, close.currency, sides.account, sum(sides.said), sum(sides.posted) FROM (
            SELECT balance.close_id, balance.account, balance.closing - coalesce(before.closing, 0) AS said, 0 AS posted
            FROM closing_daybalance AS balance
            JOIN closing_dayclose AS own ON own.tenant_id = %(tenant)s AND own.id = balance.close_id AND own.state = 'closed'
            LEFT JOIN closing_daybalance AS before ON before.tenant_id = %(tenant)s AND before.close_id = own.previous_id
                AND before.account = balance.account AND before.party = balance.party
            WHERE balance.tenant_id = %(tenant)s
            UNION ALL
            SELECT counting.id, account.code, 0,
                CASE account.id WHEN posting.debit_id THEN posting.amount ELSE -posting.amount END
            FROM payments_posting AS posting
            JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = posting.entry_id
            JOIN kernel_feeditem AS item ON item.tenant_id = %(tenant)s AND item.entry_id = posting.entry_id
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s
                AND account.id IN (posting.debit_id, posting.credit_id)
            JOIN LATERAL (
                SELECT close.id FROM closing_dayclose AS close
                WHERE close.tenant_id = %(tenant)s AND close.currency = posting.currency AND close.state = 'closed'
                  AND close.position >= item.id AND close.ends_at > entry.at ORDER BY close.moved_on LIMIT 1
            ) AS counting ON true
            WHERE posting.tenant_id = %(tenant)s
        ) AS sides JOIN closing_dayclose AS close ON close.tenant_id = %(tenant)s AND close.id = sides.close_id
        GROUP BY close.moved_on, close.currency, sides.account HAVING sum(sides.said) <> sum(sides.posted)
        """,
        "{0} {1}, {2}: the statement says {3}, postings {4}",
    )


@in_full_only
def law_a_close_opens_with_what_the_one_before_left() -> Iterator[str]:
    """Every account of a closed day opens with what the close before left of it."""
    return breaches(
        """
        SELECT own.moved_on, own.currency, coalesce(balance.account, before.account), balance.opening, before.closing
        FROM closing_dayclose AS own
        JOIN closing_daybalance AS before ON before.tenant_id = %(tenant)s AND before.close_id = own.previous_id
        FULL JOIN closing_daybalance AS balance ON balance.tenant_id = %(tenant)s AND balance.close_id = own.id
            AND balance.account = before.account AND balance.party = before.party
        WHERE own.tenant_id = %(tenant)s AND own.state = 'closed' AND coalesce(balance.opening, 0) <> before.closing
        """,
        "{0} {1}, {2}: opens with {3}, the day before left {4}",
    )


@in_full_only
def law_a_closed_day_balances() -> Iterator[str]:
    """The accounts of a closed day add up to nothing: debits are credits."""
    return breaches(
        """
        SELECT own.moved_on, own.currency, sum(balance.closing) FROM closing_dayclose AS own
        JOIN closing_daybalance AS balance ON balance.tenant_id = %(tenant)s AND balance.close_id = own.id
        WHERE own.tenant_id = %(tenant)s GROUP BY own.id, own.moved_on, own.currency HAVING sum(balance.closing) <> 0
        """,
        "{0} {1}: the accounts add up to {2}",
    )


@in_full_only
def law_closes_follow_each_other() -> Iterator[str]:
    """Every close but the first of a currency goes on from the closed day before it."""
    return breaches(
        """
        SELECT own.moved_on, own.currency FROM (
            SELECT close.*, lag(close.id) OVER (PARTITION BY close.currency ORDER BY close.moved_on) AS before
            FROM closing_dayclose AS close WHERE close.tenant_id = %(tenant)s AND close.state = 'closed'
        ) AS own WHERE own.previous_id IS DISTINCT FROM own.before
        """,
        "{0} {1}: does not go on from the closed day before",
    )


@in_full_only
def law_cash_differences_are_posted() -> Iterator[str]:
    """What was counted more or less than the books said is what was posted as cash over and short."""
    return breaches(
        """
        SELECT currency, sum(counted), sum(posted) FROM (
            SELECT count.currency, count.difference AS counted, 0 AS posted FROM closing_cashcount AS count
            WHERE count.tenant_id = %(tenant)s
            UNION ALL
            SELECT posting.currency, 0, CASE posting.rule WHEN 'cash_over' THEN posting.amount ELSE -posting.amount END
            FROM payments_posting AS posting
            WHERE posting.tenant_id = %(tenant)s AND posting.rule IN ('cash_over', 'cash_short')
        ) AS sides GROUP BY currency HAVING sum(counted) <> sum(posted)
        """,
        "{0}: counts differ by {1}, postings say {2}",
    )


@in_full_only
def law_a_matched_line_says_what_the_books_say() -> Iterator[str]:
    """A line of a bill that is matched has the amount and the currency of an attempt that succeeded, each attempt once."""
    return breaches(
        """
        SELECT line.gateway, line.reference, line.amount, attempt.amount FROM closing_billline AS line
        LEFT JOIN payments_attempt AS attempt ON attempt.tenant_id = %(tenant)s AND attempt.id = line.attempt_id
        LEFT JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = attempt.payment_id
        WHERE line.tenant_id = %(tenant)s AND line.state = 'matched' AND (
            attempt.state IS DISTINCT FROM 'succeeded' OR attempt.amount <> abs(line.amount) OR payment.currency <> line.currency
            OR EXISTS (
                SELECT FROM closing_billline AS other WHERE other.tenant_id = %(tenant)s AND other.attempt_id = line.attempt_id
                AND other.id <> line.id AND other.state = 'matched'
            )
        )
        """,
        "{0} {1}: the bill says {2}, the attempt {3}",
    )


LAWS: Final[tuple[Callable[[], Iterator[str]], ...]] = (
    law_a_closed_day_is_the_sum_of_its_postings,
    law_a_close_opens_with_what_the_one_before_left,
    law_a_closed_day_balances,
    law_closes_follow_each_other,
    law_cash_differences_are_posted,
    law_a_matched_line_says_what_the_books_say,
)
