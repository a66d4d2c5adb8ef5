"""Verbs on goods, inside a command. Each takes many rows at once and runs a fixed number of statements.

Whoever takes several of them in one command locks in the order of the house: the document, its demands, goods to come, stock
by variant and node, places, what is owed.
"""

from dingdan.ledgers.inventory.steps.allocating import Choice, Chosen, NotChoosable, allocate, deallocate, unchoose
from dingdan.ledgers.inventory.steps.amending import Again, HandedOn, Resourced, hand_on, owe_more, resource
from dingdan.ledgers.inventory.steps.answering import Answered, answer, fill
from dingdan.ledgers.inventory.steps.ceding import Cession, cede
from dingdan.ledgers.inventory.steps.correcting import (
    Correction,
    Counted,
    adjust,
    adjust_each,
    count,
    opposites,
    remark,
)
from dingdan.ledgers.inventory.steps.expiring import Disappointed, Spoiled, expire
from dingdan.ledgers.inventory.steps.losing import Loss, lose
from dingdan.ledgers.inventory.steps.moving import NotThere, Pieces, ReservedStock, SerialThere, move, open_balances
from dingdan.ledgers.inventory.steps.places import keep_back, open_node, open_place
from dingdan.ledgers.inventory.steps.promising import Answer, NotAvailable, Want, hold, promise, release
from dingdan.ledgers.inventory.steps.releasing import AboveOpen, cancel
from dingdan.ledgers.inventory.steps.shipping import (
    AboveShipped,
    Departure,
    GoodsExpired,
    Homecoming,
    NotReserved,
    deliver,
    issue,
    take_back,
)
from dingdan.ledgers.inventory.steps.stocking import (
    AboveExpected,
    Arrival,
    Departing,
    NamedLot,
    draw,
    name_lots,
    receive,
)
from dingdan.ledgers.inventory.steps.supplying import BelowReceived, Expected, Revision, announce, expect, revise
from dingdan.ledgers.inventory.steps.transferring import accept, send
from dingdan.ledgers.inventory.steps.watching import mark_low, unmark_low

__all__ = [
    "AboveExpected",
    "AboveOpen",
    "AboveShipped",
    "Again",
    "Answer",
    "Answered",
    "Arrival",
    "BelowReceived",
    "Cession",
    "Choice",
    "Chosen",
    "Correction",
    "Counted",
    "Departing",
    "Departure",
    "Disappointed",
    "Expected",
    "GoodsExpired",
    "HandedOn",
    "Homecoming",
    "Loss",
    "NamedLot",
    "NotAvailable",
    "NotChoosable",
    "NotReserved",
    "NotThere",
    "Pieces",
    "ReservedStock",
    "Resourced",
    "Revision",
    "SerialThere",
    "Spoiled",
    "Want",
    "accept",
    "adjust",
    "adjust_each",
    "allocate",
    "announce",
    "answer",
    "cancel",
    "cede",
    "count",
    "deallocate",
    "deliver",
    "draw",
    "expect",
    "expire",
    "fill",
    "hand_on",
    "hold",
    "issue",
    "keep_back",
    "lose",
    "mark_low",
    "move",
    "name_lots",
    "open_balances",
    "open_node",
    "open_place",
    "opposites",
    "owe_more",
    "promise",
    "receive",
    "release",
    "remark",
    "resource",
    "revise",
    "send",
    "take_back",
    "unchoose",
    "unmark_low",
]
