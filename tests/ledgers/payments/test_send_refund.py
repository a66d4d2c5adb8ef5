"""A refund is marked before its gateway hears of it; what is marked, answered or withdrawn cannot be."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    RequestCapture,
    Told,
    record_decline,
    record_refund,
    record_unknown,
    request_capture,
    request_refund,
    send_refund,
)
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.queries import refunds_out
from tests.ledgers.payments.desk import Desk


def _asked(desk: Desk) -> Attempt:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    asked = request_refund(desk.call(), refund=MoneyReturned(document=document, money=Money(3_00, "GBP")))
    return Attempt.objects.get(id=asked.refunds[0].attempt_id)


def test_it_works(desk: Desk) -> None:
    asked = _asked(desk)
    owed = asked.allocation.receivable  # type: ignore[union-attr]
    told = send_refund(desk.call(), attempt_id=asked.id)
    assert (told.payment_id, told.attempt_id, told.gateway, told.amount) == (asked.payment_id, asked.id, "bank_transfer", 3_00)
    (out,) = refunds_out(owed.document_kind, [owed.document_id])[owed.document_id]
    assert (out.id, out.state, out.is_sent, out.amount) == (asked.id, "sent", True, 3_00)


@pytest.mark.parametrize(
    ("record", "state"), [(record_refund, "succeeded"), (record_decline, "declined"), (record_unknown, "unknown")]
)
def test_what_is_sent_is_answered(desk: Desk, record: object, state: str) -> None:
    asked = _asked(desk)
    send_refund(desk.call(), attempt_id=asked.id)
    record.one(desk.call(), Told(attempt_id=asked.id))  # type: ignore[attr-defined]
    assert Attempt.objects.get(id=asked.id).state == state
    with pytest.raises(NotInThisState):
        send_refund(desk.call(), attempt_id=asked.id)
    assert Attempt.objects.get(id=asked.id).state == state


def test_it_is_sent_once(desk: Desk) -> None:
    asked = _asked(desk)
    call = desk.call()
    assert send_refund(call, attempt_id=asked.id) == send_refund(call, attempt_id=asked.id)
    with pytest.raises(NotInThisState):
        send_refund(desk.call(), attempt_id=asked.id)


def test_there_is_no_such_refund(desk: Desk) -> None:
    with pytest.raises(NotFound):
        send_refund(desk.call(), attempt_id=new_id())
    held = desk.authorize(desk.claim(10_00))
    capture = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    with pytest.raises(NotFound):
        send_refund(desk.call(), attempt_id=capture.attempt_id)
    assert Attempt.objects.get(id=capture.attempt_id).state == "requested"
