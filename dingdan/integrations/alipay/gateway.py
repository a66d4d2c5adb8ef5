"""Alipay for a merchant of mainland China: page, WAP, QR code, app, the payer's code, and refunds.

A trade bears our key as the merchant's number. Pages, apps and codes make their trade only when the payer opens or scans them:
until then Alipay says that there is none. That we began it we know from the payment's reference, which the first answer gives.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from dingdan.integrations.alipay import trades
from dingdan.integrations.alipay.account import credentials_of
from dingdan.integrations.alipay.amounts import CURRENCY, clock_of, trade_of, yuan
from dingdan.integrations.alipay.client import Client
from dingdan.integrations.alipay.errors import DECIDED, TRADE_NOT_EXIST
from dingdan.kernel import clock
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest, GatewayResult, Prompt
from dingdan.masterdata.methods.ports import Way

_Method = tuple[str, str]
_PAGES: Final[dict[str, _Method]] = {
    Way.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    Way.WAP: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    Way.APP: ("alipay.trade.app.pay", "QUICK_MSECURITY_PAY"),
}
_FACE_TO_FACE: Final = frozenset({Way.QR, Way.SCAN})
_OPENED_LATER: Final = frozenset({*_PAGES, Way.QR})
_NOT_IN_TITLES: Final = str.maketrans(dict.fromkeys("/=&,", " "))
"""What Alipay refuses, and the comma, which would break a row of its bills."""


class Alipay:
    """The gateway. Money is taken at once, never held."""

    @property
    def authorizes(self) -> bool:
        """Alipay's holds are a product of their own, which this is not."""
        return False

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        """Always declined."""
        return _declined("not_offered")

    def void(self, request: GatewayRequest) -> GatewayResult:
        """Always declined: nothing is held."""
        return _declined("not_offered")

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Let the payer meet Alipay, or take the money by the code that they show."""
        front, client = request.checkout, _client(request)
        if front is None or request.currency != CURRENCY:
            return _declined("no_checkout" if front is None else "currency")
        ways = {**dict.fromkeys(_PAGES, _open), Way.QR: _show, Way.SCAN: _scan}
        begin: Callable[[Client, GatewayRequest, Checkout], GatewayResult] | None = ways.get(front.way)
        return begin(client, request, front) if begin else _declined("way")

    def refund(self, request: GatewayRequest) -> GatewayResult:
        """Give a part back. That Alipay took the request is not that the money went: then it says `fund_change=Y`."""
        client = _client(request)
        said = client.ask("alipay.trade.refund", _asked_back(request) | {"refund_amount": yuan(request.amount)})
        if said.answer == Answer.DONE and said.text("fund_change") == "Y":
            return trades.refunded(request)
        if said.answer != Answer.DONE:
            return GatewayResult(answer=said.answer, error=said.error)
        told = _query_refund(client, request)
        return told if told.answer == Answer.DONE else GatewayResult(answer=Answer.UNKNOWN, error="no_fund_change")

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of it. A trade that no payer has opened yet is waited for until its time is over."""
        client = _client(request)
        if request.kind == "refund":
            return _query_refund(client, request)
        told = _query(client, request)
        front = request.checkout
        if told.answer != Answer.NEVER_SEEN or front is None or not request.payment_reference or front.way not in _OPENED_LATER:
            return told
        if front.expires_at is not None and front.expires_at <= clock.now():
            return _declined("expired")
        return GatewayResult(answer=Answer.WAITING, payment_reference=request.payment_reference)

    def close(self, request: GatewayRequest) -> GatewayResult:
        """Take no money for it any more; what was paid meanwhile stays paid.

        Of a trade that nobody has opened yet Alipay says that there is none. A code is then canceled, so that it takes nothing
        afterwards; a page or an app is ended by `time_expire`, and should a payer be faster, the notice overrules the no. Where
        Alipay cannot say what came of a payer's code, it is canceled too: what was paid is then given back.
        """
        client, way = _client(request), request.checkout.way if request.checkout else ""
        said = client.ask("alipay.trade.close", {"out_trade_no": _trade(request)})
        if said.answer == Answer.DONE:
            return _declined("closed")
        if said.error in DECIDED:
            return _decided(client, request, said.error)
        if (said.error == TRADE_NOT_EXIST and way in _FACE_TO_FACE) or (said.answer == Answer.UNKNOWN and way == Way.SCAN):
            return _cancel(client, request)
        return _declined("never_opened") if said.error == TRADE_NOT_EXIST else _unknown(said.error)


# ── how a payer meets Alipay ─────────────────────────────────────────────────────────────────────────────────────────────────


def _order(request: GatewayRequest, front: Checkout, **more: str) -> dict[str, str]:
    """What is paid, until when."""
    until = {"time_expire": clock_of(front.expires_at)} if front.expires_at else {}
    title = " ".join(front.title.translate(_NOT_IN_TITLES).split())[:256] or _trade(request)
    return {"out_trade_no": _trade(request), "total_amount": yuan(request.amount), "subject": title, **until, **more}


