"""Everything that arrived is given a grade: it goes where the grade goes, and gives back what the grade gives back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Move
from dingdan.masterdata.policies.commands import save_return_grade
from dingdan.masterdata.policies.models import ReturnGrade
from dingdan.masterdata.policies.rules import ReturnGradeDraft
from dingdan.trade.aftersales.commands import GradedPieces, LineRefund, grade_return, inspect_return
from dingdan.trade.aftersales.models import Grading, Return, ReturnLine
from dingdan.trade.aftersales.rules import NotSorted
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.aftersales.test_receive_return import lying


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 20)
    order = bought(shop, 8, price=1000)
    return_id = sold.back(shop, order, 8)
    told = sold.graded(shop, return_id, A=2, B=1, C=1, refurbish=2, scrap=1, supplier=1)
    # 8000 less 200 (B), 500 (C) and 1000 (scrap)
    assert (told.refund, told.fee, told.owed) == (6300, 1700, 1700)
    assert [(line.quantity, line.wear, line.restocking, line.shipping) for line in told.lines] == [(8, 1700, 0, 0)]
    (piece,) = told.pieces
    assert (piece.restocked, piece.damaged, piece.refurbished, piece.scrapped, piece.sent_back) == (2, 2, 2, 1, 1)
    assert kit.levels(variant_id) == (14, 0)
    assert (lying(LocationKind.DAMAGED, variant_id), lying(LocationKind.REFURBISH, variant_id)) == ([2], [2])
    assert lying(LocationKind.INSPECTION, variant_id) == []
    assert {(row.code, row.quantity) for row in Grading.objects.all()} == {
        ("A", 2), ("B", 1), ("C", 1), ("refurbish", 2), ("scrap", 1), ("supplier", 1),
    }  # fmt: skip
    moved = Move.objects.filter(source__kind=LocationKind.INSPECTION).values_list("reason", "quantity")
    assert set(moved) == {("restock", 2), ("damaged", 2), ("refurbish", 2), ("scrap", 1), ("to_supplier", 1)}
    assert kit.breaches() == []


def test_a_second_piece_finds_the_place_for_refurbishing(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 20)
    order = bought(shop, 2)
    for _ in range(2):
        sold.graded(shop, sold.back(shop, order, 1), refurbish=1)
    assert lying(LocationKind.REFURBISH, variant_id) == [2]


def test_grades_of_the_shops_own(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    draft = ReturnGradeDraft(code="worn", name="Worn", goes_to="damaged", given_back=Decimal("0.333333"))
    grade_id = save_return_grade(shop.call(), grade=draft).return_grade_id
    order = bought(shop, 1, price=1000)
    assert sold.graded(shop, sold.back(shop, order, 1), worn=1).refund == 333
    assert Grading.objects.get().grade == ReturnGrade.objects.get(id=grade_id)
    later = bought(shop, 1, price=1000)
    with pytest.raises(UnknownChoice):
        sold.graded(shop, sold.back(shop, later, 1), A=1)


def test_restocking_and_the_way_back_are_kept_back_as_the_rule_said_when_it_was_authorized(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    sold.rule(shop, restocking_rate=Decimal("0.15"), restocking_fee=50, shipping_fee=395)
    order = bought(shop, 2, price=1000)
    return_id = sold.back(shop, order, 2)
    sold.rule(shop, restocking_rate=Decimal("0.5"), restocking_fee=0, shipping_fee=0)
    told = sold.graded(shop, return_id, A=1, B=1)
    assert [(line.wear, line.restocking, line.shipping, line.fee, line.refund) for line in told.lines] == [
        (200, 400, 395, 995, 1005)
    ]
    row = ReturnLine.objects.get()
    assert (row.wear, row.restocking, row.shipping, row.fee, row.refund) == (200, 400, 395, 995, 1005)
    assert (sold.owed(order).amount, told.refund_due) == (995, 1005)
    assert kit.breaches() == []


def test_fees_never_take_more_than_there_is(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    sold.rule(shop, restocking_rate=Decimal("0.9"), restocking_fee=100, shipping_fee=5000)
    order = bought(shop, 1, price=1000)
    told = sold.graded(shop, sold.back(shop, order, 1), C=1)
    assert [(line.wear, line.restocking, line.shipping, line.refund) for line in told.lines] == [(500, 500, 0, 0)]
    assert (told.state, sold.owed(order).amount) == ("closed", 1000)
    assert kit.breaches() == []


def test_the_shops_fault_costs_the_customer_nothing(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    sold.rule(shop, code="faulty", position=1, reasons=("damaged",), grades_count=False, shipping_paid_by="shop")
    sold.rule(shop, restocking_rate=Decimal("0.5"))
    order = bought(shop, 2, price=1000)
    assert sold.graded(shop, sold.back(shop, order, 1, reason="damaged"), scrap=1).refund == 1000
    assert sold.graded(shop, sold.back(shop, order, 1, reason="unwanted"), A=1).refund == 500


def test_somebody_decides_on_another_amount(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    sold.rule(shop, restocking_rate=Decimal("0.5"), shipping_fee=100)
    order = bought(shop, 1, price=1000)
    return_id = sold.back(shop, order, 1)
    (piece,), (line,) = sold.pieces_of(return_id), ReturnLine.objects.all()
    told = grade_return(
        shop.call(),
        return_id=return_id,
        pieces=(GradedPieces(piece_id=piece.id, grade="B", quantity=1),),
        refunds=(LineRefund(return_line_id=line.id, amount=900),),
    )
    assert [(one.refund, one.fee, one.wear, one.restocking, one.shipping) for one in told.lines] == [(900, 100, 0, 0, 0)]
    assert kit.breaches() == []


@pytest.mark.parametrize(
    ("price", "part", "refund"), [(101, "0.8", 81), (3, "0.5", 1), (1, "0.5", 0), (100001, "0.333333", 33334)]
)
def test_parts_are_whole_in_every_currency(shop: Shop, price: int, part: str, refund: int) -> None:
    """Minor units are whole, however many of them a unit of the currency has."""
    kit.stock(shop, "A", 20)
    save_return_grade(shop.call(), grade=ReturnGradeDraft(code="part", name="Part", given_back=Decimal(part)))
    order = bought(shop, 1, price=price)
    told = sold.graded(shop, sold.back(shop, order, 1), part=1)
    assert (told.refund, told.refund + told.fee) == (refund, price)
    assert kit.breaches() == []


def test_not_every_piece_was_given_a_grade(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    return_id = sold.back(shop, bought(shop, 3), 3)
    with sold.nothing_changes(shop), pytest.raises(NotSorted) as refused:
        sold.graded(shop, return_id, A=2)
    assert refused.value.facts == {"received": 3, "sorted": 2}


def test_a_grade_is_named_once(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    return_id = sold.back(shop, bought(shop, 2), 2)
    (piece,) = sold.pieces_of(return_id)
    twice = (GradedPieces(piece_id=piece.id, grade="A", quantity=1),) * 2
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        grade_return(shop.call(), return_id=return_id, pieces=twice)


def test_an_unknown_grade_and_a_strange_piece_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    return_id = sold.back(shop, bought(shop, 1), 1)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        sold.graded(shop, return_id, Z=1)
    strange = (GradedPieces(piece_id=new_id(), grade="A", quantity=1),)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        grade_return(shop.call(), return_id=return_id, pieces=strange)


def test_what_was_inspected_is_not_given_a_grade(shop: Shop) -> None:
    kit.stock(shop, "A", 20)
    return_id = sold.back(shop, bought(shop, 1), 1)
    sold.graded(shop, return_id, A=1)
    assert Return.objects.get().state == "inspected"
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        sold.graded(shop, return_id, A=1)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        inspect_return(shop.call(), return_id=return_id, verdicts=())
