"""F3: carts of five articles in random order never deadlock for their customers, and the stock is exact."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from dingdan.kernel import intake
from dingdan.kernel.errors import Busy, Refusal
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    ArrivedGoods,
    FillBackorders,
    ReceiveStock,
    StockChange,
    adjust_stock,
    fill_backorders,
    receive_stock,
    receive_supply,
    save_node,
    transfer_stock,
)
from dingdan.ledgers.inventory.models import Node, Supply
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.rules import OutOfStock
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.ledgers.inventory.book import announce

CARTS = sized(60, 500, 5_000)
AT_ONCE = 10
ARTICLES = 12


def _place(shop: Shop, skus: list[str], *, alone: bool) -> Any:
    wanted = kit.wanted(shop, *((sku, 1) for sku in skus))
    return place_orders.one(shop.call(), wanted) if alone else intake.submit(place_orders, shop.call(), wanted)


def test_random_carts_at_once(shop: Shop, retried: Counter[str], figure: Callable[[str], None]) -> None:
    variants = {f"A{number}": kit.stock(shop, f"A{number}", CARTS * 5) for number in range(ARTICLES)}

    def ask(index: int) -> Counter[str]:
        chance, taken = random.Random(index), Counter[str]()
        for round_ in range(CARTS // AT_ONCE):
            skus = chance.sample(sorted(variants), 5)
            _place(shop, skus, alone=round_ % 2 == 0)
            taken.update(skus)
        return taken

    outcomes = kit.in_threads(ask, AT_ONCE)
    assert kit.kinds(outcomes) == ["Counter"] * AT_ONCE
    for sku, variant_id in variants.items():
        assert kit.levels(variant_id) == (CARTS * 5, sum(taken[sku] for taken in outcomes))
    assert retried["40P01"] == 0
    assert kit.breaches() == []
    figure(f"F3 {CARTS} carts of 5, {AT_ONCE} at once: 0 deadlocks, stock exact")


def test_random_carts_while_articles_run_out(shop: Shop, retried: Counter[str]) -> None:
    """The careful way locks stock before it knows who gets it; it must not meet the hopeful one head on."""
    there = CARTS * 5 // ARTICLES // 3
    variants = {f"A{number}": kit.stock(shop, f"A{number}", there) for number in range(ARTICLES)}

    def ask(index: int) -> Counter[str]:
        chance, taken = random.Random(1000 + index), Counter[str]()
        for round_ in range(CARTS // AT_ONCE):
            skus = chance.sample(sorted(variants), 5)
            try:
                _place(shop, skus, alone=round_ % 2 == 0)
                taken.update(skus)
            except OutOfStock:
                taken["refused"] += 1
        return taken

    outcomes = kit.in_threads(ask, AT_ONCE)
    assert kit.kinds(outcomes) == ["Counter"] * AT_ONCE
    assert sum(taken["refused"] for taken in outcomes) > 0
    for sku, variant_id in variants.items():
        assert kit.levels(variant_id) == (there, sum(taken[sku] for taken in outcomes))
    assert retried["40P01"] == 0
    assert kit.breaches() == []


class _Town:
    """A shop with two nodes and six articles, every other of which may be owed, and what anybody may do in it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.nodes = [Node.objects.get(code="main").id]
        self.nodes.append(save_node(shop.call(), code="east", name="East", country="GB", priority=200).node_id)
        self.variants = {f"A{n}": kit.stock(shop, f"A{n}", 4, shortage=("deny", "backorder")[n % 2]) for n in range(6)}
        for sku in self.variants:
            receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange(sku, 4),), node_id=self.nodes[1]))
        self.supplies = [announce(shop, sku, 50) for sku in list(self.variants)[1::2]]

    def act(self, chance: random.Random, orders: list[Any]) -> None:
        """Do one thing."""
        skus = chance.sample(sorted(self.variants), 3)
        lines = tuple(StockChange(sku, 1) for sku in skus)
        match chance.randrange(8):
            case 0 | 1 | 2:
                orders.append(_place(self.shop, skus, alone=True))
            case 3 if orders:
                cancel_orders.one(self.shop.call(), CancelOrder(order_id=orders.pop().order_id))
            case 4:
                receive_stock.one(self.shop.call(), ReceiveStock(lines=lines, node_id=chance.choice(self.nodes)))
            case 5:
                source, target = chance.sample(self.nodes, 2)
                transfer_stock(self.shop.call(), lines=lines, source_node_id=source, target_node_id=target)
            case 6:
                receive_supply(self.shop.call(), lines=(ArrivedGoods(chance.choice(self.supplies), 1),))
            case _:
                adjust_stock.one(self.shop.call(), AdjustStock(lines=lines, reason="found"))
                fill_backorders.one(self.shop.call(), FillBackorders(variant_ids=tuple(self.variants.values())))


def test_everything_that_touches_goods_at_once(shop: Shop, retried: Counter[str], figure: Callable[[str], None]) -> None:
    """Placing, canceling, receiving, filling, correcting and moving goods between nodes: ties may be broken, nobody sees it."""
    town = _Town(shop)

    def live(index: int) -> Counter[str]:
        chance, refused = random.Random(2000 + index), Counter[str]()
        orders: list[Any] = []
        for _ in range(max(6, CARTS // AT_ONCE)):
            try:
                town.act(chance, orders)
            except Refusal as refusal:
                refused[type(refusal).__name__] += 1
        return refused

    outcomes = kit.in_threads(live, AT_ONCE)
    assert kit.kinds(outcomes) == ["Counter"] * AT_ONCE
    assert sum(refused[Busy.__name__] for refused in outcomes) == 0
    variants = list(town.variants.values())
    fill_backorders.one(shop.call(), FillBackorders(variant_ids=tuple(variants)))
    free: Counter[Any] = Counter()
    for line in queries.stock():
        free[line.variant_id] += line.available
    owed = queries.owed(variants)
    # Nobody waits while there is something.
    assert [variant for variant in owed if free[variant]] == []
    assert sum(row.pegged for row in Supply.objects.all()) <= sum(owed.values())
    assert kit.breaches() == []
    figure(
        f"F3 everything that touches goods, {AT_ONCE} at once: ties that the database broke {dict(retried)}, seen by callers 0"
    )
