import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import Towards, request_authorization
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NothingDue, NotThisWay, UnknownMethod
from tests.ledgers.payments.desk import NOON, Desk, SilentGateway


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    assert (asked.gateway, asked.currency, asked.amount) == ("silent", "GBP", 10_00)
    attempt = Attempt.objects.get()
    assert (attempt.id, attempt.payment_id, attempt.kind, attempt.state, attempt.amount, attempt.key, attempt.requested_at) == (
        asked.attempt_id, asked.payment_id, "authorize", "requested", 10_00, str(asked.attempt_id), NOON,
    )  # fmt: skip
    payment = desk.payment(asked.payment_id)
    assert (payment.state, payment.requested, payment.authorized, payment.captured) == ("requested", 10_00, 0, 0)
    assert desk.counters(document) == ("unpaid", 10_00, 0, 0)
    assert desk.posted() == []


def test_one_authorization_for_several_documents(desk: Desk) -> None:
    first, second = desk.claim(10_00), desk.claim(20_00)
    towards = (Towards(document=first), Towards(document=second, amount=5_00))
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=towards)
    assert (asked.amount, [one.amount for one in asked.applied]) == (15_00, [10_00, 5_00])


def test_what_is_held_already_is_not_asked_for_again(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.authorize(document, 4_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    assert asked.amount == 6_00


def test_an_unknown_gateway_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(UnknownMethod):
        request_authorization(desk.call(), gateway="cash", currency="GBP", towards=(Towards(document=document),))


def test_a_gateway_that_holds_nothing_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    document = desk.claim(10_00)
    prompt = SilentGateway()
    prompt.authorizes = False
    monkeypatch.setitem(gateways, "prompt", prompt)
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        request_authorization(desk.call(), gateway="prompt", currency="GBP", towards=(Towards(document=document),))


def test_a_foreign_currency_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        request_authorization(desk.call(), gateway="silent", currency="EUR", towards=(Towards(document=document),))


def test_a_paid_document_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    with desk.nothing_changes(), pytest.raises(NothingDue):
        request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))


def test_no_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NothingDue):
        request_authorization(desk.call(), gateway="silent", currency="GBP", towards=())


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_that_is_none_is_refused(desk: Desk, amount: int) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document, amount=amount),))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    towards = (Towards(document=Document("order", new_id())),)
    with desk.nothing_changes(), pytest.raises(NotFound):
        request_authorization(desk.call(), gateway="silent", currency="GBP", towards=towards)
