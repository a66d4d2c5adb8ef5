"""The pages of the account: what somebody sees and does there, and that nobody else sees any of it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from dingdan.automation.consumers import drain
from dingdan.automation.setup import create_tenant
from dingdan.insight.board.upkeep import refresh
from dingdan.insight.shopfront.own_orders import Progress, progress_of
from dingdan.kernel import clock
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.models import GuessCount
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import across_tenants, tenant_scope
from dingdan.ledgers.payments.commands import IssueGiftCard, grant_store_credit, issue_gift_cards
from dingdan.ledgers.payments.queries import code_of
from dingdan.masterdata.customers.commands import block_customer, erase_customer_contact, merge_customers, save_customer
from dingdan.masterdata.customers.models import Address, Consent, CustomerContact
from dingdan.masterdata.customers.queries import addresses_of
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.wording.commands import save_wording
from dingdan.masterdata.wording.models import Wording
from dingdan.trade.aftersales.commands import ReturnWanted, authorize_return
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets.commands import open_ticket
from dingdan.trade.tickets.rules import About, TicketDraft
from dingdan.web.storefront.account.urls import urlpatterns
from tests import kit
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording
from tests.web.backoffice.desk import sit_down, text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.shopper import PASSWORD, Shopper

HOME = {
    "name": "Ann Lee", "country_code": "GB", "street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU",
    "phone": "+442079460000", "act": "save",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Everybody here comes from one address, and accounts belong to no shop: neither may outlive a test."""
    yield
    User.objects.filter(is_staff=False).delete()
    with across_tenants():
        GuessCount.objects.all().delete()


@pytest.fixture
def ann(shop: Shop) -> Shopper:
    open_front(shop)
    return Shopper(shop).come_in()


def _ordered(shop: Shop, **more: Any) -> Order:
    told = kit.place(shop, ("MUG", 1), **more)
    refresh([told.order_id])
    return Order.objects.get(id=told.order_id)


def test_orders_of_a_person_are_there_across_channels_and_customers(shop: Shop, ann: Shopper) -> None:
    kit.stock(shop, "MUG", 50)
    assert "Nothing has been ordered yet." in ann.account()
    other = save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(email="old@example.com"))).customer_id
    mine = _ordered(shop, customer_id=ann.customer.id)
    merged = _ordered(shop, customer_id=other)
    guest, stranger = _ordered(shop), _ordered(shop, ship_to=replace(kit.BUYER, email="zoe@example.com"))
    page = ann.account("orders/")
    assert (mine.number in page, merged.number in page, guest.number in page, stranger.number in page) == (
        True,
        False,
        True,
        False,
    )
    merge_customers(shop.call(), kept_id=ann.customer.id, merged_id=other)
    page = ann.account("orders/")
    assert merged.number in page
    assert page.count("ordered without signing in") == 1
    assert mine.number in ann.look("account/orders/", number=mine.number[-3:])
    assert "No order of yours has this number." in ann.look("account/orders/", number=stranger.number + "9")
    assert mine.number in ann.account(f"orders/{mine.id}/")
    assert ann.get(f"account/orders/{stranger.id}/").status_code == 404


def test_what_a_guest_ordered_is_taken_to_the_account(shop: Shop, ann: Shopper) -> None:
    kit.stock(shop, "MUG", 50)
    guest, stranger = _ordered(shop), _ordered(shop, ship_to=replace(kit.BUYER, email="zoe@example.com"))
    for page in ("orders/", "privacy/", "privacy/erase/"):
        said = ann.account(page)
        assert "What you ordered with ann@example.com without signing in is not in your account yet" in said, page
        assert "Take these orders to my account" in said, page
    assert ann.send("account/orders/take/", key="t").status_code == 303
    assert ann.send("account/orders/take/", key="again").status_code == 303, "nothing is left, and nothing is wrong"
    assert [Order.objects.get(id=one.id).customer_id for one in (guest, stranger)] == [ann.customer.id, None]
    drain(shop.tenant_id)
    said = ann.account("orders/")
    assert guest.number in said
    assert "without signing in" not in said
    with clock.moved_by(timedelta(minutes=16)):
        later = _ordered(shop)
        assert "Sign in once more, and take them to my account" in ann.account("orders/")
        assert "again=1" in ann.send("account/orders/take/", key="late")["Location"]
        assert Order.objects.get(id=later.id).customer_id is None


