"""What PayPal tells by itself. That a payer has approved is none of it: the money does not move before we ask for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.paypal import reading, signing
from dingdan.integrations.paypal.amounts import read
from dingdan.ledgers.payments.ports import Answer, GatewayResult, Heard, NotGenuine, Notice, Post, Topic
from dingdan.masterdata.methods.queries import Credentials, credentials

Json = Mapping[str, Any]


class PayPalHearing:
    """Understands PayPal's events."""

    def hear(self, post: Post) -> Heard:
        """What a genuine event says; `NotGenuine` where signature, time or webhook are wrong."""
        account = credentials(post.account_id)
        if account is None or account.gateway != "paypal":
            raise NotGenuine(why=_("it is for an account that is not here"))
        signing.check(post, account)
        event = _read(post.body)
        tell = _TOLD.get(str(event.get("event_type")))
        notice = tell(event, event["resource"], account) if tell else None
        return Heard(notices=(notice,) if notice else (), answer=b"ok")


def _read(body: bytes) -> Json:
    try:
        event = json.loads(body)
        is_event = isinstance(event["id"], str) and isinstance(event["resource"], dict)
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise NotGenuine(why=_("it is no event of PayPal's")) from wrong
    if not is_event:
        raise NotGenuine(why=_("it is no event of PayPal's"))
    return dict(event)


def _merchant(found: Json, account: Credentials) -> str:
    payee = found.get("payee")
    return str(payee.get("merchant_id") or account.merchant) if isinstance(payee, dict) else account.merchant


def _order_of(found: Json) -> str:
    """The order that a hold or a capture belongs to."""
    related = (found.get("supplementary_data") or {}).get("related_ids") or {}
    if related.get("order_id"):
        return str(related["order_id"])
    ups = [str(one.get("href", "")) for one in found.get("links") or () if isinstance(one, dict) and one.get("rel") == "up"]
    return next((one.rpartition("/")[2] for one in ups if "/checkout/orders/" in one), "")


def _key(text: object) -> str:
    """Our key; empty for what others wrote there, and for a part of a refund, which is not the whole of it."""
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""


def _told(event: Json, topic: Topic, key: str, result: GatewayResult, merchant: str) -> Notice | None:
    if not key:
        return None
    return Notice(id=str(event["id"]), topic=topic, key=key, result=result, merchant=merchant)


def _of_payment(topic: Topic, name: str) -> Callable[[Json, Json, Credentials], Notice | None]:
    def tell(event: Json, found: Json, account: Credentials) -> Notice | None:
        result = reading.of_payment({"id": _order_of(found)}, found)
        return _told(event, topic, _key(found.get(name)), result, _merchant(found, account))

    return tell


def _of_void(event: Json, found: Json, account: Credentials) -> Notice | None:
    """What was held is let go: by us, by people on PayPal's pages, or because its time was over."""
    result = GatewayResult(answer=Answer.DONE, reference=str(found.get("id", "")), payment_reference=_order_of(found))
    if not _key(found.get("custom_id")):
        return None
    return Notice(id=str(event["id"]), topic=Topic.VOID, result=result, merchant=_merchant(found, account))


def _of_refund(event: Json, found: Json, account: Credentials) -> Notice | None:
    """A refund is through, or came back. One that was made on PayPal's pages is none of our attempts: bills tell of it."""
    money, status = read(found.get("amount")), str(found.get("status"))
    if status in ("FAILED", "CANCELLED"):
        result = GatewayResult(answer=Answer.DECLINED, error="refund_failed")
    elif status == "COMPLETED" and money is not None:
        result = GatewayResult(answer=Answer.DONE, amount=money[0], currency=money[1], reference=str(found.get("id", "")))
    else:
        return None
    return _told(event, Topic.REFUND, _key(found.get("custom_id")), result, _merchant(found, account))


def _of_dispute(event: Json, found: Json, account: Credentials) -> Notice | None:
    """A payer asks for their money back. PayPal names the capture by its own id and by what we wrote on it as invoice."""
    topic = _outcome(found) if event["event_type"] == "CUSTOMER.DISPUTE.RESOLVED" else Topic.DISPUTE_OPENED
    money, name = read(found.get("dispute_amount")), str(found.get("dispute_id", ""))
    disputed = next((one for one in found.get("disputed_transactions") or () if isinstance(one, dict)), {})
    if topic is None or money is None or not name:
        return None
    result = GatewayResult(
        answer=Answer.DONE, amount=money[0], currency=money[1], reference=name, error=str(found.get("reason", "")).lower()[:64]
    )  # fmt: skip
    return Notice(
        id=f"{name}:{topic}", topic=topic, key=_key(disputed.get("invoice_number")), result=result, merchant=account.merchant,
        answer_by=_time(found.get("seller_response_due_date")),
    )  # fmt: skip


def _outcome(found: Json) -> Topic | None:
    code = (found.get("dispute_outcome") or {}).get("outcome_code")
    won = {"RESOLVED_SELLER_FAVOUR", "CANCELED_BY_BUYER", "DENIED", "RESOLVED_WITH_PAYOUT"}
    lost = {"RESOLVED_BUYER_FAVOUR", "ACCEPTED"}
    return Topic.DISPUTE_WON if code in won else Topic.DISPUTE_LOST if code in lost else None


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


_TOLD: Final[dict[str, Callable[[Json, Json, Credentials], Notice | None]]] = {
    "PAYMENT.AUTHORIZATION.CREATED": _of_payment(Topic.AUTHORIZE, "custom_id"),
    "PAYMENT.AUTHORIZATION.VOIDED": _of_void,
    "PAYMENT.CAPTURE.COMPLETED": _of_payment(Topic.CAPTURE, "invoice_id"),
    "PAYMENT.CAPTURE.DECLINED": _of_payment(Topic.CAPTURE, "invoice_id"),
    "PAYMENT.CAPTURE.DENIED": _of_payment(Topic.CAPTURE, "invoice_id"),
    "PAYMENT.CAPTURE.REFUNDED": _of_refund,
    "PAYMENT.REFUND.FAILED": _of_refund,
    "CUSTOMER.DISPUTE.CREATED": _of_dispute,
    "CUSTOMER.DISPUTE.RESOLVED": _of_dispute,
}
"""The kinds of events that mean something to us: the webhook at PayPal is asked for these (docs/payments/paypal.md)."""
