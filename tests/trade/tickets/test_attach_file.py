"""A file hangs on a message."""

from __future__ import annotations

import hashlib

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.files import EmptyFile, FileNotUsable, TooManyFiles
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import EraseTicket, answer_ticket, attach_file, erase_tickets
from dingdan.trade.tickets.commands.talking import NotYourMessage
from dingdan.trade.tickets.models import Attachment, Ticket
from dingdan.trade.tickets.rules import TicketForgotten
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import PDF, PNG, customer, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    file = attach_file(
        customer(shop, told), ticket_id=told.ticket_id, message_id=told.message_id, name="../杯子.exe", content=PNG
    )
    assert (file.media_type, file.size, file.digest) == ("image/png", len(PNG), hashlib.sha256(PNG).hexdigest())
    kept = queries.attachment(file.attachment_id, ticket_id=told.ticket_id)
    assert (kept.name, bytes(kept.content or b"")) == ("杯子.exe.png", PNG)
    assert row(told).files_count == 1
    assert kit.breaches() == []


def test_ten_files_hang_on_a_message_and_a_hundred_on_a_ticket(shop: Shop) -> None:
    told = opened(shop)
    for number in range(10):
        attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name=f"{number}.pdf", content=PDF)
    with nothing_changes(shop), pytest.raises(TooManyFiles) as refused:
        attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="11.pdf", content=PDF)
    assert refused.value.facts["most"] == 10
    Ticket.objects.filter(id=told.ticket_id).update(files_count=100)
    other = answer_ticket(shop.call(), ticket_id=told.ticket_id, text="Ours.")
    with nothing_changes(shop), pytest.raises(TooManyFiles) as refused:
        attach_file(shop.call(), ticket_id=told.ticket_id, message_id=other.message_id, name="1.pdf", content=PDF)
    assert refused.value.facts["most"] == 100


def test_what_is_no_photo_and_no_paper_is_refused(shop: Shop) -> None:
    told = opened(shop)
    for content, refusal in ((b"", EmptyFile), (b"<svg onload=alert(1)>", FileNotUsable)):
        with nothing_changes(shop), pytest.raises(refusal):
            attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="a.png", content=content)


def test_a_customer_adds_to_the_customers_own_words(shop: Shop) -> None:
    told = opened(shop)
    answer = answer_ticket(shop.call(), ticket_id=told.ticket_id, text="Hello.")
    with nothing_changes(shop), pytest.raises(NotYourMessage):
        attach_file(customer(shop, told), ticket_id=told.ticket_id, message_id=answer.message_id, name="a.png", content=PNG)


def test_a_message_of_another_ticket_is_not_there(shop: Shop) -> None:
    told, other = opened(shop), opened(shop)
    with nothing_changes(shop), pytest.raises(NotFound):
        attach_file(shop.call(), ticket_id=told.ticket_id, message_id=other.message_id, name="a.png", content=PNG)


def test_what_was_forgotten_takes_no_file(shop: Shop) -> None:
    told = opened(shop)
    erase_tickets.one(shop.call(), EraseTicket(ticket_id=told.ticket_id))
    with nothing_changes(shop), pytest.raises(TicketForgotten):
        attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="a.png", content=PNG)
    assert Attachment.objects.count() == 0
