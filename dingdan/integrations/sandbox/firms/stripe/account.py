"""The merchant's account at Stripe: its objects, and the errors by which it refuses."""

from __future__ import annotations

from typing import Any, Final

from dingdan.integrations.sandbox.firms.keys import word
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

API_VERSION: Final = "2025-09-30.clover"
PREFIXES: Final = {
    "payment_intent": "pi", "charge": "ch", "refund": "re", "dispute": "du", "customer": "cus", "payment_method": "pm",
    "setup_intent": "seti", "checkout.session": "cs_test", "balance_transaction": "txn", "payout": "po", "event": "evt",
    "webhook_endpoint": "we", "file": "file",
}  # fmt: skip


class StripeError(Exception):
    """What the API answers with instead: https://docs.stripe.com/api/errors."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error: Json = {"message": message, "type": kind, **more}


def invalid(message: str, *, param: str = "", code: str = "", status: int = 400) -> StripeError:
    """A request that cannot be done."""
    more = {name: text for name, text in (("param", param), ("code", code)) if text}
    return StripeError(status, "invalid_request_error", message, **more)


def missing(param: str) -> StripeError:
    """A parameter that is not there."""
    return invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")


def public(found: Any) -> Any:
    """An object as the merchant sees it: what begins with an underscore is the firm's own."""
    if isinstance(found, dict):
        return {name: public(value) for name, value in found.items() if not name.startswith("_")}
    return [public(one) for one in found] if isinstance(found, list) else found


class Account:
    """Objects by kind and id, each event written with what it tells of."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.request: Json = {"id": None, "idempotency_key": None}

    def now(self) -> int:
        """Seconds since 1970, by the firm's clock."""
        return int(self.world.clock.now())

    def make(self, kind: str, **fields: Any) -> Json:
        """A new object; it is kept once it is saved."""
        key = f"{PREFIXES[kind]}_{word(24)}"
        return {"id": key, "object": kind, "created": self.now(), "livemode": False, **fields}

    def save(self, found: Json, ref: str = "") -> Json:
        """Keep an object; `ref` is what it can be found by besides its id."""
        kind, on = f"stripe.{found['object']}", ref or _ref(found)
        return self.world.store.put(kind, found, ref=on, at=found["created"], wake=self._wake(found))

    def _wake(self, found: Json) -> float:
        """When something is to be done about an object."""
        if found["object"] == "checkout.session":
            return self.world.clock.theirs(found["expires_at"]) if found["status"] == "open" else found["_due"]
        if found["object"] == "payout":
            return float(found["arrival_date"] if found["status"] == "in_transit" else 0)
        return float(found.get("_due", 0))

    def find(self, kind: str, key: str, param: str = "id") -> Json:
        """The object of an id, or Stripe's refusal."""
        found = self.world.store.get(f"stripe.{kind}", key)
        if found is None:
            raise invalid(
                f"No such {kind.replace('_', ' ').replace('.', ' ')}: '{key}'", param=param, code="resource_missing", status=404
            )
        return found

    def all(self, kind: str, *, ref: str | None = None, since: float = 0, limit: int = 100_000) -> list[Json]:
        """All objects of a kind, the newest first; those of a time and after it."""
        return self.world.store.all(f"stripe.{kind}", ref=ref, since=since, limit=limit)

    def due(self, kind: str) -> list[Json]:
        """Objects of a kind about which something is to be done by now."""
        return self.world.store.due(f"stripe.{kind}", self.world.clock.now())

    def tell(self, topic: str, found: Json, previous: Json | None = None) -> None:
        """Write an event, and a notice to every endpoint that wants it."""
        data: Json = {"object": public(found)} | ({"previous_attributes": previous} if previous else {})
        wanted = [one for one in self.endpoints() if "*" in one["enabled_events"] or topic in one["enabled_events"]]
        event = self.make("event", api_version=API_VERSION, data=data, type=topic, request=dict(self.request))
        event["pending_webhooks"] = len(wanted)
        self.save(event)
        for endpoint in wanted:
            told = {"event": event["id"], "secret": endpoint["_secret"]}
            self.world.outbox.add("stripe", endpoint["url"], told, topic=topic, subject=str(found.get("id", "")))

    def endpoints(self) -> list[Json]:
        """Where events are sent: what was made by the API, and the address that the sandbox was told."""
        told = self.world.store.setting("stripe.webhook")
        made = [one for one in self.all("webhook_endpoint") if one["status"] == "enabled"]
        if told:
            made.append({"url": told["url"], "enabled_events": ["*"], "_secret": told.get("secret") or self.keys()["secret"]})
        return made

    def keys(self) -> Json:
        """The keys of the account, made when they are first asked for."""
        kept = self.world.store.setting("stripe.keys")
        if kept is None:
            kept = {"api": f"sk_test_{word(48)}", "public": f"pk_test_{word(48)}", "secret": f"whsec_{word(32)}"}
            self.world.store.set("stripe.keys", kept)
        return dict(kept)


def _ref(found: Json) -> str:
    """What an object hangs on: a charge on its intent, a refund on its charge, a card on its customer."""
    on = {"charge": "payment_intent", "refund": "charge", "dispute": "charge", "payment_method": "customer",
          "checkout.session": "payment_intent", "balance_transaction": "source"}  # fmt: skip
    return str(found.get(on.get(found["object"], ""), "") or "")
