import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.payments.commands import redeem_gift_card, replace_gift_card, void_gift_card
from dingdan.ledgers.payments.queries import code_of, usable_card
from tests.ledgers.payments.desk import NOON, Desk


def test_it_works(desk: Desk) -> None:
    card, old = desk.card(8_00)
    redeem_gift_card(desk.call(), document=desk.claim(3_00), code=old)
    before = desk.posted()
    told = replace_gift_card(desk.call(), gift_card_id=card)
    new = code_of(card)
    assert (told.last4_before, told.last4, desk.posted()) == (old[-4:], new[-4:], before)
    assert usable_card(old, at=NOON) is None
    known = usable_card(new, at=NOON)
    assert known is not None
    assert known.left == 5_00


def test_a_void_or_unknown_card_is_refused(desk: Desk) -> None:
    card, _code = desk.card(8_00)
    void_gift_card(desk.call(), gift_card_id=card)
    with desk.nothing_changes():
        with pytest.raises(NotInThisState):
            replace_gift_card(desk.call(), gift_card_id=card)
        with pytest.raises(NotFound):
            replace_gift_card(desk.call(), gift_card_id=new_id())
