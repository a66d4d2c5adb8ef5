"""Programs that press the button of the checkout are asked to press again; people never are, or lose nothing by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from dingdan.kernel.ids import first_id, made_at, new_id
from dingdan.trade.orders.models import Cart, Order
from dingdan.web.storefront.pressing import SHOWN, UNSEEN, PressAgain, check_pressed, shown_at
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.shopper import Shopper
from tests.web.storefront.test_buying import WHERE, _order


@pytest.fixture
def buyer(shop: Shop) -> Shopper:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door")
    put_on_offer(shop, "mug", pieces=9)
    shopper = Shopper(shop)
    shopper.send("cart/", act="add", sku="MUG", quantity="2")
    return shopper


@override_settings(CHECKOUT_SECONDS=2)
def test_it_works(shop: Shop) -> None:
    cart = new_id()
    begun = made_at(cart).replace(microsecond=0) + timedelta(seconds=1)
    said = shown_at(cart, "", at=begun)
    assert shown_at(cart, said, at=begun + timedelta(seconds=30)) == said  # it keeps the first time
    for seconds in (2, 30, 3600):
        check_pressed(cart, {SHOWN: said, UNSEEN: ""}, at=begun + timedelta(seconds=seconds))
    refused = [
        ({SHOWN: said}, 1.9),
        ({}, 5),
        ({SHOWN: "x" * 70}, 5),
        ({SHOWN: shown_at(new_id(), "", at=begun)}, 5),  # of another cart
        ({SHOWN: said, UNSEEN: "Cheap pills"}, 5),
        ({SHOWN: said, UNSEEN: "Cheap pills"}, 3600),
    ]
    for sent, after in refused:
        with pytest.raises(PressAgain):
            check_pressed(cart, sent, at=begun + timedelta(seconds=after))
    for sent in ({}, {SHOWN: "x"}):  # whoever has had the cart for a while has looked around
        check_pressed(first_id(begun - timedelta(minutes=2)), sent, at=begun)
    with override_settings(CHECKOUT_SECONDS=0):
        check_pressed(cart, {}, at=begun)


@override_settings(CHECKOUT_SECONDS=60)
def test_who_is_too_quick_presses_again(shop: Shop, buyer: Visitor) -> None:
    answer = _order(buyer, note="Ring <b>twice</b>")
    page = answer.content.decode()
    assert (answer.status_code, Order.objects.count(), Cart.objects.get().state) == (409, 0, "open")
    assert "Press “Order and pay” once more." in text_of(page)
    assert "Ring &lt;b&gt;twice&lt;/b&gt;" in page
    assert f'value="{WHERE["street_address"]}"' in page or WHERE["street_address"] in page
    with override_settings(CHECKOUT_SECONDS=0):  # time has passed
        assert _order(buyer).status_code == 303


def test_a_field_that_nobody_sees_stays_empty(shop: Shop, buyer: Visitor) -> None:
    page = buyer.html("checkout/")
    assert '<label class="unseen" aria-hidden="true">' in page
    assert 'name="subject" tabindex="-1" autocomplete="off"' in page
    answer = _order(buyer, subject="Cheap pills")
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "Cheap pills" not in answer.content.decode()
    assert _order(buyer).status_code == 303


@override_settings(CHECKOUT_SECONDS=60)
def test_who_is_signed_in_is_never_asked(shop: Shop, buyer: Shopper) -> None:
    buyer.come_in()
    assert "unseen" not in buyer.html("checkout/")
    assert _order(buyer, subject="Cheap pills", address="new").status_code == 303
