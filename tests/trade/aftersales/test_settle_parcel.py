"""A parcel that is of no return is dealt with otherwise."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextMissing
from dingdan.trade.aftersales.commands import park_parcel, settle_parcel
from dingdan.trade.aftersales.models import StrayParcel
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def test_it_works(shop: Shop) -> None:
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    settle_parcel(shop.call(), parcel_id=parcel_id, answer="Sent back")
    row = StrayParcel.objects.get()
    assert (row.state, row.answer, row.ended_at is not None) == ("settled", "Sent back", True)
    assert kit.breaches() == []


def test_it_is_settled_once_and_with_a_word(shop: Shop) -> None:
    parcel_id = park_parcel(shop.call(), code="SF123").parcel_id
    with sold.nothing_changes(shop), pytest.raises(TextMissing):
        settle_parcel(shop.call(), parcel_id=parcel_id, answer=" ")
    settle_parcel(shop.call(), parcel_id=parcel_id, answer="Sent back")
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        settle_parcel(shop.call(), parcel_id=parcel_id, answer="Thrown away")


def test_nothing_of_that_kind(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        settle_parcel(shop.call(), parcel_id=new_id(), answer="Sent back")
