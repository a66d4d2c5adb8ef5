"""A shopper signs in: by a link, by a password; nobody is told who has an account, and nobody else comes in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from dingdan.automation.consumers import drain
from dingdan.automation.setup import create_tenant
from dingdan.kernel import clock
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.models import GuessCount, JournalEntry
from dingdan.kernel.tenancy import across_tenants, tenant_scope
from dingdan.masterdata.customers.commands import block_customer, erase_customer_contact, unlink_login
from dingdan.masterdata.customers.models import CustomerLogin
from dingdan.web.storefront.account.session import cookie_of
from tests import kit
from tests.conftest import Shop
from tests.web.backoffice.desk import PASSWORD as STAFF_PASSWORD
from tests.web.backoffice.desk import member, sit_down, text_of
from tests.web.storefront.front import Visitor, open_front
from tests.web.storefront.shopper import PASSWORD, Shopper


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Everybody here comes from one address, and accounts belong to no shop: neither may outlive a test."""
    yield
    cache.clear()
    User.objects.filter(is_staff=False).delete()
    with across_tenants():
        GuessCount.objects.all().delete()


@pytest.fixture
def ann(shop: Shop) -> Shopper:
    open_front(shop)
    return Shopper(shop)


def test_it_works(shop: Shop, ann: Shopper) -> None:
    answer = ann.get("account/orders/")
    assert answer.status_code == 303
    assert answer["Location"] == ann.path("account/sign-in/") + "?next=" + ann.path("account/orders/").replace("/", "%2F")
    assert "Look into your mail" in text_of(ann.ask(next=ann.path("account/orders/")).content.decode())
    assert "Your link to sign in at" in mail.outbox[-1].subject
    link = ann.link()
    looked = text_of(ann.client.get(link).content.decode())
    assert "This makes an account for ann@example.com" in looked
    assert not User.objects.filter(username="ann@example.com").exists(), "looking at a link does nothing"
    before = ann.client.cookies.get(cookie_of(shop.tenant.slug))
    answer = ann.open(link)
    assert (answer.status_code, answer["Location"]) == (303, ann.path("account/orders/"))
    kept = ann.client.cookies[cookie_of(shop.tenant.slug)]
    assert (kept["path"], kept["httponly"], kept["samesite"], kept["max-age"]) == (ann.path(), True, "Lax", 30 * 24 * 3600)
    assert before is None or before.value != kept.value
    assert ann.is_in()
    user = User.objects.get(username="ann@example.com")
    assert (user.is_staff, user.has_usable_password()) == (False, False)
    assert EmailAddress.objects.get(user=user).verified
    assert list(JournalEntry.objects.filter(command="customers.link_login").values_list("actor_id", flat=True)) == [
        f"account:{user.pk}"
    ]
    assert kit.breaches() == []


