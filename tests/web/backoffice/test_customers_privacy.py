"""Two customers who are one person become one; a person's data leave as a file; a person is forgotten."""

from __future__ import annotations

import json
import re
from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import grant_store_credit
from dingdan.masterdata.customers.commands import note_customer, record_consent, save_customer, tag_customer
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import contact_of, tags_of
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft, Identity
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import Person
from dingdan.trade.tickets.commands import open_ticket
from dingdan.trade.tickets.rules import TicketDraft
from tests.conftest import Shop
from tests.kit import breaches, deliver, pay, place, stock
from tests.web.backoffice.desk import Desk

LIST = "customers/customer/"


def somebody(shop: Shop, number: str, **contact: str) -> UUID:
    """A customer of that number, reached like that."""
    return save_customer(shop.call(), customer=CustomerDraft(number=number, contact=ContactDraft(**contact))).customer_id


def send(desk: Desk, path: str, **sent: str) -> str:
    """Send a form; what the page says then."""
    answer = desk.browser.post(f"/backoffice/{LIST}{path}", {"key": str(new_id()), **sent}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_become_one(desk: Desk) -> None:
    shop = desk.shop
    kept = somebody(shop, "KEPT", name="王小明", email="ming@example.com")
    other = somebody(shop, "OTHER", name="Wang", email="MING@example.com", phone="+886912345678")
    note_customer(shop.call(), customer_id=other, text="Knows us")
    tag_customer(shop.call(), customer_id=other, add=("vip",))
    grant_store_credit(shop.call(), customer_id=other, money=Money(700, "GBP"))
    assert f"{kept}/merge/" in desk.get(f"{LIST}{kept}/")
    assert "OTHER Wang E-mail" in desk.read(f"{LIST}{kept}/merge/")
    said = desk.read(f"{LIST}{kept}/merge/?with=OTHER")
    for part in (
        "Name 王小明 Wang 王小明", "Phone – +886912345678 +886912345678", "Notes 1", "Tags vip", "Store credit £7.00",
        "Merge OTHER into KEPT", "Keep OTHER instead", "cannot be undone",
    ):  # fmt: skip
        assert part in said, part
    page = desk.get(f"{LIST}{kept}/merge/?with={other}")
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    key = str(new_id())
    for _ in range(2):
        assert "They are one customer now." in send(desk, f"{kept}/merge/", **{"with": str(other), "seen": seen[1], "key": key})
    assert Customer.objects.get(id=other).merged_into_id == kept
    contact = contact_of(kept)
    assert contact is not None
    assert (contact.name, contact.phone, tags_of([kept])) == ("王小明", "+886912345678", {kept: ["vip"]})
    assert JournalEntry.objects.filter(command="customers.merge_customers").count() == 1


def test_what_would_come_of_it_must_have_been_seen(desk: Desk) -> None:
    kept, other = somebody(desk.shop, "KEPT"), somebody(desk.shop, "OTHER", name="Wang")
    page = desk.get(f"{LIST}{kept}/merge/?with=OTHER")
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    note_customer(desk.shop.call(), customer_id=other, text="New")
    for sent in ({"seen": seen[1]}, {"seen": ""}, {}):
        assert "changed after the preview" in send(desk, f"{kept}/merge/", **{"with": str(other), **sent})
    assert Customer.objects.filter(merged_into=None).count() == 2


def test_who_cannot_be_merged(desk: Desk) -> None:
    kept = somebody(desk.shop, "KEPT")
    assert "There is no customer NOBODY here." in desk.read(f"{LIST}{kept}/merge/?with=NOBODY")
    assert "cannot be merged into itself" in desk.read(f"{LIST}{kept}/merge/?with=KEPT")
    assert "Nobody else has this mail or phone" in desk.read(f"{LIST}{kept}/merge/")
    for page in ("merge", "forget"):
        desk.get(f"{LIST}{new_id()}/{page}/", status=404)


def test_a_person_takes_their_data_along(desk: Desk) -> None:
    shop = desk.shop
    home = PostalAddress(country_code="GB", name="Ada", city="London", postal_code="SW1A 1AA", street_address="1 High St")
    planted = CustomerDraft(
        contact=ContactDraft(name="planted-name", company="planted-firm", email="planted@example.com", phone="+442079460958"),
        addresses=(AddressDraft(address=home),), identities=(Identity(source="web", external_id="planted-id"),),
    )  # fmt: skip
    id_ = save_customer(shop.call(), customer=planted).customer_id
    note_customer(shop.call(), customer_id=id_, text="planted-note")
    tag_customer(shop.call(), customer_id=id_, add=("planted-tag",))
    record_consent(shop.call(), customer_id=id_, purpose="sms", granted=True)
    stock(shop, "TEA", 9)
    person = Person(name="planted-recipient", country="GB", email="r@example.com")
    order = place(shop, ("TEA", 1), customer_id=id_, ship_to=person, customer_note="planted-wish")
    pay(shop, order)
    place(shop, ("TEA", 1), ship_to=Person(name="somebody-else", country="GB"))
    open_ticket(shop.call(), ticket=TicketDraft(topic="other", text="planted-question", came_by="phone", customer_id=id_))
    answer = desk.browser.post(f"/backoffice/{LIST}{id_}/hand-out/", {"key": str(new_id())})
    assert answer["Content-Disposition"].startswith('attachment; filename="C1001-')
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    for one in ("name", "firm", "id", "note", "tag", "recipient", "wish", "question"):
        assert f"planted-{one}" in text, one
    told = json.loads(text)
    assert (told["consents"][0]["purpose"], told["addresses"][0]["street_address"]) == ("sms", "1 High St")
    assert told["order_lines"] == [
        {"order__number": "1001", "sku": "TEA", "name": "Article TEA", "quantity": 1, "total": 250}
    ]  # fmt: skip
    assert "somebody-else" not in text
    entry = JournalEntry.objects.get(command="customers.export_customer")
    assert entry.actor_id == str(desk.user.pk)
    assert desk.browser.get(f"/backoffice/{LIST}{id_}/hand-out/").status_code == 405


def test_a_person_is_forgotten(desk: Desk) -> None:
    shop = desk.shop
    id_ = somebody(shop, "GONE", name="planted-name", email="planted@example.com")
    stock(shop, "TEA", 9)
    person = Person(name="planted-recipient", country="GB", email="planted@example.com")
    done, open_ = (place(shop, ("TEA", 1), customer_id=id_, ship_to=person) for _ in range(2))
    pay(shop, done)
    deliver(shop, done)
    drain(shop.tenant_id)
    said = desk.read(f"{LIST}{id_}/forget/")
    for part in ("Orders that are over 1: names", "Orders that are not over 1: they keep", "Type GONE to confirm."):
        assert part in said, part
    for typed in ("", "gone", "1001"):
        assert "Type GONE to confirm." in send(desk, f"{id_}/forget/", confirm=typed)
        assert Customer.objects.get(id=id_).erased_at is None
    assert "The person is forgotten." in send(desk, f"{id_}/forget/", confirm="GONE")
    drain(shop.tenant_id)
    names = dict(Order.objects.values_list("id", "ship_to__name"))
    assert (names[done.order_id], names[open_.order_id]) == ("", "planted-recipient")
    page = desk.get(f"{LIST}{id_}/")
    assert "planted" not in page.replace("planted-recipient", "")
    assert f"{id_}/forget/" not in page
    assert breaches() == []
