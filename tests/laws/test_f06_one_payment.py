"""F6, F18: the firm's notice, the payer's return and our own asking, however often and however many at once, are one payment."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from dingdan.automation.checkouts import Begun, begin
from dingdan.automation.consumers import drain
from dingdan.automation.gateways import ATTEMPT_LINK, FOR_GOOD, reconcile, settle
from dingdan.automation.models import Notice
from dingdan.kernel import clock
from dingdan.kernel.links import link_to
from dingdan.ledgers.payments.commands import CheckoutDraft
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Payment, Posting
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.laws.size import sized
from tests.masterdata.methods.firm import ACCOUNT

PAYMENTS = sized(2, 50, 1000)
EACH = sized(7, 20, 20)
DROPPED_OF = sized(40, 200, 5000)


@pytest.fixture
def penny(shop: Shop) -> Iterator[PennyPay]:
    with pennypay() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        yield firm


def _begun(shop: Shop, order: OrderPlaced) -> Begun:
    return begin(
        shop.call(), document=Document("order", order.order_id), gateway="pennypay", currency=order.currency,
        checkout=CheckoutDraft(way="qr", title=order.number),
    )  # fmt: skip


def test_notice_return_and_asking_at_once_are_one_payment(shop: Shop, penny: PennyPay, figure: Callable[[str], None]) -> None:
    account_id = MerchantAccount.objects.get(gateway="pennypay").id
    variant_id = kit.stock(shop, "A", PAYMENTS)
    browser = Client(headers={"host": "localhost"})
    for _ in range(PAYMENTS):
        order = kit.place(shop, ("A", 1))
        begun = _begun(shop, order)
        penny.paid.add(str(begun.attempt_id))
        notices = f"/gateways/pennypay/{shop.tenant_id}/{account_id}/notices"
        back = f"/pay/back/{link_to(ATTEMPT_LINK, begun.attempt_id, until=FOR_GOOD)}"

        def tell(index: int, attempt_id: UUID = begun.attempt_id, notices: str = notices, back: str = back) -> object:
            if index % 3 == 0:
                body = penny.notice(attempt_id, id=f"{attempt_id}-{index % 2}")
                return browser.post(notices, data=body, content_type="application/json").status_code
            if index % 3 == 1:
                return browser.get(back).status_code
            return settle(shop.tenant_id, attempt_id)

        told = kit.in_threads(tell, 3 * EACH)
        assert {code for code in told if isinstance(code, int)} <= {200, 302}
        drain(shop.tenant_id)
        drain(shop.tenant_id)
        assert receivable_of("order", [order.order_id])[order.order_id].due == 0
        assert Posting.objects.filter(payment_id=begun.payment_id).count() == 1
        assert Notice.objects.filter(order_id=order.order_id, kind="payment_received").count() == 1
    assert Payment.objects.filter(captured__gt=0).count() == PAYMENTS
    assert kit.levels(variant_id) == (PAYMENTS, PAYMENTS)
    assert kit.breaches() == []
    figure(f"F6 {PAYMENTS} payments, told {EACH} times by notice, return and asking each, at once: one capture, posting and mail")


def test_notices_that_were_lost_are_found_in_one_round(
    shop: Shop, penny: PennyPay, chance: random.Random, figure: Callable[[str], None]
) -> None:
    kit.stock(shop, "A", DROPPED_OF)
    begun = [_begun(shop, kit.place(shop, ("A", 1))) for _ in range(DROPPED_OF)]
    lost = set(chance.sample(range(DROPPED_OF), DROPPED_OF // 20))
    account_id = MerchantAccount.objects.get(gateway="pennypay").id
    browser = Client(headers={"host": "localhost"})
    for index, one in enumerate(begun):
        penny.paid.add(str(one.attempt_id))
        if index not in lost:
            path = f"/gateways/pennypay/{shop.tenant_id}/{account_id}/notices"
            assert browser.post(path, data=penny.notice(one.attempt_id), content_type="application/json").status_code == 200
    with clock.moved_by(timedelta(minutes=2)):
        assert reconcile(shop.tenant_id) == len(lost)
    assert Payment.objects.filter(state="captured").count() == DROPPED_OF
    assert kit.breaches() == []
    figure(f"F18 {len(lost)} of {DROPPED_OF} notices lost: all found in one round of asking")