def test_a_link_opens_once_and_not_for_long(ann: Shopper, monkeypatch: pytest.MonkeyPatch) -> None:
    ann.ask()
    link = ann.link()
    assert ann.open(link).status_code == 303
    assert Shopper(ann.shop).open(link).status_code == 404
    ann.ask()
    older = ann.link()
    ann.ask()
    assert Shopper(ann.shop).open(ann.link()).status_code == 303
    assert Shopper(ann.shop).open(older).status_code == 404, "one that was used ends the others"
    ann.ask()
    link, now = ann.link(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    assert Shopper(ann.shop).client.get(link).status_code == 404
    assert ann.client.get(ann.path("account/in/nonsense/")).status_code == 404


def test_the_session_gets_another_key(ann: Shopper) -> None:
    ann.get("account/passkey/")  # a session of nobody
    name = cookie_of(ann.shop.tenant.slug)
    before = ann.client.cookies[name].value
    ann.come_in()
    assert ann.client.cookies[name].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_everybody_is_answered_alike(ann: Shopper) -> None:
    ann.come_in()
    known, unknown = Shopper(ann.shop), Shopper(ann.shop, email="zoe@example.com")
    pages = [text_of(one.ask().content.decode()).replace(one.email, "…") for one in (known, unknown)]
    assert pages[0] == pages[1]
    letters = [str(one.body).split("Sign in: ")[0] for one in mail.outbox[-2:]]
    assert letters[0] == letters[1]
    wrong = [
        text_of(one.send("account/sign-in/", act="password", email=one.email, password="wrong one, sorry").content.decode())
        for one in (known, unknown)
    ]
    assert wrong[0] == wrong[1]
    assert "E-mail or password is not right." in wrong[0]


def test_a_password_is_chosen_with_the_link_and_signs_in(ann: Shopper) -> None:
    ann.ask()
    assert "not good enough" in text_of(ann.open(password="password").content.decode())
    assert not User.objects.filter(username="ann@example.com").exists()
    assert ann.open(password=PASSWORD).status_code == 303
    other = Shopper(ann.shop)
    answer = other.send(
        "account/sign-in/", act="password", email="Ann@Example.com", password=PASSWORD, next="https://evil.example/"
    )
    assert (answer.status_code, answer["Location"]) == (303, ann.path("account/"))
    assert other.is_in()


def test_a_password_alone_does_not_do_where_the_address_was_never_proved(shop: Shop, ann: Shopper) -> None:
    user = member(shop, "sales")
    EmailAddress.objects.filter(user=user).delete()
    ann.email = user.email
    answer = ann.send("account/sign-in/", act="password", email=user.email, password=STAFF_PASSWORD)
    assert "the rest goes by mail" in text_of(answer.content.decode())
    assert not ann.is_in()
    assert ann.open().status_code == 303
    assert ann.is_in()


def test_guesses_are_slowed_down(ann: Shopper) -> None:
    tries = [ann.send("account/sign-in/", act="password", email="ann@example.com", password=f"wrong {n}") for n in range(12)]
    assert [one.status_code for one in tries] == [422] * 10 + [429] * 2
    mails = [ann.ask().status_code for _ in range(7)]
    assert mails == [200] * 5 + [429] * 2
    assert Shopper(ann.shop, email="zoe@example.com").ask().status_code == 200


def test_a_shopper_does_not_get_into_the_back_office(shop: Shop, ann: Shopper) -> None:
    """Not even one who works there: a mail alone opens the shop, and its session nothing else."""
    ann.email = member(shop, "owner").email
    ann.come_in()
    assert ann.client.get("/backoffice/").status_code == 302
    thief = Client(SERVER_NAME="localhost")
    thief.cookies["dingdan_session"] = ann.client.cookies[cookie_of(shop.tenant.slug)].value
    assert thief.get("/backoffice/").status_code == 302
    assert "changed in its back office" in ann.account("security/")
    assert "changed in its back office" in text_of(ann.send("account/security/password/", password=PASSWORD).content.decode())
    assert ann.get("account/security/passkey/", options="1").headers["Content-Type"].startswith("text/html")


def test_whoever_works_here_is_no_shopper(shop: Shop, ann: Shopper) -> None:
    clerk = Visitor(shop, client=sit_down(shop).browser)
    assert clerk.client.get("/backoffice/").status_code == 200
    assert clerk.get("account/").status_code == 303


def test_a_shopper_of_one_shop_is_nobody_at_another(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    tenant = create_tenant(f"shop-{secrets.token_hex(6)}", "Another shop")
    other_shop = Shop(tenant, SYSTEM)
    with tenant_scope(tenant.id):
        open_front(other_shop)
    there = Shopper(other_shop, client=ann.client)
    assert there.get("account/").status_code == 303
    name = cookie_of(other_shop.tenant.slug)
    ann.client.cookies[name] = ann.client.cookies[cookie_of(shop.tenant.slug)].value
    assert there.get("account/").status_code == 303, "a key of one shop opens nothing at another"
    ann.ask()
    assert there.open(ann.link().replace(shop.tenant.slug, other_shop.tenant.slug)).status_code == 404


def test_signing_out_here_and_everywhere(ann: Shopper) -> None:
    ann.come_in()
    phone = Shopper(ann.shop).come_in()
    assert ann.send("account/sign-out/").status_code == 303
    assert (ann.is_in(), phone.is_in()) == (False, True)
    ann.come_in()
    assert ann.send("account/security/everywhere/").status_code == 303
    assert (ann.is_in(), phone.is_in()) == (False, False)
    assert ann.come_in().is_in()


def test_who_was_unlinked_or_forgotten_is_nobody(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    block_customer(shop.call(), customer_id=ann.customer.id)
    assert ann.is_in(), "who may not order may still see what is known of them"
    unlink_login(shop.call(), login_id=CustomerLogin.objects.get().id)
    assert not ann.is_in()
    ann.come_in()
    erase_customer_contact(shop.call(), customer_id=ann.customer.id)
    assert not ann.is_in()
    drain(shop.tenant_id)
    assert not User.objects.filter(username="ann@example.com").exists(), "the account goes with its last customer"


def test_forms_want_their_token(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    strange = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strange.cookies.update(ann.client.cookies)
    for path in ("sign-in/", "sign-out/", "profile/", "privacy/erase/", "security/everywhere/", "addresses/new/", "passkey/"):
        assert strange.post(ann.path(f"account/{path}"), {"key": str(uuid4())}).status_code == 403
    assert ann.is_in()