def test_an_order_of_a_guest_is_shown_as_long_as_its_mailed_link(
    shop: Shop, ann: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.stock(shop, "MUG", 50)
    guest, mine = _ordered(shop), _ordered(shop, customer_id=ann.customer.id)
    assert "1 High Street" in ann.account(f"orders/{guest.id}/")
    Order.objects.filter(id__in=[guest.id, mine.id]).update(placed_at=clock.now() - timedelta(days=91))
    page = ann.html("account/orders/")
    assert guest.number in page
    assert (f"orders/{guest.id}/" in page, f"orders/{mine.id}/" in page) == (False, True)
    assert ann.get(f"account/orders/{guest.id}/").status_code == 404
    assert "1 High Street" in ann.account(f"orders/{mine.id}/")


def test_returns_and_messages_of_all_orders_stand_together(shop: Shop, ann: Shopper) -> None:
    assert "Nothing goes back, and nothing was said yet." in ann.account("talking/")
    kit.stock(shop, "MUG", 50)
    order = kit.place(shop, ("MUG", 1), customer_id=ann.customer.id)
    kit.pay(shop, order)
    kit.deliver(shop, order)
    wanted = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1),)
    back = authorize_return(shop.call(), order_id=order.order_id, lines=wanted)
    about = About(kind="order", id=order.order_id, number=order.number, order_id=order.order_id)
    opened = open_ticket(
        shop.call(), ticket=TicketDraft(topic="other", text="Where?", came_by="phone", customer_id=ann.customer.id, about=about)
    )
    page = ann.account("talking/")
    assert f"{back.number} Order {order.number} Please send it back" in page
    assert f"{opened.number} " in page
    assert f"orders/{order.order_id}/messages/" in ann.html("account/talking/")


def test_how_far_an_order_is_in_plain_words() -> None:
    assert progress_of("placed", "", is_due=True) == Progress.TO_PAY
    assert progress_of("placed", "unfulfilled", is_due=False) == Progress.PREPARED
    assert progress_of("placed", "partly_shipped", is_due=True) == Progress.PARTLY_SENT
    assert progress_of("closed", "delivered", is_due=False) == Progress.DELIVERED
    assert progress_of("canceled", "unfulfilled", is_due=True) == Progress.CANCELED


def test_addresses_are_kept_changed_and_taken_away(ann: Shopper) -> None:
    assert "Write your address down once" in ann.account("addresses/")
    assert "Street and number" in ann.account("addresses/new/")
    wrong = ann.send("account/addresses/new/", **HOME | {"postal_code": "nonsense"})
    assert wrong.status_code == 422
    assert "1 High Street</textarea>" in wrong.content.decode(), "what was typed stays"
    assert ann.send("account/addresses/new/", **HOME).status_code == 303
    assert ann.send("account/addresses/new/", **HOME | {"street_address": "2 Low Street"}).status_code == 303
    high, low = addresses_of(ann.customer.id)
    assert (high.is_default, low.is_default) == (True, False)
    ann.send("account/addresses/", act="default", address=str(low.id))
    low, high = addresses_of(ann.customer.id)
    assert (low.street_address, low.is_default, high.is_default) == ("2 Low Street", True, False)
    ann.send(f"account/addresses/{high.id}/", **HOME | {"street_address": "3 High Street"})
    assert "3 High Street" in ann.account("addresses/")
    ann.send("account/addresses/", act="retire", address=str(addresses_of(ann.customer.id)[1].id))
    assert "High Street" not in ann.account("addresses/")
    assert ann.send("account/addresses/", act="retire", address=str(uuid4())).status_code == 404


def test_the_form_follows_the_country(ann: Shopper) -> None:
    page = ann.send("account/addresses/new/", country_code="TW", act="form").content.decode()
    assert page.index('name="country_area"') < page.index('name="city"') < page.index('name="street_address"')


def test_a_profile_is_changed(ann: Shopper) -> None:
    assert ann.send("account/profile/", name="Ann Lee", phone="nonsense", company="", language="en").status_code == 422
    assert ann.send("account/profile/", name="Ann Lee", phone="+442079460000", company="", language="zh-Hant").status_code == 303
    assert "Hello, Ann Lee" in ann.account()
    contact = CustomerContact.objects.get()
    assert (contact.name, contact.phone, contact.email) == ("Ann Lee", "+442079460000", "ann@example.com")
    assert ann.customer.language == "zh-Hant"


