from __future__ import annotations

import pytest

from dingdan.integrations.webhooks.commands import pause_endpoint, ping_endpoint
from dingdan.integrations.webhooks.models import Delivery
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.models import JournalEntry
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook, receiving, tell


def test_it_works(shop: Shop) -> None:
    """It goes to the one that is tried, whatever types that wants, and to no other."""
    with receiving() as receiver, receiving() as other:
        one = hook(shop, receiver.url, "orders.*")
        hook(shop, other.url, "*")
        event = ping_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        tell(shop)
        (came,) = receiver.came
        one.verified(came)
        assert other.connections == 0
    assert (came.id, came.type) == (str(event.delivery_id), "webhooks.endpoint_pinged")
    assert came.told["data"]["facts"] == {"endpoint_id": str(one.endpoint_id), "delivery_id": str(event.delivery_id)}
    assert Delivery.objects.get().state == "delivered"


def test_one_that_is_paused(shop: Shop) -> None:
    one = hook(shop, "https://shop.example/")
    pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    entries = JournalEntry.objects.count()
    with pytest.raises(NotInThisState):
        ping_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    assert JournalEntry.objects.count() == entries
