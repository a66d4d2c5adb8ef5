"""`dingdan close-day`, `dingdan fetch-bills`, `dingdan export journal`: the bookkeeper's command line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dingdan.config.closing import close_day, fetch_bills, journal
from dingdan.kernel.money import Money
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.payments.commands import MoneyReceived, record_payments
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.conftest import Shop
from tests.trade.closing.biller import CODE, the_biller

MONDAY = date(2026, 11, 23)


@pytest.fixture
def till(shop: Shop) -> Shop:
    """A shop that took 10.00 in cash on a Monday."""
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    record_payments.one(shop.call(at=at), MoneyReceived(method="cash", money=Money(10_00, "GBP")))
    return shop


def test_it_works(till: Shop) -> None:
    (told,) = close_day(MONDAY, currencies=("GBP",), counted="9.90", tenant=till.tenant)
    assert told.line() == "2026-11-23 GBP: closed, postings 2, late 0, left open 0"


def test_what_is_open_is_a_problem_unless_a_note_says_why(till: Shop) -> None:
    (told,) = close_day(MONDAY, tenant=till.tenant)
    assert "1 open points: cash not counted (1)" in told.problem
    (told,) = close_day(MONDAY, note="nobody was there", tenant=till.tenant)
    assert (told.done, told.problem) == ("closed, postings 1, late 0, left open 1", "")


def test_a_day_is_opened_again(till: Shop) -> None:
    assert "not closed in GBP" in close_day(MONDAY, reopen=True, note="again", tenant=till.tenant)[0].problem
    close_day(MONDAY, note="nobody was there", tenant=till.tenant)
    assert close_day(MONDAY, reopen=True, note="again", tenant=till.tenant)[0].done == "open again"


def test_bills_are_fetched(shop: Shop) -> None:
    account = save_merchant_account(shop.call(), account=MerchantAccountDraft(gateway=CODE, merchant="m-1")).merchant_account_id
    assert fetch_bills(MONDAY, tenant=shop.tenant)[0].problem == "not there: bill_not_ready"
    the_biller.tell(account, MONDAY)
    (told,) = fetch_bills(MONDAY, gateway=CODE, tenant=shop.tenant)
    assert told.as_dict() == {"what": "biller 2026-11-23", "done": "matched 0, missing 0, differing 0", "problem": ""}
    assert fetch_bills(MONDAY, gateway="nobody", tenant=shop.tenant) == []


def test_the_journal_is_written(till: Shop) -> None:
    lines = b"".join(journal("csv", since=MONDAY, until=MONDAY, tenant=till.tenant)).decode().split("\r\n")
    assert [line.split(",")[6] for line in lines[1:3]] == ["cash", "unapplied_money"]
    with pytest.raises(UnknownChoice):
        journal("sage", since=MONDAY, until=MONDAY, tenant=till.tenant)
