"""What can be done about bank statements, and about what differs from the books."""

from dingdan.trade.reconciliation.commands.differing import report_discrepancies, resolve_discrepancy, return_refund
from dingdan.trade.reconciliation.commands.keeping import (
    Looked,
    forget_payer,
    import_statements,
    note_proposals,
    retire_statement_mapping,
    save_statement_mapping,
    save_tolerances,
)
from dingdan.trade.reconciliation.commands.matching import (
    IgnoreLine,
    MatchLine,
    MatchRefund,
    ignore_lines,
    match_lines,
    match_refunds,
    reopen_line,
    reverse_line,
    unmatch_line,
    write_off_difference,
)
from dingdan.trade.reconciliation.rules import DiscrepancyFound
from dingdan.trade.reconciliation.steps import StatementPart

__all__ = [
    "DiscrepancyFound",
    "IgnoreLine",
    "Looked",
    "MatchLine",
    "MatchRefund",
    "StatementPart",
    "forget_payer",
    "ignore_lines",
    "import_statements",
    "match_lines",
    "match_refunds",
    "note_proposals",
    "reopen_line",
    "report_discrepancies",
    "resolve_discrepancy",
    "retire_statement_mapping",
    "return_refund",
    "reverse_line",
    "save_statement_mapping",
    "save_tolerances",
    "unmatch_line",
    "write_off_difference",
]
