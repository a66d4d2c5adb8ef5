import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    CardSoldOnOrder,
    GiveCodes,
    ImportGiftCard,
    IssueGiftCard,
    give_gift_card_codes,
    import_gift_cards,
    issue_gift_cards,
    redeem_gift_card,
    void_gift_card,
)
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    card, code = desk.card(8_00)
    redeem_gift_card(desk.call(), document=desk.claim(3_00), code=code)
    before = len(desk.posted())
    assert void_gift_card(desk.call(), gift_card_id=card).amount == 5_00
    assert desk.posted(before) == [("gift_card_grant_revoked", "gift_cards", "goodwill_expense", 5_00)]
    assert desk.left(card) == ("voided", 0)


def test_what_is_left_goes_where_it_came_from(desk: Desk) -> None:
    sold = issue_gift_cards.one(desk.call(), IssueGiftCard(money=Money(2_00, "GBP"), origin="counter"))
    old = import_gift_cards.one(desk.call(), ImportGiftCard(code="OLD-CARD-1", money=Money(3_00, "GBP")))
    for card in (sold, old):
        void_gift_card(desk.call(), gift_card_id=card.gift_card_id)
    assert desk.posted(2) == [
        ("gift_card_cash_returned", "gift_cards", "cash", 2_00),
        ("gift_card_sent_back", "gift_cards", "brought_over", 3_00),
    ]


def test_a_card_that_was_sold_goes_back_with_its_line(desk: Desk) -> None:
    document = desk.claim(5_00)
    desk.sell(document, 5_00)
    desk.pay(document, 5_00)
    (card,) = give_gift_card_codes.one(desk.call(), GiveCodes(document=document)).gift_card_ids
    with desk.nothing_changes(), pytest.raises(CardSoldOnOrder):
        void_gift_card(desk.call(), gift_card_id=card)


def test_twice_or_of_nothing_is_refused(desk: Desk) -> None:
    card, _code = desk.card(8_00)
    void_gift_card(desk.call(), gift_card_id=card)
    with desk.nothing_changes():
        with pytest.raises(NotInThisState):
            void_gift_card(desk.call(), gift_card_id=card)
        with pytest.raises(NotFound):
            void_gift_card(desk.call(), gift_card_id=new_id())
