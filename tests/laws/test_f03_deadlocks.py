"""F3: carts of five articles in random order never deadlock for their customers, and the stock is exact."""

from __future__ import annotations

import random

from dingdan.kernel import intake
from dingdan.trade.orders.commands import place_orders
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

CARTS = sized(64, 500, 5_000)
AT_ONCE = 8
ARTICLES = 12


def test_random_carts_at_once(shop: Shop) -> None:
    variants = {f"A{number}": kit.stock(shop, f"A{number}", CARTS * 5) for number in range(ARTICLES)}

    def ask(index: int) -> dict[str, int]:
        chance = random.Random(index)
        taken = dict.fromkeys(variants, 0)
        for round_ in range(CARTS // AT_ONCE):
            skus = chance.sample(sorted(variants), 5)
            wanted = kit.wanted(shop, *((sku, 1) for sku in skus))
            if round_ % 2:
                intake.submit(place_orders, shop.call(), wanted)
            else:
                place_orders.one(shop.call(), wanted)
            for sku in skus:
                taken[sku] += 1
        return taken

    outcomes = kit.in_threads(ask, AT_ONCE)
    assert kit.kinds(outcomes) == ["dict"] * AT_ONCE
    for sku, variant_id in variants.items():
        assert kit.levels(variant_id) == (CARTS * 5, sum(taken[sku] for taken in outcomes))
    assert kit.breaches() == []
