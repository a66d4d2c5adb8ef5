"""Money over the API: it comes, is looked at, goes to documents and back, and never more than there is."""

from __future__ import annotations

from typing import Any

from dingdan.ledgers.payments.models import Posting
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller


def pounds(amount: int, currency: str = "GBP") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def test_an_order_is_paid_and_refunded(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    paid = caller.post(f"/orders/{order.number}/payments", {"method": "cash", "money": pounds(500)})
    assert (paid.status, paid["applied"][0]["payment_status"]) == (201, "paid")
    told = caller.get(f"/payments/{paid['payment_id']}")
    assert (told["captured"], [(one["document_id"], one["amount"]) for one in told["pays"]]) == (
        500,
        [(str(order.order_id), 500)],
    )
    refund = caller.post(f"/payments/{paid['payment_id']}/refunds", {"money": pounds(200), "method": "cash", "reason": "favor"})
    assert refund.status == 200
    attempt = refund["refunds"][0]["attempt_id"]
    assert caller.post(f"/attempts/{attempt}/refunded", {}).status == 200
    assert caller.get(f"/payments/{paid['payment_id']}")["refunded"] == 200
    accounts = {one["account"]: one["balance"] for one in caller.get("/accounts").json}
    assert (accounts["cash"], accounts["customer_deposits"]) == (300, 300)
    assert [line["amount"] for line in caller.get("/accounts/cash/postings", currency="GBP").json] == [500, -200]
    assert kit.breaches() == []


CANNOT_BE: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({"method": "cash", "money": pounds(0)}, (422, "amount_not_positive")),
    ({"method": "cash", "money": pounds(-5)}, (422, "amount_not_positive")),
    ({"method": "cash", "money": pounds(5, "USD")}, (422, "foreign_currency")),
    ({"method": "cash", "money": pounds(5, "ZZZ")}, (422, "unknown_currency")),
    ({"method": "cash", "money": pounds(10**18)}, (422, "amount_too_large")),
    ({"method": "cash", "money": {"amount": 5.5, "currency": "GBP"}}, (422, "invalid_request")),
    ({"method": "shells", "money": pounds(5)}, (422, "unknown_method")),
]


def test_money_that_cannot_be_is_refused(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    for body, refused in CANNOT_BE:
        answer = caller.post(f"/orders/{order.number}/payments", body)
        assert (answer.status, answer.problem.code) == refused, body
        assert Posting.objects.count() == 0, body


def test_never_more_is_refunded_than_was_captured(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    payment = kit.pay(shop, order)
    postings = Posting.objects.count()
    answer = caller.post(f"/payments/{payment.payment_id}/refunds", {"money": pounds(501)})
    assert (answer.status, answer.problem.code) == (409, "refund_above_captured")
    assert (Posting.objects.count(), kit.breaches()) == (postings, [])


def test_unapplied_money_is_found_and_put_to_an_order(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    came = caller.post("/payments", {"method": "bank_transfer", "money": pounds(700), "reference": "FT-1"})
    assert (came.status, came["unapplied"]) == (201, 700)
    again = caller.post("/payments", {"method": "bank_transfer", "money": pounds(700), "reference": "FT-1"})
    assert (again.status, again.problem.code) == (409, "reference_used")
    order = kit.place(shop, ("MUG", 2))
    put = {"document": {"kind": "order", "id": str(order.order_id)}, "money": pounds(500)}
    assert caller.post(f"/payments/{came['payment_id']}/allocations", put)["unapplied"] == 200
    assert [one["id"] for one in caller.get("/payments", unapplied="true")["items"]] == [came["payment_id"]]
    assert caller.get("/payments", unapplied="false")["items"] == []
    assert [one["payment_status"] for one in caller.get("/receivables")["items"]] == ["paid"]


def test_credit_is_granted_only_to_customers_of_this_shop(shop: Shop, caller: Caller) -> None:
    caller.post("/customers", {"number": "C-1"})
    assert caller.post("/customers/C-1/store-credit", {"money": pounds(300)})["left"] == 300
    assert [(one["kind"], one["due"]) for one in caller.get("/payables")["items"]] == [("store_credit", 300)]
    answer = caller.post("/customers/0190b5c8-6f6e-7cc0-8000-123456789abc/store-credit", {"money": pounds(300)})
    assert (answer.status, answer.problem.code) == (404, "not_found")
