"""What can be asked about changes: what would come of them, and which there were. Never writes."""

from dingdan.trade.changes.queries.bulk import Expected, bulk, bulks, expected, orders_of, waiting, wishes_of
from dingdan.trade.changes.queries.listing import LAWS, Applied, applied_after, change, changes_by_id, changes_of, effects_of
from dingdan.trade.changes.queries.previewing import ChangePreview, LinePreview, RefusedView, TotalsView, preview, preview_undo
from dingdan.trade.changes.queries.reading import Reading, outcome_of, readings, shelves_of
from dingdan.trade.changes.queries.regrouping import (
    MergeableOrder,
    Regrouping,
    RegroupingPreview,
    merge_of,
    mergeable,
    preview_merge,
    preview_split,
    preview_ungrouping,
    refused_regrouping,
    regroup_readings,
    split_of,
    together_with,
    undo_of,
)
from dingdan.trade.changes.queries.undoing import plan_of_undo

__all__ = [
    "LAWS",
    "Applied",
    "ChangePreview",
    "Expected",
    "LinePreview",
    "MergeableOrder",
    "Reading",
    "RefusedView",
    "Regrouping",
    "RegroupingPreview",
    "TotalsView",
    "applied_after",
    "bulk",
    "bulks",
    "change",
    "changes_by_id",
    "changes_of",
    "effects_of",
    "expected",
    "merge_of",
    "mergeable",
    "orders_of",
    "outcome_of",
    "plan_of_undo",
    "preview",
    "preview_merge",
    "preview_split",
    "preview_undo",
    "preview_ungrouping",
    "readings",
    "refused_regrouping",
    "regroup_readings",
    "shelves_of",
    "split_of",
    "together_with",
    "undo_of",
    "waiting",
    "wishes_of",
]
