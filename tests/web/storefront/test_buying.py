"""A guest at a browser without scripts: into the cart, through the checkout, to the order."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from dingdan.kernel import clock
from dingdan.ledgers.inventory.commands import expire_holds
from dingdan.masterdata.catalog.commands import retire_product
from dingdan.masterdata.catalog.models import Product
from dingdan.masterdata.catalog.rules import VariantDraft
from dingdan.masterdata.pricing.commands import save_shipping_method
from dingdan.masterdata.pricing.rules import ShippingMethodDraft, ShippingRateDraft
from dingdan.trade.orders.models import Cart, Order
from dingdan.web.storefront import carts
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer

WHERE = {
    "email": "ann@example.com", "name": "Ann Lee", "country": "GB", "street_address": "1 High Street", "city": "London",
    "postal_code": "N1 9GU", "shipping": "post", "payment": "cash_on_delivery",
}  # fmt: skip


@pytest.fixture
def buyer(shop: Shop) -> Visitor:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door", name_i18n={"zh-Hant": "貨到付款"})
    put_on_offer(shop, "mug", pieces=4)
    visitor = Visitor(shop)
    assert visitor.send("cart/", act="add", sku="MUG", quantity="2").status_code == 303
    return visitor


def _order(buyer: Visitor, **changes: Any) -> Any:
    """Press the button of the checkout as it stands there."""
    page = buyer.html("checkout/")
    seen, cart = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("seen", "cart"))
    assert seen is not None
    assert cart is not None
    return buyer.send("checkout/", **({"act": "place", "seen": seen[1], "cart": cart[1]} | WHERE | changes))


def _go(buyer: Visitor, answer: Any) -> str:
    assert answer.status_code == 303, text_of(answer.content.decode())
    return text_of(buyer.client.get(answer["Location"]).content.decode())


def test_it_works(shop: Shop, buyer: Visitor) -> None:
    assert "Reserved for you until" in buyer.look("cart/")
    page = buyer.look("checkout/")
    assert "2 × Mug £20.00" in page
    assert "Total £23.95 £3.99 tax contained" in page
    assert re.search(r"Post £3.95 ships \w+ · 1–3 days", page)
    answer = _order(buyer)
    order = Order.objects.get()
    page = _go(buyer, answer)
    assert f"Thank you for your order Order {order.number}" in page
    assert "Ann Lee 1 High Street" in page
    assert (order.total, order.shipping, order.payment_method, order.language) == (2395, 395, "cash_on_delivery", "en")
    assert "Nothing is in it yet" in buyer.look("cart/")
    assert "<b>" not in buyer.html("p/mug/").split('class="bag"')[1].split("</a>")[0]
    assert kit.breaches() == []


def test_a_chinese_shopper_pastes_an_address(shop: Shop, buyer: Visitor) -> None:
    buyer.language = "zh-hant"
    pasted = "王小明 0912345678 臺北市中正區忠孝東路一段1號3樓"
    sent = buyer.send("checkout/", act="parse", pasted=pasted, country="TW", email="wang@example.com").content.decode()
    assert 'name="name" value="王小明"' in sent
    assert 'value="台北市" selected' in sent
    assert 'name="city" value="中正區"' in sent
    assert "忠孝東路一段1號3樓</textarea>" in sent
    labels = [sent.index(f'name="{name}"') for name in ("country_area", "city", "street_address", "postal_code")]
    assert labels == [*sorted(labels[:2]), labels[2], labels[3]]
    where = {
        "country": "TW", "name": "王小明", "country_area": "臺北市", "city": "中正區", "street_address": "忠孝東路一段1號",
        "postal_code": "100",
    }  # fmt: skip
    answer = _order(buyer, **where)
    page = _go(buyer, answer)
    assert "感謝您的訂購" in page or "謝謝" in page
    assert "貨到付款" in page
    order = Order.objects.select_related("ship_to").get()
    assert (order.language, order.ship_to.address["country_area"]) == ("zh-Hant", "台北市")
    assert "郵寄 £3.95" in page
    assert (order.shipping_method, order.shipping_name, order.lines.get(kind="shipping").name) == ("post", "郵寄", "郵寄")
    rates = (ShippingRateDraft(currency="GBP", price=395),)
    save_shipping_method(shop.call(), method=ShippingMethodDraft(code="post", name="Letter", rates=rates))
    assert "郵寄 £3.95" in text_of(buyer.client.get(answer["Location"]).content.decode())  # an order keeps what it was told


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"email": ""}, "Where shall the confirmation go?"),
    ({"email": "ann"}, "This is not an e-mail address."),
    ({"name": " "}, "Whom is the parcel for?"),
    ({"postal_code": "???"}, "“Postal code” does not fit this country."),
    ({"street_address": ""}, "“Street and number” is still empty."),
    ({"country": "XX"}, "XX"),
    ({"shipping": ""}, "Nothing was chosen in how it is shipped."),
    ({"payment": "magic"}, "Nothing was chosen in how it is paid."),
    ({"seen": "1"}, "23.95"),
)


def test_what_is_refused_keeps_what_was_typed(shop: Shop, buyer: Visitor) -> None:
    for changes, said in WRONG:
        answer = _order(buyer, **({"note": "Ring <b>twice</b>"} | changes))
        page = answer.content.decode()
        assert answer.status_code in (404, 409, 422), changes
        assert said in text_of(page)
        assert "Ring &lt;b&gt;twice&lt;/b&gt;" in page, changes
        assert html.escape(WHERE["city"]) in page or "country" in changes, changes
        assert (Order.objects.count(), Cart.objects.get().state) == (0, "open"), changes


def test_double_click_two_tabs_and_the_way_back_are_one_order(shop: Shop, buyer: Visitor) -> None:
    page = buyer.html("checkout/")
    cart = re.search(r'name="cart" value="([^"]+)"', page)
    assert cart is not None
    sent = {"act": "place", "seen": "2395", "cart": cart[1]} | WHERE
    answers = kit.in_threads(lambda _index: Visitor(shop).send("checkout/", **sent), 4)
    assert [one.status_code for one in answers] == [303] * 4
    assert Order.objects.count() == 1
    other = buyer.send("checkout/", **(sent | {"name": "Somebody else"}))  # back, changed, sent again
    assert other.status_code == 303
    assert "Ann Lee" in _go(buyer, other)
    assert Order.objects.count() == 1


def test_sold_out_in_the_checkout(shop: Shop, buyer: Visitor) -> None:
    kit.place(shop, ("MUG", 2), payment_method="cash_on_delivery")
    expire_holds(shop.call(at=clock.now() + timedelta(hours=1)))
    kit.place(shop, ("MUG", 1), payment_method="cash_on_delivery")
    answer = _order(buyer)
    assert answer.status_code == 409
    assert Order.objects.count() == 2
    assert "No more than 1 can be had now." in buyer.look("cart/")
    assert buyer.send("cart/", act="change", sku="MUG", quantity="1").status_code == 303
    assert _order(buyer).status_code == 303


def test_what_is_reserved_is_nobody_elses_until_its_time_is_over(shop: Shop, buyer: Visitor) -> None:
    other = Visitor(shop)
    assert "Only 2 left" in other.look("p/mug/")
    other.send("cart/", act="add", sku="MUG", quantity="3")
    assert "No more than 2 can be had now." in other.look("cart/")
    expire_holds(shop.call(at=clock.now() + timedelta(hours=1)))
    assert "Reserved" not in buyer.look("cart/")
    assert "Only 4 left" in other.look("p/mug/")


def test_a_cart_is_changed_and_emptied(shop: Shop, buyer: Visitor) -> None:
    buyer.send("cart/", act="change", sku="MUG", quantity="3")
    assert "£30.00" in buyer.look("cart/")
    buyer.send("cart/", act="add", sku="MUG", quantity="x")
    assert "£40.00" in buyer.look("cart/")
    assert "Only 4 left" in buyer.look("cart/")  # all that there are: carts alone never hold that many
    buyer.send("cart/", act="remove", sku="MUG")
    assert "Nothing is in it yet" in buyer.look("cart/")
    assert Visitor(shop).look("p/mug/").count("Only 4 left") == 1


def test_what_is_not_sold_does_not_go_in(shop: Shop, buyer: Visitor) -> None:
    kit.stock(shop, "TEA", 5)  # without a price in this channel
    for sku in ("TEA", "NOTHING", "", "<script>"):
        answer = buyer.send("cart/", act="add", sku=sku)
        assert answer.status_code == 422
    retire_product(shop.call(), product_id=Product.objects.get(slug="mug").id)
    assert "not sold here any more" in buyer.look("cart/")
    buyer.send("cart/", act="remove", sku="MUG")
    assert "Nothing is in it yet" in buyer.look("cart/")


def test_nobody_reads_the_cart_or_order_of_somebody_else(shop: Shop, buyer: Visitor) -> None:
    thief = Visitor(shop)
    link = buyer.client.cookies[carts.COOKIE].value
    thief.client.cookies[carts.COOKIE] = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    assert "Nothing is in it yet" in thief.look("cart/")
    placed = _order(buyer)["Location"]
    assert buyer.client.get(placed).status_code == 200
    other = "B" if placed[-12] == "A" else "A"
    assert buyer.client.get(placed[:-12] + other + placed[-11:]).status_code == 404


def test_forms_from_elsewhere_are_not_taken(shop: Shop, buyer: Visitor) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = buyer.client.post(buyer.path("cart/"), {"act": "add", "sku": "MUG"}, headers=headers)
        assert answer.status_code == 403
    assert Cart.objects.count() == 1


def test_carts_are_not_made_without_end(shop: Shop, buyer: Visitor) -> None:
    answers = [Visitor(shop).send("cart/", act="add", sku="MUG").status_code for _ in range(62)]
    assert answers.count(303) == 59
    assert set(answers) == {303, 429}
    assert buyer.send("cart/", act="change", sku="MUG", quantity="1").status_code == 303  # whoever has a cart goes on


def test_more_than_anybody_carries_is_not_held(shop: Shop) -> None:
    open_front(shop)
    put_on_offer(shop, "nail", pieces=90)
    hoarder = Visitor(shop)
    hoarder.send("cart/", act="add", sku="NAIL", quantity="80")
    assert "Reserved" not in hoarder.look("cart/")
    assert "In stock" in hoarder.look("cart/")


def test_a_backorder_goes_through_with_its_day(shop: Shop) -> None:
    open_front(shop)
    offer(shop, "cash_on_delivery")
    put_on_offer(shop, "coat", VariantDraft(sku="COAT", shortage="backorder"))
    buyer = Visitor(shop)
    buyer.send("cart/", act="add", sku="COAT")
    assert "On backorder · the day is not known yet" in buyer.look("cart/")
    assert _order(buyer).status_code == 303
    assert Order.objects.get().promised_at is None
