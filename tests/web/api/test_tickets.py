"""Tickets over the API: by those who look after them, and by customers with the link of one."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from dingdan.kernel import clock
from dingdan.trade.tickets.models import Attachment, Ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.tickets.desk import JPEG, PDF, PNG, member, opened
from tests.web.api.client import Answer, Caller

SCRIPT = "<script>alert('我')</script>"


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def told(caller: Caller, **body: Any) -> str:
    answer = caller.post("/tickets", {"topic": "damaged", "text": "The cup is broken."} | body)
    assert answer.status == 201, answer.body
    return str(answer["ticket_id"])


def by_link(shop: Shop, caller: Caller, ticket: str) -> Caller:
    return Caller(shop, token=str(caller.get(f"/tickets/{ticket}/link")["link"]))


def test_it_works(shop: Shop, caller: Caller) -> None:
    """Opened about an order, answered, replied to by the customer with a photo, solved, rated."""
    kit.stock(shop, "CUP", 5)
    order = kit.place(shop, ("CUP", 1), language="zh-Hant")
    ticket = told(caller, about={"kind": "order", "id": "1001"})
    shown = caller.get(f"/tickets/{ticket}")["ticket"]
    assert shown["about"] == {"kind": "order", "id": str(order.order_id), "number": "1001", "order_id": str(order.order_id)}
    assert (shown["contact"]["email"], shown["language"], shown["priority"]) == ("ann@example.com", "zh-Hant", "high")
    caller.post(f"/tickets/{ticket}/notes", {"text": "Third one."})
    assert caller.post("/tickets/T1001/answers", {"text": "A photo, please."})["state"] == "waiting_for_customer"
    customer = by_link(shop, caller, ticket)
    message = customer.post("/my/ticket/messages", {"text": "Here it is."}, key="once")
    assert customer.post("/my/ticket/messages", {"text": "Here it is."}, key="once").body == message.body
    path = f"/my/ticket/messages/{message['message_id']}/attachments"
    file = customer.post(path, {"name": "../cup.exe", "content": b64(PNG)})
    assert (file.status, file["media_type"]) == (201, "image/png")
    assert caller.post(f"/tickets/{ticket}/answers", {"text": "A new one comes.", "then": "solve"})["state"] == "solved"
    assert customer.send("PUT", "/my/ticket/rating", {"rating": 5, "word": "謝謝"}).status == 200
    own = customer.get("/my/ticket")
    assert [one["text"] for one in own["messages"]] == [
        "The cup is broken.", "A photo, please.", "Here it is.", "A new one comes.",
    ]  # fmt: skip
    assert [one["is_mine"] for one in own["messages"]] == [True, False, True, False]
    assert (own["rating"], own["may_reply"], own["topic"]) == (5, True, "Damaged")
    assert own["messages"][2]["attachments"][0]["name"] == "cup.exe.png"
    assert caller.get(f"/tickets/{ticket}")["messages"][3]["author"] == f"customer:{ticket}"
    assert kit.breaches() == []


def test_the_customer_sees_no_note_and_gets_no_file_of_one(shop: Shop, caller: Caller) -> None:
    ticket = told(caller)
    note = caller.post(f"/tickets/{ticket}/notes", {"text": "Looks like fraud."})["message_id"]
    file = caller.post(f"/tickets/{ticket}/messages/{note}/attachments", {"name": "a.pdf", "content": b64(PDF)})["attachment_id"]
    customer = by_link(shop, caller, ticket)
    assert b"fraud" not in customer.get("/my/ticket").body
    assert customer.get(f"/my/ticket/attachments/{file}").status == 404
    assert caller.get(f"/tickets/{ticket}/attachments/{file}").body == PDF
    answer = customer.post(f"/my/ticket/messages/{note}/attachments", {"name": "a.pdf", "content": b64(PDF)})
    assert answer.status == 403


def test_a_file_is_handed_over_as_nothing_but_a_file(shop: Shop, caller: Caller) -> None:
    ticket = told(caller)
    message = caller.get(f"/tickets/{ticket}")["messages"][0]["id"]
    path = f"/tickets/{ticket}/messages/{message}/attachments"
    name = '"><img src=x onerror=alert(1)>\r\nSet-Cookie: a=b; 破\u202e杯.html'
    file = caller.post(path, {"name": name, "content": b64(JPEG + SCRIPT.encode())})["attachment_id"]
    answer = caller.get(f"/tickets/{ticket}/attachments/{file}")
    assert answer.media_type == "application/octet-stream"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert not set(disposition) & set("<>\r\n")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["Cache-Control"] == "private, no-store"


HARMFUL = [
    ("", "empty_file"),
    (b64(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), "file_not_usable"),
    (b64(b"<html>" + SCRIPT.encode()), "file_not_usable"),
    (b64(PNG + SCRIPT.encode()), "file_not_usable"),
    ("not base64!", "not_base64"),
    ("=" * 8, "not_base64"),
    ("é", "not_base64"),
]


def test_files_that_mean_harm_are_refused(caller: Caller) -> None:
    ticket = told(caller)
    message = caller.get(f"/tickets/{ticket}")["messages"][0]["id"]
    for content, code in HARMFUL:
        answer = caller.post(f"/tickets/{ticket}/messages/{message}/attachments", {"name": "a.png", "content": content})
        assert (answer.status, answer.problem.code, answer.problem.field) == (422, code, "content"), content
        assert Attachment.objects.count() == 0, content


def test_a_file_of_eight_mebibytes_fits_and_one_beyond_does_not(shop: Shop, caller: Caller) -> None:
    ticket = told(caller)
    message = caller.get(f"/tickets/{ticket}")["messages"][0]["id"]
    path = f"/tickets/{ticket}/messages/{message}/attachments"
    largest = JPEG[:-2] + bytes(8 * 2**20 - len(JPEG)) + JPEG[-2:]
    assert caller.post(path, {"name": "large.jpg", "content": b64(largest)})["size"] == 8 * 2**20
    assert caller.post(path, {"name": "large.jpg", "content": b64(largest + b"\0" * 3)}).status == 422
    assert caller.post(path, {"name": "large.jpg", "content": "A" * (12 * 2**20)}).problem.code == "body_too_large"
    assert caller.post(f"/tickets/{ticket}/notes", {"text": "A" * (3 * 2**20)}).problem.code == "body_too_large"


def test_what_people_write_comes_back_as_they_wrote_it(caller: Caller) -> None:
    ticket = told(caller, text=SCRIPT, title=SCRIPT, contact={"name": SCRIPT})
    answer = caller.get(f"/tickets/{ticket}")
    assert answer.media_type == "application/json"
    assert answer["messages"][0]["text"] == answer["ticket"]["title"] == answer["ticket"]["contact"]["name"] == SCRIPT


def test_a_list_is_filtered(shop: Shop, caller: Caller) -> None:
    amy = member(shop)
    kit.stock(shop, "CUP", 5)
    kit.place(shop, ("CUP", 1))
    mine, late = told(caller, owner_id=amy, about={"kind": "order", "id": "1001"}), str(opened(shop, "遲到了").ticket_id)
    caller.post(f"/tickets/{mine}/tags", {"add": ["vip"]})

    def ids(**query: Any) -> list[str]:
        return [one["id"] for one in caller.get("/tickets", **query)["items"]]

    assert ids() == [late, mine]
    assert ids(owner=amy) == ids(tag="vip") == ids(order="1001") == ids(q="1001") == [mine]
    assert ids(unassigned="true") == ids(overdue="true") == ids(q="遲到") == [late]
    assert ids(q="ann@example.com") == [late, mine]
    assert ids(state="closed") == []
    assert caller.get("/tickets", state="none").status == 422


NOT_THERE = [({"kind": "order", "id": "9"}, 404), ({"kind": "invoice", "id": "1"}, 422), ({"kind": "line", "id": "1001"}, 404)]


def test_what_it_is_about_must_be_there(caller: Caller) -> None:
    for about, status in NOT_THERE:
        assert caller.post("/tickets", {"topic": "late", "text": "x", "about": about}).status == status, about
        assert Ticket.objects.count() == 0, about


def test_about_a_line_a_shipment_and_a_return(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "CUP", 5)
    order = kit.place(shop, ("CUP", 2))
    kit.pay(shop, order)
    shipment = kit.deliver(shop, order)
    line = str(order.lines[0].line_id)
    back = caller.post("/orders/1001/returns", {"lines": [{"line_id": line, "quantity": 1}]})["number"]
    number = caller.get(f"/shipments/{shipment}")["number"]
    told(caller, about={"kind": "line", "id": line})
    told(caller, about={"kind": "shipment", "id": number})
    told(caller, about={"kind": "return", "id": back})
    shown = caller.get("/tickets", order="1001")["items"]
    assert sorted(one["about"]["number"] for one in shown) == sorted(["1001/1", number, back])
    events = [one["event"] for one in caller.get("/events")["items"]] if caller.get("/events").status == 200 else []
    assert events.count("TicketOpened") in (0, 3)


def test_many_at_once_each_with_its_outcome(shop: Shop, caller: Caller) -> None:
    amy, bo = member(shop), member(shop)
    free, theirs = told(caller), told(caller, owner_id=bo)
    rows = [{"ticket_id": one, "owner_id": amy, "only_if_free": True, "key": one} for one in (free, "T1002", "T9")]
    answer = caller.post("/tickets/assign", {"rows": rows})
    assert [outcome(one) for one in answer["outcomes"]] == [
        (free, 200, None),
        ("T1002", 409, "already_taken"),
        ("T9", 404, "not_found"),
    ]
    assert caller.post("/tickets/assign", {"rows": rows}).json == answer.json
    assert [caller.get(f"/tickets/{one}")["ticket"]["owner_id"] for one in (free, theirs)] == [amy, bo]

    def close(*tickets: str) -> Answer:
        return caller.post("/tickets/close", {"rows": [{"ticket_id": one, "key": f"close-{n}"} for n, one in enumerate(tickets)]})

    assert caller.post(f"/tickets/{free}/close")["was_solved"] is False
    assert [outcome(one)[1:] for one in close(theirs, free)["outcomes"]] == [(200, None), (409, "not_in_this_state")]
    assert close().status == 422


def outcome(row: dict[str, Any]) -> tuple[str, int, str | None]:
    """Key, status and code of what came of a row."""
    return row["key"], row["status"], row["problem"] and row["problem"]["code"]


def test_merged_tickets_are_one_by_both_links(shop: Shop, caller: Caller) -> None:
    who = {"contact": {"email": "ann@example.com"}}
    kept, double = told(caller, **who), told(caller, text="My cup!", **who)
    customer = by_link(shop, caller, double)
    assert caller.post(f"/tickets/{kept}/merge", {"double": "T1002"})["merged_id"] == double
    assert customer.get("/my/ticket")["number"] == "T1001"
    assert customer.post("/my/ticket/messages", {"text": "And?"})["ticket_id"] == kept


def test_topics_templates_and_hours(caller: Caller) -> None:
    topics = caller.get("/ticket-topics").json
    assert [one["code"] for one in topics][:3] == ["wrong_item", "damaged", "missing"]
    made = caller.post("/ticket-topics", {"code": "gift", "name": "禮物卡", "answer_minutes": 30})
    assert (made.status, made.headers["Location"]) == (201, "/api/v1/ticket-topics/gift")
    assert caller.post("/ticket-topics", {"code": "gift", "name": "Gift card"}).status == 200
    assert caller.get("/ticket-topics/gift")["answer_minutes"] == 0
    assert caller.post("/ticket-topics/gift/retire").status == 200
    assert caller.get("/ticket-topics/gift")["state"] == "retired"
    text = "Dear {customer}, about {number}: sorry."
    caller.post("/ticket-templates", {"code": "sorry", "name": "Sorry", "text": text})
    ticket = told(caller, contact={"name": "Ann"})
    assert caller.get(f"/tickets/{ticket}/templates").json == {"sorry": "Dear Ann, about T1001: sorry."}
    assert caller.post("/ticket-templates/sorry/retire").status == 200
    assert caller.get("/ticket-templates", state="active")["items"] == []
    hours = caller.get("/ticket-hours").json
    assert hours["monday"] == [["09:00", "18:00"]]
    assert caller.put("/ticket-hours", hours | {"saturday": [["10:00", "12:00"]], "days_off": ["2026-12-25"]}).status == 200
    assert caller.get("/ticket-hours")["days_off"] == ["2026-12-25"]
    assert caller.put("/ticket-hours", {"monday": [["9", "10"]]}).problem.field == "monday"


def test_the_report_and_its_table(shop: Shop, caller: Caller) -> None:
    ticket = told(caller)
    caller.post(f"/tickets/{ticket}/solve")
    (row,) = caller.get("/ticket-report").json
    assert (row["key"], row["opened"], row["solved"], row["late"]) == ("damaged", 1, 1, 0)
    table = caller.get("/ticket-report/csv", by="week").body.decode()
    assert table.splitlines()[0].startswith("key,opened,answered,answer_seconds")
    assert len(table.splitlines()) == 2
    since = (clock.now() + timedelta(days=1)).isoformat()
    assert caller.get("/ticket-report", since=since).json == []


def test_a_customer_who_is_not_satisfied_and_one_who_is_too_late(shop: Shop, caller: Caller) -> None:
    ticket = told(caller)
    customer = by_link(shop, caller, ticket)
    assert customer.send("PUT", "/my/ticket/rating", {"rating": 1}).problem.code == "not_solved_yet"
    caller.post(f"/tickets/{ticket}/solve")
    assert customer.post("/my/ticket/messages", {"text": "No."})["state"] == "reopened"
    caller.post(f"/tickets/{ticket}/close")
    assert customer.get("/my/ticket")["may_reply"] is False
    assert customer.post("/my/ticket/messages", {"text": "No!"}).problem.code == "not_in_this_state"
    for rating in (0, 6, "5", 4.5, None):
        assert customer.send("PUT", "/my/ticket/rating", {"rating": rating}).status == 422


def test_in_the_readers_language(shop: Shop, caller: Caller) -> None:
    answer = caller.send("GET", "/ticket-topics", HTTP_ACCEPT_LANGUAGE="zh-Hant")
    assert answer.status == 200
    assert json.loads(answer.body)[0]["code"] == "wrong_item"


def test_a_ticket_is_about_a_claim_or_a_return(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "A", 5)
    order = bought(shop, 2)
    for kind, number, id_ in (
        ("claim", "K1001", sold.claim(shop, order, 1)),
        ("return", "R1001", sold.back(shop, order, 1)),
    ):
        ticket = told(caller, about={"kind": kind, "id": number})
        shown = caller.get(f"/tickets/{ticket}")["ticket"]["about"]
        assert shown == {"kind": kind, "id": str(id_), "number": number, "order_id": str(order.order_id)}
        assert [one["id"] for one in caller.get("/tickets", q=number)["items"]] == [ticket]
    assert len(caller.get("/tickets", order=order.number)["items"]) == 2
    assert caller.post("/tickets", {"topic": "damaged", "text": "x", "about": {"kind": "claim", "id": "K9"}}).status == 404
