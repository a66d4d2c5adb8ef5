from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from dingdan.automation import bills
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.ports import BillKind, BillLine
from dingdan.ledgers.payments.queries import trial_balance
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import receive_payout
from dingdan.trade.closing.commands.payouts import NotItsLine, PayoutDiffers
from dingdan.trade.closing.models import Payout
from dingdan.trade.closing.rules import Awaited, Seen, arrivals
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.queries import open_discrepancies
from dingdan.trade.reconciliation.rules import LineDraft
from tests.trade.closing.biller import CODE, line, the_biller
from tests.trade.closing.charges import charge, refund
from tests.trade.closing.till import MONDAY, TUESDAY, Till, noon
from tests.trade.reconciliation.desk import statement


def payout_of(till: Till, account: UUID, *lines: BillLine) -> Payout:
    """The payout that a bill tells of."""
    the_biller.tell(account, MONDAY, *lines)
    bills.fetch(till.id, CODE, account, MONDAY)
    return Payout.objects.get(account_id=account)


def sold(amount: int, reference: str, *, fee: int = 0) -> BillLine:
    return line(BillKind.PAYMENT, reference, amount, at=noon(MONDAY), fee=fee, payout="po-1")


def paid_out(amount: int, *, currency: str = "GBP") -> BillLine:
    return line(BillKind.PAYOUT, "po-1", amount, at=noon(MONDAY), currency=currency)


def held(currency: str = "GBP") -> dict[str, int]:
    """What lies at the bank, at the gateway and between the currencies."""
    accounts = ("bank", "gateway_clearing", "exchange_difference")
    return {
        one.account: one.debit - one.credit for one in trial_balance() if one.account in accounts and one.currency == currency
    }


def test_it_works(till: Till, account: UUID) -> None:
    first, _attempt = charge(till, 10_00, reference="ch-1")
    second, _attempt = charge(till, 20_00, reference="ch-2")
    payout = payout_of(till, account, sold(10_00, "ch-1", fee=30), sold(20_00, "ch-2", fee=60), paid_out(29_10))
    assert (payout.state, payout.amount, payout.lines_total, payout.lines_currency) == ("announced", 29_10, 29_10, "GBP")
    told = receive_payout(till.call(at=noon(TUESDAY)), payout_id=payout.id)
    assert (told.arrived, told.lines, set(told.payments)) == (29_10, 29_10, {first, second})
    assert till.posted()[-2:] == [("gateway_paid_out", 9_70, "GBP"), ("gateway_paid_out", 19_40, "GBP")]
    assert held() == {"bank": 29_10, "gateway_clearing": 0}
    assert list(Payment.objects.order_by("id").values_list("settled", flat=True)) == [10_00, 20_00]
    assert till.balances(till.close(MONDAY))["gateway_clearing biller"] == (0, 0, 30_00, 90, 29_10)
    assert till.balances(till.close(TUESDAY))["gateway_clearing biller"] == (29_10, 0, 0, 29_10, 0)


def test_refunds_and_charges_come_out_of_it(till: Till, account: UUID) -> None:
    payment_id, _attempt = charge(till, 10_00, reference="ch-1")
    charge(till, 20_00, reference="ch-2")
    refund(till, payment_id, 4_00, reference="re-1")
    payout = payout_of(
        till,
        account,
        sold(10_00, "ch-1", fee=30),
        sold(20_00, "ch-2", fee=60),
        line(BillKind.REFUND, "re-1", -4_00, at=noon(MONDAY), payout="po-1"),
        line(BillKind.FEE, "fee-1", -1_00, at=noon(MONDAY), payout="po-1"),
        paid_out(-24_10),
    )
    assert payout.state == "announced"
    receive_payout(till.call(), payout_id=payout.id)
    assert till.posted()[-1] == ("gateway_payout_reduced", 5_00, "GBP")
    assert held() == {"bank": 24_10, "gateway_clearing": 0}


