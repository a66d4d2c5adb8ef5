"""Reports of the shop for programs."""

from __future__ import annotations

from dingdan.automation.consumers import drain
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 9)
    kit.place(shop, ("TEA", 2))
    drain(shop.tenant_id)
    told = Caller(shop).get("/reports/sales-by-product", period="today").json
    assert (told["report"], told["currency"], told["totals"]["total"]) == ("sales-by-product", "GBP", 500)
    assert told["lines"] == [
        {"sku": "TEA", "name": "Article TEA", "orders": 1, "units": 2, "total": 500, "net": 500, "each": 250},
    ]
    assert told["columns"][0] == {"name": "sku", "title": "SKU", "kind": "text"}
    table = Caller(shop).get("/reports/sales-by-product/file", period="today")
    assert (table.status, table.media_type) == (200, "text/csv; charset=utf-8")
    assert table.body.decode("utf-8-sig").splitlines()[1] == "TEA,Article TEA,1,2,5.00,5.00,2.50"


def test_nonsense_is_refused(shop: Shop) -> None:
    caller = Caller(shop)
    for asked in ({"currency": "ABC"}, {"channel": "none"}, {"first_day": "2026-05-02", "last_day": "2026-05-01"}):
        assert caller.get("/reports/sales-by-day", **asked).problem.status == 422
    assert caller.get("/reports/sales-by-day", period="someday").status == 422
    assert caller.get("/reports/nothing").status == 422


def test_it_wants_a_permission(shop: Shop) -> None:
    assert Caller(shop, "orders.read").get("/reports/sales-by-day").status == 403
