"""Stripe keeps what every gateway keeps: at which a payer has something to do, and at which money is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import GatewayRequest, PaymentGateway
from tests.integrations.stripe.till import SEVERAL, StripePayer, asked, opened, with_saved
from tests.ledgers.payments.checkout_contract import CheckoutContract, Payer, Shop
from tests.ledgers.payments.desk import Desk
from tests.ledgers.payments.gateway_contract import GatewayContract, Seen


class TestStripesPage(CheckoutContract):
    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return StripeGateway()

    @pytest.fixture
    def payer(self, stripes: Sandbox) -> Payer:
        return StripePayer(stripes)

    @pytest.fixture
    def shop(self, account_id: UUID) -> Shop:
        return Shop(account_id=account_id, currency="GBP", way="page")


class TestStripesHolds(GatewayContract):
    """With a card that the customer left there, and Stripe's leave for several captures."""

    @pytest.fixture(autouse=True)
    def customer(self, desk: Desk, stripes: Sandbox) -> None:
        self.account_id, self.customer_id = opened(desk, stripes, **SEVERAL), new_id()
        self.method_id = StripePayer(stripes).leave(self.account_id, self.customer_id).id

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return StripeGateway()

    @pytest.fixture
    def behind(self, stripes: Sandbox) -> Callable[[str], Seen]:
        def look(charge: str) -> Seen:
            row = next(one for one in stripes.firms["stripe"].ledger() if one.payment == charge)
            is_over = row.state in ("succeeded", "canceled")
            return row.amount, row.captured, row.amount - row.captured if is_over else 0, row.refunded

        return look

    def ask(self, desk: Desk, kind: str, amount: int, *, charge: str = "", key: str = "") -> GatewayRequest:
        saved = with_saved(self.method_id) if kind == "authorize" else None
        request = asked(
            desk, self.account_id, kind, amount, charge=charge, checkout=saved, customer_id=self.customer_id, paid=amount
        )
        return replace(request, key=key or request.key)
