"""The bookkeeper's side over the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from dingdan.kernel import feed
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, record_payments
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.trade.closing.commands import compare_bill, finish_bill, record_bill_lines
from dingdan.trade.closing.rules import LineTold
from tests.conftest import Shop
from tests.trade.closing.biller import CODE
from tests.web.api.client import Caller, token_for

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEVER_MIND = [{"kind": "bill_missing", "note": "no account then"}]


@pytest.fixture
def till(shop: Shop) -> Shop:
    """A shop that took 10.00 in cash on a Monday."""
    record_payments.one(shop.call(at=NOON), MoneyReceived(method="cash", money=Money(10_00, "GBP")))
    feed.sequence(shop.tenant_id)
    return shop


def test_it_works(till: Shop, caller: Caller) -> None:
    before = caller.get("/days/2026-11-23", currency="GBP").json
    assert [(one["account"], one["closing"]) for one in before["accounts"]] == [("cash", 10_00), ("unapplied_money", -10_00)]
    assert ("cash_not_counted", "2026-11-23") in [(one["kind"], one["reference"]) for one in before["open_points"]]
    counted = caller.post("/cash-counts", {"currency": "GBP", "counted": 9_90, "day": "2026-11-23"})
    assert (counted.status, counted["day"], counted["difference"]) == (200, "2026-11-23", -10)
    wish = {"day": "2026-11-23", "currency": "GBP", "acknowledged": NEVER_MIND}
    closed = caller.post("/day-closes", wish, key="monday")
    assert (closed.status, closed["postings"]) == (201, 2)
    assert caller.post("/day-closes", wish, key="monday").body == closed.body
    told = caller.get(f"/day-closes/{closed['day_close_id']}").json
    assert (told["close"]["state"], told["cash"]["counted"]) == ("closed", 9_90)
    assert [one["closing"] for one in told["accounts"]] == [9_90, 10, -10_00]
    assert [one["id"] for one in caller.get("/day-closes")["items"]] == [closed["day_close_id"]]
    assert caller.get("/days/2026-11-23", currency="GBP")["day_close_id"] == closed["day_close_id"]


def test_a_statement_on_paper_and_as_a_table(till: Shop, caller: Caller) -> None:
    said = [*NEVER_MIND, {"kind": "cash_not_counted", "note": "=1+1"}]
    closed = caller.post("/day-closes", {"day": "2026-11-23", "currency": "GBP", "acknowledged": said})
    assert closed.status == 201, closed.body
    assert caller.get(f"/day-closes/{closed['day_close_id']}/pdf").body.startswith(b"%PDF-")
    lines = caller.get(f"/day-closes/{closed['day_close_id']}/csv").body.decode().split("\r\n")
    assert lines[1] == "balance,2026-11-23,GBP,cash,,,,,,0.00,0.00,10.00,0.00,10.00,,,"
    assert [line for line in lines if line.endswith(",'=1+1")] != []


def test_a_closed_day_is_opened_by_somebody_else(till: Shop, caller: Caller) -> None:
    said = [*NEVER_MIND, {"kind": "cash_not_counted", "note": "later"}]
    closed = caller.post("/day-closes", {"day": "2026-11-23", "currency": "GBP", "acknowledged": said})
    path = f"/day-closes/{closed['day_close_id']}/reopen"
    assert caller.post(path, {"note": "again"}).problem.code == "same_person"
    assert Caller(till).post(path, {"note": "again"})["event"] == "DayReopened"


def test_open_points_are_told(till: Shop, caller: Caller) -> None:
    refused = caller.post("/day-closes", {"day": "2026-11-23", "currency": "GBP"}).problem
    assert (refused.code, refused.status) == ("open_points", 409)
    assert "cash not counted (1)" in refused.detail


def test_the_journal_is_sent_while_it_is_read(till: Shop) -> None:
    asked = {"HTTP_AUTHORIZATION": f"Bearer {token_for(till)}", "SERVER_NAME": "localhost"}
    path = "/api/v1/journal-files/beancount?since=2026-11-23&until=2026-11-23"
    answer = Client().get(path, **asked)  # type: ignore[arg-type]
    assert answer.streaming
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert '2026-11-23 * "money received for nobody yet"' in body
    assert "journal-a-shop-2026-11-23-beancount.beancount" in answer.headers["Content-Disposition"]
    denied = Client().get(path.replace("beancount", "sage"), **asked)  # type: ignore[arg-type]
    assert denied.status_code == 422


def test_the_journal_of_a_close_stays_the_same(till: Shop, caller: Caller) -> None:
    said = [*NEVER_MIND, {"kind": "cash_not_counted", "note": "later"}]
    closed = caller.post("/day-closes", {"day": "2026-11-23", "currency": "GBP", "acknowledged": said})
    path = f"/api/v1/day-closes/{closed['day_close_id']}/journal/csv"
    asked = {"HTTP_AUTHORIZATION": f"Bearer {caller.token}", "SERVER_NAME": "localhost"}

    def sent() -> bytes:
        return b"".join(Client().get(path, **asked).streaming_content)  # type: ignore[arg-type, attr-defined]

    before = sent()
    record_payments.one(till.call(at=NOON), MoneyReceived(method="cash", money=Money(5_00, "GBP")))
    assert sent() == before
    assert before.count(b"\r\n") == 3


def test_accounts_are_mapped(shop: Shop, caller: Caller) -> None:
    told = caller.put("/account-mappings/xero", {"accounts": [{"account": "bank", "code": "091", "name": ""}]})
    assert told["changes"][0] == {"field": "bank.code", "before": None, "after": "091"}
    assert {one["account"]: one["code"] for one in caller.get("/account-mappings/xero").json}["bank"] == "091"


def test_bills_and_payouts_are_read_and_received(shop: Shop, caller: Caller) -> None:
    account = save_merchant_account(shop.call(), account=MerchantAccountDraft(gateway=CODE, merchant="m-1")).merchant_account_id
    lines = (
        LineTold(kind="fee", reference="fee-1", amount=-30, currency="GBP", at=NOON, payout="po-1"),
        LineTold(kind="payout", reference="po-1", amount=-30, currency="GBP", at=NOON + timedelta(hours=1)),
    )
    told = record_bill_lines(shop.call(), account_id=account, day=MONDAY, lines=lines)
    finish_bill(shop.call(), account_id=account, day=MONDAY)
    compare_bill(shop.call(), bill_id=told.bill_id)
    (bill,) = caller.get("/bills", state="fetched")["items"]
    assert (bill["day"], bill["lines"], caller.get(f"/bills/{bill['id']}").json) == ("2026-11-23", 2, bill)
    assert [one["state"] for one in caller.get(f"/bills/{bill['id']}/lines")["items"]] == ["noted", "noted"]
    (payout,) = caller.get("/payouts")["items"]
    assert (payout["amount"], payout["lines_total"]) == (-30, -30)
    received = caller.post(f"/payouts/{payout['id']}/receive", {})
    assert (received["event"], received["arrived"]) == ("PayoutArrived", -30)
    assert caller.get(f"/payouts/{payout['id']}")["state"] == "arrived"


def test_a_key_that_may_not_look_is_refused(shop: Shop) -> None:
    assert Caller(shop, "orders.*").get("/day-closes").problem.code == "not_permitted"
