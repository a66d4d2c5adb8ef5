"""A payment method is offered again."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.methods.commands import restore_payment_method, retire_payment_method
from dingdan.masterdata.methods.models import PaymentMethod
from dingdan.masterdata.methods.queries import payment_methods
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer


def test_it_works(shop: Shop) -> None:
    cash = offer(shop, "cash")
    retire_payment_method(shop.call(), payment_method_id=cash)
    assert payment_methods() == ()
    assert restore_payment_method(shop.call(), payment_method_id=cash).state == "active"
    assert [one.code for one in payment_methods()] == ["cash"]


def test_one_that_is_offered_or_not_there_is_refused(shop: Shop) -> None:
    cash = offer(shop, "cash")
    with pytest.raises(NotInThisState):
        restore_payment_method(shop.call(), payment_method_id=cash)
    with pytest.raises(NotFound):
        restore_payment_method(shop.call(), payment_method_id=new_id())
    assert PaymentMethod.objects.get().state == "active"
