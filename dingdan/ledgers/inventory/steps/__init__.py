"""Verbs on goods, inside a command. Each takes many rows at once and runs a fixed number of statements."""

from dingdan.ledgers.inventory.steps.moving import Pieces, move
from dingdan.ledgers.inventory.steps.promising import Answer, Want, cancel, promise, reanswer
from dingdan.ledgers.inventory.steps.shipping import Departure, Homecoming, deliver, issue, take_back
from dingdan.ledgers.inventory.steps.stocking import Arrival, Correction, adjust, open_node, receive

__all__ = [
    "Answer",
    "Arrival",
    "Correction",
    "Departure",
    "Homecoming",
    "Pieces",
    "Want",
    "adjust",
    "cancel",
    "deliver",
    "issue",
    "move",
    "open_node",
    "promise",
    "reanswer",
    "receive",
    "take_back",
]
