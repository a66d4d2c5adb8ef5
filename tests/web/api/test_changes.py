"""Changing orders over the API: see what would come of it, do it, take it back."""

from __future__ import annotations

from dingdan.automation.bulk import work_on_bulk
from dingdan.automation.consumers import drain
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.changes import changing
from tests.web.api.client import Caller
from tests.web.api.wishes import BUYER


def _order(shop: Shop) -> OrderPlaced:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    return order


def test_preview_apply_and_undo(shop: Shop, caller: Caller) -> None:
    order = _order(shop)
    changes = [{"kind": "set_quantity", "line_id": str(order.lines[0].line_id), "quantity": 5}]
    before = JournalEntry.objects.count()
    shown = caller.post(f"/orders/{order.number}/changes/preview", {"changes": changes})
    assert shown.status == 200
    assert JournalEntry.objects.count() == before
    assert (shown["difference"], shown["due"], shown["refusals"]) == (500, 500, [])
    done = caller.post(f"/orders/{order.number}/changes", {"changes": changes, "fingerprint": shown["fingerprint"]})
    assert (done.status, done["event"], done["difference"]) == (201, "OrderChanged", 500)
    assert done.headers["Location"] == f"/api/v1/changes/{done['change_id']}"
    told = caller.get(f"/changes/{done['change_id']}").json
    assert (told["state"], told["kinds"], [one["effect"] for one in told["effects"]]) == ("applied", ["set_quantity"], ["added"])
    assert [one["id"] for one in caller.get(f"/orders/{order.number}/changes").json] == [done["change_id"]]
    back = caller.get(f"/changes/{done['change_id']}/undo/preview").json
    assert (back["difference"], back["refusals"]) == (-500, [])
    undone = caller.post(f"/changes/{done['change_id']}/undo", {"fingerprint": back["fingerprint"]})
    assert (undone.status, undone["event"], undone["difference"]) == (200, "OrderChangeUndone", -500)
    assert caller.get(f"/orders/{order.number}")["total"] == 750
    assert kit.breaches() == []


def test_everything_that_stands_in_the_way_is_told_at_once(shop: Shop, caller: Caller) -> None:
    order = _order(shop)
    changes = [{"kind": "add_line", "sku": "NONE"}, {"kind": "give_discount", "amount": 751}]
    shown = caller.post(f"/orders/{order.number}/changes/preview", {"changes": changes}).json
    assert [(one["code"], one["field"]) for one in shown["refusals"]] == [
        ("unknown_sku", "changes.0.sku"),
        ("discount_too_large", "changes.1.amount"),
    ]
    refused = caller.post(f"/orders/{order.number}/changes", {"changes": changes})
    assert (refused.status, refused.problem.code) == (422, "unknown_sku")
    assert changing.row(order).total == 750


def test_an_old_preview_is_a_conflict(shop: Shop, caller: Caller) -> None:
    order = _order(shop)
    changes = [{"kind": "set_quantity", "line_id": str(order.lines[0].line_id), "quantity": 2}]
    shown = caller.post(f"/orders/{order.number}/changes/preview", {"changes": changes}).json
    kit.ship(shop, order)
    refused = caller.post(f"/orders/{order.number}/changes", {"changes": changes, "fingerprint": shown["fingerprint"]})
    assert (refused.status, refused.problem.code) == (409, "world_moved")


def test_addresses_are_read_as_everywhere(shop: Shop, caller: Caller) -> None:
    order = _order(shop)
    sent = {"changes": [{"kind": "set_address", "ship_to": BUYER | {"name": "Bea Lee"}}]}
    assert caller.post(f"/orders/{order.number}/changes", sent).status == 201
    assert caller.get(f"/orders/{order.number}")["ship_to"]["name"] == "Bea Lee"
    wrong = {"changes": [{"kind": "set_contact", "email": "nobody"}]}
    refused = caller.post(f"/orders/{order.number}/changes", wrong)
    assert (refused.status, refused.problem.errors[0].field) == (422, "changes.0.email")


def test_what_is_no_change_is_refused(shop: Shop, caller: Caller) -> None:
    order = _order(shop)
    for wrong in ([], [{"kind": "explode"}], [{"kind": "add_note", "text": "x", "more": 1}]):
        assert caller.post(f"/orders/{order.number}/changes", {"changes": wrong}).status == 422
    assert caller.post("/orders/none/changes/preview", {"changes": [{"kind": "add_note", "text": "x"}]}).status == 404


def test_many_orders_at_once(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 10)
    orders = [kit.place(shop, ("TEA", 2)) for _ in range(2)]
    drain(shop.tenant_id)
    sent = {"which": {"sku": "TEA", "state": "placed"}, "changes": [{"kind": "give_discount", "percent": "10"}]}
    started = caller.post("/bulk-changes", sent)
    assert (started.status, started["orders"], started["is_dry"]) == (201, 2, True)
    work_on_bulk(tenant_id=str(shop.tenant_id), bulk_id=started["bulk_id"])
    told = caller.get(f"/bulk-changes/{started['bulk_id']}")
    assert (told["state"], told["done"], told["changed"], told["refused"]) == ("finished", 2, 2, 0)
    rows = caller.get(f"/bulk-changes/{started['bulk_id']}/orders", outcome="would_change")["items"]
    assert sorted((row["number"], row["difference"]) for row in rows) == [(order.number, -50) for order in orders]
    assert [changing.row(order).total for order in orders] == [500, 500]
    real = caller.post("/bulk-changes", sent | {"dry_run": False, "which": {"orders": [orders[0].number]}})
    work_on_bulk(tenant_id=str(shop.tenant_id), bulk_id=real["bulk_id"])
    assert [changing.row(order).total for order in orders] == [450, 500]
    assert len(caller.get("/bulk-changes", state="finished")["items"]) == 2
    assert caller.post(f"/bulk-changes/{real['bulk_id']}/stop").status == 409
