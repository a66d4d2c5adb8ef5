"""The laws of the money book, for `audit`: each asks one question over all rows of the tenant in scope and tells every breach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import connection

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.rules import LIABILITY_OF, RULES


def _named(*events: str) -> list[str]:
    return [rule.name for rule in RULES.values() if rule.event in events]


_PARAMS: Final[dict[str, Any]] = {
    "received": _named("money received for a document", "money received for nobody yet"),
    "refunded": _named("money of a document refunded", "unapplied money refunded"),
    "passed_on": _named("gateway paid out", "carrier settled"),
    "invoiced": _named("invoice issued"),
    "credited": _named("credit note issued"),
    "written_off": ["debt_written_off"],
    "reinstated": ["debt_reinstated"],
    "kinds": [kind.value for kind in LIABILITY_OF],
    "liabilities": list(LIABILITY_OF.values()),
    "rules": [rule.name for rule in RULES.values()],
    "debits": [rule.debit for rule in RULES.values()],
    "credits": [rule.credit for rule in RULES.values()],
}


def _breaches(sql: str, sentence: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **_PARAMS})
        for row in cursor.fetchall():
            yield sentence.format(*row)


def law_debits_equal_credits() -> Iterator[str]:
    """In every currency, what was debited to accounts of the chart is what was credited to them."""
    return _breaches(
        """
        SELECT currency, sum(debit), sum(credit) FROM (
            SELECT posting.currency, posting.amount AS debit, 0 AS credit FROM payments_posting AS posting
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.id = posting.debit_id
            WHERE posting.tenant_id = %(tenant)s
            UNION ALL
            SELECT posting.currency, 0, posting.amount FROM payments_posting AS posting
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.id = posting.credit_id
            WHERE posting.tenant_id = %(tenant)s
        ) AS sides GROUP BY currency HAVING sum(debit) <> sum(credit)
        """,
        "{0}: {1} debited, {2} credited",
    )


def law_every_posting_follows_a_rule() -> Iterator[str]:
    """Every posting moves between the two accounts that its rule names."""
    return _breaches(
        """
        SELECT posting.id, posting.rule, debit.code, credit.code FROM payments_posting AS posting
        JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
        JOIN payments_account AS credit ON credit.tenant_id = %(tenant)s AND credit.id = posting.credit_id
        LEFT JOIN unnest(%(rules)s::text[], %(debits)s::text[], %(credits)s::text[]) AS rule (name, debit, credit)
            ON rule.name = posting.rule AND rule.debit = debit.code AND rule.credit = credit.code
        WHERE posting.tenant_id = %(tenant)s AND rule.name IS NULL
        """,
        "posting {0}: rule {1} does not go from {2} to {3}",
    )


def law_a_receivable_is_the_sum_of_its_postings() -> Iterator[str]:
    """The open account of a receivable is what is invoiced and not covered, its deposits what is paid and not invoiced."""
    return _breaches(
        """
        WITH posted AS (
            SELECT posting.receivable_id AS id,
                sum(CASE WHEN debit.code = 'accounts_receivable' THEN posting.amount
                         WHEN credit.code = 'accounts_receivable' THEN -posting.amount ELSE 0 END) AS open_account,
                sum(CASE WHEN credit.code = 'customer_deposits' THEN posting.amount
                         WHEN debit.code = 'customer_deposits' THEN -posting.amount ELSE 0 END) AS deposits
            FROM payments_posting AS posting
            JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
            JOIN payments_account AS credit ON credit.tenant_id = %(tenant)s AND credit.id = posting.credit_id
            WHERE posting.tenant_id = %(tenant)s AND posting.receivable_id IS NOT NULL GROUP BY 1
        )
        SELECT row.id, row.invoiced - row.credited - row.written_off - row.settled, coalesce(posted.open_account, 0),
            row.allocated - row.refunded - row.settled, coalesce(posted.deposits, 0)
        FROM payments_receivable AS row LEFT JOIN posted ON posted.id = row.id
        WHERE row.tenant_id = %(tenant)s AND (
            row.invoiced - row.credited - row.written_off - row.settled <> coalesce(posted.open_account, 0)
            OR row.allocated - row.refunded - row.settled <> coalesce(posted.deposits, 0))
        """,
        "receivable {0}: open account {1}, postings say {2}; deposits {3}, postings say {4}",
    )


def law_a_receivable_knows_its_invoices() -> Iterator[str]:
    """Invoiced, credited and written off are what invoices, credit notes and write-offs posted."""
    return _breaches(
        """
        WITH posted AS (
            SELECT posting.receivable_id AS id,
                sum(CASE WHEN posting.rule = ANY(%(invoiced)s) THEN signed.amount ELSE 0 END) AS invoiced,
                sum(CASE WHEN posting.rule = ANY(%(credited)s) THEN -signed.amount ELSE 0 END) AS credited,
                sum(CASE WHEN posting.rule = ANY(%(written_off)s) THEN posting.amount
                         WHEN posting.rule = ANY(%(reinstated)s) THEN -posting.amount ELSE 0 END) AS written_off
            FROM payments_posting AS posting
            JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN debit.code = 'accounts_receivable' THEN posting.amount ELSE -posting.amount END AS amount
            ) AS signed
            WHERE posting.tenant_id = %(tenant)s AND posting.receivable_id IS NOT NULL GROUP BY 1
        )
        SELECT row.id, row.invoiced, coalesce(posted.invoiced, 0), row.credited, coalesce(posted.credited, 0),
            row.written_off, coalesce(posted.written_off, 0)
        FROM payments_receivable AS row LEFT JOIN posted ON posted.id = row.id
        WHERE row.tenant_id = %(tenant)s AND (row.invoiced, row.credited, row.written_off)
            <> (coalesce(posted.invoiced, 0), coalesce(posted.credited, 0), coalesce(posted.written_off, 0))
        """,
        "receivable {0}: invoiced {1}, postings say {2}; credited {3}, postings say {4}; written off {5}, postings say {6}",
    )


def law_a_receivable_is_the_sum_of_its_allocations() -> Iterator[str]:
    """Authorized, allocated and refunded of a receivable are those of its allocations."""
    return _breaches(
        """
        WITH shared AS (
            SELECT receivable_id AS id, sum(held) AS held, sum(amount) AS amount, sum(refunded) AS refunded
            FROM payments_allocation AS share WHERE share.tenant_id = %(tenant)s GROUP BY 1
        )
        SELECT row.id, row.authorized, coalesce(shared.held, 0), row.allocated, coalesce(shared.amount, 0),
            row.refunded, coalesce(shared.refunded, 0)
        FROM payments_receivable AS row LEFT JOIN shared ON shared.id = row.id
        WHERE row.tenant_id = %(tenant)s AND (row.authorized, row.allocated, row.refunded)
            <> (coalesce(shared.held, 0), coalesce(shared.amount, 0), coalesce(shared.refunded, 0))
        """,
        "receivable {0}: authorized {1}, allocations say {2}; allocated {3}, they say {4}; refunded {5}, they say {6}",
    )


def law_a_payment_is_the_sum_of_its_postings() -> Iterator[str]:
    """Captured, refunded and settled of a payment are what was posted, and so is what no document has of it."""
    return _breaches(
        """
        WITH posted AS (
            SELECT posting.payment_id AS id,
                sum(CASE WHEN posting.rule = ANY(%(received)s) THEN posting.amount ELSE 0 END) AS captured,
                sum(CASE WHEN posting.rule = ANY(%(refunded)s) THEN posting.amount ELSE 0 END) AS refunded,
                sum(CASE WHEN posting.rule = ANY(%(passed_on)s) THEN posting.amount ELSE 0 END) AS settled,
                sum(CASE WHEN credit.code = 'unapplied_money' THEN posting.amount
                         WHEN debit.code = 'unapplied_money' THEN -posting.amount ELSE 0 END) AS unapplied
            FROM payments_posting AS posting
            JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
            JOIN payments_account AS credit ON credit.tenant_id = %(tenant)s AND credit.id = posting.credit_id
            WHERE posting.tenant_id = %(tenant)s AND posting.payment_id IS NOT NULL GROUP BY 1
        ), shared AS (
            SELECT payment_id AS id, sum(amount - refunded) AS amount FROM payments_allocation AS share
            WHERE share.tenant_id = %(tenant)s GROUP BY 1
        )
        SELECT row.id, row.captured, coalesce(posted.captured, 0), row.refunded, coalesce(posted.refunded, 0),
            row.settled, coalesce(posted.settled, 0),
            row.captured - row.refunded - coalesce(shared.amount, 0), coalesce(posted.unapplied, 0)
        FROM payments_payment AS row LEFT JOIN posted ON posted.id = row.id LEFT JOIN shared ON shared.id = row.id
        WHERE row.tenant_id = %(tenant)s
            AND (row.captured, row.refunded, row.settled, row.captured - row.refunded - coalesce(shared.amount, 0))
            <> (coalesce(posted.captured, 0), coalesce(posted.refunded, 0), coalesce(posted.settled, 0),
                coalesce(posted.unapplied, 0))
        """,
        "payment {0}: captured {1}, postings say {2}; refunded {3}, they say {4}; settled {5}, they say {6}; "
        "unapplied {7}, they say {8}",
    )


def law_a_payment_is_the_sum_of_its_attempts() -> Iterator[str]:
    """What is on its way is what attempts that are out ask for; what happened is what attempts that succeeded did.

    Money that was recorded by hand has no attempt to capture it.
    """
    return _breaches(
        """
        WITH tried AS (
            SELECT payment_id AS id,
                sum(amount) FILTER (WHERE kind = 'authorize' AND state = 'succeeded') AS authorized,
                sum(amount) FILTER (WHERE kind = 'capture' AND state = 'succeeded') AS captured,
                sum(amount) FILTER (WHERE kind = 'capture' AND state IN ('requested', 'unknown')) AS capturing,
                sum(amount) FILTER (WHERE kind = 'void' AND state = 'succeeded') AS voided,
                sum(amount) FILTER (WHERE kind = 'void' AND state IN ('requested', 'unknown')) AS voiding,
                sum(amount) FILTER (WHERE kind = 'refund' AND state = 'succeeded') AS refunded,
                sum(amount) FILTER (WHERE kind = 'refund' AND state IN ('requested', 'unknown')) AS refunding,
                count(*) FILTER (WHERE kind <> 'refund') AS by_gateway
            FROM payments_attempt AS attempt WHERE attempt.tenant_id = %(tenant)s GROUP BY 1
        ), counted AS (
            SELECT row.id, counter.name, counter.held, counter.tried FROM payments_payment AS row
            LEFT JOIN tried ON tried.id = row.id
            CROSS JOIN LATERAL (VALUES
                ('authorized', row.authorized, tried.authorized),
                ('captured', CASE WHEN tried.by_gateway > 0 THEN row.captured ELSE 0 END, tried.captured),
                ('capturing', row.capturing, tried.capturing),
                ('voided', row.voided, tried.voided),
                ('voiding', row.voiding, tried.voiding),
                ('refunded', row.refunded, tried.refunded),
                ('refunding', row.refunding, tried.refunding)
            ) AS counter (name, held, tried)
            WHERE row.tenant_id = %(tenant)s
        )
        SELECT id, name, held, coalesce(tried, 0) FROM counted WHERE held <> coalesce(tried, 0)
        """,
        "payment {0}: {1} {2}, attempts say {3}",
    )


def law_allocations_stay_within_their_payment() -> Iterator[str]:
    """What a payment's allocations hold is what it counts as applied, and with its refunds no more than was captured."""
    return _breaches(
        """
        WITH shared AS (
            SELECT payment_id AS id, sum(amount - refunded - refunding) AS free FROM payments_allocation AS share
            WHERE share.tenant_id = %(tenant)s GROUP BY 1
        )
        SELECT row.id, row.applied, coalesce(shared.free, 0), row.captured
        FROM payments_payment AS row LEFT JOIN shared ON shared.id = row.id
        WHERE row.tenant_id = %(tenant)s
            AND (row.applied <> coalesce(shared.free, 0) OR row.applied + row.refunded + row.refunding > row.captured)
        """,
        "payment {0}: applied {1}, allocations hold {2}, captured {3}",
    )


