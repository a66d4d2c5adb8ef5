from datetime import timedelta

import pytest

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CardCodeUsed, ImportGiftCard, import_gift_cards, redeem_gift_card
from dingdan.ledgers.payments.events import GiftCardIssued
from dingdan.ledgers.payments.queries import code_of
from tests.ledgers.payments.desk import NOON, Desk

OLD = ImportGiftCard(code="xmas 2024-0042", money=Money(12_50, "GBP"))


def test_it_works(desk: Desk) -> None:
    told = import_gift_cards.one(desk.call(), OLD)
    assert (told.origin, told.amount, told.last4, code_of(told.gift_card_id)) == ("import", 12_50, "0042", "")
    assert desk.posted() == [("gift_card_brought_over", "brought_over", "gift_cards", 12_50)]
    document = desk.claim(10_00)
    assert redeem_gift_card(desk.call(), document=document, code="XMAS20240042").amount == 10_00
    assert desk.left(told.gift_card_id) == ("active", 2_50)


def test_a_code_comes_over_once(desk: Desk) -> None:
    import_gift_cards.one(desk.call(), OLD)
    cards = [ImportGiftCard(code=code, money=Money(5, "GBP")) for code in ("XMAS20240042", "NEW-CARD-1")]
    told = import_gift_cards.many((desk.call(), card) for card in cards)
    assert [type(one) for one in told] == [CardCodeUsed, GiftCardIssued]


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (ImportGiftCard(code="1234567", money=Money(5, "GBP")), "8 letters"),
        (ImportGiftCard(code="12345678", money=Money(0, "GBP")), "cannot be paid"),
        (ImportGiftCard(code="12345678", money=Money(5, "GBP"), expires_at=NOON - timedelta(days=1)), "future"),
    ],
)
def test_what_no_card_can_be_is_refused(desk: Desk, card: ImportGiftCard, told: str) -> None:
    with desk.nothing_changes(), pytest.raises((Invalid, Refusal), match=told):
        import_gift_cards.one(desk.call(), card)
