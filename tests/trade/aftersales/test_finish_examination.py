"""What was said at the desk becomes the inspection: goods come home and go where their grades go, and money is owed less."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Holding, Move
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import LineRefund, PieceBack, finish_examination, receive_return
from dingdan.trade.aftersales.commands.inspecting import NothingExamined
from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.aftersales.rules import NotSorted
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.desk import announced, cameras, held
from tests.trade.aftersales.test_receive_return import lying


def test_it_works(shop: Shop) -> None:
    rma = announced(shop, 3, shipped=4)
    for grade in ("A", "C", "A"):
        held(shop, rma.return_id, grade)
    offer = queries.examined_preview(rma.return_id)
    told = finish_examination(shop.call(), return_id=rma.return_id)
    # 3000 less half of one
    assert (told.refund, told.fee, told.owed, told.refund_due) == (2500, 500, 1500, 2500)
    assert (offer.refund, offer.fee, offer.owed, offer.refund_due) == (2500, 500, 1500, 2500)
    (piece,) = told.pieces
    assert (piece.restocked, piece.damaged) == (2, 1)
    row = Return.objects.get()
    assert (row.state, row.received_at is not None, row.inspected_at is not None) == ("inspected", True, True)
    assert (kit.levels(piece.variant_id), lying(LocationKind.DAMAGED, piece.variant_id)) == ((2, 0), [1])
    assert kit.breaches() == []


def test_what_was_received_before_is_not_received_again(shop: Shop) -> None:
    rma = announced(shop, 3)
    (piece,) = sold.pieces_of(rma.return_id)
    receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(piece.id, 2),))
    held(shop, rma.return_id, "A", quantity=2)
    told = finish_examination(shop.call(), return_id=rma.return_id)
    assert [(line.quantity, line.refund) for line in told.lines] == [(2, 2000)]
    assert list(Move.objects.filter(reason="return").values_list("quantity", flat=True)) == [2]
    assert kit.breaches() == []


def test_each_named_piece_goes_where_its_own_grade_goes(shop: Shop) -> None:
    rma = cameras(shop, "S1", "S2", "S3")
    held(shop, rma.return_id, "A", lot_code="S3")
    held(shop, rma.return_id, "C", lot_code="S1")
    finish_examination(shop.call(), return_id=rma.return_id)
    where = dict(Holding.objects.filter(on_hand__gt=0).values_list("lot__code", "location__kind"))
    assert where == {"UNSOLD": "stock", "S3": "stock", "S1": "damaged", "S2": "customer"}
    assert kit.breaches() == []


def test_somebody_decides_on_another_amount(shop: Shop) -> None:
    rma = announced(shop, 1)
    held(shop, rma.return_id, "C")
    line = ReturnLine.objects.get()
    told = finish_examination(shop.call(), return_id=rma.return_id, refunds=(LineRefund(return_line_id=line.id, amount=900),))
    assert (told.refund, told.fee) == (900, 100)


def test_nothing_was_looked_at(shop: Shop) -> None:
    rma = announced(shop)
    with sold.nothing_changes(shop), pytest.raises(NothingExamined):
        finish_examination(shop.call(), return_id=rma.return_id)


def test_not_everything_that_was_received_was_looked_at(shop: Shop) -> None:
    rma = announced(shop)
    receive_return(shop.call(), return_id=rma.return_id)
    held(shop, rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotSorted) as refused:
        finish_examination(shop.call(), return_id=rma.return_id)
    assert refused.value.facts == {"received": 2, "sorted": 1}


def test_it_is_finished_once_whoever_finishes_it(shop: Shop) -> None:
    rma = announced(shop)
    held(shop, rma.return_id)
    call = shop.call()
    assert finish_examination(call, return_id=rma.return_id) == finish_examination(call, return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        finish_examination(shop.call(), return_id=rma.return_id)


def test_nothing_of_that_kind(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        finish_examination(shop.call(), return_id=new_id())
