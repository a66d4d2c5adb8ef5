"""What somebody wrote before the shop knew them becomes theirs, with the address that they have proven."""

from __future__ import annotations

from dingdan.insight.dossier.queries import dossier
from dingdan.kernel.canonical import json_bytes
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.tickets.commands import EraseTicket, adopt_tickets, erase_tickets
from dingdan.trade.tickets.rules import ContactDraft
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import ANN, opened, row


def test_it_works(shop: Shop) -> None:
    ann, bob = (save_customer(shop.call(), customer=CustomerDraft()).customer_id for _ in range(2))
    mine, again = opened(shop, "A crack."), opened(shop, "Another one.", contact=ContactDraft(email="ANN@Example.com"))
    bobs, other = opened(shop, customer_id=bob, contact=ANN), opened(shop, contact=ContactDraft(email="anna@example.com"))
    gone, silent = opened(shop), opened(shop, contact=ContactDraft(name="Ann Lee"))
    erase_tickets.one(shop.call(), EraseTicket(ticket_id=gone.ticket_id))
    call = shop.call("take")
    taken = adopt_tickets(call, customer_id=ann, email="ann@example.com")
    assert set(taken.ticket_ids) == {mine.ticket_id, again.ticket_id}
    assert adopt_tickets(call, customer_id=ann, email="ann@example.com") == taken
    assert [row(one).customer_id for one in (mine, bobs, other, gone, silent)] == [ann, bob, None, None, None]
    assert b"A crack." in json_bytes(dossier(ann))
    assert adopt_tickets(shop.call(), customer_id=ann, email="ann@example.com").ticket_ids == ()
    assert adopt_tickets(shop.call(), customer_id=ann, email="").ticket_ids == ()
    assert kit.breaches() == []
