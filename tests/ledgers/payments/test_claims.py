"""Steps on what documents are owed: claim, reclaim, invoice, credit."""

import pytest
from django.db import IntegrityError

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import AmountTooLarge, Money, UnknownCurrency
from dingdan.ledgers.payments.commands import MoneyReturned, record_refunds, write_off_receivable
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import trial_balance
from dingdan.ledgers.payments.rules import Parts
from dingdan.ledgers.payments.steps.refusals import CreditAboveInvoiced
from tests.ledgers.payments.desk import NOON, Desk, change_claim, claim_money


def _balances(desk: Desk) -> dict[str, int]:
    return {one.account: one.balance for one in trial_balance() if one.balance}


def test_a_claim_promises_money_and_posts_nothing(desk: Desk) -> None:
    document = desk.claim(10_00)
    owed = desk.owed(document)
    assert (owed.amount, owed.due, owed.terms, owed.due_at, owed.payment_status) == (10_00, 10_00, "prepaid", NOON, "unpaid")
    assert desk.posted() == []


def test_a_claim_of_nothing_is_nothing_due(desk: Desk) -> None:
    assert desk.counters(desk.claim(0)) == ("nothing_due", 0, 0, 0)


def test_a_document_has_one_receivable(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(IntegrityError, match="a_document_has_one_receivable"):
        claim_money(desk.call(), claims=((document, Money(1, "GBP"), None),))


def test_many_claims_are_one_statement_more_than_none(desk: Desk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        claim_money(desk.call(), claims=tuple((Document("order", new_id()), Money(5, "GBP"), None) for _ in range(50)))
    assert sum("payments_" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize(("amount", "currency", "refusal"), [(1, "QQQ", UnknownCurrency), (10**16, "GBP", AmountTooLarge)])
def test_no_such_money_is_refused(desk: Desk, amount: int, currency: str, refusal: type[Exception]) -> None:
    with desk.nothing_changes(), pytest.raises(refusal):
        desk.claim(amount, currency=currency)


def test_a_claim_below_zero_is_the_databases_to_refuse(desk: Desk) -> None:
    from dingdan.ledgers.payments.steps.refusals import BeyondLimit

    with desk.nothing_changes(), pytest.raises(BeyondLimit):
        desk.claim(-1)


@pytest.mark.parametrize(
    ("now", "status", "due"),
    [(0, "overpaid", -10_00), (4_00, "overpaid", -6_00), (10_00, "paid", 0), (15_00, "partly_paid", 5_00)],
)
def test_a_changed_claim_leaves_the_difference(desk: Desk, now: int, status: str, due: int) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    assert change_claim(desk.call(), document=document, amount=now).statuses == (status,)
    assert desk.counters(document) == (status, due, 10_00, 0)
    assert len(desk.posted()) == 1


def test_changing_an_unknown_claim_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        desk.reclaim(Document("order", new_id()), 1)


def test_an_invoice_after_the_money(desk: Desk) -> None:
    document = desk.claim(13_50)
    desk.pay(document, 13_50)
    desk.invoice(document, goods=10_00, shipping=2_00, fees=50, tax=2_00, discount=1_00)
    assert desk.posted(1) == [
        ("goods_invoiced", "accounts_receivable", "revenue", 10_00),
        ("shipping_invoiced", "accounts_receivable", "shipping_revenue", 2_00),
        ("fees_invoiced", "accounts_receivable", "fee_revenue", 50),
        ("tax_invoiced", "accounts_receivable", "tax_payable", 2_00),
        ("discount_invoiced", "discounts", "accounts_receivable", 1_00),
        ("deposit_settled", "customer_deposits", "accounts_receivable", 13_50),
    ]
    assert _balances(desk) == {
        "bank": 13_50, "revenue": 10_00, "shipping_revenue": 2_00, "fee_revenue": 50, "tax_payable": 2_00, "discounts": 1_00,
    }  # fmt: skip
    assert desk.counters(document) == ("paid", 0, 13_50, 0)


def test_an_invoice_before_the_money(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    assert _balances(desk) == {"accounts_receivable": 10_00, "revenue": 10_00}
    desk.pay(document, 4_00)
    assert desk.posted(1) == [
        ("bank_received", "bank", "customer_deposits", 4_00),
        ("deposit_settled", "customer_deposits", "accounts_receivable", 4_00),
    ]
    assert _balances(desk) == {"accounts_receivable": 6_00, "bank": 4_00, "revenue": 10_00}


def test_a_part_invoiced_leaves_the_rest_a_deposit(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.invoice(document, goods=6_00)
    assert _balances(desk) == {"bank": 10_00, "customer_deposits": 4_00, "revenue": 6_00}
    desk.invoice(document, goods=4_00)
    assert _balances(desk) == {"bank": 10_00, "revenue": 10_00}


@pytest.mark.parametrize(("rounding", "rule"), [(1, "rounded_up"), (-1, "rounded_down")])
def test_rounding_has_its_own_account(desk: Desk, rounding: int, rule: str) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00 - rounding, rounding=rounding)
    assert [one[0] for one in desk.posted()] == ["goods_invoiced", rule]
    assert desk.owed(document).invoiced == 10_00


def test_a_gift_card_on_an_invoice_is_owed_and_not_earned(desk: Desk) -> None:
    document = desk.claim(25_00)
    desk.invoice(document, gift_cards=25_00)
    assert _balances(desk) == {"accounts_receivable": 25_00, "gift_cards": 25_00}


@pytest.mark.parametrize("parts", [{"goods": -1}, {"tax": -1, "goods": 5}, {"discount": 5}, {"rounding": -1}])
def test_a_part_below_zero_is_a_mistake(parts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="below zero"):
        Parts(**parts)


def test_a_credit_note_mirrors_the_invoice(desk: Desk) -> None:
    document = desk.claim(13_50)
    parts = {"goods": 10_00, "shipping": 2_00, "fees": 50, "tax": 2_00, "discount": 1_00}
    desk.invoice(document, **parts)
    desk.credit(document, **parts)
    assert desk.posted(5) == [
        ("goods_credited", "sales_returns", "accounts_receivable", 10_00),
        ("shipping_credited", "shipping_revenue", "accounts_receivable", 2_00),
        ("fees_credited", "fee_revenue", "accounts_receivable", 50),
        ("tax_credited", "tax_payable", "accounts_receivable", 2_00),
        ("discount_credited", "accounts_receivable", "discounts", 1_00),
    ]
    assert _balances(desk) == {"revenue": 10_00, "sales_returns": 10_00}


def test_a_return_from_invoice_to_refund(desk: Desk) -> None:
    """Paid, shipped and invoiced, 3.00 of it comes back: owed less, credited, refunded; in any order the books end alike."""
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.invoice(document, goods=10_00)
    desk.reclaim(document, 7_00)
    assert desk.counters(document) == ("overpaid", -3_00, 10_00, 0)
    desk.credit(document, goods=3_00)
    assert desk.posted(3) == [
        ("goods_credited", "sales_returns", "accounts_receivable", 3_00),
        ("deposit_restored", "accounts_receivable", "customer_deposits", 3_00),
    ]
    record_refunds.one(desk.call(), MoneyReturned(document=document, money=Money(3_00, "GBP")))
    assert desk.counters(document) == ("partly_refunded", 0, 10_00, 3_00)
    assert _balances(desk) == {"bank": 7_00, "revenue": 10_00, "sales_returns": 3_00}


def test_a_refund_before_its_credit_note(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.invoice(document, goods=10_00)
    record_refunds.one(desk.call(), MoneyReturned(document=document, money=Money(3_00, "GBP")))
    assert _balances(desk) == {"accounts_receivable": 3_00, "bank": 7_00, "revenue": 10_00}
    desk.reclaim(document, 7_00)
    desk.credit(document, goods=3_00)
    assert desk.counters(document) == ("partly_refunded", 0, 10_00, 3_00)
    assert _balances(desk) == {"bank": 7_00, "revenue": 10_00, "sales_returns": 3_00}


def test_more_than_was_invoiced_is_not_credited(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=6_00)
    with desk.nothing_changes(), pytest.raises(CreditAboveInvoiced) as refused:
        desk.credit(document, goods=6_01)
    assert refused.value.facts["left"] == Money(6_00, "GBP")


def test_what_was_written_off_is_not_credited(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.invoice(document, goods=10_00)
    write_off_receivable(desk.call(), document=document, money=Money(4_00, "GBP"))
    with desk.nothing_changes(), pytest.raises(CreditAboveInvoiced):
        desk.credit(document, goods=6_01)


def test_an_unknown_document_is_neither_invoiced_nor_credited(desk: Desk) -> None:
    with desk.nothing_changes():
        with pytest.raises(NotFound):
            desk.invoice(Document("order", new_id()), goods=1)
        with pytest.raises(NotFound):
            desk.credit(Document("order", new_id()), goods=1)
