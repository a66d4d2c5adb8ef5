import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import Told, Towards, record_authorization, record_decline, request_authorization
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, AmountDiffers, ReferenceUsed, UnknownGatewayReference
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    told = record_authorization.one(
        desk.call(), Told(attempt_id=asked.attempt_id, payment_reference="ch_1", reference="au_1", money=Money(10_00, "GBP"))
    )
    assert (told.payment_id, told.amount, told.applied[0].amount, told.applied[0].payment_status) == (
        asked.payment_id, 10_00, 10_00, "authorized",
    )  # fmt: skip
    payment = desk.payment(asked.payment_id)
    assert (payment.state, payment.authorized, payment.gateway_reference) == ("authorized", 10_00, "ch_1")
    assert desk.owed(document).authorized == 10_00
    assert desk.posted() == []


def test_it_is_found_by_the_gateways_own_reference(desk: Desk) -> None:
    document = desk.claim(10_00)
    first = desk.authorize(document, 4_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    record_authorization.one(desk.call(), Told(attempt_id=asked.attempt_id, payment_reference="ch_2", reference="au_2"))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_authorization.one(desk.call(), Told(gateway="silent", payment_reference="ch_2", reference="au_2"))
    assert first.amount == 4_00


def test_each_document_gets_its_share(desk: Desk) -> None:
    first, second = desk.claim(10_00), desk.claim(20_00)
    towards = (Towards(document=first), Towards(document=second, amount=5_00))
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=towards)
    record_authorization.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert [desk.owed(document).authorized for document in (first, second)] == [10_00, 5_00]
    assert [desk.owed(document).payment_status for document in (first, second)] == ["authorized", "unpaid"]


def test_a_second_yes_changes_nothing(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_authorization.one(desk.call(), Told(attempt_id=held.attempt_id))


def test_a_yes_after_a_no_counts(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="timeout"))
    assert desk.payment(asked.payment_id).state == "declined"
    record_authorization.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert (desk.payment(asked.payment_id).state, desk.owed(document).payment_status) == ("authorized", "authorized")


@pytest.mark.parametrize("money", [Money(9_99, "GBP"), Money(10_00, "EUR")])
def test_another_amount_or_currency_is_refused(desk: Desk, money: Money) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    with desk.nothing_changes(), pytest.raises(AmountDiffers):
        record_authorization.one(desk.call(), Told(attempt_id=asked.attempt_id, money=money))


def test_a_reference_of_another_attempt_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    asks = [
        request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),)) for _ in "ab"
    ]
    record_authorization.one(desk.call(), Told(attempt_id=asks[0].attempt_id, reference="au_1"))
    with desk.nothing_changes(), pytest.raises(ReferenceUsed):
        record_authorization.one(desk.call(), Told(attempt_id=asks[1].attempt_id, reference="au_1"))


def test_a_charge_of_another_payment_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    asks = [
        request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),)) for _ in "ab"
    ]
    record_authorization.one(desk.call(), Told(attempt_id=asks[0].attempt_id, payment_reference="ch_1"))
    with desk.nothing_changes(), pytest.raises(ReferenceUsed):
        record_authorization.one(desk.call(), Told(attempt_id=asks[1].attempt_id, payment_reference="ch_1"))


def test_an_unknown_reference_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(UnknownGatewayReference) as refused:
        record_authorization.one(desk.call(), Told(gateway="silent", reference="au_9", payment_reference="ch_9"))
    assert (refused.value.status, refused.value.detail) == (404, "Nothing here is known to silent as au_9.")


def test_an_unknown_attempt_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        record_authorization.one(desk.call(), Told(attempt_id=new_id()))


def test_an_attempt_of_another_gateway_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    with desk.nothing_changes(), pytest.raises(UnknownGatewayReference):
        record_authorization.one(desk.call(), Told(gateway="other", attempt_id=asked.attempt_id))
