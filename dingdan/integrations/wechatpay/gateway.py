"""The firm as our books know it: takes money, gives it back, says what became of either.

Our key is the firm's number of an order or of a refund, so that each moves money once. Whatever is said about another number,
another merchant or another app is not believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dingdan.integrations.wechatpay import ways
from dingdan.integrations.wechatpay.account import FIRM, account_of
from dingdan.integrations.wechatpay.client import Client
from dingdan.integrations.wechatpay.errors import (
    REFUND_STATES,
    TRADE_STATES,
    Silence,
    declined,
    refused,
    unknown,
    was_never_seen,
    was_seen_before,
)
from dingdan.kernel.money import CURRENCIES
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult
from dingdan.masterdata.methods.ports import Way


class WechatPay:
    """Every account of every shop at WeChat Pay: the request says which one it is about."""

    @property
    def authorizes(self) -> bool:
        """The firm holds no money for later."""
        return False

    def authorize(self, _request: GatewayRequest) -> GatewayResult:
        """Never: the firm holds no money."""
        return declined("not_offered")

    def void(self, _request: GatewayRequest) -> GatewayResult:
        """Never: the firm holds no money."""
        return declined("not_offered")

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Begin a payment, or take it at once from a payer at the till."""
        return _answered(_begin, request)

    def refund(self, request: GatewayRequest) -> GatewayResult:
        """Give money back. It may be on its way for days: until then it is unknown under the firm's own number."""
        return _answered(_give_back, request)

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of an attempt. Moves nothing."""
        return _answered(_look, request)

    def close(self, request: GatewayRequest) -> GatewayResult:
        """Take no money for it any more. At the till, what was paid after all between two looks goes back to the payer."""
        return _answered(_close, request)


def _answered(ask: Callable[[Client, GatewayRequest], GatewayResult], request: GatewayRequest) -> GatewayResult:
    if request.currency not in FIRM.currencies:
        return declined("currency")
    try:
        return ask(Client(account_of(request.account_id)), request)
    except Silence as silence:
        return unknown(silence.code)


# ── payments ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(client: Client, request: GatewayRequest) -> GatewayResult:
    try:
        order = ways.order(client.account, request)
    except ways.Missing as missing:
        return declined(f"missing_{missing.code}")
    said = client.ask("POST", order.path, order.body)
    if "trade_state" in said.told:
        return trade(client, request, said.told)
    if said.code:
        if not was_seen_before(said.code):
            return refused(said.code)
        seen = _look(client, request)
        return declined(said.code) if seen.answer == Answer.NEVER_SEEN else seen
    try:
        return GatewayResult(answer=Answer.WAITING, prompt=order.prompt(said.told))
    except KeyError:
        return unknown("unreadable")


def trade(client: Client, request: GatewayRequest, told: Mapping[str, Any]) -> GatewayResult:
    """What the firm says of a payment, if it is ours that it speaks of."""
    account = client.account
    is_ours = told.get("out_trade_no") == ways.number(request.key) and told.get("mchid") == account.mchid
    if not is_ours or told.get("appid") not in account.app_ids:
        return unknown("of_another_order")
    return trade_of(told)


def trade_of(told: Mapping[str, Any]) -> GatewayResult:
    """A payment as the firm tells it. An amount that is no whole number of fen, or no money, makes it unknown."""
    state = str(told.get("trade_state"))
    answer, amount = TRADE_STATES.get(state, Answer.UNKNOWN), told.get("amount")
    if answer != Answer.DONE:
        return GatewayResult(answer=answer, error=state[:64] if answer != Answer.WAITING else "")
    total, currency = (amount.get("total"), amount.get("currency", "CNY")) if isinstance(amount, dict) else (None, "")
    reference = told.get("transaction_id")
    if type(total) is not int or total < 1 or currency not in CURRENCIES or not reference or not isinstance(reference, str):
        return unknown("unreadable")
    bank = str(told.get("bank_type") or "")
    return GatewayResult(
        answer=answer,
        amount=total,
        currency=currency,
        reference=reference,
        payment_reference=reference,
        means="" if bank == "OTHERS" else bank[:80],
    )


def _look(client: Client, request: GatewayRequest) -> GatewayResult:
    if request.kind == "refund":
        said = client.ask("GET", f"/v3/refund/domestic/refunds/{ways.number(request.key)}")
        return _no(said.code) if said.code else _refund(request, said.told)
    path = f"/v3/pay/transactions/out-trade-no/{ways.number(request.key)}?mchid={client.account.mchid}"
    said = client.ask("GET", path)
    return _no(said.code) if said.code else trade(client, request, said.told)


def _no(code: str) -> GatewayResult:
    """A no to a question says nothing of what was asked about, but that nobody has heard of it."""
    return GatewayResult(answer=Answer.NEVER_SEEN) if was_never_seen(code) else unknown(code)


def _close(client: Client, request: GatewayRequest) -> GatewayResult:
    path = f"/v3/pay/transactions/out-trade-no/{ways.number(request.key)}"
    if request.checkout is not None and request.checkout.way == Way.SCAN:
        seen = _seen_at_the_till(client, request)
        if seen.answer in (Answer.DONE, Answer.DECLINED):
            return seen
        said = client.ask("POST", f"{path}/reverse", {"appid": client.account.app_id, "mchid": client.account.mchid})
    else:
        said = client.ask("POST", f"{path}/close", {"mchid": client.account.mchid})
    if not said.code:
        return declined("closed")
    if was_never_seen(said.code):
        return declined(said.code)
    seen = _look(client, request)
    return declined(said.code) if seen.answer == Answer.NEVER_SEEN else seen


def _seen_at_the_till(client: Client, request: GatewayRequest) -> GatewayResult:
    """What is known before a payment is reversed: nothing, where the firm does not say. Then above all it is to be reversed."""
    try:
        return _look(client, request)
    except Silence as silence:
        return unknown(silence.code)


# ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _give_back(client: Client, request: GatewayRequest) -> GatewayResult:
    named = {"transaction_id": request.payment_reference}
    if not request.payment_reference:
        named = {"out_trade_no": ways.number(request.first_key)}
    amounts = {"refund": request.amount, "total": request.paid, "currency": request.currency}
    body: dict[str, Any] = {**named, "out_refund_no": ways.number(request.key), "amount": amounts}
    body |= {"notify_url": request.notify_url} if request.notify_url else {}
    body |= {"reason": request.reason} if request.reason else {}
    said = client.ask("POST", "/v3/refund/domestic/refunds", body)
    return refused(said.code) if said.code else _refund(request, said.told)


def _refund(request: GatewayRequest, told: Mapping[str, Any]) -> GatewayResult:
    is_ours = told.get("out_refund_no") == ways.number(request.key)
    if not is_ours or request.payment_reference not in ("", told.get("transaction_id")):
        return unknown("of_another_order")
    return refund_of(told, str(told.get("status")))


def refund_of(told: Mapping[str, Any], state: str) -> GatewayResult:
    """A refund as the firm tells it; in a notice its state has another name, and its amount no currency."""
    amount = told.get("amount")
    part, currency = (amount.get("refund"), amount.get("currency", "CNY")) if isinstance(amount, dict) else (None, "")
    reference, payment = told.get("refund_id"), told.get("transaction_id")
    if type(part) is not int or part < 1 or currency not in CURRENCIES:
        return unknown("unreadable")
    if not reference or not isinstance(reference, str) or not isinstance(payment, str):
        return unknown("unreadable")
    answer = REFUND_STATES.get(state, Answer.UNKNOWN)
    return GatewayResult(
        answer=answer,
        amount=part,
        currency=currency,
        reference=reference,
        payment_reference=payment,
        error="" if answer == Answer.DONE else state[:64],
    )
