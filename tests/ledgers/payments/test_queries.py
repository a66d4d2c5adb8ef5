from datetime import timedelta

from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReceived, MoneyReturned, record_payments, record_refunds
from dingdan.ledgers.payments.models import Posting
from dingdan.ledgers.payments.queries import due, open_attempts, payments_of, receivable_of, statement, trial_balance, unapplied
from tests.ledgers.payments.desk import NOON, Desk


def test_receivables_of_documents(desk: Desk) -> None:
    first, second = desk.claim(10_00), desk.claim(20_00)
    found = receivable_of("order", [first.id, second.id, new_id()])
    assert {id_: view.amount for id_, view in found.items()} == {first.id: 10_00, second.id: 20_00}
    assert receivable_of("quote", [first.id]) == {}


def test_payments_of_documents(desk: Desk) -> None:
    first, second = desk.claim(10_00), desk.claim(20_00)
    desk.pay(first, 4_00, method="cash")
    desk.pay(first, 6_00)
    desk.pay(second, 20_00)
    record_refunds.one(desk.call(), MoneyReturned(document=second, money=Money(5_00, "GBP"), reason="favor"))
    found = payments_of("order", [first.id, second.id])
    assert [(one.gateway, one.captured, one.shares[0].amount) for one in found[first.id]] == [
        ("cash", 4_00, 4_00),
        ("bank_transfer", 6_00, 6_00),
    ]
    (payment,) = found[second.id]
    assert [(one.kind, one.state, one.amount, one.reason) for one in payment.attempts] == [("refund", "succeeded", 5_00, "favor")]
    assert payment.shares[0].free == 15_00


def test_due(desk: Desk) -> None:
    customer = new_id()
    mine, other, paid = desk.claim(10_00, customer_id=customer), desk.claim(20_00), desk.claim(30_00)
    desk.pay(paid, 30_00)
    assert [(one.document_id, one.due) for one in due()] == [(mine.id, 10_00), (other.id, 20_00)]
    assert [one.document_id for one in due(customer_id=customer)] == [mine.id]
    assert due(NOON) == []
    assert len(due(NOON + timedelta(seconds=1), limit=1)) == 1


def test_unapplied(desk: Desk) -> None:
    for amount, currency in ((5_00, "GBP"), (7_00, "EUR")):
        record_payments.one(desk.call(), MoneyReceived(method="cash", money=Money(amount, currency)))
    assert [(one.currency, one.unapplied) for one in unapplied()] == [("GBP", 5_00), ("EUR", 7_00)]
    assert [one.unapplied for one in unapplied(currency="EUR")] == [7_00]


def test_trial_balance(desk: Desk) -> None:
    assert trial_balance() == []
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.invoice(document, goods=8_00, tax=2_00)
    desk.pay(desk.claim(3, currency="JPY"), 3, currency="JPY")
    assert [(one.currency, one.account, one.debit, one.credit, one.balance) for one in trial_balance()] == [
        ("GBP", "accounts_receivable", 10_00, 10_00, 0),
        ("GBP", "bank", 10_00, 0, 10_00),
        ("GBP", "customer_deposits", 10_00, 10_00, 0),
        ("GBP", "revenue", 0, 8_00, 8_00),
        ("GBP", "tax_payable", 0, 2_00, 2_00),
        ("JPY", "bank", 3, 0, 3),
        ("JPY", "customer_deposits", 0, 3, 3),
    ]


def test_statement(desk: Desk) -> None:
    document = desk.claim(10_00)
    paid = desk.pay(document, 12_00)
    record_refunds.one(desk.call(), MoneyReturned(payment_id=paid.payment_id, money=Money(2_00, "GBP")))
    desk.pay(desk.claim(3, currency="EUR"), 3, currency="EUR")
    lines = statement("bank", currency="GBP")
    assert [(one.rule, one.amount, one.against, one.at, one.payment_id) for one in lines] == [
        ("bank_received", 10_00, "customer_deposits", NOON, paid.payment_id),
        ("bank_unapplied", 2_00, "unapplied_money", NOON, paid.payment_id),
        ("bank_unapplied_refunded", -2_00, "unapplied_money", NOON, paid.payment_id),
    ]
    assert statement("bank", currency="GBP", after=lines[1].id) == lines[2:]
    assert statement("bank", currency="GBP", limit=1) == lines[:1]
    assert sum(one.amount for one in statement("unapplied_money", currency="GBP")) == 0


def test_attempts_for_people(desk: Desk) -> None:
    from dingdan.ledgers.payments.commands import request_refund

    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    (refund,) = request_refund(desk.call(), refund=MoneyReturned(document=document)).refunds
    later = NOON + timedelta(seconds=1)
    assert open_attempts(before=later, by_hand=True) == [refund.attempt_id]
    assert open_attempts(before=later) == []


def test_what_one_entry_posted_can_be_found(desk: Desk) -> None:
    from dingdan.kernel.feed import timeline

    document = desk.claim(10_00)
    paid = desk.pay(document, 10_00)
    assert [one["command"] for one in timeline(document.id)] == ["payments.record_payments"]
    assert [one["command"] for one in timeline(paid.payment_id)] == ["payments.record_payments"]
    assert Posting.objects.get().entry_id == timeline(paid.payment_id)[0]["entry"]
