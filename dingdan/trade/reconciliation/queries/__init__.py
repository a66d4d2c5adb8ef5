"""What can be asked of bank statements, of what they may pay, and of what differs from the books."""

from dingdan.trade.reconciliation.queries.awaiting import awaited, known_payers, reversible, waiting_refunds
from dingdan.trade.reconciliation.queries.differing import discrepancies, discrepancy, open_discrepancies
from dingdan.trade.reconciliation.queries.laws import LAWS
from dingdan.trade.reconciliation.queries.lines import (
    Line,
    line,
    lines,
    lines_by_id,
    lines_of_customer,
    lock_lines,
    mapping,
    mappings,
    matches_of,
    open_lines,
    progress_of,
    statement,
    statements,
    to_look_at,
    tolerance_of,
    waiting_lines,
    whole_statements,
)

__all__ = [
    "LAWS",
    "Line",
    "awaited",
    "discrepancies",
    "discrepancy",
    "known_payers",
    "line",
    "lines",
    "lines_by_id",
    "lines_of_customer",
    "lock_lines",
    "mapping",
    "mappings",
    "matches_of",
    "open_discrepancies",
    "open_lines",
    "progress_of",
    "reversible",
    "statement",
    "statements",
    "to_look_at",
    "tolerance_of",
    "waiting_lines",
    "waiting_refunds",
    "whole_statements",
]
