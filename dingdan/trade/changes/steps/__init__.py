"""Verbs on changes, inside a command."""

from dingdan.trade.changes.steps.bulk import NewBulk, Told, tell_outcomes, turn_bulk, write_bulk
from dingdan.trade.changes.steps.regrouping import regroup, regroup_back
from dingdan.trade.changes.steps.writing import Accepted, apply, record, take_back

__all__ = [
    "Accepted",
    "NewBulk",
    "Told",
    "apply",
    "record",
    "regroup",
    "regroup_back",
    "take_back",
    "tell_outcomes",
    "turn_bulk",
    "write_bulk",
]
