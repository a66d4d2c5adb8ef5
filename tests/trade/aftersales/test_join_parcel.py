"""It turns out which return a parcel is of."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales.commands import cancel_return, join_parcel, park_parcel, settle_parcel
from dingdan.trade.aftersales.models import Return, StrayParcel
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.desk import announced


def test_it_works(shop: Shop) -> None:
    rma = announced(shop)
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    told = join_parcel(shop.call(), parcel_id=parcel_id, return_id=rma.return_id)
    row = StrayParcel.objects.get()
    assert (told.return_id, row.rma_id, row.state, row.ended_at is not None) == (rma.return_id, rma.return_id, "joined", True)
    assert Return.objects.get().arrived_at == row.ended_at
    assert kit.breaches() == []


def test_a_return_that_is_over_gets_it_all_the_same(shop: Shop) -> None:
    rma = announced(shop)
    cancel_return(shop.call(), return_id=rma.return_id)
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    join_parcel(shop.call(), parcel_id=parcel_id, return_id=rma.return_id)
    assert (Return.objects.get().arrived_at, StrayParcel.objects.get().state) == (None, "joined")


def test_it_is_joined_once(shop: Shop) -> None:
    rma = announced(shop)
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    settle_parcel(shop.call(), parcel_id=parcel_id, answer="Sent back")
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        join_parcel(shop.call(), parcel_id=parcel_id, return_id=rma.return_id)


def test_nothing_of_that_kind(shop: Shop) -> None:
    rma = announced(shop)
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        join_parcel(shop.call(), parcel_id=new_id(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        join_parcel(shop.call(), parcel_id=parcel_id, return_id=new_id())
