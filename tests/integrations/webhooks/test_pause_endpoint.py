import pytest

from dingdan.integrations.webhooks.commands import pause_endpoint
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.kernel.lifecycle import NotInThisState
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook, receiving, tell


def test_it_works(shop: Shop) -> None:
    with receiving() as receiver:
        one = hook(shop, receiver.url, "catalog.*")
        event = pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        kit.stock(shop, "MUG")
        tell(shop)
        assert receiver.connections == 0
    assert (event.endpoint_id, event.reason) == (one.endpoint_id, "asked")
    assert Endpoint.objects.values_list("state", "paused_because").get() == ("paused", "asked")
    assert Delivery.objects.values_list("type", "state", "attempts").get() == ("catalog.product_saved", "waiting", 0)


def test_one_that_is_paused_already(shop: Shop) -> None:
    one = hook(shop, "https://shop.example/")
    pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(NotInThisState):
        pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    assert Endpoint.objects.get().state == "paused"
