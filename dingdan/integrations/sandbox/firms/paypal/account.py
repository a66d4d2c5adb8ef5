"""The merchant's account at PayPal: its objects, its amounts, the errors by which it refuses, and the events it tells."""

from __future__ import annotations

import re
from typing import Any, Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

WHOLE: Final = ("HUF", "JPY", "TWD")
"""Currencies that PayPal takes without decimals."""
_ID: Final = "ABCDEFGHJKLMNPQRSTUVWXY0123456789"
_SENTENCES: Final = {
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "UNPROCESSABLE_ENTITY": "The requested action could not be performed, semantically incorrect, or failed business validation.",
}


class PayPalError(Exception):
    """What the API answers with instead: a name, and the issue behind it."""

    def __init__(self, status: int, name: str, issue: str, description: str, *, field: str = "") -> None:
        super().__init__(description)
        self.status = status
        detail = {"issue": issue, "description": description} | ({"field": field, "location": "body"} if field else {})
        self.told: Json = {
            "name": name, "message": _SENTENCES[name], "debug_id": keys.word(13, "0123456789abcdef"), "details": [detail],
            "links": [{"href": f"https://developer.paypal.com/api/rest/reference/orders/v2/errors/#{issue}",
                       "rel": "information_link", "method": "GET"}],
        }  # fmt: skip


def unfit(issue: str, description: str) -> PayPalError:
    """What cannot be done as things stand."""
    return PayPalError(422, "UNPROCESSABLE_ENTITY", issue, description)


def malformed(field: str, issue: str, description: str) -> PayPalError:
    """A body that cannot be meant."""
    return PayPalError(400, "INVALID_REQUEST", issue, description, field=field)


HOST: Final = "messageverificationcerts.sandbox.paypal.com"
"""In whose name notices are signed."""


def money(minor: int, currency: str) -> Json:
    """An amount as PayPal writes it; `minor` are the units of ISO 4217, so the dollar of Taiwan has a hundred of them."""
    text = f"{minor // 100}.{minor % 100:02d}" if minor >= 0 else f"-{-minor // 100}.{-minor % 100:02d}"
    if currency == "JPY":
        text = str(minor)
    elif currency in WHOLE:
        text = text.partition(".")[0]
    return {"currency_code": currency, "value": text}


def minor(told: Any, field: str) -> tuple[int, str]:
    """An amount that was sent, in the units of ISO 4217, and its currency."""
    if not isinstance(told, dict) or not told.get("currency_code") or not told.get("value"):
        raise malformed(field, "MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing.")
    currency, text = str(told["currency_code"]), str(told["value"])
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise unfit("CURRENCY_NOT_SUPPORTED", "Currency code is not supported.")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", text):
        raise malformed(field, "INVALID_PARAMETER_SYNTAX", "The value of a field does not conform to the expected format.")
    whole, _, rest = text.partition(".")
    if currency in WHOLE and rest.strip("0"):
        raise unfit("DECIMALS_NOT_SUPPORTED", "The currency does not support decimals.")
    return (int(whole) if currency == "JPY" else int(whole) * 100 + int(f"{rest}00"[:2])), currency


def fee(total: int) -> int:
    """3.49 % and 49 of the smallest units, rounded half up."""
    return (total * 349 + 5_000) // 10_000 + 49


