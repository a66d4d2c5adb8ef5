"""Pieces of a return are held at the desk: of which grade they are is written down, and nothing moves yet."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Lot
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import (
    PieceBack,
    ReturnWanted,
    authorize_return,
    cancel_return,
    examine_pieces,
    receive_return,
)
from dingdan.trade.aftersales.commands.examining import AnotherPiece, MoreThanExpected, NumberWanted
from dingdan.trade.aftersales.commands.receiving import LookedAt
from dingdan.trade.aftersales.models import Examination, Return
from dingdan.trade.aftersales.rules import AnotherReceived
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.desk import announced, cameras, held, piece_of
from tests.trade.aftersales.test_receive_return import lying


def test_it_works(shop: Shop) -> None:
    rma = announced(shop)
    told = held(shop, rma.return_id, "B")
    assert (told.grade, told.quantity, told.left) == ("B", 1, 1)
    row, piece = Return.objects.get(), Examination.objects.get()
    assert (row.state, row.arrived_at is not None) == ("authorized", True)
    assert (piece.code, piece.quantity, piece.examiner) == ("B", 1, "system:")
    assert lying(LocationKind.INSPECTION, told.variant_id) == []
    offer = queries.examined_preview(rma.return_id)
    assert (offer.refund, offer.fee, offer.refund_due) == (800, 200, 800)
    assert kit.breaches() == []


def test_a_scan_that_is_sent_twice_counts_once(shop: Shop) -> None:
    rma = announced(shop)
    call = shop.call()
    for _twice in range(2):
        examine_pieces(call, piece_id=piece_of(rma.return_id), grade="A")
    assert Examination.objects.get().quantity == 1


def test_more_than_are_to_come(shop: Shop) -> None:
    rma = announced(shop)
    held(shop, rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(MoreThanExpected) as refused:
        held(shop, rma.return_id, quantity=2)
    assert refused.value.facts == {"left": 1, "asked": 2}
    assert Examination.objects.count() == 1


def test_two_people_hold_the_last_piece(shop: Shop) -> None:
    rma = announced(shop, 1)

    def scan(_number: int) -> str:
        try:
            return type(held(shop, rma.return_id)).__name__
        except Refusal as refusal:
            return type(refusal).__name__

    assert sorted(kit.in_threads(scan, 3)) == ["MoreThanExpected", "MoreThanExpected", "PiecesExamined"]
    assert Examination.objects.count() == 1


def test_a_piece_with_a_serial_number_is_named_by_it(shop: Shop) -> None:
    rma = cameras(shop, "S1", "S2")
    with sold.nothing_changes(shop), pytest.raises(NumberWanted):
        held(shop, rma.return_id)
    for strange in ("UNSOLD", "S9"):
        with sold.nothing_changes(shop), pytest.raises(AnotherPiece):
            held(shop, rma.return_id, lot_code=strange)
    held(shop, rma.return_id, lot_code="S2")
    with sold.nothing_changes(shop), pytest.raises(AnotherPiece):
        held(shop, rma.return_id, lot_code="S2")
    assert [row.lot.code for row in queries.examinations(rma.return_id) if row.lot] == ["S2"]


def test_another_piece_than_was_taken_in(shop: Shop) -> None:
    rma = cameras(shop, "S1", "S2")
    receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(piece_of(rma.return_id), 1),))
    names = queries.lots_at(Return.objects.get().node_id, LocationKind.INSPECTION, sold.pieces_of(rma.return_id))
    assert [list(lots.values()) for lots in names.values()] == [[1]]
    held(shop, rma.return_id, lot_code="S1")
    held(shop, rma.return_id, lot_code="S2")
    assert Examination.objects.count() == 2


def test_all_were_taken_in_and_another_is_held(shop: Shop) -> None:
    rma = cameras(shop, "S1", "S2")
    cancel_return(shop.call(), return_id=rma.return_id)
    wanted = (ReturnWanted(line_id=rma.lines[0].order_line_id, quantity=1),)
    one = authorize_return(shop.call(), order_id=rma.order_id, lines=wanted)
    receive_return(shop.call(), return_id=one.return_id)
    here = queries.lots_at(one.node_id, LocationKind.INSPECTION, sold.pieces_of(one.return_id))
    (taken,) = (lot_id for lots in here.values() for lot_id in lots if lot_id)
    other = Lot.objects.exclude(id=taken).get(code__in=["S1", "S2"])
    with sold.nothing_changes(shop), pytest.raises(AnotherReceived):
        held(shop, one.return_id, lot_code=other.code)


def test_an_article_without_numbers_has_none(shop: Shop) -> None:
    rma = announced(shop)
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        held(shop, rma.return_id, lot_code="S1")


def test_an_unknown_grade_and_a_strange_piece_are_refused(shop: Shop) -> None:
    rma = announced(shop)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        held(shop, rma.return_id, "Z")
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        examine_pieces(shop.call(), piece_id=new_id(), grade="A")


def test_what_is_decided_is_not_looked_at_any_more(shop: Shop) -> None:
    rma = announced(shop)
    receive_return(shop.call(), return_id=rma.return_id)
    sold.graded(shop, rma.return_id, A=2)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        held(shop, rma.return_id)


def test_what_was_looked_at_is_not_called_off(shop: Shop) -> None:
    rma = announced(shop)
    held(shop, rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(LookedAt):
        cancel_return(shop.call(), return_id=rma.return_id)
