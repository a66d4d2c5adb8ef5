from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dingdan.kernel import feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.ledgers.payments.commands import Told, record_unknown, request_charge
from dingdan.ledgers.payments.queries import trial_balance
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import close_day
from dingdan.trade.closing.commands.days import (
    DayIsClosed,
    DayNotOver,
    EarlierDayOpen,
    LaterDayClosed,
    OpenPoints,
    StillWriting,
)
from dingdan.trade.closing.models import DayClose, DayMovement, DayPoint
from dingdan.trade.closing.rules import Acknowledged
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies
from tests.trade.closing.till import MONDAY, NEVER_MIND, THURSDAY, TUESDAY, WEDNESDAY, Till, noon


def test_it_works(till: Till) -> None:
    till.receive(5_00, on=MONDAY - timedelta(days=3))
    till.receive(10_00, on=MONDAY)
    till.receive(7_00, on=MONDAY, method="bank_transfer")
    till.count(15_00, on=MONDAY)
    closed = till.close(MONDAY, acknowledged=())
    assert (closed.day, closed.currency, closed.postings, closed.late, closed.acknowledged) == (MONDAY, "GBP", 2, 0, ())
    assert till.balances(closed) == {
        "bank": (0, 0, 7_00, 0, 7_00),
        "cash": (5_00, 0, 10_00, 0, 15_00),
        "unapplied_money": (-5_00, 0, 0, 17_00, -22_00),
    }
    rows = DayMovement.objects.filter(close_id=closed.day_close_id).order_by("id")
    assert list(rows.values_list("rule", "method", "is_late", "postings", "amount")) == [
        ("bank_unapplied", "bank_transfer", False, 1, 7_00),
        ("cash_unapplied", "cash", False, 1, 10_00),
    ]


