"""A round that is given up lets its shipments be picked again."""

from __future__ import annotations

from dingdan.ledgers.inventory.models import Holding
from dingdan.trade.fulfillment.commands import (
    pick_pieces,
    stop_wave,
    undo_pick,
)
from dingdan.trade.fulfillment.models import Wave
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    one, two = planned(shop, ("A", 1)), planned(shop, ("A", 2))
    errands = walk(shop, one, two)
    told = pick_pieces(call_of(shop, "7"), errand_id=errands[1].id)
    assert stop_wave(call_of(shop, "7"), wave_id=Wave.objects.get().id).put_back == (one,)
    assert Wave.objects.get().state == "walking"
    undo_pick(call_of(shop, "7"), pick_id=told.pick_id)
    assert stop_wave(call_of(shop, "7"), wave_id=Wave.objects.get().id).put_back == (two,)
    assert Wave.objects.get().state == "stopped"
    assert [errand.planned for errand in walk(shop, two, one)] == [2, 1]
    assert sum(Holding.objects.values_list("allocated", flat=True)) == 3
