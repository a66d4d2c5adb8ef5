"""Orders get what promotions give: off their lines, counted once, refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.customers.commands import merge_customers, save_customer, tag_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.pricing.commands import save_shipping_method, save_tax_rate
from dingdan.masterdata.pricing.rules import ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.promotions import queries as promotions
from dingdan.masterdata.promotions.commands import UsedMoreOften
from dingdan.masterdata.promotions.models import Promotion, PromotionShare, PromotionUse
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.orders.commands import ForgetInOrders, forget_in_orders, place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    for sku, price in (("MUG", 1000), ("TEA", 333)):
        kit.stock(shop, sku, 99)
        kit.price(shop, sku, price)


def customer(shop: Shop, name: str = "Ann Lee") -> UUID:
    return save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(name=name))).customer_id


def place(shop: Shop, *lines: tuple[str, int], **changes: Any) -> OrderPlaced:
    return kit.place(shop, *lines or (("MUG", 1),), price=None, **changes)


def lines(order: OrderPlaced) -> list[tuple[str, int, int, int]]:
    rows = OrderLine.objects.filter(order_id=order.order_id).order_by("position")
    return [(row.sku or row.kind, row.goods, row.discount, row.total) for row in rows]


def test_it_works(shop: Shop) -> None:
    id_ = promote(shop)
    order = place(shop, ("MUG", 2), ("TEA", 1))

    assert lines(order) == [("MUG", 2000, 200, 1800), ("TEA", 333, 33, 300)]
    row = Order.objects.get()
    assert (row.discount, row.promotion_discount, row.total, order.total) == (233, 233, 2100, 2100)
    assert [(one.promotion_id, one.amount) for one in order.promotions] == [(id_, 233)]
    use = PromotionUse.objects.get()
    assert (use.order_id, use.amount, use.currency, use.coupon, use.place) == (order.order_id, 233, "GBP", "", None)
    assert sorted(PromotionShare.objects.values_list("amount", flat=True)) == [33, 200]
    assert kit.breaches() == []


def test_prices_without_tax_are_taxed_after_it(shop: Shop) -> None:
    save_channel(shop.call(), channel=ChannelDraft(code="web", name="Web", currency="GBP", prices_include_tax=False))
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", tax_class="standard", rate=Decimal("0.2"), name="VAT"))
    promote(shop)
    order = place(shop, ("MUG", 2))
    assert lines(order) == [("MUG", 2000, 200, 2160)]
    assert OrderLine.objects.get().tax == 360
    assert kit.breaches() == []


def test_a_coupon_brings_it(shop: Shop) -> None:
    promote(shop, coupons=("TEN",))
    assert place(shop).total == 1000
    assert place(shop, coupon_codes=("TEN",)).total == 900
    assert PromotionUse.objects.get().coupon == "TEN"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"starts_on": date(2026, 12, 1)}, "coupon_not_yet"),
        ({"ends_on": date(2026, 11, 29)}, "coupon_expired"),
        ({"channels": ("fair",)}, "coupon_not_here"),
        ({"tags": ("vip",)}, "coupon_needs_customer"),
        ({"groups": ("trade",)}, "coupon_for_others"),
        ({"first_order": True}, "coupon_needs_customer"),
        ({"skus": ("TEA",)}, "coupon_for_other_goods"),
        ({"least_quantity": 2}, "coupon_wants_more"),
        ({"coupons": ("OTHER",)}, "coupon_unknown"),
        ({"gives": "free_shipping"}, "coupon_gives_nothing"),
    ],
)
def test_a_coupon_that_brings_nothing_is_refused(shop: Shop, said: dict[str, Any], code: str) -> None:
    promote(shop, **{"coupons": ("TEN",)} | said)
    wanted = kit.wanted(shop, ("MUG", 1), price=None, coupon_codes=("TEN",))
    with pytest.raises(Refusal) as caught:
        place_orders.one(shop.call(at=datetime(2026, 11, 30, 12, tzinfo=UTC)), wanted)
    assert (caught.value.code, caught.value.field) == (code, "coupon_codes")
    assert not Order.objects.exists()
    assert not PromotionUse.objects.exists()


def test_the_day_is_that_of_the_channel(shop: Shop) -> None:
    save_channel(shop.call(), channel=ChannelDraft(code="web", name="Web", currency="GBP", time_zone="Asia/Shanghai"))
    promote(shop, starts_on=date(2026, 11, 11), ends_on=date(2026, 11, 11))
    wanted = kit.wanted(shop, ("MUG", 1), price=None)
    times = [
        datetime(2026, 11, 10, 15, 59, tzinfo=UTC),
        datetime(2026, 11, 10, 16, tzinfo=UTC),
        datetime(2026, 11, 11, 16, tzinfo=UTC),
    ]
    assert [place_orders.one(shop.call(at=at), wanted).total for at in times] == [1000, 900, 1000]


def test_prices_that_were_named_and_orders_from_elsewhere_are_left_alone(shop: Shop) -> None:
    promote(shop)
    assert kit.place(shop, ("MUG", 1), price=800).total == 800
    quiet = place_orders.one(shop.call(quiet=True), kit.wanted(shop, ("MUG", 1), price=None, coupon_codes=("TYPO",)))
    assert quiet.total == 1000
    assert place(shop, discount=100).total == 800


def test_free_shipping_is_borne_by_the_freight(shop: Shop) -> None:
    rates = (ShippingRateDraft(currency="GBP", price=395),)
    save_shipping_method(shop.call(), method=ShippingMethodDraft(code="parcel", name="Parcel", rates=rates))
    promote(shop, gives="free_shipping", currencies=("GBP",), least_amount=2000)
    assert lines(place(shop, shipping_method="parcel"))[-1] == ("shipping", 395, 0, 395)
    order = place(shop, ("MUG", 2), shipping_method="parcel")
    assert lines(order) == [("MUG", 2000, 0, 2000), ("shipping", 395, 395, 0)]
    assert order.total == 2000
    assert kit.breaches() == []


def test_all_of_it_for_nothing(shop: Shop) -> None:
    promote(shop, percent=Decimal(1), coupons=("GIFT",))
    assert place(shop, coupon_codes=("GIFT",)).total == 0
    assert kit.breaches() == []


def test_a_limit_in_all_is_kept_and_given_back_by_a_cancellation(shop: Shop) -> None:
    id_ = promote(shop, coupons=("ONE",), most_uses=1)
    first = place(shop, coupon_codes=("ONE",))
    with pytest.raises(Refusal) as caught:
        place(shop, coupon_codes=("ONE",))
    assert caught.value.code == "coupon_used_up"
    assert Promotion.objects.get().used == 1

    cancel_orders.one(shop.call(), CancelOrder(order_id=first.order_id))
    assert Promotion.objects.get().used == 0
    assert promotions.usage_of([id_]) == {}
    assert kit.breaches() == []
    assert place(shop, coupon_codes=("ONE",)).total == 900
    assert kit.breaches() == []


def test_a_limit_counts_what_was_used_before_it(shop: Shop) -> None:
    promote(shop)
    for _ in range(2):
        place(shop)
    with pytest.raises(UsedMoreOften) as caught:
        promote(shop, most_uses=1)
    assert caught.value.field == "most_uses"
    assert Promotion.objects.get().most_uses is None

    promote(shop, most_uses=3)
    assert Promotion.objects.get().used == 2
    assert [place(shop).total for _ in range(2)] == [900, 1000]
    assert kit.breaches() == []


def test_a_part_that_is_canceled_gives_nothing_back(shop: Shop) -> None:
    promote(shop, most_uses=1)
    order = place(shop, ("MUG", 2), ("TEA", 1))
    line = OrderLine.objects.get(sku="TEA")
    from dingdan.trade.aftersales.rules import Part

    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line.id, 1),)))
    assert (Promotion.objects.get().used, Order.objects.get().total) == (1, 1800)
    assert kit.breaches() == []


def test_a_limit_of_one_customer_counts_the_person(shop: Shop) -> None:
    ann, bob, anna = customer(shop), customer(shop, "Bob"), customer(shop, "Anna Lee")
    promote(shop, coupons=("TWICE",), most_each=2)
    for one in (ann, anna, bob):
        place(shop, customer_id=one, coupon_codes=("TWICE",))
    merge_customers(shop.call(), kept_id=ann, merged_id=anna)
    with pytest.raises(Refusal) as caught:
        place(shop, customer_id=ann, coupon_codes=("TWICE",))
    assert caught.value.code == "coupon_used_before"
    assert place(shop, customer_id=bob, coupon_codes=("TWICE",)).total == 900
    assert set(PromotionUse.objects.filter(customer_id=bob).values_list("place", flat=True)) == {1, 2}
    assert kit.breaches() == []


def test_a_first_order_is_there_once(shop: Shop) -> None:
    ann = customer(shop)
    promote(shop, first_order=True)
    first = place(shop, customer_id=ann)
    assert [first.total, place(shop, customer_id=ann).total, place(shop).total] == [900, 1000, 1000]

    bob = customer(shop, "Bob")
    wanted = kit.wanted(shop, ("MUG", 1), price=None, customer_id=bob)
    answers = place_orders.many([(shop.call(), wanted) for _ in range(3)])
    assert sorted(answer.total for answer in answers if isinstance(answer, OrderPlaced)) == [900, 1000, 1000]
    assert kit.breaches() == []


def test_tags_tell_who_gets_it(shop: Shop) -> None:
    ann, bob = customer(shop), customer(shop, "Bob")
    tag_customer(shop.call(), customer_id=ann, add=("vip",))
    promote(shop, tags=("vip",))
    assert [place(shop, customer_id=one).total for one in (ann, bob)] == [900, 1000]


def test_orders_of_one_batch_share_a_limit(shop: Shop) -> None:
    promote(shop, coupons=("TWO",), most_uses=2)
    wanted = kit.wanted(shop, ("MUG", 1), price=None, coupon_codes=("TWO",))
    answers = place_orders.many([(shop.call(), wanted) for _ in range(4)])
    assert [type(one).__name__ for one in answers] == ["OrderPlaced", "OrderPlaced", "CouponUsedUp", "CouponUsedUp"]
    assert Promotion.objects.get().used == 2


def test_a_shop_without_promotions_asks_nothing_more(shop: Shop) -> None:
    place(shop)
    asked: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        place(shop)
    assert not [sql for sql in asked if "promotions_" in sql]


BREAKS: dict[Callable[[], Iterator[str]], str] = {
    promotions.law_uses_are_counted: "UPDATE promotions_promotion SET used = used - 1",
    promotions.law_shares_make_up_what_was_given: "UPDATE promotions_promotionuse SET amount = amount + 1",
}


@pytest.mark.parametrize("law", BREAKS, ids=lambda law: law.__name__)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]]) -> None:
    promote(shop, most_uses=5)
    place(shop)
    assert list(law()) == []
    with connection.cursor() as cursor:
        cursor.execute(f"{BREAKS[law]} WHERE tenant_id = %s", [shop.tenant_id])
    assert len(list(law())) == 1


def test_every_law_is_tried() -> None:
    assert set(BREAKS) == set(promotions.LAWS)


def test_a_guest_is_counted_by_e_mail(shop: Shop) -> None:
    """A guest has used what anybody used with that e-mail; a customer what they used, and what a guest with their e-mail did."""
    promote(shop, coupons=("ONCE",), most_each=1)

    def use(email: str, customer_id: UUID | None = None) -> str:
        try:
            return str(
                place(shop, customer_id=customer_id, coupon_codes=("ONCE",), ship_to=replace(kit.BUYER, email=email)).total
            )
        except Refusal as refusal:
            return refusal.code

    assert [use("ann.lee@gmail.com"), use("Ann.Lee+shop@gmail.com"), use("annlee@googlemail.com")] == [
        "900", "coupon_used_before", "coupon_used_before",
    ]  # fmt: skip
    assert use("") == "coupon_needs_email"
    ann, bob, cid = customer(shop), customer(shop, "Bob"), customer(shop, "Cid")
    assert use("ann.lee@gmail.com", ann) == "coupon_used_before"
    assert [use("office@example.com", bob), use("office@example.com", cid)] == ["900", "900"]  # two people of one firm
    assert use("OFFICE@example.com") == "coupon_used_before"
    assert set(PromotionUse.objects.values_list("place", flat=True)) == {1}
    assert kit.breaches() == []


def test_a_guest_who_cancels_may_use_it_again_and_who_is_forgotten_is_not_counted(shop: Shop) -> None:
    promote(shop, coupons=("ONCE",), most_each=1)
    first = place(shop, coupon_codes=("ONCE",))
    cancel_orders.one(shop.call(), CancelOrder(order_id=first.order_id))
    assert place(shop, coupon_codes=("ONCE",)).total == 900
    ann = customer(shop)
    last = place(shop, customer_id=ann, coupon_codes=("ONCE",), ship_to=replace(kit.BUYER, email="other@example.com"))
    assert PromotionUse.objects.get(order_id=last.order_id).email_key is not None
    cancel_orders.one(shop.call(), CancelOrder(order_id=last.order_id))
    forget_in_orders.one(shop.call(), ForgetInOrders(customer_id=ann))
    assert PromotionUse.objects.get(order_id=last.order_id).email_key is None
    assert kit.breaches() == []
