from dataclasses import replace

import pytest

from dingdan.kernel.errors import NotPermitted
from dingdan.kernel.feed import timeline
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.money import Money, UnknownCurrency
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.commands import BooksHaveBegun, change_currency, grant_goodwill
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    told = change_currency(desk.call(), currency="TWD")
    assert (told.before, told.currency, tenant_in_scope().currency) == ("GBP", "TWD", "TWD")
    assert [row["event"] for row in timeline(desk.id)] == ["CurrencyChanged"]


def test_debts_that_nobody_posted_do_not_count(desk: Desk) -> None:
    desk.claim(10_00)
    assert change_currency(desk.call(), currency="TWD").currency == "TWD"


def test_the_same_currency_is_no_change(desk: Desk) -> None:
    grant_goodwill(desk.call(), customer_id=new_id(), money=Money(2_00, "GBP"))
    assert change_currency(desk.call(), currency="GBP").before == "GBP"


def test_books_that_have_begun_are_refused(desk: Desk) -> None:
    grant_goodwill(desk.call(), customer_id=new_id(), money=Money(2_00, "GBP"))
    with desk.nothing_changes(), pytest.raises(BooksHaveBegun):
        change_currency(desk.call(), currency="TWD")
    assert tenant_in_scope().currency == "GBP"


@pytest.mark.parametrize("currency", ["twd", "TW", "XYZ", ""])
def test_what_is_no_currency_is_refused(desk: Desk, currency: str) -> None:
    with desk.nothing_changes(), pytest.raises(UnknownCurrency):
        change_currency(desk.call(), currency=currency)
    assert tenant_in_scope().currency == "GBP"


def test_whoever_may_not_is_refused(desk: Desk) -> None:
    stranger = replace(desk.call(), actor=Actor("staff", "1", frozenset({"orders.*"})))
    with desk.nothing_changes(), pytest.raises(NotPermitted):
        change_currency(stranger, currency="TWD")
    assert tenant_in_scope().currency == "GBP"
