"""Goods that can be had again are told to who waits for them: one mail for each, with a way to ask for no more."""

from __future__ import annotations

from datetime import timedelta

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.automation.wish_reactions import look_again
from dingdan.kernel import clock
from dingdan.ledgers.inventory.commands import AdjustStock, StockChange, adjust_stock
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft
from dingdan.masterdata.customers.commands import erase_customer_contact, save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.wishes.models import Wish
from tests import kit
from tests.automation.mailbox import mail_server, send
from tests.conftest import Shop
from tests.trade.wishes.waits import wish
from tests.web.storefront.front import open_front, put_on_offer


def told(shop: Shop) -> list[str]:
    """Who was written to, after everything that follows has followed."""
    drain(shop.tenant_id)
    rows = Notice.objects.filter(kind="back_in_stock").select_related("wish").order_by("wish_id")
    return [row.wish.email for row in rows if row.wish]


def test_it_works(shop: Shop) -> None:
    open_front(shop)
    (mug,) = put_on_offer(shop, "mug", name_i18n={"zh-Hant": "馬克杯"})
    wish(shop, mug, "bo@example.com", language="zh-Hant")
    assert told(shop) == []
    kit.receive(shop, "MUG", 1)
    assert told(shop) == ["bo@example.com"]
    notice = Notice.objects.get(kind="back_in_stock")
    with mail_server() as mailbox:
        assert send(notice.id).state == "sent"
        assert send(notice.id).state == "sent"
    (letter,) = mailbox.letters
    link = f"http://127.0.0.1:8000/shop/~{shop.tenant.slug}/zh-hant/notices/"
    assert str(letter["To"]) == "bo@example.com"
    assert str(letter["Subject"]).startswith("馬克杯")
    assert str(letter["List-Unsubscribe"]).strip().startswith(f"<{link}")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/shop/~{shop.tenant.slug}/zh-hant/p/mug/" in text
    assert link in text
    kit.receive(shop, "MUG", 5)
    assert told(shop) == ["bo@example.com"]  # once


def test_who_waits_longest_is_told_first_and_the_next_a_day_later(shop: Shop) -> None:
    mug = kit.stock(shop, "MUG")
    for number in range(4):
        wish(shop, mug, f"p{number}@example.com")
    kit.receive(shop, "MUG", 1)
    first = [f"p{number}@example.com" for number in range(3)]
    assert told(shop) == first
    look_again(shop.tenant_id)
    assert told(shop) == first
    with clock.moved_by(timedelta(days=1)):
        look_again(shop.tenant_id)
        assert told(shop) == [*first, "p3@example.com"]


def test_whatever_makes_it_available_is_told(shop: Shop) -> None:
    mug = kit.stock(shop, "MUG", 1)
    order = kit.place(shop, ("MUG", 1))
    wish(shop, mug, "cancel@example.com")
    assert told(shop) == []
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert told(shop) == ["cancel@example.com"]
    parts = (Part(sku="CUP", quantity=2), Part(sku="MUG", quantity=1))
    kit.stock(shop, "CUP")
    save_product(
        shop.call(),
        product=ProductDraft(slug="set", name="Set", kind="kit", variants=(VariantDraft(sku="SET", components=parts),)),
    )
    wish(shop, variants_by_sku(["SET"])["SET"].id, "kit@example.com")
    kit.receive(shop, "CUP", 1)
    assert told(shop) == ["cancel@example.com"]
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("CUP", 1),), reason="found"))
    assert told(shop) == ["cancel@example.com", "kit@example.com"]


def test_who_is_forgotten_is_not_told(shop: Shop) -> None:
    mug = kit.stock(shop, "MUG")
    ada = save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(email="ada@example.com"))).customer_id
    wish(shop, mug, "ada@example.com")
    wish(shop, mug, "bo@example.com")
    kit.receive(shop, "MUG", 1)
    assert told(shop) == ["ada@example.com", "bo@example.com"]
    wish(shop, kit.stock(shop, "CUP"), "ada@example.com")
    erase_customer_contact(shop.call(), customer_id=ada)
    assert told(shop) == ["", "bo@example.com"]
    assert set(Wish.objects.filter(customer_id=ada).values_list("email", "state")) == {("", "told"), ("", "lapsed")}
    notice = Notice.objects.get(wish__customer_id=ada)
    assert letter_of(notice) is None
    assert send(notice.id).state == "skipped"
