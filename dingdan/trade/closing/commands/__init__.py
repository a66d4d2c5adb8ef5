"""What can be done about bills, payouts, days and what accountants call our accounts."""

from dingdan.trade.closing.commands.accounts import MapAccount, map_accounts
from dingdan.trade.closing.commands.bills import await_bill, compare_bill, finish_bill, record_bill_lines
from dingdan.trade.closing.commands.days import close_day, count_cash, reopen_day
from dingdan.trade.closing.commands.payouts import check_payout, receive_payout

__all__ = [
    "MapAccount",
    "await_bill",
    "check_payout",
    "close_day",
    "compare_bill",
    "count_cash",
    "finish_bill",
    "map_accounts",
    "receive_payout",
    "record_bill_lines",
    "reopen_day",
]
