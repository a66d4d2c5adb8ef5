"""PayPal as the server knows it: tokens, routes, the same answer for the same request id, and the page of the buyer."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from dingdan.integrations.sandbox.firms import keys, pages
from dingdan.integrations.sandbox.firms.http import Answer, Request, as_json
from dingdan.integrations.sandbox.firms.notices import Mail
from dingdan.integrations.sandbox.firms.pages import Choice, Till, said
from dingdan.integrations.sandbox.firms.paypal import orders, payments, reporting, webhooks
from dingdan.integrations.sandbox.firms.paypal.account import Account, PayPalError, malformed, minor, money, public, unfit
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import Row, World

TOKEN_SECONDS: Final = 32_400
KEY_SECONDS: Final = 45 * 86_400
_ROOTS: Final = ("/v1/oauth2/", "/v2/checkout/", "/v2/payments/", "/v1/reporting/", "/v1/notifications/", "/v1/customer/")
_CHOICES: Final = (
    Choice("approve", "Approve", "yes"), Choice("decline", "Decline", "no"),
    Choice("delay", "Approve, but it takes 10 minutes"), Choice("leave", "Leave"),
)  # fmt: skip
Work = Callable[..., Json]


def _read(kind: str) -> Work:
    return lambda account, _told, key: account.find(kind, key)


# Verb and path to what answers it; the number is the HTTP status.
ROUTES: Final[dict[str, tuple[int, Work]]] = {
    r"POST /v2/checkout/orders": (201, orders.create),
    r"GET /v2/checkout/orders/(\w+)": (200, lambda account, _told, key: orders.told(account, orders.find(account, key))),
    r"PATCH /v2/checkout/orders/(\w+)": (204, orders.patch),
    r"POST /v2/checkout/orders/(\w+)/capture": (201, partial(orders.pay, intent="CAPTURE")),
    r"POST /v2/checkout/orders/(\w+)/authorize": (201, partial(orders.pay, intent="AUTHORIZE")),
    r"GET /v2/payments/authorizations/(\w+)": (200, _read("authorization")),
    r"POST /v2/payments/authorizations/(\w+)/capture": (201, payments.capture_authorization),
    r"POST /v2/payments/authorizations/(\w+)/void": (204, payments.void),
    r"GET /v2/payments/captures/(\w+)": (200, _read("capture")),
    r"POST /v2/payments/captures/(\w+)/refund": (201, payments.refund),
    r"GET /v2/payments/refunds/(\w+)": (200, _read("refund")),
    r"POST /v1/notifications/webhooks": (201, webhooks.create),
    r"GET /v1/notifications/webhooks": (200, lambda account, _told: {"webhooks": account.webhooks()}),
    r"GET /v1/notifications/webhooks/(\w+)": (200, _read("webhook")),
    r"DELETE /v1/notifications/webhooks/(\w+)": (
        204, lambda account, _told, key: account.save("webhook", account.find("webhook", key) | {"_deleted": True})
    ),
    r"GET /v1/notifications/webhooks-events": (200, lambda account, _told: {"events": account.all("event")}),
    r"GET /v1/notifications/webhooks-events/([\w-]+)": (200, _read("event")),
    r"POST /v1/notifications/webhooks-events/([\w-]+)/resend": (202, webhooks.resend),
    r"GET /v1/customer/disputes": (200, lambda account, _told: {"items": account.all("dispute")}),
    r"GET /v1/customer/disputes/([\w-]+)": (200, _read("dispute")),
}  # fmt: skip


class PayPal:
    """The double of PayPal."""

    name = "paypal"

    def __init__(self, world: World) -> None:
        self.account = Account(world)
        self._world = world
        self.mail = Mail(partial(webhooks.message, self.account), lambda status, _body: 200 <= status < 300, webhooks.PAUSES)

    # ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def knows(self, path: str) -> bool:
        return path.startswith(_ROOTS)

    def answer(self, request: Request) -> Answer:
        if request.path == "/v1/oauth2/token" and request.method == "POST":
            return self._token(request)
        if not self._is_let_in(request):
            return as_json({"error": "invalid_token", "error_description": "Token signature verification failed"}, 401)
        try:
            return self._answered(request)
        except PayPalError as refused:
            return as_json(refused.told, refused.status, Paypal_Debug_Id=refused.told["debug_id"])

    def _token(self, request: Request) -> Answer:
        kept = self.account.kept
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            names = b64decode(given).decode().partition(":") if kind.lower() == "basic" else ("", "", "")
        except (NotBase64, UnicodeDecodeError):
            names = ("", "", "")
        if (names[0], names[2]) != (kept["client_id"], kept["secret"]):
            return as_json({"error": "invalid_client", "error_description": "Client Authentication failed"}, 401)
        if request.form.get("grant_type") != "client_credentials":
            return as_json({"error": "unsupported_grant_type", "error_description": "Grant Type is NULL or unsupported"}, 400)
        token = f"A21AA{keys.word(92)}"
        self._world.store.put("paypal.token", {"id": token, "until": self._world.clock.real() + TOKEN_SECONDS})
        return as_json({
            "scope": "https://uri.paypal.com/services/payments/payment", "access_token": token, "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T", "expires_in": TOKEN_SECONDS, "nonce": f"{self.account.now()}{keys.word(20)}",
        })  # fmt: skip

    def _is_let_in(self, request: Request) -> bool:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        token = self._world.store.get("paypal.token", given) if kind.lower() == "bearer" else None
        return token is not None and token["until"] > self._world.clock.real()

    def _answered(self, request: Request) -> Answer:
        if f"{request.method} {request.path}" == "POST /v1/notifications/verify-webhook-signature":
            return as_json(webhooks.verify(self.account, request.json, request.body))
        if f"{request.method} {request.path}" == "GET /v1/reporting/transactions":
            return as_json(reporting.transactions(self.account, request.query))
        for pattern, (status, work) in ROUTES.items():
            found = re.fullmatch(pattern, f"{request.method} {request.path}")
            if found:
                return self._once(request, status, partial(work, self.account, request.json, *found.groups()))
        raise PayPalError(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Specified resource ID does not exist.")

    def _once(self, request: Request, status: int, work: Callable[[], Json]) -> Answer:
        """The same request id gives the same answer, with 200 instead of 201; another body under it is refused."""
        sent = request.headers.get("paypal-request-id", "")
        if request.path == "/v2/checkout/orders" and request.json.get("payment_source") and not sent:
            why = "A PayPal-Request-Id is required if you are trying to process payment for an Order."
            raise malformed("PayPal-Request-Id", "PAYPAL_REQUEST_ID_REQUIRED", why)
        if request.method != "POST" or not sent:
            return self._shown(request, status, work())
        mark = hashlib.sha256(request.body).hexdigest()
        before = self._world.store.get("paypal.key", f"{request.path} {sent}")
        if before is not None and before["at"] > self._world.clock.now() - KEY_SECONDS:
            if before["mark"] != mark:
                raise unfit("DUPLICATE_REQUEST_ID", "The value of PayPal-Request-Id header has already been used.")
            return self._shown(request, 200 if status == 201 else status, before["told"])
        told = work()
        kept = {"id": f"{request.path} {sent}", "mark": mark, "told": told, "at": self._world.clock.now()}
        self._world.store.put("paypal.key", kept)
        return self._shown(request, status, told)

    def _shown(self, request: Request, status: int, told: Json) -> Answer:
        debug = keys.word(13, "0123456789abcdef")
        is_whole = "representation" in request.headers.get("prefer", "")
        if status == 204:
            none = Answer(204, b"", {"Paypal-Debug-Id": debug})
            return as_json(public(told), 200, Paypal_Debug_Id=debug) if is_whole else none
        if status == 201 and told.get("status") == "PAYER_ACTION_REQUIRED":
            status = 200
        seen = public(told)
        if request.method == "POST" and request.path.startswith("/v2/") and not is_whole:
            seen = _minimal(seen, request.path)
        return as_json(seen, status, Paypal_Debug_Id=debug)

    def refuse(self, status: int) -> Answer:
        name, message = "INTERNAL_SERVER_ERROR", "An internal server error has occurred."
        if status == 429:
            name, message = "RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."
        return as_json({"name": name, "message": message, "debug_id": keys.word(13, "0123456789abcdef"), "links": []}, status)

    def spoil(self, answer: Answer) -> Answer:
        return answer  # PayPal signs no answers

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, request: Request) -> Answer | None:
        if request.path.startswith("/v1/notifications/certs/"):
            return webhooks.certificate(self.account, request.path.rpartition("/")[2])
        return self._checkout(request) if request.path == "/checkoutnow" else None

    def _checkout(self, request: Request) -> Answer:
        key = request.query.get("token") or request.form.get("token", "")
        order = self._world.store.get("paypal.order", key)
        name = said(request, "PayPal")
        if order is None or (order["status"] in orders.OPEN and order["_expires"] <= self._world.clock.now()):
            return pages.told(request, name, "There is no such payment.")
        if request.method == "POST" and order["status"] in orders.OPEN:
            wish = request.form.get("do", "")
            if wish == "leave":
                return pages.moved(_with(order["_context"].get("cancel_url") or "/", f"token={key}"))
            orders.approve(self.account, order, wish)
        if order["status"] not in orders.OPEN:
            back = order["_context"].get("return_url")
            return pages.moved(_with(back, f"token={key}&PayerID=SANDBOXBUYER1")) if back else pages.told(
                request, name, "Paid. You may close this page."
            )  # fmt: skip
        unit = order["purchase_units"][0]
        total = f"{unit['amount']['currency_code']} {unit['amount']['value']}"
        reference = str(unit.get("invoice_id") or unit.get("custom_id") or "")
        return pages.till(request, Till(name, total, reference, str(unit.get("description") or ""), _CHOICES))

    def act(self, payment: str, action: str) -> None:
        account = self.account
        with self._world.store.transaction():
            if action == "pay_out":
                reporting.pay_out(account)
                return
            order = account.find("order", payment)
            taken = account.all("capture", payment)
            if action in ("approve", "decline", "delay") and order["status"] in orders.OPEN:
                orders.approve(account, order, action)
            elif action in ("approve", "decline") and taken:
                payments.end_capture(account, taken[0], denied=action == "decline")
            elif action == "dispute" and taken:
                self._dispute(taken[0])
            elif action in ("dispute_won", "dispute_lost") and taken:
                self._decide(taken[0], action.removeprefix("dispute_"))
            elif action in ("refund_fails", "refund_succeeds") and taken:
                for made in account.all("refund", taken[0]["id"])[:1]:
                    payments.end_refund(account, made, fails=action == "refund_fails")

    def _dispute(self, taken: Json) -> None:
        if self.account.all("dispute", taken["id"]):
            return
        total, currency = taken["_total"] - taken["_refunded"], taken["_currency"]
        key = f"PP-R-{keys.word(3, 'ABCDEFGH')}-{keys.digits(8)}"
        made = {
            "id": key, "dispute_id": key, "create_time": self.account.now(), "update_time": self.account.now(),
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "status": "WAITING_FOR_SELLER_RESPONSE",
            "dispute_amount": money(total, currency), "dispute_life_cycle_stage": "CHARGEBACK",
            "disputed_transactions": [{"seller_transaction_id": taken["id"], "invoice_number": taken.get("invoice_id", "")}],
            "_ref": taken["id"], "_total": total, "_currency": currency, "_won_at": 0,
        }  # fmt: skip
        self.account.save("dispute", made)
        self.account.tell("CUSTOMER.DISPUTE.CREATED", "dispute", made, "A new dispute opened")

    def _decide(self, taken: Json, outcome: str) -> None:
        for made in self.account.all("dispute", taken["id"])[:1]:
            if made["status"] != "RESOLVED":
                code = "RESOLVED_SELLER_FAVOUR" if outcome == "won" else "RESOLVED_BUYER_FAVOUR"
                made |= {"status": "RESOLVED", "dispute_outcome": {"outcome_code": code}, "update_time": self.account.now()}
                made["_won_at"] = self._world.clock.now() if outcome == "won" else 0
                self.account.save("dispute", made)
                self.account.tell("CUSTOMER.DISPUTE.RESOLVED", "dispute", made, "A dispute was resolved")

    def pass_time(self) -> None:
        payments.pass_time(self.account)

    # ── books ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def credentials(self) -> Json:
        kept = self.account.kept
        return {
            "api_base": f"{self._world.address}/paypal", "client_id": kept["client_id"], "client_secret": kept["secret"],
            "merchant_id": kept["merchant_id"], "webhook_id": kept["webhook_id"],
            "webhook_certificate": kept["signers"][-1]["certificate"],
        }  # fmt: skip

    def rotate(self) -> None:
        self.account.rotate()

    def ledger(self, limit: int = 100_000) -> list[Row]:
        return [self._row(order) for order in self.account.all("order", limit=limit)]

    def _row(self, order: Json) -> Row:
        account, unit = self.account, order["purchase_units"][0]
        amounts = [minor(one["amount"], "/amount") for one in order["purchase_units"]]
        held = account.all("authorization", order["id"])
        taken = [one for one in account.all("capture", order["id"]) if one["status"] not in ("PENDING", "DECLINED")]
        refunds = [made for one in taken for made in account.all("refund", one["id"])]
        dispute = next((made for one in taken for made in account.all("dispute", one["id"])), None)
        open_holds = [one for one in held if one["status"] in ("CREATED", "PARTIALLY_CAPTURED")]
        return Row(
            "paypal", order["id"], str(unit.get("invoice_id") or unit.get("custom_id") or unit["reference_id"]), amounts[0][1],
            sum(total for total, _currency in amounts), order["status"],
            held=sum(max(0, one["_total"] - one["_captured"]) for one in open_holds),
            captured=sum(one["_total"] for one in taken), refunded=sum(one["_refunded"] for one in taken),
            fees=sum(one["_fee"] for one in taken), at=order["_at"], title=str(unit.get("description") or ""),
            page=f"/paypal/checkoutnow?token={order['id']}" if order["status"] in orders.OPEN else "",
            actions=_actions(order, account.all("capture", order["id"]), dispute, refunds),
            refunds=tuple((one["id"], one["status"]) for one in refunds), disputed=dispute["status"] if dispute else "",
            metadata={name: unit[name] for name in ("invoice_id", "custom_id", "reference_id") if unit.get(name)},
        )  # fmt: skip


def _actions(order: Json, taken: list[Json], dispute: Json | None, refunds: list[Json]) -> tuple[str, ...]:
    if order["status"] in orders.OPEN:
        return ("approve", "decline", "delay")
    actions: list[str] = ["approve", "decline"] if any(one["status"] == "PENDING" for one in taken) else []
    if any(one["status"] in ("COMPLETED", "PARTIALLY_REFUNDED") for one in taken):
        actions += ["dispute"] if dispute is None else []
    actions += ["dispute_won", "dispute_lost"] if dispute and dispute["status"] != "RESOLVED" else []
    actions += ["refund_fails"] if any(one["status"] != "FAILED" for one in refunds) else []
    return (*actions, *(["refund_succeeds"] if any(one["status"] == "PENDING" for one in refunds) else []))


def _minimal(seen: Any, path: str) -> Any:
    """What is answered without `Prefer: return=representation`: id, status and links; of a payment also what was paid."""
    names = ["id", "status", "links", "payment_source"]
    if path.endswith(("/capture", "/authorize")):
        names += ["payer"]
        if "/checkout/" in path:
            units = seen.get("purchase_units", [])
            kept = {
                "purchase_units": [{name: one[name] for name in ("reference_id", "payments") if name in one} for one in units]
            }
            return {name: seen[name] for name in names if name in seen} | kept
    return {name: seen[name] for name in names if name in seen}


def _with(url: str, question: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{question}"
