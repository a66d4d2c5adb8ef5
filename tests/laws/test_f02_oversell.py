"""F2: nothing is oversold, and nothing is left unsold that somebody asked for, however many ask at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from dingdan.kernel import intake
from dingdan.kernel.errors import Refusal
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import OutOfStock
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

ATTEMPTS = sized(60, 1_000, 20_000)
AT_ONCE = sized(12, 25, 50)
STOCKS = sized((1, 10), (1, 10), (1, 10, 100))


@pytest.mark.parametrize("units", STOCKS)
@pytest.mark.parametrize("door", ["each alone", "through the intake", "in batches"])
def test_exactly_what_is_there_is_sold(shop: Shop, units: int, door: str, figure: Callable[[str], None]) -> None:
    variant_id = kit.stock(shop, "A", units)
    wanted = kit.wanted(shop, ("A", 1))

    def ask(_index: int) -> Counter[str]:
        told: Counter[str] = Counter()
        while told.total() < ATTEMPTS // AT_ONCE:
            try:
                if door == "each alone":
                    outcomes: list[object] = [place_orders.one(shop.call(), wanted)]
                elif door == "through the intake":
                    outcomes = [intake.submit(place_orders, shop.call(), wanted)]
                else:
                    outcomes = list(place_orders.many([(shop.call(), wanted) for _ in range(5)]))
            except OutOfStock as refusal:
                outcomes = [refusal]
            told.update(type(outcome).__name__ for outcome in outcomes)
        return told

    told: Counter[str] = sum(kit.in_threads(ask, AT_ONCE), Counter())
    assert set(told) == {"OrderPlaced", "OutOfStock"}
    assert (told["OrderPlaced"], Order.objects.count()) == (units, units)
    assert kit.levels(variant_id) == (units, units)
    assert kit.breaches() == []
    figure(f"F2 {door}: {told.total()} attempts on {units}, {AT_ONCE} at once: {told['OrderPlaced']} sold, 0 oversold")


def test_a_batch_serves_in_order_of_arrival(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    asked = [3, 3, 2, 1]
    outcomes = place_orders.many([(shop.call(), kit.wanted(shop, ("A", quantity))) for quantity in asked])
    assert [type(outcome).__name__ for outcome in outcomes] == ["OrderPlaced", "OutOfStock", "OrderPlaced", "OutOfStock"]
    assert kit.levels(variant_id) == (5, 5)
    assert kit.breaches() == []


def test_two_lines_that_share_an_article_are_counted_together(shop: Shop) -> None:
    """medusajs/medusa#16502: each line alone would pass."""
    variant_id = kit.stock(shop, "A", 3)
    (outcome,) = place_orders.many([(shop.call(), kit.wanted(shop, ("A", 2), ("A", 2)))])
    assert type(outcome).__name__ == "OutOfStock"
    assert kit.levels(variant_id) == (3, 0)


def test_canceled_units_can_be_sold_again_while_others_ask(shop: Shop) -> None:
    from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders

    units = 5
    variant_id = kit.stock(shop, "A", units)

    def live(index: int) -> int:
        kept = 0
        chance = random.Random(index)
        for _ in range(max(4, ATTEMPTS // AT_ONCE // 4)):
            try:
                order = place_orders.one(shop.call(), kit.wanted(shop, ("A", 1)))
            except Refusal:
                continue
            if chance.random() < 0.8:
                cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
            else:
                kept += 1
        return kept

    kept = sum(kit.in_threads(live, 8))
    assert kit.levels(variant_id) == (units, kept)
    assert kit.breaches() == []
