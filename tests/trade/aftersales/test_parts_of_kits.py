"""A part of a kit comes back alone: an exact share of price and tax, whatever comes back in which order."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import (
    GradedPieces,
    RecordReturn,
    ReturnedUnits,
    ReturnWanted,
    authorize_return,
    grade_return,
    receive_return,
    record_returns,
    resolve_claim,
)
from dingdan.trade.aftersales.events import ReturnInspected
from dingdan.trade.aftersales.models import ComponentWeight, ReturnLine
from dingdan.trade.aftersales.rules import ReturnAboveShipped
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_authorize_return import ask
from tests.trade.settlement import books


def tea_set(shop: Shop, sets: int = 2, price: int = 1001) -> OrderPlaced:
    """Sets of two cups at 3.00 and a pot at 4.00, sold at another price, paid and gone."""
    for sku, alone in (("CUP", 300), ("POT", 400)):
        kit.stock(shop, sku, 20)
        kit.price(shop, sku, alone)
    sold.kit_of(shop, "SET", CUP=2, POT=1)
    order = kit.place(shop, ("SET", sets), price=price)
    kit.pay(shop, order)
    kit.ship(shop, order)
    return order


def alone(shop: Shop, order: OrderPlaced, **parts: int) -> ReturnInspected:
    """So many pieces of these parts of the first line's kits come back and are as new."""
    lines = tuple(
        ReturnWanted(line_id=order.lines[0].line_id, quantity=quantity, component=sku) for sku, quantity in parts.items()
    )
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=lines)
    receive_return(shop.call(), return_id=rma.return_id)
    pieces = tuple(GradedPieces(piece_id=one.id, grade="A", quantity=one.received) for one in sold.pieces_of(rma.return_id))
    return grade_return(shop.call(), return_id=rma.return_id, pieces=pieces)


def test_it_works(shop: Shop) -> None:
    order = tea_set(shop)
    told = alone(shop, order, CUP=1)
    assert (order.total, told.refund) == (2002, 300)  # 3/10 of a set: 300.3
    assert sorted(ComponentWeight.objects.values_list("weight", flat=True)) == [300, 400]
    line = ReturnLine.objects.get()
    assert (line.quantity, line.accepted, line.component is not None) == (1, 1, True)
    assert [one.returnable for one in queries.options(order.order_id)] == [1]
    assert kit.levels(_variant("CUP")) == (17, 0)
    assert kit.breaches() == []


def _variant(sku: str) -> UUID:
    from dingdan.masterdata.catalog.queries import variants_by_sku

    return variants_by_sku([sku])[sku].id


def test_all_parts_add_up_to_the_kits_in_whatever_order(shop: Shop) -> None:
    books.taxed(shop, gross=True)
    order = tea_set(shop)
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    back = [alone(shop, order, CUP=1), alone(shop, order, POT=1, CUP=1)]
    back.append(sold.come_back(shop, order, 1))
    assert [one.refund for one in back] == [300, 701, 1001]
    assert sold.owed(order).amount == 0
    notes = [issue_credit_notes.one(shop.call(), IssueCreditNote(return_id=one.return_id)) for one in back]
    taxes = sum(line.tax for line in sold.lines(order))
    assert (sum(note.total for note in notes), sum(note.tax for note in notes)) == (2002, taxes)
    assert kit.breaches() == []


def test_the_weights_are_said_once(shop: Shop) -> None:
    order = tea_set(shop)
    alone(shop, order, CUP=4)
    kit.price(shop, "POT", 9999)
    assert alone(shop, order, POT=2).refund == 801
    assert sold.owed(order).amount == 0
    assert kit.breaches() == []


def test_without_prices_every_piece_weighs_the_same(shop: Shop) -> None:
    for sku in ("CUP", "POT"):
        kit.stock(shop, sku, 20)
    sold.kit_of(shop, "SET", CUP=2, POT=1)
    order = kit.place(shop, ("SET", 1), price=100)
    kit.ship(shop, order)
    assert [alone(shop, order, CUP=1).refund, alone(shop, order, POT=1).refund, alone(shop, order, CUP=1).refund] == [33, 34, 33]
    assert kit.breaches() == []


def test_recorded_parts_add_up_too(shop: Shop) -> None:
    order = tea_set(shop)
    line_id = order.lines[0].line_id
    parts = tuple(ReturnedUnits(line_id=line_id, quantity=quantity, component=sku) for sku, quantity in (("CUP", 4), ("POT", 2)))
    told = record_returns.one(shop.call(), RecordReturn(order_id=order.order_id, lines=parts))
    assert (told.refund, sold.owed(order).amount) == (2002, 0)
    assert kit.breaches() == []


def test_what_is_out_bounds_parts_and_kits_alike(shop: Shop) -> None:
    order = tea_set(shop)
    alone(shop, order, CUP=1)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        alone(shop, order, CUP=4)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        ask(shop, order, 2)
    line_id = order.lines[0].line_id
    both = (ReturnWanted(line_id=line_id, quantity=1), ReturnWanted(line_id=line_id, quantity=2, component="CUP"))
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):  # a set and two cups are four of the three cups
        authorize_return(shop.call(), order_id=order.order_id, lines=both)
    resolve_claim(shop.call(), claim_id=sold.claim(shop, order, 1), resolution="refund")
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        alone(shop, order, CUP=2)
    alone(shop, order, CUP=1, POT=1)
    assert (sold.owed(order).amount, kit.breaches()) == (0, [])


def test_what_is_no_part_of_the_kit_is_refused(shop: Shop) -> None:
    order = tea_set(shop)
    kit.stock(shop, "SPOON", 1)
    for sku in ("SPOON", "NOTHING"):
        with sold.nothing_changes(shop), pytest.raises(NotFound):
            alone(shop, order, **{sku: 1})
    plain = kit.place(shop, ("SPOON", 1), price=100)
    kit.ship(shop, plain)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        alone(shop, plain, SPOON=1)