def law_an_allocation_knows_its_refunds() -> Iterator[str]:
    """What is and will be refunded of an allocation is what refund attempts about it say."""
    return _breaches(
        """
        WITH tried AS (
            SELECT allocation_id AS id,
                sum(amount) FILTER (WHERE state = 'succeeded') AS refunded,
                sum(amount) FILTER (WHERE state IN ('requested', 'unknown')) AS refunding
            FROM payments_attempt AS attempt
            WHERE attempt.tenant_id = %(tenant)s AND allocation_id IS NOT NULL AND kind = 'refund' GROUP BY 1
        )
        SELECT row.id, row.refunded, coalesce(tried.refunded, 0), row.refunding, coalesce(tried.refunding, 0)
        FROM payments_allocation AS row LEFT JOIN tried ON tried.id = row.id
        WHERE row.tenant_id = %(tenant)s
            AND (row.refunded, row.refunding) <> (coalesce(tried.refunded, 0), coalesce(tried.refunding, 0))
        """,
        "allocation {0}: refunded {1}, attempts say {2}; refunding {3}, they say {4}",
    )


def law_a_payable_is_the_sum_of_its_postings() -> Iterator[str]:
    """What is still owed on a payable is what was posted to and from its account."""
    return _breaches(
        """
        WITH posted AS (
            SELECT row.id, sum(CASE account.id WHEN posting.credit_id THEN posting.amount ELSE -posting.amount END) AS due
            FROM payments_payable AS row
            JOIN unnest(%(kinds)s::text[], %(liabilities)s::text[]) AS chart (kind, code) ON chart.kind = row.kind
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.code = chart.code
            JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s AND posting.payable_id = row.id
                AND account.id IN (posting.debit_id, posting.credit_id)
            WHERE row.tenant_id = %(tenant)s GROUP BY row.id
        )
        SELECT row.id, row.amount - row.paid, coalesce(posted.due, 0)
        FROM payments_payable AS row LEFT JOIN posted ON posted.id = row.id
        WHERE row.tenant_id = %(tenant)s AND row.amount - row.paid <> coalesce(posted.due, 0)
        """,
        "payable {0}: due {1}, postings say {2}",
    )


