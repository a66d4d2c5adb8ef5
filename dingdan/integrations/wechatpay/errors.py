"""What the firm's words mean to us."""

from __future__ import annotations

from typing import Final

from dingdan.ledgers.payments.ports import Answer, GatewayResult

TRADE_STATES: Final = {
    "SUCCESS": Answer.DONE,
    "REFUND": Answer.DONE,  # it was paid; what was given back is told of each refund
    "NOTPAY": Answer.WAITING,
    "USERPAYING": Answer.WAITING,
    "ACCEPT": Answer.WAITING,
    "CLOSED": Answer.DECLINED,
    "REVOKED": Answer.DECLINED,
    "PAYERROR": Answer.DECLINED,
}
REFUND_STATES: Final = {
    "SUCCESS": Answer.DONE,
    "PROCESSING": Answer.UNKNOWN,  # a bank may take days, and may still say no
    "CLOSED": Answer.DECLINED,
    "ABNORMAL": Answer.DECLINED,  # the payer's account is gone: somebody has to give the money back in another way
}

# The firm writes some of its codes with underscores in one place and without in another.
_STILL: Final = frozenset({"USERPAYING"})
_SEEN_BEFORE: Final = frozenset(
    {"ORDERPAID", "ORDERCLOSED", "ORDERREVERSED", "OUTTRADENOUSED", "OUTTRADENOREPEAT", "DUPLICATEREQUEST"}
)
_PERHAPS: Final = frozenset({"SYSTEMERROR", "BANKERROR", "FREQUENCYLIMITED", "RATELIMITEXCEEDED", "FREQUENCYLIMITEXCEED"})
_NEVER_SEEN: Final = frozenset({"ORDERNOTEXIST", "RESOURCENOTEXISTS", "REFUNDNOTEXISTS", "NOTFOUND"})


class Silence(Exception):
    """No answer that can be believed: nobody knows what became of a request. The code says how that was found out."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _plain(code: str) -> str:
    return code.replace("_", "").upper()


def unknown(code: str) -> GatewayResult:
    """Nobody knows."""
    return GatewayResult(answer=Answer.UNKNOWN, error=code[:64])


def declined(code: str) -> GatewayResult:
    """No, for this reason."""
    return GatewayResult(answer=Answer.DECLINED, error=code[:64])


def refused(code: str) -> GatewayResult:
    """What it means that the firm says no to a request, under a code of its own."""
    if _plain(code) in _STILL:
        return GatewayResult(answer=Answer.WAITING, error=code[:64])
    return unknown(code) if _plain(code) in _PERHAPS else declined(code)


def was_seen_before(code: str) -> bool:
    """Whether a no means that the order is there already, so that asking tells what became of it."""
    return _plain(code) in _SEEN_BEFORE


def was_never_seen(code: str) -> bool:
    """Whether a no means that the firm has not heard of it."""
    return _plain(code) in _NEVER_SEEN
