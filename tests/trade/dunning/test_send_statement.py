"""A customer is told everything that is open."""

from __future__ import annotations

import pytest

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.trade.dunning.commands import send_statement
from dingdan.trade.dunning.rules import NothingOpen
from tests.conftest import Shop
from tests.trade.dunning import owing


def test_it_works(shop: Shop) -> None:
    owing.open_shop(shop)
    customer_id = owing.customer(shop)
    (first, _invoice), (_second, last) = (
        owing.invoiced(shop, customer_id=customer_id),
        owing.invoiced(shop, 2, customer_id=customer_id, language="zh-Hant"),
    )
    told = send_statement(shop.call(), customer_id=customer_id)
    assert (told.order_id, told.invoices, told.overdue) == (first.order_id, 2, 0)
    drain(shop.tenant_id)
    letter = letter_of(Notice.objects.get(kind="account_statement"))
    assert letter is not None
    assert [item.amount for item in letter.items] == ["£2.50", "£5.00"]
    assert [fact.value for fact in letter.totals] == ["£7.50"]
    assert last.number in letter.text


def test_whoever_owes_nothing_is_refused(shop: Shop) -> None:
    with pytest.raises(NothingOpen):
        send_statement(shop.call(), customer_id=owing.customer(shop))
    assert not Notice.objects.exists()
