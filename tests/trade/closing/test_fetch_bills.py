"""Bills of a gateway, from the port to the exception queue."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from dingdan.automation import bills
from dingdan.kernel import clock
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.ports import Answer, BillKind, GatewayResult
from dingdan.trade.closing.models import Bill, BillLine
from dingdan.trade.reconciliation.queries import open_discrepancies
from tests.trade.closing.biller import CODE, line, the_biller
from tests.trade.closing.charges import charge, refund
from tests.trade.closing.till import MONDAY, TUESDAY, Till, noon


def states(account: UUID, day: date = MONDAY) -> dict[str, str]:
    return dict(BillLine.objects.filter(account_id=account, bill__moved_on=day).order_by("id").values_list("reference", "state"))


def found() -> list[tuple[str, str, int | None, int | None]]:
    rows = open_discrepancies().order_by("id")
    return list(rows.values_list("kind", "reference", "amount", "expected"))


def test_it_works(till: Till, account: UUID) -> None:
    payment_id, _attempt = charge(till, 10_00, reference="ch-1")
    the_biller.tell(account, MONDAY, line(BillKind.PAYMENT, "ch-1", 10_00, at=noon(MONDAY), fee=32))
    told = bills.fetch(till.id, CODE, account, MONDAY)
    assert told.compared is not None
    assert (told.compared.matched, told.compared.missing, told.compared.fees_kept, told.reported) == (1, 0, 32, 0)
    assert till.posted()[-1] == ("gateway_fee_kept", 32, "GBP")
    assert Payment.objects.get(id=payment_id).settled == 32
    assert Bill.objects.get(account_id=account).lines == 1


def test_fetching_twice_adds_nothing(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    the_biller.tell(account, MONDAY, line(BillKind.PAYMENT, "ch-1", 10_00, at=noon(MONDAY), fee=32))
    bills.fetch(till.id, CODE, account, MONDAY)
    before = till.posted()
    told = bills.fetch(till.id, CODE, account, MONDAY)
    assert told.compared is not None
    assert (told.compared.matched, told.compared.fees_kept) == (1, 0)
    assert (till.posted(), Bill.objects.get(account_id=account).lines) == (before, 1)


def test_lines_are_known_by_our_key_and_by_their_payment(till: Till, account: UUID) -> None:
    _one, by_key = charge(till, 10_00, reference="ch-1")
    charge(till, 20_00, reference="ch-2")
    the_biller.tell(
        account,
        MONDAY,
        line(BillKind.PAYMENT, "tx-1", 10_00, at=noon(MONDAY), key=str(by_key)),
        line(BillKind.PAYMENT, "tx-2", 20_00, at=noon(MONDAY), payment_reference="ch-2"),
    )
    bills.fetch(till.id, CODE, account, MONDAY)
    assert states(account) == {"tx-1": "matched", "tx-2": "matched"}


def test_two_refunds_of_one_amount_are_two_lines(till: Till, account: UUID) -> None:
    payment_id, _attempt = charge(till, 10_00, reference="ch-1")
    refund(till, payment_id, 2_00, reference="")
    refund(till, payment_id, 2_00, reference="")
    lines = [line(BillKind.REFUND, name, -2_00, at=noon(MONDAY), payment_reference="ch-1") for name in ("re-1", "re-2", "re-3")]
    the_biller.tell(account, MONDAY, *lines)
    bills.fetch(till.id, CODE, account, MONDAY)
    assert states(account) == {"re-1": "matched", "re-2": "matched", "re-3": "missing"}
    assert found() == [("missing_in_books", "re-3", -2_00, None)]


def test_an_open_attempt_is_asked_about_first(till: Till, account: UUID) -> None:
    _payment, attempt = charge(till, 10_00, reference="")
    the_biller.answers[str(attempt)] = GatewayResult(answer=Answer.DONE, amount=10_00, currency="GBP", reference="ch-9")
    the_biller.tell(account, MONDAY, line(BillKind.PAYMENT, "ch-9", 10_00, at=noon(MONDAY), key=str(attempt), fee=30))
    told = bills.fetch(till.id, CODE, account, MONDAY)
    assert told.compared is not None
    assert (told.compared.matched, told.compared.fees_kept, told.reported) == (1, 30, 0)
    assert str(attempt) in the_biller.asked
    assert till.posted()[0] == ("gateway_received", 10_00, "GBP")


def test_what_the_books_do_not_know_is_an_exception(till: Till, account: UUID) -> None:
    the_biller.tell(account, MONDAY, line(BillKind.PAYMENT, "ch-1", 10_00, at=noon(MONDAY), fee=32))
    told = bills.fetch(till.id, CODE, account, MONDAY)
    assert (told.reported, found()) == (1, [("missing_in_books", "ch-1", 10_00, None)])
    assert till.posted() == []
    bills.fetch(till.id, CODE, account, MONDAY)
    assert open_discrepancies().get().seen == 2


def test_what_the_books_say_otherwise_is_an_exception(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    charge(till, 7_00, reference="ch-2")
    the_biller.tell(
        account,
        MONDAY,
        line(BillKind.PAYMENT, "ch-1", 9_00, at=noon(MONDAY)),
        line(BillKind.PAYMENT, "ch-2", 7_00, at=noon(MONDAY), currency="EUR"),
    )
    bills.fetch(till.id, CODE, account, MONDAY)
    assert states(account) == {"ch-1": "differing", "ch-2": "differing"}
    assert found() == [("amount_differs", "ch-1", 9_00, 10_00), ("currency_differs", "ch-2", 7_00, 7_00)]


def test_what_no_bill_tells_of_is_an_exception_after_a_day(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    charge(till, 5_00, reference="ch-2")
    the_biller.tell(account, MONDAY)
    assert bills.fetch(till.id, CODE, account, MONDAY).reported == 0
    the_biller.tell(account, TUESDAY, line(BillKind.PAYMENT, "ch-2", 5_00, at=noon(TUESDAY)))
    assert bills.fetch(till.id, CODE, account, TUESDAY).reported == 1
    assert found() == [("missing_at_gateway", "ch-1", None, 10_00)]


def test_fees_that_are_given_back_and_fees_of_nothing(till: Till, account: UUID) -> None:
    payment_id, _attempt = charge(till, 10_00, reference="ch-1")
    refund(till, payment_id, 10_00, reference="re-1")
    the_biller.tell(
        account,
        MONDAY,
        line(BillKind.PAYMENT, "ch-1", 10_00, at=noon(MONDAY), fee=32),
        line(BillKind.REFUND, "re-1", -10_00, at=noon(MONDAY), fee=-12),
        line(BillKind.FEE, "fee-1", -4_00, at=noon(MONDAY)),
    )
    told = bills.fetch(till.id, CODE, account, MONDAY)
    assert told.compared is not None
    assert (told.compared.fees_kept, told.compared.fees_returned) == (4_32, 12)
    assert till.posted()[-3:] == [
        ("gateway_fee_kept", 32, "GBP"),
        ("gateway_fee_kept", 4_00, "GBP"),
        ("gateway_fee_returned", 12, "GBP"),
    ]


def test_a_bill_that_is_not_there_is_awaited(till: Till, account: UUID) -> None:
    assert bills.fetch(till.id, CODE, account, MONDAY).error == "bill_not_ready"
    the_biller.is_down = True
    assert bills.fetch(till.id, CODE, account, MONDAY).error == "TimeoutError"
    bill = Bill.objects.get(account_id=account)
    assert (bill.state, bill.asked, bill.error) == ("awaited", 2, "TimeoutError")
    the_biller.is_down = False
    the_biller.tell(account, MONDAY)
    bills.fetch(till.id, CODE, account, MONDAY)
    assert Bill.objects.get(account_id=account).state == "fetched"


def test_every_day_since_the_account_was_opened_is_asked_for(till: Till, account: UUID) -> None:
    assert bills.fetch_all(till.id) == []
    with clock.moved_by(timedelta(days=2)):
        assert [one.error for one in bills.fetch_all(till.id)] == ["bill_not_ready"] * 2
    with clock.moved_by(timedelta(days=30)):
        assert len(bills.fetch_all(till.id)) == bills.DAYS_BACK
