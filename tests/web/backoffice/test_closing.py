"""The bookkeeper's pages: money today, bills and payouts of gateways, the journal for accountants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from dingdan.kernel import feed
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, record_payments
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import compare_bill, finish_bill, record_bill_lines
from dingdan.trade.closing.models import AccountMapping, Bill, CashCount, DayClose, DayPoint, Payout
from dingdan.trade.closing.rules import LineTold
from dingdan.web.backoffice import days
from tests.conftest import Shop
from tests.trade.closing.biller import CODE, the_biller
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "closing/dayclose/?day=2026-11-23&currency=GBP"


@pytest.fixture
def till(desk: Desk) -> Desk:
    """The owner of a shop that took 10.00 in cash on a Monday."""
    record_payments.one(desk.shop.call(at=NOON), MoneyReceived(method="cash", money=Money(10_00, "GBP")))
    feed.sequence(desk.shop.tenant_id)
    return desk


def send(desk: Desk, path: str, **said: str) -> str:
    """Send a form, and read the page that follows."""
    answer = desk.browser.post(f"/backoffice/{path}", said, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_it_works(till: Desk) -> None:
    said = till.read(PAGE)
    assert "Nov 2026 · GBP" in said or "Nov 23, 2026 · GBP" in said
    assert "£10.00 Came in £0.00 Went out £10.00 There at the end £10.00 Of it in cash 1 Open points" in said
    assert "Came in by Cash £10.00" in said
    assert "Cash not counted 2026-11-23" in said
    told = send(till, "closing/dayclose/day/count/", day="2026-11-23", currency="GBP", counted="9.90", key="k1")
    assert "Counted. Difference to the books: -£0.10." in told
    send(till, "closing/dayclose/day/count/", day="2026-11-23", currency="GBP", counted="9.90", key="k1")
    assert CashCount.objects.values_list("counted_on", "difference").get() == (MONDAY, -10)
    told = send(till, "closing/dayclose/day/close/", day="2026-11-23", currency="GBP", key="k2")
    assert "is closed." in told
    assert "This day is closed" in told
    assert "Count the cash" not in told
    close = DayClose.objects.get()
    page = till.read(f"closing/dayclose/{close.id}/")
    assert "Cash £0.00" not in page
    assert "Cash short – 1 £0.10" in page
    assert "Day closed" in page


def test_what_takes_long_is_counted_when_it_is_asked_for(till: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MANY", 0)
    said = till.read(PAGE)
    assert "Much is to be counted" in said
    assert "Counting them takes some seconds" in said
    assert "£10.00" not in said
    assert "£10.00 Came in" in till.read(f"{PAGE}&count=1")
    monkeypatch.setattr(days, "FOR_THE_COMMAND_LINE", 0)
    assert "dingdan close-day --day 2026-11-23 --currency GBP" in till.read(PAGE)


def test_open_points_want_a_note(till: Desk) -> None:
    refused = send(till, "closing/dayclose/day/close/", day="2026-11-23", currency="GBP")
    assert "1 open points: cash not counted (1)" in refused
    send(till, "closing/dayclose/day/close/", day="2026-11-23", currency="GBP", note_cash_not_counted="nobody was there")
    assert DayPoint.objects.values_list("note", flat=True).get() == "nobody was there"


def test_a_closed_day_is_opened_by_somebody_else(till: Desk) -> None:
    send(till, "closing/dayclose/day/close/", day="2026-11-23", currency="GBP", note_cash_not_counted="later")
    close = DayClose.objects.get()
    assert "Who has closed a day does not reopen it" in send(till, f"closing/dayclose/{close.id}/do/reopen/", note="again")
    other = sit_down(till.shop, as_user=lambda shop: member(shop, "accounting"))
    assert "The day is open again." in send(other, f"closing/dayclose/{close.id}/do/reopen/", note="a receipt was found")
    assert "a receipt was found" in till.read(f"closing/dayclose/{close.id}/")


def test_a_statement_is_taken_along(till: Desk) -> None:
    send(till, "closing/dayclose/day/close/", day="2026-11-23", currency="GBP", note_cash_not_counted="later")
    close = DayClose.objects.get()
    assert till.get(f"closing/dayclose/{close.id}/csv/").startswith("section,day,currency,account")
    assert "What the close of" in till.read(f"closing/accountmapping/?close={close.id}")


def test_a_shop_without_money_is_told_what_comes(desk: Desk) -> None:
    assert "Nothing has moved yet" in desk.read("closing/dayclose/")
    assert "Nothing has moved yet" in desk.read("closing/dayclose/?day=yesterday&currency=QQQ")


def test_the_journal_is_taken_along(till: Desk) -> None:
    assert "Take it along" in till.read("closing/accountmapping/?target=kingdee")
    asked = "format=beancount&since=2026-11-23&until=2026-11-23"
    answer = till.browser.get(f"/backoffice/closing/accountmapping/file/?{asked}")
    assert b"Assets:Cash" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    refused = till.browser.get("/backoffice/closing/accountmapping/file/?format=csv", follow=True)
    assert "Say the first and the last day." in text_of(refused.content.decode())


def test_an_account_is_called_otherwise(desk: Desk) -> None:
    send(desk, "closing/accountmapping/map/", target="xero", account="bank", code="091", name="Current")
    assert AccountMapping.objects.values_list("account", "code").get() == ("bank", "091")
    refused = send(desk, "closing/accountmapping/map/", target="xero", account="bank", code="no such code!", name="")
    assert "xero cannot have an account" in refused


@pytest.fixture
def billed(desk: Desk) -> UUID:
    """An account at the biller, with the bill of a Monday."""
    made = save_merchant_account(desk.shop.call(), account=MerchantAccountDraft(gateway=CODE, merchant="m-1", name="Till two"))
    lines = (
        LineTold(kind="payment", reference="ch-unheard-of", amount=5_00, currency="GBP", at=NOON, payout="po-1"),
        LineTold(kind="payout", reference="po-1", amount=5_00, currency="GBP", at=NOON + timedelta(hours=1)),
    )
    told = record_bill_lines(desk.shop.call(), account_id=made.merchant_account_id, day=MONDAY, lines=lines)
    finish_bill(desk.shop.call(), account_id=made.merchant_account_id, day=MONDAY)
    compare_bill(desk.shop.call(), bill_id=told.bill_id)
    return made.merchant_account_id


def test_bills_say_what_differs_first(desk: Desk, billed: UUID) -> None:
    assert re.search(r"Biller & Sons Till two 2 Fetched", desk.read("closing/bill/"))
    bill = Bill.objects.get()
    said = desk.read(f"closing/bill/{bill.id}/")
    assert "0 Matched 1 Noted 1 Missing ! 0 Differing" in said
    assert said.index("ch-unheard-of") < said.index("po-1")
    the_biller.tell(billed, MONDAY)
    assert "The bill was fetched and compared." in send(desk, f"closing/bill/{bill.id}/do/fetch/")


def test_payouts_are_received(desk: Desk, billed: UUID) -> None:
    payout = Payout.objects.get()
    assert "£5.00" in desk.read("closing/payout/")
    assert "It has arrived" in desk.read(f"closing/payout/{payout.id}/")
    assert "The payout is in the books." in send(desk, f"closing/payout/{payout.id}/do/receive/", line="")
    assert Payout.objects.values_list("state", flat=True).get() == "arrived"


def test_who_may_not_look_is_sent_away(shop: Shop) -> None:
    picker = sit_down(shop, as_user=lambda one: member(one, "warehouse"))
    for path in (
        "closing/dayclose/",
        "closing/accountmapping/",
        "closing/accountmapping/file/",
        "closing/bill/",
        "closing/payout/",
    ):
        picker.get(path, status=403)
    assert picker.browser.post("/backoffice/closing/dayclose/day/close/").status_code == 403
