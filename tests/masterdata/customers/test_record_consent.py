from datetime import timedelta

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnusableCode
from dingdan.masterdata.customers.commands import record_consent, save_customer
from dingdan.masterdata.customers.models import Consent
from dingdan.masterdata.customers.queries import agreed, consents_of
from dingdan.masterdata.customers.rules import CustomerDraft, NotGiven
from tests.masterdata.shop import NOON, Shop


def test_it_works(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=CustomerDraft()).customer_id

    given = record_consent(shop.call(), customer_id=customer, purpose="marketing_email", granted=True, source="web")
    again = record_consent(shop.call(), customer_id=customer, purpose="marketing_email", granted=True)

    assert (given.purpose, given.granted, given.source, again.consent_id) == ("marketing_email", True, "web", given.consent_id)
    assert agreed(customer, "marketing_email")
    assert not agreed(customer, "sms")


def test_what_was_withdrawn_can_be_given_again(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    later, last = NOON + timedelta(days=1), NOON + timedelta(days=2)
    record_consent(shop.call(), customer_id=customer, purpose="sms", granted=True)
    record_consent(shop.call(at=later), customer_id=customer, purpose="sms", granted=False)
    assert not agreed(customer, "sms")
    record_consent(shop.call(at=last), customer_id=customer, purpose="sms", granted=True)
    assert [(row.granted_at, row.withdrawn_at) for row in consents_of(customer)] == [(last, None), (NOON, later)]


def test_it_refuses_to_withdraw_what_was_not_given(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    with shop.nothing_changes(Consent), pytest.raises(NotGiven):
        record_consent(shop.call(), customer_id=customer, purpose="sms", granted=False)


def test_it_refuses_a_purpose_that_is_no_code(shop: Shop) -> None:
    customer = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    with shop.nothing_changes(Consent), pytest.raises(UnusableCode) as refused:
        record_consent(shop.call(), customer_id=customer, purpose="all sorts", granted=True)
    assert refused.value.field == "purpose"


def test_it_refuses_an_unknown_customer(shop: Shop) -> None:
    with shop.nothing_changes(Consent), pytest.raises(NotFound):
        record_consent(shop.call(), customer_id=new_id(), purpose="sms", granted=True)
