"""Two tickets about the same thing become one."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.files import TooManyFiles
from dingdan.kernel.ids import new_id
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import attach_file, merge_tickets, solve_ticket
from dingdan.trade.tickets.commands.ending import NotTheSameCustomer, NotTheSameTicket
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import ContactDraft, TicketMerged
from dingdan.trade.tickets.steps import TooManyParts
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import PNG, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    kept, merged = opened(shop, "The cup is broken."), opened(shop, "My cup!", contact=ContactDraft(email="ANN@example.com"))
    attach_file(shop.call(), ticket_id=merged.ticket_id, message_id=merged.message_id, name="cup.png", content=PNG)
    told = merge_tickets(shop.call(), kept_id=kept.ticket_id, merged_id=merged.ticket_id)
    assert (told.messages, told.files) == (1, 1)
    said = queries.conversation(kept.ticket_id)
    assert [(one.message.text, len(one.files)) for one in said] == [("The cup is broken.", 0), ("My cup!", 1)]
    gone = row(merged)
    assert (gone.state, gone.merged_into_id, gone.messages_count) == ("closed", kept.ticket_id, 0)
    assert queries.going_on(merged.ticket_id) == kept.ticket_id
    assert kit.breaches() == []


def test_a_solved_double_is_merged_too_and_a_chain_leads_to_its_end(shop: Shop) -> None:
    first, second, third = (opened(shop) for _ in range(3))
    solve_ticket(shop.call(), ticket_id=first.ticket_id)
    merge_tickets(shop.call(), kept_id=second.ticket_id, merged_id=first.ticket_id)
    merge_tickets(shop.call(), kept_id=third.ticket_id, merged_id=second.ticket_id)
    assert queries.going_on(first.ticket_id) == third.ticket_id
    assert row(third).messages_count == 3
    assert kit.breaches() == []


def refused(shop: Shop, kept: object, merged: object, refusal: type[Refusal]) -> None:
    with nothing_changes(shop), pytest.raises(refusal):
        merge_tickets(shop.call(), kept_id=kept, merged_id=merged)  # type: ignore[arg-type]


def test_what_one_wrote_is_not_shown_to_another(shop: Shop) -> None:
    ann, bo = opened(shop), opened(shop, contact=ContactDraft(name="Ann Lee", email="bo@example.com"))
    nobody, known = opened(shop, contact=ContactDraft()), opened(shop, contact=ContactDraft())
    customer_ids = [save_customer(shop.call(), customer=CustomerDraft()).customer_id for _ in range(2)]
    one, two = (opened(shop, customer_id=customer_id) for customer_id in customer_ids)
    for kept, merged in ((ann, bo), (nobody, known), (one, two)):
        refused(shop, kept.ticket_id, merged.ticket_id, NotTheSameCustomer)


def test_itself_a_stranger_and_what_was_merged_are_refused(shop: Shop) -> None:
    kept, merged, other = (opened(shop) for _ in range(3))
    refused(shop, kept.ticket_id, kept.ticket_id, NotTheSameTicket)
    refused(shop, kept.ticket_id, new_id(), NotFound)
    merge_tickets(shop.call(), kept_id=kept.ticket_id, merged_id=merged.ticket_id)
    refused(shop, other.ticket_id, merged.ticket_id, TicketMerged)
    refused(shop, merged.ticket_id, other.ticket_id, TicketMerged)


@pytest.mark.parametrize(
    ("count", "most", "refusal"), [("messages_count", 1000, TooManyParts), ("files_count", 100, TooManyFiles)]
)
def test_more_than_a_ticket_holds_is_refused(shop: Shop, count: str, most: int, refusal: type[Refusal]) -> None:
    kept, merged = opened(shop), opened(shop)
    Ticket.objects.filter(id=kept.ticket_id).update(**{count: most})
    Ticket.objects.filter(id=merged.ticket_id).update(**{count: 1})
    refused(shop, kept.ticket_id, merged.ticket_id, refusal)
