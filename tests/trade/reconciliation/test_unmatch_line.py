"""A match that was wrong is undone: the money stays, and is nobody's."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.reconciliation.commands import unmatch_line
from dingdan.trade.reconciliation.models import LineMatch
from tests import kit
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, due, line, match, order, statement, unapplied


def test_it_works(shop: Shop) -> None:
    wrong, right = order(shop), order(shop)
    (one,) = statement(shop, draft(1000))
    match(shop, one, wrong)
    told = unmatch_line(shop.call(), line_id=one)
    assert (told.unapplied, due(wrong), line(one), unapplied()) == (1000, (1000, "unpaid"), ("open", 0), 1000)
    match(shop, one, right)
    assert (due(right), line(one), unapplied()) == ((0, "paid"), ("matched", 1000), 0)
    assert sorted(undone is None for undone in LineMatch.objects.values_list("undone_at", flat=True)) == [False, True]
    assert kit.breaches() == []


def test_what_is_not_matched_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(1000))
    with pytest.raises(NotInThisState):
        unmatch_line(shop.call(), line_id=one)
    assert line(one) == ("open", 0)


def test_an_unknown_line_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        unmatch_line(shop.call(), line_id=new_id())
