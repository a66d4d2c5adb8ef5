"""Customers see and forget what they left with firms; the firm is told, and nothing of it is kept here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from dingdan.automation.saved_methods import FORGET, forget, left_by, saved_url
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, NotPermitted
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.payments.models import Checkout
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.ports import Way, firms
from tests import kit
from tests.automation.keeping import Keeping, PennyIsSilent, keeping
from tests.automation.penny import pennypay
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT
from tests.web.api.client import Caller
from tests.web.backoffice.desk import sit_down, text_of
from tests.web.storefront.test_pay import payer_of


@pytest.fixture
def penny(shop: Shop) -> Iterator[Keeping]:
    with pennypay(), keeping() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        yield firm


@pytest.fixture
def ann(shop: Shop, penny: Keeping) -> UUID:
    """A customer who left a card."""
    id_ = save_customer(shop.call(), customer=CustomerDraft(number="C-1", language="zh-Hant")).customer_id
    penny.leave(id_)
    return id_


def _told() -> list[str]:
    return list(JournalEntry.objects.filter(command=FORGET).values_list("event__gateway", flat=True))


def test_it_works(shop: Shop, penny: Keeping, ann: UUID) -> None:
    assert [(one.gateway, one.id, one.means) for one in left_by(ann)] == [("pennypay", "pm_1", "visa 4242")]
    call = shop.call()
    for _time in range(2):
        told = forget(call, customer_id=ann, method_id="pm_1")
        assert (told.customer_id, told.gateway) == (ann, "pennypay")
    assert (left_by(ann), _told()) == ([], ["pennypay"])


def test_what_is_anothers_stays(shop: Shop, penny: Keeping, ann: UUID) -> None:
    with pytest.raises(NotFound):
        forget(shop.call(), customer_id=new_id(), method_id="pm_1")
    assert (len(left_by(ann)), _told()) == (1, [])


def test_a_firm_is_not_told_by_those_who_may_not(shop: Shop, penny: Keeping, ann: UUID) -> None:
    call = Call(tenant_id=shop.tenant_id, actor=Actor("staff", "s", frozenset({"payments.read"})))
    with pytest.raises(NotPermitted):
        forget(call, customer_id=ann, method_id="pm_1")
    assert (len(left_by(ann)), _told()) == (1, [])


def test_a_silent_firm_is_a_refusal_and_nothing_is_written(shop: Shop, penny: Keeping, ann: UUID) -> None:
    penny.silent = True
    with pytest.raises(PennyIsSilent):
        forget(shop.call(), customer_id=ann, method_id="pm_1")
    assert _told() == []


# ── the customer's own page ──────────────────────────────────────────────────────────────────────────────────────────────


def _path(customer_id: UUID) -> str:
    return saved_url(customer_id, at=clock.now()).removeprefix(settings.PUBLIC_URL)


def test_customers_forget_by_a_link_without_an_account(shop: Shop, penny: Keeping, ann: UUID) -> None:
    browser, path = Client(SERVER_NAME="localhost"), _path(ann)
    answer = browser.get(path, {"lang": "en"})
    page = text_of(answer.content.decode())
    assert "visa 4242 PennyPay · 12/2034 Forget" in page
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert 'lang="zh-hant" aria-current="true"' in browser.get(path).content.decode()  # the customer's own language
    sent = browser.post(f"{path}?lang=en", {"method": "pm_1", "key": "once"}, follow=True)
    assert "Forgotten. It cannot be paid with any more. Nothing is saved." in text_of(sent.content.decode())
    again = browser.post(f"{path}?lang=en", {"method": "pm_1", "key": "other"})
    assert (again.status_code, _told()) == (404, ["pennypay"])


def test_links_that_open_nothing(shop: Shop, penny: Keeping, ann: UUID) -> None:
    browser, path = Client(SERVER_NAME="localhost"), _path(ann)
    for wrong in ("/saved/nonsense", path[:-6] + ("A" if path[-6] != "A" else "B") + path[-5:], path.replace("/saved/", "/pay/")):
        assert browser.get(wrong).status_code == 404
    with clock.moved_by(timedelta(days=181)):
        assert browser.get(path).status_code == 404
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert strict.post(path, {"method": "pm_1", "key": "k"}).status_code == 403
    assert len(left_by(ann)) == 1


def test_a_silent_firm_is_told_on_the_page(shop: Shop, penny: Keeping, ann: UUID) -> None:
    penny.silent = True
    answer = Client(SERVER_NAME="localhost").get(_path(ann), {"lang": "en"})
    assert (answer.status_code, "PennyPay did not answer" in answer.content.decode()) == (503, True)
    assert "Nothing is saved" not in answer.content.decode()


# ── where it is left, and other doors ────────────────────────────────────────────────────────────────────────────────────


def test_consent_is_asked_while_paying_and_only_of_customers(shop: Shop, penny: Keeping, ann: UUID) -> None:
    kit.stock(shop, "TEA", 9)
    theirs = kit.place(shop, ("TEA", 1), payment_method="pennypay", customer_id=ann)
    payer = payer_of(theirs.order_id)
    assert "Keep this card for next time" in payer.look(lang="en")
    payer.send(method="pennypay", seen="250", keep="yes")
    assert [one.keep for one in Checkout.objects.all()] == [True]
    guest = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    assert "Keep this card" not in payer_of(guest.order_id).look(lang="en")
    payer_of(guest.order_id).send(method="pennypay", seen="250", keep="yes")
    assert [one.keep for one in Checkout.objects.order_by("id")] == [True, False]


def test_over_the_api(shop: Shop, penny: Keeping, ann: UUID) -> None:
    caller = Caller(shop)
    assert "/saved/" in caller.get("/customers/C-1/saved-methods-link").json["url"]
    gone = caller.send("DELETE", "/customers/C-1/saved-methods/pm_1", key="once")
    assert (gone.status, gone.json["gateway"]) == (200, "pennypay")
    assert caller.send("DELETE", "/customers/C-1/saved-methods/pm_1", key="once").json == gone.json
    assert caller.send("DELETE", "/customers/C-1/saved-methods/pm_1").status == 404
    assert _told() == ["pennypay"]


def test_on_the_page_of_the_customer(shop: Shop, penny: Keeping, ann: UUID) -> None:
    desk, path = sit_down(shop), f"customers/customer/{ann}/"
    page = desk.read(path)
    assert "visa 4242 PennyPay 12/2034" in page
    assert "/saved/" in page
    done = desk.browser.post(f"/backoffice/{path}do/forget/", {"method": "pm_1", "key": "once"}, follow=True)
    assert "Forgotten. It cannot be paid with any more." in text_of(done.content.decode())
    assert "The customer left nothing" in desk.read(path)
    again = desk.browser.post(f"/backoffice/{path}do/forget/", {"method": "pm_1", "key": "other"}, follow=True)
    assert "saved method" in text_of(again.content.decode())
    penny.silent = True
    assert "PennyPay did not answer." in desk.read(path)


def test_staff_charges_it_again_after_a_payment_that_failed(
    shop: Shop, penny: Keeping, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(firms, "pennypay", replace(firms["pennypay"], ways=(Way.PAGE, Way.QR, Way.SAVED)))
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 2), payment_method="pennypay", customer_id=ann)
    desk, path = sit_down(shop), f"board/boardrow/{order.order_id}/pay/"
    desk.show(order.order_id)
    assert "Charge £5.00" in desk.read(path)
    sent = {"act": "charge", "method": "pennypay:pm_1", "key": "once"}
    for _time in range(2):
        told = desk.browser.post(f"/backoffice/{path}", sent, follow=True)
        assert "The gateway says" in text_of(told.content.decode())
    (row,) = Checkout.objects.all()
    assert (row.way, row.details, row.attempt.amount) == ("saved", {"saved_method_id": "pm_1"}, 500)
    desk.browser.post(f"/backoffice/{path}", sent | {"method": "pennypay:pm_2", "key": "other"})
    assert Checkout.objects.count() == 1
