"""A payer in front of a firm: in whatever order notice, return and asking come, it is paid once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dingdan.automation.checkouts import Begun, begin
from dingdan.automation.consumers import drain
from dingdan.automation.gateways import ask_at_once, reconcile, settle
from dingdan.automation.hearing import hear
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import CheckoutDraft, ask_gateway
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt, Checkout, Dispute, Payment, Posting
from dingdan.ledgers.payments.ports import Answer, NotGenuine, Post
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.methods.commands import retire_merchant_account, save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.reconciliation.models import Discrepancy
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT

CODE = CheckoutDraft(way="qr", title="Order 1")


@pytest.fixture
def penny(shop: Shop) -> Iterator[PennyPay]:
    with pennypay() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        yield firm


@pytest.fixture
def order(shop: Shop, penny: PennyPay) -> OrderPlaced:
    kit.stock(shop, "TEA", 9)
    return kit.place(shop, ("TEA", 1))


def _begin(shop: Shop, order: OrderPlaced, **said: Any) -> Begun:
    return begin(
        shop.call(), document=Document("order", order.order_id), gateway="pennypay", currency=order.currency,
        checkout=said.pop("checkout", CODE), **said,
    )  # fmt: skip


def _due(order: OrderPlaced) -> int:
    return receivable_of("order", [order.order_id])[order.order_id].due


def _hear(shop: Shop, body: bytes) -> tuple[bytes, str]:
    account = MerchantAccount.objects.get(gateway="pennypay")
    return hear(shop.tenant_id, "pennypay", Post(account_id=account.id, headers={}, query={}, body=body, at=clock.now()))


def test_it_works(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order)
    assert begun.prompt is not None
    assert (begun.answer, begun.prompt.content) == (Answer.WAITING, f"penny://{begun.attempt_id}")
    asked = penny.asked[str(begun.attempt_id)]
    assert asked.notify_url.endswith(f"/gateways/pennypay/{shop.tenant_id}/{asked.account_id}/notices")
    assert Attempt.objects.get().state == "waiting"
    penny.paid.add(str(begun.attempt_id))
    assert _hear(shop, penny.notice(begun.attempt_id)) == (b"thanks", "text/plain")
    assert _due(order) == 0
    assert Payment.objects.get().means == "penny 7"


def test_notice_return_and_asking_together_pay_once(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order)
    penny.paid.add(str(begun.attempt_id))
    body = penny.notice(begun.attempt_id)
    with clock.moved_by(timedelta(minutes=2)):
        for _time in range(3):
            settle(shop.tenant_id, begun.attempt_id)
            _hear(shop, body)
            reconcile(shop.tenant_id)
    assert Posting.objects.filter(payment_id=begun.payment_id).count() == 1
    assert _due(order) == 0


def test_a_notice_that_never_comes_is_found_by_asking(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order)
    penny.paid.add(str(begun.attempt_id))
    assert reconcile(shop.tenant_id) == 0  # too early
    with clock.moved_by(timedelta(minutes=2)):
        assert reconcile(shop.tenant_id) == 1
    assert _due(order) == 0


def test_a_payer_who_leaves_is_waited_for_no_longer(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order, checkout=CheckoutDraft(way="qr", title="Order 1", minutes=10))
    with clock.moved_by(timedelta(minutes=5)):
        reconcile(shop.tenant_id)
    assert Attempt.objects.get().state == "waiting"
    with clock.moved_by(timedelta(minutes=11)):
        reconcile(shop.tenant_id)
    assert (Attempt.objects.get().state, Payment.objects.get().state) == ("declined", "declined")
    assert penny.closed == {str(begun.attempt_id)}


def test_whoever_begins_again_leaves_the_first_one_closed(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    first = _begin(shop, order)
    second = _begin(shop, order)
    assert penny.closed == {str(first.attempt_id)}
    assert [one.state for one in Attempt.objects.order_by("id")] == ["declined", "waiting"]
    assert second.prompt is not None


def test_what_was_paid_meanwhile_is_not_paid_again(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    first = _begin(shop, order)
    penny.paid.add(str(first.attempt_id))
    with pytest.raises(Refusal) as refused:
        _begin(shop, order)
    assert refused.value.code == "nothing_due"
    assert (_due(order), Payment.objects.count()) == (0, 1)


def test_a_silent_firm_is_asked_until_it_speaks(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    penny.silent = True
    begun = _begin(shop, order)
    assert (begun.answer, Attempt.objects.get().state) == (Answer.UNKNOWN, "unknown")
    penny.silent = False
    with clock.moved_by(timedelta(minutes=2)):
        reconcile(shop.tenant_id)
    assert Attempt.objects.get().state == "waiting"
    assert Checkout.objects.get().prompt == f"penny://{begun.attempt_id}"


@pytest.mark.parametrize(
    ("lie", "kind"),
    [
        ({"amount": 1}, "amount_differs"),
        ({"currency": "EUR"}, "currency_differs"),
        ({"merchant": "P-2"}, "wrong_merchant"),
        ({"key": str(new_id())}, "no_such_payment"),
    ],
)
def test_money_of_another_amount_or_merchant_pays_nothing_and_waits_for_people(
    shop: Shop, order: OrderPlaced, penny: PennyPay, lie: dict[str, Any], kind: str
) -> None:
    begun = _begin(shop, order)
    if "key" in lie:
        penny.asked[lie["key"]] = penny.asked[str(begun.attempt_id)]
    before = _due(order)
    for _time in range(2):
        assert _hear(shop, penny.notice(begun.attempt_id, **lie))[0] == b"thanks"
    assert (_due(order), Attempt.objects.get().state) == (before, "waiting")
    found = Discrepancy.objects.get()
    assert (found.kind, found.source, found.state) == (kind, "pennypay", "open")
    assert kit.breaches() == []


def test_a_dispute_is_told_and_decided_by_notice(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order)
    penny.paid.add(str(begun.attempt_id))
    _hear(shop, penny.notice(begun.attempt_id))
    dispute = {"reference": "D1", "amount": 250, "fee": 15}
    for _time in range(2):
        _hear(shop, penny.notice(begun.attempt_id, id="d-1", topic="dispute_opened", **dispute))
    assert Payment.objects.get().disputed == 250
    _hear(shop, penny.notice(begun.attempt_id, id="d-2", topic="dispute_won", **dispute))
    found = Dispute.objects.get()
    assert (found.state, found.amount, found.fee, found.won) == ("won", 250, 15, 250)
    assert (Payment.objects.get().disputed, Discrepancy.objects.count()) == (0, 0)


def test_what_is_not_genuine_is_not_heard(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order)
    with pytest.raises(NotGenuine):
        _hear(shop, penny.notice(begun.attempt_id, signature="bad"))
    assert Attempt.objects.get().state == "waiting"


def test_another_firms_account_is_not_heard(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    post = Post(account_id=new_id(), headers={}, query={}, body=penny.notice(new_id()), at=clock.now())
    with pytest.raises(NotFound):
        hear(shop.tenant_id, "pennypay", post)


@pytest.mark.parametrize(
    ("checkout", "code"),
    [
        (CheckoutDraft(way="app", title="Order 1"), "way_not_offered"),
        (CheckoutDraft(way="qr", title=""), "text_missing"),
        (CheckoutDraft(way="qr", title="Order 1", details={str(n): "x" for n in range(13)}), "too_many_details"),
    ],
)
def test_it_refuses_what_the_firm_does_not_offer(shop: Shop, order: OrderPlaced, checkout: CheckoutDraft, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        _begin(shop, order, checkout=checkout)
    assert (refused.value.code, Payment.objects.count()) == (code, 0)


def test_it_refuses_a_shop_without_an_account(shop: Shop, order: OrderPlaced) -> None:
    retire_merchant_account(shop.call(), merchant_account_id=MerchantAccount.objects.get().id)
    with pytest.raises(Refusal) as refused:
        _begin(shop, order)
    assert (refused.value.code, Payment.objects.count()) == ("no_merchant_account", 0)


def test_whoever_wants_to_know_has_it_asked_at_once(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    begun = _begin(shop, order)
    penny.paid.add(str(begun.attempt_id))
    ask_gateway(shop.call(), payment_id=begun.payment_id)
    drain(shop.tenant_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'ask_at_once' AND args ->> 'attempt_id' = %s",
            [str(begun.attempt_id)],
        )
        ((args,),) = cursor.fetchall()
    ask_at_once(**json.loads(args))
    assert _due(order) == 0