def _open(client: Client, request: GatewayRequest, front: Checkout) -> GatewayResult:
    """A page or an app: signed here, so that Alipay hears of it from the payer. What is decided already is not opened again."""
    told = _query(client, request)
    if told.answer in (Answer.DONE, Answer.DECLINED):
        return told
    method, product = _PAGES[front.way]
    more = {"quit_url": request.return_url} if front.way == Way.WAP and request.return_url else {}
    back = "" if front.way == Way.APP else request.return_url
    order = _order(request, front, product_code=product, **more)
    form = client.form(method, order, notify_url=request.notify_url, return_url=back)
    return _waiting(request, _prompt(client, front, form))


def _prompt(client: Client, front: Checkout, form: dict[str, str]) -> Prompt:
    if front.way == Way.APP:
        content = json.dumps({"order_string": trades.as_query(form)})
        return Prompt(kind=PromptKind.PARAMETERS, content=content, expires_at=front.expires_at)
    if front.details.get("prompt") == "form":
        sent = {"action": f"{client.address}?charset=utf-8", "method": "POST", "fields": form}
        return Prompt(kind=PromptKind.FORM, content=json.dumps(sent, ensure_ascii=False), expires_at=front.expires_at)
    address = f"{client.address}?{trades.as_query(form)}"
    return Prompt(kind=PromptKind.REDIRECT, content=address, expires_at=front.expires_at)


def _show(client: Client, request: GatewayRequest, front: Checkout) -> GatewayResult:
    """A code that the payer scans from our screen."""
    said = client.ask("alipay.trade.precreate", _order(request, front), notify_url=request.notify_url)
    if said.error in DECIDED:
        return _decided(client, request, said.error)
    if said.answer != Answer.DONE:
        return GatewayResult(answer=said.answer, error=said.error)
    if not said.text("qr_code"):
        return _unknown("no_code")
    return _waiting(request, Prompt(kind=PromptKind.QR, content=said.text("qr_code"), expires_at=front.expires_at))


def _scan(client: Client, request: GatewayRequest, front: Checkout) -> GatewayResult:
    """The payer's own code, which our scanner read. Where Alipay wants their password they are waited for."""
    code = front.details.get("auth_code", "")
    if not code:
        return _declined("no_auth_code")
    order = _order(request, front, scene="bar_code", auth_code=code)
    said = client.ask("alipay.trade.pay", order, notify_url=request.notify_url)
    if said.error in DECIDED:
        return _decided(client, request, said.error)
    if said.answer == Answer.DONE:
        return trades.paid(said, _trade(request))
    if said.answer == Answer.WAITING:
        return _waiting(request)
    if said.answer == Answer.DECLINED and said.error.startswith("ACQ."):
        # Their phone may offer them to pay in another way for a while: not any more, as the shop will ask anew.
        is_over = _cancel(client, request).answer == Answer.DECLINED
        return _declined(said.error) if is_over else _unknown(said.error)
    return GatewayResult(answer=said.answer, error=said.error)


def _decided(client: Client, request: GatewayRequest, error: str) -> GatewayResult:
    """The number was used before: what came of it then."""
    told = _query(client, request)
    if told.answer == Answer.WAITING:
        return _waiting(request)
    return told if told.answer in (Answer.DONE, Answer.DECLINED) else _unknown(error)


# ── what became of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _query(client: Client, request: GatewayRequest) -> GatewayResult:
    trade = _trade(request)
    return trades.known(client.ask("alipay.trade.query", {"out_trade_no": trade}), request, trade)


def _asked_back(request: GatewayRequest) -> dict[str, str]:
    return {"out_trade_no": _trade(request), "out_request_no": trade_of(request.key)}


def _query_refund(client: Client, request: GatewayRequest) -> GatewayResult:
    return trades.known_refund(client.ask("alipay.trade.fastpay.refund.query", _asked_back(request)), request)


def _cancel(client: Client, request: GatewayRequest) -> GatewayResult:
    said = client.ask("alipay.trade.cancel", {"out_trade_no": _trade(request)})
    if said.error in DECIDED:
        return _decided(client, request, said.error)
    if said.answer != Answer.DONE or said.text("retry_flag") == "Y":
        return _unknown(said.error)
    return _declined("canceled_and_refunded" if said.text("action") == "refund" else "canceled")


# ── small ones ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _client(request: GatewayRequest) -> Client:
    return Client(credentials_of(request.account_id))


def _trade(request: GatewayRequest) -> str:
    """The merchant's number of the trade: the key under which the payment began."""
    return trade_of(request.first_key or request.key)


def _waiting(request: GatewayRequest, prompt: Prompt | None = None) -> GatewayResult:
    return GatewayResult(answer=Answer.WAITING, payment_reference=_trade(request), prompt=prompt)


def _declined(error: str) -> GatewayResult:
    return GatewayResult(answer=Answer.DECLINED, error=error)


def _unknown(error: str) -> GatewayResult:
    return GatewayResult(answer=Answer.UNKNOWN, error=error)
