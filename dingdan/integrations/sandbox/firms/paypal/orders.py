"""Orders v2 (https://developer.paypal.com/docs/api/orders/v2/): created by the merchant, approved by the buyer, then paid."""

from __future__ import annotations

import re
from typing import Any, Final

from dingdan.integrations.sandbox.firms.paypal import payments
from dingdan.integrations.sandbox.firms.paypal.account import Account, PayPalError, malformed, minor, unfit
from dingdan.integrations.sandbox.firms.store import Json

OPEN_SECONDS: Final = 3 * 3_600
OPEN: Final = ("CREATED", "PAYER_ACTION_REQUIRED")


def create(account: Account, told: Json) -> Json:
    """`POST /v2/checkout/orders`."""
    if told.get("intent") not in ("CAPTURE", "AUTHORIZE"):
        raise malformed("/intent", "INVALID_PARAMETER_VALUE", "The value of a field is invalid.")
    units = told.get("purchase_units")
    if not isinstance(units, list) or not units:
        raise malformed("/purchase_units", "MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing.")
    for number, unit in enumerate(units):
        unit.setdefault("reference_id", "default" if len(units) == 1 else f"unit-{number}")
        unit.setdefault("payee", {"email_address": "merchant@example.com", "merchant_id": account.kept["merchant_id"]})
        _require_sums(unit, minor(unit.get("amount"), f"/purchase_units/{number}/amount/value")[0])
    source = told.get("payment_source") or {}
    context = (source.get("paypal") or {}).get("experience_context") or told.get("application_context") or {}
    key, rel = account.new_id(), "payer-action" if source else "approve"
    made = {
        "id": key, "intent": told["intent"], "status": "PAYER_ACTION_REQUIRED" if source else "CREATED", "purchase_units": units,
        "payment_source": {"paypal": {}} if source else None, "create_time": account.now(), "_context": context,
        "_expires": account.world.clock.now() + OPEN_SECONDS, "_behavior": "approve",
        "links": [
            account.link(f"/v2/checkout/orders/{key}", "self"), account.link(f"/checkoutnow?token={key}", rel),
            account.link(f"/v2/checkout/orders/{key}/{told['intent'].lower()}", told["intent"].lower(), "POST"),
        ],
    }  # fmt: skip
    return account.save("order", made)


def _require_sums(unit: Json, total: int) -> None:
    """The breakdown, where there is one, must come to the amount."""
    parts = (unit["amount"] or {}).get("breakdown") or {}
    if not parts:
        return
    signs = {
        "item_total": 1,
        "tax_total": 1,
        "shipping": 1,
        "handling": 1,
        "insurance": 1,
        "discount": -1,
        "shipping_discount": -1,
    }
    named = [(sign, name) for name, sign in signs.items() if parts.get(name) and str(parts[name].get("value")).strip("0.")]
    if sum(sign * minor(parts[name], f"/amount/breakdown/{name}")[0] for sign, name in named) != total:
        raise unfit(
            "AMOUNT_MISMATCH",
            "Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.",
        )


_PATCHED: Final = re.compile(r"/purchase_units/@reference_id=='([^']{1,256})'/(custom_id|invoice_id|description)")


def patch(account: Account, told: Json, key: str) -> Json:
    """`PATCH /v2/checkout/orders/:id`: names and description of a unit, before it is paid."""
    order = find(account, key)
    if order["status"] == "COMPLETED":
        raise unfit("ORDER_COMPLETED_OR_VOIDED", "Order is voided or completed and hence cannot be patched.")
    for change in told["patches"]:
        asked = _PATCHED.fullmatch(str(change.get("path")))
        units = [unit for unit in order["purchase_units"] if asked and unit["reference_id"] == asked[1]]
        if not asked or change.get("op") not in ("replace", "add") or not units:
            raise malformed("/path", "INVALID_PATCH_OPERATION", "The path or the operation is not supported here.")
        units[0][asked[2]] = str(change.get("value"))
    return account.save("order", order)


