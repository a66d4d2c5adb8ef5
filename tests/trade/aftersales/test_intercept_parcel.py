"""A carrier is asked to turn a parcel back."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import intercept_parcel
from dingdan.trade.aftersales.commands.intercepting import NotUnderWay
from dingdan.trade.aftersales.models import Interception
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    shipment_id = kit.ship(shop, order)
    told = intercept_parcel(shop.call(), shipment_id=shipment_id, reason="Wrong address")
    row = Interception.objects.get()
    assert (row.id, row.shipment_id, row.state, row.reason) == (told.interception_id, shipment_id, "asked", "Wrong address")
    assert kit.breaches() == []


def test_what_is_not_under_way_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    planned = kit.plan(shop, kit.place(shop, ("A", 1))).shipments[0].shipment_id
    there = kit.deliver(shop, kit.place(shop, ("A", 1)))
    for shipment_id in (planned, there):
        with sold.nothing_changes(shop), pytest.raises(NotUnderWay):
            intercept_parcel(shop.call(), shipment_id=shipment_id)


def test_a_carrier_is_asked_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment_id = kit.ship(shop, kit.place(shop, ("A", 1)))
    told = kit.in_threads(lambda _index: intercept_parcel(shop.call(), shipment_id=shipment_id), 4)
    assert kit.kinds(told) == ["NotUnderWay"] * 3 + ["ParcelIntercepted"]


def test_an_unknown_shipment_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        intercept_parcel(shop.call(), shipment_id=new_id())
