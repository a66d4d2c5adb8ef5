"""What can be done after the sale: cancel, take back, exchange, give back."""

from dingdan.trade.aftersales.commands.canceling import CancelOrder, ExpireOrder, cancel_orders, expire_orders
from dingdan.trade.aftersales.commands.inspecting import LineRefund, Verdict, inspect_return
from dingdan.trade.aftersales.commands.refunding import LineAmount, give_allowance, refund_order, settle_exchange
from dingdan.trade.aftersales.commands.returning import (
    ExchangeWanted,
    PieceBack,
    RecordReturn,
    ReturnedUnits,
    ReturnWanted,
    authorize_return,
    cancel_return,
    exchange_return,
    receive_return,
    record_returns,
)
from dingdan.trade.aftersales.rules import Part

__all__ = [
    "CancelOrder",
    "ExchangeWanted",
    "ExpireOrder",
    "LineAmount",
    "LineRefund",
    "Part",
    "PieceBack",
    "RecordReturn",
    "ReturnWanted",
    "ReturnedUnits",
    "Verdict",
    "authorize_return",
    "cancel_orders",
    "cancel_return",
    "exchange_return",
    "expire_orders",
    "give_allowance",
    "inspect_return",
    "receive_return",
    "record_returns",
    "refund_order",
    "settle_exchange",
]