def law_credit_that_expires_is_part_of_the_credit() -> Iterator[str]:
    """What is granted for a time and not used up is store credit that is still owed."""
    return _breaches(
        """
        SELECT payable.id, payable.kind, payable.amount - payable.paid, sum(granted.amount - granted.used)
        FROM payments_creditgrant AS granted
        JOIN payments_payable AS payable ON payable.tenant_id = granted.tenant_id AND payable.id = granted.payable_id
        WHERE granted.tenant_id = %(tenant)s
        GROUP BY payable.id, payable.kind, payable.amount, payable.paid
        HAVING payable.kind <> 'store_credit' OR sum(granted.amount - granted.used) > payable.amount - payable.paid
        """,
        "payable {0} ({1}): {2} is owed, {3} of it is said to expire",
    )


def law_expired_credit_is_in_the_books() -> Iterator[str]:
    """What expired of a credit is what was posted as expired."""
    return _breaches(
        """
        SELECT payable_id, sum(expired), sum(posted) FROM (
            SELECT granted.payable_id, granted.expired, 0 AS posted FROM payments_creditgrant AS granted
            WHERE granted.tenant_id = %(tenant)s
            UNION ALL SELECT posting.payable_id, 0, posting.amount FROM payments_posting AS posting
            WHERE posting.tenant_id = %(tenant)s AND posting.rule = 'store_credit_expired' AND posting.payable_id IS NOT NULL
        ) AS both_sides GROUP BY payable_id HAVING sum(expired) <> sum(posted)
        """,
        "payable {0}: {1} expired, {2} was posted",
    )


