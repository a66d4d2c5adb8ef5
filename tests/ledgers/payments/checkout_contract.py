"""What every gateway must keep at which a payer has something to do. An adapter's tests subclass this and bring a payer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import pytest

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest, GatewayResult, PaymentGateway, Prompt
from tests.ledgers.payments.desk import Desk


class Payer(Protocol):
    """A person in front of the firm's page."""

    def approve(self, prompt: Prompt) -> None:
        """Pay."""
        ...

    def decline(self, prompt: Prompt) -> None:
        """Say no, for good."""
        ...

    def moved(self, key: str) -> tuple[int, int]:
        """What the firm itself says about an attempt of ours: taken and given back, in minor units."""
        ...


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Where the payer pays: our account at the firm, a currency that it takes, and a way to meet it."""

    account_id: UUID
    currency: str
    way: str


class CheckoutContract:
    """Subclass it, and provide `gateway`, `payer` and `shop`. The gateway can close checkouts."""

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        """The adapter under test, against a firm that behaves."""
        raise AssertionError("a subclass provides the gateway")

    @pytest.fixture
    def payer(self) -> Payer:
        """Whoever pays."""
        raise AssertionError("a subclass provides the payer")

    @pytest.fixture
    def shop(self, desk: Desk) -> Shop:
        """Our account at the firm."""
        raise AssertionError("a subclass provides the account")

    def charge(self, desk: Desk, shop: Shop, amount: int, *, expires_at: datetime | None = None) -> GatewayRequest:
        """A first request, with a payer in front of the firm."""
        key = str(new_id())
        return GatewayRequest(
            tenant_id=desk.id,
            key=key,
            first_key=key,
            kind="capture",
            payment_id=new_id(),
            payment_reference="",
            amount=amount,
            currency=shop.currency,
            account_id=shop.account_id,
            checkout=Checkout(way=shop.way, title="Order D-1001", expires_at=expires_at or clock.now() + timedelta(minutes=30)),
            notify_url="http://127.0.0.1:9/notices",
            return_url="http://127.0.0.1:9/back",
        )

    def refunding(self, paid: GatewayRequest, result: GatewayResult, amount: int) -> GatewayRequest:
        """A request to give a part of what was paid back."""
        reference = result.payment_reference
        return replace(
            paid, key=str(new_id()), kind="refund", payment_reference=reference, amount=amount, paid=paid.amount, checkout=None
        )

    def pay(self, gateway: PaymentGateway, payer: Payer, request: GatewayRequest) -> GatewayResult:
        """What the gateway says when the payer has paid."""
        told = gateway.capture(request)
        assert told.answer == Answer.WAITING
        assert told.prompt is not None
        payer.approve(told.prompt)
        return gateway.query(request)

    def test_a_payer_pays(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        request = self.charge(desk, shop, 1250)
        paid = self.pay(gateway, payer, request)
        assert (paid.answer, paid.amount, paid.currency) == (Answer.DONE, 1250, shop.currency)
        assert paid.reference
        assert paid.payment_reference
        assert payer.moved(request.key) == (1250, 0)

    def test_nothing_is_known_until_the_payer_acts(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        request = self.charge(desk, shop, 1250)
        gateway.capture(request)
        assert gateway.query(request).answer == Answer.WAITING
        assert payer.moved(request.key) == (0, 0)

    def test_to_begin_again_is_to_begin_once(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        request = self.charge(desk, shop, 1250)
        gateway.capture(request)
        self.pay(gateway, payer, request)
        assert gateway.capture(request).answer == Answer.DONE
        assert payer.moved(request.key) == (1250, 0)

    def test_what_was_never_asked_was_never_seen(self, desk: Desk, gateway: PaymentGateway, shop: Shop) -> None:
        assert gateway.query(self.charge(desk, shop, 1250)).answer == Answer.NEVER_SEEN

    def test_what_is_closed_takes_no_money(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        request = self.charge(desk, shop, 1250)
        gateway.capture(request)
        assert gateway.close(request).answer == Answer.DECLINED  # type: ignore[attr-defined]
        assert gateway.query(request).answer == Answer.DECLINED
        assert payer.moved(request.key) == (0, 0)

    def test_it_is_too_late_to_close_what_was_paid(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        request = self.charge(desk, shop, 1250)
        self.pay(gateway, payer, request)
        assert gateway.close(request).answer == Answer.DONE  # type: ignore[attr-defined]
        assert payer.moved(request.key) == (1250, 0)

    def test_money_goes_back_in_parts_and_never_more(self, desk: Desk, gateway: PaymentGateway, payer: Payer, shop: Shop) -> None:
        request = self.charge(desk, shop, 1000)
        paid = self.pay(gateway, payer, request)
        first = self.refunding(request, paid, 700)
        assert (gateway.refund(first).answer, gateway.refund(first).answer) == (Answer.DONE, Answer.DONE)
        assert gateway.query(first).answer == Answer.DONE
        assert gateway.refund(self.refunding(request, paid, 301)).answer == Answer.DECLINED
        assert gateway.refund(self.refunding(request, paid, 300)).answer == Answer.DONE
        assert payer.moved(request.key) == (1000, 1000)
