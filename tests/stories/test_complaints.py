"""Complaints, as a shop would tell them: a parcel that arrived broken, and one that nobody looked at in time."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.automation.escalations import escalate, put_away
from dingdan.automation.models import Notice
from dingdan.kernel import clock
from dingdan.kernel.feed import timeline
from dingdan.trade.aftersales.commands import give_allowance
from dingdan.trade.tickets.commands import (
    AssignTicket,
    assign_tickets,
    attach_file,
    note_ticket,
    open_ticket,
    reopen_ticket,
    solve_ticket,
)
from dingdan.trade.tickets.rules import TicketDraft
from dingdan.web.shared.matters import matter
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, JPEG, always_at_work, member, row, topic
from tests.web.api.client import Caller


def test_a_parcel_arrives_broken(shop: Shop) -> None:
    """Ann complains with photos, the shop asks, gives something back, and hears that all is well."""
    kit.stock(shop, "CUP", 5)
    order = kit.place(shop, ("CUP", 2), price=1000)
    kit.pay(shop, order)
    shipment = kit.deliver(shop, order)
    drain(shop.tenant_id)
    owner = Caller(shop)
    shipped = owner.get(f"/shipments/{shipment}")["number"]

    told = owner.post(
        "/tickets",
        {
            "topic": "damaged",
            "text": "One of the two cups is broken.",
            "came_by": "storefront",
            "about": {"kind": "shipment", "id": shipped},
        },
    )
    ann = Caller(shop, token=str(owner.get(f"/tickets/{told['ticket_id']}/link")["link"]))
    first = ann.get("/my/ticket")["messages"][0]["id"]
    photo = {"name": "cup.jpg", "content": base64.b64encode(JPEG).decode()}
    assert ann.post(f"/my/ticket/messages/{first}/attachments", photo).status == 201

    amy = member(shop)
    owner.post(f"/tickets/{told['ticket_id']}/assign", {"owner_id": amy, "only_if_free": True})
    owner.post(f"/tickets/{told['ticket_id']}/answers", {"text": "We are sorry. Is the box dented, too?"})
    assert ann.post("/my/ticket/messages", {"text": "Yes, look."})["state"] == "waiting_for_us"
    owner.post(f"/tickets/{told['ticket_id']}/notes", {"text": "The carrier pays: box crushed."})
    allowance = give_allowance(shop.call(), order_id=order.order_id, amount=1000, reason="one cup broken")
    drain(shop.tenant_id)
    assert allowance.refund_due == 1000
    done = owner.post(
        f"/tickets/{told['ticket_id']}/answers", {"text": "The price of the cup is on its way back.", "then": "solve"}
    )
    assert done["state"] == "solved"
    assert ann.send("PUT", "/my/ticket/rating", {"rating": 5, "word": "Quick and kind."}).status == 200
    drain(shop.tenant_id)

    kinds = list(Notice.objects.filter(ticket_id__isnull=False).order_by("id").values_list("kind", flat=True))
    assert kinds == ["ticket_opened", "ticket_answered", "ticket_solved"]
    ticket = row(UUID(told["ticket_id"]))
    assert (ticket.owner_id, ticket.rating, ticket.files_count, ticket.messages_count) == (amy, 5, 1, 5)
    said = [one["event"] for one in timeline(ticket.id) if not str(one["event"]).startswith("Notice")]
    assert said == [
        "TicketOpened", "FileAttached", "TicketAssigned", "TicketAnswered", "TicketReplied", "TicketNoted", "TicketAnswered",
        "TicketRated",
    ]  # fmt: skip
    on_order = [one["event"] for one in timeline(order.order_id)]
    assert on_order.index("TicketOpened") < on_order.index("AllowanceGiven") < on_order.index("TicketRated")
    assert kit.breaches() == []


def test_a_complaint_that_nobody_looked_at(shop: Shop) -> None:
    """A ticket goes up twice: to the boss when nobody answers, and once more when nobody settles it; then it is settled."""
    always_at_work(shop)
    clerk, boss = member(shop), member(shop)
    topic(shop, "complaint", answer_minutes=120, solution_minutes=1440, priority="normal", owner_id=clerk, escalates_to_id=boss)
    kit.stock(shop, "CUP", 5)
    kit.place(shop, ("CUP", 1))
    thing = matter("order", "1001", field="about")
    draft = TicketDraft(topic="complaint", text="我等了三個星期！", about=thing.about, contact=thing.contact, language="zh-Hant")
    told = open_ticket(shop.call(), ticket=draft)
    assert (told.owner_id, told.priority) == (clerk, "normal")

    with clock.moved_by(3 * HOUR):
        assert escalate(shop.tenant_id) == 1
        assert (row(told).owner_id, row(told).priority, row(told).level) == (boss, "high", 1)
        assert escalate(shop.tenant_id) == 0
        note_ticket(shop.call(), ticket_id=told.ticket_id, text="I call the carrier.")
    with clock.moved_by(timedelta(days=1, hours=4)):
        assert escalate(shop.tenant_id) == 1
        assert (row(told).priority, row(told).level) == ("urgent", 2)
        assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=clerk))
        file = attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="照片.jpg", content=JPEG)
        assert file.size == len(JPEG)
        assert solve_ticket(shop.call(), ticket_id=told.ticket_id).is_late
        assert escalate(shop.tenant_id) == 0
        drain(shop.tenant_id)
    with clock.moved_by(timedelta(days=9)):
        assert put_away(shop.tenant_id) == 1
        assert row(told).state == "closed"
        reopen_ticket(shop.call(), ticket_id=told.ticket_id)
        assert put_away(shop.tenant_id) == 0
    events = [one["event"] for one in timeline(told.ticket_id) if "Notice" not in str(one["event"])]
    assert events == [
        "TicketOpened", "TicketEscalated", "TicketNoted", "TicketEscalated", "TicketAssigned", "FileAttached", "TicketSolved",
        "TicketClosed", "TicketReopened",
    ]  # fmt: skip
    assert kit.breaches() == []
