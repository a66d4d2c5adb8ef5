"""What became of some orders of a bulk change is written down once."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnknownChoice
from dingdan.trade.changes.commands import BulkChange, Outcome, advance_bulk, start_bulk
from dingdan.trade.changes.models import BulkOrder
from dingdan.trade.changes.rules import AddNote
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    orders = [kit.place(shop, ("TEA", 1)) for _ in range(2)]
    asked = BulkChange(order_ids=tuple(order.order_id for order in orders), changes=(AddNote(text="x"),))
    bulk_id = start_bulk(shop.call(), bulk=asked).bulk_id
    first = Outcome(order_id=orders[0].order_id, outcome="refused", code="x", detail="Why.")
    told = advance_bulk(shop.call(), bulk_id=bulk_id, outcomes=(first,))
    assert (told.state, told.done, told.changed, told.refused) == ("running", 1, 0, 1)
    again = Outcome(order_id=orders[0].order_id, outcome="changed")
    told = advance_bulk(shop.call(), bulk_id=bulk_id, outcomes=(again,))  # it has its outcome
    assert (told.done, BulkOrder.objects.get(order_id=orders[0].order_id).code) == (1, "x")
    last = Outcome(order_id=orders[1].order_id, outcome="would_change", difference=5)
    told = advance_bulk(shop.call(), bulk_id=bulk_id, outcomes=(last,))
    assert (told.state, told.done, told.changed, told.refused) == ("finished", 2, 1, 1)


def test_there_is_no_such_bulk_change(shop: Shop) -> None:
    with pytest.raises(NotFound):
        advance_bulk(shop.call(), bulk_id=new_id(), outcomes=())


def test_no_such_outcome(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 1))
    bulk_id = start_bulk(shop.call(), bulk=BulkChange(order_ids=(order.order_id,), changes=(AddNote(text="x"),))).bulk_id
    with pytest.raises(UnknownChoice):
        advance_bulk(shop.call(), bulk_id=bulk_id, outcomes=(Outcome(order_id=order.order_id, outcome="waiting"),))
    assert BulkOrder.objects.get().outcome == "waiting"
