"""Webhooks of PayPal: their endpoints, their events, and the signature that is also checked on request.

What is signed is `transmission id|time|webhook id|CRC-32 of the body as a decimal number`. PayPal's own library publishes a
message with its signature (PayPal-Python-SDK, test/unit_tests/notifications_test.py), but only the address of the certificate,
not the certificate itself: the tests take the text that is signed from there, and hold signatures against OpenSSL's.
"""

from __future__ import annotations

import json
import uuid
import zlib
from typing import Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.http import Answer
from dingdan.integrations.sandbox.firms.notices import Message, Note
from dingdan.integrations.sandbox.firms.paypal.account import Account, malformed, public
from dingdan.integrations.sandbox.firms.store import Json

# Up to 25 times over three days.
PAUSES: Final = (60, 300, 900, 3_600, 7_200, *(10_800,) * 20)


def signed_text(transmission: str, at: str, webhook: str, body: bytes) -> bytes:
    """What is signed."""
    return f"{transmission}|{at}|{webhook}|{zlib.crc32(body)}".encode()


def message(account: Account, note: Note) -> Message:
    """An event as it is sent, or as its fault has it."""
    told = public(account.find("event", note.body["event"]))
    webhook = note.body["webhook"]
    if note.fault == "notice_wrong_amount" and isinstance(told["resource"].get("amount"), dict):
        told["resource"]["amount"]["value"] = f"9{told['resource']['amount']['value']}"
    if note.fault == "notice_wrong_merchant":
        webhook = webhook[::-1]
    if note.fault == "notice_rotated_certificate":
        account.rotate()
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    signer = account.kept["signers"][-1]
    at = iso(account.world.clock.real() - (86_400 if note.fault == "notice_old_timestamp" else 0))
    transmission = str(uuid.uuid4())
    signature = keys.sign(signer["key"], signed_text(transmission, at, webhook, body))
    if note.fault == "notice_bad_signature":
        signature = keys.spoiled(signature)
    return Message(
        {
            "Content-Type": "application/json", "PAYPAL-TRANSMISSION-ID": transmission, "PAYPAL-TRANSMISSION-TIME": at,
            "PAYPAL-TRANSMISSION-SIG": signature, "PAYPAL-AUTH-ALGO": "SHA256withRSA", "User-Agent": "PayPal/AUHD-1.0-1",
            "PAYPAL-CERT-URL": f"{account.world.address}/paypal/v1/notifications/certs/{signer['id']}",
        }, body,
    )  # fmt: skip


def certificate(account: Account, key: str) -> Answer:
    """`GET /v1/notifications/certs/:id`, for anybody."""
    for one in ({"id": "root", **account.kept["root"]}, *account.kept["signers"]):
        if one["id"] == key:
            return Answer(200, one["certificate"].encode(), {"Content-Type": "application/x-pem-file"})
    return Answer(404)


def verify(account: Account, told: Json, raw: bytes) -> Json:
    """`POST /v1/notifications/verify-webhook-signature`."""
    for name in (
        "auth_algo",
        "cert_url",
        "transmission_id",
        "transmission_sig",
        "transmission_time",
        "webhook_id",
        "webhook_event",
    ):
        if not told.get(name):
            raise malformed(f"/{name}", "MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing.")
    signer = next((one for one in account.kept["signers"] if str(told["cert_url"]).endswith(f"/{one['id']}")), None)
    known = {one["id"] for one in account.webhooks()}
    compact = json.dumps(told["webhook_event"], ensure_ascii=False, separators=(",", ":")).encode()
    fits = signer is not None and told["webhook_id"] in known and any(
        keys.is_signed(
            signer["certificate"],
            signed_text(told["transmission_id"], told["transmission_time"], told["webhook_id"], body),
            told["transmission_sig"],
        )
        for body in (_event_as_sent(raw), compact)
    )  # fmt: skip
    return {"verification_status": "SUCCESS" if fits else "FAILURE"}


def _event_as_sent(raw: bytes) -> bytes:
    """The very text of `webhook_event` in a request."""
    text = raw.decode("utf-8", "replace")
    _, _, rest = text.partition('"webhook_event"')
    begin = rest.partition(":")[2].lstrip()
    try:
        _, end = json.JSONDecoder().raw_decode(begin)
    except ValueError:
        return b""
    return begin[:end].encode()


def create(account: Account, told: Json) -> Json:
    """`POST /v1/notifications/webhooks`."""
    if not told.get("url") or not told.get("event_types"):
        raise malformed("/url", "MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing.")
    key = account.new_id()
    types = [{"name": one["name"], "description": "", "status": "ENABLED"} for one in told["event_types"]]
    links = [account.link(f"/v1/notifications/webhooks/{key}", "self")]
    return account.save("webhook", {"id": key, "url": told["url"], "event_types": types, "links": links})


def resend(account: Account, _told: Json, key: str) -> Json:
    """`POST /v1/notifications/webhooks-events/:id/resend`."""
    event = account.find("event", key)
    for hook in account.webhooks():
        told = {"event": key, "webhook": hook["id"]}
        account.world.outbox.add("paypal", hook["url"], told, topic=event["event_type"], subject=str(event["resource"]["id"]))
    return event