def test_another_address_counts_once_its_mail_was_answered(ann: Shopper) -> None:
    ann.send("account/profile/email/", email="new@example.com")
    assert CustomerContact.objects.get().email == "ann@example.com"
    link = Shopper(ann.shop, email="new@example.com").link()
    assert Shopper(ann.shop).client.post(link).status_code == 303, "who is not signed in signs in first"
    assert ann.client.post(link).status_code == 303
    assert CustomerContact.objects.get().email == "new@example.com"
    assert User.objects.get(username="new@example.com").email == "new@example.com"
    assert (mail.outbox[-1].to, mail.outbox[-1].body.count("The address of your account was changed")) == (["ann@example.com"], 1)
    taken = Shopper(ann.shop, email="zoe@example.com").come_in()
    taken.send("account/profile/email/", email="new@example.com")
    answer = taken.client.post(Shopper(ann.shop, email="new@example.com").link())
    assert "There is an account with this address already." in text_of(answer.content.decode())


def test_what_a_stranger_at_an_open_browser_must_not_do(ann: Shopper, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=16))
    for path in ("profile/email/", "security/password/", "security/passkey/", "privacy/erase/", "privacy/data/"):
        answer = ann.send(f"account/{path}", password=PASSWORD, email="new@example.com", confirm="ann@example.com")
        assert answer.status_code == 303
        assert "again=1" in answer["Location"]
    assert "Is it you?" in ann.look("account/sign-in/", again="1")
    ann.come_in()
    assert ann.send("account/security/password/", password=PASSWORD).status_code == 303
    assert ann.is_in(), "whoever changes it stays in"
    assert "The password of your account was changed" in ann.letter()


def test_mails_about_the_account_are_worded_by_the_shop(shop: Shop, ann: Shopper) -> None:
    """And cannot lose the link; a wording that fails leaves the program's words, and is marked."""
    own = wording("account_sign_in", subject="Come in, at {{ shop.name }}", heading="Hello again", body="Welcome back.")
    kept = save_wording(shop.call(), wording=own).wording_id
    ann.ask()
    assert mail.outbox[-1].subject == "Come in, at A shop"
    assert ["Welcome back." in ann.letter(), "It is good for 30 minutes, and once." in ann.letter()] == [True, True]
    assert ann.open().status_code == 303
    Wording.objects.filter(id=kept).update(body="{{ poem }}")
    ann.ask()
    assert (mail.outbox[-1].subject, Wording.objects.get().fault) == ("Your link to sign in at A shop", "UnknownName body")


def test_a_new_password_signs_others_out(ann: Shopper) -> None:
    phone = Shopper(ann.shop).come_in()
    assert ann.send("account/security/password/", password="password").status_code == 422
    assert phone.is_in()
    ann.send("account/security/password/", password=PASSWORD)
    assert (ann.is_in(), phone.is_in()) == (True, False)


def test_consents_are_turned(ann: Shopper) -> None:
    assert "News and offers by e-mail not agreed" in ann.account("privacy/")
    for _twice in range(2):
        ann.send("account/privacy/", purpose="marketing_email", granted="1")
    assert "News and offers by e-mail agreed since" in ann.account("privacy/")
    ann.send("account/privacy/", purpose="made_up", granted="1")
    ann.send("account/privacy/", purpose="marketing_email", granted="0")
    row = Consent.objects.get()
    assert (row.purpose, row.source, row.withdrawn_at is not None) == ("marketing_email", "account", True)


def test_the_way_to_what_one_is_told(ann: Shopper) -> None:
    page = ann.html("account/privacy/")
    found = re.search(r'href="([^"]*/notices/[^"]*)"', page)
    assert found is not None
    assert "You always hear of your orders." in ann.client.get(found[1]).content.decode()


def test_their_data_as_a_file(ann: Shopper) -> None:
    ann.send("account/addresses/new/", **HOME)
    answer = ann.send("account/privacy/data/")
    assert answer["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.content)
    assert [one["street_address"] for one in told["addresses"]] == ["1 High Street"]
    assert [one["email"] for one in told["accounts"]] == ["ann@example.com"]


def test_to_be_forgotten(ann: Shopper) -> None:
    ann.send("account/addresses/new/", **HOME)
    assert ann.send("account/privacy/erase/", confirm="yes").status_code == 422
    assert ann.is_in()
    assert "You are forgotten" in text_of(ann.send("account/privacy/erase/", confirm="Ann@example.com").content.decode())
    assert not ann.is_in()
    assert (CustomerContact.objects.get().email, Address.objects.get().street_address) == ("", "")


def test_credit_and_cards(shop: Shop, ann: Shopper) -> None:
    assert "There is none." in ann.account("money/")
    grant_store_credit(shop.call(), customer_id=ann.customer.id, money=Money(500, "GBP"))
    assert "Store credit £5.00" in ann.account()
    assert "Given by the shop" in ann.account("money/")
    card = issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(2000, "GBP")))
    page = text_of(ann.send("account/money/", code="AAAA-BBBB").content.decode())
    assert "£20.00" not in page
    assert ann.send("account/money/", code=code_of(card.gift_card_id)).status_code == 303
    assert "£20.00" in ann.account("money/")
    assert "£20.00" not in Shopper(shop).come_in().account("money/"), "a card that was typed in stays in that browser"
    wrong = [ann.send("account/money/", code=f"AAAA-{number}").status_code for number in range(11)]
    assert wrong[-1] == 429