def find(account: Account, key: str) -> Json:
    """An order; one that nobody approved in time is gone."""
    order = account.find("order", key)
    if order["status"] in OPEN and order["_expires"] <= account.world.clock.now():
        raise PayPalError(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Specified resource ID does not exist.")
    return order


def told(account: Account, order: Json) -> Json:
    """An order with what was paid for it, as `GET` tells it."""
    seen = dict(order)
    if seen["payment_source"] is None:
        seen.pop("payment_source")
    paid = {
        "authorizations": account.all("authorization", order["id"])[::-1], "captures": account.all("capture", order["id"])[::-1],
    }  # fmt: skip
    paid["refunds"] = [one for made in paid["captures"] for one in account.all("refund", made["id"])[::-1]]
    if paid["authorizations"] or paid["captures"]:
        units = [dict(unit) for unit in order["purchase_units"]]
        units[0]["payments"] = {name: made for name, made in paid.items() if made}
        seen["purchase_units"] = units
    return seen


def approve(account: Account, order: Json, behavior: str) -> None:
    """The buyer agrees. What their wallet then does is its own affair: pay, refuse, or take its time."""
    payer: dict[str, Any] = {
        "email_address": "buyer@example.com", "payer_id": "SANDBOXBUYER1", "name": {"given_name": "A.", "surname": "Buyer"},
    }  # fmt: skip
    source = {"email_address": payer["email_address"], "account_id": payer["payer_id"], "account_status": "VERIFIED"}
    fault = account.world.faults.draw("payment", "paypal")
    behavior = {"payment_declined": "decline", "payment_delayed": "delay"}.get(fault, behavior)
    order |= {"status": "APPROVED", "_behavior": behavior, "payer": payer | {"address": {"country_code": "US"}}}
    order["payment_source"] = {"paypal": source | {"name": payer["name"], "address": {"country_code": "US"}}}
    account.save("order", order)
    account.tell("CHECKOUT.ORDER.APPROVED", "checkout-order", order, "An order has been approved by buyer")


def pay(account: Account, _told: Json, key: str, intent: str) -> Json:
    """`POST /v2/checkout/orders/:id/capture` and `…/authorize`."""
    order = find(account, key)
    if order["intent"] != intent:
        raise unfit("ACTION_DOES_NOT_MATCH_INTENT", "Order was created with an intent to which this action does not fit.")
    if order["status"] == "COMPLETED":
        done = "CAPTURED" if intent == "CAPTURE" else "AUTHORIZED"
        raise unfit(f"ORDER_ALREADY_{done}", f"Order already {done.lower()}. If 'intent=CAPTURE' only one capture is allowed.")
    if order["status"] != "APPROVED":
        raise unfit("ORDER_NOT_APPROVED", "Payer has not yet approved the Order for payment.")
    if order["_behavior"] == "decline":
        raise _declined(account, order)
    order |= {"status": "COMPLETED", "update_time": account.now()}
    account.save("order", order)
    for unit in order["purchase_units"]:
        if intent == "CAPTURE":
            payments.capture(account, order, unit, minor(unit["amount"], "/amount")[0])
        else:
            payments.authorize(account, order, unit)
    if intent == "CAPTURE":
        account.tell("CHECKOUT.ORDER.COMPLETED", "checkout-order", told(account, order), "Checkout Order Completed")
    return told(account, order)


def _declined(account: Account, order: Json) -> PayPalError:
    """The buyer may choose another card and approve again."""
    account.save("order", order | {"status": "PAYER_ACTION_REQUIRED"})
    why = "The instrument presented was either declined by the processor or bank, or it can't be used for this payment."
    refused = unfit("INSTRUMENT_DECLINED", why)
    refused.told["links"] = [*refused.told["links"], account.link(f"/checkoutnow?token={order['id']}", "redirect")]
    return refused