def test_another_currency_is_exchanged(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    payout = payout_of(till, account, sold(10_00, "ch-1"), paid_out(11_60, currency="EUR"))
    assert payout.state == "announced"
    receive_payout(till.call(), payout_id=payout.id)
    assert till.posted()[-2:] == [("currency_given", 10_00, "GBP"), ("currency_taken", 11_60, "EUR")]
    assert held() == {"bank": 0, "gateway_clearing": 0, "exchange_difference": 10_00}
    assert held("EUR") == {"bank": 11_60, "exchange_difference": -11_60}


def test_lines_may_come_after_their_payout(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    payout = payout_of(till, account, paid_out(10_00), replace(sold(10_00, "ch-1"), payout=""))
    assert (payout.state, payout.lines_total) == ("announced", 0)
    the_biller.tell(account, TUESDAY, sold(10_00, "ch-1"))
    bills.fetch(till.id, CODE, account, TUESDAY)
    assert Payout.objects.values_list("state", "lines_total").get() == ("announced", 10_00)


def test_without_lines_it_is_of_what_the_firm_has_held_longest(till: Till, account: UUID) -> None:
    first, _attempt = charge(till, 10_00, reference="ch-1")
    charge(till, 20_00, reference="ch-2")
    refund(till, first, 4_00, reference="re-1")
    lines = [replace(sold(amount, name), payout="") for amount, name in ((10_00, "ch-1"), (20_00, "ch-2"))]
    payout = payout_of(till, account, *lines, paid_out(15_00))
    receive_payout(till.call(), payout_id=payout.id)
    assert till.posted()[-2:] == [("gateway_paid_out", 6_00, "GBP"), ("gateway_paid_out", 9_00, "GBP")]
    assert held() == {"bank": 15_00, "gateway_clearing": 11_00}


def test_payments_that_were_settled_in_another_currency_are_exchanged(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    euros = [replace(one, currency="EUR") for one in (sold(11_60, "ch-1", fee=35), paid_out(11_25))]
    payout = payout_of(till, account, *euros)
    assert (payout.state, payout.lines_currency, list(open_discrepancies())) == ("announced", "EUR", [])
    receive_payout(till.call(), payout_id=payout.id)
    assert till.posted()[-4:] == [
        ("gateway_paid_out", 10_00, "GBP"),
        ("currency_given", 10_00, "GBP"),
        ("currency_taken", 11_60, "EUR"),
        ("gateway_payout_reduced", 35, "EUR"),
    ]
    assert held() == {"bank": 0, "gateway_clearing": 0, "exchange_difference": 10_00}
    assert held("EUR") == {"bank": 11_25, "gateway_clearing": 0, "exchange_difference": -11_60}


def test_one_that_is_not_its_lines_is_refused_and_reported(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    payout = payout_of(till, account, sold(10_00, "ch-1"), paid_out(9_00))
    rows = open_discrepancies().values_list("kind", "reference", "amount", "expected")
    assert list(rows) == [("amount_differs", "po-1", 9_00, 10_00)]
    with till.nothing_changes(), pytest.raises(PayoutDiffers, match=r"The payout is 9\.00 GBP, its lines add up to 10\.00 GBP"):
        receive_payout(till.call(), payout_id=payout.id)
    receive_payout(till.call(), payout_id=payout.id, as_it_is=True)
    assert till.posted()[-2:] == [("gateway_paid_out", 10_00, "GBP"), ("gateway_payout_reduced", 1_00, "GBP")]
    assert held() == {"bank": 9_00, "gateway_clearing": 1_00}


def test_one_that_has_arrived_is_refused(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    payout = payout_of(till, account, sold(10_00, "ch-1"), paid_out(10_00))
    receive_payout(till.call(), payout_id=payout.id)
    with till.nothing_changes(), pytest.raises(NotInThisState):
        receive_payout(till.call(), payout_id=payout.id)


def test_a_strangers_payout_is_refused(till: Till) -> None:
    with till.nothing_changes(), pytest.raises(NotFound):
        receive_payout(till.call(), payout_id=new_id())


# ── by which line of a bank statement it came ────────────────────────────────────────────────────────────────────────────
def on_statement(till: Till, amount: int, text: str, **more: object) -> UUID:
    """A line of a bank statement of Tuesday."""
    draft = LineDraft(booked_on=TUESDAY, amount=amount, currency="GBP", text=text, **more)  # type: ignore[arg-type]
    (line_id,) = statement(till, draft)  # type: ignore[arg-type]
    return line_id


def test_the_bank_tells_that_it_came(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    payout = payout_of(
        till, account, replace(sold(10_00, "ch-1"), payout="po-2026-77"), replace(paid_out(10_00), reference="po-2026-77")
    )
    on_statement(till, 10_00, "order 4711")
    line_id = on_statement(till, 10_00, "BILLER*PO 2026 77 LONDON")
    assert bills.receive_payouts(till.id) == 1
    assert Payout.objects.values_list("id", "state", "line_id").get() == (payout.id, "arrived", line_id)
    assert StatementLine.objects.values_list("state", "reason").get(id=line_id) == ("ignored", "biller po-2026-77")
    assert bills.receive_payouts(till.id) == 0


@pytest.mark.parametrize(
    ("lines", "came_by"),
    [
        ([("Biller & Sons settlement", 10_00)], 0),
        ([("something else", 10_00)], None),
        ([("Biller & Sons", 10_00), ("Biller & Sons", 10_00)], None),
        ([("Biller & Sons po-1-long", 9_99)], None),
        ([("Biller & Sons", 10_00), ("PO1LONG", 10_00)], 1),
    ],
)
def test_only_what_is_certain_is_believed(lines: list[tuple[str, int]], came_by: int | None) -> None:
    payout = Awaited(
        id=new_id(), amount=10_00, currency="GBP", sent_on=MONDAY, reference="po-1-long", names=("biller", "Biller & Sons")
    )
    seen = [Seen(id=new_id(), amount=amount, currency="GBP", booked_on=TUESDAY, says=text) for text, amount in lines]
    assert arrivals([payout], seen) == ({} if came_by is None else {payout.id: seen[came_by].id})


def test_a_line_of_another_amount_is_refused(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    payout = payout_of(till, account, sold(10_00, "ch-1"), paid_out(10_00))
    line_id = on_statement(till, 9_00, "po-1")
    with till.nothing_changes(), pytest.raises(NotItsLine, match=r"it is not 10\.00 GBP"):
        receive_payout(till.call(), payout_id=payout.id, line_id=line_id)
    with till.nothing_changes(), pytest.raises(NotItsLine):
        receive_payout(till.call(), payout_id=payout.id, line_id=new_id())


def test_a_line_that_is_matched_with_nothing_keeps_the_day_open(till: Till) -> None:
    line_id = on_statement(till, 9_00, "who knows")
    assert [(one.kind.value, one.reference) for one in queries.open_points(queries.standing(TUESDAY, "GBP"))] == [
        ("statement_line", str(line_id))
    ]
    assert queries.open_points(queries.standing(MONDAY, "GBP")) == []
