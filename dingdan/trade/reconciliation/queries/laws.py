"""What must be true of bank statements: replayed by `dingdan audit`."""

from __future__ import annotations

from collections.abc import Iterator

from dingdan.kernel.laws import breaches


def law_a_statement_counts_its_lines() -> Iterator[str]:
    """A statement has as many lines as it counts."""
    return breaches(
        """
        SELECT sheet.id, sheet.lines_count, count(line.id) FROM reconciliation_statement AS sheet
        LEFT JOIN reconciliation_statementline AS line ON line.tenant_id = %(tenant)s AND line.statement_id = sheet.id
        WHERE sheet.tenant_id = %(tenant)s GROUP BY sheet.id, sheet.lines_count HAVING sheet.lines_count <> count(line.id)
        """,
        "statement {0} counts {1} lines; there are {2}",
        about=("document",),
    )


def law_a_statement_comes_out_at_its_closing_balance() -> Iterator[str]:
    """What a statement opened with and its lines are its closing balance; where they are not, that is in the exception queue."""
    return breaches(
        """
        SELECT sheet.id, sheet.opening, sheet.moved, sheet.closing FROM reconciliation_statement AS sheet
        WHERE sheet.tenant_id = %(tenant)s AND sheet.is_whole AND sheet.opening + sheet.moved <> sheet.closing
          AND NOT EXISTS (SELECT FROM reconciliation_discrepancy AS known WHERE known.tenant_id = %(tenant)s
                          AND known.source = 'bank' AND known.reference = 'statement:' || sheet.id)
        """,
        "statement {0} opened with {1}, moved {2} and closed at {3}, and nobody was told",
        about=("document",),
    )


def law_a_line_is_the_sum_of_its_matches() -> Iterator[str]:
    """What of a line is matched is the sum of its matches that were not undone."""
    return breaches(
        """
        SELECT line.id, line.matched, coalesce(sum(made.amount), 0) FROM reconciliation_statementline AS line
        LEFT JOIN reconciliation_linematch AS made
            ON made.tenant_id = %(tenant)s AND made.line_id = line.id AND made.undone_at IS NULL
        WHERE line.tenant_id = %(tenant)s
        GROUP BY line.id, line.matched HAVING line.matched <> coalesce(sum(made.amount), 0)
        """,
        "statement line {0}: {1} are matched, its matches say {2}",
        about=("document",),
    )


def law_a_booked_line_is_its_payment() -> Iterator[str]:
    """The payment of a line is just the money that came in with it, and never two lines are one payment."""
    return breaches(
        """
        SELECT line.id, line.amount, line.currency, paid.captured, paid.currency, count(twin.id)
        FROM reconciliation_statementline AS line
        JOIN payments_payment AS paid ON paid.tenant_id = %(tenant)s AND paid.id = line.payment_id
        LEFT JOIN reconciliation_statementline AS twin ON twin.tenant_id = %(tenant)s AND twin.payment_id = line.payment_id
            AND twin.amount > 0 AND twin.id <> line.id
        WHERE line.tenant_id = %(tenant)s AND line.amount > 0
        GROUP BY line.id, line.amount, line.currency, paid.captured, paid.currency
        HAVING line.amount <> paid.captured OR line.currency <> paid.currency OR count(twin.id) > 0
        """,
        "statement line {0} of {1} {2}: its payment is of {3} {4}, and {5} other lines are the same",
        about=("document",),
    )


LAWS = (
    law_a_statement_counts_its_lines,
    law_a_statement_comes_out_at_its_closing_balance,
    law_a_line_is_the_sum_of_its_matches,
    law_a_booked_line_is_its_payment,
)
