"""Sending notices to browsers that asked for them at the page of an order (web push).

A push service keeps no keys, so what it did not answer may have arrived. It is tried again all the same: every try of a notice
has the same tag, under which a browser shows one message and replaces the one before without a sound.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from dingdan.automation.models import Notice
from dingdan.automation.sending import NotDelivered, call_of, mail_domain, record_failure, tell_wording
from dingdan.automation.short_texts import told_by
from dingdan.integrations.push import sandbox
from dingdan.integrations.push.encrypting import encrypted
from dingdan.integrations.push.identifying import SEED, authorization, bytes_of, key_from, public_text, text_of
from dingdan.integrations.webhooks.client import Answer, Client
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.kernel import clock
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.lasting import lasting
from dingdan.kernel.sealing import derived
from dingdan.masterdata.messengers.ports import Message, Outcome
from dingdan.trade.orders.commands import drop_devices
from dingdan.trade.orders.models import Device
from dingdan.trade.orders.queries import devices_of

TRIES: Final = 8
"""Until about three hours have passed: nobody wants yesterday's message."""
LASTS: Final = 86_400
"""Seconds for which a push service keeps a message for a browser that is not there."""
GONE: Final = (404, 410)
BUSY: Final = 429
PUSHER: Final = Actor("system", "pusher", frozenset({"orders.drop_devices"}))
_HERE: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_FOR_GOOD: Final = (Fault.NOT_ALLOWED, Fault.REDIRECTED)
"""Faults that are the same the next time."""


class Tried(NamedTuple):
    """What became of a try, None where the browser is gone or listens to a key we have no more; why, and when to come again."""

    outcome: Outcome | None
    error: str = ""
    wait: timedelta = timedelta()


def public_key() -> str:
    """The key of the shop in scope that browsers listen to (base64url)."""
    return public_text(_keys()[0])


def send_pushed(notice: Notice) -> None:
    """Hand a notice to the push service of each browser that wants it, and remember what came of it.

    It is sent once one service took it. Browsers that are gone are dropped; where none is left, the notice is put away.
    """
    from dingdan.automation import commands  # they defer the job that comes here

    told, devices = told_by(notice), devices_of(notice.order_id) if notice.order_id else []
    outcomes: dict[Outcome, Tried] = {}
    gone = []
    body = payload_of(told.message) if told else b""
    for device in devices if told else []:
        tried = _sent(device, notice.id, body)
        if tried.outcome is None:
            gone.append(device.id)
        else:
            outcomes.setdefault(tried.outcome, tried)
    if told and devices:
        tell_wording(told, call_of(notice, "wording"))
    if gone and notice.order_id:
        call = Call(tenant_id=notice.tenant_id, actor=PUSHER, key=call_of(notice, f"gone:{gone[0]}").key)
        drop_devices(call, order_id=notice.order_id, device_ids=tuple(gone))
    if Outcome.LATER in outcomes and notice.attempts < TRIES:
        busy = outcomes[Outcome.LATER]
        record_failure(notice, busy.error, given_up=False)
        raise NotDelivered(f"notice {notice.id}: {busy.error}", busy.wait)
    if Outcome.ACCEPTED in outcomes:
        commands.record_notice_sent(call_of(notice, "sent"), notice_id=notice.id)
    elif outcomes:
        record_failure(notice, next(iter(outcomes.values())).error, given_up=True)
    else:
        commands.skip_notice(call_of(notice, "skipped"), notice_id=notice.id)


def tried_on_devices(devices: Sequence[Device], message: Message) -> str:
    """Send a message to browsers for trial; why none of them got it, empty where one did."""
    found = [_sent(device, UUID(message.key), payload_of(message)) for device in devices]
    return "" if any(one.outcome == Outcome.ACCEPTED for one in found) else next((one.error for one in found), "nobody")


def payload_of(message: Message) -> bytes:
    """What the browser is told: where the order stands, in a word or two and in a sentence, where it leads, and a tag."""
    told = {"title": message.status, "body": message.said, "url": message.url, "tag": message.key}
    return json.dumps(told, ensure_ascii=False).encode()


def _sent(device: Device, topic: UUID, body: bytes) -> Tried:
    """What became of it at one browser's service."""
    key = next((one for one in _keys() if public_text(one) == device.server_key), None)
    if key is None:
        return Tried(None, "key")
    answer = asked(device.endpoint, headers_of(device, topic, key, at=clock.now()), _sealed(device, body))
    if answer.fault is None:
        return Tried(Outcome.ACCEPTED)
    error = f"push {answer.status or answer.fault.value}"
    if answer.status in GONE:
        return Tried(None, error)
    is_final = answer.fault in _FOR_GOOD or (answer.status is not None and answer.status < 500 and answer.status != BUSY)
    return Tried(Outcome.REFUSED if is_final else Outcome.LATER, error, answer.retry_after or timedelta())


def headers_of(device: Device, topic: UUID, key: ec.EllipticCurvePrivateKey, *, at: datetime) -> Mapping[str, str]:
    """What a push service wants to know. Of several messages of one topic it keeps the last one (RFC 8030)."""
    parts = urlsplit(device.endpoint)
    signed = authorization(key, origin=f"https://{parts.hostname}", at=at, contact=f"mailto:postmaster@{mail_domain()}")
    return {
        "Authorization": signed, "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "TTL": str(LASTS),
        "Urgency": "normal", "Topic": text_of(topic.bytes),
    }  # fmt: skip


def _sealed(device: Device, body: bytes) -> bytes:
    return encrypted(body, p256dh=bytes_of(device.p256dh), auth=bytes_of(device.auth))


def asked(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """What a push service answered. Nothing is sent into private networks, wherever a name leads; but to a double of ours."""
    double = sandbox.address_of(url)
    client = _to_doubles() if double else _to_services()
    return client.post(double or url, headers=headers, body=body)


@lasting
def _to_services() -> Client:
    return Client()


@lasting
def _to_doubles() -> Client:
    return Client(_HERE)


def _keys() -> list[ec.EllipticCurvePrivateKey]:
    """The keys of the shop in scope, the one of today first: they follow from the server's secrets."""
    return [key_from(seed) for seed in derived("web push", SEED)]
