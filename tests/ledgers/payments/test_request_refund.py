import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    RequestCapture,
    Told,
    apply_store_credit,
    grant_store_credit,
    record_capture,
    request_capture,
    request_refund,
)
from dingdan.ledgers.payments.commands import record_refund as answer
from dingdan.ledgers.payments.events import Document, RefundRequested
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.queries import credit_of
from dingdan.ledgers.payments.steps.refusals import (
    AmountNotPositive,
    ForeignCurrency,
    NobodyToCredit,
    RefundAboveCaptured,
    UnknownMethod,
)
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def _captured(desk: Desk, amount: int) -> Document:
    document = desk.claim(amount)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    return document


def test_it_works(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    asked = request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(3_00), reason="returned"))

    (payment,) = desk.payments(document)
    (refund,) = asked.refunds
    assert (asked.currency, asked.amount, asked.document_id, asked.reason, asked.applied) == (
        "GBP", 3_00, document.id, "returned", (),
    )  # fmt: skip
    assert (refund.payment_id, refund.gateway, refund.amount, refund.state) == (payment.id, "silent", 3_00, "requested")
    assert (payment.refunding, payment.refunded, payment.shares[0].refunding, payment.shares[0].free) == (3_00, 0, 3_00, 7_00)
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    assert len(desk.posted()) == 1


def test_without_an_amount_everything_goes_back(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    assert request_refund(desk.call(), refund=MoneyReturned(document=document)).amount == 10_00


def test_a_document_is_refunded_over_its_payments_newest_first(desk: Desk) -> None:
    document = desk.claim(10_00)
    old = desk.pay(document, 6_00, method="cash").payment_id
    new = desk.pay(document, 4_00).payment_id
    asked = request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(7_00)))
    assert [(one.payment_id, one.gateway, one.amount) for one in asked.refunds] == [
        (new, "bank_transfer", 4_00),
        (old, "cash", 3_00),
    ]


def test_what_no_document_needs_goes_back_first(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 12_00).payment_id
    asked = request_refund(desk.call(), refund=MoneyReturned(payment_id=payment_id, money=_pounds(5_00)))
    assert [one.amount for one in asked.refunds] == [2_00, 3_00]
    assert [one.allocation_id is None for one in Attempt.objects.order_by("id")] == [True, False]


def test_what_a_document_has_too_much_of_goes_back_before_that(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 12_00).payment_id
    desk.reclaim(document, 9_00)
    request_refund(desk.call(), refund=MoneyReturned(payment_id=payment_id, money=_pounds(1_00)))
    assert [one.allocation_id is None for one in Attempt.objects.all()] == [False]


def test_cash_on_delivery_goes_back_through_the_bank(desk: Desk) -> None:
    from dingdan.ledgers.payments.commands import CodCollected, collect_cod

    document = desk.claim(10_00)
    collect_cod.one(desk.call(), CodCollected(document=document, money=_pounds(10_00)))
    (refund,) = request_refund(desk.call(), refund=MoneyReturned(document=document)).refunds
    answer.one(desk.call(), Told(attempt_id=refund.attempt_id))
    assert desk.posted(1) == [("bank_refunded", "customer_deposits", "bank", 10_00)]


def test_store_credit_goes_back_at_once(desk: Desk) -> None:
    customer = new_id()
    grant_store_credit(desk.call(), customer_id=customer, money=_pounds(8_00))
    document = desk.claim(5_00, customer_id=customer)
    apply_store_credit(desk.call(), document=document, customer_id=customer)
    asked = request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(2_00)))
    assert [(one.gateway, one.state) for one in asked.refunds] == [("store_credit", "succeeded")]
    assert [one.payment_status for one in asked.applied] == ["partly_paid"]
    assert [(one.amount, one.paid, one.due) for one in credit_of(customer)] == [(8_00, 3_00, 5_00)]
    assert desk.posted(2) == [("store_credit_refunded", "customer_deposits", "store_credit", 2_00)]


def test_other_money_can_go_back_as_store_credit(desk: Desk) -> None:
    customer = new_id()
    document = desk.claim(5_00, customer_id=customer)
    desk.pay(document, 5_00)
    request_refund(desk.call(), refund=MoneyReturned(document=document, method="store_credit"))
    assert [(one.amount, one.paid, one.due) for one in credit_of(customer)] == [(5_00, 0, 5_00)]
    assert desk.counters(document) == ("unpaid", 5_00, 5_00, 5_00)


def test_store_credit_for_nobody_is_refused(desk: Desk) -> None:
    document = desk.claim(5_00)
    desk.pay(document, 5_00)
    with desk.nothing_changes(), pytest.raises(NobodyToCredit):
        request_refund(desk.call(), refund=MoneyReturned(document=document, method="store_credit"))


def test_more_than_was_captured_is_refused(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured) as refused:
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(10_01)))
    assert refused.value.facts == {"asked": _pounds(10_01), "left": _pounds(10_00)}
    assert str(refused.value) == (
        "10.01 GBP cannot be refunded: 10.00 GBP is left. "
        "Refund at most 10.00 GBP. What is to be given beyond that is goodwill."
    )  # fmt: skip


def test_what_is_promised_is_not_promised_again(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(6_00)))
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured) as refused:
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(4_01)))
    assert refused.value.facts["left"] == _pounds(4_00)


def test_what_is_only_held_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.authorize(document)
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured):
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(1)))


def test_a_document_that_nobody_paid_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured):
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(1)))
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured):
        request_refund(desk.call(), refund=MoneyReturned(document=document))


def test_a_foreign_currency_is_refused(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=Money(1, "EUR")))


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_refused(desk: Desk, amount: int) -> None:
    document = _captured(desk, 10_00)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(amount)))


def test_an_unknown_method_is_refused(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    with desk.nothing_changes(), pytest.raises(UnknownMethod):
        request_refund(desk.call(), refund=MoneyReturned(document=document, method="shells"))


def test_an_unknown_payment_or_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes():
        with pytest.raises(NotFound):
            request_refund(desk.call(), refund=MoneyReturned(payment_id=new_id()))
        with pytest.raises(NotFound):
            request_refund(desk.call(), refund=MoneyReturned(document=Document("order", new_id())))


def test_twenty_partial_refunds_at_once_never_exceed_what_was_captured(desk: Desk) -> None:
    document = _captured(desk, 10_00)
    told = desk.together(
        *[lambda: request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(1_50)))] * 20
    )
    granted = [one for one in told if isinstance(one, RefundRequested)]
    assert len(granted) == 6
    assert sum(isinstance(one, RefundAboveCaptured) for one in told) == 14
    assert Payment.objects.get().refunding == 9_00

    desk.together(*[lambda one=one: answer.one(desk.call(), Told(attempt_id=one.refunds[0].attempt_id)) for one in granted * 3])
    payment = Payment.objects.get()
    assert (payment.refunding, payment.refunded) == (0, 9_00)
    assert [one[3] for one in desk.posted() if one[0] == "gateway_refunded"] == [1_50] * 6
