"""F18 at Alipay: five in a hundred notices are dropped; one round of asking finds all of them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from dingdan.ledgers.payments.models import Attempt
from tests.integrations.alipay.lives import street
from tests.laws.size import sized
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]

PAYMENTS = sized(24, 200, 5_000)


def test_one_round_finds_what_no_notice_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, chance: random.Random, figure: Callable[[str], None]
) -> None:
    with street(desk, monkeypatch, seed=chance.randrange(2**32)) as at:
        rates = {"notice_dropped": sized(0.2, 0.05, 0.05)}
        at.sandbox.world.faults.tell({"seed": chance.randrange(2**32), "rates": rates})
        for _number in range(PAYMENTS):
            at.pay(at.begin("qr", chance.randint(1, 99_999)))
        at.sandbox.settle()
        untold = Attempt.objects.filter(state="waiting").count()
        assert 0 < untold < PAYMENTS
        at.let_pass(2)
        assert at.still_out() == {}
        assert at.booked() == at.at_alipay()
        assert {taken for taken, _back in at.booked().values()} == set(at.wanted.values())
    figure(f"F18 Alipay: {PAYMENTS} payments, {untold} notices dropped, all found in one round")
