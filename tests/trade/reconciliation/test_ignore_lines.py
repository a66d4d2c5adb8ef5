"""Lines that have nothing to do with documents are left alone, for a reason."""

from typing import Any

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextMissing
from dingdan.trade.reconciliation.commands import IgnoreLine, ignore_lines
from dingdan.trade.reconciliation.commands.matching import NothingLeft
from dingdan.trade.reconciliation.models import StatementLine
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, line, match, order, statement


def test_it_works(shop: Shop) -> None:
    one, two = statement(shop, draft(-490), draft(-100))
    wishes = [
        IgnoreLine(line_id=one, reason="Fee"),
        IgnoreLine(line_id=two, reason=" Own account "),
        IgnoreLine(line_id=one, reason="x"),
    ]
    told: list[Any] = ignore_lines.many([(shop.call(), wish) for wish in wishes])
    assert [type(one) for one in told[1:]] == [type(told[0]), NothingLeft]
    assert list(StatementLine.objects.order_by("id").values_list("state", "reason")) == [
        ("ignored", "Fee"),
        ("ignored", "Own account"),
    ]


def test_without_a_reason_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(-490))
    with pytest.raises(TextMissing):
        ignore_lines.one(shop.call(), IgnoreLine(line_id=one, reason=" "))
    assert line(one) == ("open", 0)


def test_what_is_matched_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(1000))
    match(shop, one, order(shop))
    with pytest.raises(NotInThisState):
        ignore_lines.one(shop.call(), IgnoreLine(line_id=one, reason="x"))
    assert line(one) == ("matched", 1000)


def test_an_unknown_line_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        ignore_lines.one(shop.call(), IgnoreLine(line_id=new_id(), reason="x"))
