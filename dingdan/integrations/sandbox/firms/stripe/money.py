"""Stripe's own books: what every movement leaves in the balance, with its fee, and what is paid out."""

from __future__ import annotations

from typing import Any, Final

from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import forms
from dingdan.integrations.sandbox.firms.stripe.account import Account, invalid

AVAILABLE_SECONDS: Final = 2 * 86_400
DISPUTE_FEE: Final = 1500
_CATEGORIES: Final = {"payment_failure_refund": "charge_failure", "refund_failure": "refund_failure"}


def fee(amount: int) -> int:
    """2.9 % and 30 of the smallest units, rounded half up."""
    return (amount * 29 + 500) // 1000 + 30


def enter(account: Account, source: Json, kind: str, amount: int, *, cost: int = 0, category: str = "") -> Json:
    """Write a movement of the balance: `charge`, `refund`, `adjustment`, `payout` …"""
    details = [{"amount": cost, "application": None, "currency": source["currency"], "description": "Stripe processing fees",
                "type": "stripe_fee"}]  # fmt: skip
    made = account.make(
        "balance_transaction", amount=amount, available_on=account.now() + AVAILABLE_SECONDS, currency=source["currency"],
        description=source.get("description"), exchange_rate=None, fee=cost, fee_details=details if cost else [],
        net=amount - cost, reporting_category=category or _CATEGORIES.get(kind, kind), source=source["id"], status="pending",
        type=kind, _payout="",
    )  # fmt: skip
    return account.save(made)


def balance(account: Account) -> Json:
    """`GET /v1/balance`."""
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for one in account.all("balance_transaction"):
        at = sums["available" if _status(account, one) == "available" else "pending"]
        at[one["currency"]] = at.get(one["currency"], 0) + one["net"]
    told = {
        name: [{"amount": total, "currency": currency, "source_types": {"card": total}} for currency, total in kept.items()]
        for name, kept in sums.items()
    }
    return {"object": "balance", "livemode": False, **told}


def _status(account: Account, one: Json) -> str:
    return "available" if one["available_on"] <= account.now() or one["_payout"] else "pending"


def retrieve(account: Account, params: Json, key: str) -> Json:
    """`GET /v1/balance_transactions/:id`."""
    found = account.find("balance_transaction", key)
    return forms.expanded(account, found | {"status": _status(account, found)}, params)


def transactions(account: Account, params: Json) -> Json:
    """`GET /v1/balance_transactions`: by time, payout, source, currency and type."""
    found = [one | {"status": _status(account, one)} for one in account.all("balance_transaction", since=forms.since(params))]
    if payout := params.get("payout"):
        account.find("payout", payout, "payout")
        found = [one for one in found if one["_payout"] == payout]
    for name in ("source", "currency", "type"):
        if params.get(name):
            found = [one for one in found if one[name] == params[name]]
    return forms.listed(account, found, params, "/v1/balance_transactions")


def pay_out(account: Account, currency: str = "", **more: Any) -> list[Json]:
    """Pay out everything that is in the balance, each currency by itself: what Stripe does every day."""
    waiting = [one for one in account.all("balance_transaction") if not one["_payout"] and one["type"] != "payout"]
    made = []
    for money in sorted({one["currency"] for one in waiting}):
        theirs = [one for one in waiting if one["currency"] == money]
        total = sum(one["net"] for one in theirs)
        if total <= 0 or currency not in ("", money):
            continue
        payout = account.make(
            "payout", amount=total, arrival_date=account.now() + 86_400, automatic=True, balance_transaction=None, currency=money,
            description="STRIPE PAYOUT", destination="ba_sandbox", failure_balance_transaction=None, failure_code=None,
            failure_message=None, metadata={}, method="standard", original_payout=None, reconciliation_status="completed",
            reversed_by=None, source_type="card", statement_descriptor=None, status="in_transit", type="bank_account", **more,
        )  # fmt: skip
        out = enter(account, payout, "payout", -total)
        payout["balance_transaction"] = out["id"]
        for one in [*theirs, out]:
            account.save(one | {"_payout": payout["id"]})
        account.tell("payout.created", account.save(payout))
        made.append(payout)
    return made


def arrive(account: Account) -> None:
    """Payouts whose day has come are paid."""
    for payout in account.due("payout"):
        payout["status"] = "paid"
        account.tell("payout.paid", account.save(payout))


def create_payout(account: Account, params: Json) -> Json:
    """`POST /v1/payouts`: here always all that there is of the currency."""
    made = pay_out(account, str(params.get("currency", "")).lower())
    if not made:
        raise invalid("You have insufficient funds in your Stripe account.", code="balance_insufficient")
    return forms.expanded(account, made[0], params)
