"""Stripe's bill of a day: what moved, what it cost, and in which payout it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import override_settings

from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.integrations.stripe.bills import StripeBilling
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import BillKind, BillLine, BillNotReady
from tests.integrations.stripe.till import SEVERAL, StripePayer, asked, opened, page
from tests.ledgers.payments.desk import Desk


@pytest.fixture
def own() -> Iterator[Sandbox]:
    """A double of its own, whose books hold nothing else."""
    with running_sandbox() as running, override_settings(SANDBOX_URL=running.address):
        yield running


def billed(account_id: UUID) -> list[BillLine]:
    with clock.moved_by(timedelta(days=1)):
        return list(StripeBilling().bill(account_id, datetime.now(UTC).date()))


def told(line: BillLine) -> tuple[str, int, int]:
    return line.kind.value, line.amount, line.fee


def test_it_works(desk: Desk, own: Sandbox) -> None:
    account_id, gateway = opened(desk, own), StripeGateway()
    request = asked(desk, account_id, "capture", 10_00, checkout=page())
    paid = StripePayer(own).pay(request)
    refund = asked(desk, account_id, "refund", 4_00, charge=paid.payment_reference)
    refunded = gateway.refund(refund)
    disputed = StripePayer(own).pay(asked(desk, account_id, "capture", 20_00, checkout=page()))
    own.firms["stripe"].act(disputed.payment_reference, "dispute")
    own.firms["stripe"].act(disputed.payment_reference, "dispute_won")
    own.firms["stripe"].act("", "pay_out")
    lines = billed(account_id)
    (payout,) = [one for one in lines if one.kind == BillKind.PAYOUT]
    movements = [
        ("payment", 10_00, 59),
        ("refund", -4_00, 0),
        ("payment", 20_00, 88),
        ("dispute", -20_00, 15_00),
        ("dispute", 20_00, -15_00),
    ]
    first, again = lines[: len(movements) + 1], lines[len(movements) + 1 :]
    assert sorted(told(one) for one in first if one is not payout) == sorted(movements)
    assert sorted(told(one) for one in again) == sorted(movements)
    assert {one.payout for one in again} == {payout.reference}
    assert -payout.amount == sum(one.amount - one.fee for one in again)
    known = {one.reference: one for one in again}
    assert (known[paid.reference].key, known[paid.reference].payment_reference) == (request.key, paid.payment_reference)
    assert (known[refunded.reference].key, known[refunded.reference].currency) == (refund.key, "GBP")
    assert len({(one.kind, one.reference) for one in first}) == len(first)


def test_every_part_of_a_hold_is_a_line(desk: Desk, own: Sandbox) -> None:
    account_id, gateway = opened(desk, own, **SEVERAL), StripeGateway()
    held = StripePayer(own).pay(asked(desk, account_id, "authorize", 10_00, checkout=page()))
    for part in (3_00, 7_00):
        gateway.capture(asked(desk, account_id, "capture", part, charge=held.payment_reference))
    lines = billed(account_id)
    assert sorted(one.amount for one in lines) == [3_00, 7_00]
    assert len({one.reference for one in lines}) == 2
    assert {(one.payment_reference, one.key) for one in lines} == {(held.payment_reference, "")}


def test_a_refund_that_came_back_is_a_line_of_its_own(desk: Desk, own: Sandbox) -> None:
    account_id = opened(desk, own)
    paid = StripePayer(own).pay(asked(desk, account_id, "capture", 10_00, checkout=page()))
    StripeGateway().refund(asked(desk, account_id, "refund", 4_00, charge=paid.payment_reference))
    own.firms["stripe"].act(paid.payment_reference, "refund_fails")
    refunds = [one for one in billed(account_id) if one.kind == BillKind.REFUND]
    assert sorted(one.amount for one in refunds) == [-4_00, 4_00]
    assert len({one.reference for one in refunds}) == 2


def test_more_than_a_page(desk: Desk, own: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdan.integrations.stripe.bills._PAGE", 2)
    account_id = opened(desk, own)
    for amount in range(1_00, 6_00, 1_00):
        StripePayer(own).pay(asked(desk, account_id, "capture", amount, checkout=page()))
    assert sorted(one.amount for one in billed(account_id)) == [1_00, 2_00, 3_00, 4_00, 5_00]


def test_a_day_that_lasts_has_no_bill(account_id: UUID) -> None:
    with pytest.raises(BillNotReady):
        list(StripeBilling().bill(account_id, datetime.now(UTC).date()))


def test_a_firm_that_does_not_answer_has_no_bill(account_id: UUID) -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:9"), pytest.raises(BillNotReady):
        billed(account_id)
