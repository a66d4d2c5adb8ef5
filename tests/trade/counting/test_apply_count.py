"""The books are corrected by what was missing when it was counted."""

import threading
from collections.abc import Callable
from uuid import UUID

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory.commands import AdjustStock, StockChange, adjust_stock
from dingdan.ledgers.inventory.models import Balance, Remark
from dingdan.trade.counting.commands import NothingCounted, RecountNeeded, apply_count
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.fulfillment.commands import ShipShipment, pick_pieces, ship_shipments
from dingdan.trade.fulfillment.models import Errand, Shipment
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.counting import sheets
from tests.trade.fulfillment import rounds


def test_it_works(shop: Shop) -> None:
    one, other, third = (kit.stock(shop, sku, 5) for sku in "ABC")
    count_id = sheets.started(shop, tolerance=5)
    sheets.seen(shop, count_id, A=3, B=9)
    told = apply_count(shop.call(), count_id=count_id, reason="theft", note="The back door was open.")
    assert (sorted(line.change for line in told.lines), told.refused, told.reason) == ([-2, 4], 0, "theft")
    assert [kit.levels(id_) for id_ in (one, other, third)] == [(3, 0), (9, 0), (5, 0)]
    assert Count.objects.get().state == "applied"
    assert Remark.objects.get().text == "The back door was open."
    assert book.sound()


def test_what_left_and_came_since_does_not_count_twice(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    count_id = sheets.started(shop, tolerance=5)
    sheets.seen(shop, count_id, A=9)  # one is missing
    order = kit.place(shop, ("A", 4))
    kit.pay(shop, order)
    kit.ship(shop, order)
    kit.receive(shop, "A", 3)
    assert sheets.line("A").difference == -1
    apply_count(shop.call(), count_id=count_id)
    assert kit.levels(variant_id) == (8, 0)
    assert book.sound()


def test_an_order_that_is_picked_between_counting_and_applying_is_no_difference(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    shipment = rounds.planned(shop, ("A", 3))
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=10)
    (errand,) = rounds.walk(shop, shipment)
    pick_pieces(rounds.call_of(shop, "7"), errand_id=errand.id, quantity=3)
    assert apply_count(shop.call(), count_id=count_id).lines == ()
    ship_shipments.one(shop.call(), ShipShipment(shipment))
    assert kit.levels(variant_id) == (7, 0)
    assert book.sound()


def test_promised_goods_stay_and_are_told(shop: Shop) -> None:
    one, other = kit.stock(shop, "A", 5), kit.stock(shop, "B", 5)
    count_id = sheets.started(shop, tolerance=9)
    kit.place(shop, ("A", 4))
    sheets.seen(shop, count_id, A=1, B=4)
    assert apply_count(shop.call(), count_id=count_id).refused == 1
    assert (kit.levels(one), kit.levels(other)) == ((5, 4), (4, 0))
    assert sheets.line("A").refusal == "reserved_stock"
    assert book.sound()


def test_goods_that_are_gone_meanwhile_are_told(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    count_id = sheets.started(shop, tolerance=9)
    sheets.seen(shop, count_id, A=1)
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -3),), reason="damage"))
    assert apply_count(shop.call(), count_id=count_id).refused == 1
    assert (kit.levels(variant_id), sheets.line("A").refusal) == ((2, 0), "not_there")


def test_large_differences_want_a_second_count(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=4)
    with sheets.refused(RecountNeeded, field="without_recount"):
        apply_count(shop.call(), count_id=count_id)
    apply_count(shop.call(), count_id=count_id, without_recount=True)
    assert kit.levels(variant_id) == (4, 0)


def test_an_empty_sheet_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    with sheets.refused(NothingCounted, field="count_id"):
        apply_count(shop.call(), count_id=count_id)


def test_only_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=5)
    apply_count(shop.call(), count_id=count_id)
    with sheets.refused(NotInThisState):
        apply_count(shop.call(), count_id=count_id)


class _Warehouse:
    """Shelves with real pieces on them, and the lock that lets one hand at a time reach into them.

    Whoever takes or puts pieces tells the books while the hand is in the shelf; whoever counts does so, too. Placing orders and
    handing parcels over touch no shelf: they run whenever they like.
    """

    def __init__(self, shop: Shop, lying: dict[str, int]) -> None:
        self.shop, self.lying, self.hand = shop, lying, threading.Lock()
        self.errands: dict[str, list[Errand]] = {}

    def pick(self, sku: str) -> UUID:
        """Take one piece for a shipment; returns which."""
        with self.hand:
            errand = self.errands[sku].pop()
            told = pick_pieces(rounds.call_of(self.shop, "7"), errand_id=errand.id)
            self.lying[sku] -= 1
            return told.shipment_id

    def send(self, sku: str) -> None:
        """Take a piece for a shipment, and hand it over."""
        ship_shipments.one(self.shop.call(), ShipShipment(self.pick(sku)))

    def receive(self, sku: str, quantity: int) -> None:
        """Put pieces that came on the shelf."""
        with self.hand:
            kit.receive(self.shop, sku, quantity)
            self.lying[sku] += quantity

    def count(self, count_id: UUID, sku: str) -> None:
        """Count what lies there, and say so."""
        with self.hand:
            sheets.seen(self.shop, count_id, again=True, **{sku: self.lying[sku]})


def test_counted_while_orders_are_placed_picked_sent_and_goods_come(shop: Shop) -> None:
    """The books said 20 of each, but 17 of A and 22 of B lie there. Afterwards they say so, and nothing is oversold."""
    variants = {sku: kit.stock(shop, sku, 20) for sku in "AB"}
    house = _Warehouse(shop, {"A": 17, "B": 22})
    shipments = {sku: [rounds.planned(shop, (sku, 1)) for _ in range(4)] for sku in "AB"}
    for sku, found in shipments.items():
        house.errands[sku] = rounds.walk(shop, *found)
    count_id = sheets.started(shop)

    def work(sku: str) -> list[Callable[[], object]]:
        return [
            lambda: house.pick(sku), lambda: house.count(count_id, sku), lambda: kit.place(shop, (sku, 2)),
            lambda: house.pick(sku), lambda: house.receive(sku, 3), lambda: kit.place(shop, (sku, 1)),
            lambda: house.count(count_id, sku), lambda: house.send(sku), lambda: kit.place(shop, (sku, 1)),
        ]  # fmt: skip

    acts = [act for pair in zip(work("A"), work("B"), strict=True) for act in pair]
    outcomes = kit.in_threads(lambda index: acts[index](), len(acts))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    late: list[Callable[[], object]] = [
        lambda: apply_count(shop.call(), count_id=count_id, without_recount=True),
        lambda: house.pick("A"), lambda: house.pick("B"), lambda: kit.place(shop, ("A", 1)), lambda: house.receive("B", 1),
    ]  # fmt: skip
    outcomes = kit.in_threads(lambda index: late[index](), len(late))
    assert kit.kinds([outcomes[0]]) == ["CountApplied"]
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    in_totes = Shipment.objects.exclude(state="shipped").values_list("id", flat=True)
    ship_shipments.many([(shop.call(), ShipShipment(shipment_id)) for shipment_id in in_totes])
    assert {sku: kit.levels(id_)[0] for sku, id_ in variants.items()} == house.lying == {"A": 16, "B": 22}
    assert list(CountLine.objects.order_by("variant__sku").values_list("difference", flat=True)) == [-3, 2]
    assert all(row.reserved <= row.on_hand for row in Balance.objects.all())
    assert book.sound()
