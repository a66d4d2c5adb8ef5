"""F7: a promotion is never given more often than its limits say, however many order at once; and exactly as often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from dingdan.masterdata.promotions.models import Promotion, PromotionUse
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.orders.commands import place_orders
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.masterdata.promotions.promoting import promote

COUPONS = sized(4, 50, 500)
AT_ONCE = 20
LIMIT = 7


def test_a_limit_in_all_is_kept_exactly(shop: Shop, figure: Callable[[str], None]) -> None:
    """Twenty order with a coupon that can be used seven times at once: seven get it, and are there to be counted."""
    kit.stock(shop, "A", COUPONS * AT_ONCE)
    kit.price(shop, "A", 1000)
    for number in range(COUPONS):
        promote(shop, f"p-{number}", coupons=(f"CODE-{number}",), most_uses=LIMIT)
        wanted = kit.wanted(shop, ("A", 1), price=None, coupon_codes=(f"CODE-{number}",))
        outcomes = kit.in_threads(lambda _index, wanted=wanted: place_orders.one(shop.call(), wanted), AT_ONCE)  # type: ignore[misc]
        assert kit.kinds(outcomes) == ["CouponUsedUp"] * (AT_ONCE - LIMIT) + ["OrderPlaced"] * LIMIT
        assert Promotion.objects.get(code=f"p-{number}").used == LIMIT
    assert kit.breaches() == []
    figure(f"F7 {COUPONS} coupons of {LIMIT} uses, {AT_ONCE} orders that name each at once: exactly {LIMIT} get it")


def test_a_limit_of_one_customer_is_kept_exactly(shop: Shop) -> None:
    """Twenty orders of one customer at once, with a rule that gives twice to each: two get it, and all are placed."""
    kit.stock(shop, "A", COUPONS * AT_ONCE)
    kit.price(shop, "A", 1000)
    promote(shop, most_each=2)
    for _ in range(COUPONS):
        ann = save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(name="Ann Lee"))).customer_id
        wanted = kit.wanted(shop, ("A", 1), price=None, customer_id=ann)
        outcomes = kit.in_threads(lambda _index, wanted=wanted: place_orders.one(shop.call(), wanted), AT_ONCE)  # type: ignore[misc]
        assert sorted(outcome.total for outcome in outcomes) == [900] * 2 + [1000] * (AT_ONCE - 2)
        assert set(PromotionUse.objects.filter(customer_id=ann).values_list("place", flat=True)) == {1, 2}
    assert kit.breaches() == []


def test_a_limit_of_one_guest_is_kept_exactly(shop: Shop) -> None:
    """Twenty orders of guests at once, with two e-mail addresses in many writings, with a coupon that is good twice for each."""
    kit.stock(shop, "A", COUPONS * AT_ONCE)
    kit.price(shop, "A", 1000)
    for number in range(COUPONS):
        promote(shop, f"p-{number}", coupons=(f"CODE-{number}",), most_each=2)
        mails = [f"{name}{'+x' * (index % 3)}@Example.com" for index in range(AT_ONCE // 2) for name in ("Ann", "bob")]
        asked = [
            kit.wanted(shop, ("A", 1), price=None, coupon_codes=(f"CODE-{number}",), ship_to=replace(kit.BUYER, email=mail))
            for mail in mails
        ]
        outcomes = kit.in_threads(lambda index, asked=asked: place_orders.one(shop.call(), asked[index]), AT_ONCE)  # type: ignore[misc]
        assert kit.kinds(outcomes) == ["CouponUsedBefore"] * (AT_ONCE - 4) + ["OrderPlaced"] * 4
        uses = PromotionUse.objects.filter(promotion__code=f"p-{number}").values_list("email_key", "place")
        assert sorted(place or 0 for _key, place in uses) == [1, 1, 2, 2]
        assert len({key for key, _place in uses}) == 2
    assert kit.breaches() == []


def test_what_is_canceled_at_once_is_given_back_once(shop: Shop) -> None:
    """Orders are canceled while others name the coupon: as many use it as are counted, never more than the limit."""
    kit.stock(shop, "A", COUPONS * AT_ONCE)
    kit.price(shop, "A", 1000)
    promote(shop, coupons=("CODE",), most_uses=LIMIT)
    wanted = kit.wanted(shop, ("A", 1), price=None, coupon_codes=("CODE",))
    placed = [place_orders.one(shop.call(), wanted).order_id for _ in range(LIMIT)]
    calls = [replace(shop.call(), key=f"cancel-{index // 2}") for index in range(2 * LIMIT)]

    def work(index: int) -> object:
        if index % 2:
            return place_orders.one(shop.call(), wanted)
        return cancel_orders.one(calls[index], CancelOrder(order_id=placed[index // 2]))

    kinds = kit.kinds(kit.in_threads(work, 2 * LIMIT))
    assert kinds.count("OrderCanceled") == LIMIT
    assert Promotion.objects.get().used == kinds.count("OrderPlaced") <= LIMIT
    assert kit.breaches() == []
