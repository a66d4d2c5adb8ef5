"""The board keeps how many orders of a kind it has."""

from __future__ import annotations

import threading

from django.db import connection

from dingdan.insight.board.models import BoardCount, BoardRow
from dingdan.insight.board.queries import law_counts_are_those_of_the_rows, order_counts
from dingdan.insight.board.upkeep import recount, refresh, renew
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.commands import hold_order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    first, second, third = (kit.place(shop, ("A", 1)) for _ in range(3))
    assert refresh([first.order_id, second.order_id, third.order_id]) == 3
    assert order_counts({}) == (3, {"placed": 3}, {"unpaid": 3}, {"unfulfilled": 3})
    kit.pay(shop, first)
    hold_order(shop.call(), order_id=third.order_id, reason="check")
    refresh([first.order_id, third.order_id])
    assert order_counts({}) == (3, {"on_hold": 1, "placed": 2}, {"paid": 1, "unpaid": 2}, {"unfulfilled": 3})
    assert list(law_counts_are_those_of_the_rows()) == []


def test_a_row_that_is_made_again_is_counted_once(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 1))
    for _ in range(3):
        refresh([order.order_id])
    assert list(BoardCount.objects.values_list("state", "orders")) == [("placed", 1)]


def test_each_is_counted_as_if_its_own_filter_were_not_there(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    orders = [kit.place(shop, ("A", 1)) for _ in range(3)]
    kit.pay(shop, orders[0])
    hold_order(shop.call(), order_id=orders[0].order_id, reason="check")
    refresh([order.order_id for order in orders])
    assert order_counts({"state": "placed"}) == (2, {"on_hold": 1, "placed": 2}, {"unpaid": 2}, {"unfulfilled": 2})
    assert order_counts({"state": "placed", "payment_status": "paid"}) == (0, {"on_hold": 1}, {"unpaid": 2}, {})


def test_channels_are_counted_apart(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 1))
    refresh([order.order_id])
    channel_id = BoardRow.objects.get().channel_id
    assert order_counts({}, channel_id=channel_id).orders == 1
    assert order_counts({}, channel_id=new_id()) == (0, {}, {}, {})


def test_whoever_writes_the_same_rows_at_once_counts_them_once(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    ids = [kit.place(shop, ("A", 1)).order_id for _ in range(20)]

    def write(order_ids: list[object]) -> None:
        with tenant_scope(shop.tenant_id):
            refresh(order_ids)  # type: ignore[arg-type]
        connection.close()

    threads = [threading.Thread(target=write, args=[ids[::step]]) for step in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order_counts({}).orders == 20
    assert list(law_counts_are_those_of_the_rows()) == []


def test_the_law_tells_a_wrong_count(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    refresh([kit.place(shop, ("A", 1)).order_id])
    counted = BoardCount.objects.get()
    BoardCount.objects.update(orders=2)
    assert list(law_counts_are_those_of_the_rows()) == [
        f"orders of channel {counted.channel_id} that are placed, unpaid, unfulfilled: 2 are counted, the board has 1"
    ]


def test_counts_are_mended(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    orders = [kit.place(shop, ("A", 1)) for _ in range(3)]
    refresh([order.order_id for order in orders])
    kind = BoardCount.objects.values_list("channel_id", "state", "payment_status", "fulfillment_status").get()
    BoardCount.objects.update(orders=5)
    assert recount() == {kind: -2}
    assert order_counts({}).orders == 3
    BoardCount.objects.all().delete()
    assert recount() == {kind: 3}
    assert order_counts({}).orders == 3
    assert recount() == {}


def test_the_board_is_made_anew(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    orders = [kit.place(shop, ("A", 1)) for _ in range(3)]
    refresh([order.order_id for order in orders])
    before = list(BoardRow.objects.order_by("id").values())
    BoardRow.objects.filter(id=orders[0].order_id).delete()
    BoardRow.objects.filter(id=orders[1].order_id).update(state="closed", tokens=[])
    lost = new_id()
    BoardRow.objects.filter(id=orders[2].order_id).update(id=lost)  # of an order that is not there
    assert sum(renew()) == 4
    assert list(BoardRow.objects.order_by("id").values()) == before
    recount()
    assert list(law_counts_are_those_of_the_rows()) == []
