"""PayPal as a gateway. A payer approves an order on PayPal's page; the money moves when we then ask for it, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dingdan.integrations.paypal import reading
from dingdan.integrations.paypal.amounts import money
from dingdan.integrations.paypal.client import Client
from dingdan.integrations.paypal.errors import Refused, Silence, result_of
from dingdan.kernel import clock
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest, GatewayResult
from dingdan.masterdata.methods.queries import credentials

Work = Callable[[Client, GatewayRequest], GatewayResult]
_INTENTS: Final = {AttemptKind.AUTHORIZE: "AUTHORIZE", AttemptKind.CAPTURE: "CAPTURE"}
_PAID: Final = frozenset({"ORDER_ALREADY_CAPTURED", "ORDER_ALREADY_AUTHORIZED"})
_ENDED: Final = frozenset({"PREVIOUSLY_VOIDED", "PREVIOUSLY_CAPTURED", "AUTHORIZATION_VOIDED", "AUTHORIZATION_ALREADY_CAPTURED"})
CLOSED: Final = "closed"


class PayPalGateway:
    """Moves money at PayPal, for each account's own app."""

    @property
    def authorizes(self) -> bool:
        """Money can be held first; a charge takes it at once."""
        return True

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        """Let a payer approve that money is held."""
        return _asked(request, _begin)

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Take money that is held; where nothing is held before, let a payer approve it."""
        return _asked(request, _begin if request.checkout else _capture)

    def void(self, request: GatewayRequest) -> GatewayResult:
        """Let go what is held and not captured."""
        return _asked(request, _void)

    def refund(self, request: GatewayRequest) -> GatewayResult:
        """Give back what was captured."""
        return _asked(request, _refund)

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of an attempt. What a payer has approved meanwhile is asked for now: PayPal takes no money by itself."""
        try:
            return _asked(request, _query, is_question=True)
        except _Gone:
            return reading.EXPIRED if request.checkout else GatewayResult(answer=Answer.UNKNOWN, error="no_order")

    def close(self, request: GatewayRequest) -> GatewayResult:
        """Ask for the money no more, whatever the payer approves."""
        return _asked(request, _close)


class _Gone(Exception):
    """PayPal knows no such order (any more)."""


def _asked(request: GatewayRequest, work: Work, *, is_question: bool = False) -> GatewayResult:
    try:
        account = credentials(request.account_id) if request.account_id else None
        if account is None:
            raise Refused("no_account")
        return work(Client(account), request)
    except Refused as refused:
        if is_question and refused.status == 404:
            raise _Gone from refused
        return GatewayResult(answer=Answer.UNKNOWN, error=refused.code.lower()) if is_question else result_of(refused)
    except Silence as silence:
        return result_of(silence)


def _order(client: Client, request: GatewayRequest) -> dict[str, Any]:
    """The order of a payment, by PayPal's name for it."""
    name = request.payment_reference or request.reference
    if not name.isalnum():
        raise Refused("no_order")
    return client.ask("GET", f"/v2/checkout/orders/{name}")


# ── the payer approves ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(client: Client, request: GatewayRequest) -> GatewayResult:
    if request.checkout is None:
        raise Refused("no_checkout")
    if request.payment_reference or request.reference:
        return _paid(client, request, _order(client, request))
    wanted = _wanted(request, request.checkout)
    return reading.of_order(client.ask("POST", "/v2/checkout/orders", wanted, key=request.key), request.kind)


def _wanted(request: GatewayRequest, checkout: Checkout) -> dict[str, Any]:
    """An order in the same words however often it is asked for. Its `invoice_id` PayPal takes money for once, for ever."""
    amount = money(request.amount, request.currency)
    if amount is None:
        raise Refused("amount_not_taken")
    context = {
        "return_url": request.return_url,
        "cancel_url": request.return_url,
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
        "locale": _locale(checkout.language),
    }
    unit = {"custom_id": request.key, "invoice_id": request.key, "description": checkout.title[:127], "amount": amount}
    return {
        "intent": _INTENTS[AttemptKind(request.kind)],
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": context}},
    }


def _locale(language: str) -> str:
    return {"zh-hant": "zh-TW", "zh-hans": "zh-CN"}.get(language.lower(), "en-US" if language.lower() == "en" else language)


