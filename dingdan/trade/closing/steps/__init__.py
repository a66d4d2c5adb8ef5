"""Verbs on bills, payouts and statements of days, inside a command."""

from dingdan.trade.closing.steps.bills import compare, finish, keep_lines, open_bill, post_fees, wait_for
from dingdan.trade.closing.steps.days import keep_close, keep_count, reopen
from dingdan.trade.closing.steps.payouts import arrive, book_arrival, judge, link_lines

__all__ = [
    "arrive",
    "book_arrival",
    "compare",
    "finish",
    "judge",
    "keep_close",
    "keep_count",
    "keep_lines",
    "link_lines",
    "open_bill",
    "post_fees",
    "reopen",
    "wait_for",
]
