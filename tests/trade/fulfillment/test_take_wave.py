"""Whoever comes second is told who walks, and may take over."""

from __future__ import annotations

import pytest

from dingdan.trade.fulfillment.commands import (
    SomebodyElse,
    pick_pieces,
    take_wave,
)
from dingdan.trade.fulfillment.models import Pick, Wave
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (errand,) = walk(shop, planned(shop, ("A", 2)))
    wave = Wave.objects.get()
    with pytest.raises(SomebodyElse) as told:
        pick_pieces(call_of(shop, "8"), errand_id=errand.id)
    assert told.value.facts["who"] == "staff:7"
    with pytest.raises(SomebodyElse):
        take_wave(call_of(shop, "8"), wave_id=wave.id)
    assert not Pick.objects.exists()
    assert take_wave(call_of(shop, "8"), wave_id=wave.id, takes_over=True).before == "staff:7"
    pick_pieces(call_of(shop, "8"), errand_id=errand.id)
    with pytest.raises(SomebodyElse):
        pick_pieces(call_of(shop, "7"), errand_id=errand.id)
