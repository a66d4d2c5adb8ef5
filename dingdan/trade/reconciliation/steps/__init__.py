"""Verbs on statements, lines and discrepancies, inside a command. Each takes many at once, in a fixed number of statements."""

from dingdan.trade.reconciliation.steps.differing import Report, report, settle
from dingdan.trade.reconciliation.steps.keeping import StatementPart, forget, keep, note_proposals
from dingdan.trade.reconciliation.steps.matching import (
    Credit,
    Debit,
    Reversal,
    book_credits,
    book_refunds,
    reverse,
    set_aside,
    unmatch,
)

__all__ = [
    "Credit",
    "Debit",
    "Report",
    "Reversal",
    "StatementPart",
    "book_credits",
    "book_refunds",
    "forget",
    "keep",
    "note_proposals",
    "report",
    "reverse",
    "set_aside",
    "settle",
    "unmatch",
]