def _paid(client: Client, request: GatewayRequest, order: dict[str, Any]) -> GatewayResult:
    """What an order has come to; one that is approved is paid now, under the same key however often that is tried."""
    if order.get("status") == "COMPLETED":
        return reading.of_order(order, request.kind)
    if reading.unit_of(order).get("custom_id") != request.key:
        return GatewayResult(answer=Answer.DECLINED, error=CLOSED)
    if order.get("status") != "APPROVED":
        return reading.of_order(order, request.kind)
    if request.checkout and request.checkout.expires_at and request.checkout.expires_at <= clock.now():
        return reading.EXPIRED
    verb = _INTENTS[AttemptKind(request.kind)].lower()
    try:
        paid = client.ask("POST", f"/v2/checkout/orders/{order['id']}/{verb}", key=request.key)
    except Refused as refused:
        if refused.status == 422 and refused.code not in _PAID:
            return result_of(refused)
        if refused.code not in _PAID:
            raise
        paid = client.ask("GET", f"/v2/checkout/orders/{order['id']}")
    return reading.of_order(paid, request.kind)


def _close(client: Client, request: GatewayRequest) -> GatewayResult:
    if not (request.payment_reference or request.reference):
        return reading.EXPIRED  # nobody knows the address of a page that we do not know ourselves
    try:
        order = _order(client, request)
        if order.get("status") == "COMPLETED":
            return reading.of_order(order, request.kind)
        path = f"/purchase_units/@reference_id=='{reading.unit_of(order).get('reference_id', 'default')}'/custom_id"
        client.ask("PATCH", f"/v2/checkout/orders/{order['id']}", [{"op": "replace", "path": path, "value": CLOSED}])
    except Refused as refused:
        if refused.code in _PAID or refused.code == "ORDER_COMPLETED_OR_VOIDED":
            return GatewayResult(answer=Answer.UNKNOWN, error=refused.code.lower())
    return GatewayResult(answer=Answer.DECLINED, error=CLOSED)


# ── what was held, and what was paid ─────────────────────────────────────────────────────────────────────────────────────────


def _capture(client: Client, request: GatewayRequest) -> GatewayResult:
    order = _order(client, request)
    known = reading.of_capture(order, request)
    hold = reading.hold_of(order)
    if known.answer != Answer.NEVER_SEEN or hold is None:
        return known
    amount = money(request.amount, request.currency)
    if amount is None:
        raise Refused("amount_not_taken")
    body = {"amount": amount, "invoice_id": request.key, "final_capture": False}
    made = client.ask("POST", f"/v2/payments/authorizations/{hold['id']}/capture", body, key=request.key)
    return reading.of_payment(order, made)


def _void(client: Client, request: GatewayRequest) -> GatewayResult:
    order = _order(client, request)
    known = reading.of_void(order, request)
    hold = reading.hold_of(order)
    if known.answer != Answer.NEVER_SEEN or hold is None:
        return known
    try:
        client.ask("POST", f"/v2/payments/authorizations/{hold['id']}/void", key=request.key)
    except Refused as refused:
        if refused.code not in _ENDED:
            raise
    return reading.voided(hold, request)


def _refund(client: Client, request: GatewayRequest) -> GatewayResult:
    order = _order(client, request)
    known = reading.of_refund(order, request)
    if known.answer != Answer.NEVER_SEEN:
        return known
    wanted = reading.parts(order, request)
    if not wanted:
        raise Refused("refund_amount_exceeded")
    made: list[dict[str, Any]] = []
    try:
        made.extend(_part(client, request, part) for part in wanted)
    except Refused as refused:
        if made:
            raise Silence("refund_partly_done") from refused
        raise
    return reading.of_refund({"purchase_units": [{"payments": {"refunds": made}}]}, request)


def _part(client: Client, request: GatewayRequest, part: reading.Part) -> dict[str, Any]:
    amount = money(part.amount, request.currency)
    if amount is None:
        raise Refused("amount_not_taken")
    body = {"amount": amount, "custom_id": part.name}
    return client.ask("POST", f"/v2/payments/captures/{part.capture_id}/refund", body, key=part.name)


# ── what became of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _query(client: Client, request: GatewayRequest) -> GatewayResult:
    if not (request.payment_reference or request.reference):
        return reading.NEVER_SEEN
    order = _order(client, request)
    if request.checkout is not None:
        return _paid(client, request, order)
    read = {AttemptKind.CAPTURE: reading.of_capture, AttemptKind.VOID: reading.of_void, AttemptKind.REFUND: reading.of_refund}
    return read[AttemptKind(request.kind)](order, request)