def law_money_keeps_its_currency() -> Iterator[str]:
    """A payment pays receivables of its own currency, and every posting is in the currency of what it belongs to."""
    return _breaches(
        """
        SELECT 'allocation', share.id, payment.currency, receivable.currency FROM payments_allocation AS share
        JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = share.payment_id
        JOIN payments_receivable AS receivable ON receivable.tenant_id = %(tenant)s AND receivable.id = share.receivable_id
        WHERE share.tenant_id = %(tenant)s AND payment.currency <> receivable.currency
        UNION ALL
        SELECT 'posting of receivable', row.id, posting.currency, row.currency FROM payments_posting AS posting
        JOIN payments_receivable AS row ON row.tenant_id = %(tenant)s AND row.id = posting.receivable_id
        WHERE posting.tenant_id = %(tenant)s AND posting.currency <> row.currency
        UNION ALL
        SELECT 'posting of payment', row.id, posting.currency, row.currency FROM payments_posting AS posting
        JOIN payments_payment AS row ON row.tenant_id = %(tenant)s AND row.id = posting.payment_id
        WHERE posting.tenant_id = %(tenant)s AND posting.currency <> row.currency
        UNION ALL
        SELECT 'posting of payable', row.id, posting.currency, row.currency FROM payments_posting AS posting
        JOIN payments_payable AS row ON row.tenant_id = %(tenant)s AND row.id = posting.payable_id
        WHERE posting.tenant_id = %(tenant)s AND posting.currency <> row.currency
        """,
        "{0} {1}: {2} and {3}",
    )


