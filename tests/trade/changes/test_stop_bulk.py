"""A bulk change is stopped: what was done stays done."""

import pytest

from dingdan.automation.bulk import work_on_some
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.changes.commands import BulkChange, start_bulk, stop_bulk
from dingdan.trade.changes.models import Bulk, Change
from dingdan.trade.changes.rules import AddNote
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdan.automation.bulk.AT_ONCE", 1)
    kit.stock(shop, "TEA", 10)
    ids = tuple(kit.place(shop, ("TEA", 1)).order_id for _ in range(2))
    bulk_id = start_bulk(shop.call(), bulk=BulkChange(order_ids=ids, changes=(AddNote(text="x"),))).bulk_id
    assert work_on_some(shop.tenant_id, bulk_id) == 1
    assert stop_bulk(shop.call(), bulk_id=bulk_id).done == 1
    assert work_on_some(shop.tenant_id, bulk_id) == 0
    assert (Bulk.objects.get().state, Change.objects.count()) == ("stopped", 1)


def test_it_is_stopped_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 1))
    bulk_id = start_bulk(shop.call(), bulk=BulkChange(order_ids=(order.order_id,), changes=(AddNote(text="x"),))).bulk_id
    stop_bulk(shop.call(), bulk_id=bulk_id)
    with pytest.raises(NotInThisState):
        stop_bulk(shop.call(), bulk_id=bulk_id)
    assert Bulk.objects.get().state == "stopped"


def test_there_is_no_such_bulk_change(shop: Shop) -> None:
    with pytest.raises(NotFound):
        stop_bulk(shop.call(), bulk_id=new_id())
