"""Something about an order that waits is asked first."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import TextMissing
from dingdan.trade.orders.models import OrderNote
from dingdan.trade.review.commands import question_order
from dingdan.trade.review.models import Decision, Review
from dingdan.trade.review.rules import NotWaiting
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import let_pass, person, rule, state_of, told, waiting


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    asked = question_order(person(shop, "1"), order_id=order.order_id, text="Is this your address?", to_customer=True)
    note = OrderNote.objects.get(id=asked.note_id)
    assert (note.text, note.to_customer, note.author) == ("Is this your address?", True, "staff:1")
    assert Review.objects.get().asked_at is not None
    assert Decision.objects.get(verdict="asked").note_id == asked.note_id
    assert state_of(order) == ("placed", "waiting", True)
    assert let_pass(shop, order).passed
    assert kit.breaches() == []


def test_an_empty_question_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    before = told()
    with pytest.raises(TextMissing):
        question_order(shop.call(), order_id=order.order_id, text=" ")
    assert told() == before
    assert not OrderNote.objects.exists()


def test_what_does_not_wait_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    order = kit.place(shop, ("TEA", 5))
    with pytest.raises(NotWaiting):
        question_order(shop.call(), order_id=order.order_id, text="Why?")
    assert not OrderNote.objects.exists()


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        question_order(shop.call(), order_id=new_id(), text="Why?")
