"""Rules are tried on past orders, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.review.queries import rehearse, rules_in_force, rules_named
from tests import kit
from tests.conftest import Shop
from tests.masterdata.shop import counted
from tests.trade.review.desk import reviewed, rule, told
from tests.web.backoffice.test_reads_only import WRITES

NOW = clock.now()


def test_orders_that_nobody_reviewed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    _small, large = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 5))
    rule(shop, active=False)
    before = told(), JournalEntry.objects.count()
    with counted() as statements:
        tried = rehearse(rules_named(["amount"]), at=NOW)
    assert (tried.orders, tried.waits, tried.passes, tried.next) == (2, 1, 1, None)
    assert [(one.code, one.version, one.found, one.waits) for one in tried.rules] == [("amount", 1, 1, 1)]
    (changed,) = tried.changed
    assert (changed.order_id, changed.would, changed.was, changed.rules) == (large.order_id, "waits", "", ("amount",))
    assert [one for one in statements if WRITES.match(one.lstrip())] == []
    assert (told(), JournalEntry.objects.count()) == before


def test_what_was_decided_otherwise(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    small, large = kit.place(shop, ("TEA", 1)), kit.place(shop, ("TEA", 5))
    reviewed(shop, small)
    reviewed(shop, large)
    rule(shop, "remark", {"words": ["gift"]}, active=False)
    assert rehearse(rules_in_force(), at=NOW).changed == ()
    (changed,) = rehearse(rules_named(["remark"]), at=NOW).changed
    assert (changed.order_id, changed.would, changed.was) == (large.order_id, "passed", "waits")


def test_page_by_page_is_as_all_at_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 50)
    rule(shop, "duplicate", {"hours": 1}, active=False)
    rule(shop, "new_customer", {"orders": 2}, active=False)
    for hours in range(5):
        at = NOW - timedelta(hours=hours)
        place_orders.one(shop.call(at=at), kit.wanted(shop, ("TEA", 1)))
        place_orders.one(shop.call(at=at), kit.wanted(shop, ("TEA", 1), ship_to=replace(kit.BUYER, email="", phone="")))
    rules = rules_named(["duplicate", "new-customer"])
    whole = rehearse(rules, at=NOW)
    pages, after = [], None
    for _page in range(5):
        pages.append(rehearse(rules, at=NOW, limit=3, after=after))
        after = pages[-1].next
        if after is None:
            break
    assert [page.orders for page in pages] == [3, 3, 3, 1]
    assert [one for page in pages for one in page.changed] == list(whole.changed)
    assert sum(page.waits for page in pages) == whole.waits == 10
    assert [sum(page.rules[index].found for page in pages) for index in (0, 1)] == [one.found for one in whole.rules] == [4, 7]


def test_stock_as_it_was_when_they_were_placed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 1, shortage="backorder")
    short = kit.place(shop, ("TEA", 2))
    kit.receive(shop, "TEA", 10)
    rule(shop, "short_of_stock", {}, active=False)
    tried = rehearse(rules_named(["short-of-stock"]), at=NOW)
    assert [one.order_id for one in tried.changed] == [short.order_id]


def test_an_empty_shop(shop: Shop) -> None:
    tried = rehearse(rules_in_force(), at=NOW)
    assert (tried.orders, tried.rules, tried.changed, tried.next) == (0, (), (), None)


def test_a_rule_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        rules_named(["nothing"])
    assert refused.value.field == "rules"


def test_the_cost_does_not_grow_with_the_orders(shop: Shop) -> None:
    kit.stock(shop, "TEA", 200)
    rule(shop, "new_customer", {}, active=False)
    rule(shop, "unusual_quantity", {"times": 3}, active=False)
    rules, counts = rules_named(["new-customer", "unusual-quantity"]), []
    for size in (2, 30):
        place_orders.many([(shop.call(), kit.wanted(shop, ("TEA", 1))) for _ in range(size)])
        with counted() as statements:
            rehearse(rules, at=NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
