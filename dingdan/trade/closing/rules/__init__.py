"""The rules of closing: what accountants call accounts, what a day is made of, what of a bill is posted."""

from dingdan.trade.closing.rules.accounts import (
    LONGEST,
    AccountNotUsable,
    Target,
    Theirs,
    UnknownAccount,
    check_account,
    usual,
)
from dingdan.trade.closing.rules.bills import FeeLine, Fees, LineTold, check_line, fees_of
from dingdan.trade.closing.rules.days import (
    MONEY,
    AccountDay,
    Acknowledged,
    Moved,
    OpenPoint,
    accounts_of,
    bounds,
    counted_by_kind,
    day_of,
    evening,
    left_open,
    party_of,
)
from dingdan.trade.closing.rules.payouts import Arrival, adds_up, divided

__all__ = [
    "LONGEST",
    "MONEY",
    "AccountDay",
    "AccountNotUsable",
    "Acknowledged",
    "Arrival",
    "FeeLine",
    "Fees",
    "LineTold",
    "Moved",
    "OpenPoint",
    "Target",
    "Theirs",
    "UnknownAccount",
    "accounts_of",
    "adds_up",
    "bounds",
    "check_account",
    "check_line",
    "counted_by_kind",
    "day_of",
    "divided",
    "evening",
    "fees_of",
    "left_open",
    "party_of",
    "usual",
]
