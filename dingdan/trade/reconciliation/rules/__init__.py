"""What is known of money outside, and what follows from it. Pure."""

from dingdan.trade.reconciliation.rules.differing import Compared, DiscrepancyFound, Key, check_found, is_the_same, key_of
from dingdan.trade.reconciliation.rules.lines import LineDraft, StatementDraft, plain_account, with_keys
from dingdan.trade.reconciliation.rules.mapping import Column, MappingDraft, clean_mapping, guess_columns, missing_in
from dingdan.trade.reconciliation.rules.matching import Awaited, Awaiting, Part, Proposal, Sign, judge
from dingdan.trade.reconciliation.rules.references import creditor_reference, spaced_reference
from dingdan.trade.reconciliation.rules.tolerances import clean_tolerances

__all__ = [
    "Awaited",
    "Awaiting",
    "Column",
    "Compared",
    "DiscrepancyFound",
    "Key",
    "LineDraft",
    "MappingDraft",
    "Part",
    "Proposal",
    "Sign",
    "StatementDraft",
    "check_found",
    "clean_mapping",
    "clean_tolerances",
    "creditor_reference",
    "guess_columns",
    "is_the_same",
    "judge",
    "key_of",
    "missing_in",
    "plain_account",
    "spaced_reference",
    "with_keys",
]
