"""What can be asked about changes: what would come of them, and which there were. Never writes."""

from dingdan.trade.changes.queries.bulk import Expected, bulk, bulks, expected, orders_of, waiting, wishes_of
from dingdan.trade.changes.queries.listing import LAWS, Applied, applied_after, change, changes_by_id, changes_of, effects_of
from dingdan.trade.changes.queries.previewing import ChangePreview, LinePreview, TotalsView, preview, preview_undo
from dingdan.trade.changes.queries.reading import Reading, outcome_of, readings, shelves_of
from dingdan.trade.changes.queries.undoing import plan_of_undo

__all__ = [
    "LAWS",
    "Applied",
    "ChangePreview",
    "Expected",
    "LinePreview",
    "Reading",
    "TotalsView",
    "applied_after",
    "bulk",
    "bulks",
    "change",
    "changes_by_id",
    "changes_of",
    "effects_of",
    "expected",
    "orders_of",
    "outcome_of",
    "plan_of_undo",
    "preview",
    "preview_undo",
    "readings",
    "shelves_of",
    "waiting",
    "wishes_of",
]
