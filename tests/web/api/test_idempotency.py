"""The same request under the same key is answered once and for all."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import StillRunning
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller
from tests.web.api.wishes import wish


def test_the_same_request_has_the_same_answer_byte_for_byte(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    first = caller.post("/orders", wish(("MUG", 2)), key="k-1")
    kit.pay(shop, kit.place(shop, ("MUG", 1)))  # the world moves on
    again = caller.post("/orders", wish(("MUG", 2)), key="k-1")
    assert (first.status, first.body, first.headers["Location"]) == (again.status, again.body, again.headers["Location"])
    assert Order.objects.count() == 2


def test_the_order_of_fields_and_blanks_do_not_matter(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    body = wish(("MUG", 1))
    first = caller.post("/orders", body, key="k-1")
    assert caller.post("/orders", dict(reversed(body.items())), key="k-1").body == first.body


def test_another_body_under_the_same_key_is_refused(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    caller.post("/orders", wish(("MUG", 1)), key="k-1")
    answer = caller.post("/orders", wish(("MUG", 2)), key="k-1")
    assert (answer.status, answer.problem.code, answer.problem.field) == (422, "key_reused", "Idempotency-Key")
    assert "k-1 was used" in answer.problem.detail
    assert Order.objects.count() == 1


def test_another_path_under_the_same_key_is_refused(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    one, two = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
    assert caller.post(f"/orders/{one.number}/hold", {"reason": "x"}, key="k-1").status == 200
    assert caller.post(f"/orders/{two.number}/hold", {"reason": "x"}, key="k-1").status == 422
    assert caller.post(f"/orders/{one.number}/hold", {"reason": "x"}, key="k-1").status == 200


def test_a_refusal_leaves_its_key_free(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 1)
    assert caller.post("/orders", wish(("MUG", 2)), key="k-1").status == 409
    assert caller.post("/orders", wish(("MUG", 1)), key="k-1").status == 201


def test_keys_of_two_clients_never_meet(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    other = Caller(shop)
    assert caller.post("/orders", wish(("MUG", 1)), key="k-1").body != other.post("/orders", wish(("MUG", 1)), key="k-1").body
    assert Order.objects.count() == 2


def test_keys_of_two_operations_never_meet(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    number = kit.place(shop, ("MUG", 1)).number
    assert caller.post(f"/orders/{number}/hold", {"reason": "x"}, key="k-1").status == 200
    assert caller.post(f"/orders/{number}/resume", key="k-1").status == 200


def test_without_a_key_two_equal_orders_are_two_orders(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    assert caller.post("/orders", wish(("MUG", 1)))["number"] != caller.post("/orders", wish(("MUG", 1)))["number"]


NO_KEYS = ["", " ", "a b", "x" * 101, "schl\u00fcssel"]


def test_a_key_that_cannot_be_one_is_refused(caller: Caller) -> None:
    entries = JournalEntry.objects.count()
    for key in NO_KEYS:
        answer = caller.post("/orders/1/resume", key=key)
        assert (answer.status, [(fault.place, fault.field) for fault in answer.problem.errors]) == (
            422,
            [("header", "Idempotency-Key")],
        ), key
        assert JournalEntry.objects.count() == entries, key


def test_a_repeat_is_judged_by_what_was_sent_and_not_by_what_the_shop_made_of_it(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    draft = CustomerDraft(number="C-1", group="retail")
    save_customer(shop.call(), customer=draft)
    first = caller.post("/orders", wish(("MUG", 1), customer="C-1"), key="k-1")
    save_customer(shop.call(), customer=CustomerDraft(number="C-1", group="wholesale"))
    assert caller.post("/orders", wish(("MUG", 1), customer="C-1"), key="k-1").body == first.body


def test_a_repeat_is_answered_though_its_names_mean_nothing_any_more(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    first = caller.post("/orders", wish(("MUG", 1), channel="web"), key="k-1")
    second = caller.post("/orders", wish(("MUG", 1)), key="k-2")
    channel = caller.get("/channels/web").json
    changed = {name: channel[name] for name in ("name", "currency", "kind")} | {"code": "shop"}
    assert caller.put("/channels/web", changed).status == 200
    assert caller.post("/channels", {"code": "till", "name": "Till", "currency": "GBP"}).status == 201
    assert caller.post("/orders", wish(("MUG", 1), channel="web"), key="k-1").body == first.body
    assert caller.post("/orders", wish(("MUG", 1)), key="k-2").body == second.body
    assert caller.post("/orders", wish(("MUG", 1), channel="web"), key="k-3").status == 404
    assert caller.post("/orders", wish(("MUG", 2), channel="web"), key="k-1").status == 404
    assert Order.objects.count() == 2


def test_a_request_whose_first_still_runs_is_told_when_to_come_again(
    shop: Shop, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_args: object, **_named: object) -> None:
        raise StillRunning(key="the door's own")

    monkeypatch.setattr("dingdan.kernel.entries.open_entries", held)
    answer = caller.post(f"/orders/{new_id()}/resume", key="k-1")
    assert (answer.status, answer.problem.code, answer.headers["Retry-After"]) == (409, "still_running", "2")
    assert "k-1 is still running" in answer.problem.detail


def test_a_new_api_keys_token_is_the_same_when_asked_again(shop: Shop, caller: Caller) -> None:
    body = {"name": "Till", "scopes": ["orders.*"]}
    first = caller.post("/api-keys", body, key="k-1")
    again = caller.post("/api-keys", body, key="k-1")
    assert (first.status, first.body) == (201, again.body)
    assert Caller(shop, token=first["token"]).get("/orders").status == 200
    assert caller.post("/api-keys", body)["token"] != first["token"]
