"""Verbs on shipments and rounds, inside a command."""

from dingdan.trade.fulfillment.steps.errands import change_lot, choose, close_gathered, count_picked, shrink
from dingdan.trade.fulfillment.steps.rounds import end_if_done, go_without, open_packages, put_back, start, walk_on
from dingdan.trade.fulfillment.steps.shipping import Handed, Planned, hand_on, hand_over, mark, plan, take_off, turn

__all__ = [
    "Handed",
    "Planned",
    "change_lot",
    "choose",
    "close_gathered",
    "count_picked",
    "end_if_done",
    "go_without",
    "hand_on",
    "hand_over",
    "mark",
    "open_packages",
    "plan",
    "put_back",
    "shrink",
    "start",
    "take_off",
    "turn",
    "walk_on",
]
