"""That a dispute was answered is written down. How the firm is told stands in tests/automation/test_disputes.py."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.payments.commands import Decision, answer_dispute, lose_dispute, open_dispute
from dingdan.ledgers.payments.models import Dispute
from tests.ledgers.payments.desk import Desk
from tests.ledgers.payments.test_open_dispute import opening


def test_it_works(desk: Desk) -> None:
    paid = desk.take(desk.claim(10_00), 10_00)
    dispute_id = open_dispute.one(desk.call(), opening(paid.payment_id)).dispute_id
    before = len(desk.posted())
    told = answer_dispute(desk.call(), dispute_id=dispute_id, files=2)
    row = Dispute.objects.get()
    assert (told.payment_id, told.files, row.state, row.answered_at is not None) == (paid.payment_id, 2, "open", True)
    assert desk.posted(before) == []


def test_what_is_over_or_unknown_is_not_answered(desk: Desk) -> None:
    paid = desk.take(desk.claim(10_00), 10_00)
    dispute_id = open_dispute.one(desk.call(), opening(paid.payment_id)).dispute_id
    lose_dispute.one(desk.call(), Decision(dispute_id=dispute_id))
    with desk.nothing_changes():
        with pytest.raises(NotInThisState):
            answer_dispute(desk.call(), dispute_id=dispute_id)
        with pytest.raises(NotFound):
            answer_dispute(desk.call(), dispute_id=new_id())
