"""PayPal keeps what every gateway keeps: at which a payer has something to do, and at which money is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from dingdan.integrations.paypal.gateway import PayPalGateway
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult, PaymentGateway
from tests.integrations.paypal.till import PayPalPayer, WithBooks, asked, page
from tests.ledgers.payments.checkout_contract import CheckoutContract, Payer, Shop
from tests.ledgers.payments.desk import Desk
from tests.ledgers.payments.gateway_contract import GatewayContract, Seen


class TestPayPalsPage(CheckoutContract):
    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return WithBooks()

    @pytest.fixture
    def payer(self, paypals: Sandbox) -> Payer:
        return PayPalPayer(paypals)

    @pytest.fixture
    def shop(self, account_id: UUID) -> Shop:
        return Shop(account_id=account_id, currency="GBP", way="page")


class Trusting(WithBooks):
    """With a payer beside it who approves whatever is to be held."""

    payer: PayPalPayer

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        told = super().authorize(request)
        if told.prompt is not None:
            self.payer.approve(told.prompt)
        return self.query(request)


class TestPayPalsHolds(GatewayContract):
    @pytest.fixture(autouse=True)
    def account(self, account_id: UUID) -> None:
        self.account_id = account_id

    @pytest.fixture
    def gateway(self, paypals: Sandbox) -> PaymentGateway:
        made = Trusting()
        made.payer = PayPalPayer(paypals)
        return made

    @pytest.fixture
    def behind(self, paypals: Sandbox) -> Callable[[str], Seen]:
        def look(order: str) -> Seen:
            found = next(one for one in paypals.firms["paypal"].ledger() if one.payment == order)
            return found.amount, found.captured, found.amount - found.captured - found.held, found.refunded

        return look

    def ask(self, desk: Desk, kind: str, amount: int, *, charge: str = "", key: str = "") -> GatewayRequest:
        request = asked(
            desk, self.account_id, kind, amount, order=charge, checkout=page() if kind == "authorize" else None, paid=amount
        )
        return replace(request, key=key or request.key)


def test_a_refund_over_several_captures(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    """No single capture has enough: it comes from several, is one refund to us, and is made once."""
    gateway = PayPalGateway()
    order = PayPalPayer(paypals).pay(asked(desk, account_id, "authorize", 10_00, checkout=page())).payment_reference
    for part in (3_00, 5_00):
        assert gateway.capture(asked(desk, account_id, "capture", part, order=order)).answer == Answer.DONE
    small = asked(desk, account_id, "refund", 4_00, order=order)
    large = asked(desk, account_id, "refund", 4_00, order=order)
    assert [gateway.refund(one).amount for one in (small, large, large)] == [4_00, 4_00, 4_00]
    assert [gateway.query(one).answer for one in (small, large)] == [Answer.DONE, Answer.DONE]
    found = next(one for one in paypals.firms["paypal"].ledger() if one.payment == order)
    assert (found.captured, found.refunded, len(found.refunds)) == (8_00, 8_00, 3)
    assert gateway.refund(asked(desk, account_id, "refund", 1, order=order)).answer == Answer.DECLINED
