"""The desk of customers: found by half a name, seen on one page, noted, tagged, asked, blocked."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.kernel import clock
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import grant_store_credit
from dingdan.masterdata.customers.commands import (
    block_customer,
    erase_customer_contact,
    merge_customers,
    note_customer,
    record_consent,
    save_customer,
    tag_customer,
)
from dingdan.masterdata.customers.models import Consent, Customer, CustomerNote, CustomerTag
from dingdan.masterdata.customers.queries import notes_on
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from dingdan.trade.tickets.commands import open_ticket
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import TicketDraft
from tests.conftest import Shop
from tests.kit import deliver, pay, place, stock
from tests.trade.aftersales.sold import come_back
from tests.web.backoffice.desk import Desk, member, sit_down

LIST = "customers/customer/"
HOME = PostalAddress(country_code="GB", name="Ming", city="London", postal_code="SW1A 1AA", street_address="1 High St")


def ming(shop: Shop) -> UUID:
    """王小明, who lives in London."""
    contact = ContactDraft(name="王小明", email="Ming@Example.com", phone="+886912345678")
    draft = CustomerDraft(contact=contact, language="zh-Hant", addresses=(AddressDraft(address=HOME, is_default=True),))
    return save_customer(shop.call(), customer=draft).customer_id


def somebody(shop: Shop, number: str, *, group: str = "") -> UUID:
    """A customer of whom only the number is known."""
    return save_customer(shop.call(), customer=CustomerDraft(number=number, group=group)).customer_id


def do(desk: Desk, customer_id: UUID, name: str, **sent: str) -> str:
    """Send a form of a customer's page; what the page says then."""
    answer = desk.browser.post(f"/backoffice/{LIST}{customer_id}/do/{name}/", {"key": str(new_id()), **sent}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(desk: Desk, query: str) -> list[str]:
    """The numbers of the customers that the list shows."""
    said = desk.browser.post(f"/backoffice/{LIST}export/", {"query": query, "format": "csv", "key": str(new_id())})
    rows = list(csv.reader(io.StringIO(b"".join(said).decode("utf-8-sig"))))
    return [row[0] for row in rows[1:]]


def test_one_page_says_everything(desk: Desk) -> None:
    shop = desk.shop
    id_ = ming(shop)
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 4), customer_id=id_)
    pay(shop, order)
    deliver(shop, order)
    come_back(shop, order, 1)
    note_customer(shop.call(), customer_id=id_, text="Rings in the evening")
    note_customer(shop.call(), customer_id=id_, text="Pays by invoice", is_pinned=True)
    tag_customer(shop.call(), customer_id=id_, add=("vip",))
    record_consent(shop.call(), customer_id=id_, purpose="marketing_email", granted=True, source="phone")
    grant_store_credit(shop.call(), customer_id=id_, money=Money(700, "GBP"))
    open_ticket(shop.call(), ticket=TicketDraft(topic="other", text="Where is my tea?", came_by="phone", customer_id=id_))
    drain(shop.tenant_id)
    desk.show()
    for asked in ("小明", "ming@example.COM", "0912 345 678", "345678"):
        assert "王小明 Ming@example.com +886912345678 One order 1 £7.50 Active" in desk.read(f"{LIST}?q={asked}")
    assert "王小明" not in desk.read(f"{LIST}?q=大同")
    said = desk.read(f"{LIST}{id_}/")
    for part in (
        "王小明 Active One order", "Orders 1 Bought and kept £7.50", "Pays by invoice Pinned", "Rings in the evening", "Tags vip",
        "Orders Order State Payment Fulfillment Total 1001", "Open tickets", "Returns Return State Order Given back",
        "Ordered for, in all £10.00", "Given back £2.50 (25%)", "Average order £10.00", "First order", "Store credit GBP £7.00",
        "Marketing email Phone", "1 High St, SW1A 1AA, London, GB", "Customer saved",
    ):  # fmt: skip
        assert part in said, part
    assert said.index("Pays by invoice") < said.index("Rings in the evening")
    assert f"{LIST}{id_}/" in desk.get(f"board/boardrow/{order.order_id}/")
    assert "Bought and kept £7.50" in desk.read(f"board/boardrow/{order.order_id}/")


