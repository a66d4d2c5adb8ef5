"""The review desk over the API."""

from __future__ import annotations

from typing import Any

import pytest

from dingdan.trade.orders.models import OrderNote
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import reviewed, rule, state_of, waiting
from tests.web.api.client import Caller

LARGE: dict[str, Any] = {"code": "large", "name": "Large orders", "kind": "amount", "parameters": {"amounts": {"GBP": 1000}}}


@pytest.fixture
def caller(shop: Shop) -> Caller:
    return Caller(shop)


def test_a_rule_and_its_versions(shop: Shop, caller: Caller) -> None:
    made = caller.post("/review-rules", LARGE)
    assert (made.status, made["version"], made["edition"]) == (201, 1, 1)
    assert caller.post("/review-rules/large/activate").status == 200
    changed = caller.put("/review-rules/large", {**LARGE, "approvals": 2})
    assert (changed.status, changed["version"]) == (200, 3)
    told = caller.get("/review-rules/large")
    assert (told["state"], told["approvals"], told["parameters"]) == ("active", 2, {"amounts": {"GBP": 1000}})
    versions = caller.get("/review-rules/large/versions")
    assert [(one["version"], one["state"], one["approvals"]) for one in versions.json] == [
        (3, "active", 2),
        (2, "active", 1),
        (1, "paused", 1),
    ]


def test_a_rule_that_cannot_be(caller: Caller) -> None:
    refused = caller.post("/review-rules", {**LARGE, "parameters": {"amounts": {"GBP": 1.5}}})
    assert (refused.status, refused["code"], refused["field"]) == (422, "parameter_not_usable", "parameters.amounts")


def test_kinds_say_what_they_take(caller: Caller) -> None:
    kinds = {one["kind"]: one for one in caller.get("/review-rule-kinds").json}
    assert kinds["duplicate"]["parameters"] == [
        {"name": "hours", "takes": "number", "required": False, "default": 24, "choices": []}
    ]
    assert len(kinds) == 11


def test_the_queue_and_a_decision(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    first, second = waiting(shop), waiting(shop)
    listed = caller.get("/reviews", state="waiting")
    assert [one["order_id"] for one in listed["items"]] == [str(first.order_id), str(second.order_id)]
    (reason,) = listed["items"][0]["reasons"]
    assert (reason["rule"], reason["text"], reason["is_asked"]) == ("amount", "£12.00 is more than £10.00.", True)
    assert caller.post(f"/reviews/{first.number}/pass", {"note": "fine"})["passed"] is True
    assert caller.get("/reviews", state="waiting")["items"][0]["number"] == second.number
    told = caller.get(f"/reviews/{first.number}")
    assert [one["verdict"] for one in told["decisions"]] == ["waits", "approved"]
    assert caller.get(f"/orders/{second.number}")["in_review"] is True
    assert caller.post(f"/reviews/{second.number}/questions", {"text": "Sure?"}).status == 200
    rejected = caller.post(f"/reviews/{second.number}/reject", {})
    assert (rejected["event"], rejected["reason"]) == ("OrderCanceled", "rejected")


def test_many_pass_at_once_each_on_its_own(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    one, other = waiting(shop), waiting(shop)
    small = kit.place(shop, ("TEA", 1))
    reviewed(shop, small)
    names = [one.number, str(other.order_id), small.number, "9999"]
    sent = {"rows": [{"key": f"k-{name}", "order_id": name, "note": "all fine"} for name in names]}
    answer = caller.post("/reviews/pass", sent)
    assert [(told["status"], (told["problem"] or {}).get("code")) for told in answer.json["outcomes"]] == [
        (200, None),
        (200, None),
        (409, "not_waiting"),
        (404, "not_found"),
    ]
    assert state_of(one) == state_of(other) == ("placed", "passed", False)
    assert caller.post("/reviews/pass", sent).json == answer.json
    assert OrderNote.objects.count() == 2


def test_many_asks_for_the_same_permission(shop: Shop) -> None:
    sent = {"rows": [{"key": "k-1", "order_id": "1001"}]}
    assert Caller(shop, "review.read").post("/reviews/pass", sent).status == 403


def test_a_key_is_nobody_where_two_people_are_needed(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    refused = caller.post(f"/reviews/{waiting(shop).number}/pass", {})
    assert (refused.status, refused["code"]) == (403, "needs_people")


def test_rules_are_tried_on_past_orders_page_by_page(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 20)
    for quantity in (1, 5, 1):
        kit.place(shop, ("TEA", quantity))
    assert caller.post("/review-rules", LARGE).status == 201
    first = caller.get("/review-rehearsal", rules="large", limit=2)
    assert (first["orders"], first["waits"], first["passes"]) == (2, 1, 1)
    assert [(one["number"], one["would"], one["was"], one["rules"]) for one in first["changed"]] == [
        ("1002", "waits", "", ["large"])
    ]
    last = caller.get("/review-rehearsal", rules="large", limit=2, after=first["next"])
    assert (last["orders"], last["waits"], last["next"]) == (1, 0, None)
    assert caller.get("/review-rehearsal")["rules"] == []


NO_PLACES = ["x", "2026-01-01T00:00:00Z~x", "2026-01-01T00:00:00~01a2267b-0924-7052-b3a5-17858e39c98a"]


def test_a_place_that_no_page_gave(caller: Caller) -> None:
    for place in NO_PLACES:
        assert caller.get("/review-rehearsal", after=place)["code"] == "unusable_cursor", place


def test_a_rule_that_is_not_there_cannot_be_tried(caller: Caller) -> None:
    assert caller.get("/review-rehearsal", rules="nothing").status == 404


def test_the_blacklist(shop: Shop, caller: Caller) -> None:
    made = caller.post("/watches", {"email": "bad@example.com", "reason": "never pays"})
    assert made.status == 201
    told = caller.get(f"/watches/{made['watch_id']}")
    assert (told["hint"], told["stance"], told["state"]) == ("b…@example.com", "blocked", "active")
    assert caller.post(f"/watches/{made['watch_id']}/retire").status == 200
    assert caller.get("/watches", state="retired")["items"][0]["id"] == made["watch_id"]
