"""What was said of a piece at the desk is taken back: it is to be looked at once more."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import cancel_return, finish_examination, undo_examination
from dingdan.trade.aftersales.commands.examining import UndoneBefore
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.desk import announced, held


def test_it_works(shop: Shop) -> None:
    rma = announced(shop, 1)
    told = undo_examination(shop.call(), examination_id=held(shop, rma.return_id, "C").examination_id)
    assert (told.return_id, told.quantity) == (rma.return_id, 1)
    assert not queries.examinations(rma.return_id).exists()
    assert held(shop, rma.return_id).left == 0
    assert kit.breaches() == []


def test_it_is_undone_once(shop: Shop) -> None:
    rma = announced(shop)
    said = held(shop, rma.return_id)
    undo_examination(shop.call(), examination_id=said.examination_id)
    with sold.nothing_changes(shop), pytest.raises(UndoneBefore):
        undo_examination(shop.call(), examination_id=said.examination_id)
    cancel_return(shop.call(), return_id=rma.return_id)


def test_what_is_finished_stays(shop: Shop) -> None:
    rma = announced(shop)
    said = held(shop, rma.return_id)
    finish_examination(shop.call(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        undo_examination(shop.call(), examination_id=said.examination_id)


def test_nothing_of_that_kind(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        undo_examination(shop.call(), examination_id=new_id())
