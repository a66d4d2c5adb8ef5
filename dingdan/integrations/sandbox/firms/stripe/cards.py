"""Who pays and by what: customers, payment methods and setup intents. No card number is taken: a method says how it behaves."""

from __future__ import annotations

import re
from typing import Any, Final

from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import forms
from dingdan.integrations.sandbox.firms.stripe.account import Account, StripeError, invalid, missing

# The names are Stripe's own (https://docs.stripe.com/testing); what stands behind them is how the double behaves.
TOKENS: Final[dict[str, tuple[str, str, str]]] = {
    "pm_card_visa": ("visa", "4242", "approve"),
    "pm_card_mastercard": ("mastercard", "4444", "approve"),
    "pm_card_amex": ("amex", "0005", "approve"),
    "pm_card_unionpay": ("unionpay", "0005", "approve"),
    "pm_card_visa_chargeDeclined": ("visa", "0002", "generic_decline"),
    "pm_card_chargeDeclined": ("visa", "0002", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("visa", "9995", "insufficient_funds"),
    "pm_card_chargeDeclinedInsufficientFunds": ("visa", "9995", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("visa", "0069", "expired_card"),
    "pm_card_chargeCustomerFail": ("visa", "0341", "generic_decline"),
    "pm_card_threeDSecure2Required": ("visa", "3220", "challenge"),
    "pm_card_authenticationRequired": ("visa", "3184", "challenge"),
    "pm_card_authenticationRequiredOnSetup": ("visa", "3155", "challenge_once"),
    "pm_card_createDispute": ("visa", "0259", "dispute"),
    "pm_card_refundFail": ("visa", "5126", "refund_fails"),
    "pm_card_pendingRefund": ("visa", "7726", "refund_pending"),
    "pm_usBankAccount_processing": ("us_bank_account", "6789", "delay"),
}
LATER_KINDS: Final = ("us_bank_account", "sepa_debit", "bacs_debit")


def method(account: Account, kind: str, behavior: str, *, brand: str = "visa", last4: str = "4242", wallet: str = "") -> Json:
    """A new payment method that behaves in a way of its own."""
    address = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
    made = account.make(
        "payment_method", allow_redisplay="unspecified", billing_details={"address": address, "email": None, "name": None,
        "phone": None, "tax_id": None}, customer=None, metadata={}, type=kind, _behavior=behavior,
    )  # fmt: skip
    made[kind] = {}
    if kind == "card":
        made["card"] = {
            "brand": brand, "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US", "display_brand": brand, "exp_month": 12, "exp_year": 2034, "fingerprint": f"sandbox{brand}{last4}",
            "funding": "credit", "generated_from": None, "last4": last4, "networks": {"available": [brand], "preferred": None},
            "three_d_secure_usage": {"supported": True}, "wallet": {"type": wallet, "dynamic_last4": None} if wallet else None,
        }  # fmt: skip
    return account.save(made)


def use(account: Account, name: str, param: str = "payment_method") -> Json:
    """The payment method of an id, or a new one where the id is one of Stripe's test methods."""
    if name in TOKENS:
        brand, last4, behavior = TOKENS[name]
        kind = brand if brand in LATER_KINDS else "card"
        return method(account, kind, behavior, brand=brand, last4=last4)
    return account.find("payment_method", name, param)


def create_method(account: Account, params: Json) -> Json:
    """`POST /v1/payment_methods`. Card numbers are refused, as Stripe refuses them from servers."""
    kind = str(params.get("type") or "")
    if not kind:
        raise missing("type")
    card: Any = params.get("card") or {}
    if "number" in card:
        raise StripeError(
            402, "invalid_request_error", "Sending credit card numbers directly to the Stripe API is generally unsafe. "
            "We suggest you use test tokens that map to the test card you are using.",
        )  # fmt: skip
    token = str(card.get("token", "tok_visa")).replace("tok_", "pm_card_") if kind == "card" else ""
    made = use(account, token) if token in TOKENS else method(account, kind, "delay" if kind in LATER_KINDS else "approve")
    for name in ("metadata", "billing_details"):
        made[name] = made[name] | dict(params.get(name) or {})
    return forms.expanded(account, account.save(made), params)


def attach(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/payment_methods/:id/attach`."""
    if not params.get("customer"):
        raise missing("customer")
    found = use(account, key)
    if found["customer"] not in (None, params["customer"]):
        raise invalid("The payment method you provided has already been attached to a customer.", param="payment_method")
    return forms.expanded(account, keep(account, found, str(params["customer"])), params)


def keep(account: Account, found: Json, customer: str) -> Json:
    """Save a payment method with its customer."""
    account.find("customer", customer, "customer")
    if found["customer"] != customer:
        found["customer"] = customer
        account.tell("payment_method.attached", account.save(found, ref=customer))
    return found


def detach(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/payment_methods/:id/detach`."""
    found = account.find("payment_method", key)
    if not found["customer"]:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    before, found["customer"] = found["customer"], None
    found["_detached"] = True
    account.tell("payment_method.detached", account.save(found, ref="-"), {"customer": before})
    return forms.expanded(account, found, params)


def methods(account: Account, params: Json, customer: str = "") -> Json:
    """`GET /v1/payment_methods` and `GET /v1/customers/:id/payment_methods`."""
    owner = customer or str(params.get("customer") or "")
    found = account.all("payment_method", ref=owner) if owner else []
    if kind := params.get("type"):
        found = [one for one in found if one["type"] == kind]
    return forms.listed(account, found, params, f"/v1/customers/{owner}/payment_methods" if customer else "/v1/payment_methods")


# ── customers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_CUSTOMER: Final = ("address", "description", "email", "name", "phone", "shipping", "invoice_settings", "preferred_locales")


def create_customer(account: Account, params: Json) -> Json:
    """`POST /v1/customers`."""
    made = account.make("customer", balance=0, currency=None, default_source=None, delinquent=False, discount=None, metadata={})
    made |= dict.fromkeys(_CUSTOMER) | {"invoice_settings": {"default_payment_method": None}, "preferred_locales": []}
    account.tell("customer.created", account.save(_told(made, params)))
    return forms.expanded(account, made, params)


def update_customer(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/customers/:id`."""
    found = _told(account.find("customer", key), params)
    account.tell("customer.updated", account.save(found))
    return forms.expanded(account, found, params)


_QUERY: Final = re.compile(r"""metadata\[['"]([^'"]{1,40})['"]\]:['"]([^'"]{1,500})['"]""")


def search_customers(account: Account, params: Json) -> Json:
    """`GET /v1/customers/search`: by one word of the metadata."""
    asked = _QUERY.fullmatch(str(params.get("query") or ""))
    if asked is None:
        raise invalid("This sandbox searches by metadata['name']:'value'.", param="query")
    found = [one for one in account.all("customer") if one["metadata"].get(asked[1]) == asked[2] and not one.get("_deleted")]
    told = forms.listed(account, found, params, "/v1/customers/search")
    return told | {"object": "search_result", "next_page": None}


def _told(customer: Json, params: Json) -> Json:
    customer |= {name: params[name] for name in _CUSTOMER if name in params}
    customer["metadata"] = {name: text for name, text in (customer["metadata"] | (params.get("metadata") or {})).items() if text}
    return customer


def delete_customer(account: Account, _params: Json, key: str) -> Json:
    """`DELETE /v1/customers/:id`."""
    found = account.find("customer", key)
    account.tell("customer.deleted", account.save(found | {"_deleted": True}))
    return {"id": key, "object": "customer", "deleted": True}


# ── setup intents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def create_setup(account: Account, params: Json) -> Json:
    """`POST /v1/setup_intents`."""
    made = account.make(
        "setup_intent", application=None, attach_to_self=False, automatic_payment_methods=None, cancellation_reason=None,
        client_secret=None, customer=params.get("customer"), description=params.get("description"), flow_directions=None,
        last_setup_error=None, latest_attempt=None, mandate=None, metadata=params.get("metadata") or {}, next_action=None,
        on_behalf_of=None, payment_method=None, payment_method_options={}, payment_method_types=["card"],
        single_use_mandate=None, status="requires_payment_method", usage=params.get("usage", "off_session"),
    )  # fmt: skip
    made["client_secret"] = f"{made['id']}_secret_sandbox"
    account.tell("setup_intent.created", account.save(made))
    if params.get("payment_method"):
        made |= {"payment_method": use(account, str(params["payment_method"]))["id"], "status": "requires_confirmation"}
    return confirm_setup(account, params, made["id"], made) if forms.flag(params, "confirm") else _answer(account, made, params)


def confirm_setup(account: Account, params: Json, key: str, setup: Json | None = None) -> Json:
    """`POST /v1/setup_intents/:id/confirm`."""
    found = setup or account.find("setup_intent", key)
    name = str(params.get("payment_method") or found["payment_method"] or "")
    if found["status"] in ("succeeded", "canceled"):
        raise invalid(
            f"You cannot confirm this SetupIntent because it has a status of {found['status']}.",
            code="setup_intent_unexpected_state",
        )
    if not name:
        raise missing("payment_method")
    chosen = use(account, name)
    found["payment_method"] = chosen["id"]
    if chosen["_behavior"] in ("challenge", "challenge_once"):
        url = f"{account.world.address}/stripe/authenticate/{found['id']}"
        found |= {"status": "requires_action", "_return_url": params.get("return_url") or ""}
        found["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": url, "return_url": params.get("return_url")},
        }
        return _answer(account, found, params)
    return _answer(account, finish_setup(account, found), params)


def finish_setup(account: Account, setup: Json) -> Json:
    """The card is saved for later; whoever was asked for 3-D Secure has passed it."""
    chosen = account.find("payment_method", setup["payment_method"])
    if chosen["_behavior"] == "challenge_once":
        chosen["_behavior"] = "approve"
    account.save(chosen)
    if setup["customer"]:
        keep(account, chosen, setup["customer"])
    setup |= {"status": "succeeded", "next_action": None}
    account.tell("setup_intent.succeeded", account.save(setup))
    return setup


def _answer(account: Account, setup: Json, params: Json) -> Json:
    return forms.expanded(account, account.save(setup), params)
