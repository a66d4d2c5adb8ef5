"""Checking out while signed in: addresses to choose, prices of one's own, credit; and from a guest's order to an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.models import GuessCount
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import across_tenants
from dingdan.ledgers.payments.commands import grant_store_credit
from dingdan.ledgers.payments.queries import credit_of, receivable_of
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.customers.commands import block_customer, keep_address, save_customer
from dingdan.masterdata.customers.models import CustomerContact
from dingdan.masterdata.customers.queries import addresses_of
from dingdan.masterdata.customers.rules import AddressDraft, CustomerDraft
from dingdan.masterdata.pricing.commands import save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import open_front, put_on_offer
from tests.web.storefront.shopper import Shopper

HOME = AddressDraft(
    address=PostalAddress(country_code="GB", name="Ann Lee", street_address="1 High Street", city="London", postal_code="N1 9GU")
)
TYPED = {
    "email": "ann@example.com", "name": "Ann Lee", "country": "GB", "street_address": "2 Low Street", "city": "London",
    "postal_code": "N1 9GU", "shipping": "post", "payment": "cash_on_delivery",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Accounts and counts belong to no shop: neither may outlive a test."""
    yield
    User.objects.filter(is_staff=False).delete()
    with across_tenants():
        GuessCount.objects.all().delete()


@pytest.fixture
def ann(shop: Shop) -> Shopper:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door")
    put_on_offer(shop, "mug", pieces=9)
    shopper = Shopper(shop)
    assert shopper.send("cart/", act="add", sku="MUG", quantity="2").status_code == 303
    return shopper


def _order(ann: Shopper, **more: str) -> Any:
    page = ann.html("checkout/")
    seen, cart = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("seen", "cart"))
    assert seen is not None
    assert cart is not None
    return ann.send("checkout/", **({"act": "place", "seen": seen[1], "cart": cart[1]} | more))


def test_it_works(shop: Shop, ann: Shopper) -> None:
    page = ann.html("checkout/")
    assert f'href="{ann.path("account/sign-in/")}?next={ann.path("checkout/")}"' in page
    ann.ask(next=ann.path("checkout/"))
    assert ann.open()["Location"] == ann.path("checkout/"), "one comes back to where one was"
    page = ann.html("checkout/")
    assert "2 × Mug" in text_of(page), "the cart is still there"
    assert 'name="email" value="ann@example.com"' in page
    assert "Save this address for next time" in page
    answer = _order(ann, **TYPED, keep="1", address="new")
    assert answer.status_code == 303, text_of(answer.content.decode())
    order = Order.objects.get()
    assert order.customer_id == ann.customer.id
    (kept,) = addresses_of(ann.customer.id)
    assert (kept.street_address, kept.is_default) == ("2 Low Street", True)
    assert CustomerContact.objects.get().name == "Ann Lee"
    assert order.number in ann.account("orders/")
    assert kit.breaches() == []


def test_a_known_address_is_chosen(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    keep_address(shop.call(), customer_id=ann.customer.id, address=HOME)
    keep_address(shop.call(), customer_id=ann.customer.id, address=AddressDraft(address=PostalAddress(
        country_code="GB", name="Bob Lee", street_address="3 Hill", city="Leeds", postal_code="LS1 1UR")))  # fmt: skip
    high, hill = addresses_of(ann.customer.id)
    page = ann.html("checkout/")
    assert f'value="{high.id}" checked' in page
    assert 'name="street_address"' not in page, "there is nothing to type"
    assert 'name="street_address"' in ann.send("checkout/", act="show", address="new", country="GB").content.decode()
    said = {"email": "ann@example.com", "shipping": "post", "payment": "cash_on_delivery"}
    assert _order(ann, address=str(hill.id), **said).status_code == 303
    order = Order.objects.get()
    assert (order.ship_to.name, order.ship_to.address["city"]) == ("Bob Lee", "Leeds")
    assert len(addresses_of(ann.customer.id)) == 2


def test_anothers_address_is_not_chosen(shop: Shop, ann: Shopper) -> None:
    other = save_customer(shop.call(), customer=CustomerDraft(addresses=(HOME,))).customer_id
    (theirs,) = addresses_of(other)
    ann.come_in()
    page = ann.send("checkout/", act="show", address=str(theirs.id), country="GB").content.decode()
    assert "High Street" not in page
    assert 'name="street_address"' in page


def test_prices_of_a_group_count_for_who_is_signed_in(shop: Shop, ann: Shopper) -> None:
    channel, mug = channel_by_code("web"), variants_by_sku(["MUG"])["MUG"]
    assert channel is not None
    prices = PriceListDraft(code="trade", name="Trade", currency="GBP", channel_id=channel.id, customer_group="trade")
    saved = save_price_list(shop.call(), price_list=prices)
    set_prices(shop.call(), price_list_id=saved.price_list_id, prices=(PriceDraft(variant_id=mug.id, unit_price=Decimal(700)),))
    ann.come_in()
    save_customer(shop.call(), customer=CustomerDraft(id=ann.customer.id, number=ann.customer.number, group="trade"))
    assert "£14.00" in ann.look("cart/")
    assert "You see your own prices here." in ann.look("checkout/")
    assert "£10.00" in ann.look("p/mug/"), "the shop shows everybody's prices"
    ann.send("account/sign-out/")
    assert "£20.00" in ann.look("cart/"), "and so does the cart of whoever signed out"
    assert _order(ann, **TYPED).status_code == 303
    assert (Order.objects.get().customer_id, Order.objects.get().goods) == (None, 2000)


def test_store_credit_is_spent(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    grant_store_credit(shop.call(), customer_id=ann.customer.id, money=Money(500, "GBP"))
    assert "Use my store credit" not in ann.look("checkout/"), "the shop does not offer it"
    offer(shop, "store_credit", name="Store credit")
    assert "Use my store credit you have £5.00" in ann.look("checkout/")
    shown = text_of(ann.send("checkout/", act="show", address="new", country="GB", credit="1").content.decode())
    assert "Total £23.95 Store credit used -£5.00 Left to pay £18.95" in shown
    assert _order(ann, **TYPED, credit="1").status_code == 303
    order = Order.objects.get()
    assert receivable_of("order", [order.id])[order.id].due == 1895
    assert [one.due for one in credit_of(ann.customer.id)] == [0]
    assert "Spent on an order" in ann.account("money/")


def test_who_is_blocked_orders_nothing(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    block_customer(shop.call(), customer_id=ann.customer.id)
    answer = _order(ann, **TYPED)
    assert "takes no orders from this account" in text_of(answer.content.decode())
    assert not Order.objects.exists()


def test_the_cart_is_there_on_another_device(shop: Shop, ann: Shopper) -> None:
    ann.come_in()
    ann.send("cart/", act="add", sku="MUG", quantity="1")
    phone = Shopper(shop).come_in()
    assert "Mug" in phone.look("cart/")
    assert "Nothing is in it yet" in Shopper(shop, email="zoe@example.com").come_in().look("cart/")


def test_from_the_order_of_a_guest_to_an_account(shop: Shop, ann: Shopper) -> None:
    answer = _order(ann, **TYPED)
    page = ann.client.get(answer["Location"]).content.decode()
    path = answer["Location"].partition("?")[0]
    assert f'action="{path}account/"' in page
    told = text_of(ann.client.post(f"{path}account/").content.decode())
    assert "We have sent a link to the address of the order." in told
    assert mail.outbox[-1].to == ["ann@example.com"]
    assert ann.open().status_code == 303
    assert ann.is_in()
