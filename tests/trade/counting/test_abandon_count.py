"""Nothing comes of a sheet that is closed."""

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.counting.commands import abandon_count
from dingdan.trade.counting.models import Count
from tests import kit
from tests.conftest import Shop
from tests.trade.counting import sheets


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    sheets.seen(shop, count_id, A=2)
    abandon_count(shop.call(), count_id=count_id)
    assert (Count.objects.get().state, kit.levels(variant_id)) == ("abandoned", (5, 0))


def test_only_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    count_id = sheets.started(shop)
    abandon_count(shop.call(), count_id=count_id)
    with sheets.refused(NotInThisState):
        abandon_count(shop.call(), count_id=count_id)
    with sheets.refused(NotFound, field="count_id"):
        abandon_count(shop.call(), count_id=new_id())
