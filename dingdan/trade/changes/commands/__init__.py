"""What can be done with placed orders: change one, take a change back, change many, split, merge."""

from dingdan.trade.changes.commands.bulk import BulkChange, Outcome, advance_bulk, start_bulk, stop_bulk
from dingdan.trade.changes.commands.changing import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.commands.regrouping import merge_orders, split_order, undo_regrouping

__all__ = [
    "BulkChange",
    "ChangeOrder",
    "Outcome",
    "UndoChange",
    "advance_bulk",
    "change_orders",
    "merge_orders",
    "split_order",
    "start_bulk",
    "stop_bulk",
    "undo_changes",
    "undo_regrouping",
]
