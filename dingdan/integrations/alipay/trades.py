"""What Alipay says about a trade or a refund, as the money book takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from dingdan.integrations.alipay.amounts import CURRENCY, fen, trade_of
from dingdan.integrations.alipay.client import Said
from dingdan.integrations.alipay.errors import TRADE_NOT_EXIST
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult

PAID: Final = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
CLOSED: Final = "TRADE_CLOSED"
"""Never paid, canceled, or paid and given back to the last fen."""


def as_query(form: Mapping[str, str]) -> str:
    """A form as the question of an address, each text with all that is not plain in it escaped."""
    return "&".join(f"{name}={quote(text, safe='')}" for name, text in form.items())


def known(said: Said, request: GatewayRequest, trade: str) -> GatewayResult:
    """What became of a trade that was asked about under the merchant's number.

    One that is closed is paid where we have the money already, and gave it back. Where we have none it was never paid, or was
    canceled before we heard of it: then Alipay gave the money back.
    """
    if said.error == TRADE_NOT_EXIST:
        return GatewayResult(answer=Answer.NEVER_SEEN, error=said.error)
    if said.answer != Answer.DONE:
        return GatewayResult(answer=Answer.UNKNOWN, error=said.error)
    state = said.text("trade_status")
    if state in PAID or (state == CLOSED and request.paid):
        return paid(said, trade)
    if state == CLOSED:
        return GatewayResult(answer=Answer.DECLINED, error=state)
    if state == "WAIT_BUYER_PAY":
        return GatewayResult(answer=Answer.WAITING, payment_reference=trade)
    return GatewayResult(answer=Answer.UNKNOWN, error=state or "no_status")


def paid(said: Said, trade: str) -> GatewayResult:
    """The money came."""
    try:
        amount = fen(said.text("total_amount"))
    except ValueError:
        return GatewayResult(answer=Answer.UNKNOWN, error="unreadable_amount")
    if said.text("out_trade_no") != trade or not said.text("trade_no"):
        return GatewayResult(answer=Answer.UNKNOWN, error="another_trade")
    return GatewayResult(
        answer=Answer.DONE,
        amount=amount,
        currency=CURRENCY,
        reference=said.text("trade_no"),
        payment_reference=trade,
        means=means(said.facts.get("fund_bill_list")),
    )


def refunded(request: GatewayRequest) -> GatewayResult:
    """The money went back. Alipay has no name of its own for a refund, so it bears ours."""
    return GatewayResult(
        answer=Answer.DONE,
        amount=request.amount,
        currency=CURRENCY,
        reference=trade_of(request.key),
        payment_reference=request.payment_reference,
    )


def known_refund(said: Said, request: GatewayRequest) -> GatewayResult:
    """What became of a refund. One that Alipay has no status of was not made: it may be asked for again under its key."""
    if said.error == TRADE_NOT_EXIST:
        return GatewayResult(answer=Answer.NEVER_SEEN, error=said.error)
    if said.answer != Answer.DONE:
        return GatewayResult(answer=Answer.UNKNOWN, error=said.error)
    state = said.text("refund_status")
    if not state:
        return GatewayResult(answer=Answer.NEVER_SEEN)
    if state != "REFUND_SUCCESS":
        is_no = state == "REFUND_FAIL"
        return GatewayResult(answer=Answer.DECLINED if is_no else Answer.UNKNOWN, error=state)
    try:
        is_ours = fen(said.text("refund_amount")) == request.amount and said.text("out_request_no") == trade_of(request.key)
    except ValueError:
        is_ours = False
    return refunded(request) if is_ours else GatewayResult(answer=Answer.UNKNOWN, error="another_refund")


def means(channels: object) -> str:
    """Where the money came from, in Alipay's words: `Alipay (PCREDIT)`. Nothing that tells who the payer is."""
    try:
        listed = json.loads(channels) if isinstance(channels, str) else channels
    except ValueError:
        listed = None
    names = [_channel(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    told = ", ".join(name for name in names if name)
    return f"Alipay ({told})" if told else "Alipay"


def _channel(one: Mapping[str, object]) -> str:
    name = one.get("fund_channel") or one.get("fundChannel")  # answers write it one way, notices the other
    return name if isinstance(name, str) and name.isascii() else ""
