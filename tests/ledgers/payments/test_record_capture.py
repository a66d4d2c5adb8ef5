from typing import Any

import pytest

from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    RequestCapture,
    RequestVoid,
    Told,
    record_capture,
    record_decline,
    record_unknown,
    record_void,
    request_capture,
    request_void,
)
from dingdan.ledgers.payments.events import PaymentCaptured
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, AmountDiffers, BeyondLimit, UnknownGatewayReference
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))

    told = record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id, reference="cp_1", money=_pounds(10_00)))

    assert (told.payment_id, told.amount, told.unapplied) == (held.payment_id, 10_00, 0)
    assert [(one.document_id, one.amount, one.payment_status) for one in told.applied] == [(document.id, 10_00, "paid")]
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.capturing, payment.captured, payment.applied) == ("captured", 0, 10_00, 10_00)
    assert (desk.owed(document).authorized, desk.owed(document).allocated) == (0, 10_00)
    assert desk.posted() == [("gateway_received", "gateway_clearing", "customer_deposits", 10_00)]


def test_in_parts(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    for amount, status in ((4_00, "partly_paid"), (6_00, "paid")):
        asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(amount)))
        told = record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
        assert told.applied[0].payment_status == status
    assert [one[3] for one in desk.posted()] == [4_00, 6_00]


def test_money_for_a_document_that_owes_less_by_now_is_its_own_all_the_same(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    desk.reclaim(document, 7_00)
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert desk.counters(document) == ("overpaid", -3_00, 10_00, 0)


def test_it_is_found_by_the_charge_and_the_amount(desk: Desk) -> None:
    from dingdan.ledgers.payments.commands import Towards, record_authorization, request_authorization

    document = desk.claim(10_00)
    held = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    record_authorization.one(desk.call(), Told(attempt_id=held.attempt_id, payment_reference="ch_7"))
    request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(3_00)))
    second = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(7_00)))
    told = record_capture.one(
        desk.call(), Told(gateway="silent", payment_reference="ch_7", reference="cp_2", money=_pounds(7_00))
    )
    assert told.attempt_id == second.attempt_id


def test_an_unknown_answer_is_resolved_by_asking(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert desk.counters(document) == ("paid", 0, 10_00, 0)


def test_a_yes_after_a_no_counts(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert desk.counters(document) == ("paid", 0, 10_00, 0)


def test_a_yes_after_a_no_when_somebody_else_used_the_room_is_refused_loudly(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    void = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    record_void.one(desk.call(), Told(attempt_id=void.attempt_id))
    with desk.nothing_changes(), pytest.raises(BeyondLimit):
        record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))


def test_a_second_yes_changes_nothing(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))


def test_another_amount_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    with desk.nothing_changes(), pytest.raises(AmountDiffers) as refused:
        record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id, money=_pounds(1_00)))
    assert refused.value.detail == "10.00 GBP was asked for, the answer says 1.00 GBP."


def test_an_answer_to_another_question_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    with desk.nothing_changes(), pytest.raises(UnknownGatewayReference):
        record_capture.one(desk.call(), Told(attempt_id=held.attempt_id))


def test_an_unknown_charge_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(UnknownGatewayReference):
        record_capture.one(desk.call(), Told(gateway="silent", payment_reference="ch_9", money=_pounds(1_00)))


def test_webhook_redirect_and_poll_at_once_are_one_capture(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))

    told = desk.together(*[lambda: record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id, reference="cp_1"))] * 20)

    assert sum(isinstance(one, PaymentCaptured) for one in told) == 1
    assert sum(isinstance(one, AlreadyRecorded) for one in told) == 19
    assert desk.posted() == [("gateway_received", "gateway_clearing", "customer_deposits", 10_00)]
    assert desk.counters(document) == ("paid", 0, 10_00, 0)


def test_yes_and_no_at_once_leave_the_money_where_it_is(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    desk.together(
        *[lambda: record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))] * 5,
        *[lambda: record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))] * 5,
    )
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    assert len(desk.posted()) == 1


