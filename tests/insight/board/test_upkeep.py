"""The board follows what the books say."""

from dataclasses import replace
from datetime import timedelta

from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, rows
from dingdan.insight.board.upkeep import refresh
from dingdan.kernel import clock
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.trade.orders.commands import hold_order, tag_order
from dingdan.trade.orders.models import Contact, Order
from tests import kit
from tests.conftest import Shop


def _numbers(**wanted: str) -> list[str]:
    return [row.number for row in rows(Wanted(**wanted))]  # type: ignore[arg-type]


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    assert refresh([order.order_id]) == 1
    row = BoardRow.objects.get()
    assert (row.id, row.number, row.state, row.payment_status, row.fulfillment_status) == (
        order.order_id,
        order.number,
        "placed",
        "unpaid",
        "unfulfilled",
    )
    assert (row.total, row.units, row.name, row.country) == (500, 2, "Ann Lee", "GB")


def test_what_happens_later_is_told_when_asked_again(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    refresh([order.order_id])
    kit.pay(shop, order)
    kit.deliver(shop, order)
    tag_order(shop.call(), order_id=order.order_id, add=("vip",))
    refresh([order.order_id])
    row = BoardRow.objects.get()
    assert (row.payment_status, row.fulfillment_status, row.tags) == ("paid", "delivered", ["vip"])


def test_orders_are_found_by_whatever_people_know_of_them(shop: Shop) -> None:
    kit.stock(shop, "TEA-1", 9)
    wang = replace(kit.BUYER, name="王小明", email="wang@example.com", phone="+886912345678")
    first = kit.place(shop, ("TEA-1", 1), ship_to=wang, external_id="EXT-77")
    second = kit.place(shop, ("TEA-1", 1))
    kit.pay(shop, second)
    kit.ship(shop, second)
    hold_order(shop.call(), order_id=first.order_id, reason="check")
    refresh([first.order_id, second.order_id])
    for query in ("小明", "wang@example.com", "0912345678", "EXT-77", first.number):
        assert _numbers(q=query) == [first.number], query
    assert _numbers(q="RM123") == [second.number]
    assert _numbers(q="tea-1") == [second.number, first.number]
    assert _numbers(sku="TEA-1") == [second.number, first.number]
    assert _numbers(sku="TEA") == []
    assert _numbers(state="on_hold") == [first.number]
    assert _numbers(payment_status="paid", fulfillment_status="shipped") == [second.number]
    assert _numbers(external_id="EXT-77") == [first.number]


def test_a_forgotten_person_is_no_longer_found(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    refresh([order.order_id])
    assert _numbers(q="ann lee") == [order.number]
    Contact.objects.filter(id=Order.objects.get().ship_to_id).update(name="", email="", phone="", company="")
    refresh([order.order_id])
    assert _numbers(q="ann lee") == []
    assert BoardRow.objects.get().name == ""


def test_orders_that_wait_for_goods_or_a_review_are_found(shop: Shop) -> None:
    kit.stock(shop, "A", 1, shortage="backorder")
    held, owed = kit.place(shop, ("A", 1)), kit.place(shop, ("A", 2))
    Order.objects.filter(id=held.order_id).update(in_review=True)
    refresh([held.order_id, owed.order_id])
    assert [row.number for row in rows(Wanted(is_waiting=True))] == [owed.number]
    assert [row.number for row in rows(Wanted(in_review=True))] == [held.number]
    assert BoardRow.objects.get(number=owed.number).waiting == 2
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 2),)))
    refresh([owed.order_id])
    assert list(rows(Wanted(is_waiting=True))) == []


def test_orders_are_found_by_country_currency_amount_and_promise(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    small, large = kit.place(shop, ("A", 1)), kit.place(shop, ("A", 3))
    refresh([small.order_id, large.order_id])
    day = clock.now() + timedelta(days=3)
    Order.objects.filter(id=large.order_id).update(promised_at=day)
    refresh([large.order_id])
    Order.objects.filter(id=small.order_id).update(promised_at=day + timedelta(hours=2))
    refresh([small.order_id])
    assert [row.number for row in rows(Wanted(total_from=500))] == [large.number]
    assert [row.number for row in rows(Wanted(promised_before=day + timedelta(hours=1)))] == [large.number]
    assert [row.number for row in rows(Wanted(country="GB", currency="GBP", total_to=500))] == [small.number]
    assert list(rows(Wanted(country="TW"))) == list(rows(Wanted(promised_before=day))) == []
