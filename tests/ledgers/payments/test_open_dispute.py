from datetime import timedelta

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    AlreadyRecorded,
    DisputeAboveCaptured,
    MoneyReturned,
    Opening,
    RefundAboveCaptured,
    UnknownGatewayReference,
    open_dispute,
    request_refund,
)
from dingdan.ledgers.payments.models import Dispute
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotThisWay
from tests.ledgers.payments.desk import NOON, Desk


def opening(paid_id: object, amount: int | None = 4_00, **more: object) -> Opening:
    facts = {"gateway": "silent", "reference": "dp_1", "money": None if amount is None else Money(amount, "GBP"), **more}
    return Opening(payment_reference=f"paid-{paid_id}", **facts)  # type: ignore[arg-type]


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    paid = desk.take(document, 10_00)
    before = len(desk.posted())
    due = NOON + timedelta(days=7)
    told = open_dispute.one(desk.call(), opening(paid.payment_id, fee=15_00, reason="fraudulent", answer_due_at=due))
    assert (told.payment_id, told.amount, told.fee, told.reason) == (paid.payment_id, 4_00, 15_00, "fraudulent")
    assert desk.posted(before) == [
        ("dispute_opened", "dispute_holding", "gateway_clearing", 4_00),
        ("dispute_fee_charged", "payment_fees", "gateway_clearing", 15_00),
    ]
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    row = Dispute.objects.get()
    assert (row.state, row.answer_due_at, desk.payment(paid.payment_id).disputed) == ("open", due, 4_00)


def test_what_is_disputed_is_not_refunded_too(desk: Desk) -> None:
    document = desk.claim(10_00)
    paid = desk.take(document, 10_00)
    open_dispute.one(desk.call(), opening(paid.payment_id))
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured, match=r"6\.00 GBP is left"):
        request_refund(desk.call(), refund=MoneyReturned(document=document, money=Money(6_01, "GBP")))
    assert request_refund(desk.call(), refund=MoneyReturned(document=document)).amount == 6_00


def test_without_an_amount_it_is_all_that_is_left(desk: Desk) -> None:
    document = desk.claim(10_00)
    paid = desk.take(document, 10_00)
    request_refund(desk.call(), refund=MoneyReturned(document=document, money=Money(1_00, "GBP")))
    assert open_dispute.one(desk.call(), opening(paid.payment_id, None)).amount == 9_00


def test_told_twice_it_is_recorded_once(desk: Desk) -> None:
    paid = desk.take(desk.claim(10_00), 10_00)
    told = open_dispute.many((desk.call(), opening(paid.payment_id)) for _ in range(2))
    assert [type(one).__name__ for one in told] == ["DisputeOpened", "AlreadyRecorded"]
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        open_dispute.one(desk.call(), opening(paid.payment_id))
    told = desk.together(*[lambda: open_dispute.one(desk.call(), opening(paid.payment_id, 1_00, reference="dp_2"))] * 4)
    assert sorted(type(one).__name__ for one in told) == [*["AlreadyRecorded"] * 3, "DisputeOpened"]


def test_what_cannot_be_disputed_is_refused(desk: Desk) -> None:
    document = desk.claim(20_00)
    paid = desk.take(document, 10_00)
    cash = desk.pay(document, 5_00, method="cash")
    with desk.nothing_changes():
        for wrong, refusal in (
            (opening(paid.payment_id, 10_01), DisputeAboveCaptured),
            (opening(paid.payment_id, 0), AmountNotPositive),
            (opening(paid.payment_id, fee=-1), Invalid),
            (opening(paid.payment_id, money=Money(1, "EUR")), ForeignCurrency),
            (opening(new_id()), UnknownGatewayReference),
            (opening(new_id(), payment_id=new_id()), NotFound),
            (opening(new_id(), payment_id=cash.payment_id), NotThisWay),
        ):
            with pytest.raises(refusal):
                open_dispute.one(desk.call(), wrong)
