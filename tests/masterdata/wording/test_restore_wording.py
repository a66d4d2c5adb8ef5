"""The shop's own wording again."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.wording.commands import restore_wording, retire_wording, save_wording
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import wording_in_force
from dingdan.masterdata.wording.rules import UnknownName
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording


def test_it_works(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording()).wording_id
    with pytest.raises(NotInThisState):
        restore_wording(shop.call(), wording_id=kept)
    retire_wording(shop.call(), wording_id=kept)
    assert restore_wording(shop.call(), wording_id=kept).state == "active"
    assert wording_in_force("order_confirmed", "en") is not None


def test_what_cannot_be_said_any_more(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording()).wording_id
    retire_wording(shop.call(), wording_id=kept)
    Wording.objects.filter(id=kept).update(body="{{ order.poem }}")  # a later version of the program has no such name
    with pytest.raises(UnknownName):
        restore_wording(shop.call(), wording_id=kept)
    assert Wording.objects.get().state == "retired"