def _kinds(outcomes: list[Any]) -> list[str]:
    return [type(outcome).__name__ for outcome in outcomes]


def test_a_settlement_tells_of_many(desk: Desk) -> None:
    documents = [desk.claim(10_00) for _ in range(3)]
    held = [desk.authorize(document) for document in documents]
    asked: list[Any] = request_capture.many([(desk.call(), RequestCapture(payment_id=one.payment_id)) for one in held])
    first, second = (one.attempt_id for one in asked[:2])
    told = [
        Told(attempt_id=first, reference="cp_1", money=_pounds(10_00)),
        Told(attempt_id=second, money=_pounds(9_99)),  # not what was asked
        Told(attempt_id=new_id()),
        Told(attempt_id=second, reference="cp_1"),  # the name of another
        Told(attempt_id=first, reference="cp_1"),
        Told(gateway="silent", reference="cp_1"),
        Told(gateway="silent", payment_reference=f"auth-{held[2].payment_id}", reference="cp_3"),
        Told(gateway="silent", payment_reference="auth-nobody"),
    ]
    outcomes = _kinds(record_capture.many([(desk.call(), one) for one in told]))
    assert outcomes == [
        "PaymentCaptured", "AmountDiffers", "NotFound", "ReferenceUsed", "AlreadyRecorded", "AlreadyRecorded",
        "PaymentCaptured", "UnknownGatewayReference",
    ]  # fmt: skip
    assert [desk.counters(document)[0] for document in documents] == ["paid", "authorized", "paid"]
    assert [one[3] for one in desk.posted()] == [10_00, 10_00]


def test_parts_of_one_payment_find_an_attempt_each(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    parts = [(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(5_00))) for _ in range(3)]
    assert _kinds(request_capture.many(parts)) == ["CaptureRequested", "CaptureRequested", "CaptureAboveAuthorized"]
    told = [Told(gateway="silent", payment_reference=f"auth-{held.payment_id}", reference=f"cp_{part}") for part in (1, 2, 3)]
    outcomes: list[Any] = record_capture.many([(desk.call(), one) for one in told])
    assert _kinds(outcomes) == ["PaymentCaptured", "PaymentCaptured", "UnknownGatewayReference"]
    assert outcomes[0].attempt_id != outcomes[1].attempt_id
    assert desk.counters(document) == ("paid", 0, 10_00, 0)


def test_two_settlements_at_once_count_each_capture_once(desk: Desk) -> None:
    held = [desk.authorize(desk.claim(10_00)) for _ in range(4)]
    asked: list[Any] = request_capture.many([(desk.call(), RequestCapture(payment_id=one.payment_id)) for one in held])
    told = [Told(attempt_id=one.attempt_id, reference=f"cp_{number}") for number, one in enumerate(asked)]

    def tell(some: list[Told]) -> list[str]:
        return _kinds(record_capture.many([(desk.call(), one) for one in some]))

    outcomes = desk.together(lambda: tell(told), lambda: tell(told[::-1]))
    assert sorted(outcomes) == [["AlreadyRecorded"] * 4, ["PaymentCaptured"] * 4]
    assert [one[3] for one in desk.posted()] == [10_00] * 4


def test_a_settlement_that_is_sent_again_has_the_same_answers(desk: Desk) -> None:
    held = [desk.authorize(desk.claim(10_00)) for _ in range(2)]
    asked: list[Any] = request_capture.many([(desk.call(), RequestCapture(payment_id=one.payment_id)) for one in held])
    calls = [(desk.call(key=f"row {number}"), Told(attempt_id=one.attempt_id)) for number, one in enumerate(asked)]
    first = record_capture.many(calls[:1])
    again = record_capture.many(calls)
    assert (again[0], _kinds(again)) == (first[0], ["PaymentCaptured"] * 2)
    assert len(desk.posted()) == 2
