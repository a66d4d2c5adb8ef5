from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.integrations.webhooks.commands import pause_endpoint, resume_endpoint
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.kernel import clock
from dingdan.kernel.lifecycle import NotInThisState
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook, receiving, tell


def test_it_works(shop: Shop) -> None:
    """What was not taken before and what happened meanwhile is sent, in its order."""
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        one = hook(shop, receiver.url, "orders.*", "payments.*")
        receiver.answer = lambda _came: 500
        order = kit.place(shop, ("MUG", 1))
        tell(shop)
        pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        kit.pay(shop, order)
        tell(shop)
        assert receiver.types == ["orders.order_placed"]
        event = resume_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        receiver.answer = lambda _came: 200
        tell(shop)
        assert receiver.types == ["orders.order_placed", "orders.order_placed", "payments.payment_recorded"]
        assert receiver.came[0].id == receiver.came[1].id
    assert event.endpoint_id == one.endpoint_id
    assert Endpoint.objects.values_list("state", "paused_because", "failures").get() == ("active", "", 0)


def test_it_begins_anew_with_all_its_tries(shop: Shop) -> None:
    with receiving() as receiver:
        one = hook(shop, receiver.url, "catalog.*")
        receiver.answer = lambda _came: 500
        kit.stock(shop, "MUG")
        tell(shop)
        with clock.moved_by(timedelta(seconds=6)):
            tell(shop)
        assert Delivery.objects.values_list("step", "attempts").get() == (2, 2)
        pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        resume_endpoint(shop.call(), endpoint_id=one.endpoint_id)
        assert Delivery.objects.values_list("step", "attempts", "first_tried_at").get() == (0, 2, None)
        tell(shop)
    assert Delivery.objects.values_list("step", "attempts").get() == (1, 3)
    assert len({came.id for came in receiver.came}) == 1


def test_one_that_is_not_paused(shop: Shop) -> None:
    one = hook(shop, "https://shop.example/")
    with pytest.raises(NotInThisState):
        resume_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    assert Endpoint.objects.get().state == "active"
