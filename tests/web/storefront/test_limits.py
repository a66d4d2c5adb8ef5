"""What nobody does who shops: floods, markup in every text, strange words and hosts. Gift cards pay; wrong ones slow down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from dingdan.kernel import clock
from dingdan.kernel.guessing import Patience
from dingdan.kernel.money import Money
from dingdan.ledgers.inventory.commands import expire_holds
from dingdan.ledgers.payments.commands import IssueGiftCard, issue_gift_cards
from dingdan.ledgers.payments.queries import code_of, receivable_of
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.rules import ProfileDraft
from dingdan.trade.orders.models import Cart, Order
from dingdan.web.storefront import carts, checkout
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.backoffice.desk import sit_down, text_of
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.test_buying import WHERE

BAIT = "\"><img src=x onerror=alert(1)>'{{7*7}}"


@pytest.fixture
def buyer(shop: Shop) -> Visitor:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door")
    offer(shop, "bank_transfer", name="Transfer")
    bank = ProfileDraft(name="A shop", country="GB", language="en", time_zone="UTC", iban="GB82 WEST 1234 5698 7654 32")
    save_profile(shop.call(), profile=bank)
    put_on_offer(shop, "mug", pieces=40)
    return Visitor(shop)


def _place(buyer: Visitor, **changes: Any) -> Any:
    page = buyer.html("checkout/")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    return buyer.send("checkout/", **({"act": "place", "seen": seen[1]} | WHERE | changes))


def _card(shop: Shop, amount: int) -> str:
    issued = issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(amount, "GBP"), valid_months=12))
    return code_of(issued.gift_card_id)


def _due(order: Order) -> int:
    return receivable_of("order", [order.id])[order.id].due


# ── gift cards ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_gift_card_pays_a_part_and_another_one_the_rest(shop: Shop, buyer: Visitor) -> None:
    buyer.send("cart/", act="add", sku="MUG", quantity="2")
    code = _card(shop, 1000)
    page = text_of(buyer.send("checkout/", **(WHERE | {"act": "show", "gift_card": code})).content.decode())
    assert f"Total £23.95 Gift card …{code[-4:]} -£10.00 Left to pay £13.95" in page
    placed = _place(buyer, payment="bank_transfer", gift_card=code)
    assert placed.status_code == 303
    order = Order.objects.get()
    assert _due(order) == 1395
    page = buyer.client.get(placed["Location"]).content.decode()
    pay = re.search(r'href="[^"]*(/pay/[^"]+)"', page)
    assert pay is not None
    there = pay[1].replace("&amp;", "&")
    form = buyer.client.get(there).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None
    wrong = buyer.client.post(there, {"act": "card", "key": key[1], "code": "XXXX-XXXX-XXXX"})
    assert wrong.status_code == 409
    assert "This gift card cannot be used here." in text_of(wrong.content.decode())
    for _twice in range(2):
        buyer.client.post(there, {"act": "card", "key": key[1], "code": _card(shop, 9900)})
    assert _due(order) == 0
    assert kit.breaches() == []


def test_wrong_gift_cards_are_left_out_and_slow_down(shop: Shop, buyer: Visitor) -> None:
    buyer.send("cart/", act="add", sku="MUG")
    sent = WHERE | {"act": "show"}
    answers = [buyer.send("checkout/", **(sent | {"gift_card": f"AAAA-BBBB-{number:04}"})) for number in range(11)]
    assert [one.status_code for one in answers] == [422] * 10 + [429]
    assert 'name="gift_card" value=""' in answers[0].content.decode()
    assert "This gift card cannot be used here." in text_of(answers[0].content.decode())


# ── markup ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_markup_in_any_text_is_text(shop: Shop, buyer: Visitor) -> None:
    """Whatever a shopper can type stands in the shop's pages, at the order and in the back office as it was typed, as text."""
    buyer.send("cart/", act="add", sku="MUG")
    typed = dict.fromkeys(("name", "company", "street_address", "city", "note"), BAIT)
    wrong = WHERE | typed | {"pasted": BAIT, "email": BAIT}
    pages: list[Any] = [
        buyer.send("cart/", act="note", note=BAIT),
        buyer.send("cart/", act="coupon", coupon=BAIT),
        buyer.send("cart/", act="add", sku=BAIT),
        buyer.get("cart/", country=BAIT, postcode=BAIT),
        buyer.get("search/", q=BAIT, o=f"{BAIT}:{BAIT}"),
        buyer.get("buy/", sku=BAIT, coupon=BAIT),
        *(buyer.send("checkout/", **(wrong | {"act": act})) for act in ("show", "place", "parse")),
    ]
    placed = _place(buyer, **typed, payment="bank_transfer")
    assert placed.status_code == 303, text_of(placed.content.decode())
    order = Order.objects.get()
    shown = buyer.client.get(placed["Location"])
    pay = re.search(r'href="[^"]*(/pay/[^"]+)"', shown.content.decode())
    assert pay is not None
    pages += [shown, buyer.client.get(pay[1].replace("&amp;", "&"))]
    desk = sit_down(shop, "en")
    desk.show(order.id)
    for name, args in (("change", [order.id]), ("changelist", [])):
        pages.append(desk.browser.get(reverse(f"admin:board_boardrow_{name}", args=args)))
    for page in pages:
        assert "<img src=x" not in page.content.decode(), page.request["PATH_INFO"]
        assert ">'49" not in page.content.decode()
    assert BAIT in text_of(pages[-2].content.decode())


