"""Charges with what follows from them: refunds, disputes, and the movements of the balance."""

from __future__ import annotations

from typing import Final

from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import forms, money
from dingdan.integrations.sandbox.firms.stripe.account import Account, StripeError, invalid, missing

REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")


def make(account: Account, intent: Json, chosen: Json, status: str) -> Json:
    """A charge for an intent's whole amount, of which nothing is taken yet."""
    kind = chosen["type"]
    details = {kind: dict(chosen.get(kind) or {}), "type": kind}
    if kind == "card":
        wanted = ((intent["payment_method_options"] or {}).get("card") or {}).get("request_multicapture") == "if_available"
        details["card"]["multicapture"] = {"status": "available" if wanted else "unavailable"}
    made = account.make(
        "charge", amount=intent["amount"], amount_captured=0, amount_refunded=0, application=None, application_fee=None,
        application_fee_amount=None, balance_transaction=None, billing_details=chosen["billing_details"],
        calculated_statement_descriptor="SANDBOX", captured=False, currency=intent["currency"], customer=intent["customer"],
        description=intent["description"], disputed=False, failure_balance_transaction=None, failure_code=None,
        failure_message=None, fraud_details={}, metadata=dict(intent["metadata"]), on_behalf_of=None,
        outcome={"network_status": "approved_by_network", "reason": None, "risk_level": "normal", "risk_score": 20,
                 "seller_message": "Payment complete.", "type": "authorized"},
        paid=status == "succeeded", payment_intent=intent["id"], payment_method=chosen["id"],
        payment_method_details=details, receipt_email=intent["receipt_email"],
        receipt_number=None, receipt_url=None, refunded=False, review=None, shipping=intent["shipping"], source=None,
        source_transfer=None, statement_descriptor=None, statement_descriptor_suffix=None, status=status, transfer_data=None,
        transfer_group=intent["transfer_group"], _held=0, _behavior=chosen["_behavior"],
    )  # fmt: skip
    intent["latest_charge"] = made["id"]
    return account.save(made)


def takes_several(charge: Json) -> bool:
    """Whether what is held can be captured in parts."""
    told = (charge["payment_method_details"].get("card") or {}).get("multicapture") or {}
    return bool(told.get("status") == "available")


def pending(account: Account, intent: Json) -> Json | None:
    """The charge of an intent that takes its time."""
    found = account.find("charge", intent["latest_charge"]) if intent["latest_charge"] else None
    return found if found and found["status"] == "pending" else None


def hold(account: Account, charge: Json) -> None:
    """Hold the money."""
    charge |= {"status": "succeeded", "paid": True, "_held": charge["amount"]}
    account.save(charge)


def take(account: Account, charge: Json, amount: int) -> None:
    """Take money: what is taken stands in the balance, less the fee."""
    charge["amount_captured"] += amount
    charge |= {"status": "succeeded", "paid": True, "captured": True, "_held": max(0, charge["_held"] - amount)}
    cost = money.fee(amount)
    charge["balance_transaction"] = money.enter(account, charge, "charge", amount, cost=cost)["id"]
    charge["_fees"] = charge.get("_fees", 0) + cost
    account.save(charge)


def fail(account: Account, charge: Json, code: str, message: str) -> None:
    """The charge did not succeed."""
    charge |= {"status": "failed", "paid": False, "failure_code": code, "failure_message": message}
    charge["outcome"] = charge["outcome"] | {"network_status": "declined_by_network", "reason": code, "type": "issuer_declined",
                                             "seller_message": message}  # fmt: skip
    account.tell("charge.failed", account.save(charge))


def let_go(account: Account, charge: Json) -> None:
    """What was held is held no more."""
    charge["_held"] = 0
    if charge["status"] == "pending":
        charge["status"] = "failed"
    account.save(charge)


# ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def refund(account: Account, params: Json) -> Json:
    """`POST /v1/refunds`: the whole, a part, several parts; never more than was taken."""
    charge = _refundable(account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    asked = forms.amount(params, "amount", default=left)
    if asked > left:
        raise StripeError(400, "invalid_request_error", f"Refund amount ({asked}) is greater than unrefunded amount on charge "
                          f"({left})", param="amount")  # fmt: skip
    reason = params.get("reason")
    if reason not in (None, *REASONS):
        raise invalid("Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer", param="reason")
    made = account.make(
        "refund", amount=asked, balance_transaction=None, charge=charge["id"], currency=charge["currency"],
        destination_details={"card": {"type": "refund", "reference_status": "pending"}, "type": "card"},
        metadata=params.get("metadata") or {}, payment_intent=charge["payment_intent"], reason=reason, receipt_number=None,
        source_transfer_reversal=None, status="succeeded", transfer_reversal=None, _due=0,
    )  # fmt: skip
    made["balance_transaction"] = money.enter(account, made, "refund", -asked)["id"]
    charge["amount_refunded"] += asked
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    fault = account.world.faults.draw("refund", "stripe")
    if fault or charge["_behavior"] in ("refund_fails", "refund_pending"):
        is_late = fault == "refund_delayed" or charge["_behavior"] == "refund_pending"
        made |= {"status": "pending" if is_late else "succeeded", "_due": account.world.later(), "_fails": not is_late}
    account.save(made)
    account.save(charge)
    account.tell("refund.created", made)
    account.tell("charge.refunded", charge)
    return forms.expanded(account, made, params)


def _refundable(account: Account, params: Json) -> Json:
    if params.get("charge"):
        charge = account.find("charge", str(params["charge"]), "charge")
    elif params.get("payment_intent"):
        intent = account.find("payment_intent", str(params["payment_intent"]), "payment_intent")
        if not intent["latest_charge"] or not intent["amount_received"]:
            raise invalid(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        charge = account.find("charge", intent["latest_charge"])
    else:
        raise missing("payment_intent")
    if charge["disputed"] and not _is_won(account, charge):
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    return charge


def update_refund(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/refunds/:id`: its metadata."""
    found = account.find("refund", key)
    found["metadata"] = found["metadata"] | (params.get("metadata") or {})
    account.tell("refund.updated", account.save(found))
    return forms.expanded(account, found, params)


def end_refund(account: Account, made: Json, *, fails: bool) -> None:
    """A refund that took its time succeeds, or the bank sends the money back."""
    if not fails:
        made |= {"status": "succeeded", "_due": 0}
        return account.tell("refund.updated", account.save(made))
    if made["status"] == "failed":
        return None
    back = money.enter(account, made, "refund_failure", made["amount"])
    made |= {"status": "failed", "failure_reason": "expired_or_canceled_card", "_due": 0}
    made["failure_balance_transaction"] = back["id"]
    charge = account.find("charge", made["charge"])
    charge["amount_refunded"] -= made["amount"]
    charge["refunded"] = False
    account.save(charge)
    account.tell("refund.updated", account.save(made))
    account.tell("refund.failed", made)
    return account.tell("charge.refund.updated", made)


def pass_time(account: Account) -> None:
    """Refunds that are due end."""
    for made in account.due("refund"):
        end_refund(account, made, fails=made.get("_fails", False))


# ── disputes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def dispute(account: Account, charge: Json) -> None:
    """The buyer's bank takes the money back, with a fee."""
    if charge["disputed"] or not charge["amount_captured"]:
        return
    made = account.make(
        "dispute", amount=charge["amount_captured"] - charge["amount_refunded"], balance_transactions=[], charge=charge["id"],
        currency=charge["currency"], enhanced_eligibility_types=[], evidence={}, is_charge_refundable=False, metadata={},
        evidence_details={"due_by": account.now() + 7 * 86_400, "has_evidence": False, "past_due": False, "submission_count": 0},
        payment_intent=charge["payment_intent"], reason="fraudulent", status="needs_response",
        payment_method_details={"card": {"brand": "visa", "case_type": "chargeback"}, "type": "card"},
    )  # fmt: skip
    out = money.enter(account, made, "adjustment", -made["amount"], cost=money.DISPUTE_FEE, category="dispute")
    made["balance_transactions"] = [out]
    account.save(made)
    charge["disputed"] = True
    account.save(charge)
    account.tell("charge.dispute.created", made)
    account.tell("charge.dispute.funds_withdrawn", made)


def _is_won(account: Account, charge: Json) -> bool:
    return all(one["status"] == "won" for one in account.all("dispute", ref=charge["id"]))


def answer_dispute(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/disputes/:id`: evidence is sent."""
    found = account.find("dispute", key)
    found["evidence"] = found["evidence"] | (params.get("evidence") or {})
    found["metadata"] = found["metadata"] | (params.get("metadata") or {})
    if forms.flag(params, "submit", default=bool(params.get("evidence"))):
        found["status"] = "under_review"
    account.tell("charge.dispute.updated", account.save(found))
    return forms.expanded(account, found, params)


def keep_file(account: Account, params: Json) -> Json:
    """`POST /v1/files`: something is uploaded. Of what is in it only the size is kept."""
    if params.get("purpose") != "dispute_evidence" or not isinstance(params.get("file"), dict):
        raise invalid("A file wants a purpose that this double knows, and something in it.", param="purpose")
    name, size = params["file"]["name"], params["file"]["size"]
    made = account.make("file", purpose=params["purpose"], filename=name, size=size, type=name.rpartition(".")[2], url=None)
    return account.save(made)


def close_dispute(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/disputes/:id/close`: the shop gives in."""
    found = account.find("dispute", key)
    end_dispute(account, found, "lost")
    return forms.expanded(account, found, params)


def end_dispute(account: Account, found: Json, status: str) -> None:
    """The bank has decided: `won` gives the money back, and the fee too."""
    if found["status"] in ("won", "lost"):
        raise invalid("This dispute is already closed.")
    found["status"] = status
    if status == "won":
        back = money.enter(account, found, "adjustment", found["amount"], cost=-money.DISPUTE_FEE, category="dispute_reversal")
        found["balance_transactions"] = [*found["balance_transactions"], back]
    account.tell("charge.dispute.closed", account.save(found))
    if status == "won":
        account.tell("charge.dispute.funds_reinstated", found)
