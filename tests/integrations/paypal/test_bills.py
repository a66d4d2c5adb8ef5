"""PayPal's bill of a day: what moved, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from dingdan.integrations.paypal import bills
from dingdan.integrations.paypal.bills import PayPalBilling
from dingdan.integrations.paypal.gateway import PayPalGateway
from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import BillLine, BillNotReady
from tests.integrations.paypal.till import PayPalPayer, asked, opened, page
from tests.ledgers.payments.desk import Desk

DAY = timedelta(days=1)


@pytest.fixture
def own() -> Iterator[Sandbox]:
    """A double of its own, whose books hold nothing else."""
    with running_sandbox() as running, override_settings(SANDBOX_URL=running.address):
        yield running


def billed(own: Sandbox, account_id: UUID) -> list[BillLine]:
    own.world.clock.move(DAY.total_seconds())
    with clock.moved_by(DAY):
        return list(PayPalBilling().bill(account_id, datetime.now(UTC).date()))


def told(line: BillLine) -> tuple[str, int, int]:
    return line.kind.value, line.amount, line.fee


def test_it_works(desk: Desk, own: Sandbox) -> None:
    account_id, gateway = opened(desk, own), PayPalGateway()
    request = asked(desk, account_id, "capture", 10_00, checkout=page())
    paid = PayPalPayer(own).pay(request)
    refund = asked(desk, account_id, "refund", 4_00, order=paid.payment_reference)
    refunded = gateway.refund(refund)
    own.firms["paypal"].act(paid.payment_reference, "dispute")
    own.firms["paypal"].act(paid.payment_reference, "dispute_won")
    lines = billed(own, account_id)
    assert [told(one) for one in lines] == [
        ("payment", 10_00, 84), ("refund", -4_00, 0), ("dispute", -6_00, 0), ("dispute", 6_00, 0)
    ]  # fmt: skip
    known = {one.reference: one for one in lines}
    assert len(known) == 4
    assert (known[paid.reference].key, known[paid.reference].payment_reference) == (request.key, paid.payment_reference)
    assert (known[refunded.reference].key, known[refunded.reference].currency) == (refund.key, "GBP")


def test_more_than_a_page(desk: Desk, own: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bills, "_PAGE", 2)
    account_id = opened(desk, own)
    for amount in range(1_00, 6_00, 1_00):
        PayPalPayer(own).pay(asked(desk, account_id, "capture", amount, checkout=page()))
    assert [one.amount for one in billed(own, account_id)] == [1_00, 2_00, 3_00, 4_00, 5_00]


def test_a_day_that_lasts_has_no_bill(account_id: UUID) -> None:
    with pytest.raises(BillNotReady):
        list(PayPalBilling().bill(account_id, datetime.now(UTC).date()))


def test_a_day_that_paypal_has_not_gathered_yet_has_no_bill(account_id: UUID) -> None:
    with clock.moved_by(DAY), pytest.raises(BillNotReady):
        list(PayPalBilling().bill(account_id, datetime.now(UTC).date()))


def test_a_firm_that_does_not_answer_has_no_bill(account_id: UUID) -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:9"), clock.moved_by(DAY), pytest.raises(BillNotReady):
        list(PayPalBilling().bill(account_id, datetime.now(UTC).date()))


def _row(code: str, **more: Any) -> dict[str, Any]:
    return {
        "transaction_id": "9AB12345CD678901E", "transaction_event_code": code, "transaction_status": "S",
        "transaction_amount": {"currency_code": "GBP", "value": "-1.00"},
        "transaction_initiation_date": "2026-11-29T10:00:00+0000", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        _row("T1300"),
        _row("T1503"),
        _row("T2101"),
        _row("T0006", transaction_status="P"),
        _row("T0006", transaction_amount={"currency_code": "RUB", "value": "1.00"}),
    ],
)
def test_what_did_not_move_is_no_line(row: dict[str, Any]) -> None:
    assert bills._line(row) is None


def test_fees_and_withdrawals_are_told_as_such() -> None:
    assert [bills._line(_row(code)).kind.value for code in ("T0106", "T0400", "T9999")] == ["fee", "payout", "other"]  # type: ignore[union-attr]


def test_an_amount_that_is_no_plain_number_is_not_guessed() -> None:
    with pytest.raises(bills.Silence):
        bills._line(_row("T0006", transaction_amount={"currency_code": "GBP", "value": "--1.00"}))
