import pytest

from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    AlreadyRecorded,
    Decision,
    MoneyReturned,
    lose_dispute,
    request_refund,
    win_dispute,
)
from tests.ledgers.payments.desk import Desk
from tests.ledgers.payments.test_win_dispute import BY_REFERENCE, disputed


def test_it_works(desk: Desk) -> None:
    document, dispute = disputed(desk)
    before = len(desk.posted())
    told = lose_dispute.one(desk.call(), Decision(dispute_id=dispute))
    assert (told.amount, told.won, told.lost, told.state) == (4_00, 0, 4_00, "lost")
    assert desk.posted(before) == [("dispute_lost", "bad_debt", "dispute_holding", 4_00)]
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    assert request_refund(desk.call(), refund=MoneyReturned(document=document)).amount == 6_00


def test_a_part_is_won_and_the_rest_lost(desk: Desk) -> None:
    document, dispute = disputed(desk)
    win_dispute.one(desk.call(), Decision(dispute_id=dispute, money=Money(1_00, "GBP")))
    assert lose_dispute.one(desk.call(), BY_REFERENCE).state == "divided"
    assert request_refund(desk.call(), refund=MoneyReturned(document=document)).amount == 7_00


def test_what_is_decided_is_decided(desk: Desk) -> None:
    disputed(desk)
    lose_dispute.one(desk.call(), BY_REFERENCE)
    with desk.nothing_changes():
        for decide in (lose_dispute, win_dispute):
            with pytest.raises(AlreadyRecorded):
                decide.one(desk.call(), BY_REFERENCE)