STRANGE = ("a" * 100_000, "%_\\" * 20, "(" * 60, "\0", "😀" * 50, "' OR 1=1 --", "tea " * 40, "-" * 80, "\u202e\ufeff")


def test_strange_words_of_a_search(buyer: Visitor) -> None:
    assert {buyer.get("search/", q=words).status_code for words in STRANGE} == {200}


def test_strange_hosts_and_ways_out(buyer: Visitor) -> None:
    assert buyer.client.get(buyer.path(), headers={"Host": "evil.example"}).status_code == 400
    buyer.send("cart/", act="add", sku="MUG")
    for way in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = buyer.send("cart/", act="change", sku="MUG", quantity="1", next=way, to=way)
        assert answer["Location"] == buyer.path("cart/")
    page = buyer.client.get(buyer.path(), headers={"X-Forwarded-Host": "evil.example"}).content.decode()
    assert "evil.example" not in page


# ── floods ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_carts_alone_hold_no_more_than_their_share(shop: Shop, buyer: Visitor) -> None:
    put_on_offer(shop, "rare", pieces=4)
    buyers = [Visitor(shop) for _ in range(4)]
    for one in buyers:
        one.send("cart/", act="add", sku="RARE")
    held = ["Reserved for you until" in one.look("cart/") for one in buyers]
    assert held == [True, True, True, False]
    assert "Only 1 left" in Visitor(shop).look("p/rare/")
    buyers[0].send("cart/", act="remove", sku="RARE")
    buyers[3].send("cart/", act="hold")
    assert "Reserved for you until" in buyers[3].look("cart/")
    expire_holds(shop.call(at=clock.now() + timedelta(hours=1)))
    assert kit.breaches() == []


def test_one_address_holds_for_so_many_carts(shop: Shop, buyer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carts, "HOLDING", Patience(free=2, first=60, longest=60))
    buyers = [Visitor(shop) for _ in range(3)]
    for one in buyers:
        assert one.send("cart/", act="add", sku="MUG").status_code == 303
    assert ["Reserved for you until" in one.look("cart/") for one in buyers] == [True, True, False]
    assert "In stock" in buyers[2].look("cart/")


def test_orders_that_nobody_pays_are_bounded(shop: Shop, buyer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "MOST_UNPAID", 2)
    buyers, answers = [Visitor(shop) for _ in range(3)], []
    for one in buyers:
        one.send("cart/", act="add", sku="MUG")
        answers.append(_place(one, payment="bank_transfer"))
    assert [one.status_code for one in answers] == [303, 303, 409]
    assert "2 orders with this e-mail address wait for their money." in text_of(answers[2].content.decode())
    assert _place(buyers[2], email="bob@example.com", payment="bank_transfer").status_code == 303
    assert (Order.objects.count(), Cart.objects.filter(state="open").count()) == (3, 0)
