"""Every piece that came back goes somewhere, and what is given back for it is known."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.trade.aftersales.commands import (
    LineRefund,
    PieceBack,
    ReturnWanted,
    Verdict,
    authorize_return,
    give_allowance,
    inspect_return,
    receive_return,
)
from dingdan.trade.aftersales.events import ReturnAuthorized, ReturnedLine, SortedPiece
from dingdan.trade.aftersales.models import Return, ReturnLine
from dingdan.trade.aftersales.rules import NotSorted, RefundAboveWorth
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_receive_return import lying


def back(shop: Shop, order: OrderPlaced, quantity: int) -> ReturnAuthorized:
    """Units of the first line have arrived."""
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=quantity)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    receive_return(shop.call(), return_id=rma.return_id)
    return rma


def bought(shop: Shop, quantity: int = 5, **changes: object) -> OrderPlaced:
    """A paid order whose goods have left."""
    order = kit.place(shop, ("A", quantity), **changes)  # type: ignore[arg-type]
    kit.pay(shop, order)
    kit.ship(shop, order)
    return order


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    order = bought(shop, price="33.5", shipping_price=100)
    rma = back(shop, order, 4)
    (piece,) = sold.pieces_of(rma.return_id)
    verdict = Verdict(piece_id=piece.id, restock=2, damaged=1, scrap=1)
    inspected = inspect_return(shop.call(), return_id=rma.return_id, verdicts=(verdict,))
    assert (inspected.refund, inspected.fee, inspected.owed, inspected.refund_due) == (134, 0, 134, 134)
    assert inspected.lines == (ReturnedLine(order_line_id=order.lines[0].line_id, quantity=4, refund=134, fee=0),)
    assert inspected.pieces == (SortedPiece(variant_id=variant_id, restocked=2, damaged=1, scrapped=1),)
    assert (kit.levels(variant_id), lying(LocationKind.DAMAGED, variant_id)) == ((7, 0), [1])
    assert lying(LocationKind.INSPECTION, variant_id) == []
    assert (Return.objects.get().state, inspected.state) == ("inspected", "inspected")
    assert (sold.owed(order).amount, sold.owed(order).payment_status) == (134, "overpaid")
    assert kit.breaches() == []


def test_one_by_one_adds_up(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 7, price="14.285")
    assert order.total == 100
    assert [sold.come_back(shop, order, 1).refund for _ in range(7)] == [14, 15, 14, 14, 14, 15, 14]
    assert sold.owed(order).amount == 0
    assert kit.breaches() == []


def test_a_fee_stays_owed(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop)
    rma = back(shop, order, 2)
    (piece,) = sold.pieces_of(rma.return_id)
    refund = LineRefund(return_line_id=rma.lines[0].return_line_id, fee=120)
    verdicts = (Verdict(piece_id=piece.id, restock=2),)
    inspected = inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts, refunds=(refund,))
    assert (inspected.refund, inspected.fee, inspected.owed, inspected.refund_due) == (380, 120, 870, 380)
    assert sold.come_back(shop, order, 3).owed == 120
    assert kit.breaches() == []


def test_an_amount_that_somebody_decided_on(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop)
    rma = back(shop, order, 2)
    (piece,) = sold.pieces_of(rma.return_id)
    refund = LineRefund(return_line_id=rma.lines[0].return_line_id, amount=600)
    verdicts = (Verdict(piece_id=piece.id, restock=2),)
    inspected = inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts, refunds=(refund,))
    assert (inspected.refund, inspected.fee, inspected.owed) == (600, 0, 650)
    assert sold.come_back(shop, order, 3).refund == 650
    assert kit.breaches() == []


def test_an_allowance_given_before_is_not_given_twice(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 4)
    give_allowance(shop.call(), order_id=order.order_id, amount=200)
    assert [sold.come_back(shop, order, 2).refund for _ in range(2)] == [400, 400]
    assert sold.owed(order).amount == 0
    assert kit.breaches() == []


def test_nothing_to_give_back_closes_the_return(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop)
    rma = back(shop, order, 1)
    (piece,) = sold.pieces_of(rma.return_id)
    refund = LineRefund(return_line_id=rma.lines[0].return_line_id, fee=250)
    verdicts = (Verdict(piece_id=piece.id, scrap=1),)
    inspected = inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts, refunds=(refund,))
    assert (inspected.state, inspected.refund, inspected.owed) == ("closed", 0, 1250)
    assert kit.breaches() == []


def test_of_a_kit_only_whole_units_count(shop: Shop) -> None:
    cup, plate = kit.stock(shop, "CUP", 10), kit.stock(shop, "PLATE", 10)
    sold.kit_of(shop, "SET", CUP=2, PLATE=1)
    order = kit.place(shop, ("SET", 3))
    kit.ship(shop, order)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=2)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    cups, plates = sorted(sold.pieces_of(rma.return_id), key=lambda piece: piece.demand.variant.sku)
    receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(cups.id, 3), PieceBack(plates.id, 2)))
    verdicts = (Verdict(piece_id=cups.id, restock=3), Verdict(piece_id=plates.id, damaged=2))
    inspected = inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts)
    assert (inspected.refund, ReturnLine.objects.get().accepted) == (250, 1)
    assert (kit.levels(cup), kit.levels(plate)) == ((7, 0), (7, 0))
    assert kit.breaches() == []


def test_what_did_not_come_is_no_longer_expected(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=5)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    (piece,) = sold.pieces_of(rma.return_id)
    receive_return(shop.call(), return_id=rma.return_id, pieces=(PieceBack(piece.id, 2),))
    inspected = inspect_return(shop.call(), return_id=rma.return_id, verdicts=(Verdict(piece_id=piece.id, restock=2),))
    assert inspected.refund == 500
    assert sold.come_back(shop, order, 3).owed == 0
    assert kit.breaches() == []


def test_before_anything_has_come_it_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=5)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        inspect_return(shop.call(), return_id=rma.return_id, verdicts=())


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop)
    rma = sold.come_back(shop, order, 2)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        inspect_return(shop.call(), return_id=rma.return_id, verdicts=())


@pytest.mark.parametrize("restock", [0, 1, 3])
def test_pieces_without_a_verdict_are_refused(shop: Shop, restock: int) -> None:
    kit.stock(shop, "A", 10)
    rma = back(shop, bought(shop), 2)
    (piece,) = sold.pieces_of(rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotSorted):
        inspect_return(shop.call(), return_id=rma.return_id, verdicts=(Verdict(piece_id=piece.id, restock=restock),))


def test_verdicts_that_make_no_sense_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    rma = back(shop, bought(shop), 2)
    (piece,) = sold.pieces_of(rma.return_id)
    good = Verdict(piece_id=piece.id, restock=2)
    with sold.nothing_changes(shop):
        for verdicts, refusal in (
            ((Verdict(piece_id=piece.id, restock=3, scrap=-1),), Invalid),
            ((good, good), Invalid),
            ((good, Verdict(piece_id=new_id(), restock=1)), NotFound),
        ):
            with pytest.raises(refusal):
                inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts)


@pytest.mark.parametrize("refund", [{"amount": 1251}, {"amount": -1}, {"fee": 501}, {"fee": -1}])
def test_more_than_is_left_is_refused(shop: Shop, refund: dict[str, int]) -> None:
    kit.stock(shop, "A", 10)
    rma = back(shop, bought(shop), 2)
    (piece,) = sold.pieces_of(rma.return_id)
    wish = LineRefund(return_line_id=rma.lines[0].return_line_id, **refund)
    verdicts = (Verdict(piece_id=piece.id, restock=2),)
    with sold.nothing_changes(shop), pytest.raises(RefundAboveWorth):
        inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts, refunds=(wish,))


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    rma = back(shop, bought(shop), 2)
    (piece,) = sold.pieces_of(rma.return_id)
    verdicts = (Verdict(piece_id=piece.id, restock=2),)
    with sold.nothing_changes(shop):
        with pytest.raises(NotFound):
            inspect_return(shop.call(), return_id=new_id(), verdicts=verdicts)
        refunds = (LineRefund(return_line_id=new_id()),)
        with pytest.raises(NotFound):
            inspect_return(shop.call(), return_id=rma.return_id, verdicts=verdicts, refunds=refunds)


def test_two_returns_at_once_give_back_what_they_are_worth(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    order = bought(shop, 3, price="33.5")
    returns = [back(shop, order, 1) for _ in range(3)]
    pieces = [sold.pieces_of(rma.return_id)[0] for rma in returns]
    outcomes = kit.in_threads(
        lambda index: inspect_return(
            shop.call(), return_id=returns[index].return_id, verdicts=(Verdict(piece_id=pieces[index].id, restock=1),)
        ),
        3,
    )
    assert sorted(one.refund for one in outcomes) == [33, 34, 34]
    assert (sold.owed(order).amount, kit.levels(variant_id)) == (0, (10, 0))
    assert kit.breaches() == []
