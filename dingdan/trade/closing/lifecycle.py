"""The lives of bills, of their lines, of payouts and of closed days, and the words for what keeps a day open."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from dingdan.kernel.lifecycle import Lifecycle, Turn

BILL_LIFE: Final = Lifecycle(
    "bill",
    "awaited",
    (
        Turn("wait", ("awaited",), "awaited", "The firm has not made it yet, or could not be asked: it is asked again."),
        Turn("fetch", ("awaited",), "fetched", "All its lines are here."),
    ),
)

BILL_LINE_LIFE: Final = Lifecycle(
    "bill_line",
    "fetched",
    (
        Turn("match", ("fetched", "missing", "differing"), "matched", "The books say the same."),
        Turn("exchange", ("fetched", "missing"), "exchanged", "The books know it; the firm settled it in another currency."),
        Turn("miss", ("fetched",), "missing", "The books know nothing of it."),
        Turn("differ", ("fetched", "missing"), "differing", "The books say another amount or currency."),
        Turn("note", ("fetched",), "noted", "It has no counterpart in the books by its kind: a fee, a payout, a dispute."),
    ),
)

PAYOUT_LIFE: Final = Lifecycle(
    "payout",
    "announced",
    (
        Turn("arrive", ("announced",), "arrived", "The money is in our bank, and the books say so."),
        Turn("dispute", ("announced",), "differing", "It is not the sum of its lines: a person is to look at it."),
        Turn("agree", ("differing",), "announced", "Its lines add up to it after all."),
    ),
)

DAY_CLOSE_LIFE: Final = Lifecycle(
    "day_close",
    "closed",
    (Turn("reopen", ("closed",), "reopened", "It is to be closed once more; this statement of it stays to be read."),),
)


class PointKind(StrEnum):
    """What keeps a day open until a person says that it may stay so.

    unknown_attempt   nobody knows whether a gateway moved money
    bill_missing      a gateway's bill is not here
    bill_line         a line of a bill that the books do not know, or say otherwise
    discrepancy       something waits in the exception queue
    statement_line    a line of a bank statement that is matched with nothing
    payout_missing    a payout that was announced days ago and has not arrived
    cash_not_counted  cash lies there, or moved, and nobody counted it on that day
    """

    UNKNOWN_ATTEMPT = "unknown_attempt"
    BILL_MISSING = "bill_missing"
    BILL_LINE = "bill_line"
    DISCREPANCY = "discrepancy"
    STATEMENT_LINE = "statement_line"
    PAYOUT_MISSING = "payout_missing"
    CASH_NOT_COUNTED = "cash_not_counted"
