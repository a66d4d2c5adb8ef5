"""Promotions in the shop: told on products, taken off in the cart, brought by coupons, never wrong from day to day."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dingdan.insight.shopfront.fronts import front_of, product_of
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel import clock
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import expire_holds
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.models import PromotionUse
from dingdan.masterdata.promotions.rules import PromotionDraft
from dingdan.trade.orders.models import Order
from dingdan.web.storefront.addresses import Addresses
from dingdan.web.storefront.reader import Reader
from dingdan.web.storefront.shop_pages import page_of
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.test_buying import WHERE

NAMES = {"zh-Hant": "秋季特賣"}


@pytest.fixture
def buyer(shop: Shop) -> Visitor:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door")
    put_on_offer(shop, "mug", pieces=40)
    put_on_offer(shop, "bowl", pieces=40, price=2500)
    return Visitor(shop)


def _promote(shop: Shop, code: str, gives: str, **said: Any) -> None:
    money = {"amount", "least_amount", "most_off"} & said.keys()
    terms: dict[str, Any] = {"currencies": ("GBP",)} if money else {}
    save_promotion(shop.call(), promotion=PromotionDraft(code=code, gives=gives, **{"name": code.title()} | terms | said))


def _place(buyer: Visitor, **changes: Any) -> Any:
    page = buyer.html("checkout/")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    return buyer.send("checkout/", **({"act": "place", "seen": seen[1]} | WHERE | changes))


def test_it_works(shop: Shop, buyer: Visitor) -> None:
    _promote(shop, "autumn", "percent", percent=Decimal("0.1"), skus=("MUG",), name_i18n=NAMES)
    _promote(shop, "post", "free_shipping", least_amount=3000)
    page = buyer.html("p/mug/")
    assert "<s>£10.00</s> <ins>£9.00</ins>" in page
    assert '"price": "9.00"' in page
    assert "Free shipping from £30.00" in page
    assert "<s>£10.00</s> <ins>£9.00</ins>" in buyer.html()
    assert "<s>" not in buyer.html("p/bowl/").split("From the same shelf")[0]
    buyer.send("cart/", act="add", sku="MUG", quantity="2")
    page = buyer.look("cart/")
    assert "Goods £20.00 Autumn -£2.00 Post £3.95 Estimated total £21.95" in page
    assert "£10.00 more, and shipping is free." in page
    buyer.language = "zh-hant"
    assert "秋季特賣 -£2.00" in buyer.look("cart/")
    buyer.language = ""
    buyer.send("cart/", act="add", sku="BOWL")
    page = buyer.look("cart/")
    assert "Autumn -£2.00 Post -£3.95 Post £3.95 Estimated total £43.00" in page
    assert "more, and" not in page
    assert _place(buyer).status_code == 303
    assert Order.objects.get().total == 4300
    assert sorted(PromotionUse.objects.values_list("promotion__code", "amount")) == [("autumn", 200), ("post", 395)]
    assert kit.breaches() == []


def test_coupons_are_kept_explained_and_left_out(shop: Shop, buyer: Visitor) -> None:
    _promote(shop, "welcome", "amount", amount=500, coupons=("WELCOME5",), name="Welcome <b>")
    _promote(shop, "much", "percent", percent=Decimal("0.2"), least_amount=9000, coupons=("MUCH20",))
    _promote(shop, "past", "percent", percent=Decimal("0.2"), ends_on=clock.now().date() - timedelta(days=2), coupons=("PAST20",))
    _promote(shop, "known", "percent", percent=Decimal("0.2"), most_each=1, coupons=("KNOWN",))
    buyer.send("cart/", act="add", sku="MUG", quantity="2")
    for typed in (" welcome5 ", "much20", "past20", "known"):
        assert buyer.send("cart/", act="coupon", coupon=typed).status_code == 303
    page = buyer.look("cart/")
    assert "WELCOME5 Welcome <b> -£5.00" in page
    assert "MUCH20 Coupon MUCH20 is for £90.00 and more of the goods that it is for; there is £20.00." in page
    assert "PAST20 Coupon PAST20 could be used until" in page
    assert "KNOWN Coupon KNOWN is counted for each customer: it is taken off once it is known who buys." in page
    assert "Estimated total £18.95" in page
    answer = buyer.send("cart/", act="coupon", coupon="NOTHING")
    assert answer.status_code == 422
    assert "There is no coupon NOTHING." in text_of(answer.content.decode())
    assert buyer.send("cart/", act="coupon", coupon="<x>").status_code == 422
    buyer.send("cart/", leave="MUCH20")
    assert "MUCH20" not in buyer.look("cart/")
    checkout = buyer.look("checkout/")
    assert "Welcome <b> -£5.00" in checkout
    assert "PAST20" in checkout
    answer = _place(buyer)  # now it is known who buys: the new total is shown first
    assert (answer.status_code, "Known -£4.00" in text_of(answer.content.decode())) == (409, True)
    again = buyer.send("checkout/", **({"act": "place", "seen": "1495"} | WHERE))
    assert again.status_code == 303  # what brings nothing keeps nobody from ordering
    assert Order.objects.get().total == 1495


def test_a_coupon_that_is_typed_in_the_checkout(shop: Shop, buyer: Visitor) -> None:
    _promote(shop, "welcome", "amount", amount=500, coupons=("WELCOME5",), most_uses=1)
    buyer.send("cart/", act="add", sku="MUG", quantity="2")
    answer = _place(buyer, coupon="WELCOME5")  # typed, and ordered at once: the new total is shown first
    assert answer.status_code == 200
    assert (Order.objects.count(), "-£5.00" in text_of(answer.content.decode())) == (0, True)
    wrong = _place(buyer, coupon="NOTHING", note="Ring <b>")
    assert (wrong.status_code, Order.objects.count()) == (422, 0)
    assert "Ring &lt;b&gt;" in wrong.content.decode()
    faster = Visitor(shop)
    faster.send("cart/", act="add", sku="MUG")
    faster.send("cart/", act="coupon", coupon="WELCOME5")
    assert _place(faster).status_code == 303
    used_up = buyer.send("checkout/", **({"act": "place", "seen": "1895"} | WHERE))
    assert used_up.status_code == 409
    assert "Coupon WELCOME5 has been used as often as it can be." in text_of(used_up.content.decode())
    assert _place(buyer).status_code == 303
    assert sorted(Order.objects.values_list("total", flat=True)) == [895, 2395]


def test_guessing_coupons_is_slow(shop: Shop, buyer: Visitor) -> None:
    _promote(shop, "welcome", "amount", amount=500, coupons=("WELCOME5",))
    buyer.send("cart/", act="add", sku="MUG")
    answers = [buyer.send("cart/", act="coupon", coupon=f"GUESS{number}").status_code for number in range(12)]
    assert (answers[:9], answers[-1]) == ([422] * 9, 429)
    assert buyer.send("cart/", act="coupon", coupon="WELCOME5").status_code == 429


def test_a_page_changes_when_a_promotion_begins_and_ends(shop: Shop, buyer: Visitor) -> None:
    today = clock.now().date()
    _promote(
        shop, "day", "percent", percent=Decimal("0.5"), starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2)
    )
    front = front_of(shop.tenant.slug)
    assert front is not None
    told = []
    with tenant_scope(front.tenant_id):
        for days in range(4):
            reader = Reader(front, "en", clock.now() + timedelta(days=days), Addresses(front.slug))
            product = product_of(front, "mug", reader.on)
            assert product is not None
            promises = promises_of([one.of for one in product.articles], front.channel, at=reader.at)
            told.append("<ins>£5.00</ins>" in page_of(reader, product, promises).html)
    assert told == [False, True, True, False]


TELLS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"gives": "amount_each", "amount": 300}, "", "£7.00"),
    ({"gives": "percent", "percent": Decimal("0.1"), "least_amount": 5000}, "10% off from £50.00", ""),
    ({"gives": "percent", "percent": Decimal("0.1"), "least_amount": 500}, "", "£9.00"),
    ({"gives": "percent", "percent": Decimal("0.1"), "most_uses": 5}, "", ""),
    ({"gives": "percent", "percent": Decimal("0.1"), "groups": ("vip",)}, "", ""),
    ({"gives": "percent", "percent": Decimal("0.1"), "first_order": True}, "", ""),
    ({"gives": "percent", "percent": Decimal("0.1"), "channels": ("till",)}, "", ""),
    ({"gives": "percent", "percent": Decimal("0.1"), "coupons": ("ABC",)}, "", ""),
    ({"gives": "buy_get", "buy": 2, "get": 1, "percent": Decimal(1)}, "3 for 2", ""),
    ({"gives": "any_for", "buy": 3, "amount": 2000, "skus": ("MUG",)}, "Three Mugs", ""),
)


def test_what_a_product_tells(shop: Shop, buyer: Visitor) -> None:
    for said, told, lower in TELLS:
        gives = dict(said)
        _promote(shop, "some", gives.pop("gives"), name="Three Mugs", **gives)
        page = buyer.html("p/mug/")
        assert re.findall(r"<ins>([^<]+)</ins>", page.split("<form")[1]) == ([lower] if lower else []) or not lower, said
        assert re.findall(r'<li class="offer">([^<]*)</li>', page) == ([told] if told else []), said
        assert ("<ins>" in page) is bool(lower), said


def test_two_windows_lose_nothing(shop: Shop, buyer: Visitor) -> None:
    buyer.send("cart/", act="add", sku="MUG")
    link = buyer.client.cookies["dingdan_cart"].value

    def add(index: int) -> int:
        other = Visitor(shop)
        other.client.cookies["dingdan_cart"] = link
        return other.send("cart/", act="add", sku=("MUG", "BOWL")[index % 2]).status_code

    assert kit.in_threads(add, 4) == [303] * 4
    page = buyer.html("cart/")
    assert re.findall(r'name="quantity" value="(\d+)"', page) == ["3", "2"]


def test_a_note_an_estimate_and_a_hold_that_is_over(shop: Shop, buyer: Visitor) -> None:
    buyer.send("cart/", act="add", sku="MUG")
    buyer.send("cart/", act="note", note="Ring <b>twice</b>")
    page = buyer.html("cart/", country="GB", postcode="N1 <9>")
    assert "Ring &lt;b&gt;twice&lt;/b&gt;" in page
    assert 'value="N1 &lt;9&gt;"' in page
    buyer.language = "zh-hans"
    assert "Ring &lt;b&gt;twice&lt;/b&gt;</textarea>" in buyer.html("checkout/")
    buyer.language = ""
    assert "Reserve them again" not in buyer.look("cart/")
    expire_holds(shop.call(at=clock.now() + timedelta(hours=1)))
    assert "Reserve them again" in buyer.look("cart/")
    buyer.send("cart/", act="hold")
    assert "Reserved for you until" in buyer.look("cart/")


def test_a_coupon_for_each_customer_counts_a_guest_by_e_mail(shop: Shop, buyer: Visitor) -> None:
    _promote(shop, "once", "amount", amount=500, coupons=("ONCE",), most_each=1)
    answers = []
    for _again in range(2):
        buyer.send("cart/", act="add", sku="MUG", quantity="2")
        buyer.send("cart/", act="coupon", coupon="ONCE")
        assert "it is taken off once it is known who buys." in buyer.look("cart/")
        shown = text_of(buyer.send("checkout/", **(WHERE | {"act": "show"})).content.decode())
        assert "Once -£5.00" in shown  # whether it was used with this address, nobody finds out by typing
        answers.append(buyer.send("checkout/", **(WHERE | {"act": "place", "seen": "1895"})))
    assert [one.status_code for one in answers] == [303, 409]
    page = text_of(answers[1].content.decode())
    assert "Coupon ONCE has been used as often as one customer, or one e-mail address, can." in page
    assert buyer.send("checkout/", **(WHERE | {"act": "place", "seen": "2395"})).status_code == 303
    assert sorted(Order.objects.values_list("total", flat=True)) == [1895, 2395]
    assert kit.breaches() == []
