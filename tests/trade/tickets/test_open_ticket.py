"""A ticket begins."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import EntrySubject
from dingdan.kernel.text import TextMissing
from dingdan.masterdata.customers.commands import merge_customers, save_customer
from dingdan.masterdata.customers.rules import ContactDraft as CustomerContact
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.masterdata.staff.commands import suspend_membership
from dingdan.masterdata.staff.models import Membership
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import open_ticket, retire_topic
from dingdan.trade.tickets.models import Message
from dingdan.trade.tickets.rules import About, ContactDraft, NotStaff, TicketDraft, UnknownTopic
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import ANN, MONDAY, always_at_work, member, nothing_changes, opened, row, topic


def test_it_works(shop: Shop) -> None:
    told = opened(shop, "The cup is broken.\nWhat now?")
    ticket = row(told)
    assert (told.number, ticket.title, ticket.state, ticket.priority) == ("T1001", "The cup is broken.", "open", "high")
    assert ticket.answer_by_at == told.answer_by_at == MONDAY + timedelta(hours=4)
    assert ticket.solve_by_at == told.solve_by_at == MONDAY + timedelta(days=3)
    assert ticket.due_at == ticket.escalates_at == told.answer_by_at
    (said,) = queries.conversation(ticket.id)
    assert (said.message.text, said.message.kind, said.files) == ("The cup is broken.\nWhat now?", "customer", [])
    contact = queries.contact_of(ticket.id)
    assert contact
    assert (contact.name, contact.email, contact.phone) == (ANN.name, ANN.email, ANN.phone)
    assert kit.breaches() == []


def test_it_stands_on_the_timelines_of_what_it_is_about(shop: Shop) -> None:
    order_id, shipment_id = new_id(), new_id()
    customer_id = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    told = opened(shop, about=About(kind="shipment", id=shipment_id, number="S1001", order_id=order_id), customer_id=customer_id)
    entry = EntrySubject.objects.filter(subject_id=told.ticket_id).values_list("entry_id", flat=True).get()
    about = set(EntrySubject.objects.filter(entry_id=entry).values_list("kind", "subject_id"))
    assert about == {("ticket", told.ticket_id), ("shipment", shipment_id), ("order", order_id), ("customer", customer_id)}
    assert [one.id for one in queries.about_order(order_id)] == [told.ticket_id]


def test_a_customer_is_written_to_where_the_customer_is_known(shop: Shop) -> None:
    contact = CustomerContact(name="王小明", email="wang@example.com")
    first = save_customer(shop.call(), customer=CustomerDraft(language="zh-Hant", contact=contact)).customer_id
    double = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    merge_customers(shop.call(), kept_id=first, merged_id=double)
    ticket = row(opened(shop, customer_id=double, contact=ContactDraft()))
    assert (ticket.customer_id, ticket.language) == (first, "zh-Hant")
    known = queries.contact_of(ticket.id)
    assert known
    assert (known.name, known.email) == ("王小明", "wang@example.com")


def test_the_shops_own_topic_and_hours_say_by_when(shop: Shop) -> None:
    owner = member(shop)
    topic(shop, answer_minutes=30, solution_minutes=0, priority="low", owner_id=owner)
    always_at_work(shop)
    ticket = row(opened(shop, at=MONDAY.replace(hour=3)))
    assert ticket.due_at == MONDAY.replace(hour=3, minute=30)
    assert (ticket.priority, ticket.owner_id, ticket.solve_by_at) == ("low", owner, None)


def test_around_the_clock_the_night_counts(shop: Shop) -> None:
    topic(shop, in_working_time=False)
    assert row(opened(shop, at=MONDAY.replace(hour=23))).due_at == MONDAY.replace(day=3, hour=3)


def test_who_does_not_work_here_any_more_gets_nothing(shop: Shop) -> None:
    owner = member(shop)
    topic(shop, owner_id=owner)
    suspend_membership(shop.call(), membership_id=Membership.objects.get(user_id=owner).id)
    assert row(opened(shop)).owner_id is None
    with nothing_changes(shop), pytest.raises(NotStaff):
        opened(shop, owner_id=owner)


def test_the_same_key_opens_one_ticket(shop: Shop) -> None:
    draft = TicketDraft(topic="late", text="Where is it?")
    first = open_ticket(shop.call("once"), ticket=draft)
    assert open_ticket(shop.call("once"), ticket=draft) == first
    assert Message.objects.count() == 1


def refused(shop: Shop, draft: TicketDraft, refusal: type[Refusal]) -> Refusal:
    with nothing_changes(shop), pytest.raises(refusal) as found:
        open_ticket(shop.call(), ticket=draft)
    return found.value


def test_a_topic_that_is_not_there_is_refused(shop: Shop) -> None:
    assert refused(shop, TicketDraft(topic="weather", text="Rain."), UnknownTopic).field == "topic"
    retire_topic(shop.call(), topic="late")
    assert "late" not in refused(shop, TicketDraft(topic="late", text="Where is it?"), UnknownTopic).facts["known"]


def test_an_unknown_customer_is_refused(shop: Shop) -> None:
    refused(shop, TicketDraft(topic="late", text="x", customer_id=UUID(int=1)), NotFound)


def test_silence_is_refused(shop: Shop) -> None:
    refused(shop, TicketDraft(topic="late", text=" \n "), TextMissing)
