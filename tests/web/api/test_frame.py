"""What holds for every operation: who may, what is readable, how every no looks."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.web.api import api
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller, token_for
from tests.web.api.wishes import wish


def test_the_document_and_its_page_are_open_to_all() -> None:
    client = Client(SERVER_NAME="localhost")
    document = client.get("/api/v1/openapi.json")
    assert document.status_code == 200
    assert json.loads(document.content)["openapi"] == "3.1.0"
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    html = page.content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in html
    assert "//cdn" not in html
    for name in ("swagger-ui-bundle.js", "swagger-ui-init.js", "swagger-ui.css"):
        assert b"".join(client.get(f"/static/ninja/{name}"))


def test_the_type_of_a_problem_leads_to_what_it_means(shop: Shop) -> None:
    problem = Caller(shop).get("/orders/nothing").problem
    address, _, code = problem.type.partition("#")
    page = Client(SERVER_NAME="localhost").get(address)
    assert (problem.type, page.status_code) == ("/api/v1/problems#not_found", 200)
    assert f'<tr id="{code}">' in page.content.decode()


def test_no_schema_is_another_than_it_seems() -> None:
    """Two types of one name would overwrite each other in the document."""
    document = api.get_openapi_schema()
    assert document["components"]["schemas"]["Problem"]["properties"]["remedy"] == {"title": "Remedy", "type": "string"}


NO_KEYS = ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer dd_aaaaaaaaaaaa_" + "x" * 43, "Bearer \x00"]


def test_without_a_key_nobody_is_let_in(shop: Shop) -> None:
    for header in NO_KEYS:
        answer = Caller(shop, token="").send("GET", "/orders", HTTP_AUTHORIZATION=header)
        assert (answer.status, answer.problem.code) == (401, "not_signed_in"), header
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dingdan"', header


def test_an_expired_key_opens_nothing(shop: Shop) -> None:
    token = token_for(shop, expires_at=clock.now() + timedelta(hours=1))
    caller = Caller(shop, token=token)
    assert caller.get("/orders").status == 200
    with clock.moved_by(timedelta(hours=2)):
        assert caller.get("/orders").status == 401


def test_a_narrower_key_may_not_do_everything(shop: Shop) -> None:
    caller = Caller(shop, "inventory.read")
    assert caller.get("/stock").status == 200
    answer = caller.get("/orders")
    assert (answer.status, answer.problem.code) == (403, "not_permitted")
    assert "orders.read" in answer.problem.detail


def test_an_unknown_address_is_a_problem(shop: Shop) -> None:
    answer = Caller(shop).get("/no/such/thing")
    assert (answer.status, answer.problem.code) == (404, "no_such_address")


def test_a_method_that_is_not_answered_says_which_are(shop: Shop) -> None:
    answer = Caller(shop).send("DELETE", "/orders")
    assert (answer.status, answer.problem.code) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


def test_an_unknown_parameter_is_refused(shop: Shop) -> None:
    answer = Caller(shop).get("/orders", stat="placed")
    assert answer.status == 422
    assert [(fault.place, fault.field, fault.code) for fault in answer.problem.errors] == [("query", "stat", "unknown_parameter")]


UNREADABLE = [
    (b"{", "application/json", 400, "malformed_json"),
    (b"", "application/json", 422, "invalid_request"),
    (b'{"reason": NaN}', "application/json", 400, "malformed_json"),
    (b'{"reason": "\xff"}', "application/json", 400, "not_utf8"),
    (b'{"reason": "\\ud800"}', "application/json", 400, "malformed_json"),
    (b'{"reason": "a\\u0000b"}', "application/json", 422, "invalid_request"),
    (b'{"a\\u0000b": 1}', "application/json", 400, "unusable_character"),
    (b'{"reason": ' + b"[" * 40 + b"]" * 40 + b"}", "application/json", 400, "nested_too_deep"),
    (b"[" * 10_000 + b"]" * 10_000, "application/json", 400, "nested_too_deep"),
    (b'{"reason": 99999999999999999999}', "application/json", 422, "invalid_request"),
    (b'{"reason": 1e300}', "application/json", 422, "invalid_request"),
    (b'["reason"]', "application/json", 422, "invalid_request"),
    (b"null", "application/json", 422, "invalid_request"),
    (b"reason=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    (b'{"reason": "x"}', "text/plain", 415, "unsupported_media_type"),
    (b'{"reason": "x"}', "application/json; charset=latin-1", 415, "unsupported_media_type"),
    (b'{"reason": "' + b"x" * 10_000_000 + b'"}', "application/json", 413, "body_too_large"),
]


def test_a_body_that_cannot_be_read_is_refused(shop: Shop) -> None:
    caller = Caller(shop)
    assert caller.get("/orders").status == 200
    before = JournalEntry.objects.count()
    for body, kind, status, code in UNREADABLE:
        answer = caller.send("POST", "/orders/1/hold", body, CONTENT_TYPE=kind)
        assert (answer.status, answer.problem.code) == (status, code), (body[:100], kind)
        assert JournalEntry.objects.count() == before, (body[:100], kind)


def test_a_duplicate_name_in_a_body_counts_once(shop: Shop) -> None:
    answer = Caller(shop).send("POST", "/orders/1/hold", b'{"reason": "x", "reason": "y"}')
    assert answer.status == 404


NO_ADDRESSES = [("/orders/%00", "unusable_character"), ("/orders/%ff", "not_utf8"), ("/orders/%ed%a0%80", "not_utf8")]


def test_an_address_that_is_no_text_is_refused(shop: Shop) -> None:
    caller = Caller(shop)
    for path, code in NO_ADDRESSES:
        answer = caller.get(path)
        assert (answer.status, answer.problem.code) == (400, code), path


NO_QUERIES = [("?q=%00", "unusable_character"), ("?q=%ff", "not_utf8")]


def test_a_query_that_is_no_text_is_refused(shop: Shop) -> None:
    caller = Caller(shop)
    for query, code in NO_QUERIES:
        answer = caller.send("GET", "/orders", query=query)
        assert (answer.status, answer.problem.code) == (400, code), query


def test_every_wrong_field_is_named_with_its_place(shop: Shop) -> None:
    answer = Caller(shop).post("/stock/receipts", {"lines": [{"sku": 1, "quantity": "5"}, {"sku": "A"}], "nod": 1})
    assert answer.status == 422
    assert [(fault.pointer, fault.code) for fault in answer.problem.errors] == [
        ("#/lines/0/sku", "wrong_type"),
        ("#/lines/0/quantity", "wrong_type"),
        ("#/lines/1/quantity", "missing"),
        ("#/nod", "unknown_field"),
    ]
    assert all(fault.remedy for fault in answer.problem.errors)


def test_a_refusal_names_the_place_in_the_body(shop: Shop) -> None:
    answer = Caller(shop).post("/stock/receipts", {"lines": [{"sku": "NONE", "quantity": 5}]})
    assert (answer.status, answer.problem.code, answer.problem.field) == (422, "no_such_stock", "lines.0.sku")
    assert [(fault.place, fault.pointer) for fault in answer.problem.errors] == [("body", "#/lines/0/sku")]


TOLD_IN = [
    ("en", "There is no order nothing in this shop."),
    ("zh-TW,zh;q=0.9", "這家商店沒有 order nothing。"),
    ("zh-Hans", "这家商店没有 order nothing。"),
    ("xx", "There is no order nothing in this shop."),
]


def test_problems_speak_the_readers_language(shop: Shop) -> None:
    caller = Caller(shop)
    for asked, detail in TOLD_IN:
        answer = caller.send("GET", "/orders/nothing", HTTP_ACCEPT_LANGUAGE=asked)
        assert (answer.problem.code, answer.problem.detail) == ("not_found", detail), asked


def test_a_key_is_noted_as_used_once_an_hour(shop: Shop) -> None:
    caller = Caller(shop)
    for _ in range(3):
        assert caller.get("/orders").status == 200
    assert JournalEntry.objects.filter(command="staff.record_api_key_use").count() == 1
    with clock.moved_by(timedelta(minutes=61)):
        assert caller.get("/orders").status == 200
    assert JournalEntry.objects.filter(command="staff.record_api_key_use").count() == 2


def test_a_fault_of_the_program_is_a_problem_that_can_be_found_in_the_log(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_order_id: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr("dingdan.web.api.resources.orders.order_view", broken)
    answer = Caller(shop).get(f"/orders/{new_id()}")
    assert (answer.status, answer.problem.code) == (500, "server_fault")
    assert answer.problem.instance is not None
    assert answer.problem.instance.removeprefix("urn:uuid:") in caplog.text
    assert "secret" not in answer.body.decode()


def test_a_database_that_does_not_answer_is_a_problem_of_its_own(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_order_id: object, **_asked: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("dingdan.web.api.resources.orders.order_view", silent)
    answer = Caller(shop).get(f"/orders/{new_id()}")
    assert (answer.status, answer.problem.code, answer.headers["Retry-After"]) == (503, "database_silent", "5")


def test_a_fault_inside_a_command_is_a_problem_and_writes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.stock(shop, "MUG", 5)
    caller = Caller(shop)
    assert caller.get("/orders").status == 200
    entries = JournalEntry.objects.count()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("dingdan.trade.orders.commands.draft_order", broken)
    answer = caller.post("/orders", wish(("MUG", 1)), key="k-1")
    assert (answer.status, answer.problem.code) == (500, "server_fault")
    assert JournalEntry.objects.count() == entries
    monkeypatch.undo()
    assert caller.post("/orders", wish(("MUG", 1)), key="k-1").status == 201


def test_times_of_any_zone_are_read_and_impossible_ones_refused(shop: Shop) -> None:
    caller = Caller(shop)
    assert caller.get("/orders", placed_from="2472-09-24T11:33:50-18:23").status == 200
    answer = caller.get("/orders", placed_from="9999-12-31T23:59:00-10:00")
    assert (answer.status, answer.problem.errors[0].code) == (422, "not_readable")
