"""Stripe as the server knows it: who asks, which of its answers is meant, and the same answer for the same key."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from dingdan.integrations.sandbox.firms.http import Answer, Request, as_json
from dingdan.integrations.sandbox.firms.keys import word
from dingdan.integrations.sandbox.firms.notices import Mail
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import cards, charges, checkout, events, forms, intents, money
from dingdan.integrations.sandbox.firms.stripe.account import API_VERSION, Account, StripeError, public
from dingdan.integrations.sandbox.firms.world import Row, World

KEY_SECONDS: Final = 86_400
Work = Callable[..., Json]
_TESTED: Final = ("processing", "requires_action", "requires_confirmation", "requires_payment_method")


def _read(kind: str) -> Work:
    def retrieve(account: Account, params: Json, key: str) -> Json:
        found = account.find(kind, key)
        if found.get("_deleted"):
            return {"id": key, "object": kind, "deleted": True}
        return forms.expanded(account, found, params)

    return retrieve


def _list(kind: str, url: str, *names: str) -> Work:
    def listing(account: Account, params: Json) -> Json:
        found = [one for one in account.all(kind) if all(params.get(name) in (None, one.get(name)) for name in names)]
        return forms.listed(account, [one for one in found if not one.get("_deleted")], params, url)

    return listing


# Verb and path to what answers it. `*` is an id, handed over by position.
ROUTES: Final[dict[str, Work]] = {
    "POST payment_intents": intents.create,
    "GET payment_intents": _list("payment_intent", "/v1/payment_intents", "customer"),
    "GET payment_intents/*": _read("payment_intent"),
    "POST payment_intents/*": intents.update,
    "POST payment_intents/*/confirm": intents.confirm,
    "POST payment_intents/*/capture": intents.capture,
    "POST payment_intents/*/cancel": intents.cancel,
    "POST checkout/sessions": checkout.create,
    "GET checkout/sessions": checkout.sessions,
    "GET checkout/sessions/*": _read("checkout.session"),
    "GET checkout/sessions/*/line_items": checkout.lines,
    "POST checkout/sessions/*/expire": checkout.expire,
    "POST setup_intents": cards.create_setup,
    "GET setup_intents/*": _read("setup_intent"),
    "POST setup_intents/*/confirm": cards.confirm_setup,
    "POST customers": cards.create_customer,
    "GET customers": _list("customer", "/v1/customers", "email"),
    "GET customers/search": cards.search_customers,
    "GET customers/*": _read("customer"),
    "POST customers/*": cards.update_customer,
    "DELETE customers/*": cards.delete_customer,
    "GET customers/*/payment_methods": cards.methods,
    "POST payment_methods": cards.create_method,
    "GET payment_methods": cards.methods,
    "GET payment_methods/*": _read("payment_method"),
    "POST payment_methods/*/attach": cards.attach,
    "POST payment_methods/*/detach": cards.detach,
    "GET charges": _list("charge", "/v1/charges", "payment_intent", "customer"),
    "GET charges/*": _read("charge"),
    "POST refunds": charges.refund,
    "GET refunds": _list("refund", "/v1/refunds", "payment_intent", "charge"),
    "GET refunds/*": _read("refund"),
    "POST refunds/*": charges.update_refund,
    "GET disputes": _list("dispute", "/v1/disputes", "payment_intent", "charge"),
    "GET disputes/*": _read("dispute"),
    "POST disputes/*": charges.answer_dispute,
    "POST disputes/*/close": charges.close_dispute,
    "POST files": charges.keep_file,
    "GET files/*": _read("file"),
    "GET balance": lambda account, _params: money.balance(account),
    "GET balance_transactions": money.transactions,
    "GET balance_transactions/*": money.retrieve,
    "POST payouts": money.create_payout,
    "GET payouts": _list("payout", "/v1/payouts", "status"),
    "GET payouts/*": _read("payout"),
    "GET events": events.events,
    "GET events/*": events.event,
    "POST webhook_endpoints": events.create_endpoint,
    "GET webhook_endpoints": _list("webhook_endpoint", "/v1/webhook_endpoints"),
    "GET webhook_endpoints/*": _read("webhook_endpoint"),
    "POST webhook_endpoints/*": events.update_endpoint,
    "DELETE webhook_endpoints/*": events.delete_endpoint,
}
ROOTS: Final = frozenset(route.partition(" ")[2].partition("/")[0] for route in ROUTES)
_PATTERNS: Final = [
    (route.partition(" ")[0], re.compile(route.partition(" ")[2].replace("*", "([A-Za-z0-9_]+)")), work)
    for route, work in ROUTES.items()
]


class Stripe:
    """The double of Stripe."""

    name = "stripe"

    def __init__(self, world: World) -> None:
        self.account = Account(world)
        self._world = world
        taken = lambda status, _body: 200 <= status < 300  # noqa: E731
        self.mail = Mail(partial(events.message, self.account), taken, events.PAUSES)

    # ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def knows(self, path: str) -> bool:
        parts = path.split("/")
        return len(parts) > 2 and parts[1] == "v1" and parts[2] in ROOTS

    def answer(self, request: Request) -> Answer:
        sent = request.headers.get("idempotency-key", "")
        called: Json = {"id": f"req_{word(14)}", "idempotency_key": sent or None}
        self.account.request = called
        try:
            self._require_key(request)
            if request.method == "POST" and sent:
                return self._once(request, sent, called)
            return self._answered(200, self._work(request), called)
        except StripeError as refused:
            return self._answered(refused.status, {"error": public(refused.error)}, called)

    def _require_key(self, request: Request) -> None:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                given = b64decode(given).decode().partition(":")[0]
            except (NotBase64, UnicodeDecodeError):
                given = ""
        if given != self.account.keys()["api"]:
            shown = f"Invalid API Key provided: {given[:8]}****" if given else "You did not provide an API key."
            raise StripeError(401, "invalid_request_error", shown)

    def _work(self, request: Request) -> Json:
        path = request.path.removeprefix("/v1/").strip("/")
        text = request.body.decode("utf-8", "replace") if request.method == "POST" else urlsplit(request.whole).query
        for verb, pattern, work in _PATTERNS:
            found = pattern.fullmatch(path)
            if found and verb == request.method:
                sent = forms.parts(request) if forms.has_parts(request) else forms.read(text)
                told: Json = work(self.account, sent, *found.groups())
                return told
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        raise StripeError(404, "invalid_request_error", message)

    def _once(self, request: Request, sent: str, called: Json) -> Answer:
        """The same key gives the same answer for a day; other parameters under it are refused."""
        mark = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
        before = self._world.store.get("stripe.key", sent)
        if before is not None and before["at"] > self.account.now() - KEY_SECONDS:
            if before["mark"] != mark:
                message = ("Keys for idempotent requests can only be used with the same parameters they were first used with. "
                           f"Try using a key other than '{sent}' if you meant to execute a different request.")  # fmt: skip
                raise StripeError(400, "idempotency_error", message)
            replayed = self._answered(before["status"], before["told"], called)
            replayed.headers |= {"Idempotent-Replayed": "true", "Original-Request": before["request"]}
            return replayed
        try:
            status, told = 200, self._work(request)
        except StripeError as refused:
            if refused.error.get("code", "").startswith("parameter_") or refused.status == 404:
                raise  # refused before anything was done: the key stays free
            status, told = refused.status, {"error": public(refused.error)}
        kept = {"id": sent, "mark": mark, "status": status, "told": told, "at": self.account.now(), "request": called["id"]}
        self._world.store.put("stripe.key", kept)
        return self._answered(status, told, called)

    def _answered(self, status: int, told: Json, called: Json) -> Answer:
        answer = as_json(told, status, Request_Id=called["id"], Stripe_Version=API_VERSION)
        if called["idempotency_key"]:
            answer.headers["Idempotency-Key"] = called["idempotency_key"]
        if status in (402, 409, 429, 500):
            answer.headers["Stripe-Should-Retry"] = "true" if status in (409, 429, 500) else "false"
        return answer

    def refuse(self, status: int) -> Answer:
        kind, code = ("invalid_request_error", "rate_limit") if status == 429 else ("api_error", "")
        error = {"message": "Request rate limit exceeded." if status == 429 else "An unknown error occurred", "type": kind}
        return self._answered(status, {"error": error | ({"code": code} if code else {})}, {"id": f"req_{word(14)}",
                                                                                            "idempotency_key": None})  # fmt: skip

    def spoil(self, answer: Answer) -> Answer:
        return answer  # Stripe signs no answers

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, request: Request) -> Answer | None:
        self.account.request = {"id": None, "idempotency_key": None}
        parts = request.path.strip("/").split("/")
        if len(parts) == 2 and parts[0] == "checkout":
            return checkout.page(self.account, request, parts[1])
        if len(parts) == 2 and parts[0] == "authenticate":
            return checkout.authenticate(self.account, request, parts[1])
        return None

    def act(self, payment: str, action: str) -> None:
        self.account.request = {"id": None, "idempotency_key": None}
        with self._world.store.transaction():
            if action == "pay_out":
                money.pay_out(self.account)
            elif payment.startswith("cs_"):
                self._act_on_session(self.account.find("checkout.session", payment), action)
            else:
                self._act_on_intent(self.account.find("payment_intent", payment), action)

    def _act_on_session(self, session: Json, action: str) -> None:
        if session["status"] != "open":
            return None  # its page leads back to the shop
        if action == "expire":
            return checkout.end(self.account, session)
        wish = {"decline": "generic_decline", "delay": "us_bank_account"}.get(action, action)
        try:
            checkout.choose(self.account, session, wish)
        except StripeError:
            return None  # declined, as was wished
        return None

    def _act_on_intent(self, intent: Json, action: str) -> None:
        account = self.account
        charge = account.find("charge", intent["latest_charge"]) if intent["latest_charge"] else None
        if action in ("approve", "decline") and intent["status"] == "requires_action":
            checkout.prove(account, intent, passed=action == "approve")
        elif action == "approve" and intent["status"] == "processing":
            intents.settle(account, intent, account.find("payment_method", intent["payment_method"]))
        elif action == "expire" and intent["status"] == "requires_capture":
            intents.close(account, intent, "automatic")
        elif charge is not None and action == "dispute":
            charges.dispute(account, charge)
        elif charge is not None and action in ("dispute_won", "dispute_lost"):
            for one in account.all("dispute", ref=charge["id"])[:1]:
                charges.end_dispute(account, one, action.removeprefix("dispute_"))
        elif charge is not None and action in ("refund_fails", "refund_succeeds"):
            for one in account.all("refund", ref=charge["id"])[:1]:
                charges.end_refund(account, one, fails=action == "refund_fails")

    def pass_time(self) -> None:
        self.account.request = {"id": None, "idempotency_key": None}
        intents.pass_time(self.account)
        charges.pass_time(self.account)
        checkout.pass_time(self.account)
        money.arrive(self.account)

    # ── books ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def credentials(self) -> Json:
        keys = self.account.keys()
        return {
            "api_base": f"{self._world.address}/stripe", "secret_key": keys["api"], "publishable_key": keys["public"],
            "webhook_secret": (self._world.store.setting("stripe.webhook") or {}).get("secret") or keys["secret"],
        }  # fmt: skip

    def rotate(self) -> None:
        self._world.store.set("stripe.keys", self.account.keys() | {"secret": f"whsec_{word(32)}"})

    def ledger(self, limit: int = 100_000) -> list[Row]:
        sessions = [one for one in self.account.all("checkout.session", limit=limit) if one["status"] == "open"]
        payments = self.account.all("payment_intent", limit=limit)
        return [self._session_row(one) for one in sessions] + [self._row(one) for one in payments]

    def _session_row(self, session: Json) -> Row:
        return Row(
            "stripe", session["id"], str(session["client_reference_id"] or ""), session["currency"].upper(),
            session["amount_total"] or 0, "open", at=session["created"], page=session["url"],
            actions=("approve", "decline", "delay", "expire"), metadata=session["metadata"],
        )  # fmt: skip

    def _row(self, intent: Json) -> Row:
        found: Any = self._world.store.get("stripe.charge", intent["latest_charge"] or "") or {}
        refunds = self.account.all("refund", ref=found["id"]) if found else []
        dispute = next(iter(self.account.all("dispute", ref=found["id"])), None) if found else None
        session = next(iter(self.account.all("checkout.session", ref=intent["id"])), None)
        reference = (session or {}).get("client_reference_id") or intent["metadata"].get("reference") or ""
        return Row(
            "stripe", intent["id"], str(reference), intent["currency"].upper(), intent["amount"], intent["status"],
            held=intent["amount_capturable"], captured=intent["amount_received"], refunded=found.get("amount_refunded", 0),
            fees=found.get("_fees", 0), at=intent["created"], title=str(intent["description"] or ""),
            page=f"/stripe/authenticate/{intent['id']}" if intent["status"] == "requires_action" else "",
            actions=_actions(intent, dispute, refunds), disputed=dispute["status"] if dispute else "",
            refunds=tuple((one["id"], one["status"]) for one in refunds), metadata=intent["metadata"],
        )  # fmt: skip


def _actions(intent: Json, dispute: Json | None, refunds: list[Json]) -> tuple[str, ...]:
    actions: list[str] = []
    if intent["status"] in ("processing", "requires_action"):
        actions += ["approve"] + (["decline"] if intent["status"] == "requires_action" else [])
    if intent["status"] == "requires_capture":
        actions.append("expire")
    if intent["amount_received"]:
        actions += ["dispute"] if dispute is None else []
        actions += ["dispute_won", "dispute_lost"] if dispute and dispute["status"] not in ("won", "lost") else []
        actions += ["refund_fails"] if any(one["status"] != "failed" for one in refunds) else []
        actions += ["refund_succeeds"] if any(one["status"] == "pending" for one in refunds) else []
    return tuple(actions)
