"""What was counted, beside what the books had at that moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.inventory.rules import LotMissing, NoSuchStock, OneSerialOnePiece
from dingdan.trade.counting.commands import CountedBefore, abandon_count, apply_count, enter_counts, start_count
from dingdan.trade.counting.models import CountLine
from dingdan.trade.counting.rules import CountWanted, SeenGoods
from dingdan.trade.fulfillment.commands import PackShipment, ShipShipment, pack_shipment, pick_pieces, ship_shipments
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.counting import sheets
from tests.trade.fulfillment import rounds


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    told = sheets.seen(shop, count_id, A=3)
    assert ([(one.counted, one.change) for one in told.lines], told.to_recount) == ([(3, -2)], 1)
    line = sheets.line("A")
    assert (line.counted, line.books, line.taken, line.difference, line.times) == (3, 5, 0, -2, 1)
    assert kit.levels(variant_id) == (5, 0)  # nothing is corrected yet
    assert book.sound()


def test_counted_again(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=3)
    told = sheets.seen(shop, count_id, A=4, again=True)
    assert ([one.change for one in told.lines], told.to_recount) == ([-1], 0)
    assert sheets.line("A").times == 2


def test_what_is_tolerated_needs_no_second_count(shop: Shop) -> None:
    kit.stock(shop, "A", 100)
    kit.stock(shop, "B", 4)
    count_id = sheets.started(shop, tolerance=1, tolerance_percent=5)
    assert sheets.seen(shop, count_id, A=95, B=3).to_recount == 0
    assert sheets.seen(shop, count_id, A=94, B=2, again=True).to_recount == 0  # these are second counts


def test_what_the_sheet_does_not_have_is_added(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B")
    kit.stock(shop, "S", tracking="serial")
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, B=2)
    enter_counts(shop.call(), count_id=count_id, lines=(SeenGoods("S", book.place_of(), 1, "N7"),))
    assert list(CountLine.objects.filter(is_found=True).order_by("variant__sku").values_list("variant__sku", "difference")) == [
        ("B", 2), ("S", 1),
    ]  # fmt: skip
    apply_count(shop.call(), count_id=count_id, without_recount=True)
    assert book.lying("S") == [("main-stock", "N7", 1, 0)]
    assert book.sound()


def test_what_lies_in_a_tote_is_no_difference(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    (errand,) = rounds.walk(shop, rounds.planned(shop, ("A", 3)))
    pick_pieces(rounds.call_of(shop, "7"), errand_id=errand.id, quantity=2)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=8)
    line = sheets.line("A")
    assert (line.books, line.taken, line.difference) == (8, 2, 0)
    assert book.sound()


def test_what_is_packed_without_a_round_is_no_difference(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    pack_shipment.one(shop.call(), PackShipment(rounds.planned(shop, ("A", 3))))
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=7)
    assert (sheets.line("A").taken, sheets.line("A").difference) == (3, 0)


def at_minute(shop: Shop, minute: int, *permissions: str) -> Any:
    """A call at so many minutes after noon."""
    call = rounds.call_of(shop, "7", *permissions) if permissions else shop.call()
    return replace(call, at=datetime(2026, 11, 23, 12, minute, tzinfo=UTC))


def test_a_count_that_is_told_later_counts_when_it_was_made(shop: Shop) -> None:
    """Ten lie there. At 5 past somebody counts 8 (two lie in a tote); then one more is picked, all of it leaves, four come."""
    kit.stock(shop, "A")
    receive_stock.one(at_minute(shop, 0), ReceiveStock(lines=(StockChange("A", 10),)))
    shipment = rounds.planned(shop, ("A", 3))
    (errand,) = rounds.walk(shop, shipment)
    count_id = start_count(at_minute(shop, 1), wanted=CountWanted()).count_id
    pick_pieces(at_minute(shop, 3, "fulfillment.*"), errand_id=errand.id, quantity=2)
    pick_pieces(at_minute(shop, 7, "fulfillment.*"), errand_id=errand.id, quantity=1)
    ship_shipments.one(at_minute(shop, 8), ShipShipment(shipment))
    receive_stock.one(at_minute(shop, 9), ReceiveStock(lines=(StockChange("A", 4),)))
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    lines = (SeenGoods("A", book.place_of(), 8),)
    enter_counts(at_minute(shop, 30), count_id=count_id, lines=lines, counted_at=noon + timedelta(minutes=5))
    line = sheets.line("A")
    assert (line.books, line.taken, line.difference, line.counted_at) == (8, 2, 0, noon + timedelta(minutes=5))
    enter_counts(at_minute(shop, 31), count_id=count_id, lines=(SeenGoods("A", book.place_of(), 11),), again=True)
    assert (sheets.line("A").taken, sheets.line("A").difference) == (0, 0)
    assert book.sound()
    for moment in (noon, noon + timedelta(minutes=50)):
        with sheets.refused(Invalid, field="counted_at"):
            enter_counts(at_minute(shop, 40), count_id=count_id, lines=lines, counted_at=moment, again=True)


@pytest.mark.parametrize("counted", [-1, True, "3"], ids=["negative", "true", "text"])
def test_a_number_that_is_none_is_refused(shop: Shop, counted: Any) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    with sheets.refused(QuantityOutOfRange, field="lines.0.counted"):
        sheets.seen(shop, count_id, A=counted)


def test_a_second_count_is_refused_unless_it_says_so(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=5)
    with sheets.refused(CountedBefore, field="lines.0"):
        sheets.seen(shop, count_id, A=4)


def test_strangers_and_repeats_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "L", tracking="lot")
    kit.stock(shop, "S", tracking="serial")
    count_id, here = sheets.started(shop), book.place_of()
    one = SeenGoods("A", here, 3)
    for kind, field, lines in (
        (NoSuchStock, "lines.0.sku", (SeenGoods("NO-SUCH", here, 3),)),
        (NotFound, "lines.0.location_id", (SeenGoods("A", new_id(), 3),)),
        (Invalid, "lines.0.location_id", (SeenGoods("A", book.place_of(node_id=book.east(shop)), 3),)),
        (NotFound, "owner_id", (SeenGoods("A", here, 3, owner_id=new_id()),)),
        (LotMissing, "lines.0.lot_code", (SeenGoods("L", here, 3),)),
        (OneSerialOnePiece, "lines.0.counted", (SeenGoods("S", here, 2, "N1"),)),
        (Invalid, "lines.1", (one, one)),
        (Invalid, "lines", ()),
    ):
        with sheets.refused(kind, field=field):
            enter_counts(shop.call(), count_id=count_id, lines=lines)
    with sheets.refused(NotFound, field="count_id"):
        enter_counts(shop.call(), count_id=new_id(), lines=(one,))


def test_not_when_it_is_over(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    abandon_count(shop.call(), count_id=count_id)
    with sheets.refused(NotInThisState):
        sheets.seen(shop, count_id, A=3)
