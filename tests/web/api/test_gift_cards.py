"""Gift cards and disputes by the API, and by the customer's own link."""

from __future__ import annotations

from typing import Any

from dingdan.ledgers.payments.commands import Told, Towards, record_capture, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import code_of
from tests import kit
from tests.conftest import Shop
from tests.ledgers.payments.desk import SilentGateway
from tests.web.api.client import Caller
from tests.web.api.test_own import own

WRONG = "AAAA-AAAA-AAAA-AAAA-AAAA"


def issued(caller: Caller, amount: int = 20_00, **more: Any) -> Any:
    """A card given as a favor."""
    return caller.post("/gift-cards", {"money": {"amount": amount, "currency": "GBP"}, **more}, key=f"card-{amount}").json


def test_a_card_is_issued_asked_about_and_redeemed(shop: Shop, caller: Caller) -> None:
    card = issued(caller, valid_months=12)
    assert (card["event"], card["code"][-4:], issued(caller, valid_months=12)) == ("GiftCardIssued", card["last4"], card)
    seen = caller.get(f"/gift-cards/{card['gift_card_id']}")
    assert (seen["state"], seen["left"], seen["last4"], "code" in seen.json) == ("active", 20_00, card["last4"], False)
    told = caller.post("/gift-cards/balance", {"code": card["code"].lower()})
    assert (told.status, told["left"], told["currency"]) == (200, 20_00, "GBP")
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 1), price=30_00)
    paid = caller.post(f"/orders/{order.number}/gift-cards", {"code": card["code"], "client": "203.0.113.9"})
    assert (paid.status, paid["method"], paid["amount"]) == (201, "gift_card", 20_00)
    assert [one["left"] for one in caller.get("/gift-cards", last4=card["last4"])["items"]] == [0]


def test_a_card_is_replaced_and_void(shop: Shop, caller: Caller) -> None:
    card = issued(caller)
    at = f"/gift-cards/{card['gift_card_id']}"
    new = caller.post(f"{at}/replace")
    assert new["code"] != card["code"]
    assert new["last4_before"] == card["last4"]
    assert caller.post("/gift-cards/balance", {"code": card["code"]}).problem.code == "card_not_usable"
    assert caller.post(f"{at}/void")["amount"] == 20_00
    assert caller.post("/gift-cards/balance", {"code": new["code"]}).problem.code == "card_not_usable"


def test_the_customer_pays_with_a_card_by_the_link(shop: Shop, caller: Caller) -> None:
    card = issued(caller)
    kit.stock(shop, "MUG", 5)
    me = own(shop, caller, kit.place(shop, ("MUG", 1), price=30_00))
    assert me.post("/my/gift-cards/balance", {"code": card["code"]})["left"] == 20_00
    body = {"code": card["code"], "money": {"amount": 5_00, "currency": "GBP"}}
    first = me.post("/my/order/gift-cards", body, key="g-1")
    assert (first["amount"], me.post("/my/order/gift-cards", body, key="g-1").body) == (5_00, first.body)
    assert me.post("/my/order/gift-cards", {"code": card["code"]})["amount"] == 15_00
    assert (me.get("/my/order")["paid"], me.get("/my/order")["due"]) == (20_00, 10_00)


def test_wrong_codes_are_answered_alike_and_then_slowly(shop: Shop, caller: Caller) -> None:
    card = issued(caller)
    kit.stock(shop, "MUG", 5)
    me = own(shop, caller, kit.place(shop, ("MUG", 1), price=30_00))
    answers = [me.post("/my/gift-cards/balance", {"code": WRONG}) for _ in range(5)]
    assert {one.problem.code for one in answers} == {"card_not_usable"}
    assert me.post("/my/order/gift-cards", {"code": card["code"], "money": {"amount": 1, "currency": "GBP"}}).status == 200
    answers = [me.post("/my/order/gift-cards", {"code": WRONG}) for _ in range(6)]
    assert [one.status for one in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert me.post("/my/order/gift-cards", {"code": card["code"]}).status == 429
    storefront = [caller.post("/gift-cards/balance", {"code": WRONG, "client": f"203.0.113.{n}"}).status for n in range(12)]
    assert storefront == [422] * 12


def test_a_gift_card_is_ordered_for_somebody(shop: Shop, caller: Caller) -> None:
    product = {"slug": "gift", "name": "Gift card", "kind": "gift_card", "valid_months": 36, "open_amount": True}
    saved = caller.post("/products", {**product, "variants": [{"sku": "GIFT"}]})
    assert caller.get(f"/products/{saved['product_id']}")["open_amount"] is True
    shopper = Caller(shop, "orders.place_orders", "catalog.read")
    line = {"sku": "GIFT", "unit_price": "2500", "gift_to": {"name": "Bo", "email": "bo@example.com", "message": "For you"}}
    order = {"lines": [line], "ship_to": {"name": "Ann Lee", "email": "ann@example.com"}}
    assert shopper.post("/orders", order)["total"] == 2500
    assert shopper.post("/orders", {**order, "lines": [{**line, "unit_price": "25.5"}]}).problem.code == "face_not_usable"
    wrong = {**order, "lines": [{**line, "gift_to": {"email": "nobody"}}]}
    assert shopper.post("/orders", wrong).problem.errors[0].field == "lines.0.gift_to.email"


def test_a_dispute_is_opened_decided_and_seen_at_its_payment(shop: Shop, caller: Caller) -> None:
    gateways["silent"] = SilentGateway()
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 1), price=30_00)
    towards = (Towards(document=Document("order", order.order_id)),)
    asked = request_charge(shop.call(), gateway="silent", currency="GBP", towards=towards)
    record_capture.one(shop.call(), Told(attempt_id=asked.attempt_id, payment_reference=f"pi-{asked.payment_id}"))
    body = {"gateway": "silent", "reference": "dp_1", "payment_reference": f"pi-{asked.payment_id}", "fee": 1500}
    opened = caller.post("/disputes", body)
    assert (opened.status, opened["amount"], caller.post("/disputes", body).problem.code) == (201, 30_00, "already_recorded")
    seen = caller.get(f"/payments/{asked.payment_id}")
    assert (seen["disputed"], [one["state"] for one in seen["disputes"]]) == (30_00, ["open"])
    part = {"money": {"amount": 10_00, "currency": "GBP"}}
    assert caller.post(f"/disputes/{opened['dispute_id']}/win", part)["state"] == "open"
    assert caller.post("/disputes/lost", {"gateway": "silent", "reference": "dp_1"})["state"] == "divided"
    assert [one["lost"] for one in caller.get("/disputes", state="divided")["items"]] == [20_00]
    assert caller.get(f"/disputes/{opened['dispute_id']}")["won"] == 10_00
    assert kit.breaches() == []


def test_cards_of_a_former_system_come_over(shop: Shop, caller: Caller) -> None:
    card = {"code": "OLD-2024-0042", "money": {"amount": 7_00, "currency": "GBP"}}
    told = caller.post("/gift-cards/imports", card)
    assert (told["origin"], code_of(told["gift_card_id"])) == ("import", "")
    assert caller.post("/gift-cards/imports", card).problem.code == "card_code_used"
