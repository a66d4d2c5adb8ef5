"""What the firm tells by itself: payments that came, refunds that arrived or did not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dingdan.integrations.wechatpay import certificates, signing, ways
from dingdan.integrations.wechatpay.account import Account, account_of
from dingdan.integrations.wechatpay.client import Client
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.integrations.wechatpay.gateway import refund_of, trade_of
from dingdan.ledgers.payments.ports import Answer, GatewayResult, Heard, NotGenuine, Notice, Post, Topic


class Notices:
    """Understands the notices of one firm."""

    def hear(self, post: Post) -> Heard:
        """What a genuine notice says; of other kinds than payments and refunds nothing. Refuses `NotGenuine`.

        The firm reads the status alone: 200 with an empty body thanks for it, anything else has it sent again.
        """
        account = account_of(post.account_id)
        told, opened = _genuine(account, post)
        read = _READERS.get(str(told.get("event_type")).partition(".")[0])
        return Heard(notices=() if read is None else (read(account, told, opened),), content_type="application/json")


def _genuine(account: Account, post: Post) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The notice, and what was sealed in it, if the firm has signed it in these minutes."""
    serial = post.headers.get("wechatpay-serial", "")
    try:
        key = certificates.key_of(Client(account), serial) if serial else None
    except Silence:
        key = None
    if key is None:
        raise NotGenuine(why="it is signed by a certificate that is not known here")
    try:
        signing.check(key, post.headers, post.body, at=post.at.timestamp())
        told = _object(post.body)
        sealed = told.get("resource")
        opened = signing.opened(account.api_key, sealed if isinstance(sealed, dict) else {})
    except signing.NotSigned as error:
        raise NotGenuine(why=error) from None
    return told, _object(opened)


def _object(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NotGenuine(why="it cannot be read")
    return told


def _payment(account: Account, told: Mapping[str, Any], opened: Mapping[str, Any]) -> Notice:
    if opened.get("mchid") != account.mchid or opened.get("appid") not in account.app_ids:
        raise NotGenuine(why="it is about another merchant or another app")
    return _notice(account, told, Topic.CAPTURE, trade_of(opened), ways.key_of(opened.get("out_trade_no")))


def _refund(account: Account, told: Mapping[str, Any], opened: Mapping[str, Any]) -> Notice:
    if opened.get("mchid") != account.mchid:
        raise NotGenuine(why="it is about another merchant")
    result = refund_of(opened, str(opened.get("refund_status")))
    return _notice(account, told, Topic.REFUND, result, ways.key_of(opened.get("out_refund_no")))


_READERS: Final = {"TRANSACTION": _payment, "REFUND": _refund}


def _notice(account: Account, told: Mapping[str, Any], topic: Topic, result: GatewayResult, key: str) -> Notice:
    """A notice. What moved without us, at another till or by hand at the firm, must not pass for what we asked."""
    if result.answer not in (Answer.DONE, Answer.DECLINED) and not result.reference:
        raise NotGenuine(why="it cannot be read")
    result = result if key else replace(result, payment_reference="")
    return Notice(id=str(told.get("id"))[:64], topic=topic, result=result, key=key, merchant=account.mchid)
