"""Methods that customers leave at Stripe: listed, charged, forgotten; nothing of them is kept here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.test import override_settings

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.integrations.stripe.saved import StripeDoesNotAnswer, StripeSaved
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer, GatewayRequest
from tests.integrations.stripe.till import StripePayer, asked, page, with_saved
from tests.ledgers.payments.desk import Desk

CUSTOMER = new_id()


@pytest.fixture
def payer(stripes: Sandbox) -> StripePayer:
    return StripePayer(stripes)


def charge(desk: Desk, account_id: UUID, method_id: str, **details: str) -> GatewayRequest:
    return asked(desk, account_id, "capture", 12_50, checkout=with_saved(method_id, **details), customer_id=CUSTOMER)


def test_a_method_is_left_listed_charged_and_forgotten(desk: Desk, account_id: UUID, payer: StripePayer) -> None:
    saved = payer.leave(account_id, CUSTOMER)
    assert (saved.means, saved.expires_on) == ("visa 4242", date(2035, 1, 1))
    request = charge(desk, account_id, saved.id)
    paid = StripeGateway().capture(request)
    assert (paid.answer, paid.amount, paid.means) == (Answer.DONE, 12_50, "visa 4242")
    assert StripeGateway().query(request) == StripeGateway().capture(request) == paid
    assert payer.moved(request.key) == (12_50, 0)
    assert StripeSaved().forget(account_id, CUSTOMER, saved.id)
    assert StripeSaved().saved(account_id, CUSTOMER) == []
    again = StripeGateway().capture(charge(desk, account_id, saved.id))
    assert again.answer == Answer.DECLINED


def test_who_pays_on_the_page_can_leave_the_card_there(desk: Desk, account_id: UUID, payer: StripePayer) -> None:
    request = asked(desk, account_id, "capture", 5_00, checkout=page(keep=True), customer_id=CUSTOMER)
    payer.pay(request)
    (saved,) = StripeSaved().saved(account_id, CUSTOMER)
    assert StripeGateway().capture(charge(desk, account_id, saved.id)).answer == Answer.DONE


def test_who_did_not_ask_for_it_leaves_nothing(desk: Desk, account_id: UUID, payer: StripePayer) -> None:
    payer.pay(asked(desk, account_id, "capture", 5_00, checkout=page(), customer_id=CUSTOMER))
    assert StripeSaved().saved(account_id, CUSTOMER) == []


def test_nobody_pays_with_what_another_left(desk: Desk, account_id: UUID, payer: StripePayer) -> None:
    theirs, stranger = payer.leave(account_id, CUSTOMER), new_id()
    assert StripeSaved().saved(account_id, stranger) == []
    assert not StripeSaved().forget(account_id, stranger, theirs.id)
    told = StripeGateway().capture(replace(charge(desk, account_id, theirs.id), customer_id=stranger))
    assert (told.answer, told.error) == (Answer.DECLINED, "no_saved_method")
    payer.leave(account_id, stranger)
    told = StripeGateway().capture(replace(charge(desk, account_id, theirs.id), customer_id=stranger))
    assert told.answer == Answer.DECLINED
    assert [one.id for one in StripeSaved().saved(account_id, CUSTOMER)] == [theirs.id]


@pytest.mark.parametrize("there", ["yes", "no"])
def test_a_bank_that_wants_to_see_the_payer_is_waited_for(desk: Desk, account_id: UUID, payer: StripePayer, there: str) -> None:
    saved = payer.leave(account_id, CUSTOMER, "challenge")
    for act, answer in ((payer.approve, Answer.DONE), (payer.decline, Answer.DECLINED)):
        request = charge(desk, account_id, saved.id, payer_is_there=there)
        told = StripeGateway().capture(request)
        assert told.answer == Answer.WAITING
        assert told.prompt is not None
        assert StripeGateway().query(request).answer == Answer.WAITING
        act(told.prompt)
        assert StripeGateway().query(request).answer == answer
        assert payer.moved(request.key)[0] == (12_50 if answer == Answer.DONE else 0)


def test_a_payer_who_does_not_come_is_waited_for_no_longer(desk: Desk, account_id: UUID, payer: StripePayer) -> None:
    saved = payer.leave(account_id, CUSTOMER, "challenge")
    request = charge(desk, account_id, saved.id)
    waiting = StripeGateway().capture(request)
    assert StripeGateway().close(request).answer == Answer.DECLINED
    assert waiting.prompt is not None
    payer.approve(waiting.prompt)
    assert StripeGateway().query(request).answer == Answer.DECLINED
    assert payer.moved(request.key) == (0, 0)


def test_a_card_that_is_declined(desk: Desk, account_id: UUID, payer: StripePayer) -> None:
    saved = payer.leave(account_id, CUSTOMER, "insufficient_funds")
    request = charge(desk, account_id, saved.id)
    told = StripeGateway().capture(request)
    assert (told.answer, told.error) == (Answer.DECLINED, "insufficient_funds")
    assert StripeGateway().query(request) == replace(told, payment_reference="")
    assert payer.moved(request.key) == (0, 0)


def test_a_firm_that_does_not_answer_is_a_refusal(account_id: UUID) -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:9"), pytest.raises(StripeDoesNotAnswer):
        StripeSaved().saved(account_id, CUSTOMER)
