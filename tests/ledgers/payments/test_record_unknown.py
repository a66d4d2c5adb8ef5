from datetime import timedelta

import pytest

from dingdan.ledgers.payments.commands import (
    RequestCapture,
    Told,
    Towards,
    record_authorization,
    record_decline,
    record_unknown,
    request_authorization,
    request_capture,
)
from dingdan.ledgers.payments.lifecycle import AttemptState
from dingdan.ledgers.payments.queries import gateway_request, open_attempts
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, CaptureAboveAuthorized
from tests.ledgers.payments.desk import NOON, Desk


def test_it_works(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    told = record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    assert (told.kind, told.amount, told.error) == ("capture", 10_00, "timeout")
    found = gateway_request(asked.attempt_id)
    assert found is not None
    gateway, request, state = found
    assert (gateway, request.key, request.kind, request.amount, state) == (
        "silent", str(asked.attempt_id), "capture", 10_00, AttemptState.UNKNOWN,
    )  # fmt: skip


def test_what_nobody_knows_still_counts(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    with desk.nothing_changes(), pytest.raises(CaptureAboveAuthorized):
        request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))


def test_it_is_listed_until_it_is_known(desk: Desk) -> None:
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=desk.claim(10_00)),))
    record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    later = NOON + timedelta(minutes=1)
    assert (open_attempts(before=NOON), open_attempts(before=later)) == ([], [asked.attempt_id])
    record_authorization.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert open_attempts(before=later) == []
    assert gateway_request(asked.attempt_id) is None


def test_it_may_be_said_again(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    for error in ("timeout", "reset"):
        assert record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id, error=error)).error == error


def test_after_a_yes_it_changes_nothing(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_unknown.one(desk.call(), Told(attempt_id=held.attempt_id, error="timeout"))


def test_after_a_no_it_changes_nothing(desk: Desk) -> None:
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=desk.claim(10_00)),))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
