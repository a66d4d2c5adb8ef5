"""Browsers are told no more of an order: those of this order alone, and as often as it is asked."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.orders.commands import drop_devices, save_device
from dingdan.trade.orders.models import Device
from dingdan.trade.orders.queries import devices_of
from tests import kit
from tests.conftest import Shop
from tests.integrations.push.browser import Browser


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order_id, other_id = (kit.place(shop, ("A", 1)).order_id for _ in range(2))
    for name in ("one", "two", "three"):
        save_device(shop.call(), order_id=order_id, device=Browser(name).draft())
    ids = [one.id for one in devices_of(order_id)]
    assert drop_devices(shop.call(), order_id=other_id, device_ids=tuple(ids)).device_ids == ()
    assert drop_devices(shop.call(), order_id=order_id, device_ids=(ids[1], new_id())).device_ids == (ids[1],)
    assert [one.id for one in devices_of(order_id)] == [ids[0], ids[2]]
    assert drop_devices(shop.call(), order_id=order_id, device_ids=tuple(ids)).device_ids == (ids[0], ids[2])
    assert not Device.objects.exists()


def test_of_an_order_that_is_not_there_nothing_is_dropped(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order_id = kit.place(shop, ("A", 1)).order_id
    device_id = save_device(shop.call(), order_id=order_id, device=Browser().draft()).device_id
    with pytest.raises(NotFound):
        drop_devices(shop.call(), order_id=new_id(), device_ids=(device_id,))
    assert Device.objects.filter(id=device_id).exists()
