"""Orders and holds: paid once after approval, closed for good, and never captured above what was held."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.integrations.paypal.gateway import PayPalGateway
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel import clock
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.ports import Answer
from tests.integrations.paypal.till import PayPalPayer, asked, page, row
from tests.ledgers.payments.desk import Desk


def begun(desk: Desk, paypals: Sandbox, account_id: UUID, action: str = "approve", **more: object) -> object:
    request = asked(desk, account_id, "capture", 12_50, checkout=page(), **more)
    told = PayPalGateway().capture(request)
    assert told.prompt is not None
    PayPalPayer(paypals).choose(told.prompt, action)
    return replace(request, reference=told.reference, payment_reference=told.payment_reference)


def test_what_is_approved_is_paid_when_it_is_asked_about_and_once(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = begun(desk, paypals, account_id)
    assert PayPalPayer(paypals).moved(request.key) == (0, 0)  # type: ignore[attr-defined]

    def ask(_number: int) -> Answer:
        with tenant_scope(desk.id):
            return PayPalGateway().query(request).answer  # type: ignore[arg-type]

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(12))) == {Answer.DONE}
    assert PayPalPayer(paypals).moved(request.key) == (12_50, 0)  # type: ignore[attr-defined]


def test_what_will_be_declined_is_declined(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    told = PayPalGateway().query(begun(desk, paypals, account_id, "decline"))  # type: ignore[arg-type]
    assert (told.answer, told.error) == (Answer.DECLINED, "instrument_declined")


def test_it_is_asked_for_no_more_when_its_time_is_over(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = begun(desk, paypals, account_id)
    with clock.moved_by(timedelta(minutes=31)):
        assert PayPalGateway().query(request).answer == Answer.DECLINED  # type: ignore[arg-type]
    assert PayPalPayer(paypals).moved(request.key) == (0, 0)  # type: ignore[attr-defined]


def test_what_is_closed_stays_closed_though_it_is_approved(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = begun(desk, paypals, account_id)
    assert PayPalGateway().close(request).answer == Answer.DECLINED  # type: ignore[arg-type]
    assert PayPalGateway().query(request).answer == Answer.DECLINED  # type: ignore[arg-type]
    assert PayPalPayer(paypals).moved(request.key) == (0, 0)  # type: ignore[attr-defined]


def test_what_paypal_looks_at_is_not_known_yet(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = begun(desk, paypals, account_id, "delay")
    assert (PayPalGateway().query(request).answer, PayPalGateway().query(request).error) == (Answer.UNKNOWN, "echeck")  # type: ignore[arg-type]
    paypals.firms["paypal"].act(request.reference, "approve")  # type: ignore[attr-defined]
    assert PayPalGateway().query(request).answer == Answer.DONE  # type: ignore[arg-type]


def test_an_order_that_is_gone_was_left(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "capture", 12_50, checkout=page(), reference="0AB12345CD678901E")
    assert (PayPalGateway().query(request).answer, PayPalGateway().query(request).error) == (Answer.DECLINED, "expired")


def test_no_more_is_captured_than_was_held_though_paypal_would(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    held = PayPalPayer(paypals).pay(asked(desk, account_id, "authorize", 10_00, checkout=page()))
    assert (
        PayPalGateway().capture(asked(desk, account_id, "capture", 10_01, order=held.payment_reference)).error
        == "amount_too_large"
    )
    whole = asked(desk, account_id, "capture", 10_00, order=held.payment_reference)
    assert PayPalGateway().capture(whole) == PayPalGateway().query(whole)
    assert PayPalGateway().query(whole).answer == Answer.DONE


@pytest.mark.parametrize("outcome", ["refund_succeeds", "refund_fails"])
def test_a_refund_on_its_way_is_not_known_yet(desk: Desk, paypals: Sandbox, account_id: UUID, outcome: str) -> None:
    request = asked(desk, account_id, "capture", 10_00, checkout=page())
    order = PayPalPayer(paypals).pay(request).payment_reference
    paypals.world.faults.tell({"next": [{"fault": "refund_delayed", "firm": "paypal"}]})
    refund = asked(desk, account_id, "refund", 4_00, order=order)
    assert PayPalGateway().refund(refund).answer == Answer.UNKNOWN
    assert PayPalGateway().query(refund).answer == Answer.UNKNOWN
    paypals.firms["paypal"].act(order, outcome)
    assert PayPalGateway().query(refund).answer == (Answer.DONE if outcome == "refund_succeeds" else Answer.DECLINED)
    found = row(paypals, request.key)
    assert found is not None
    assert found.refunded == (4_00 if outcome == "refund_succeeds" else 0)