def test_a_page_asks_no_more_for_many_orders(desk: Desk) -> None:
    from tests.masterdata.shop import counted

    stock(desk.shop, "TEA", 100)
    few, many = somebody(desk.shop, "FEW"), somebody(desk.shop, "MANY")
    for customer_id, orders in ((few, 1), (many, 12)):
        for _ in range(orders):
            place(desk.shop, ("TEA", 1), customer_id=customer_id)
    drain(desk.shop.tenant_id)
    asked = []
    for customer_id in (few, many):
        with counted() as statements:
            desk.get(f"{LIST}{customer_id}/")
        asked.append(len(statements))
    assert asked[0] == asked[1]
    with counted() as statements:
        desk.get(LIST)
    assert len(statements) <= 20


def test_the_list_is_narrowed_down(desk: Desk) -> None:
    shop = desk.shop
    stock(shop, "TEA", 50)
    once, gold, blocked, gone = (somebody(shop, n, group=g) for n, g in (("A", ""), ("B", "gold"), ("C", ""), ("D", "")))
    kept = save_customer(shop.call(), customer=CustomerDraft(number="E", kind="company")).customer_id
    merge_customers(shop.call(), kept_id=kept, merged_id=somebody(shop, "F"))
    place(shop, ("TEA", 1), customer_id=once)
    block_customer(shop.call(), customer_id=blocked)
    erase_customer_contact(shop.call(), customer_id=gone)
    tag_customer(shop.call(), customer_id=gold, add=("vip",))
    record_consent(shop.call(), customer_id=gold, purpose="sms", granted=True)
    record_consent(shop.call(), customer_id=kept, purpose="mail", granted=True)
    record_consent(shop.call(), customer_id=kept, purpose="mail", granted=False)
    open_ticket(shop.call(), ticket=TicketDraft(topic="other", text="Hm", came_by="phone", customer_id=once))
    drain(shop.tenant_id)
    wanted = {
        "": ["E", "D", "C", "B", "A"], "sort=oldest": ["A", "B", "C", "D", "E"], "state=merged": ["F"], "state=blocked": ["C"],
        "state=forgotten": ["D"], "group=gold": ["B"], "tag=vip": ["B"], "agrees=sms": ["B"], "kind=company": ["E"],
        "segment=one_order": ["A"], "segment=regular": [], "tickets=1": ["A"], "q=F": ["F"], "segment=one_order&group=gold": [],
    }  # fmt: skip
    assert {query: numbers(desk, query) for query in wanted} == wanted
    page = desk.get(f"{LIST}?agrees=sms")
    assert "Agrees to: Sms" in page
    assert '<option value="sms" selected>' in page
    assert '<option value="mail"' not in page  # nobody agrees to it any more
    reviewer = sit_down(shop, as_user=lambda one: member(one, "review"))
    assert numbers(reviewer, "tickets=1") == ["E", "D", "C", "B", "A"]  # who may not look at tickets learns nothing of them


def test_pages_follow_each_other(desk: Desk) -> None:
    for number in range(27):
        somebody(desk.shop, f"N{number:02}")
    desk.browser.post(f"/backoffice/{LIST}arrange/", {"columns": ["customer_number", "tags_shown"], "page_size": "25"})
    page = desk.get(LIST)
    assert page.count('name="id"') == 25
    assert "Segment" not in page.partition('id="bo-list"')[2].partition("</thead>")[0]
    after = page.partition("after=")[2].partition('"')[0]
    assert desk.get(f"{LIST}?after={after}").count('name="id"') == 2


def test_notes_tags_and_consents(desk: Desk) -> None:
    id_ = ming(desk.shop)
    assert "The note is written." in do(desk, id_, "note", text="Rings in the evening", is_pinned="on")
    note = CustomerNote.objects.get()
    assert (note.text, note.is_pinned, note.author) == ("Rings in the evening", True, f"staff:{desk.user.pk}")
    assert desk.user.username in desk.read(f"{LIST}{id_}/")
    assert "goes back among the others" in do(desk, id_, "pin", note=str(note.id))
    assert "stays above the others" in do(desk, id_, "pin", note=str(note.id))
    assert "The tags are changed." in do(desk, id_, "tag", add="vip，tea、 green")
    assert sorted(CustomerTag.objects.values_list("tag", flat=True)) == ["green", "tea", "vip"]
    assert "The consent is written down." in do(desk, id_, "consent", purpose="marketing_sms", source="phone", granted="1")
    assert "The consent has ended." in do(desk, id_, "consent", purpose="marketing_sms", granted="0")
    consent = Consent.objects.get()
    assert (consent.purpose, consent.source, consent.withdrawn_at is not None) == ("marketing_sms", "phone", True)