class Account:
    """Objects by kind and id, and the events that tell of them."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def kept(self) -> Json:
        """The keys of merchant and firm, made when first asked for."""
        kept = self.world.store.setting("paypal.keys")
        if kept is None:
            root = _root()
            kept = {
                "root": root, "client_id": f"A{keys.word(79)}", "secret": f"E{keys.word(79)}", "merchant_id": keys.word(13, _ID),
                "webhook_id": keys.word(17, _ID), "signers": [_signer(root)],
            }  # fmt: skip
            self.world.store.set("paypal.keys", kept)
        if "root" not in kept:  # a sandbox of earlier days
            root = _root()
            kept |= {"root": root, "signers": [*kept["signers"], _signer(root)]}
            self.world.store.set("paypal.keys", kept)
        return dict(kept)

    def rotate(self) -> None:
        """Sign with a new certificate from now on; the old one stays to be fetched."""
        kept = self.kept
        kept["signers"] = [*kept["signers"], _signer(kept["root"])]
        self.world.store.set("paypal.keys", kept)

    def now(self) -> str:
        """The time, as PayPal writes it."""
        return iso(self.world.clock.now())

    def new_id(self) -> str:
        """Seventeen letters and digits."""
        return keys.word(17, _ID)

    def save(self, kind: str, found: Json, ref: str = "") -> Json:
        """Keep an object."""
        at = found.setdefault("_at", self.world.clock.now())
        is_held = kind == "authorization" and found["status"] == "CREATED"
        wake = found["_expires"] if is_held else found.get("_due", 0)
        return self.world.store.put(f"paypal.{kind}", found, ref=ref or found.get("_ref", ""), at=at, wake=wake)

    def find(self, kind: str, key: str) -> Json:
        """The object of an id, or PayPal's refusal."""
        found = self.world.store.get(f"paypal.{kind}", key)
        if found is None:
            raise PayPalError(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Specified resource ID does not exist.")
        return found

    def all(self, kind: str, ref: str | None = None, limit: int = 100_000) -> list[Json]:
        """All objects of a kind, the newest first."""
        return self.world.store.all(f"paypal.{kind}", ref=ref, limit=limit)

    def due(self, kind: str) -> list[Json]:
        """Objects of a kind about which something is to be done by now."""
        return self.world.store.due(f"paypal.{kind}", self.world.clock.now())

    def link(self, path: str, rel: str, method: str = "GET") -> Json:
        """A link as PayPal gives it."""
        return {"href": f"{self.world.address}/paypal{path}", "rel": rel, "method": method}

    def tell(self, topic: str, kind: str, resource: Json, summary: str) -> None:
        """Write an event, and a notice to every webhook that wants it."""
        event = {
            "id": f"WH-{keys.word(17, _ID)}-{keys.word(17, _ID)}", "event_version": "1.0", "create_time": self.now(),
            "resource_type": kind, "resource_version": "2.0", "event_type": topic, "summary": summary,
            "resource": public(resource), "links": [],
        }  # fmt: skip
        event["links"] = [self.link(f"/v1/notifications/webhooks-events/{event['id']}", "self")]
        self.save("event", event)
        for hook in self.webhooks():
            if {"*", topic} & {one["name"] for one in hook["event_types"]}:
                told = {"event": event["id"], "webhook": hook["id"]}
                self.world.outbox.add("paypal", hook["url"], told, topic=topic, subject=str(resource["id"]))

    def webhooks(self) -> list[Json]:
        """Where events are sent: what was made by the API, and the address that the sandbox was told."""
        told = self.world.store.setting("paypal.webhook")
        made = [one for one in self.all("webhook") if not one.get("_deleted")]
        if told:
            made.append({"id": self.kept["webhook_id"], "url": told["url"], "event_types": [{"name": "*"}]})
        return made


def public(found: Any) -> Any:
    """An object as the merchant sees it: what begins with an underscore is the firm's own."""
    if isinstance(found, dict):
        return {name: public(value) for name, value in found.items() if not name.startswith("_")}
    return [public(one) for one in found] if isinstance(found, list) else found


def _root() -> Json:
    key = keys.new_key()
    return {"key": key, "certificate": keys.authority(key, "Doubles Root CA")}


def _signer(root: Json) -> Json:
    key = keys.new_key()
    parts = "-".join(keys.word(8, "0123456789abcdef") for _ in range(3))
    return {
        "id": f"CERT-{parts}",
        "key": key,
        "certificate": keys.host_certificate(key, HOST, issuer=(root["key"], root["certificate"])),
    }
