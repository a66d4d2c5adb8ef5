from datetime import timedelta

import pytest

from dingdan.kernel.codes import new_code
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    CardIsVoid,
    CardNotUsable,
    MoneyReturned,
    apply_store_credit,
    expire_gift_cards,
    grant_store_credit,
    record_refunds,
    redeem_gift_card,
    replace_gift_card,
    request_refund,
    void_gift_card,
)
from dingdan.ledgers.payments.events import Document, PaymentRecorded
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import cards_to_expire, code_of, usable_card
from dingdan.ledgers.payments.rules import AWAKE
from dingdan.ledgers.payments.steps.refusals import ForeignCurrency, NotEnoughCredit, NothingDue, NotThisWay
from tests.ledgers.payments.desk import NOON, Desk


def test_it_works(desk: Desk) -> None:
    card, code = desk.card(8_00)
    document = desk.claim(5_00)
    told = redeem_gift_card(desk.call(), document=document, code=code)
    assert (told.method, told.amount, told.unapplied, told.applied[0].payment_status) == ("gift_card", 5_00, 0, "paid")
    assert desk.posted(1) == [("gift_card_received", "gift_cards", "customer_deposits", 5_00)]
    assert desk.left(card) == ("active", 3_00)


def test_a_code_is_read_as_people_type_it(desk: Desk) -> None:
    _card, code = desk.card(8_00)
    typed = f"  {code.lower().replace('-', ' ')} "
    assert redeem_gift_card(desk.call(), document=desk.claim(5_00), code=typed).amount == 5_00
    known = usable_card(code, at=NOON)
    assert known is not None
    assert known.left == 3_00


def test_several_methods_pay_one_document_and_refunds_go_back_in_reverse(desk: Desk) -> None:
    customer = new_id()
    card, code = desk.card(20_00)
    grant_store_credit(desk.call(), customer_id=customer, money=Money(5_00, "GBP"))
    document = desk.claim(40_00, customer_id=customer)
    redeem_gift_card(desk.call(), document=document, code=code)
    assert desk.counters(document) == ("partly_paid", 20_00, 20_00, 0)
    apply_store_credit(desk.call(), document=document, customer_id=customer)
    desk.pay(document, 15_00, method="cash")
    assert desk.counters(document) == ("paid", 0, 40_00, 0)
    told = record_refunds.one(desk.call(), MoneyReturned(document=document, money=Money(27_00, "GBP")))
    assert [(one.gateway, one.amount) for one in told.refunds] == [("cash", 15_00), ("store_credit", 5_00), ("gift_card", 7_00)]
    assert desk.left(card) == ("active", 7_00)


def test_money_does_not_go_back_to_a_card_that_it_did_not_come_from(desk: Desk) -> None:
    document = desk.claim(5_00)
    desk.pay(document, 5_00, method="cash")
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        request_refund(desk.call(), refund=MoneyReturned(document=document, method="gift_card"))


@pytest.mark.parametrize("wrong", ["", "AAAA", new_code(), "0" * 64], ids=["empty", "short", "unknown", "long"])
def test_what_is_no_card_is_refused(desk: Desk, wrong: str) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(CardNotUsable):
        redeem_gift_card(desk.call(), document=document, code=wrong)


def test_void_replaced_and_late_cards_are_refused_alike(desk: Desk) -> None:
    document, told = desk.claim(5_00), set()
    (void, first), (lost, second), (late, third) = (desk.card(8_00, months=1) for _ in range(3))
    void_gift_card(desk.call(), gift_card_id=void)
    replace_gift_card(desk.call(), gift_card_id=lost)
    for code, at in ((first, NOON), (second, NOON), (third, NOON + timedelta(days=40)), (new_code(), NOON)):
        with desk.nothing_changes(), pytest.raises(CardNotUsable) as refused:
            redeem_gift_card(desk.call(at=at), document=document, code=code)
        told.add(str(refused.value))
    assert len(told) == 1
    assert redeem_gift_card(desk.call(), document=document, code=code_of(lost)).amount == 5_00
    assert desk.left(late) == ("active", 8_00)


@pytest.mark.parametrize("amount", [5_01, 0, -1])
def test_more_than_is_due_or_nothing_is_refused(desk: Desk, amount: int) -> None:
    _card, code = desk.card(8_00)
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(NotEnoughCredit):
        redeem_gift_card(desk.call(), document=document, code=code, money=Money(amount, "GBP"))


def test_another_currency_a_paid_and_an_unknown_document_are_refused(desk: Desk) -> None:
    _card, code = desk.card(8_00)
    euros, paid = desk.claim(5_00, currency="EUR"), desk.claim(1_00)
    desk.pay(paid, 1_00)
    with desk.nothing_changes():
        with pytest.raises(ForeignCurrency):
            redeem_gift_card(desk.call(), document=euros, code=code)
        with pytest.raises(NothingDue):
            redeem_gift_card(desk.call(), document=paid, code=code)
        with pytest.raises(NotFound):
            redeem_gift_card(desk.call(), document=Document("order", new_id()), code=code)


def test_what_a_gateway_holds_for_a_document_is_not_paid_twice(desk: Desk) -> None:
    _card, code = desk.card(8_00)
    document = desk.claim(5_00)
    desk.authorize(document, 3_00)
    assert redeem_gift_card(desk.call(), document=document, code=code).amount == 2_00
    with desk.nothing_changes(), pytest.raises(NothingDue):
        redeem_gift_card(desk.call(), document=document, code=code)


def test_a_refund_wakes_a_card_whose_time_was_over(desk: Desk) -> None:
    card, code = desk.card(8_00, months=1)
    document = desk.claim(5_00)
    redeem_gift_card(desk.call(), document=document, code=code)
    later = NOON + timedelta(days=40)
    expire_gift_cards(desk.call(at=later), payable_ids=tuple(cards_to_expire(later)))
    assert desk.left(card) == ("expired", 0)
    request_refund(desk.call(at=later), refund=MoneyReturned(document=document))
    assert desk.left(card) == ("active", 5_00)
    assert GiftCard.objects.get(id=card).expires_at == later + AWAKE


def test_nothing_goes_back_to_a_card_that_is_void(desk: Desk) -> None:
    card, code = desk.card(8_00)
    document = desk.claim(5_00)
    redeem_gift_card(desk.call(), document=document, code=code)
    void_gift_card(desk.call(), gift_card_id=card)
    with desk.nothing_changes(), pytest.raises(CardIsVoid):
        request_refund(desk.call(), refund=MoneyReturned(document=document))
    assert request_refund(desk.call(), refund=MoneyReturned(document=document, method="cash")).amount == 5_00


def test_twenty_documents_at_once_never_spend_more_than_there_is(desk: Desk) -> None:
    card, code = desk.card(10_00)
    documents = [desk.claim(3_00) for _ in range(20)]
    told = desk.together(
        *[
            lambda document=document: redeem_gift_card(desk.call(), document=document, code=code, money=Money(3_00, "GBP"))
            for document in documents
        ]
    )
    assert sum(isinstance(one, PaymentRecorded) for one in told) == 3
    assert sum(isinstance(one, NotEnoughCredit) for one in told) == 17
    assert desk.left(card) == ("active", 1_00)
