"""The returns desk without a browser: what a scanned code is, what the desk knows, what is refused, parcels nobody asked for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.kernel import clock
from dingdan.kernel.models import JournalEntry
from dingdan.trade.aftersales.commands import cancel_return, label_return, note_arrival, park_parcel
from dingdan.trade.aftersales.models import Attachment, Examination, Return, ReturnLine, StrayParcel
from dingdan.trade.fulfillment.models import Package, Shipment
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.desk import announced, cameras, held, piece_of
from tests.trade.tickets.desk import PNG
from tests.web.backoffice.desk import Desk, member, sit_down

HERE = "aftersales/return/desk/"


def of_the_warehouse(shop: Shop) -> Desk:
    """Somebody with the role of the warehouse."""
    return sit_down(shop, as_user=lambda where: member(where, "warehouse"))


def send(who: Desk, act: str, **facts: Any) -> dict[str, Any]:
    """What the desk is told."""
    said = json.dumps({"act": act, **{name: str(one) if isinstance(one, UUID) else one for name, one in facts.items()}})
    answer = who.browser.post(f"/backoffice/{HERE}send/", said, content_type="application/json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def what(who: Desk, code: str) -> dict[str, Any]:
    """What a scanned code is."""
    told: dict[str, Any] = who.browser.get(f"/backoffice/{HERE}what/", {"code": code}).json()
    return told


def test_any_number_on_a_parcel_leads_to_its_return(shop: Shop) -> None:
    rma = announced(shop)
    label_return(shop.call(), return_id=rma.return_id, carrier="SF", tracking_number="SF1")
    Shipment.objects.update(tracking_number="OUT1")
    Package.objects.update(tracking_number="OUT2")
    order = Return.objects.get().order
    desk = of_the_warehouse(shop)
    for code in (rma.number, rma.number.lower(), "SF1", "OUT1", order.number, Shipment.objects.get().number):
        assert what(desk, code)["url"] == f"/backoffice/{HERE}{rma.return_id}/", code
    assert what(desk, rma.number)["what"] == f"return {rma.number} of order {order.number}"
    assert what(desk, "A") == {"code": "A", "what": "Article A (A)", "url": "", "choices": [], "is_article": True}
    assert what(desk, "nothing") == {"code": "nothing", "what": "", "url": "", "choices": []}
    cancel_return(shop.call(), return_id=rma.return_id)
    told = what(desk, order.number)
    assert [(one["text"], one["small"]) for one in told["choices"]] == [
        (rma.number, "Canceled"), (f"Something else of order {order.number} came", ""),
    ]  # fmt: skip
    park_parcel(shop.call(), code="SF9")
    assert what(desk, "SF9")["choices"][0]["text"] == "parcel U101, put aside"


def test_an_order_without_a_return_leads_to_letting_it_come_back(shop: Shop) -> None:
    kit.stock(shop, "A", 3)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    after_sales = sit_down(shop, as_user=lambda where: member(where, "aftersales"))
    url = what(after_sales, order.number)["url"]
    assert url == f"/backoffice/{HERE}?order={order.order_id}"
    assert "Let goods of order" in after_sales.read(url.removeprefix("/backoffice/"))
    line = str(order.lines[0].line_id)
    about: dict[str, Any] = {"desk": "allow", "about": str(order.order_id), "order": str(order.order_id), "reason": "damaged"}
    told = send(after_sales, "allow", lines=[{"line": line, "quantity": 3}], **about)
    assert "only 2 can come back" in told["trouble"]
    assert told["state"]["lines"][0]["most"] == 2
    told = send(after_sales, "allow", lines=[{"line": line, "quantity": 1}], key="once", **about)
    assert told["go"] == f"/backoffice/{HERE}{Return.objects.get().id}/"
    assert send(after_sales, "allow", lines=[{"line": line, "quantity": 1}], key="once", **about)["go"] == told["go"]
    assert ReturnLine.objects.get().reason == "damaged"
    warehouse = of_the_warehouse(shop)
    assert "may not" in send(warehouse, "allow", lines=[{"line": line, "quantity": 1}], **about)["trouble"]
    assert Return.objects.count() == 1
    assert after_sales.browser.get(f"/backoffice/{HERE}?order={Return.objects.get().id}").status_code == 404


def test_scanned_graded_photographed_and_finished(shop: Shop) -> None:
    rma = announced(shop, 2)
    desk, piece = of_the_warehouse(shop), str(piece_of(rma.return_id))
    about = {"desk": "back", "about": str(rma.return_id), "return": str(rma.return_id)}
    assert rma.number in desk.read(f"{HERE}{rma.return_id}/")
    send(desk, "examine", piece=piece, grade="A", quantity=1, key="scan-1", **about)
    told = send(desk, "examine", piece=piece, grade="A", quantity=1, key="scan-1", **about)
    assert told["state"]["pieces"][0]["held"] == 1
    told = send(desk, "examine", piece=piece, grade="C", quantity=1, **about)
    assert told["state"]["said"][0]["who"] == desk.user.username
    assert "Only 0 of these pieces" in send(desk, "examine", piece=piece, grade="A", quantity=1, **about)["trouble"]
    told = send(desk, "undo", examination=told["state"]["said"][0]["id"], **about)
    assert told["state"]["pieces"][0]["held"] == 1
    told = send(desk, "examine", piece=piece, grade="C", **about)
    facts = dict(told["state"]["offer"]["facts"])
    assert (facts["Given back"], facts["Kept back for the condition"]) == ("£15.00", "£5.00")
    assert told["state"]["offer"]["money"] == (
        "£15.00 goes back the way it came: Cash. Somebody of accounting hands it out, and notes it under Payments."
    )
    line = ReturnLine.objects.get()
    for _twice in range(2):
        photo = SimpleUploadedFile("cup.png", PNG)
        sent = {"return": str(rma.return_id), "line": str(line.id), "key": "photo-1", "file": photo}
        told = desk.browser.post(f"/backoffice/{HERE}photo/", sent).json()
    assert (told["ok"], [one["line"] for one in told["state"]["photos"]]) == (True, [str(line.id)])
    assert Attachment.objects.get().line_id == line.id
    told = send(desk, "finish", **about)
    assert told["told"].startswith("£15.00 of it is given back. £15.00 goes back the way it came: Cash.")
    assert (told["state"]["is_open"], dict(told["state"]["ended"])["Given back"]) == (False, "£15.00")
    assert "inspected" in send(desk, "finish", **about)["trouble"]
    said = desk.read(f"aftersales/return/{rma.return_id}/")
    assert "Article A · 1 KiB" in said
    assert kit.breaches() == []


def test_a_piece_with_a_serial_number_is_asked_for_it(shop: Shop) -> None:
    rma = cameras(shop, "S1")
    desk, piece = of_the_warehouse(shop), str(piece_of(rma.return_id))
    assert "Scan the number on the piece" in send(desk, "examine", piece=piece, grade="A")["trouble"]
    assert "UNSOLD did not leave with this order" in send(desk, "examine", piece=piece, grade="A", lot="UNSOLD")["trouble"]
    assert send(desk, "examine", piece=piece, grade="A", lot="S1")["ok"]
    assert Examination.objects.get().quantity == 1


def test_nonsense_and_strangers_are_refused(shop: Shop) -> None:
    rma = announced(shop)
    desk, piece = of_the_warehouse(shop), str(piece_of(rma.return_id))
    before = JournalEntry.objects.count()
    for said in ({"act": "burn"}, {"act": "examine", "piece": "x"}, {"act": "examine", "piece": piece, "quantity": "2"}):
        assert not send(desk, **said)["ok"]
    assert not desk.browser.post(f"/backoffice/{HERE}photo/", {"return": str(rma.return_id)}).json()["ok"]
    nothing = SimpleUploadedFile("cup.exe", b"MZ\0")
    told = desk.browser.post(f"/backoffice/{HERE}photo/", {"return": str(rma.return_id), "file": nothing}).json()
    assert not told["ok"]
    reader = sit_down(shop, as_user=lambda where: member(where, "reader"))
    assert "may not" in send(reader, "examine", piece=piece, grade="A")["trouble"]
    catalog = sit_down(shop, as_user=lambda where: member(where, "catalog"))
    for path in ("", "what/", f"{rma.return_id}/"):
        assert catalog.browser.get(f"/backoffice/{HERE}{path}").status_code == 403
    assert catalog.browser.post(f"/backoffice/{HERE}send/", "{}", content_type="application/json").status_code == 403
    assert catalog.browser.post(f"/backoffice/{HERE}photo/").status_code == 403
    assert desk.browser.get(f"/backoffice/{HERE}{rma.order_id}/").status_code == 404
    assert JournalEntry.objects.filter(command__startswith="aftersales.").count() <= before
    assert not Examination.objects.exists()


def test_what_waits_is_counted_and_listed(shop: Shop) -> None:
    rma = announced(shop)
    desk = sit_down(shop)
    listed = "aftersales/return/?desk="
    assert "1 Returns to come" in desk.read("")
    assert rma.number in desk.read(f"{listed}announced")
    note_arrival(shop.call(), return_id=rma.return_id)
    said = desk.read("")
    for told in ("0 Returns to come", "1 Returns that arrived", "0 Returns to inspect", "0 Returns that are overdue"):
        assert told in said
    assert rma.number not in desk.read(f"{listed}announced")
    assert rma.number in desk.read(f"{listed}arrived")
    held(shop, rma.return_id)
    with clock.moved_by(timedelta(days=3)):
        assert "1 Returns that are overdue" in desk.read("")
        assert rma.number in desk.read(f"{listed}overdue")
    assert rma.number in desk.read(f"{listed}open")
    assert rma.number in desk.read(f"{listed}nonsense")


def test_a_parcel_nobody_asked_for_is_put_aside_and_worked_off(shop: Shop) -> None:
    rma = announced(shop)
    desk = of_the_warehouse(shop)
    send(desk, "park", code="SF77", note="A kettle", key="park-1")
    told = send(desk, "park", code="SF77", note="A kettle", key="park-1")
    assert told["parcel"]["number"] == "U101"
    assert "Scan something" in send(desk, "park", code="", note=" ")["trouble"]
    sent = {"parcel": told["parcel"]["id"], "file": SimpleUploadedFile("box.png", PNG)}
    assert desk.browser.post(f"/backoffice/{HERE}photo/", sent).json() == {"ok": True, "trouble": ""}
    parcel = StrayParcel.objects.get()
    place = f"aftersales/strayparcel/{parcel.id}/"
    assert "Join them" not in desk.read(place)
    after_sales = sit_down(shop, as_user=lambda where: member(where, "aftersales"))
    said = after_sales.read(place)
    for text in ("SF77", "A kettle", "box.png", "Join them"):
        assert text in said
    assert "U101" in after_sales.read("aftersales/strayparcel/?state=parked")
    assert "1 Parcels nobody asked for" in after_sales.read("")
    wrong = after_sales.browser.post(f"/backoffice/{place}do/join/", {"number": "R9999"})
    assert "R9999" in wrong.content.decode()
    assert StrayParcel.objects.get().state == "parked"
    after_sales.browser.post(f"/backoffice/{place}do/join/", {"number": rma.number})
    assert StrayParcel.objects.get().rma_id == rma.return_id
    assert Return.objects.get().arrived_at is not None
    other = park_parcel(shop.call(), note="Empty box")
    place = f"aftersales/strayparcel/{other.parcel_id}/"
    after_sales.browser.post(f"/backoffice/{place}do/settle/", {"answer": "Thrown away"})
    said = after_sales.read(place)
    assert "Thrown away" in said
    assert "Join them" not in said
