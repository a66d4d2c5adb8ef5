from datetime import timedelta

from dingdan.ledgers.payments.commands import expire_gift_cards, redeem_gift_card
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import cards_to_expire
from tests.ledgers.payments.desk import NOON, Desk

LATER = NOON + timedelta(days=31)


def test_it_works(desk: Desk) -> None:
    card, code = desk.card(8_00, months=1)
    redeem_gift_card(desk.call(), document=desk.claim(3_00), code=code)
    desk.card(4_00)
    before = len(desk.posted())
    (payable,) = cards_to_expire(LATER)
    told = expire_gift_cards(desk.call(at=LATER), payable_ids=(payable,))
    assert [(one.gift_card_id, one.amount) for one in told.cards] == [(card, 5_00)]
    assert desk.posted(before) == [("gift_card_expired", "gift_cards", "breakage", 5_00)]
    assert (desk.left(card), cards_to_expire(LATER)) == (("expired", 0), [])


def test_what_is_not_late_stays(desk: Desk) -> None:
    card, _code = desk.card(8_00, months=1)
    told = expire_gift_cards(desk.call(), payable_ids=(GiftCard.objects.get(id=card).payable_id,))
    assert (told.cards, desk.left(card), cards_to_expire(NOON)) == ((), ("active", 8_00), [])
