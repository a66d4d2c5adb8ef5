from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    AlreadyRecorded,
    DecidedAboveDisputed,
    Decision,
    MoneyReturned,
    UnknownGatewayReference,
    open_dispute,
    request_refund,
    win_dispute,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Dispute
from tests.ledgers.payments.desk import Desk
from tests.ledgers.payments.test_open_dispute import opening

BY_REFERENCE = Decision(gateway="silent", reference="dp_1")


def disputed(desk: Desk) -> tuple[Document, UUID]:
    document = desk.claim(10_00)
    paid = desk.take(document, 10_00)
    return document, open_dispute.one(desk.call(), opening(paid.payment_id)).dispute_id


def test_it_works(desk: Desk) -> None:
    document, _dispute = disputed(desk)
    before = len(desk.posted())
    told = win_dispute.one(desk.call(), BY_REFERENCE)
    assert (told.amount, told.won, told.lost, told.state) == (4_00, 4_00, 0, "won")
    assert desk.posted(before) == [("dispute_won", "gateway_clearing", "dispute_holding", 4_00)]
    assert Dispute.objects.get().closed_at is not None
    assert request_refund(desk.call(), refund=MoneyReturned(document=document)).amount == 10_00


def test_told_again_it_is_recorded_once(desk: Desk) -> None:
    disputed(desk)
    part = Decision(gateway="silent", reference="dp_1", money=Money(1_00, "GBP"))
    assert win_dispute.one(desk.call(), part).state == "open"
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        win_dispute.one(desk.call(), part)
    assert win_dispute.one(desk.call(), BY_REFERENCE).amount == 3_00
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        win_dispute.one(desk.call(), BY_REFERENCE)


def test_more_than_is_open_or_nothing_known_is_refused(desk: Desk) -> None:
    _document, dispute = disputed(desk)
    with desk.nothing_changes():
        with pytest.raises(DecidedAboveDisputed):
            win_dispute.one(desk.call(), Decision(dispute_id=dispute, money=Money(4_01, "GBP")))
        for unknown in (Decision(gateway="silent", reference="dp_9"), Decision(dispute_id=new_id())):
            with pytest.raises(UnknownGatewayReference):
                win_dispute.one(desk.call(), unknown)
        with pytest.raises(NotFound):
            win_dispute.one(desk.call(), Decision())
