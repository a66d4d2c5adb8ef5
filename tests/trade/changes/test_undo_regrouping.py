"""A split or a merge is taken back as a whole, as long as nothing stands upon it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes, undo_regrouping
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import preview_ungrouping
from dingdan.trade.changes.queries.undoing import ChangedSince, NotRegrouped
from dingdan.trade.changes.rules import SetPrice, Split, WorldMoved
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes.changing import line_id
from tests.trade.changes.regrouped import everything, kept, merge, split, undo


def _half(order: OrderPlaced) -> Split:
    return Split(parts=((Part(line_id(order), 1),),))


def test_it_works(shop: Shop) -> None:
    tea = kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order, 600)
    before = everything(order)[:-1]
    told = split(shop, order, _half(order))
    part = Change.objects.get(along_id=told.change_id)
    undone = undo_regrouping(shop.call(), change_id=part.id)  # named by any of its changes
    assert (undone.change_id, everything(order)[:-1], kit.levels(tea)) == (told.change_id, before, (5, 3))
    assert kit.breaches() == []


def test_it_can_be_done_again(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    for _time in range(2):
        undo(shop, split(shop, order, _half(order)))
    other = kit.place(shop, ("TEA", 1))
    for _time in range(2):
        undo(shop, merge(shop, order, other))
    assert (kept(order.order_id), kept(other.order_id)) == ([("TEA", 3, 750)], [("TEA", 1, 250)])


def test_a_split_is_undone_as_a_whole_and_while_nothing_stands_upon_it(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    told = split(shop, order, _half(order))
    (alone,) = undo_changes.many([(shop.call(), UndoChange(change_id=told.change_id))])
    assert getattr(alone, "code", "") == "undone_together"
    kit.ship(shop, replace(order, order_id=told.orders[1].order_id))
    with pytest.raises(ChangedSince):
        undo_regrouping(shop.call(), change_id=told.change_id)

    second = kit.place(shop, ("TEA", 2))
    told = split(shop, second, _half(second))
    asked = ChangeOrder(
        order_id=told.orders[1].order_id, changes=(SetPrice(line_id=told.orders[1].lines[0].line_id, unit_price=Decimal(1)),)
    )
    change_orders.one(shop.call(), asked)
    with pytest.raises(ChangedSince):
        undo_regrouping(shop.call(), change_id=told.change_id)
    assert kit.breaches() == []


def test_a_change_of_one_order_is_no_split(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    asked = ChangeOrder(order_id=order.order_id, changes=(SetPrice(line_id=line_id(order), unit_price=Decimal(1)),))
    told = change_orders.one(shop.call(), asked)
    for work in (lambda: preview_ungrouping(told.change_id), lambda: undo_regrouping(shop.call(), change_id=told.change_id)):
        with pytest.raises(NotRegrouped):
            work()
    assert kept(order.order_id) == [("TEA", 3, 3)]


def test_what_was_credited_since(shop: Shop) -> None:
    sold.service(shop, "CARE")
    order = kit.place(shop, ("CARE", 3))
    kit.pay(shop, order)
    issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    told = split(shop, order, _half(order))
    issue_credit_notes.one(shop.call(), IssueCreditNote(order_id=order.order_id))
    with pytest.raises(ChangedSince):
        undo_regrouping(shop.call(), change_id=told.change_id)


def test_an_old_preview(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    told = split(shop, order, _half(order))
    seen = preview_ungrouping(told.change_id).fingerprint
    kit.pay(shop, replace(order, order_id=told.orders[1].order_id), 10)
    with pytest.raises(WorldMoved):
        undo_regrouping(shop.call(), change_id=told.change_id, fingerprint=seen)


def test_what_is_undone_or_unknown(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    told = split(shop, order, _half(order))
    undo(shop, told)
    with pytest.raises(NotInThisState):
        undo_regrouping(shop.call(), change_id=told.change_id)
    with pytest.raises(NotFound):
        undo_regrouping(shop.call(), change_id=new_id())
