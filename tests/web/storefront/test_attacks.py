"""What somebody tries who means no good: forms from elsewhere, numbers that are none, keys that no browser made, many at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from dingdan.kernel import clock
from dingdan.kernel.errors import Busy
from dingdan.kernel.models import GuessCount
from dingdan.kernel.tenancy import across_tenants
from dingdan.ledgers.inventory.commands import expire_holds
from dingdan.ledgers.inventory.queries import held_for_carts
from dingdan.masterdata.catalog.rules import ProductKind
from dingdan.masterdata.customers.queries import consents_of
from dingdan.trade.orders.models import Cart, Order
from dingdan.web.storefront.account import security
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.shopper import Shopper
from tests.web.storefront.test_buying import WHERE

LONG = "9" * 5000
"""More digits than a number may have that Python reads."""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Everybody here comes from one address, and accounts belong to no shop: neither may outlive a test."""
    yield
    User.objects.filter(is_staff=False).delete()
    with across_tenants():
        GuessCount.objects.all().delete()


@pytest.fixture
def buyer(shop: Shop) -> Visitor:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door")
    put_on_offer(shop, "mug", pieces=40)
    return Visitor(shop)


def _checkout(buyer: Visitor, **changes: Any) -> Any:
    return buyer.send("checkout/", **({"act": "place"} | WHERE | changes))


def test_a_total_that_is_no_number_places_nothing(shop: Shop, buyer: Visitor) -> None:
    buyer.send("cart/", act="add", sku="MUG")
    answers = [_checkout(buyer, seen=seen) for seen in (LONG, "9" * 18, "-1395", "²", "٣", "", "1e3")]
    assert [one.status_code for one in answers] == [409] * 7
    assert "The total is now £13.95. Nothing was ordered yet" in text_of(answers[0].content.decode())
    assert Order.objects.count() == 0
    placed = _checkout(buyer, seen="1395", payment="cash_on_delivery")
    assert placed.status_code == 303
    page = buyer.client.get(placed["Location"]).content.decode()
    pay = re.search(r'href="[^"]*(/pay/[^"]+)"', page)
    if pay is not None:
        sent = {"act": "pay", "seen": LONG, "method": "cash_on_delivery"}
        assert buyer.client.post(pay[1].replace("&amp;", "&"), sent).status_code < 500


CALLERS: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 303),  # a browser of before says nothing
    ({"Origin": "http://localhost"}, 303),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),  # a page that tells nobody where it is
    ({"Origin": "null"}, 403),  # a page in a sandbox
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "http://localhost:9"}, 403),
    ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"}, 403),
)


def test_forms_of_elsewhere_change_nothing(shop: Shop, buyer: Visitor) -> None:
    sent = {"act": "add", "sku": "MUG"}
    for headers, status in CALLERS:
        before, visitor = Cart.objects.count(), Visitor(shop)
        answer = visitor.client.post(visitor.path("cart/"), sent, headers=headers)
        assert (answer.status_code, Cart.objects.count() - before) == (status, int(status == 303)), headers


def test_gift_cards_below_zero_are_in_no_cart(shop: Shop, buyer: Visitor) -> None:
    put_on_offer(shop, "card", kind=ProductKind.GIFT_CARD.value, open_amount=True, valid_months=12)
    for amount in ("-50", "0", "-0.01", "NaN", LONG):
        assert buyer.send("cart/", act="add", sku="CARD", amount=amount).status_code == 422
    assert Cart.objects.count() == 0


PASSKEYS = (LONG, "[]", "{", "null", '"x"', "\x00", "[" * 2000, '{"id": ' + LONG + "}", "{}", '{"id": "a", "response": 5}')


def test_a_passkey_that_no_browser_made_opens_nothing(shop: Shop, buyer: Visitor) -> None:
    ann = Shopper(shop).come_in()
    GuessCount.objects.all().delete()
    for said in PASSKEYS:
        assert buyer.send("account/passkey/", credential=said).status_code == 422, said[:40]
        assert ann.send("account/security/passkey/", credential=said, name="x").status_code == 422, said[:40]


def test_a_key_of_before_is_a_page_and_no_fault(shop: Shop, buyer: Visitor) -> None:
    """The back button shows a form whose key was used: what is another thing is done, and what cannot be is said."""
    ann = Shopper(shop).come_in()
    for purpose in ("marketing_email", "marketing_sms"):
        assert ann.send("account/privacy/", key="a", purpose=purpose, granted="1").status_code == 303
    assert len(consents_of(ann.customer.id)) == 2
    assert ann.send("account/privacy/data/", key="a").status_code == 200
    assert ann.send("account/profile/", key="b", name="Ann").status_code == 303
    assert ann.send("account/security/everywhere/", key="c").status_code == 303
    ann.come_in()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(security, "sign_out_login", _busy)
        refused = ann.send("account/security/everywhere/", key="d")
    assert refused.status_code == 503
    assert "Somebody else is changing the same thing right now." in text_of(refused.content.decode())
    assert ann.is_in()


def _busy(*_given: Any, **_named: Any) -> None:
    raise Busy


def test_whoever_pays_is_counted_by_the_address_that_the_proxy_saw(
    shop: Shop, buyer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole shop behind one proxy is not one shopper who guesses at gift cards; and nobody is who they say they are."""
    from dingdan.web.storefront import checkout

    seen = []

    def place(_reader: Any, _filled: Any, _typed: Any, buys: Any) -> str:
        seen.append(buys.payer.ip)
        return "/shop/"

    monkeypatch.setattr(checkout, "place", place)
    buyer.send("cart/", act="add", sku="MUG")
    for proxied in (True, False):
        monkeypatch.setattr(settings, "USE_X_FORWARDED_HOST", proxied)
        client = Client(SERVER_NAME="localhost", headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9"})
        client.cookies = buyer.client.cookies
        assert client.post(buyer.path("checkout/"), {"act": "place", **WHERE}).status_code == 303
    assert seen == ["203.0.113.9", "127.0.0.1"]


def test_carts_that_hold_at_the_same_moment_leave_a_quarter(shop: Shop, buyer: Visitor) -> None:
    [variant_id] = put_on_offer(shop, "rare", pieces=8)
    buyers = [Visitor(shop) for _ in range(8)]
    kit.in_threads(lambda index: buyers[index].send("cart/", act="add", sku="RARE"), 8)
    assert held_for_carts([variant_id], clock.now()).get(variant_id, 0) <= 6
    expire_holds(shop.call(at=clock.now() + timedelta(hours=1)))
    assert kit.breaches() == []
