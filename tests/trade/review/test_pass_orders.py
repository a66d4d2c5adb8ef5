"""People let orders pass; where it takes two, they are two different people, and the second had no part in the order."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from dingdan.kernel.errors import NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.text import BrokenText
from dingdan.ledgers.payments.models import Receivable
from dingdan.trade.aftersales.commands import give_allowance
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.models import OrderNote
from dingdan.trade.review.commands import PassOrder, pass_orders
from dingdan.trade.review.models import Decision
from dingdan.trade.review.rules import NeedsPeople, NotWaiting, OwnOrder, SameEyes
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import let_pass, person, reviewed, rule, state_of, told, waiting


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, holds_money=True)
    order = waiting(shop)
    assert Receivable.objects.get().waits
    passed = pass_orders.one(person(shop, "1"), PassOrder(order_id=order.order_id, note="called her, it is fine"))
    assert (passed.approvals, passed.needed, passed.passed) == (1, 1, True)
    assert state_of(order) == ("placed", "passed", False)
    assert not Receivable.objects.get().waits
    decision = Decision.objects.get(verdict="approved")
    assert (decision.actor_kind, decision.actor_id, decision.edition, decision.is_last) == ("staff", "1", 2, True)
    note = OrderNote.objects.get(id=str(decision.note_id))
    assert (note.text, note.to_customer) == ("called her, it is fine", False)
    assert len(kit.plan(shop, order).shipments) == 1
    assert kit.breaches() == []


def test_two_people(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    first = let_pass(shop, order, by="1")
    assert (first.approvals, first.needed, first.passed) == (1, 2, False)
    assert state_of(order) == ("placed", "waiting", True)
    with pytest.raises(SameEyes):
        let_pass(shop, order, by="1")
    assert let_pass(shop, order, by="2").passed
    assert state_of(order) == ("placed", "passed", False)
    assert kit.breaches() == []


def test_one_is_enough_for_an_order_that_needs_two_for_nothing(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, "remark", {"words": ["gift"]}, approvals=2)
    rule(shop)
    assert let_pass(shop, waiting(shop)).passed


def test_who_placed_it_cannot_be_the_second(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = place_orders.one(person(shop, "1"), kit.wanted(shop, ("TEA", 5)))
    reviewed(shop, order)
    let_pass(shop, order, by="2")
    with pytest.raises(OwnOrder) as refused:
        let_pass(shop, order, by="1")
    assert "cannot be the one who finally" in str(refused.value)
    assert state_of(order) == ("placed", "waiting", True)
    assert let_pass(shop, order, by="3").passed


def test_who_placed_it_may_be_the_first(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = place_orders.one(person(shop, "1"), kit.wanted(shop, ("TEA", 5)))
    reviewed(shop, order)
    let_pass(shop, order, by="1")
    assert let_pass(shop, order, by="2").passed


def test_who_changed_it_cannot_be_the_second(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    give_allowance(person(shop, "2"), order_id=order.order_id, amount=100, reason="a friend")
    let_pass(shop, order, by="1")
    with pytest.raises(OwnOrder):
        let_pass(shop, order, by="2")


def test_programs_are_no_people_where_two_are_needed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    key = replace(person(shop, "1"), actor=Actor("api_key", "k1", frozenset({"*"})), key=secrets.token_hex(8))
    before = told()
    with pytest.raises(NeedsPeople):
        pass_orders.one(key, PassOrder(order_id=order.order_id))
    assert told() == before


def test_a_program_may_where_one_is_needed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    key = replace(person(shop, "1"), actor=Actor("api_key", "k1", frozenset({"review.pass_orders"})))
    assert pass_orders.one(key, PassOrder(order_id=waiting(shop).order_id)).passed


def test_many_at_once_each_on_its_own(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    one, other = waiting(shop), waiting(shop)
    let_pass(shop, other)
    asked = [one.order_id, other.order_id, new_id(), one.order_id]
    outcomes = pass_orders.many([(person(shop, "1"), PassOrder(order_id=order_id)) for order_id in asked])
    assert [type(outcome).__name__ for outcome in outcomes] == ["OrderApproved", "NotWaiting", "NotFound", "NotWaiting"]
    assert kit.breaches() == []


def test_two_at_once_are_two_people_or_one_of_them_is_late(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    outcomes = kit.in_threads(lambda index: let_pass(shop, order, by=str(index)), 3)
    assert kit.kinds(outcomes) == ["NotWaiting", "OrderApproved", "OrderApproved"]
    passed = [one.passed for one in outcomes if not isinstance(one, Refusal)]
    assert sorted(passed) == [False, True]
    assert kit.breaches() == []


def test_the_same_person_twice_at_once_is_one(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    outcomes = kit.in_threads(lambda _index: let_pass(shop, order, by="1"), 2)
    assert kit.kinds(outcomes) == ["OrderApproved", "SameEyes"]
    assert state_of(order) == ("placed", "waiting", True)


def test_a_note_that_cannot_be_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    with pytest.raises(BrokenText):
        pass_orders.one(person(shop, "1"), PassOrder(order_id=order.order_id, note="a\0b"))
    assert state_of(order) == ("placed", "waiting", True)
    assert not OrderNote.objects.exists()


def test_what_does_not_wait_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    order = kit.place(shop, ("TEA", 5))
    with pytest.raises(NotWaiting):
        let_pass(shop, order)


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        pass_orders.one(shop.call(), PassOrder(order_id=new_id()))


def test_who_may_not_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    nobody = replace(person(shop, "1"), actor=Actor("staff", "1", frozenset({"review.read"})))
    with pytest.raises(NotPermitted):
        pass_orders.one(nobody, PassOrder(order_id=order.order_id))
