"""What the books only append to, summed by day: postings, and the tax on invoices and credit notes.

Each is counted once, when its entry is passed in the feed. The same question about all entries up to a position makes the sums
anew, and proves them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id


class Summed(NamedTuple):
    """Sums of what entries in a range of positions brought: by which columns, of what, and the question for them."""

    table: str
    keys: tuple[str, ...]
    figures: tuple[str, ...]
    question: str


_PASSED: Final = """kernel_feeditem AS item
    JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s::uuid AND entry.id = item.entry_id"""
_RANGE: Final = "item.tenant_id = %(tenant)s::uuid AND item.id > %(after)s::bigint AND item.id <= %(until)s::bigint"

MONEY: Final = Summed(
    "rollups_moneyday",
    ("counted_on", "rule", "method", "currency"),
    ("times", "amount"),
    f"""
    SELECT (entry.at AT TIME ZONE %(zone)s::text)::date AS counted_on, posting.rule, coalesce(payment.gateway, '') AS method,
        posting.currency, count(*) AS times, sum(posting.amount)::bigint AS amount
    FROM {_PASSED}
    JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s::uuid AND posting.entry_id = item.entry_id
    LEFT JOIN payments_payment AS payment ON payment.tenant_id = posting.tenant_id AND payment.id = posting.payment_id
    WHERE {_RANGE} GROUP BY 1, 2, 3, 4
    """,  # noqa: S608 (names of this module)
)

TAX: Final = Summed(
    "rollups_taxday",
    ("counted_on", "channel_id", "name", "rate", "currency"),
    ("invoiced_base", "invoiced_tax", "credited_base", "credited_tax"),
    f"""
    SELECT told.counted_on, told.channel_id, told.name, told.rate, told.currency,
        coalesce(sum(told.base) FILTER (WHERE told.is_invoice), 0)::bigint AS invoiced_base,
        coalesce(sum(told.tax) FILTER (WHERE told.is_invoice), 0)::bigint AS invoiced_tax,
        coalesce(sum(told.base) FILTER (WHERE NOT told.is_invoice), 0)::bigint AS credited_base,
        coalesce(sum(told.tax) FILTER (WHERE NOT told.is_invoice), 0)::bigint AS credited_tax
    FROM (
        SELECT true AS is_invoice, paper.issued_on AS counted_on, placed.channel_id, line.tax_name AS name, line.tax_rate AS rate,
            paper.currency, line.tax_base AS base, line.tax
        FROM {_PASSED}
        JOIN settlement_invoice AS paper ON paper.tenant_id = %(tenant)s::uuid AND paper.id = (entry.event->>'invoice_id')::uuid
        JOIN orders_order AS placed ON placed.tenant_id = paper.tenant_id AND placed.id = paper.order_id
        JOIN settlement_invoiceline AS line ON line.tenant_id = paper.tenant_id AND line.invoice_id = paper.id
        WHERE {_RANGE} AND entry.event_kind = 'InvoiceIssued'
        UNION ALL
        SELECT false, paper.issued_on, placed.channel_id, line.tax_name, line.tax_rate, paper.currency, line.tax_base, line.tax
        FROM {_PASSED}
        JOIN settlement_creditnote AS paper
            ON paper.tenant_id = %(tenant)s::uuid AND paper.id = (entry.event->>'credit_note_id')::uuid
        JOIN settlement_creditnoteline AS line ON line.tenant_id = paper.tenant_id AND line.credit_note_id = paper.id
        LEFT JOIN orders_order AS placed ON placed.tenant_id = paper.tenant_id AND placed.id = paper.order_id
        WHERE {_RANGE} AND entry.event_kind = 'CreditNoteIssued'
    ) AS told GROUP BY 1, 2, 3, 4, 5
    """,  # noqa: S608 (names of this module)
)

ALL: Final = (MONEY, TAX)


def _add(sums: Summed) -> str:
    columns = (*sums.keys, *sums.figures)
    return f"""
    INSERT INTO {sums.table} AS kept (tenant_id, id, {", ".join(columns)})
    SELECT %(tenant)s::uuid, gen_random_uuid(), told.* FROM ({sums.question}) AS told
    ON CONFLICT (tenant_id, {", ".join(sums.keys)})
    DO UPDATE SET {", ".join(f"{name} = kept.{name} + EXCLUDED.{name}" for name in sums.figures)}
    """  # noqa: S608 (names of this module)


_ADDS: Final = tuple(map(_add, ALL))


def add(*, after: int, until: int, zone: str) -> None:
    """Put what entries behind one position and up to another brought into the sums of the tenant in scope."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "after": after, "until": until, "zone": zone}
    with ready_cursor() as cursor:
        for statement in _ADDS:
            cursor.execute(statement, params)