def test_blocked_for_a_reason(desk: Desk) -> None:
    id_ = ming(desk.shop)
    assert "They can order nothing for now." in do(desk, id_, "block", reason="Never fetches parcels")
    said = desk.read(f"{LIST}{id_}/")
    assert "王小明 Blocked" in said
    assert "Never fetches parcels Blocked" in said
    assert "They can order again." in do(desk, id_, "unblock", reason="Paid for all")
    assert [one.about for one in notes_on(id_)] == ["unblocked", "blocked"]


REFUSED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("block", {"reason": " "}, "must not be empty"),
    ("unblock", {"reason": "x"}, "this one is active"),
    ("note", {"text": ""}, "must not be empty"),
    ("tag", {"add": " , "}, "No tag was named."),
    ("consent", {"purpose": "no code!", "granted": "1"}, "no code!"),
    ("consent", {"purpose": "sms", "granted": "0"}, "no consent to sms"),
    ("pin", {"note": "x"}, "There is no note x"),
)


def test_what_is_refused_is_said_where_the_hand_is(desk: Desk) -> None:
    id_ = ming(desk.shop)
    before = JournalEntry.objects.count()
    for name, sent, said in REFUSED:
        assert said in do(desk, id_, name, **sent), (name, sent)
        assert JournalEntry.objects.count() == before, (name, sent)
    assert (Customer.objects.get().state, CustomerNote.objects.count(), Consent.objects.count()) == ("active", 0, 0)


def test_a_note_of_somebody_else_is_not_turned_over(desk: Desk) -> None:
    id_, other = ming(desk.shop), somebody(desk.shop, "OTHER")
    note_id = note_customer(desk.shop.call(), customer_id=other, text="x").note_id
    assert "There is no note" in do(desk, id_, "pin", note=str(note_id))
    assert not CustomerNote.objects.get().is_pinned


def test_a_form_sent_twice_does_one_thing(desk: Desk) -> None:
    id_, key = ming(desk.shop), str(new_id())
    for _ in range(2):
        do(desk, id_, "note", text="Once", key=key)
    assert CustomerNote.objects.count() == 1


def test_who_was_merged_or_forgotten_is_only_looked_at(desk: Desk) -> None:
    kept, merged, gone = ming(desk.shop), somebody(desk.shop, "M"), somebody(desk.shop, "G")
    merge_customers(desk.shop.call(), kept_id=kept, merged_id=merged)
    erase_customer_contact(desk.shop.call(), customer_id=gone)
    assert "Is the same person as C1001" in desk.read(f"{LIST}{merged}/")
    for id_ in (merged, gone):
        page = desk.get(f"{LIST}{id_}/")
        assert not any(f"/do/{name}/" in page for name in ("note", "tag", "consent"))
        assert "edit/" not in page


def test_who_may_only_look_finds_nothing_to_press(shop: Shop) -> None:
    id_ = ming(shop)
    note_customer(shop.call(), customer_id=id_, text="x")
    page = sit_down(shop, as_user=lambda one: member(one, "reader")).get(f"{LIST}{id_}/")
    assert f"{id_}/do/" not in page
    assert "tickets/ticket/new/" not in page


def test_a_ticket_is_opened_for_a_customer(desk: Desk) -> None:
    id_ = ming(desk.shop)
    page = desk.get(f"tickets/ticket/new/?customer={id_}")
    assert 'value="王小明"' in page
    sent = {"key": str(new_id()), "topic": "other", "came_by": "phone", "text": "Where is my tea?", "customer": str(id_)}
    desk.browser.post("/backoffice/tickets/ticket/new/", {**sent, "about_kind": "order", "about": ""})
    ticket = Ticket.objects.get()
    assert (ticket.customer_id, ticket.contacts.get().name, ticket.opened_at <= clock.now()) == (id_, "王小明", True)
