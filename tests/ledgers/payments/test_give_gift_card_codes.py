from datetime import UTC, datetime

import pytest

from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import CardUsed, GiveCodes, NothingToIssue, give_gift_card_codes, redeem_gift_card
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import code_of, waiting_for_codes
from tests.ledgers.payments.desk import Desk, credit_cards, keep_cards


def test_it_works(desk: Desk) -> None:
    document = desk.claim(30_00)
    desk.sell(document, 10_00, 20_00, months=12)
    assert desk.posted() == [
        ("gift_card_sold", "accounts_receivable", "gift_cards", 10_00),
        ("gift_card_sold", "accounts_receivable", "gift_cards", 20_00),
    ]
    assert waiting_for_codes("order", [document.id]) == set()
    desk.pay(document, 30_00)
    assert waiting_for_codes("order", [document.id]) == {document.id}
    told = give_gift_card_codes.one(desk.call(), GiveCodes(document=document))
    assert [desk.left(id_) for id_ in told.gift_card_ids] == [("active", 10_00), ("active", 20_00)]
    assert {row.expires_at for row in GiftCard.objects.all()} == {datetime(2027, 11, 23, 12, tzinfo=UTC)}
    assert redeem_gift_card(desk.call(), document=desk.claim(3_00), code=code_of(told.gift_card_ids[0])).amount == 3_00


@pytest.mark.parametrize("paid", [0, 29_99])
def test_before_all_is_paid_it_is_refused(desk: Desk, paid: int) -> None:
    document = desk.claim(30_00)
    desk.sell(document, 30_00)
    if paid:
        desk.pay(document, paid)
    with desk.nothing_changes(), pytest.raises(NothingToIssue):
        give_gift_card_codes.one(desk.call(), GiveCodes(document=document))


def test_codes_are_given_once(desk: Desk) -> None:
    document = desk.claim(5_00)
    desk.sell(document, 5_00)
    desk.pay(document, 5_00)
    asks = [lambda: give_gift_card_codes.one(desk.call(), GiveCodes(document=document))] * 5
    told = desk.together(*asks)
    assert sorted(type(one).__name__ for one in told) == ["CodesGiven", *["NothingToIssue"] * 4]


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NothingToIssue):
        give_gift_card_codes.one(desk.call(), GiveCodes(document=Document("order", new_id())))


def test_what_is_taken_back_unused_is_credited(desk: Desk) -> None:
    document = desk.claim(20_00)
    line_id = desk.sell(document, 10_00, 10_00)
    desk.pay(document, 20_00)
    first, second = give_gift_card_codes.one(desk.call(), GiveCodes(document=document)).gift_card_ids
    code = code_of(second)
    redeem_gift_card(desk.call(), document=desk.claim(1_00), code=code)
    with desk.nothing_changes(), pytest.raises(CardUsed, match="1 of the gift cards are unused"):
        keep_cards(desk.call(), line_id=line_id, units=0)
    keep_cards(desk.call(), line_id=line_id, units=1)
    assert (desk.left(first), desk.left(second)) == (("voided", 10_00), ("active", 9_00))
    before = len(desk.posted())
    credit_cards(desk.call(), document=document, line_id=line_id, amount=10_00, units=1)
    assert ("gift_card_credited", "gift_cards", "accounts_receivable", 10_00) in desk.posted(before)
    assert desk.left(first) == ("voided", 0)
