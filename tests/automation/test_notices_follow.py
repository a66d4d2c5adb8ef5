"""Which mails follow from what happens."""

from dingdan.automation import consumers
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.rules import Person
from tests.conftest import Shop
from tests.kit import pay, place, ship, stock, wanted


def told(shop: Shop) -> list[str]:
    """The kinds of the mails that were queued by now, in their order."""
    consumers.drain(shop.tenant_id)
    return list(Notice.objects.order_by("id").values_list("kind", flat=True))


def test_every_cancellation_is_told_by_itself(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    part = Part(order.lines[0].line_id, 1)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part,)))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert told(shop) == ["order_confirmed", "order_canceled", "order_canceled"]
    letters = [letter_of(notice) for notice in Notice.objects.filter(kind="order_canceled").order_by("id")]
    assert [one.items[0].quantity for one in letters if one] == ["1", "2"]


def test_a_paid_order_on_its_way(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 3))
    assert told(shop) == ["order_confirmed"]
    ship(shop, order)
    pay(shop, order)
    assert sorted(told(shop)) == ["order_confirmed", "payment_received", "shipped"]


def test_what_is_brought_over_is_not_told(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    place_orders.one(shop.call(quiet=True), wanted(shop, ("TEA", 1)))
    assert told(shop) == []


def test_an_order_without_an_address_goes_on_untold(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 1), ship_to=Person(name="Bo"))
    pay(shop, order)
    assert told(shop) == []
