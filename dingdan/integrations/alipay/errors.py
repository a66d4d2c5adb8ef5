"""What Alipay's codes mean. A code says how the call went, a sub-code why; both are in Alipay's documentation of each method."""

from __future__ import annotations

from typing import Final

from dingdan.ledgers.payments.ports import Answer

TRADE_NOT_EXIST: Final = "ACQ.TRADE_NOT_EXIST"
"""There is no such trade: it was never asked for, or no payer has opened it yet."""

_BY_CODE: Final = {
    "10000": Answer.DONE,  # the call was answered; what of is in its fields
    "10003": Answer.WAITING,  # the payer is to confirm on their phone
    "20000": Answer.UNKNOWN,  # the service was ill: whatever was asked may have happened
    "40005": Answer.UNKNOWN,  # called too often
}
_NOBODY_KNOWS: Final = frozenset({"SYSTEM_ERROR", "UNKNOWN_ERROR", "UNKNOW_ERROR", "UNKNOW-ERROR", "UNKNOWN-ERROR"})
"""The last part of sub-codes after which Alipay itself says: query."""

AT_THE_DOOR: Final = frozenset({"20001", "40001", "40002", "40003", "40006"})
"""Calls that went no further than Alipay's gateway, which may not sign its answer: a token, a signature, a permission."""

DECIDED: Final = frozenset(
    {
        "ACQ.TRADE_HAS_SUCCESS",
        "ACQ.TRADE_HAS_FINISHED",
        "ACQ.TRADE_HAS_CLOSE",
        "ACQ.TRADE_STATUS_ERROR",
        "ACQ.REASON_TRADE_STATUS_INVALID",
        "ACQ.REASON_ILLEGAL_STATUS",
        "ACQ.CONTEXT_INCONSISTENT",
    }
)
"""The trade is beyond what was asked for: a query tells what became of it."""


def meaning(code: str, sub_code: str) -> Answer:
    """What an answer means: `DONE` that the call was answered, `DECLINED` a definite no."""
    if sub_code.rpartition(".")[2].upper() in _NOBODY_KNOWS:
        return Answer.UNKNOWN
    return _BY_CODE.get(code, Answer.DECLINED if code.startswith("4") or code in AT_THE_DOOR else Answer.UNKNOWN)
