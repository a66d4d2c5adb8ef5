"""Transaction search (https://developer.paypal.com/docs/api/transaction-search/v1/): every movement, with its fee."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Final

from dingdan.integrations.sandbox.firms.paypal.account import Account, PayPalError, malformed, money
from dingdan.integrations.sandbox.firms.store import Json

_SPAN_SECONDS: Final = 31 * 86_400
_PAID: Final = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")


def transactions(account: Account, query: dict[str, str]) -> Json:
    """`GET /v1/reporting/transactions`: at most 31 days at a time, oldest first, in pages."""
    begin, end = _time(query, "start_date"), _time(query, "end_date")
    if end < begin or end - begin > _SPAN_SECONDS:
        raise PayPalError(400, "INVALID_REQUEST", "INVALID_DATE_RANGE", "Date range is greater than 31 days", field="end_date")
    size = min(500, max(1, int(query.get("page_size", "100"))))
    page = max(1, int(query.get("page", "1")))
    found = [one for one in _all(account) if begin <= one[0] <= end]
    if query.get("transaction_id"):
        found = [one for one in found if one[1]["transaction_id"] == query["transaction_id"]]
    pages = -(-len(found) // size)
    rows = [{"transaction_info": told} for _at, told in found[(page - 1) * size : page * size]]
    return {
        "transaction_details": rows, "account_number": account.kept["merchant_id"], "start_date": _written(begin),
        "end_date": _written(end), "last_refreshed_datetime": _written(account.world.clock.now()), "page": page,
        "total_items": len(found), "total_pages": pages, "links": [],
    }  # fmt: skip


def _all(account: Account) -> list[tuple[float, Json]]:
    found = [
        (made["_at"], _row(made, "T0006", made["_total"]) | _cost(made) | {"paypal_reference_id_type": "ODR"})
        for made in account.all("capture")
        if made["status"] in _PAID
    ]
    found += [
        (made["_at"], _row(made, "T1107", -made["_total"])) for made in account.all("refund") if made["status"] == "COMPLETED"
    ]
    found += [(made["_at"], _row(made, "T0400", -made["_total"])) for made in account.all("withdrawal")]
    for made in account.all("dispute"):
        found.append((made["_at"], _row(made, "T1201", -made["_total"])))
        if made["_won_at"]:
            back = _row(made, "T1202", made["_total"]) | {"transaction_initiation_date": _written(made["_won_at"])}
            found.append((made["_won_at"], back))
    return sorted(found, key=lambda one: one[0])


def pay_out(account: Account) -> None:
    """Withdraw everything that is in the balance to the merchant's bank, each currency by itself."""
    left: dict[str, int] = defaultdict(int)
    for made in account.all("capture"):
        left[made["_currency"]] += made["_total"] - made["_fee"] if made["status"] in _PAID else 0
    for made in account.all("refund"):
        left[made["_currency"]] -= made["_total"] if made["status"] == "COMPLETED" else 0
    for made in account.all("dispute"):
        left[made["_currency"]] -= 0 if made["_won_at"] else made["_total"]
    for made in account.all("withdrawal"):
        left[made["_currency"]] -= made["_total"]
    for currency, total in sorted(left.items()):
        if total > 0:
            made = {"id": account.new_id(), "_ref": "", "_total": total, "_currency": currency}
            account.save("withdrawal", made)


def _cost(made: Json) -> Json:
    return {"fee_amount": money(-made["_fee"], made["_currency"])}


def _row(made: Json, code: str, total: int) -> Json:
    told = {
        "transaction_id": made["id"], "paypal_reference_id": made["_ref"], "paypal_reference_id_type": "TXN",
        "transaction_event_code": code, "transaction_initiation_date": _written(made["_at"]),
        "transaction_updated_date": _written(made["_at"]), "transaction_amount": money(total, made["_currency"]),
        "transaction_status": "S", "protection_eligibility": "01",
    }  # fmt: skip
    told |= {"invoice_id": made["invoice_id"]} if made.get("invoice_id") else {}
    return told | ({"custom_field": made["custom_id"]} if made.get("custom_id") else {})


def _time(query: dict[str, str], name: str) -> float:
    try:
        at = datetime.fromisoformat(query.get(name, "").replace(" ", "+"))
    except ValueError:
        raise malformed(name, "INVALID_PARAMETER_SYNTAX", "The date does not conform to RFC 3339.") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _written(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
