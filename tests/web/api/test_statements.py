"""Statements over the API: a file comes in, its lines are listed and matched, what differs is settled."""

from __future__ import annotations

import base64

from dingdan.automation.consumers import drain
from dingdan.integrations.statements.samples import write_camt053
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import ACCOUNT, draft, due, order
from tests.web.api.client import Caller


def _content(*amounts: int) -> str:
    lines = [draft(amount, f"line {amount}", name="Eve") for amount in amounts]
    return base64.b64encode(b"".join(write_camt053(ACCOUNT, "GBP", lines))).decode()


def test_it_works(caller: Caller, shop: Shop) -> None:
    placed = order(shop, 1000)
    made = caller.post("/statements", {"name": "s.xml", "content": _content(1300, -490)})
    assert (made.status, made["lines"], made["known"]) == (201, 2, 0)
    drain(shop.tenant_id)
    one = caller.get(f"/statements/{made['statement_id']}")
    assert (one["statement"]["account"], one["matched"], one["open"]) == (ACCOUNT, 0, 2)
    assert [line["amount"] for line in caller.get("/statement-lines", state="open")["items"]] == [-490, 1300]
    fee, came = (line["id"] for line in caller.get("/statement-lines", statement=made["statement_id"])["items"])
    towards = [{"document": {"kind": "order", "id": str(placed.order_id)}, "amount": None}]
    told = caller.post(f"/statement-lines/{came}/match", {"towards": towards})
    assert (told.status, told["state"], told["unapplied"], due(placed)) == (200, "partly_matched", 300, (0, "paid"))
    assert caller.post(f"/statement-lines/{fee}/ignore", {"reason": "Fee"}).status == 200
    assert [match["amount"] for match in caller.get(f"/statement-lines/{came}")["matches"]] == [1000]
    (differs,) = caller.get("/discrepancies", state="open")["items"]
    assert (differs["kind"], differs["amount"], differs["expected"]) == ("overpaid", 1300, 1000)
    settled = caller.post(f"/discrepancies/{differs['id']}/resolve", {"resolution": "ignored", "note": "Credit"})
    assert (settled["resolution"], caller.get(f"/discrepancies/{differs['id']}")["state"]) == ("ignored", "resolved")
    assert caller.post(f"/statement-lines/{came}/unmatch", {}).status == 200
    assert (due(placed), kit.breaches()) == ((1000, "unpaid"), [])


def test_the_same_file_adds_nothing(caller: Caller, shop: Shop) -> None:
    first = caller.post("/statements", {"content": _content(100)})
    again = caller.post("/statements", {"content": _content(100)})
    assert (again["statement_id"], again["lines"], again["known"]) == (first["statement_id"], 0, 1)


def test_what_is_no_statement_is_refused(caller: Caller, shop: Shop) -> None:
    assert caller.post("/statements", {"content": "!"}).problem.code == "not_base64"
    assert caller.post("/statements", {"content": base64.b64encode(b"<a/>").decode()}).problem.code == "statement_not_readable"
    assert caller.get("/statements")["items"] == []


def test_a_mapping_is_saved_and_used(caller: Caller, shop: Shop) -> None:
    columns = {"booked_on": ["A"], "amount": ["B"]}
    saved = caller.put(
        "/statement-mappings", {"code": "west", "name": "West", "columns": columns, "currency": "GBP", "account": "1"}
    )
    assert saved.status in (200, 201)
    assert [one["code"] for one in caller.get("/statement-mappings").json] == ["west"]
    content = base64.b64encode(b"A,B\n2026-01-05,1.50\n").decode()
    assert caller.post("/statements", {"content": content, "mapping": "west"})["lines"] == 1
    assert caller.post("/statements", {"content": content}).problem.code == "mapping_needed"