def test_the_next_day_goes_on_from_it(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    till.receive(2_00, on=TUESDAY)
    first, second = till.close(MONDAY), till.close(TUESDAY)
    assert till.balances(first)["cash"] == (0, 0, 10_00, 0, 10_00)
    assert till.balances(second)["cash"] == (10_00, 0, 2_00, 0, 12_00)
    assert DayClose.objects.get(id=second.day_close_id).previous_id == first.day_close_id


def test_what_comes_late_is_in_the_next_close(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    till.close(MONDAY)
    till.receive(1_00, on=MONDAY)
    till.receive(30, on=MONDAY - timedelta(days=40), method="bank_transfer")
    till.receive(2_00, on=TUESDAY)
    closed = till.close(TUESDAY)
    assert (closed.postings, closed.late) == (1, 2)
    assert till.balances(closed) == {
        "bank": (0, 30, 0, 0, 30),
        "cash": (10_00, 1_00, 2_00, 0, 13_00),
        "unapplied_money": (-10_00, -1_30, 0, 2_00, -13_30),
    }
    assert {one.account: one.debit - one.credit for one in trial_balance()} == {
        "bank": 30,
        "cash": 13_00,
        "unapplied_money": -13_30,
    }


def test_what_happens_before_yesterday_is_closed_is_in_todays(till: Till) -> None:
    """Between midnight and the close of the day before, the new day has begun."""
    till.receive(10_00, on=MONDAY)
    till.receive(3_00, on=TUESDAY)
    till.receive(5_00, on=THURSDAY)
    till.close(MONDAY)
    assert till.balances(till.close(TUESDAY))["cash"] == (10_00, 0, 3_00, 0, 13_00)
    assert till.balances(till.close(THURSDAY))["cash"] == (13_00, 0, 5_00, 0, 18_00)


def test_the_shop_has_a_clock_of_its_own(till: Till) -> None:
    """In June London is an hour ahead of UTC."""
    june = datetime(2026, 6, 10, tzinfo=UTC)
    till.receive(1_00, on=june.date())
    starts, ends = queries.standing(june.date(), "GBP").starts_at, queries.standing(june.date(), "GBP").ends_at
    assert (starts, ends) == (june - timedelta(hours=1), june + timedelta(hours=23))


def test_each_currency_is_closed_by_itself(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    till.receive(500, on=MONDAY, currency="JPY")
    assert till.balances(till.close(MONDAY))["cash"][-1] == 10_00
    assert till.balances(till.close(MONDAY, currency="JPY"))["cash"][-1] == 500
    assert queries.currencies_in_use() == ["GBP", "JPY"]


def test_open_points_are_refused_unless_a_note_says_why(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    found = DiscrepancyFound(kind="overpaid", source="bank", reference="r1", currency="GBP", amount=1)
    told = report_discrepancies.one(till.call(at=noon(MONDAY)), found)
    feed.sequence(till.id)
    with till.nothing_changes(), pytest.raises(OpenPoints, match=r"2 open points: discrepancy \(1\), cash not counted \(1\)"):
        till.close(MONDAY, acknowledged=())
    with till.nothing_changes(), pytest.raises(OpenPoints, match="1 open points"):
        till.close(MONDAY, acknowledged=[Acknowledged(kind="cash_not_counted", note="the till is locked")])
    said = [
        Acknowledged(kind="cash_not_counted", note="the till is locked"),
        Acknowledged(kind="discrepancy", reference=str(told.discrepancy_id), note="Ann paid a penny too much"),
    ]
    closed = till.close(MONDAY, acknowledged=said)
    rows = DayPoint.objects.filter(close_id=closed.day_close_id).order_by("id").values_list("kind", "reference", "note")
    assert list(rows) == [
        ("discrepancy", str(told.discrepancy_id), "Ann paid a penny too much"),
        ("cash_not_counted", "2026-11-23", "the till is locked"),
    ]


def test_an_attempt_that_nobody_knows_of_is_an_open_point(till: Till) -> None:
    asked = request_charge_of(till)
    record_unknown.one(till.call(at=noon(MONDAY)), Told(attempt_id=asked))
    feed.sequence(till.id)
    now = queries.standing(MONDAY, "GBP")
    assert [(one.kind.value, one.reference, one.amount) for one in queries.open_points(now)] == [
        ("unknown_attempt", str(asked), 10_00)
    ]


def request_charge_of(till: Till):  # type: ignore[no-untyped-def]
    """An attempt to take 10.00 at a gateway."""
    from dingdan.ledgers.payments.events import Document
    from dingdan.ledgers.payments.steps import Towards
    from tests.ledgers.payments.desk import claim_money

    document = Document("order", new_id())
    claim_money(till.call(at=noon(MONDAY)), claims=((document, Money(10_00, "GBP"), None),))
    asked = request_charge(till.call(at=noon(MONDAY)), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    return asked.attempt_id


def test_a_closed_day_is_refused(till: Till) -> None:
    till.close(MONDAY)
    with till.nothing_changes(), pytest.raises(DayIsClosed, match="2026-11-23 is closed in GBP"):
        till.close(MONDAY)


def test_a_day_before_a_closed_one_is_refused(till: Till) -> None:
    till.close(TUESDAY)
    with till.nothing_changes(), pytest.raises(LaterDayClosed):
        till.close(MONDAY)


def test_a_day_that_is_not_over_is_refused(till: Till) -> None:
    with till.nothing_changes(), pytest.raises(DayNotOver):
        close_day(till.call(at=noon(MONDAY)), day=MONDAY, currency="GBP", acknowledged=NEVER_MIND)


def test_a_day_after_an_open_one_with_movements_is_refused(till: Till) -> None:
    till.close(MONDAY)
    till.receive(1_00, on=TUESDAY)
    feed.sequence(till.id)
    with till.nothing_changes(), pytest.raises(EarlierDayOpen, match="2026-11-24"):
        till.close(WEDNESDAY)


def test_what_has_no_place_in_the_journal_yet_is_waited_for(till: Till) -> None:
    till.receive(1_00, on=MONDAY)
    with till.nothing_changes(), pytest.raises(StillWriting):
        close_day(till.call(at=noon(TUESDAY)), day=MONDAY, currency="GBP", acknowledged=NEVER_MIND)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [(Acknowledged(kind="bad_weather", note="rain"), UnknownChoice), (Acknowledged(kind="discrepancy", note=" "), TextMissing)],
)
def test_notes_that_say_nothing_are_refused(till: Till, said: Acknowledged, refusal: type[Exception]) -> None:
    with till.nothing_changes(), pytest.raises(refusal):
        till.close(MONDAY, acknowledged=[said])
