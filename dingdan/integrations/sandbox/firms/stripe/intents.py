"""PaymentIntents: created, confirmed, captured and canceled (https://docs.stripe.com/payments/paymentintents/lifecycle)."""

from __future__ import annotations

from typing import Final

from dingdan.integrations.sandbox.firms.keys import word
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import cards, charges, forms
from dingdan.integrations.sandbox.firms.stripe.account import Account, StripeError, invalid, missing

HOLD_SECONDS: Final = 7 * 86_400
_OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture", "processing")
_TOLD: Final = (
    *("description", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor", "transfer_group"),
    *("statement_descriptor_suffix", "on_behalf_of", "customer"),
)


def new(account: Account, params: Json) -> Json:
    """An intent as it is asked for, not yet confirmed and not yet answered."""
    if not params.get("currency"):
        raise missing("currency")
    made = account.make(
        "payment_intent", amount=forms.amount(params, "amount"), amount_capturable=0, amount_details={"tip": {}},
        amount_received=0, application=None, application_fee_amount=None, automatic_payment_methods=None, canceled_at=None,
        cancellation_reason=None, capture_method=params.get("capture_method", "automatic_async"), client_secret=None,
        confirmation_method=params.get("confirmation_method", "automatic"), currency=str(params["currency"]).lower(),
        last_payment_error=None, latest_charge=None, metadata={}, next_action=None, payment_method=None,
        payment_method_configuration_details=None, payment_method_options={}, payment_method_types=["card"], processing=None,
        review=None, source=None, status="requires_payment_method", transfer_data=None, **dict.fromkeys(_TOLD),
    )  # fmt: skip
    made["client_secret"] = f"{made['id']}_secret_{word(24)}"
    if params.get("customer"):
        account.find("customer", str(params["customer"]), "customer")
    return _tell_of(account, made, params)


def _tell_of(account: Account, intent: Json, params: Json) -> Json:
    intent |= {name: params[name] or None for name in _TOLD if name in params}
    kept = intent["metadata"] | (params.get("metadata") or {})
    intent["metadata"] = {name: text for name, text in kept.items() if text != ""}
    for name in ("payment_method_options", "payment_method_types", "automatic_payment_methods", "capture_method"):
        if name in params:
            intent[name] = params[name]
    if params.get("payment_method"):
        intent["payment_method"] = cards.use(account, str(params["payment_method"]))["id"]
        intent["status"] = "requires_confirmation"
    return intent


def create(account: Account, params: Json) -> Json:
    """`POST /v1/payment_intents`."""
    made = new(account, params)
    account.tell("payment_intent.created", account.save(made))
    if forms.flag(params, "confirm"):
        return confirm(account, params, made["id"])
    return forms.expanded(account, made, params)


def update(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/payment_intents/:id`."""
    intent = account.find("payment_intent", key)
    if "amount" in params:
        if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
            raise _unexpected(intent, "update")
        intent["amount"] = forms.amount(params, "amount")
    return forms.expanded(account, account.save(_tell_of(account, intent, params)), params)


def confirm(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/payment_intents/:id/confirm`: pay, ask for 3-D Secure, or say why not."""
    intent = account.find("payment_intent", key)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise _unexpected(intent, "confirm")
    named = params.get("payment_method") or intent["payment_method"]
    if not named and isinstance(params.get("payment_method_data"), dict):
        named = cards.create_method(account, params["payment_method_data"])["id"]
    if not named:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    chosen = cards.use(account, str(named))
    _require_owner(intent, chosen)
    intent |= {"payment_method": chosen["id"], "_return_url": params.get("return_url") or intent.get("_return_url") or ""}
    off_session = str(params.get("off_session", "false")) not in ("false", "")
    pay(account, intent, chosen, off_session=off_session)
    return forms.expanded(account, intent, params)


def _require_owner(intent: Json, chosen: Json) -> None:
    if chosen["customer"] and chosen["customer"] != intent["customer"]:
        raise invalid(
            "The provided PaymentMethod belongs to a customer. Please include that customer in the `customer` parameter.",
            param="payment_method",
        )
    if chosen.get("_detached"):
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached "
            "from a Customer, and may not be used again.", param="payment_method",
        )  # fmt: skip


def pay(account: Account, intent: Json, chosen: Json, *, off_session: bool = False, proved: bool = False) -> None:
    """Take the money in the way that the payment method behaves; a refusal is raised after it was written down."""
    behavior = _behavior(account, chosen)
    if behavior in ("challenge", "challenge_once") and not proved:
        if off_session:
            _decline(account, intent, chosen, "authentication_required", "authentication_required")
        return _challenge(account, intent)
    if behavior in ("generic_decline", "insufficient_funds", "expired_card"):
        code = "expired_card" if behavior == "expired_card" else "card_declined"
        _decline(account, intent, chosen, code, behavior)
    intent["next_action"] = None
    if behavior == "delay":
        intent |= {"status": "processing", "_due": account.world.later()}
        charges.make(account, intent, chosen, "pending")
        return account.tell("payment_intent.processing", account.save(intent))
    return settle(account, intent, chosen)


def _behavior(account: Account, chosen: Json) -> str:
    fault = account.world.faults.draw("payment", "stripe")
    return {"payment_declined": "generic_decline", "payment_delayed": "delay"}.get(fault, str(chosen["_behavior"]))


def settle(account: Account, intent: Json, chosen: Json) -> None:
    """The payment succeeds: the money is held, or taken at once."""
    charge = charges.pending(account, intent) or charges.make(account, intent, chosen, "succeeded")
    if intent["setup_future_usage"] and intent["customer"]:
        cards.keep(account, chosen, intent["customer"])
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"], "_due": account.now() + HOLD_SECONDS}
        charges.hold(account, charge)
        account.tell("charge.succeeded", charge)
        account.tell("payment_intent.amount_capturable_updated", account.save(intent))
    else:
        charges.take(account, charge, intent["amount"])
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "_due": 0}
        account.tell("payment_intent.succeeded", account.save(intent))
        account.tell("charge.succeeded", charge)
    if chosen["_behavior"] == "dispute":
        charges.dispute(account, charge)


def _challenge(account: Account, intent: Json) -> None:
    url = f"{account.world.address}/stripe/authenticate/{intent['id']}"
    back = intent.get("_return_url")
    action: Json = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": back}}
    intent |= {"status": "requires_action", "next_action": action}
    account.tell("payment_intent.requires_action", account.save(intent))


MESSAGES: Final = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def _decline(account: Account, intent: Json, chosen: Json, code: str, why: str) -> None:
    charge = charges.pending(account, intent) or charges.make(account, intent, chosen, "failed")
    charges.fail(account, charge, code, MESSAGES[why])
    error: Json = {"charge": charge["id"], "code": code, "decline_code": why, "message": MESSAGES[why], "type": "card_error"}
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    intent["last_payment_error"] = error | {"payment_method": chosen}
    account.tell("payment_intent.payment_failed", account.save(intent))
    raise StripeError(402, "card_error", MESSAGES[why], charge=charge["id"], code=code, decline_code=why, payment_intent=intent)


def fail_challenge(account: Account, intent: Json) -> None:
    """3-D Secure was not passed."""
    error = {"code": "payment_intent_authentication_failure", "message": "The provided PaymentMethod has failed authentication.",
             "type": "card_error"}  # fmt: skip
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None, "last_payment_error": error}
    account.tell("payment_intent.payment_failed", account.save(intent))


def capture(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/payment_intents/:id/capture`: a part lets the rest go, unless several captures were asked for.

    Nothing more, and for the last time, lets the rest go of which a part was taken before.
    """
    intent = account.find("payment_intent", key)
    if intent["status"] != "requires_capture":
        raise _unexpected(intent, "capture")
    left = intent["amount_capturable"]
    charge = account.find("charge", intent["latest_charge"])
    several = charges.takes_several(charge)
    final = forms.flag(params, "final_capture", default=True) if several else True
    if final and intent["amount_received"] and str(params.get("amount_to_capture")) == "0":
        asked = 0
    else:
        asked = forms.amount(params, "amount_to_capture", default=left, most=left)
        charges.take(account, charge, asked)
        account.tell("charge.captured", charge)
    intent["amount_received"] += asked
    intent["metadata"] |= params.get("metadata") or {}
    ended = final or asked == left
    intent |= {"amount_capturable": 0, "status": "succeeded", "_due": 0} if ended else {"amount_capturable": left - asked}
    account.save(intent)
    account.tell("payment_intent.succeeded" if ended else "payment_intent.amount_capturable_updated", intent)
    return forms.expanded(account, intent, params)


def cancel(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/payment_intents/:id/cancel`: what is held is let go."""
    intent = account.find("payment_intent", key)
    if intent["status"] not in _OPEN or intent["amount_received"]:
        raise _unexpected(intent, "cancel")
    close(account, intent, str(params.get("cancellation_reason") or "") or None)
    return forms.expanded(account, intent, params)


def close(account: Account, intent: Json, why: str | None) -> None:
    """End an intent of which nothing was taken."""
    intent |= {"status": "canceled", "canceled_at": account.now(), "cancellation_reason": why, "amount_capturable": 0, "_due": 0}
    intent["next_action"] = None
    if intent["latest_charge"]:
        charges.let_go(account, account.find("charge", intent["latest_charge"]))
    account.tell("payment_intent.canceled", account.save(intent))


def pass_time(account: Account) -> None:
    """What was delayed succeeds; what was held for too long is let go."""
    for intent in account.due("payment_intent"):
        if intent["status"] == "processing":
            settle(account, intent, account.find("payment_method", intent["payment_method"]))
        elif intent["status"] == "requires_capture" and not intent["amount_received"]:
            close(account, intent, "automatic")
        elif intent["status"] == "requires_capture":
            intent |= {"amount_capturable": 0, "status": "succeeded", "_due": 0}
            account.tell("payment_intent.succeeded", account.save(intent))


def _unexpected(intent: Json, verb: str) -> StripeError:
    return StripeError(
        400, "invalid_request_error", f"This PaymentIntent could not be {verb}{'d' if verb.endswith('e') else 'ed'} because it "
        f"has a status of {intent['status']}.", code="payment_intent_unexpected_state", payment_intent=intent,
    )  # fmt: skip
