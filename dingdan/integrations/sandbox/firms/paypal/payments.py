"""Payments v2: authorizations, captures and refunds (https://developer.paypal.com/docs/api/payments/v2/)."""

from __future__ import annotations

from typing import Final

from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.paypal.account import Account, fee, minor, money, public, unfit
from dingdan.integrations.sandbox.firms.store import Json

HOLD_SECONDS: Final = 29 * 86_400
_PROTECTION: Final = {"status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"]}


# ── authorizations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def authorize(account: Account, order: Json, unit: Json) -> Json:
    """Hold the money of a purchase unit."""
    total, currency = minor(unit["amount"], "/purchase_units/0/amount")
    now = account.world.clock.now()
    made = _named(unit) | {
        "id": account.new_id(), "status": "CREATED", "amount": money(total, currency), "seller_protection": _PROTECTION,
        "expiration_time": iso(now + HOLD_SECONDS), "create_time": account.now(), "update_time": account.now(),
        "_ref": order["id"], "_total": total, "_currency": currency, "_captured": 0, "_expires": now + HOLD_SECONDS,
    }  # fmt: skip
    path = f"/v2/payments/authorizations/{made['id']}"
    made["links"] = [
        account.link(path, "self"), account.link(f"{path}/capture", "capture", "POST"),
        account.link(f"{path}/void", "void", "POST"), account.link(f"/v2/checkout/orders/{order['id']}", "up"),
    ]  # fmt: skip
    account.save("authorization", made)
    account.tell("PAYMENT.AUTHORIZATION.CREATED", "authorization", made, f"A payment authorization was created for {_sum(made)}")
    return made


def capture_authorization(account: Account, told: Json, key: str) -> Json:
    """`POST /v2/payments/authorizations/:id/capture`: a part, several parts, up to 115 % together."""
    held = account.find("authorization", key)
    _require_open(held)
    total, currency = minor(told["amount"], "/amount") if told.get("amount") else (held["_total"], held["_currency"])
    if currency != held["_currency"]:
        raise unfit("CURRENCY_MISMATCH", "The currency of the capture must be the same as that of the authorization.")
    if held["_captured"] + total > held["_total"] * 115 // 100:
        raise unfit("MAX_CAPTURE_AMOUNT_EXCEEDED", "Capture amount exceeds allowable limit.")
    final = bool(told.get("final_capture", not told.get("amount")))
    held["_captured"] += total
    is_done = final or held["_captured"] >= held["_total"]
    held |= {"status": "CAPTURED" if is_done else "PARTIALLY_CAPTURED", "update_time": account.now()}
    account.save("authorization", held)
    named = held | {name: told[name] for name in ("invoice_id", "note_to_payer") if told.get(name)}
    order = account.find("order", held["_ref"])
    return capture(account, order, named, total, final=final)


def _require_open(held: Json) -> None:
    refused = {
        "CAPTURED": ("AUTHORIZATION_ALREADY_CAPTURED", "Authorization has already been captured."),
        "VOIDED": ("AUTHORIZATION_VOIDED", "A voided authorization cannot be captured or reauthorized."),
        "EXPIRED": ("AUTHORIZATION_EXPIRED", "An expired authorization cannot be captured."),
    }
    if held["status"] in refused:
        raise unfit(*refused[held["status"]])


def void(account: Account, _told: Json, key: str) -> Json:
    """`POST /v2/payments/authorizations/:id/void`."""
    held = account.find("authorization", key)
    if held["status"] == "VOIDED":
        raise unfit("PREVIOUSLY_VOIDED", "Authorization has been previously voided and hence cannot be voided again.")
    if held["status"] not in ("CREATED", "PARTIALLY_CAPTURED"):
        raise unfit("PREVIOUSLY_CAPTURED", "Authorization has been previously captured and hence cannot be voided.")
    held |= {"status": "VOIDED", "update_time": account.now()}
    account.save("authorization", held)
    account.tell("PAYMENT.AUTHORIZATION.VOIDED", "authorization", held, "A payment authorization was voided")
    return held


# ── captures ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def capture(account: Account, order: Json, unit: Json, total: int, *, final: bool = True) -> Json:
    """Take money, or begin to."""
    _, currency = minor(unit["amount"], "/purchase_units/0/amount")
    is_late = order.get("_behavior") == "delay"
    cost = fee(total)
    made = _named(unit) | {
        "id": account.new_id(), "status": "PENDING" if is_late else "COMPLETED", "amount": money(total, currency),
        "final_capture": final, "seller_protection": _PROTECTION, "create_time": account.now(), "update_time": account.now(),
        "seller_receivable_breakdown": {
            "gross_amount": money(total, currency), "paypal_fee": money(cost, currency),
            "net_amount": money(total - cost, currency),
        },
        "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        "_ref": order["id"], "_total": total, "_currency": currency, "_refunded": 0, "_fee": cost,
        "_due": account.world.later() if is_late else 0,
    }  # fmt: skip
    if is_late:
        made["status_details"] = {"reason": "ECHECK"}
    path = f"/v2/payments/captures/{made['id']}"
    made["links"] = [
        account.link(path, "self"), account.link(f"{path}/refund", "refund", "POST"),
        account.link(f"/v2/checkout/orders/{order['id']}", "up"),
    ]  # fmt: skip
    account.save("capture", made)
    topic = "PENDING" if is_late else "COMPLETED"
    account.tell(f"PAYMENT.CAPTURE.{topic}", "capture", made, f"Payment {topic.lower()} for {_sum(made)}")
    return made


