"""A sheet of what lies in a node."""

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.trade.counting import commands
from dingdan.trade.counting.commands import NothingToCount, TooMuchToCount, start_count
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import CountWanted
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.counting import sheets


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B", 0)
    told = start_count(shop.call(), wanted=CountWanted(title="All of it", is_blind=True, tolerance=2, tolerance_percent=10))
    assert (told.number, told.places, told.node_id) == ("C1001", 1, book.main())
    count = Count.objects.get()
    assert (count.state, count.title, count.is_blind, count.tolerance, count.tolerance_percent) == (
        "open",
        "All of it",
        True,
        2,
        10,
    )
    assert list(CountLine.objects.values_list("variant__sku", "location__code", "counted")) == [("A", "main-stock", None)]
    assert book.sound()


def test_a_part_of_the_shelves(shop: Shop) -> None:
    for code in ("R1", "R2", "R2-05", "R3"):
        kit.stock(shop, f"A-{code}")
        book.receive(shop, f"A-{code}", 1, location_id=sheets.shelf(shop, code))
    start_count(shop.call(), wanted=CountWanted(first="R1", last="R2"))
    assert sorted(CountLine.objects.values_list("location__code", flat=True)) == ["R1", "R2", "R2-05"]
    assert start_count(shop.call(), wanted=CountWanted(begins="A-R2")).places == 2
    assert start_count(shop.call(), wanted=CountWanted(skus=("A-R1", "A-R3"))).places == 2


def test_damaged_goods_and_other_nodes_are_not_on_it(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    east = book.east(shop)
    book.receive(shop, "A", 2, node_id=east)
    assert start_count(shop.call(), wanted=CountWanted()).places == 1
    assert start_count(shop.call(), wanted=CountWanted(node_id=east)).places == 1


def test_nothing_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    with sheets.refused(NothingToCount, field="first"):
        start_count(shop.call(), wanted=CountWanted(first="z"))


def test_what_is_not_known_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    with sheets.refused(NotFound, field="node_id"):
        start_count(shop.call(), wanted=CountWanted(node_id=new_id()))
    with sheets.refused(NotFound, field="skus"):
        start_count(shop.call(), wanted=CountWanted(skus=("A", "NO-SUCH")))


def test_a_tolerance_that_is_none_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    with sheets.refused(QuantityOutOfRange, field="tolerance"):
        start_count(shop.call(), wanted=CountWanted(tolerance=-1))
    with sheets.refused(Invalid, field="tolerance_percent"):
        start_count(shop.call(), wanted=CountWanted(tolerance_percent=101))


def test_more_than_anybody_walks_through_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_PLACES", 1)
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B", 5)
    with sheets.refused(TooMuchToCount, field="first"):
        start_count(shop.call(), wanted=CountWanted())
    with sheets.refused(TooMuchToCount, field="skus"):
        start_count(shop.call(), wanted=CountWanted(skus=("A", "B")))