# ── nobody else ──────────────────────────────────────────────────────────────────────────────────────────────────────────

OPEN = ("sign-in/", "in/<str:link>/", "passkey/")


def _pages(order_id: UUID, address_id: UUID) -> list[str]:
    """Every address of the account that is there for who is signed in."""
    found = []
    for one in urlpatterns:
        path = str(one.pattern)
        if path not in OPEN:
            for sign, said in (("<str:link>", "x"), ("<uuid:mine>", order_id), ("<uuid:address_id>", address_id)):
                path = path.replace(sign, str(said))
            found.append(f"account/{path}")
    return found


def test_nobody_else_sees_anything(shop: Shop, ann: Shopper) -> None:
    kit.stock(shop, "MUG", 50)
    order = _ordered(shop, customer_id=ann.customer.id, ship_to=replace(kit.BUYER, name="Secret Lee", email="x@example.com"))
    ann.send("account/addresses/new/", **HOME | {"name": "Secret Lee"})
    (row,) = addresses_of(ann.customer.id)
    pages = _pages(order.id, row.id)
    assert len(pages) == len(urlpatterns) - len(OPEN)
    tenant = create_tenant(f"shop-{secrets.token_hex(6)}", "Another shop")
    with tenant_scope(tenant.id):
        open_front(Shop(tenant, SYSTEM))
        Shopper(Shop(tenant, SYSTEM), client=ann.client).come_in()
    zoe, forgotten = (Shopper(shop, email=f"{name}@example.com").come_in() for name in ("zoe", "gone"))
    gone = CustomerContact.objects.get(email="gone@example.com").customer_id
    erase_customer_contact(shop.call(), customer_id=gone)
    strangers = {
        "a stranger": Client(SERVER_NAME="localhost"), "staff": sit_down(shop).browser, "who was forgotten": forgotten.client,
    }  # fmt: skip
    for who, client in strangers.items():
        for page in pages:
            for answer in (client.get(ann.path(page)), client.post(ann.path(page))):
                assert answer.status_code in (303, 405), (who, page)
                assert answer.status_code == 405 or "/account/sign-in/" in answer["Location"], (who, page)
    for page in pages:
        seen = zoe.get(page)
        assert b"Secret Lee" not in seen.content, page
        assert order.number.encode() not in seen.content, page
    assert zoe.get(f"account/orders/{order.id}/").status_code == 404
    assert zoe.get(f"account/addresses/{row.id}/").status_code == 303
    assert zoe.send(f"account/addresses/{row.id}/", **HOME | {"name": "Zoe"}).status_code == 303
    assert zoe.send("account/addresses/", act="retire", address=str(row.id)).status_code == 404
    assert [one.name for one in addresses_of(ann.customer_of("ann@example.com"))] == ["Secret Lee"]
    block_customer(shop.call(), customer_id=ann.customer_of("ann@example.com"))
    assert ann.get(f"account/orders/{order.id}/").status_code == 200


def test_pages_hold_no_script_and_are_kept_nowhere(ann: Shopper) -> None:
    for one in urlpatterns:
        path = str(one.pattern)
        if "<" not in path:
            answer = ann.get(f"account/{path}")
            assert answer["Cache-Control"].startswith("max-age=0"), path
            assert answer["X-Robots-Tag"] == "noindex", path
            assert b"<script>" not in answer.content, path
    assert 'aria-current="page"' in ann.html("account/orders/")


def test_every_page_is_there_in_every_language(shop: Shop, ann: Shopper) -> None:
    for language in ("zh-hant", "zh-hans"):
        there = Visitor(shop, language, client=ann.client)
        assert ("我的訂單" if language == "zh-hant" else "我的订单") in there.look("account/orders/")
    put_on_offer(shop, "mug", pieces=1)
    assert "account/" in ann.html("p/mug/")
