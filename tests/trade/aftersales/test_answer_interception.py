"""The carrier says whether it could turn a parcel back; if so, its goods come back as a return."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales.commands import answer_interception, intercept_parcel, receive_return
from dingdan.trade.aftersales.models import Interception, Return, ReturnLine
from dingdan.trade.aftersales.rules import ReturnAboveShipped
from dingdan.trade.fulfillment.models import Shipment
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought


def asked(shop: Shop, shipment_id: UUID) -> UUID:
    """The carrier is asked; returns the interception's id."""
    return intercept_parcel(shop.call(), shipment_id=shipment_id).interception_id


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    sold.rule(shop, allows=False, shipping_fee=500)
    order = kit.place(shop, ("A", 2), price=1000)
    kit.pay(shop, order)
    interception_id = asked(shop, kit.ship(shop, order))
    told = answer_interception(shop.call(), interception_id=interception_id, stopped=True)
    assert (told.state, told.number) == ("stopped", "R1001")
    rma = Return.objects.get()
    assert (rma.id, rma.shipping_fee, Interception.objects.get().rma_id) == (told.return_id, 0, rma.id)
    receive_return(shop.call(), return_id=rma.id)
    assert sold.graded(shop, rma.id, C=2).refund == 2000  # whatever its grade: the customer never had it
    assert (sold.owed(order).amount, kit.levels(variant_id)) == (0, (3, 0))
    assert kit.breaches() == []


def test_a_kit_comes_back_whole_and_what_is_over_in_parts(shop: Shop) -> None:
    for sku, pieces in (("CUP", 4), ("POT", 1)):
        kit.stock(shop, sku, pieces, shortage="backorder")
    sold.kit_of(shop, "SET", CUP=2, POT=1)
    order = kit.place(shop, ("SET", 2), price=1000)
    kit.pay(shop, order)
    interception_id = asked(shop, kit.ship(shop, order))
    told = answer_interception(shop.call(), interception_id=interception_id, stopped=True)
    lines = ReturnLine.objects.filter(rma_id=told.return_id).order_by("id").values_list("quantity", "component_id")
    assert [(quantity, component is not None) for quantity, component in lines] == [(1, False), (2, True)]
    assert told.return_id is not None
    receive_return(shop.call(), return_id=told.return_id)
    assert kit.breaches() == []


def test_a_parcel_that_went_on_changes_nothing(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    interception_id = asked(shop, kit.ship(shop, order))
    told = answer_interception(shop.call(), interception_id=interception_id, stopped=False)
    assert (told.state, told.return_id, Return.objects.count()) == ("missed", None, 0)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        answer_interception(shop.call(), interception_id=interception_id, stopped=True)


def test_what_is_claimed_already_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = bought(shop, 2)
    interception_id = asked(shop, Shipment.objects.get(order_id=order.order_id).id)
    sold.claim(shop, order, 1, "missing")
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        answer_interception(shop.call(), interception_id=interception_id, stopped=True)


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        answer_interception(shop.call(), interception_id=new_id(), stopped=True)
