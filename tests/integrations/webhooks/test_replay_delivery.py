from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections

from dingdan.integrations.webhooks.commands import EndpointWasRetired, replay_delivery, retire_endpoint
from dingdan.integrations.webhooks.models import Attempt, Delivery
from dingdan.kernel import clock, feed
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import Came, hook, receiving, tell


def test_it_works(shop: Shop) -> None:
    with receiving() as receiver:
        one = hook(shop, receiver.url, "catalog.*")
        kit.stock(shop, "MUG")
        tell(shop)
        sent = Delivery.objects.get()
        event = replay_delivery(shop.call(), delivery_id=sent.id)
        tell(shop)
        first, again = receiver.came
        one.verified(again)
    assert (event.delivery_id, event.endpoint_id) == (sent.id, one.endpoint_id)
    assert (first.id, first.body) == (again.id, again.body)
    assert Delivery.objects.values_list("state", "attempts").get() == ("delivered", 2)
    assert list(Attempt.objects.order_by("number").values_list("number", "status")) == [(1, 204), (2, 204)]
    assert [row["event"] for row in feed.timeline(sent.id)] == ["DeliveryReplayed"]


def test_one_that_waits_is_tried_at_once(shop: Shop) -> None:
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer = lambda _came: 500
        kit.stock(shop, "MUG")
        tell(shop)
        with clock.moved_by(timedelta(seconds=6)):
            tell(shop)  # the next try would be in five minutes
        receiver.answer = lambda _came: 200
        replay_delivery(shop.call(), delivery_id=Delivery.objects.get().id)
        tell(shop)
    assert Delivery.objects.values_list("state", "step", "attempts").get() == ("delivered", 0, 3)


def test_one_in_hand_is_left_alone(shop: Shop) -> None:
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        kit.stock(shop, "MUG")

        def replay_meanwhile(_came: Came) -> int:
            with tenant_scope(shop.tenant_id):
                replay_delivery(shop.call(), delivery_id=Delivery.objects.get().id)
            connections.close_all()
            return 200

        receiver.answer = replay_meanwhile
        tell(shop)
        assert len(receiver.came) == 1
    assert Delivery.objects.values_list("state", "attempts").get() == ("delivered", 1)


def test_of_a_retired_endpoint(shop: Shop) -> None:
    with receiving() as receiver:
        one = hook(shop, receiver.url, "catalog.*")
        kit.stock(shop, "MUG")
        tell(shop)
    retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(EndpointWasRetired):
        replay_delivery(shop.call(), delivery_id=Delivery.objects.get().id)
    assert Delivery.objects.get().state == "delivered"


def test_one_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        replay_delivery(shop.call(), delivery_id=new_id())
