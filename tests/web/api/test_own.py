"""The customer's own hand: by a link to one order, and to no other."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.links import link_to
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.policies.commands import adopt_return_preset
from dingdan.trade.fulfillment.commands import PickShipment, pick_shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Contact, Order
from dingdan.web.api.access import ORDER_LINK
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.tickets.desk import PNG
from tests.web.api.client import PREFIX, Caller, document


def operations() -> list[tuple[str, str, Any]]:
    """Method, path and description of what the order's link opens."""
    return [
        (method.upper(), path.removeprefix(PREFIX), operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if path.startswith(f"{PREFIX}/my/") and not path.startswith(f"{PREFIX}/my/ticket")
    ]


def delivered(shop: Shop, quantity: int = 3) -> OrderPlaced:
    """A paid order that is with the customer, in a shop with fourteen days for returns."""
    adopt_return_preset(shop.call(), preset="europe")
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("MUG", quantity), price=1000)
    kit.pay(shop, order)
    kit.deliver(shop, order)
    return order


def own(shop: Shop, caller: Caller, order: OrderPlaced) -> Caller:
    """Whoever bears the link to an order."""
    return Caller(shop, token=caller.get(f"/orders/{order.order_id}/link", days=30)["token"])


def test_the_order_is_seen_with_what_can_be_done(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    me = own(shop, caller, order)
    told = me.get("/my/order")
    assert (told["number"], told["payment_status"], told["fulfillment_status"], told["paid"], told["due"]) == (
        order.number, "paid", "delivered", 3000, 0,
    )  # fmt: skip
    assert [(line["cancelable"], line["returnable"], line["claimable"]) for line in told["lines"]] == [(0, 3, 3)]
    assert [one["state"] for one in told["shipments"]] == ["delivered"]
    assert me.get("/my/order/reasons")["unwanted"]["zh-Hant"] == "不想要了"


def test_a_return_is_asked_for_with_the_exact_money_before(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    me, line_id = own(shop, caller, order), str(order.lines[0].line_id)
    offer = me.get("/my/order/return-offer", reason="unwanted")
    assert [(one["eligible"], one["rule"], one["units"], one["refund"]) for one in offer["lines"]] == [
        (True, "europe-14-days", 3, 3000)
    ]
    preview = me.get("/my/order/return-preview", line=line_id, quantity=2, reason="unwanted")
    assert (preview["refund"], preview["lines"][0]["sentence"]) == (2000, "This may come back.")
    asked = me.post("/my/order/returns", {"lines": [{"line_id": line_id, "quantity": 2, "reason": "unwanted"}]}, key="r-1")
    again = me.post("/my/order/returns", {"lines": [{"line_id": line_id, "quantity": 2, "reason": "unwanted"}]}, key="r-1")
    assert (asked["event"], asked.body) == ("ReturnAuthorized", again.body)
    assert [(one["number"], one["state"]) for one in me.get("/my/order")["returns"]] == [("R1001", "authorized")]
    entry = JournalEntry.objects.filter(command="aftersales.authorize_return").get()
    assert (entry.actor_kind, entry.actor_id) == ("customer", str(order.order_id))
    assert me.post("/my/returns/R1001/cancel")["event"] == "ReturnCanceled"
    assert kit.breaches() == []


def test_an_exchange_and_a_claim_are_asked_for_and_followed(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    kit.price(shop, "MUG", 1000)
    me, line_id = own(shop, caller, order), str(order.lines[0].line_id)
    units = {"line_id": line_id, "quantity": 1, "reason": "wrong_size"}
    assert me.post("/my/order/exchanges", {"lines": [units], "wanted": [{"sku": "MUG"}]})["event"] == "ReturnAuthorized"
    outlook = me.get("/my/order/claim-preview", line=line_id, quantity=2, reason="damaged")
    assert (outlook["worth"], outlook["refund"], outlook["refund_due"]) == ({line_id: 2000}, 2000, 2000)
    assert outlook["answer_by_at"] is not None
    assert me.get("/my/order/claim-preview", line=line_id, quantity=4).problem.code == "claim_above_shipped"
    claimed = {"line_id": line_id, "quantity": 1, "reason": "damaged"}
    assert me.post("/my/order/claims", {"lines": [claimed], "note": "It leaks."})["number"] == "K1001"
    assert [(one["number"], one["state"]) for one in me.get("/my/order")["claims"]] == [("K1001", "filed")]
    assert me.post("/my/claims/K1001/withdraw")["event"] == "ClaimWithdrawn"
    assert kit.breaches() == []


def test_a_part_is_canceled_with_the_exact_money_before(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("MUG", 3), price=1000)
    kit.pay(shop, order)
    me, line_id = own(shop, caller, order), str(order.lines[0].line_id)
    preview = me.get("/my/order/cancel-preview", line=line_id, quantity=2)
    assert (preview["amount"], preview["owed"], preview["refund_due"], preview["whole"]) == (2000, 1000, 2000, False)
    assert me.get("/my/order/cancel-preview")["amount"] == 3000
    told = me.post("/my/order/cancel", {"lines": [{"line_id": line_id, "quantity": 2}]})
    assert (told["amount"], told["refund_due"], told["reason"]) == (2000, 2000, "customer")


def test_canceling_ends_with_the_time_of_customers_and_a_repeat_keeps_its_answer(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("MUG", 3), price=1000)
    me, part = own(shop, caller, order), {"lines": [{"line_id": str(order.lines[0].line_id), "quantity": 1}]}
    first = me.post("/my/order/cancel", part, key="c-1")
    assert (first.status, first["owed"]) == (200, 2000)
    pick_shipment.one(shop.call(), PickShipment(kit.plan(shop, order).shipments[0].shipment_id))
    for refused in (me.post("/my/order/cancel", part, key="c-2"), me.get("/my/order/cancel-preview")):
        assert (refused.status, refused.problem.code) == (409, "too_late_for_customers")
    assert me.post("/my/order/cancel", part, key="c-1").body == first.body
    assert caller.post(f"/orders/{order.number}/cancel", {}).status == 200
    assert kit.breaches() == []


def test_in_exchange_there_is_what_is_on_offer(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    kit.stock(shop, "PROTOTYPE", 1)
    me, units = own(shop, caller, order), {"line_id": str(order.lines[0].line_id), "quantity": 1, "reason": "wrong_size"}
    sent = {"lines": [units], "wanted": [{"sku": "PROTOTYPE"}]}
    refused = me.post("/my/order/exchanges", sent)
    assert (refused.status, refused.problem.code) == (422, "not_priced")
    assert caller.post(f"/orders/{order.number}/exchanges", sent).status == 201


def test_the_rules_and_not_the_customer_decide(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("MUG", 3), price=1000)
    kit.deliver(shop, order)
    me = own(shop, caller, order)
    lines = [{"line_id": str(order.lines[0].line_id), "quantity": 1, "reason": "unwanted"}]
    silent = me.post("/my/order/returns", {"lines": lines})
    assert (silent.status, silent.problem.code) == (409, "against_the_rules")
    sold.rule(shop, allows=False)
    final = me.post("/my/order/returns", {"lines": lines})
    assert (final.status, final.problem.code) == (409, "against_the_rules")
    pushy = me.post("/my/order/returns", {"lines": [lines[0] | {"override": "I want to"}]})
    assert (pushy.status, pushy.problem.errors[0].code) == (422, "unknown_field")
    assert kit.breaches() == []


def test_a_parcel_on_its_way_is_not_called_off_by_the_customer(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    me = own(shop, caller, order)
    lines = [{"line_id": str(order.lines[0].line_id), "quantity": 1, "reason": "unwanted"}]
    me.post("/my/order/returns", {"lines": lines})
    assert caller.post("/returns/R1001/scan").status == 200
    assert me.post("/my/returns/R1001/cancel").problem.code == "seen_before"


def _tampered(token: str) -> list[str]:
    swapped = ("A" if token[-2] != "A" else "B") + token[-1]
    return [token[:-2] + swapped, "B" + token[1:], token[:-4], "x", ""]


def test_nobody_gets_in_without_a_link_that_opens_now(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    token = own(shop, caller, order).token
    ended = link_to(ORDER_LINK, order.order_id, until=clock.now() - timedelta(seconds=1))
    nowhere = link_to(ORDER_LINK, new_id(), until=clock.now() + timedelta(days=1))
    entries = JournalEntry.objects.count()
    for wrong in [*_tampered(token), ended, nowhere, caller.token]:
        assert Caller(shop, token=wrong).get("/my/order").status == 401, wrong
    for wrong in (_tampered(token)[0], caller.token):
        assert {_ask(Caller(shop, token=wrong), order, *one) for one in operations()} == {401}
    assert JournalEntry.objects.count() == entries


def test_a_link_opens_nothing_else(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    me = own(shop, caller, order)
    for path in ("/orders", f"/orders/{order.order_id}", "/returns", "/claims", f"/orders/{order.order_id}/link"):
        assert me.get(path).status == 401
    assert me.post(f"/orders/{order.order_id}/cancel", {}).status == 401


def test_a_link_is_about_one_order(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    other = kit.place(shop, ("MUG", 1), price=1000)
    kit.ship(shop, other)
    foreign = caller.post(
        f"/orders/{other.order_id}/returns", {"lines": [{"line_id": str(other.lines[0].line_id), "quantity": 1}]}
    )
    me = own(shop, caller, order)
    assert me.post(f"/my/returns/{foreign['return_id']}/cancel").status == 404
    assert (
        me.post(
            "/my/order/claims", {"lines": [{"line_id": str(other.lines[0].line_id), "quantity": 1, "reason": "damaged"}]}
        ).status
        == 404
    )
    assert me.get("/my/order/return-preview", line=str(other.lines[0].line_id), quantity=1).status == 404


def test_a_link_of_another_shop_finds_nothing_here(shop: Shop, caller: Caller) -> None:
    from dingdan.automation.setup import create_tenant

    order = delivered(shop)
    stranger = create_tenant(f"stranger-{new_id().hex}", "Another shop")
    with tenant_scope(stranger.id):
        forged = link_to(ORDER_LINK, order.order_id, until=clock.now() + timedelta(days=1))
        assert Caller(shop, token=forged).get("/my/order").status == 401


def test_whoever_was_forgotten_has_no_link_any_more(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    me = own(shop, caller, order)
    ship_to_id = Order.objects.values_list("ship_to_id", flat=True).get(id=order.order_id)
    Contact.objects.filter(id=ship_to_id).update(erased_at=clock.now())
    assert me.get("/my/order").status == 401


def test_a_link_is_made_for_orders_that_are_there(shop: Shop, caller: Caller) -> None:
    assert caller.get(f"/orders/{new_id()}/link").status == 404
    assert caller.get("/orders/1001/link", days=0).status == 422
    without = Caller(shop, "orders.*")
    assert without.get("/orders/1001/link").status == 403


def _ask(caller: Caller, order: OrderPlaced, method: str, path: str, operation: dict[str, Any]) -> int:
    filled = re.sub(r"{\w+}", str(UUID(int=7)), path)
    needed = {one["name"] for one in operation["parameters"] if one["in"] == "query" and one.get("required")}
    query = "?" + "&".join({"line": f"line={order.lines[0].line_id}", "quantity": "quantity=1"}[name] for name in sorted(needed))
    return caller.send(method, filled, {} if method == "POST" else None, query=query if needed else "").status


def test_photos_hang_on_ones_own_returns_and_claims_alone(shop: Shop, caller: Caller) -> None:
    order = delivered(shop)
    me, line_id = own(shop, caller, order), str(order.lines[0].line_id)
    other = kit.place(shop, ("MUG", 1))
    stranger = own(shop, caller, other)
    me.post("/my/order/returns", {"lines": [{"line_id": line_id, "quantity": 1, "reason": "damaged"}]})
    me.post("/my/order/claims", {"lines": [{"line_id": line_id, "quantity": 1, "reason": "damaged"}]})
    sent = {"name": "../me.exe", "content": b64encode(PNG).decode()}
    for kind, number in (("returns", "R1001"), ("claims", "K1001")):
        path = f"/my/{kind}/{number}/attachments"
        made = me.post(path, sent, key=kind)
        assert (made.status, made["media_type"], me.post(path, sent, key=kind).body) == (201, "image/png", made.body)
        (file,) = me.get("/my/order")[kind][0]["attachments"]
        assert (file["name"], file["size"]) == ("me.exe.png", len(PNG))
        got = me.get(f"{path}/{file['id']}")
        assert (got.status, got.body, got.headers["Content-Disposition"][:11]) == (200, PNG, "attachment;")
        assert caller.get(f"/{kind}/{number}/attachments/{file['id']}").body == PNG
        assert [one["id"] for one in caller.get(f"/{kind}/{number}")["attachments"]] == [file["id"]]
        assert stranger.get(f"{path}/{file['id']}").status == 404
        assert stranger.post(path, sent).status == 404
        assert Caller(shop, token="x").get(f"{path}/{file['id']}").status == 401
        assert me.post(path, {"name": "a.svg", "content": b64encode(b"<svg>").decode()}).problem.code == "file_not_usable"
        assert me.post(path, {"name": "a.svg", "content": "%"}).problem.code == "not_base64"
    assert caller.post("/claims/K1001/attachments", sent).status == 201
    assert caller.post("/returns/R1001/attachments", sent).status == 201
    assert kit.breaches() == []


def _waiting(shop: Shop) -> OrderPlaced:
    """A paid order that has not left."""
    kit.stock(shop, "MUG", 10)
    kit.stock(shop, "TEA", 10)
    kit.price(shop, "TEA", 300)
    order = kit.place(shop, ("MUG", 2), price=1000)
    kit.pay(shop, order)
    return order


def test_the_customer_changes_the_order_and_sees_the_exact_money_first(shop: Shop, caller: Caller) -> None:
    order = _waiting(shop)
    me = own(shop, caller, order)
    changes = [
        {"kind": "set_quantity", "line_id": str(order.lines[0].line_id), "quantity": 1},
        {"kind": "add_line", "sku": "TEA"},
    ]
    seen = me.post("/my/order/changes/preview", {"changes": changes})
    assert (seen.status, seen["difference"], seen["refund_due"], seen["refusals"]) == (200, -700, 700, [])
    done = me.post("/my/order/changes", {"changes": changes, "fingerprint": seen["fingerprint"]})
    assert (done.status, done["difference"], done["refund_due"]) == (200, -700, 700)
    assert [(line["sku"], line["quantity"], line["canceled"]) for line in me.get("/my/order")["lines"]] == [
        ("MUG", 2, 1), ("TEA", 1, 0),
    ]  # fmt: skip
    assert JournalEntry.objects.get(event_kind="OrderChanged").actor_kind == "customer"
    address = {"street_address": "2 Low Street", "city": "London", "postal_code": "N1 9GU", "country_code": "GB"}
    moved = me.post(
        "/my/order/changes", {"changes": [{"kind": "set_address", "ship_to": {"name": "Ann Lee", "address": address}}]}
    )
    assert (moved.status, Order.objects.get(id=order.order_id).ship_to.address["street_address"]) == (200, "2 Low Street")
    assert kit.breaches() == []


def test_the_customer_takes_a_change_back_and_not_what_the_shop_did(shop: Shop, caller: Caller) -> None:
    order = _waiting(shop)
    me, line_id = own(shop, caller, order), str(order.lines[0].line_id)
    theirs = caller.post(f"/orders/{order.number}/changes", {"changes": [{"kind": "add_line", "sku": "TEA"}]})
    mine = me.post("/my/order/changes", {"changes": [{"kind": "set_quantity", "line_id": line_id, "quantity": 1}]})
    seen = me.get(f"/my/changes/{mine['change_id']}/undo/preview")
    assert (seen["difference"], seen["refusals"]) == (1000, [])
    undone = me.post(f"/my/changes/{mine['change_id']}/undo", {"fingerprint": seen["fingerprint"]})
    assert (undone["event"], undone["difference"]) == ("OrderChangeUndone", 1000)
    assert me.get(f"/my/changes/{theirs['change_id']}/undo/preview")["refusals"][0]["code"] == "changed_by_the_shop"
    assert me.post(f"/my/changes/{theirs['change_id']}/undo", {}).problem.code == "changed_by_the_shop"
    other = own(shop, caller, kit.place(shop, ("MUG", 1)))
    assert other.post(f"/my/changes/{mine['change_id']}/undo", {}).status == 404
    assert other.get(f"/my/changes/{mine['change_id']}/undo/preview").status == 404


def test_but_neither_prices_nor_what_is_the_shops(shop: Shop, caller: Caller) -> None:
    order = _waiting(shop)
    me = own(shop, caller, order)
    cheap = me.post("/my/order/changes", {"changes": [{"kind": "add_line", "sku": "TEA", "unit_price": "0.01"}]})
    assert (cheap.status, cheap.problem.code) == (403, "may_not_change")
    for kind in ("set_price", "give_discount", "hold_order", "add_note", "source_from", "cancel"):
        refused = me.post("/my/order/changes/preview", {"changes": [{"kind": kind}]})
        assert (refused.status, refused.problem.code) == (422, "invalid_request"), kind
    assert Order.objects.get(id=order.order_id).total == 2000


def test_and_not_when_it_is_packed_or_the_time_is_over(shop: Shop, caller: Caller) -> None:
    order = _waiting(shop)
    me = own(shop, caller, order)
    changes = [{"kind": "set_quantity", "line_id": str(order.lines[0].line_id), "quantity": 3}]
    channel = caller.get("/channels")["items"][0]
    kept = {name: channel[name] for name in ("code", "name", "currency", "kind", "prices_include_tax")}
    assert caller.post("/channels", {**kept, "self_service_hours": 0}).status == 200
    for path in ("/my/order/changes/preview", "/my/order/changes"):
        told = me.post(path, {"changes": changes})
        code = told["refusals"][0]["code"] if path.endswith("preview") else told.problem.code
        assert code == "too_late_for_customers", path
    assert caller.post("/channels", {**kept, "self_service_hours": 2}).status == 200
    assert me.post("/my/order/changes", {"changes": changes}).status == 200
    pick_shipment.one(shop.call(), PickShipment(kit.plan(shop, order).shipments[0].shipment_id))
    late = me.post("/my/order/changes", {"changes": [{**changes[0], "quantity": 4}]})
    assert (late.status, late.problem.code) == (409, "too_late_for_customers")
    assert caller.post(f"/orders/{order.number}/changes", {"changes": [{**changes[0], "quantity": 4}]}).status == 201
