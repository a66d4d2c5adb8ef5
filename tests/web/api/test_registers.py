"""Registers over the API: written, read by id and by name, changed, retired, paged."""

from __future__ import annotations

from typing import Any

import pytest

from dingdan.kernel.ids import new_id
from tests.conftest import Shop
from tests.web.api.client import Caller

REGISTERS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("channels", {"code": "till", "name": "Till", "currency": "GBP", "kind": "till"}, "till", {"name": "The till"}),
    ("sellers", {"code": "s-1", "name": "Seller", "currency": "GBP"}, "s-1", {"name": "Another name"}),
    ("customers", {"number": "C-1", "contact": {"name": "王小明", "email": "wang@example.com"}}, "C-1", {"group": "vip"}),
    ("products", {"slug": "tea", "name": "Tea", "variants": [{"sku": "TEA-1"}]}, "tea", {"name": "Green tea"}),
    ("categories", {"slug": "cups", "name": "Cups"}, "cups", {"position": 7}),
    ("storefronts", {"code": "web"}, "web", {"accent": "#a34a2f"}),
    ("price-lists", {"code": "p-1", "name": "Prices", "currency": "GBP"}, "p-1", {"priority": 7}),
    ("tax-rates", {"country": "GB", "rate": "0.2", "name": "VAT"}, "", {"rate": "0.175"}),
    ("shipping-methods", {"code": "post", "name": "Post", "rates": [{"currency": "GBP", "price": 395}]}, "post", {"max_days": 9}),
    ("roles", {"name": "packer", "permissions": ["fulfillment.*"]}, "packer", {"permissions": ["orders.read"]}),
]


@pytest.mark.parametrize("register", REGISTERS, ids=[row[0] for row in REGISTERS])
def test_a_row_is_written_read_changed_and_listed(
    shop: Shop, caller: Caller, register: tuple[str, dict[str, Any], str, dict[str, Any]]
) -> None:
    plural, draft, name, change = register
    made = caller.post(f"/{plural}", draft)
    assert (made.status, made["created"]) == (201, True)
    path = made.headers["Location"].removeprefix("/api/v1")
    row = caller.get(path)
    assert row.status == 200
    assert not name or caller.get(f"/{plural}/{name}").body == row.body
    again = caller.put(path, draft | change)
    assert (again.status, again["created"]) == (200, False)
    changed = caller.get(path).json
    assert {key: changed[key] for key in change} == change
    assert [one["id"] for one in caller.get(f"/{plural}", limit=100)["items"]].count(changed["id"]) == 1
    assert caller.get(f"/{plural}/{new_id()}").status == 404
    assert caller.put(f"/{plural}/{new_id()}", draft).status == 404


def test_a_customer_is_matched_merged_and_forgotten(shop: Shop, caller: Caller) -> None:
    for number in ("C-1", "C-2"):
        contact = {"name": "Ann Lee", "email": "ann@example.com"}
        assert caller.post("/customers", {"number": number, "contact": contact}).status == 201
    found = caller.get("/customer-matches", email="ANN@example.com").json
    assert [(one["number"], one["by"]) for one in found] == [("C-1", ["email"]), ("C-2", ["email"])]
    merged = caller.get("/customers/C-2")["id"]
    assert caller.post("/customers/C-1/merge", {"merged_id": merged}).status == 200
    assert caller.get("/customers/C-2")["merged_into_id"] == caller.get("/customers/C-1")["id"]
    assert caller.post("/customers/C-1/consents", {"purpose": "marketing_email", "granted": True}).status == 200
    assert caller.get("/customers/C-1")["consents"][0]["withdrawn_at"] is None
    assert caller.post("/customers/C-1/erase").status == 200
    assert caller.get("/customers/C-1")["contact"] == {"name": "", "company": "", "email": "", "phone": "", "tax_number": ""}


def test_a_kit_tells_its_components(shop: Shop, caller: Caller) -> None:
    caller.post("/products", {"slug": "tea", "name": "Tea", "variants": [{"sku": "TEA"}]})
    kit = {
        "slug": "set",
        "name": "Set",
        "kind": "kit",
        "variants": [{"sku": "SET", "components": [{"sku": "TEA", "quantity": 2}]}],
    }
    assert caller.post("/products", kit).status == 201
    assert [(one["sku"], one["quantity"]) for one in caller.get("/variants/SET")["components"]] == [("TEA", 2)]
    assert caller.post("/variants/TEA/retire").status == 200
    assert caller.get("/variants", state="retired")["items"][0]["sku"] == "TEA"
    assert caller.post("/variants/TEA/restore").status == 200


def test_prices_are_set_by_sku_and_counted_in_an_order(shop: Shop, caller: Caller) -> None:
    caller.post("/products", {"slug": "tea", "name": "Tea", "variants": [{"sku": "TEA"}]})
    caller.post("/stock/receipts", {"lines": [{"sku": "TEA", "quantity": 9}]})
    caller.post("/price-lists", {"code": "p", "name": "Prices", "currency": "GBP"})
    prices = [{"variant": "TEA", "unit_price": "399.5"}, {"variant": "TEA", "unit_price": 350, "min_quantity": 5}]
    assert caller.post("/price-lists/p/prices", {"prices": prices}).status == 200
    told = caller.get("/price-lists/p/prices")["items"]
    assert sorted((one["sku"], one["min_quantity"], one["unit_price"]) for one in told) == [
        ("TEA", 1, "399.5"),
        ("TEA", 5, "350"),
    ]
    totals = [caller.post("/orders", {"lines": [{"sku": "TEA", "quantity": many}], "ship_to": {}})["total"] for many in (2, 5)]
    assert totals == [799, 1750]
    wrong = caller.post("/price-lists/p/prices", {"prices": [{"variant": "NONE", "unit_price": 1}]})
    assert (wrong.status, wrong.problem.field) == (404, "prices.0.variant")


def test_nobody_makes_a_key_that_may_do_more(shop: Shop) -> None:
    caller = Caller(shop, "staff.*", "orders.*")
    assert caller.post("/api-keys", {"name": "x", "scopes": ["orders.hold_order"]}).status == 201
    answer = caller.post("/api-keys", {"name": "x", "scopes": ["payments.*"]})
    assert (answer.status, answer.problem.code) == (403, "may_not_grant")


def test_a_revoked_key_opens_nothing_any_more(shop: Shop, caller: Caller) -> None:
    made = caller.post("/api-keys", {"name": "till", "scopes": ["orders.read"], "expires_at": "2999-01-01T00:00:00Z"})
    spare = Caller(shop, token=made["token"])
    assert spare.get("/orders").status == 200
    assert caller.post(f"/api-keys/{made['prefix']}/revoke").status == 200
    assert spare.get("/orders").status == 401
    told = caller.get(f"/api-keys/{made['prefix']}")
    assert "token" not in told.json
    assert "digest" not in told.json


def test_a_time_without_a_zone_is_refused(shop: Shop, caller: Caller) -> None:
    answer = caller.post("/api-keys", {"name": "till", "scopes": ["orders.read"], "expires_at": "2999-01-01T00:00:00"})
    assert (answer.status, answer.problem.errors[0].code) == (422, "not_readable")


def test_permissions_are_told_with_what_they_mean(shop: Shop, caller: Caller) -> None:
    told = caller.get("/permissions").json
    assert told["orders.hold_order"] == "Let nothing of an order move forward until it is resumed."
    assert {"orders.read", "orders.set_prices", "journal.read"} <= told.keys()
