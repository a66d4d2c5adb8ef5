"""What was taken by mistake is put back."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.fulfillment.commands import (
    AlreadyUndone,
    pick_pieces,
    undo_pick,
)
from dingdan.trade.fulfillment.models import Errand, Shipment, Wave
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (errand,) = walk(shop, planned(shop, ("A", 1)))
    told = pick_pieces(call_of(shop, "7"), errand_id=errand.id)
    assert undo_pick(call_of(shop, "7"), pick_id=told.pick_id).quantity == 1
    assert (Wave.objects.get().state, Shipment.objects.get().gathered_at, Errand.objects.get().picked) == ("walking", None, 0)
    with pytest.raises(AlreadyUndone):
        undo_pick(call_of(shop, "7"), pick_id=told.pick_id)
    with pytest.raises(NotFound):
        undo_pick(call_of(shop, "7"), pick_id=new_id())
