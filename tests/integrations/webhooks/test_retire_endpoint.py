from __future__ import annotations

import pytest

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks import collecting
from dingdan.integrations.webhooks.commands import pause_endpoint, retire_endpoint
from dingdan.integrations.webhooks.models import Delivery, Endpoint, Place
from dingdan.kernel.lifecycle import NotInThisState
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook, receiving, tell


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        one = hook(shop, receiver.url, "orders.*", "payments.*")
        pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        kit.pay(shop, kit.place(shop, ("MUG", 1)))
        drain(shop.tenant_id)
        event = retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        kit.place(shop, ("MUG", 1))
        tell(shop)
        assert receiver.connections == 0
    assert event.given_up == 2
    assert Endpoint.objects.values_list("state", "paused_because").get() == ("retired", "")
    assert set(Delivery.objects.values_list("state", "due_at")) == {("given_up", None)}
    assert Delivery.objects.count() == 2
    assert Place.objects.filter(is_open=True).count() == 0
    assert shop.tenant_id not in collecting.tenants()


def test_one_that_was_retired_before(shop: Shop) -> None:
    one = hook(shop, "https://shop.example/")
    retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(NotInThisState):
        retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    assert Endpoint.objects.get().state == "retired"
