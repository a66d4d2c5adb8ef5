"""Credit for the trouble that a settled claim told of."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.commands import resolve_claim, thank_customer
from dingdan.trade.aftersales.commands.favoring import NobodyToThank, NotToThank
from dingdan.trade.aftersales.models import Claim
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import favors, sold
from tests.trade.aftersales.test_inspect_return import bought


def test_it_works(shop: Shop) -> None:
    customer_id, order = favors.customers_order(shop)
    favors.terms(shop)
    claim_id = sold.claim(shop, order, 1)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    told = thank_customer(shop.call(), claim_id=claim_id)
    (credit,) = payments.credit_of(customer_id)
    assert (told.amount, credit.payable_id, credit.due) == (500, told.payable_id, 500)
    assert [grant.left for grant in payments.grants_of([credit.payable_id])] == [500]
    assert Claim.objects.get().thanked_at is not None
    assert kit.breaches() == []


def test_once_and_after_it_is_settled(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    favors.terms(shop)
    claim_id = sold.claim(shop, order, 1)
    with sold.nothing_changes(shop), pytest.raises(NotToThank):
        thank_customer(shop.call(), claim_id=claim_id)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    thank_customer(shop.call(), claim_id=claim_id)
    with sold.nothing_changes(shop), pytest.raises(NotToThank):
        thank_customer(shop.call(), claim_id=claim_id)


def test_a_shop_that_gives_nothing_gives_nothing(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    claim_id = sold.claim(shop, order, 1)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    with sold.nothing_changes(shop), pytest.raises(NotToThank):
        thank_customer(shop.call(), claim_id=claim_id)


def test_a_guest_has_no_credit(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    favors.terms(shop)
    claim_id = sold.claim(shop, bought(shop, 1), 1)
    resolve_claim(shop.call(), claim_id=claim_id, resolution="refund")
    with sold.nothing_changes(shop), pytest.raises(NobodyToThank):
        thank_customer(shop.call(), claim_id=claim_id)


def test_an_unknown_claim_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        thank_customer(shop.call(), claim_id=new_id())
