"""Whoever writes to the shop beside an order: by the form, then by the link in a mail, or in the account."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.kernel import clock
from dingdan.kernel.guessing import counted_letter
from dingdan.kernel.ids import new_id
from dingdan.trade.tickets.commands import answer_ticket
from dingdan.trade.tickets.models import Attachment, Ticket, TicketContact
from tests.conftest import Shop
from tests.trade.tickets.desk import PNG
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front
from tests.web.storefront.shopper import Shopper

ASKED = "Is the mug <b>dishwasher</b> safe?"


@pytest.fixture
def ann(shop: Shop) -> Shopper:
    open_front(shop)
    return Shopper(shop)


def _path(visitor: Visitor, address: str) -> str:
    return re.sub(r"^(https?://[^/]+)?/shop/(~[^/]+/)?", "", address)


def _buttons(shop: Shop) -> dict[str, tuple[str, str]]:
    """Of each notice: where its button leads, and what the mail says."""
    drain(shop.tenant_id)
    found = {}
    for row in Notice.objects.order_by("id"):
        letter = letter_of(row)
        assert letter is not None
        found[row.kind] = (letter.button.url if letter.button else "", letter.text)
    return found


def test_a_guest_writes_reads_the_answer_and_settles_it(shop: Shop, ann: Shopper) -> None:
    page = ann.html("contact/")
    assert "Write to us" in ann.look(), "the foot of every page leads there"
    assert "We answer by mail, by " in text_of(page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    sent = {"key": key[1], "name": "Ann http://evil.example", "email": "ann@example.com", "text": ASKED}
    first = ann.send("contact/", **sent, files=[SimpleUploadedFile("mug.png", PNG)])
    again = ann.send("contact/", **sent, files=[SimpleUploadedFile("mug.png", PNG)])
    assert (first.status_code, Ticket.objects.count(), Attachment.objects.count()) == (303, 1, 1)
    assert TicketContact.objects.get().email == "ann@example.com"
    thread = _path(ann, again["Location"])
    assert re.fullmatch(r"m/[\w-]{70}/", thread)
    said = ann.html(thread)
    assert "Is the mug &lt;b&gt;dishwasher&lt;/b&gt; safe?" in said
    picture = re.search(r'src="([^"]+/files/[^"]+)"', said)
    assert picture is not None
    assert ann.client.get(picture[1])["Content-Type"] == "image/png"

    button, mail = _buttons(shop)["ticket_opened"]
    assert "dishwasher" not in mail, "the address may be anybody's"
    assert "evil" not in mail
    assert "Is the mug" in ann.look(_path(ann, button))
    answer_ticket(shop.call(), ticket_id=Ticket.objects.get().id, text="It is.")
    button, mail = _buttons(shop)["ticket_answered"]
    assert "It is." in mail
    assert "It is." in ann.look(_path(ann, button))

    assert "This is settled" in ann.look(thread)
    assert ann.send(f"{thread}settled/", key="s").status_code == 303
    assert ann.send(f"{thread}settled/", key="twice").status_code == 303
    over = ann.look(thread)
    assert "How did it go?" in over
    assert "Is it not settled? Write again, and it is taken up." in over
    assert "This is settled" not in over
    ann.send(f"{thread}rating/", key="r", rating="4", word="Quick")
    assert (Ticket.objects.get().state, Ticket.objects.get().rating) == ("solved", 4)
    assert list(_buttons(shop)) == ["ticket_opened", "ticket_answered"]
    assert ann.send(thread, key="w", text="And the lid?").status_code == 303
    assert (Ticket.objects.get().state, Ticket.objects.count()) == ("reopened", 1)


def test_in_the_account_it_is_ones_own(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    assert "Write to us" in ann.account("talking/")
    assert "You are signed in as ann@example.com" in ann.look("contact/")
    answer = ann.send("contact/", key="k", text=ASKED, email="bob@example.com")
    thread = _path(ann, answer["Location"])
    ticket = Ticket.objects.get()
    assert (thread, ticket.customer_id) == (f"account/talking/{ticket.id}/", ann.customer.id)
    assert TicketContact.objects.get().email == "ann@example.com"
    assert f'href="{ann.path(thread)}"' in ann.html("account/talking/")
    assert "Is the mug" in ann.look(thread)
    assert ann.send(thread, key="m", text="Well?").status_code == 303
    assert "Well?" in ann.look(thread)
    stranger = Visitor(shop)
    assert stranger.get(thread).status_code == 303
    zoe = Shopper(shop, email="zoe@example.com").come_in()
    for path in (thread, f"{thread}settled/", f"{thread}rating/"):
        assert zoe.get(path).status_code == 404
        assert zoe.send(path, text="x", rating="1").status_code == 404
    assert ann.send(f"{thread}settled/", key="s").status_code == 303
    assert "Done" in ann.account("talking/")


def test_what_cannot_be_sent_is_told_and_stays(shop: Shop, ann: Shopper) -> None:
    email = f"ann-{new_id().hex}@example.com"
    sent = {"name": "Ann", "email": email, "text": ASKED}
    for wrong in ({"email": "ann"}, {"email": ""}, {"text": "  "}, {"files": [SimpleUploadedFile("a.png", b"<html>")]}):
        answer = ann.send("contact/", key="k", **(sent | wrong))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert "text" in wrong or "Is the mug &lt;b&gt;dishwasher&lt;/b&gt; safe?</textarea>" in answer.content.decode()
    for _ in range(5):  # the address is written to five times in an hour
        counted_letter("contact", to=email, client="10.0.0.1", at=clock.now())
    assert ann.send("contact/", key="k", **sent).status_code == 429
    assert not Ticket.objects.exists()
