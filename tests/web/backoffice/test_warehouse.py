"""The desks of the warehouse: the worklist, rounds, packing, handing over; each scan a command under its key."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from dingdan.kernel import clock
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.trade.fulfillment.commands import ShipShipment, pick_pieces, ship_shipments
from dingdan.trade.fulfillment.models import Errand, Package, Pick, Shipment, Wave
from dingdan.trade.fulfillment.queries import desk as worklist
from dingdan.trade.fulfillment.queries import first_at, on_time, pickers
from dingdan.trade.orders.commands import hold_order
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk
from tests.web.backoffice.desk import Desk, member, sit_down
from tests.web.documents.test_documents import written_by

HERE = "fulfillment/shipment/"


def of_the_warehouse(shop: Shop) -> Desk:
    """Somebody with the role of the warehouse."""
    return sit_down(shop, as_user=lambda where: member(where, "warehouse"))


def send(who: Desk, act: str, **facts: Any) -> dict[str, Any]:
    """What the desk is told."""
    said = json.dumps({"act": act, **facts})
    answer = who.browser.post(f"/backoffice/{HERE}send/", said, content_type="application/json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_the_worklist_counts_by_what_comes_next(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    desk = of_the_warehouse(shop)
    assert "Nothing is to be picked" in desk.read(HERE)
    to_plan, held = kit.place(shop, ("A", 1)), kit.place(shop, ("A", 1))
    kit.pay(shop, to_plan)
    kit.plan(shop, held)
    hold_order(shop.call(), order_id=held.order_id, reason="wait")
    waits, walked = planned(shop, ("A", 2)), planned(shop, ("A", 3))
    walk(shop, walked)
    said = desk.read(HERE)
    for told in ("1 To plan", "1 To pick", "1 Being picked", "0 To pack", "0 To hand over", "1 Stopped", "W101", "0 / 3"):
        assert told in said
    numbers = dict(Shipment.objects.values_list("id", "number"))
    assert numbers[waits] in said
    assert numbers[walked] not in said
    assert numbers[walked] in desk.read(f"{HERE}?stage=picking")
    assert "0 To pick" in desk.read(f"{HERE}?due=late")
    assert to_plan.number in desk.read(f"{HERE}?stage=to_plan")
    desk.browser.post(f"/backoffice/{HERE}plan/", {"id": str(to_plan.order_id)})
    assert "2 To pick" in desk.read(HERE)


def test_the_next_ones_are_found_behind_those_that_are_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "AT_ONCE", 1)
    kit.stock(shop, "A", 50)
    held = kit.place(shop, ("A", 1))
    stopped = kit.plan(shop, held).shipments[0].shipment_id
    hold_order(shop.call(), order_id=held.order_id, reason="wait")
    first, second, third = (planned(shop, ("A", 1)) for _ in range(3))
    assert [one.id for one in first_at("to_pick", most=2)] == [first, second]
    assert [one.id for one in first_at("to_pick", most=9)] == [first, second, third]
    assert [one.id for one in first_at("stopped", most=9)] == [stopped]
    assert first_at("to_pick", most=9, method="pigeon") == []


def test_what_is_ticked_is_walked_for(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    ids = [str(planned(shop, ("A", 1))) for _ in range(2)]
    desk = of_the_warehouse(shop)
    for _twice in range(2):
        answer = desk.browser.post(f"/backoffice/{HERE}start/", {"id": ids, "key": "once"})
        assert answer["Location"].endswith(f"round/{Wave.objects.get().id}/")
    said = desk.read(f"{HERE}round/{Wave.objects.get().id}/")
    assert "Round W101" in said
    paper = desk.browser.get(f"/backoffice/{HERE}round/{Wave.objects.get().id}/paper/")
    assert paper.content.startswith(b"%PDF")
    desk.browser.post(f"/backoffice/{HERE}start/", {"key": "nothing ticked"})
    assert "1 to 40 shipments" in desk.read(HERE)


def test_a_scan_is_a_command_under_its_key(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    desk = of_the_warehouse(shop)
    shipment = planned(shop, ("A", 2))
    (errand,) = walk(shop, shipment, by=str(desk.user.pk))
    about = {"desk": "pick", "about": str(Wave.objects.get().id)}
    assert send(desk, "pick", errand=str(errand.id), key="scan-1", **about)["ok"]
    told = send(desk, "pick", errand=str(errand.id), key="scan-1", **about)
    assert Errand.objects.get().picked == 1
    assert told["state"]["stops"][0]["errands"][0]["picked"] == 1
    assert "Only 1 pieces" in send(desk, "pick", errand=str(errand.id), quantity=2)["trouble"]
    assert send(desk, "undo", pick=told["state"]["picks"][0]["id"])["ok"]
    assert Pick.objects.get().undone_at is not None
    told = send(desk, "short", errand=str(errand.id), reason="missing")
    assert "2 pieces left the stock" in told["told"]


def test_nonsense_and_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment = planned(shop, ("A", 2))
    (errand,) = walk(shop, shipment)
    before = JournalEntry.objects.count()
    desk = of_the_warehouse(shop)
    for said in ({"act": "burn"}, {"act": "pick", "errand": "x"}, {"act": "pick", "errand": str(errand.id), "quantity": "2"}):
        assert not send(desk, **said)["ok"]
    told = send(desk, "pick", errand=str(errand.id))
    assert (told["is_taken"], "staff:7 is at it since" in told["trouble"]) == (True, True)
    sales = sit_down(shop, as_user=lambda where: member(where, "sales"))
    assert "may not" in send(sales, "pick", errand=str(errand.id))["trouble"]
    assert sales.browser.post(f"/backoffice/{HERE}start/", {"id": str(shipment)}).status_code == 403
    assert "Start picking" not in sales.read(HERE)
    for path in ("what/", "hand-over/", "manifest/", f"{shipment}/pack/", f"round/{Wave.objects.get().id}/"):
        catalog = sit_down(shop, as_user=lambda where: member(where, "catalog"))
        assert catalog.browser.get(f"/backoffice/{HERE}{path}").status_code == 403
    assert JournalEntry.objects.filter(command__startswith="fulfillment.").count() <= before
    assert Errand.objects.get().picked == 0


def test_packed_unpacked_packed_and_handed_over(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    desk = of_the_warehouse(shop)
    shipment = planned(shop, ("A", 2))
    line = str(Shipment.objects.get().lines.get().id)
    facts = {"shipment": str(shipment), "desk": "pack", "about": str(shipment)}
    assert "A" in desk.read(f"{HERE}{shipment}/pack/")
    assert send(desk, "take_shipment", **facts)["state"]["is_mine"]
    half = [{"contents": [{"line": line, "quantity": 1}]}]
    assert "1 of 2 pieces of A" in send(desk, "pack", packages=half, **facts)["trouble"]
    assert "Scan what goes" in send(desk, "pack", packages=[], **facts)["trouble"]
    assert not Package.objects.exists()
    whole = [{"contents": [{"line": line, "quantity": 2}], "weight": 900}]
    assert send(desk, "pack", packages=whole, **facts)["state"]["state"] == "packed"
    assert send(desk, "unpack", **facts)["state"]["stage"] == "to_pack"
    send(desk, "pack", packages=whole, **facts)
    number = Shipment.objects.get().number
    what = desk.browser.get(f"/backoffice/{HERE}what/?code={number}").json()["what"]
    assert what.startswith(f"shipment {number} of order")
    assert desk.browser.get(f"/backoffice/{HERE}what/?code=A").json()["what"] == "Article A (A)"
    assert desk.browser.get(f"/backoffice/{HERE}what/?code=nothing").json()["what"] == ""
    assert desk.browser.get(f"/backoffice/{HERE}manifest/").status_code == 302
    desk.read(f"{HERE}hand-over/")
    assert send(desk, "ship", shipment=str(shipment), carrier="SF", tracking="SF1", desk="hand")["state"]["parcels"] == []
    assert desk.browser.get(f"/backoffice/{HERE}manifest/").content.startswith(b"%PDF")
    assert "is for a shipment that is" in send(desk, "ship", shipment=str(shipment), carrier="SF")["trouble"]


def test_the_papers_of_a_parcel_are_where_it_is_packed(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.pay(shop, order)
    shipment = str(kit.plan(shop, order).shipments[0].shipment_id)
    desk, facts = of_the_warehouse(shop), {"desk": "pack", "about": shipment, "shipment": shipment}
    papers = send(desk, "take_shipment", **facts)["state"]["papers"]
    assert [one["text"] for one in papers] == ["Packing slip", "Label"]
    for one in papers:
        assert desk.browser.get(one["url"]).content.startswith(b"%PDF"), one
    ship_shipments.one(shop.call(), ShipShipment(UUID(shipment), "Royal Mail", "RM1"))
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    assert len(send(desk, "take_shipment", **facts)["state"]["papers"]) == 2  # the warehouse does not look at invoices
    owner = sit_down(shop)
    (*_others, invoice) = send(owner, "nothing", **facts)["state"]["papers"]
    assert invoice["text"] == "Invoice"
    assert owner.browser.get(invoice["url"]).content.startswith(b"%PDF")
    assert desk.browser.get(invoice["url"]).status_code == 403


def test_papers_and_refusals_go_by_the_shops_clock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    Tenant.objects.filter(id=shop.tenant_id).update(time_zone="Asia/Taipei")
    kit.stock(shop, "A", 5)
    here = datetime.now(ZoneInfo("Asia/Taipei"))
    early = here.replace(hour=0, minute=30, second=0, microsecond=0)
    for at in (early - timedelta(hours=1), early):
        Shipment.objects.filter(id=kit.ship(shop, kit.place(shop, ("A", 1)))).update(shipped_at=at)
    desk = of_the_warehouse(shop)
    said = written_by(monkeypatch, lambda: desk.browser.get(f"/backoffice/{HERE}manifest/"))
    (left,) = Shipment.objects.filter(shipped_at=early)
    (before,) = Shipment.objects.exclude(id=left.id)
    assert left.number in said
    assert before.number not in said
    assert "00:30" in said
    assert f"{here:%-d %B %Y}" in said
    shipment = planned(shop, ("A", 1))
    (errand,) = walk(shop, shipment)
    started = Wave.objects.get().started_at.astimezone(ZoneInfo("Asia/Taipei"))
    assert f"since {started:%Y-%m-%d %H:%M}." in send(desk, "pick", errand=str(errand.id))["trouble"]


def test_promises_are_watched_and_picks_counted(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    late, today = planned(shop, ("A", 1)), planned(shop, ("A", 2))
    now = clock.now()
    Shipment.objects.filter(id=late).update(due_at=now - timedelta(hours=1))
    Shipment.objects.filter(id=today).update(due_at=now + timedelta(hours=1))
    watch = on_time(at=now)
    assert (watch.late, watch.due_today, watch.late_by_stage["to_pick"]) == (1, 1, 1)
    one, two = walk(shop, late, today)
    pick_pieces(call_of(shop, "7"), errand_id=one.id)
    pick_pieces(call_of(shop, "7"), errand_id=two.id, quantity=2)
    (found,) = pickers(now - timedelta(hours=1), now + timedelta(hours=1))
    assert (found.picker, found.lines, found.pieces, found.shipments, found.minutes, found.lines_per_hour) == (
        "staff:7",
        2,
        3,
        2,
        1,
        120,
    )
