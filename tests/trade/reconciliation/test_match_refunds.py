"""Money that went out is the refund that was to be paid by hand."""

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, AmountDiffers
from dingdan.trade.reconciliation.commands import MatchRefund, match_refunds
from dingdan.trade.reconciliation.commands.matching import GoesTheOtherWay
from dingdan.trade.reconciliation.queries import waiting_refunds
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, line, match, order, statement


def _refund(shop: Shop) -> tuple[UUID, str]:
    """A refund of 3.00 that waits to be paid by hand, and the number of its order."""
    placed = order(shop, 1000)
    (one,) = statement(shop, draft(1000))
    match(shop, one, placed)
    refund = MoneyReturned(document=Document("order", placed.order_id), money=Money(300, "GBP"))
    return request_refund(shop.call(), refund=refund).refunds[0].attempt_id, placed.number


def _state(attempt_id: UUID) -> str:
    return str(Attempt.objects.get(id=attempt_id).state)


def test_it_works(shop: Shop) -> None:
    attempt_id, number = _refund(shop)
    (waits,) = waiting_refunds(["GBP"]).documents.values()
    assert (waits.id, waits.number, waits.due) == (attempt_id, number, 300)
    (one,) = statement(shop, draft(-300, number))
    told = match_refunds.one(shop.call(), MatchRefund(line_id=one, attempt_id=attempt_id))
    assert (told.amount, told.applied[0].amount, _state(attempt_id), line(one)) == (300, 300, "succeeded", ("matched", 300))
    assert kit.breaches() == []


def test_another_amount_is_refused(shop: Shop) -> None:
    attempt_id, _number = _refund(shop)
    (one,) = statement(shop, draft(-299))
    with pytest.raises(AmountDiffers):
        match_refunds.one(shop.call(), MatchRefund(line_id=one, attempt_id=attempt_id))
    assert (_state(attempt_id), line(one)) == ("requested", ("open", 0))


def test_paid_twice_is_refused(shop: Shop) -> None:
    attempt_id, _number = _refund(shop)
    one, two = statement(shop, draft(-300, "a"), draft(-300, "b"))
    match_refunds.one(shop.call(), MatchRefund(line_id=one, attempt_id=attempt_id))
    with pytest.raises(AlreadyRecorded):
        match_refunds.one(shop.call(), MatchRefund(line_id=two, attempt_id=attempt_id))
    assert line(two) == ("open", 0)


def test_money_that_came_in_is_refused(shop: Shop) -> None:
    attempt_id, _number = _refund(shop)
    (one,) = statement(shop, draft(300, "b"))
    with pytest.raises(GoesTheOtherWay):
        match_refunds.one(shop.call(), MatchRefund(line_id=one, attempt_id=attempt_id))
    assert _state(attempt_id) == "requested"


def test_an_unknown_refund_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(-300))
    with pytest.raises(NotFound):
        match_refunds.one(shop.call(), MatchRefund(line_id=one, attempt_id=new_id()))
    assert line(one) == ("open", 0)