def law_nothing_is_negative() -> Iterator[str]:
    """No receivable's open account or deposits, no payment's unapplied money and no payable's rest is below zero."""
    return _breaches(
        """
        SELECT 'receivable', row.id,
            least(row.invoiced - row.credited - row.written_off, row.allocated - row.refunded) - row.settled
        FROM payments_receivable AS row WHERE row.tenant_id = %(tenant)s
            AND least(row.invoiced - row.credited - row.written_off, row.allocated - row.refunded) < row.settled
        UNION ALL
        SELECT 'payment', payment.id, payment.unapplied FROM payments_payment AS payment
        WHERE payment.tenant_id = %(tenant)s AND payment.unapplied < 0
        UNION ALL
        SELECT 'payable', payable.id, payable.due FROM payments_payable AS payable
        WHERE payable.tenant_id = %(tenant)s AND payable.due < 0
        """,
        "{0} {1}: {2}",
    )


LAWS: Final[tuple[Callable[[], Iterator[str]], ...]] = (
    law_debits_equal_credits,
    law_every_posting_follows_a_rule,
    law_a_receivable_is_the_sum_of_its_postings,
    law_a_receivable_knows_its_invoices,
    law_a_receivable_is_the_sum_of_its_allocations,
    law_a_payment_is_the_sum_of_its_postings,
    law_a_payment_is_the_sum_of_its_attempts,
    law_allocations_stay_within_their_payment,
    law_an_allocation_knows_its_refunds,
    law_a_payable_is_the_sum_of_its_postings,
    law_credit_that_expires_is_part_of_the_credit,
    law_expired_credit_is_in_the_books,
    law_money_keeps_its_currency,
    law_nothing_is_negative,
)
