"""What can be done after the sale: cancel, take back, exchange, give back."""

from dingdan.trade.aftersales.commands.attaching import attach_to_claim, attach_to_parcel, attach_to_return, forget_claimant
from dingdan.trade.aftersales.commands.authorizing import (
    ExchangeWanted,
    RecordReturn,
    ReturnedUnits,
    ReturnWanted,
    authorize_return,
    exchange_return,
    record_returns,
)
from dingdan.trade.aftersales.commands.canceling import CancelOrder, ExpireOrder, cancel_orders, expire_orders
from dingdan.trade.aftersales.commands.claiming import (
    ClaimedUnits,
    deny_claim,
    file_claim,
    replace_claimed,
    resolve_claim,
    withdraw_claim,
)
from dingdan.trade.aftersales.commands.examining import examine_pieces, note_arrival, undo_examination
from dingdan.trade.aftersales.commands.favoring import give_goodwill, take_credit, thank_customer
from dingdan.trade.aftersales.commands.inspecting import finish_examination, grade_return, inspect_return, scan_return
from dingdan.trade.aftersales.commands.intercepting import answer_interception, intercept_parcel
from dingdan.trade.aftersales.commands.parking import join_parcel, park_parcel, settle_parcel
from dingdan.trade.aftersales.commands.receiving import (
    PieceBack,
    cancel_return,
    label_return,
    lapse_return,
    receive_return,
)
from dingdan.trade.aftersales.commands.refunding import give_allowance, refund_order, send_ahead, settle_exchange
from dingdan.trade.aftersales.rules import GradedPieces, LineAmount, LineRefund, Part, Verdict

__all__ = [
    "CancelOrder",
    "ClaimedUnits",
    "ExchangeWanted",
    "ExpireOrder",
    "GradedPieces",
    "LineAmount",
    "LineRefund",
    "Part",
    "PieceBack",
    "RecordReturn",
    "ReturnWanted",
    "ReturnedUnits",
    "Verdict",
    "answer_interception",
    "attach_to_claim",
    "attach_to_parcel",
    "attach_to_return",
    "authorize_return",
    "cancel_orders",
    "cancel_return",
    "deny_claim",
    "examine_pieces",
    "exchange_return",
    "expire_orders",
    "file_claim",
    "finish_examination",
    "forget_claimant",
    "give_allowance",
    "give_goodwill",
    "grade_return",
    "inspect_return",
    "intercept_parcel",
    "join_parcel",
    "label_return",
    "lapse_return",
    "note_arrival",
    "park_parcel",
    "receive_return",
    "record_returns",
    "refund_order",
    "replace_claimed",
    "resolve_claim",
    "scan_return",
    "send_ahead",
    "settle_exchange",
    "settle_parcel",
    "take_credit",
    "thank_customer",
    "undo_examination",
    "withdraw_claim",
]
