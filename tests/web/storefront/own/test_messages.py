"""A customer writes to the shop about an order, reads the answers, sends photos, and says how it went."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.tickets.commands import answer_ticket, note_ticket, open_ticket
from dingdan.trade.tickets.models import Attachment, Message, Ticket
from dingdan.trade.tickets.rules import About, ContactDraft, TicketDraft
from dingdan.web.shared.reading import body_limit
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import PDF, PNG
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front
from tests.web.storefront.own.desk import below

EVIL = "<script>alert(1)</script>\"onload='x"


@pytest.fixture
def order(shop: Shop) -> OrderPlaced:
    open_front(shop)
    kit.stock(shop, "MUG", 5)
    return kit.place(shop, ("MUG", 1))


def _write(visitor: Visitor, order: OrderPlaced, text: str, **more: Any) -> Any:
    page = visitor.html(below(order.order_id, "messages"))
    key = re.search(r'id="write".*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert key is not None
    return visitor.send(below(order.order_id, "messages"), **({"text": text, "key": key[1]} | more))


def test_it_works(shop: Shop, order: OrderPlaced) -> None:
    visitor = Visitor(shop)
    assert "Is there anything about your order?" in visitor.look(below(order.order_id, "messages"))
    for _time in range(2):
        files = [SimpleUploadedFile("a <b>.png", PNG, content_type="text/html"), SimpleUploadedFile("bill.pdf", PDF)]
        assert _write(visitor, order, "Where is it?", files=files, key="once").status_code == 303
    ticket = Ticket.objects.get()
    assert (ticket.order_id, ticket.about_number, ticket.topic, ticket.came_by) == (
        order.order_id, order.number, "question", "storefront",
    )  # fmt: skip
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 2)
    note_ticket(shop.call(), ticket_id=ticket.id, text="a nervous one")
    answer_ticket(shop.call(), ticket_id=ticket.id, text="It leaves today.", then="solve")
    page = visitor.look(below(order.order_id, "messages"))
    assert re.search(r"Where is it\?.*It leaves today\..*How did it go\?", page)
    assert "nervous" not in page
    assert "2 messages so far" in visitor.look(below(order.order_id))
    picture, paper = (
        visitor.client.get(url)
        for url in re.findall(r'href="([^"]+/files/[^"]+)"', visitor.html(below(order.order_id, "messages")))
    )
    assert (picture["Content-Type"], picture["Content-Disposition"], picture.content) == ("image/png", "inline", PNG)
    assert paper["Content-Type"] == "application/octet-stream"
    rate = below(order.order_id, "messages", str(ticket.id), "rating")
    assert visitor.send(rate, rating="5", word="quick", key="r").status_code == 303
    assert visitor.send(rate, rating="9").status_code == 422
    assert Ticket.objects.get().rating == 5
    _write(visitor, order, "And now?")
    assert (Ticket.objects.get().state, Message.objects.filter(kind="customer").count()) == ("reopened", 2)
    assert kit.breaches() == []


def test_what_cannot_be_sent_is_told_and_the_text_stays(shop: Shop, order: OrderPlaced) -> None:
    visitor = Visitor(shop)
    answer = _write(visitor, order, "Look!", files=[SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.png", b"<html>")])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "no whole picture" in text_of(page)
    assert ">Look!</textarea>" in page
    assert _write(visitor, order, "  ").status_code == 422
    assert _write(visitor, order, "x", files=[SimpleUploadedFile(f"{n}.png", PNG) for n in range(6)]).status_code == 409
    assert Ticket.objects.count() == 0
    path = visitor.path(below(order.order_id, "messages"))
    assert body_limit(path) == body_limit(path.replace("/shop/", "/shop/zh-hant/", 1).replace(f"~{shop.tenant.slug}/", ""))
    assert body_limit(path) > body_limit(visitor.path(below(order.order_id)))


def test_what_others_wrote_is_not_theirs(shop: Shop, order: OrderPlaced) -> None:
    about = About(kind="order", id=order.order_id, number=order.number, order_id=order.order_id)
    neighbor = ContactDraft(name="Bob", email="bob@example.com")
    told = open_ticket(
        shop.call(), ticket=TicketDraft(topic="question", text="It came to me instead.", about=about, contact=neighbor)
    )
    mine = ContactDraft(name="Ann", email="ANN@example.com")
    own = open_ticket(shop.call(), ticket=TicketDraft(topic="late", text="Still nothing.", about=about, contact=mine))
    visitor = Visitor(shop)
    page = visitor.look(below(order.order_id, "messages"))
    assert "Still nothing." in page
    assert "instead" not in page
    assert visitor.get(below(order.order_id, "messages", str(told.ticket_id), "rating")).status_code == 404
    assert visitor.get(below(order.order_id, "messages", "files", str(told.ticket_id))).status_code == 404
    for one, page in ((told, r"/m/[\w-]{70}/"), (own, r"/o/[\w-]+/messages/")):
        said = answer_ticket(shop.call(), ticket_id=one.ticket_id, text="We look into it.")
        queue = QueueNotice(kind="ticket_answered", ticket_id=one.ticket_id, about_id=said.message_id)
        letter = letter_of(Notice.objects.get(id=queue_notices.one(shop.call(), queue).notice_id))
        assert letter is not None
        assert letter.button is not None
        assert re.search(page + "$", letter.button.url), "each reads what they wrote, and no more"


def test_what_somebody_typed_is_text(shop: Shop, order: OrderPlaced) -> None:
    visitor = Visitor(shop)
    assert _write(visitor, order, EVIL, files=[SimpleUploadedFile(EVIL + ".png", PNG)]).status_code == 303
    answer_ticket(shop.call(), ticket_id=Ticket.objects.get().id, text=EVIL, then="solve")
    visitor.send(below(order.order_id, "messages", str(Ticket.objects.get().id), "rating"), rating="1", word=EVIL)
    page = visitor.html(below(order.order_id, "messages"))
    assert "<script>alert" not in page
    assert "onload='x" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4
