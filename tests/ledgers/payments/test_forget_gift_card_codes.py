from datetime import timedelta

from dingdan.ledgers.payments.commands import forget_gift_card_codes, redeem_gift_card
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import code_of, codes_to_forget
from tests.ledgers.payments.desk import NOON, Desk


def test_it_works(desk: Desk) -> None:
    card, code = desk.card(8_00)
    assert (codes_to_forget(NOON + timedelta(hours=23)), codes_to_forget(NOON + timedelta(hours=24))) == ([], [card])
    forget_gift_card_codes(desk.call(), gift_card_ids=(card,))
    assert (code_of(card), GiftCard.objects.get(id=card).sealed_code, codes_to_forget(NOON + timedelta(days=9))) == ("", "", [])
    assert redeem_gift_card(desk.call(), document=desk.claim(3_00), code=code).amount == 3_00
