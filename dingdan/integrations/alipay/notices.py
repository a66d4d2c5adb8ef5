"""What Alipay posts: a form whose parameters are signed as they were before they were escaped, in UTF-8 or GBK."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from urllib.parse import unquote_to_bytes

from dingdan.integrations.alipay.account import credentials_of
from dingdan.integrations.alipay.amounts import CURRENCY, fen, key_of, moment_of
from dingdan.integrations.alipay.client import Client
from dingdan.integrations.alipay.signing import is_signed
from dingdan.integrations.alipay.trades import CLOSED, PAID, means
from dingdan.ledgers.payments.ports import Answer, GatewayResult, Heard, NotGenuine, Notice, Post, Topic
from dingdan.masterdata.methods.queries import Credentials

TAKEN: Final = b"success"
"""What Alipay wants to read, exactly; anything else, and it sends the notice again for a day."""
TOLERANCE: Final = timedelta(minutes=5)

_ESCAPED: Final = re.compile(rb"(?:[A-Za-z0-9*._~=&+-]|%[0-9A-Fa-f]{2})*")
_CHARSETS: Final = {"utf-8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}
_UNSIGNED: Final = (b"sign", b"sign_type")


class Notices:
    """Understands what Alipay posts by itself."""

    def hear(self, post: Post) -> Heard:
        """What a genuine notice says: first its signature, then its time, then whose it is, then what it means."""
        account = credentials_of(post.account_id)
        parameters = _parameters(post.body)
        _check_signature(account, parameters)
        told = _decoded(parameters)
        _check_time(told, post)
        _check_merchant(told, account)
        return Heard(notices=tuple(_meant(told)), answer=TAKEN)


def _parameters(body: bytes) -> dict[bytes, bytes]:
    """The parameters, byte for byte as they were signed.

    Escapes are written with capitals throughout or with small letters throughout, as every program does: a body in which both
    occur was touched on its way.
    """
    if not _ESCAPED.fullmatch(body):
        raise NotGenuine(why="the body is not a form")
    escapes = b"".join(re.findall(rb"%(..)", body))
    if escapes.upper() != escapes != escapes.lower():
        raise NotGenuine(why="the body was rewritten")
    parted = [part.replace(b"+", b" ").partition(b"=") for part in body.split(b"&")]
    found = {unquote_to_bytes(name): unquote_to_bytes(text) for name, _mark, text in parted}
    if len(found) != len(parted):
        raise NotGenuine(why="a parameter is there twice")
    return found


def _check_signature(account: Credentials, parameters: dict[bytes, bytes]) -> None:
    if parameters.get(b"sign_type") != b"RSA2":
        raise NotGenuine(why="it is not signed by RSA2")
    written = b"&".join(name + b"=" + text for name, text in sorted(parameters.items()) if name not in _UNSIGNED)
    keys = Client(account).keys.of(parameters.get(b"alipay_cert_sn", b"").decode("ascii", "replace"))
    if not is_signed(keys, written, parameters.get(b"sign", b"").decode("ascii", "replace")):
        raise NotGenuine(why="the signature does not fit")


def _decoded(parameters: dict[bytes, bytes]) -> dict[str, str]:
    charset = _CHARSETS.get(parameters.get(b"charset", b"utf-8").decode("ascii", "replace").lower(), "")
    try:
        return {name.decode(charset): text.decode(charset) for name, text in parameters.items()}
    except (LookupError, UnicodeDecodeError):
        raise NotGenuine(why="its letters cannot be read") from None


def _check_time(told: dict[str, str], post: Post) -> None:
    try:
        is_fresh = abs(moment_of(told.get("notify_time", "")) - post.at) <= TOLERANCE
    except ValueError:
        is_fresh = False
    if not is_fresh:
        raise NotGenuine(why="its time is not now")


def _check_merchant(told: dict[str, str], account: Credentials) -> None:
    if told.get("app_id") != account.merchant:
        raise NotGenuine(why="it is for another app")
    if told.get("seller_id") not in (None, account.settings.get("seller_id")):
        raise NotGenuine(why="it is for another seller")
    if {told.get("trans_currency", CURRENCY), told.get("currency", CURRENCY)} != {CURRENCY}:
        raise NotGenuine(why="it is in another currency")


def _meant(told: dict[str, str]) -> list[Notice]:
    """One notice at most. What waits for the payer, or is about no trade, tells nothing."""
    state = told.get("trade_status", "")
    if told.get("notify_type") != "trade_status_sync" or not told.get("notify_id"):
        return []
    if told.get("refund_fee") and told.get("gmt_refund"):
        return [_refund(told)]
    if state in PAID:
        return [_payment(told)]
    if state == CLOSED and not told.get("gmt_payment"):
        return [_noticed(told, Topic.CAPTURE, told.get("out_trade_no", ""), GatewayResult(answer=Answer.DECLINED, error=CLOSED))]
    return []


def _payment(told: dict[str, str]) -> Notice:
    if "seller_id" not in told or not told.get("trade_no"):
        raise NotGenuine(why="it does not say whose money it is")
    result = GatewayResult(
        answer=Answer.DONE,
        amount=_amount(told, "total_amount"),
        currency=CURRENCY,
        reference=told["trade_no"],
        payment_reference=told.get("out_trade_no", ""),
        means=means(told.get("fund_bill_list")),
    )
    return _noticed(told, Topic.CAPTURE, told.get("out_trade_no", ""), result)


def _refund(told: dict[str, str]) -> Notice:
    """A refund under the merchant's number of it. `refund_fee` is all that the trade gave back so far, so no amount is told."""
    number = told.get("out_biz_no", "")
    if _amount(told, "refund_fee") > _amount(told, "total_amount"):
        raise NotGenuine(why="more went back than came")
    return _noticed(told, Topic.REFUND, number, GatewayResult(answer=Answer.DONE, reference=number or told.get("trade_no", "")))


def _noticed(told: dict[str, str], topic: Topic, number: str, result: GatewayResult) -> Notice:
    """A number that is not one of our keys is told as it is: nobody will know it, and it is kept for people."""
    return Notice(id=told["notify_id"], topic=topic, result=result, key=key_of(number) or number, merchant=told["app_id"])


def _amount(told: dict[str, str], name: str) -> int:
    try:
        return fen(told.get(name, ""))
    except ValueError:
        raise NotGenuine(why=f"its {name} is no amount") from None
