from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import Told, Towards, ask_gateway, record_unknown, request_charge
from dingdan.ledgers.payments.steps.refusals import NothingToAsk
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_charge(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    record_unknown.one(desk.call(), Told(attempt_id=asked.attempt_id))
    told = ask_gateway(desk.call(), payment_id=asked.payment_id)
    assert (told.payment_id, told.gateway, told.attempts) == (asked.payment_id, "silent", (asked.attempt_id,))


def test_what_is_known_is_not_asked(desk: Desk) -> None:
    taken = desk.take(desk.claim(10_00), 10_00)
    by_hand = desk.pay(desk.claim(5_00), 5_00)
    for payment_id in (taken.payment_id, by_hand.payment_id):
        with desk.nothing_changes(), pytest.raises(NothingToAsk):
            ask_gateway(desk.call(), payment_id=payment_id)


def test_an_unknown_payment_is_refused(desk: Desk) -> None:
    missing: UUID = new_id()
    with desk.nothing_changes(), pytest.raises(NotFound):
        ask_gateway(desk.call(), payment_id=missing)
