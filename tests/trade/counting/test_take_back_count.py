"""What a count corrected is corrected back by the opposite."""

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import ReservedStock
from dingdan.trade.counting.commands import apply_count, take_back_count
from dingdan.trade.counting.models import Count
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.counting import sheets


def test_it_works(shop: Shop) -> None:
    one, other = kit.stock(shop, "A", 5), kit.stock(shop, "B", 5)
    count_id = sheets.started(shop, tolerance=9)
    sheets.seen(shop, count_id, A=2, B=7)
    apply_count(shop.call(), count_id=count_id)
    told = take_back_count(shop.call(), count_id=count_id)
    assert sorted(line.change for line in told.lines) == [-2, 3]
    assert (kit.levels(one), kit.levels(other)) == ((5, 0), (5, 0))
    count = Count.objects.get()
    assert (count.state, count.applied_by_id) == ("taken_back", told.entry_id)
    assert queries.was_taken_back(told.entry_id)  # the opposite names what it takes back
    assert book.sound()


def test_promised_goods_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop, tolerance=9)
    sheets.seen(shop, count_id, A=7)
    apply_count(shop.call(), count_id=count_id)
    kit.place(shop, ("A", 6))
    with sheets.refused(ReservedStock):
        take_back_count(shop.call(), count_id=count_id)


def test_only_what_was_applied(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    with sheets.refused(NotInThisState):
        take_back_count(shop.call(), count_id=count_id)
