"""How payers meet the firm: what each way sends, and what the payer is to do with what comes back."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from dingdan.integrations.wechatpay import signing
from dingdan.integrations.wechatpay.account import Account
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Checkout, GatewayRequest, Prompt
from dingdan.masterdata.methods.ports import Way

BEIJING: Final = timezone(timedelta(hours=8))
_AUTH_CODE: Final = re.compile(r"1[0-5][0-9]{16}", re.ASCII)
_DESCRIPTION: Final = 127


class Missing(Exception):
    """Something that the way cannot do without was not said; the code says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent to begin a payment, and how to read what comes back."""

    path: str
    body: Mapping[str, Any]
    prompt: Callable[[Mapping[str, Any]], Prompt | None]


def number(key: str) -> str:
    """Our key as the firm's numbers are: 32 characters at most."""
    return UUID(key).hex


def key_of(text: object) -> str:
    """Our key again; empty where a number is not one of ours."""
    try:
        return str(UUID(hex=text)) if isinstance(text, str) and len(text) == 32 else ""
    except ValueError:
        return ""


def order(account: Account, request: GatewayRequest) -> Order:
    """What to send for a first request. The same request makes the same order, however often. Raises `Missing`."""
    checkout = request.checkout
    if checkout is None or checkout.way not in _ORDERS:
        raise Missing("way")
    return _ORDERS[Way(checkout.way)](account, request, checkout)


def _body(app_id: str, account: Account, request: GatewayRequest, checkout: Checkout) -> dict[str, Any]:
    return {
        "appid": app_id,
        "mchid": account.mchid,
        "description": checkout.title[:_DESCRIPTION],
        "out_trade_no": number(request.key),
        "amount": {"total": request.amount, "currency": request.currency},
    }


def _online(app_id: str, account: Account, request: GatewayRequest, checkout: Checkout) -> dict[str, Any]:
    """An order whose payer is elsewhere: the firm tells by notice, and takes no money after its end."""
    body = _body(app_id, account, request, checkout) | {"notify_url": request.notify_url}
    if checkout.expires_at:
        body["time_expire"] = checkout.expires_at.astimezone(BEIJING).isoformat(timespec="seconds")
    return body


def _said(checkout: Checkout, name: str) -> str:
    if not checkout.details.get(name):
        raise Missing(name)
    return checkout.details[name]


def _in_app(account: Account, request: GatewayRequest, checkout: Checkout) -> Order:
    """On a page inside WeChat, or in a mini program: `openid` is the payer's name in the app that `app_id` says."""
    app_id = checkout.details.get("app_id") or account.app_id
    if app_id not in account.app_ids:
        raise Missing("app_id")
    body = _online(app_id, account, request, checkout) | {"payer": {"openid": _said(checkout, "openid")}}

    def parameters(told: Mapping[str, Any]) -> dict[str, str]:
        stamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={told['prepay_id']}"
        signed = signing.signature(account.private_key, app_id, stamp, nonce, package)
        return {
            "appId": app_id, "timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA", "paySign": signed,
        }  # fmt: skip

    return Order("/v3/pay/transactions/jsapi", body, lambda told: _prompt(PromptKind.PARAMETERS, parameters(told), checkout))


def _app(account: Account, request: GatewayRequest, checkout: Checkout) -> Order:
    """From an app of the shop's own."""
    app_id = account.mobile_app_id or account.app_id

    def parameters(told: Mapping[str, Any]) -> dict[str, str]:
        stamp, nonce, prepay_id = str(int(time.time())), secrets.token_hex(16), str(told["prepay_id"])
        signed = signing.signature(account.private_key, app_id, stamp, nonce, prepay_id)
        return {
            "appid": app_id, "partnerid": account.mchid, "prepayid": prepay_id, "package": "Sign=WXPay",
            "noncestr": nonce, "timestamp": stamp, "sign": signed,
        }  # fmt: skip

    body = _online(app_id, account, request, checkout)
    return Order("/v3/pay/transactions/app", body, lambda told: _prompt(PromptKind.PARAMETERS, parameters(told), checkout))


def _qr(account: Account, request: GatewayRequest, checkout: Checkout) -> Order:
    """A code on our screen."""
    body = _online(account.app_id, account, request, checkout)
    return Order("/v3/pay/transactions/native", body, lambda told: _prompt(PromptKind.QR, str(told["code_url"]), checkout))


def _wap(account: Account, request: GatewayRequest, checkout: Checkout) -> Order:
    """In a phone's browser, from which WeChat opens; it comes back to `return_url`."""
    scene = {"payer_client_ip": _said(checkout, "payer_ip"), "h5_info": {"type": "Wap"}}
    body = _online(account.app_id, account, request, checkout) | {"scene_info": scene}

    def address(told: Mapping[str, Any]) -> str:
        back = f"&redirect_url={quote(request.return_url, safe='')}" if request.return_url else ""
        return f"{told['h5_url']}{back}"

    return Order("/v3/pay/transactions/h5", body, lambda told: _prompt(PromptKind.REDIRECT, address(told), checkout))


def _scan(account: Account, request: GatewayRequest, checkout: Checkout) -> Order:
    """At the till, from the payer's screen. The firm answers at once, or waits for the payer's password; it sends no notice."""
    code = _said(checkout, "auth_code")
    if not _AUTH_CODE.fullmatch(code):
        raise Missing("auth_code")
    scene = {"store_info": {"out_id": checkout.details.get("store_id", "1")}}
    body = _body(account.app_id, account, request, checkout) | {"payer": {"auth_code": code}, "scene_info": scene}
    return Order("/v3/pay/transactions/codepay", body, lambda _told: None)


def _prompt(kind: PromptKind, content: str | Mapping[str, str], checkout: Checkout) -> Prompt:
    text = content if isinstance(content, str) else json.dumps(content)
    return Prompt(kind=kind, content=text, expires_at=checkout.expires_at)


_ORDERS: Final[Mapping[Way, Callable[[Account, GatewayRequest, Checkout], Order]]] = {
    Way.IN_APP: _in_app,
    Way.APP: _app,
    Way.QR: _qr,
    Way.WAP: _wap,
    Way.SCAN: _scan,
}
