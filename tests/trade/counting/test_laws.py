"""What the audit says of counts that were changed by hand."""

from dingdan.trade.counting import queries
from dingdan.trade.counting.commands import apply_count
from dingdan.trade.counting.models import CountLine
from tests import kit
from tests.conftest import Shop
from tests.trade.counting import sheets


def test_a_count_knows_its_books(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=5)
    assert list(queries.law_a_count_knows_its_books()) == []
    line = sheets.line("A")
    CountLine.objects.filter(id=line.id).update(books=4)
    told = f"count {count_id}: line {line.id} says that the books had 4 and 0 were taken; its moves up to {line.position} say 5"
    assert list(queries.law_a_count_knows_its_books()) == [told]
    assert kit.told_since_the_beginning(queries.law_a_count_knows_its_books) == [told]


def test_an_applied_count_moved_its_differences(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop, tolerance=9)
    sheets.seen(shop, count_id, A=3)
    apply_count(shop.call(), count_id=count_id)
    assert list(queries.law_an_applied_count_moved_its_differences()) == []
    CountLine.objects.update(counted=1)
    told = [f"count {count_id}: found 4 pieces of difference, moved 2"]
    assert list(queries.law_an_applied_count_moved_its_differences()) == told
    assert kit.told_since_the_beginning(queries.law_an_applied_count_moved_its_differences) == told