def end_capture(account: Account, made: Json, *, denied: bool = False) -> None:
    """A capture that took its time succeeds, or does not."""
    if made["status"] != "PENDING":
        return
    status, topic = ("DECLINED", "DENIED") if denied else ("COMPLETED", "COMPLETED")
    made |= {"status": status, "update_time": account.now(), "_due": 0}
    made.pop("status_details", None)
    account.save("capture", made)
    account.tell(f"PAYMENT.CAPTURE.{topic}", "capture", made, f"Payment {topic.lower()} for {_sum(made)}")


# ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def refund(account: Account, told: Json, key: str) -> Json:
    """`POST /v2/payments/captures/:id/refund`: the whole, a part, several parts; never more than was taken."""
    taken = account.find("capture", key)
    if taken["status"] == "REFUNDED":
        raise unfit("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
    if taken["status"] not in ("COMPLETED", "PARTIALLY_REFUNDED"):
        raise unfit("REFUND_NOT_ALLOWED", "Refund is not allowed for a capture that is not completed.")
    left = taken["_total"] - taken["_refunded"]
    total, currency = minor(told["amount"], "/amount") if told.get("amount") else (left, taken["_currency"])
    if currency != taken["_currency"]:
        raise unfit("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture.")
    if total > left:
        raise unfit("REFUND_AMOUNT_EXCEEDED", "The refund amount must be less than or equal to the capture amount that has not "
                                              "yet been refunded.")  # fmt: skip
    fault = account.world.faults.draw("refund", "paypal")
    taken["_refunded"] += total
    made = {
        "id": account.new_id(), "status": "PENDING" if fault else "COMPLETED", "amount": money(total, currency),
        "create_time": account.now(), "update_time": account.now(), "_ref": key, "_total": total, "_currency": currency,
        "seller_payable_breakdown": {
            "gross_amount": money(total, currency), "paypal_fee": money(0, currency), "net_amount": money(total, currency),
            "total_refunded_amount": money(taken["_refunded"], currency),
        },
        "_due": account.world.later() if fault else 0, "_fails": fault == "refund_failed",
    }  # fmt: skip
    made |= {name: told[name] for name in ("invoice_id", "custom_id", "note_to_payer") if told.get(name)}
    path = f"/v2/payments/refunds/{made['id']}"
    made["links"] = [account.link(path, "self"), account.link(f"/v2/payments/captures/{key}", "up")]
    if fault:
        made["status_details"] = {"reason": "ECHECK"}
        account.save("capture", taken)
        account.save("refund", made)
        account.tell("PAYMENT.REFUND.PENDING", "refund", made, f"A {_sum(made)} refund is pending")
        return made
    account.save("refund", made)
    _refunded(account, taken, made)
    return made


def _refunded(account: Account, taken: Json, made: Json) -> None:
    taken |= {
        "status": "REFUNDED" if taken["_refunded"] == taken["_total"] else "PARTIALLY_REFUNDED",
        "update_time": account.now(),
    }
    account.save("capture", taken)
    account.tell("PAYMENT.CAPTURE.REFUNDED", "refund", made, f"A {_sum(made)} capture payment was refunded")


def end_refund(account: Account, made: Json, *, fails: bool) -> None:
    """A refund succeeds after a while, or the money comes back."""
    if made["status"] == "FAILED" or (made["status"] == "COMPLETED" and not fails):
        return None
    taken = account.find("capture", made["_ref"])
    made |= {"status": "FAILED" if fails else "COMPLETED", "update_time": account.now(), "_due": 0}
    made.pop("status_details", None)
    account.save("refund", made)
    if not fails:
        return _refunded(account, taken, made)
    taken["_refunded"] -= made["_total"]
    taken["status"] = "PARTIALLY_REFUNDED" if taken["_refunded"] else "COMPLETED"
    account.save("capture", taken)
    return account.tell("PAYMENT.REFUND.FAILED", "refund", made, f"A {_sum(made)} refund failed")


def pass_time(account: Account) -> None:
    """What is due ends, and what was held for too long is let go."""
    for made in account.due("capture"):
        end_capture(account, made)
    for made in account.due("refund"):
        end_refund(account, made, fails=made["_fails"])
    for held in account.due("authorization"):
        account.save("authorization", held | {"status": "EXPIRED"})


def _named(unit: Json) -> Json:
    return {name: unit[name] for name in ("invoice_id", "custom_id", "note_to_payer", "amount") if unit.get(name)}


def _sum(made: Json) -> str:
    told: Json = public(made["amount"])
    return f"{told['value']} {told['currency_code']}"
