"""What every gateway must keep, whoever is behind it. An adapter's tests subclass this and say how to look behind the counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult, PaymentGateway
from tests.ledgers.payments.desk import Desk

Seen = tuple[int, int, int, int]


class GatewayContract:
    """Subclass it, and provide `gateway` and `behind` (charge reference → authorized, captured, voided, refunded)."""

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        """The adapter under test, against a firm that behaves."""
        raise AssertionError("a subclass provides the gateway")

    @pytest.fixture
    def behind(self) -> Callable[[str], Seen]:
        """What the firm itself says about a charge."""
        raise AssertionError("a subclass looks behind the counter")

    def ask(self, desk: Desk, kind: str, amount: int, *, charge: str = "", key: str = "") -> GatewayRequest:
        """A request for pounds."""
        return GatewayRequest(
            tenant_id=desk.id,
            key=key or str(new_id()),
            kind=kind,
            payment_id=new_id(),
            payment_reference=charge,
            amount=amount,
            currency="GBP",
        )

    def hold(self, desk: Desk, gateway: PaymentGateway, amount: int) -> GatewayResult:
        """An authorization that was granted."""
        result = gateway.authorize(self.ask(desk, "authorize", amount))
        assert result.answer == Answer.DONE
        return result

    def test_an_authorization_names_its_charge(self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]) -> None:
        held = self.hold(desk, gateway, 10_00)
        assert (held.amount, held.currency, held.error) == (10_00, "GBP", "")
        assert held.payment_reference
        assert behind(held.payment_reference) == (10_00, 0, 0, 0)

    def test_what_is_held_is_taken_in_parts(self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        first = gateway.capture(self.ask(desk, "capture", 4_00, charge=charge))
        second = gateway.capture(self.ask(desk, "capture", 6_00, charge=charge))
        assert [first.answer, second.answer] == [Answer.DONE, Answer.DONE]
        assert first.reference != second.reference
        assert behind(charge) == (10_00, 10_00, 0, 0)

    def test_no_more_is_taken_than_is_held(self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        result = gateway.capture(self.ask(desk, "capture", 10_01, charge=charge))
        assert result.answer == Answer.DECLINED
        assert result.error
        assert behind(charge) == (10_00, 0, 0, 0)

    def test_a_hold_is_given_back(self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        gateway.capture(self.ask(desk, "capture", 4_00, charge=charge))
        assert gateway.void(self.ask(desk, "void", 6_00, charge=charge)).answer == Answer.DONE
        assert gateway.capture(self.ask(desk, "capture", 1, charge=charge)).answer == Answer.DECLINED
        assert behind(charge) == (10_00, 4_00, 6_00, 0)

    def test_no_more_is_given_back_than_was_taken(
        self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]
    ) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        gateway.capture(self.ask(desk, "capture", 10_00, charge=charge))
        assert gateway.refund(self.ask(desk, "refund", 7_00, charge=charge)).answer == Answer.DONE
        assert gateway.refund(self.ask(desk, "refund", 3_01, charge=charge)).answer == Answer.DECLINED
        assert gateway.refund(self.ask(desk, "refund", 3_00, charge=charge)).answer == Answer.DONE
        assert behind(charge) == (10_00, 10_00, 0, 10_00)

    def test_the_same_key_moves_money_once(self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        request = self.ask(desk, "capture", 5_00, charge=charge)
        assert gateway.capture(request) == gateway.capture(request)
        assert behind(charge) == (10_00, 5_00, 0, 0)

    def test_the_same_key_at_once_moves_money_once(
        self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]
    ) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        request = self.ask(desk, "capture", 5_00, charge=charge)
        told = desk.together(*[lambda: gateway.capture(request)] * 8)
        assert {one.answer for one in told} <= {Answer.DONE, Answer.UNKNOWN}
        assert Answer.DONE in {one.answer for one in told}
        assert behind(charge) == (10_00, 5_00, 0, 0)

    def test_a_query_tells_what_was_done(self, desk: Desk, gateway: PaymentGateway) -> None:
        request = self.ask(desk, "authorize", 10_00)
        result = gateway.authorize(request)
        assert gateway.query(request) == result

    def test_a_query_tells_what_was_declined(self, desk: Desk, gateway: PaymentGateway) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        request = self.ask(desk, "capture", 99_00, charge=charge)
        gateway.capture(request)
        assert gateway.query(request).answer == Answer.DECLINED

    def test_a_query_for_what_was_never_asked_says_so(self, desk: Desk, gateway: PaymentGateway) -> None:
        assert gateway.query(self.ask(desk, "capture", 1_00)).answer == Answer.NEVER_SEEN

    def test_an_unknown_charge_is_declined(self, desk: Desk, gateway: PaymentGateway) -> None:
        request = self.ask(desk, "refund", 1_00, charge=str(new_id()))
        assert gateway.refund(request).answer == Answer.DECLINED

    def test_another_currency_is_declined(self, desk: Desk, gateway: PaymentGateway, behind: Callable[[str], Seen]) -> None:
        charge = self.hold(desk, gateway, 10_00).payment_reference
        foreign = replace(self.ask(desk, "capture", 10_00, charge=charge), currency="EUR")
        assert gateway.capture(foreign).answer == Answer.DECLINED
        assert behind(charge) == (10_00, 0, 0, 0)
