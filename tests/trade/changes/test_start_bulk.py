"""One change set is written down for many orders, found out or done some at a time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dingdan.automation.bulk import work_on_some
from dingdan.automation.consumers import drain
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.text import UnknownChoice
from dingdan.trade.changes.commands import BulkChange, start_bulk
from dingdan.trade.changes.commands.bulk import NotForMany
from dingdan.trade.changes.models import Bulk, BulkOrder, Change
from dingdan.trade.changes.rules import (
    AddNote,
    GiveDiscount,
    RemoveArticle,
    RemoveLine,
    ReplaceArticle,
    Reprice,
    SetContact,
    Wish,
)
from dingdan.trade.changes.rules.kinds import MayNotChange
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.changes import changing


def _orders(shop: Shop, count: int) -> list[OrderPlaced]:
    return [kit.place(shop, ("TEA", 2)) for _ in range(count)]


def _start(shop: Shop, orders: list[OrderPlaced], *wishes: Wish, **more: Any) -> Bulk:
    asked = BulkChange(order_ids=tuple(order.order_id for order in orders), changes=wishes, **more)
    return Bulk.objects.get(id=start_bulk(shop.call(), bulk=asked).bulk_id)


def _work(shop: Shop, bulk: Bulk) -> list[tuple[str, str, int]]:
    while work_on_some(shop.tenant_id, bulk.id):
        pass
    bulk.refresh_from_db()
    rows = BulkOrder.objects.filter(bulk=bulk).order_by("position")
    return [(row.outcome, row.code, row.difference) for row in rows]


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    orders = _orders(shop, 3)
    kit.pay(shop, orders[1])
    kit.ship(shop, orders[1])
    bulk = _start(shop, orders, GiveDiscount(percent=Decimal(10)))
    assert (bulk.state, bulk.orders, bulk.done) == ("running", 3, 0)
    assert _work(shop, bulk) == [("changed", "", -50), ("refused", "nothing_is_left", 0), ("changed", "", -50)]
    assert (bulk.state, bulk.done, bulk.changed, bulk.refused) == ("finished", 3, 2, 1)
    assert [changing.row(order).total for order in orders] == [450, 500, 450]
    assert Change.objects.count() == 2
    assert kit.breaches() == []


def test_a_dry_run_changes_nothing_and_says_the_same(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    kit.stock(shop, "MUG", 3)
    orders = _orders(shop, 2)
    wish = ReplaceArticle(old_sku="TEA", sku="MUG", unit_price=Decimal(300))
    dry = _start(shop, orders, wish, is_dry=True)
    assert _work(shop, dry) == [("would_change", "", 100), ("refused", "out_of_stock", 0)]  # three mugs are enough for one
    assert (dry.state, Change.objects.count(), changing.row(orders[0]).total) == ("finished", 0, 500)
    assert _work(shop, _start(shop, orders, wish)) == [("changed", "", 100), ("refused", "out_of_stock", 0)]
    assert kit.breaches() == []


def test_the_worker_takes_it_up(shop: Shop) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    kit.stock(shop, "TEA", 100)
    bulk = _start(shop, _orders(shop, 1), AddNote(text="x"))
    drain(shop.tenant_id)
    asked = ProcrastinateJob.objects.filter(task_name="change_many_orders", args__bulk_id=str(bulk.id))
    assert [job.args["tenant_id"] for job in asked] == [str(shop.tenant_id)]


def test_what_was_cut_short_goes_on_and_does_nothing_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.stock(shop, "TEA", 100)
    orders = _orders(shop, 3)
    bulk = _start(shop, orders, GiveDiscount(amount=7))
    monkeypatch.setattr("dingdan.automation.bulk.AT_ONCE", 2)
    with monkeypatch.context() as broken:
        broken.setattr("dingdan.automation.bulk.advance_bulk", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work_on_some(shop.tenant_id, bulk.id)  # two are changed, and nobody wrote that down
    assert _work(shop, bulk) == [("changed", "", -7)] * 3
    assert Change.objects.count() == 3


def test_articles_are_removed_everywhere(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 100)
    kit.stock(shop, "MUG", 100)
    orders = [*_orders(shop, 1), kit.place(shop, ("TEA", 1), ("MUG", 1)), kit.place(shop, ("MUG", 1))]
    told = _work(shop, _start(shop, orders, RemoveArticle(sku="TEA")))
    assert told == [("changed", "", -500), ("changed", "", -250), ("refused", "nothing_of_it", 0)]
    assert (changing.row(orders[0]).state, kit.levels(tea)) == ("canceled", (100, 0))


@pytest.mark.parametrize("wish", [RemoveLine(line_id=new_id()), SetContact(email="a@example.com"), Reprice(line_ids=(new_id(),))])
def test_what_is_about_one_order(shop: Shop, wish: Wish) -> None:
    kit.stock(shop, "TEA", 100)
    with pytest.raises(NotForMany):
        _start(shop, _orders(shop, 1), wish)
    assert not Bulk.objects.exists()


def test_no_orders_and_unknown_ones(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    with pytest.raises(Invalid):
        _start(shop, [], AddNote(text="x"))
    with pytest.raises(Invalid):
        _start(shop, _orders(shop, 1))
    with pytest.raises(NotFound):
        start_bulk(shop.call(), bulk=BulkChange(order_ids=(new_id(),), changes=(AddNote(text="x"),)))
    with pytest.raises(UnknownChoice):
        _start(shop, _orders(shop, 1), AddNote(text="x"), refund_to="moon")
    assert not Bulk.objects.exists()


def test_who_may_not_change_prices_may_not_for_many(shop: Shop) -> None:
    kit.stock(shop, "TEA", 100)
    order = kit.place(shop, ("TEA", 1))
    call = replace(shop.call(), actor=Actor("staff", "7", frozenset({"changes.*"})))
    with pytest.raises(MayNotChange):
        start_bulk(call, bulk=BulkChange(order_ids=(order.order_id,), changes=(GiveDiscount(amount=1),)))
    assert not Bulk.objects.exists()
