"""The laws of the money book, for `audit`: each asks one question over all rows of the tenant in scope and tells every breach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from dingdan.kernel.laws import Proof, breaches
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.ledgers.payments.queries.card_laws import CARD_LAWS
from dingdan.ledgers.payments.rules import LIABILITY_OF, RULES


def _named(*events: str) -> list[str]:
    return [rule.name for rule in RULES.values() if rule.event in events]


_PARAMS: Final[dict[str, Any]] = {
    "received": _named("money received for a document", "money received for nobody yet"),
    "refunded": _named("money of a document refunded", "unapplied money refunded"),
    "sent_back": _named("refund sent back"),
    "passed_on": _named("gateway paid out", "carrier settled"),
    "invoiced": _named("invoice issued"),
    "credited": _named("credit note issued"),
    "written_off": ["debt_written_off"],
    "reinstated": ["debt_reinstated"],
    "kinds": [kind.value for kind in LIABILITY_OF],
    "liabilities": list(LIABILITY_OF.values()),
    "out": list(OUT),
    "rules": [rule.name for rule in RULES.values()],
    "debits": [rule.debit for rule in RULES.values()],
    "credits": [rule.credit for rule in RULES.values()],
}


def _breaches(sql: str, sentence: str, *, about: tuple[str, ...] = ()) -> Iterator[str]:
    return breaches(sql, sentence, about=about, **_PARAMS)


def law_debits_equal_credits() -> Iterator[str]:
    """In every currency, what was debited to accounts of the chart is what was credited to them."""
    return _breaches(
        """
        SELECT currency, sum(debit), sum(credit) FROM (
            SELECT posting.currency, posting.amount AS debit, 0 AS credit FROM payments_posting AS posting
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.id = posting.debit_id
            WHERE posting.tenant_id = %(tenant)s AND posting.id > %(after_postings)s
            UNION ALL
            SELECT posting.currency, 0, posting.amount FROM payments_posting AS posting
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.id = posting.credit_id
            WHERE posting.tenant_id = %(tenant)s AND posting.id > %(after_postings)s
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
        WHERE posting.tenant_id = %(tenant)s AND posting.id > %(after_postings)s AND rule.name IS NULL
        """,
        "posting {0}: rule {1} does not go from {2} to {3}",
    )


def law_a_receivable_is_the_sum_of_its_postings() -> Iterator[str]:
    """The open account of a receivable is what is invoiced and not covered, its deposits what is paid and not invoiced."""
    return _breaches(
        """
        SELECT id, sum(open), sum(posted), sum(deposits), sum(paid) FROM (
            SELECT row.id, row.invoiced - row.credited - row.written_off - row.settled AS open, 0 AS posted,
                row.allocated - row.refunded - row.settled AS deposits, 0 AS paid
            FROM payments_receivable AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT posting.receivable_id,
                0, CASE WHEN debit.code = 'accounts_receivable' THEN posting.amount
                        WHEN credit.code = 'accounts_receivable' THEN -posting.amount ELSE 0 END,
                0, CASE WHEN credit.code = 'customer_deposits' THEN posting.amount
                        WHEN debit.code = 'customer_deposits' THEN -posting.amount ELSE 0 END
            FROM payments_posting AS posting
            JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
            JOIN payments_account AS credit ON credit.tenant_id = %(tenant)s AND credit.id = posting.credit_id
            WHERE posting.tenant_id = %(tenant)s AND posting.receivable_id IS NOT NULL
        ) AS both_sides GROUP BY id HAVING sum(open) <> sum(posted) OR sum(deposits) <> sum(paid)
        """,
        "receivable {0}: open account {1}, postings say {2}; deposits {3}, postings say {4}",
        about=("receivable",),
    )


def law_a_receivable_knows_its_invoices() -> Iterator[str]:
    """Invoiced, credited and written off are what invoices, credit notes and write-offs posted."""
    return _breaches(
        """
        SELECT id, sum(invoiced), sum(billed), sum(credited), sum(given), sum(written_off), sum(forgone) FROM (
            SELECT row.id, row.invoiced, 0 AS billed, row.credited, 0 AS given, row.written_off, 0 AS forgone
            FROM payments_receivable AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT posting.receivable_id,
                0, CASE WHEN posting.rule = ANY(%(invoiced)s) THEN signed.amount ELSE 0 END,
                0, CASE WHEN posting.rule = ANY(%(credited)s) THEN -signed.amount ELSE 0 END,
                0, CASE WHEN posting.rule = ANY(%(written_off)s) THEN posting.amount
                        WHEN posting.rule = ANY(%(reinstated)s) THEN -posting.amount ELSE 0 END
            FROM payments_posting AS posting
            JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN debit.code = 'accounts_receivable' THEN posting.amount ELSE -posting.amount END AS amount
            ) AS signed
            WHERE posting.tenant_id = %(tenant)s AND posting.receivable_id IS NOT NULL
        ) AS both_sides GROUP BY id
        HAVING sum(invoiced) <> sum(billed) OR sum(credited) <> sum(given) OR sum(written_off) <> sum(forgone)
        """,
        "receivable {0}: invoiced {1}, postings say {2}; credited {3}, postings say {4}; written off {5}, postings say {6}",
        about=("receivable",),
    )


def law_a_receivable_is_the_sum_of_its_allocations() -> Iterator[str]:
    """Authorized, allocated and refunded of a receivable are those of its allocations."""
    return _breaches(
        """
        SELECT id, sum(authorized), sum(held), sum(allocated), sum(shared), sum(refunded), sum(returned) FROM (
            SELECT row.id, row.authorized, 0 AS held, row.allocated, 0 AS shared, row.refunded, 0 AS returned
            FROM payments_receivable AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT share.receivable_id, 0, share.held, 0, share.amount, 0, share.refunded
            FROM payments_allocation AS share WHERE share.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id
        HAVING sum(authorized) <> sum(held) OR sum(allocated) <> sum(shared) OR sum(refunded) <> sum(returned)
        """,
        "receivable {0}: authorized {1}, allocations say {2}; allocated {3}, they say {4}; refunded {5}, they say {6}",
        about=("receivable",),
    )


def law_a_payment_is_the_sum_of_its_postings() -> Iterator[str]:
    """Captured, refunded and settled of a payment are what was posted, and so is what no document has of it."""
    return _breaches(
        """
        SELECT id, sum(captured), sum(received), sum(refunded), sum(returned), sum(settled), sum(passed_on),
            sum(free), sum(unapplied)
        FROM (
            SELECT row.id, row.captured, 0 AS received, row.refunded, 0 AS returned, row.settled, 0 AS passed_on,
                row.captured - row.refunded AS free, 0 AS unapplied
            FROM payments_payment AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT share.payment_id, 0, 0, 0, 0, 0, 0, share.refunded - share.amount, 0
            FROM payments_allocation AS share WHERE share.tenant_id = %(tenant)s
            UNION ALL SELECT posting.payment_id,
                0, CASE WHEN posting.rule = ANY(%(received)s) THEN posting.amount ELSE 0 END,
                0, CASE WHEN posting.rule = ANY(%(refunded)s) THEN posting.amount
                        WHEN posting.rule = ANY(%(sent_back)s) THEN -posting.amount ELSE 0 END,
                0, CASE WHEN posting.rule = ANY(%(passed_on)s) THEN posting.amount ELSE 0 END,
                0, CASE WHEN credit.code = 'unapplied_money' THEN posting.amount
                        WHEN debit.code = 'unapplied_money' THEN -posting.amount ELSE 0 END
            FROM payments_posting AS posting
            JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.id = posting.debit_id
            JOIN payments_account AS credit ON credit.tenant_id = %(tenant)s AND credit.id = posting.credit_id
            WHERE posting.tenant_id = %(tenant)s AND posting.payment_id IS NOT NULL
        ) AS both_sides GROUP BY id
        HAVING sum(captured) <> sum(received) OR sum(refunded) <> sum(returned) OR sum(settled) <> sum(passed_on)
            OR sum(free) <> sum(unapplied)
        """,
        "payment {0}: captured {1}, postings say {2}; refunded {3}, they say {4}; settled {5}, they say {6}; "
        "unapplied {7}, they say {8}",
        about=("payment",),
    )


def law_a_payment_is_the_sum_of_its_attempts() -> Iterator[str]:
    """What is on its way is what attempts that are out ask for; what happened is what attempts that succeeded did.

    Money that was recorded by hand has no attempt to capture it.
    """
    return _breaches(
        """
        SELECT counted.id, counter.name, counter.held, counter.tried FROM (
            SELECT id, sum(authorized) AS authorized, sum(captured) AS captured, sum(capturing) AS capturing,
                sum(voided) AS voided, sum(voiding) AS voiding, sum(refunded) AS refunded, sum(refunding) AS refunding,
                coalesce(sum(amount) FILTER (WHERE kind = 'authorize' AND succeeded), 0) AS to_authorize,
                coalesce(sum(amount) FILTER (WHERE kind = 'capture' AND succeeded), 0) AS to_capture,
                coalesce(sum(amount) FILTER (WHERE kind = 'capture' AND is_out), 0) AS out_to_capture,
                coalesce(sum(amount) FILTER (WHERE kind = 'void' AND succeeded), 0) AS to_void,
                coalesce(sum(amount) FILTER (WHERE kind = 'void' AND is_out), 0) AS out_to_void,
                coalesce(sum(amount) FILTER (WHERE kind = 'refund' AND succeeded), 0) AS to_refund,
                coalesce(sum(amount) FILTER (WHERE kind = 'refund' AND is_out), 0) AS out_to_refund,
                count(*) FILTER (WHERE kind <> 'refund') AS by_gateway
            FROM (
                SELECT row.id, row.authorized, row.captured, row.capturing, row.voided, row.voiding, row.refunded, row.refunding,
                    0 AS amount, NULL AS kind, false AS succeeded, false AS is_out
                FROM payments_payment AS row WHERE row.tenant_id = %(tenant)s
                UNION ALL SELECT attempt.payment_id, 0, 0, 0, 0, 0, 0, 0,
                    attempt.amount, attempt.kind, attempt.state = 'succeeded', attempt.state = ANY(%(out)s)
                FROM payments_attempt AS attempt WHERE attempt.tenant_id = %(tenant)s
            ) AS both_sides GROUP BY id
        ) AS counted CROSS JOIN LATERAL (VALUES
            ('authorized', authorized, to_authorize),
            ('captured', CASE WHEN by_gateway > 0 THEN captured ELSE 0 END, to_capture),
            ('capturing', capturing, out_to_capture),
            ('voided', voided, to_void),
            ('voiding', voiding, out_to_void),
            ('refunded', refunded, to_refund),
            ('refunding', refunding, out_to_refund)
        ) AS counter (name, held, tried) WHERE counter.held <> counter.tried
        """,
        "payment {0}: {1} {2}, attempts say {3}",
        about=("payment",),
    )


def law_allocations_stay_within_their_payment() -> Iterator[str]:
    """What a payment's allocations hold is what it counts as applied, and with its refunds no more than was captured."""
    return _breaches(
        """
        SELECT id, sum(applied), sum(free), sum(captured) FROM (
            SELECT row.id, row.applied, row.applied + row.refunded + row.refunding AS used, row.captured, 0 AS free
            FROM payments_payment AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT share.payment_id, 0, 0, 0, share.amount - share.refunded - share.refunding
            FROM payments_allocation AS share WHERE share.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(applied) <> sum(free) OR sum(used) > sum(captured)
        """,
        "payment {0}: applied {1}, allocations hold {2}, captured {3}",
        about=("payment",),
    )


def law_an_allocation_knows_its_refunds() -> Iterator[str]:
    """What is and will be refunded of an allocation is what refund attempts about it say."""
    return _breaches(
        """
        SELECT payment_id, id, sum(refunded), sum(succeeded), sum(refunding), sum(out) FROM (
            SELECT row.payment_id, row.id, row.refunded, 0 AS succeeded, row.refunding, 0 AS out
            FROM payments_allocation AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT attempt.payment_id, attempt.allocation_id,
                0, CASE WHEN attempt.state = 'succeeded' THEN attempt.amount ELSE 0 END,
                0, CASE WHEN attempt.state = ANY(%(out)s) THEN attempt.amount ELSE 0 END
            FROM payments_attempt AS attempt
            WHERE attempt.tenant_id = %(tenant)s AND attempt.allocation_id IS NOT NULL AND attempt.kind = 'refund'
        ) AS both_sides GROUP BY payment_id, id HAVING sum(refunded) <> sum(succeeded) OR sum(refunding) <> sum(out)
        """,
        "allocation {1}: refunded {2}, attempts say {3}; refunding {4}, they say {5}",
        about=("payment",),
    )


def law_a_payable_is_the_sum_of_its_postings() -> Iterator[str]:
    """What is still owed on a payable is what was posted to and from its account."""
    return _breaches(
        """
        SELECT id, sum(due), sum(posted) FROM (
            SELECT row.id, row.amount - row.paid AS due, 0 AS posted
            FROM payments_payable AS row WHERE row.tenant_id = %(tenant)s
            UNION ALL SELECT row.id, 0, CASE account.id WHEN posting.credit_id THEN posting.amount ELSE -posting.amount END
            FROM payments_payable AS row
            JOIN unnest(%(kinds)s::text[], %(liabilities)s::text[]) AS chart (kind, code) ON chart.kind = row.kind
            JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.code = chart.code
            JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s AND posting.payable_id = row.id
                AND account.id IN (posting.debit_id, posting.credit_id)
            WHERE row.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(due) <> sum(posted)
        """,
        "payable {0}: due {1}, postings say {2}",
        about=("payable",),
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
        about=("payable",),
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
        about=("payable",),
    )


def law_money_keeps_its_currency() -> Iterator[str]:
    """A payment pays receivables of its own currency, and every posting is in the currency of what it belongs to."""
    return _breaches(
        """
        SELECT share.id, 'allocation', payment.currency, receivable.currency FROM payments_allocation AS share
        JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = share.payment_id
        JOIN payments_receivable AS receivable ON receivable.tenant_id = %(tenant)s AND receivable.id = share.receivable_id
        WHERE share.tenant_id = %(tenant)s AND payment.currency <> receivable.currency
        UNION ALL
        SELECT row.id, 'posting of receivable', posting.currency, row.currency FROM payments_posting AS posting
        JOIN payments_receivable AS row ON row.tenant_id = %(tenant)s AND row.id = posting.receivable_id
        WHERE posting.tenant_id = %(tenant)s AND posting.currency <> row.currency
        UNION ALL
        SELECT row.id, 'posting of payment', posting.currency, row.currency FROM payments_posting AS posting
        JOIN payments_payment AS row ON row.tenant_id = %(tenant)s AND row.id = posting.payment_id
        WHERE posting.tenant_id = %(tenant)s AND posting.currency <> row.currency
        UNION ALL
        SELECT row.id, 'posting of payable', posting.currency, row.currency FROM payments_posting AS posting
        JOIN payments_payable AS row ON row.tenant_id = %(tenant)s AND row.id = posting.payable_id
        WHERE posting.tenant_id = %(tenant)s AND posting.currency <> row.currency
        """,
        "{1} {0}: {2} and {3}",
        about=("allocation", "receivable", "payment", "payable"),
    )


def law_nothing_is_negative() -> Iterator[str]:
    """No receivable's open account or deposits, no payment's unapplied money and no payable's rest is below zero."""
    return _breaches(
        """
        SELECT row.id, 'receivable',
            least(row.invoiced - row.credited - row.written_off, row.allocated - row.refunded) - row.settled
        FROM payments_receivable AS row WHERE row.tenant_id = %(tenant)s
            AND least(row.invoiced - row.credited - row.written_off, row.allocated - row.refunded) < row.settled
        UNION ALL
        SELECT payment.id, 'payment', payment.unapplied FROM payments_payment AS payment
        WHERE payment.tenant_id = %(tenant)s AND payment.unapplied < 0
        UNION ALL
        SELECT payable.id, 'payable', payable.due FROM payments_payable AS payable
        WHERE payable.tenant_id = %(tenant)s AND payable.due < 0
        """,
        "{1} {0}: {2}",
        about=("receivable", "payment", "payable"),
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
    *CARD_LAWS,
)

PROOF: Final = Proof(
    marks={"postings": "SELECT coalesce(max(id), 0) FROM payments_posting WHERE tenant_id = %(tenant)s"},
    touched={
        "receivable": """
        SELECT id FROM payments_receivable
        WHERE tenant_id = %(tenant)s AND document_kind = ANY(%(kinds)s) AND document_id = ANY(%(document)s::uuid[])
        UNION SELECT receivable_id FROM payments_posting
        WHERE tenant_id = %(tenant)s AND id > %(after_postings)s AND receivable_id IS NOT NULL
        """,
        "payment": """
        SELECT id FROM payments_payment WHERE tenant_id = %(tenant)s AND id = ANY(%(document)s::uuid[])
        UNION SELECT payment_id FROM payments_allocation
        WHERE tenant_id = %(tenant)s AND receivable_id = ANY(%(receivable)s::uuid[])
        UNION SELECT payment_id FROM payments_posting
        WHERE tenant_id = %(tenant)s AND id > %(after_postings)s AND payment_id IS NOT NULL
        """,
        "allocation": """
        SELECT id FROM payments_allocation WHERE tenant_id = %(tenant)s AND receivable_id = ANY(%(receivable)s::uuid[])
        UNION SELECT id FROM payments_allocation WHERE tenant_id = %(tenant)s AND payment_id = ANY(%(payment)s::uuid[])
        """,
        "payable": """
        SELECT id FROM payments_payable WHERE tenant_id = %(tenant)s AND id = ANY(%(document)s::uuid[])
        UNION SELECT id FROM payments_payable
        WHERE tenant_id = %(tenant)s AND document_kind = ANY(%(kinds)s) AND document_id = ANY(%(document)s::uuid[])
        UNION SELECT payable_id FROM payments_posting
        WHERE tenant_id = %(tenant)s AND id > %(after_postings)s AND payable_id IS NOT NULL
        """,
    },
)
