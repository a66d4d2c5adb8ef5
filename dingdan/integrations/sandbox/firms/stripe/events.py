"""Events, endpoints, and the signature of a webhook (https://docs.stripe.com/webhooks/signature).

Stripe publishes the scheme and no vector: `v1` is HMAC-SHA256 over `timestamp.body` under the endpoint's secret. The tests hold
it against OpenSSL's own HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Final

from dingdan.integrations.sandbox.firms.keys import word
from dingdan.integrations.sandbox.firms.notices import Message, Note
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import forms
from dingdan.integrations.sandbox.firms.stripe.account import API_VERSION, Account, missing, public

# Growing pauses over three days.
PAUSES: Final = (30, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 43_200, 43_200, 43_200)
_OLD: Final = 3_600


def signature(secret: str, at: int, body: bytes) -> str:
    """The header `Stripe-Signature` for a body."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def message(account: Account, note: Note) -> Message:
    """An event as it is sent, or as its fault has it."""
    event = account.find("event", note.body["event"])
    told = public(event)
    thing = told["data"]["object"]
    if note.fault == "notice_wrong_amount" and isinstance(thing.get("amount"), int):
        thing["amount"] += 1
        thing |= {
            name: thing[name] + 1 for name in ("amount_received", "amount_capturable", "amount_captured") if thing.get(name)
        }
    secret = word(32) if note.fault == "notice_wrong_merchant" else note.body["secret"]
    body = json.dumps(told, indent=2, ensure_ascii=False).encode()
    at = int(account.world.clock.real()) - (_OLD if note.fault == "notice_old_timestamp" else 0)
    header = signature(secret, at, body)
    if note.fault == "notice_bad_signature":
        header = header[:-1] + ("0" if header[-1] != "0" else "1")
    return Message(
        {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header,
         "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}, body,
    )  # fmt: skip


def events(account: Account, params: Json) -> Json:
    """`GET /v1/events`: by type, types, time, and whether they were delivered."""
    found = account.all("event", since=forms.since(params))
    if params.get("type"):
        wanted = str(params["type"])
        start = wanted.removesuffix("*")
        found = [one for one in found if one["type"] == wanted or (wanted.endswith("*") and one["type"].startswith(start))]
    if params.get("types"):
        found = [one for one in found if one["type"] in params["types"]]
    waiting = _undelivered(account)
    found = [one | {"pending_webhooks": waiting.get(one["id"], 0)} for one in found]
    if "delivery_success" in params:
        wants = forms.flag(params, "delivery_success")
        found = [one for one in found if (one["pending_webhooks"] == 0) == wants]
    return forms.listed(account, found, params, "/v1/events")


def _undelivered(account: Account) -> dict[str, int]:
    rows = account.world.store.execute("SELECT body FROM note WHERE firm = 'stripe' AND state != 'sent'")
    counted: dict[str, int] = {}
    for (body,) in rows:
        key = json.loads(body)["event"]
        counted[key] = counted.get(key, 0) + 1
    return counted


def event(account: Account, params: Json, key: str) -> Json:
    """`GET /v1/events/:id`."""
    found = account.find("event", key)
    return forms.expanded(account, found | {"pending_webhooks": _undelivered(account).get(key, 0)}, params)


def create_endpoint(account: Account, params: Json) -> Json:
    """`POST /v1/webhook_endpoints`: the secret is told this once."""
    for name in ("url", "enabled_events"):
        if not params.get(name):
            raise missing(name)
    made = account.make(
        "webhook_endpoint", api_version=params.get("api_version") or API_VERSION, application=None, url=params["url"],
        description=params.get("description"), enabled_events=list(params["enabled_events"]),
        metadata=params.get("metadata") or {}, status="enabled", _secret=f"whsec_{word(32)}",
    )  # fmt: skip
    told: Json = public(account.save(made)) | {"secret": made["_secret"]}
    return told


def update_endpoint(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/webhook_endpoints/:id`."""
    found = account.find("webhook_endpoint", key)
    found |= {name: params[name] for name in ("url", "enabled_events", "description", "metadata") if name in params}
    if "disabled" in params:
        found["status"] = "disabled" if forms.flag(params, "disabled") else "enabled"
    return forms.expanded(account, account.save(found), params)


def delete_endpoint(account: Account, _params: Json, key: str) -> Json:
    """`DELETE /v1/webhook_endpoints/:id`."""
    account.save(account.find("webhook_endpoint", key) | {"status": "deleted"})
    return {"id": key, "object": "webhook_endpoint", "deleted": True}
