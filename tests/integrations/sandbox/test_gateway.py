from collections.abc import Callable
from uuid import UUID

import pytest

from dingdan.integrations.sandbox.faults import Fault, Faults
from dingdan.integrations.sandbox.gateway import SandboxGateway
from dingdan.integrations.sandbox.models import Charge
from dingdan.ledgers.payments.ports import Answer, PaymentGateway
from tests.ledgers.payments.desk import Desk
from tests.ledgers.payments.gateway_contract import GatewayContract, Seen


def _seen(reference: str) -> Seen:
    charge = Charge.objects.get(id=UUID(reference))
    return charge.authorized, charge.captured, charge.voided, charge.refunded


class TestSandbox(GatewayContract):
    """The sandbox without faults keeps the contract; with each fault it misbehaves in exactly that way."""

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return SandboxGateway()

    @pytest.fixture
    def behind(self) -> Callable[[str], Seen]:
        return _seen

    def test_a_capture_without_a_hold_takes_the_money_at_once(self, desk: Desk, gateway: PaymentGateway) -> None:
        result = gateway.capture(self.ask(desk, "capture", 3_00))
        assert result.answer == Answer.DONE
        assert _seen(result.payment_reference) == (3_00, 3_00, 0, 0)

    def test_decline(self, desk: Desk) -> None:
        request = self.ask(desk, "authorize", 10_00)
        gateway = SandboxGateway(Faults(decline=1))
        result = gateway.authorize(request)
        assert (result.answer, result.error) == (Answer.DECLINED, "declined")
        assert gateway.authorize(request) == gateway.query(request) == result
        assert Charge.objects.count() == 0

    def test_time_out_before_the_effect(self, desk: Desk) -> None:
        request = self.ask(desk, "authorize", 10_00)
        gateway = SandboxGateway(Faults(timeout_before=1))
        assert gateway.authorize(request).answer == Answer.UNKNOWN
        assert gateway.query(request).answer == Answer.NEVER_SEEN
        assert Charge.objects.count() == 0
        assert gateway.authorize(request).answer == Answer.DONE
        assert Charge.objects.count() == 1

    def test_time_out_after_the_effect(self, desk: Desk) -> None:
        request = self.ask(desk, "authorize", 10_00)
        gateway = SandboxGateway(Faults(timeout_after=1))
        assert gateway.authorize(request).answer == Answer.UNKNOWN
        assert Charge.objects.count() == 1
        assert gateway.query(request).answer == Answer.DONE
        assert gateway.authorize(request).answer == Answer.DONE
        assert Charge.objects.count() == 1

    def test_late(self, desk: Desk) -> None:
        request = self.ask(desk, "authorize", 10_00)
        gateway = SandboxGateway(Faults(late=1))
        assert [gateway.authorize(request).answer, gateway.query(request).answer] == [Answer.UNKNOWN, Answer.UNKNOWN]
        assert gateway.query(request).answer == Answer.DONE
        assert Charge.objects.count() == 1

    def test_twice(self, desk: Desk) -> None:
        request = self.ask(desk, "authorize", 10_00)
        gateway = SandboxGateway(Faults(twice=1))
        result = gateway.authorize(request)
        assert [(one.key, one.kind, one.result) for one in gateway.notices(desk.id)] == [(request.key, "authorize", result)] * 2
        assert gateway.notices(desk.id) == []

    def test_out_of_order(self, desk: Desk) -> None:
        held = SandboxGateway().authorize(first := self.ask(desk, "authorize", 10_00))
        SandboxGateway(Faults(out_of_order=1)).capture(second := self.ask(desk, "capture", 10_00, charge=held.payment_reference))
        assert [one.key for one in SandboxGateway().notices(desk.id)] == [second.key, first.key]

    def test_a_notice_comes_once_and_in_order_without_faults(self, desk: Desk, gateway: SandboxGateway) -> None:
        requests = [self.ask(desk, "authorize", amount) for amount in (1_00, 2_00, 3_00)]
        for request in requests:
            gateway.authorize(request)
        assert [one.key for one in gateway.notices(desk.id)] == [request.key for request in requests]


def test_faults_follow_their_seed() -> None:
    faults = Faults(seed=7, decline=0.25, timeout_before=0.25, late=0.25)
    drawn = [faults.of(number) for number in range(1000)]
    assert drawn == [faults.of(number) for number in range(1000)]
    assert drawn != [Faults(seed=8, decline=0.25, timeout_before=0.25, late=0.25).of(number) for number in range(1000)]
    assert set(drawn) == {Fault.NONE, Fault.DECLINE, Fault.TIMEOUT_BEFORE, Fault.LATE}
    assert [drawn.count(fault) // 100 for fault in (Fault.DECLINE, Fault.TIMEOUT_BEFORE, Fault.LATE)] == [2, 2, 2]


def test_no_faults_unless_asked_for() -> None:
    assert {Faults().of(number) for number in range(100)} == {Fault.NONE}
