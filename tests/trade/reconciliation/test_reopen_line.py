"""A line that was ignored is taken up again."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.reconciliation.commands import IgnoreLine, ignore_lines, reopen_line
from dingdan.trade.reconciliation.models import StatementLine
from tests.conftest import Shop
from tests.trade.reconciliation.desk import draft, line, statement


def test_it_works(shop: Shop) -> None:
    (one,) = statement(shop, draft(-490))
    ignore_lines.one(shop.call(), IgnoreLine(line_id=one, reason="Fee"))
    reopen_line(shop.call(), line_id=one)
    assert StatementLine.objects.values_list("state", "reason").get() == ("open", "")


def test_what_is_open_is_refused(shop: Shop) -> None:
    (one,) = statement(shop, draft(-490))
    with pytest.raises(NotInThisState):
        reopen_line(shop.call(), line_id=one)
    assert line(one) == ("open", 0)


def test_an_unknown_line_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        reopen_line(shop.call(), line_id=new_id())
