from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.integrations.webhooks import commands
from dingdan.integrations.webhooks.commands import EndpointWasRetired, replay_deliveries, retire_endpoint
from dingdan.integrations.webhooks.models import Delivery
from dingdan.integrations.webhooks.rules import PeriodNotUsable, TooManyToReplay
from dingdan.kernel import clock
from dingdan.kernel.text import UnknownChoice
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import Hook, Receiver, hook, receiving, tell

HOUR = timedelta(hours=1)


def told(shop: Shop, receiver: Receiver) -> Hook:
    """An endpoint that took three things of one order, and one of another."""
    kit.stock(shop, "MUG", 9)
    one = hook(shop, receiver.url, "orders.order_placed", "payments.*", "fulfillment.shipments_planned")
    kit.place(shop, ("MUG", 1))
    kit.pay(shop, kit.place(shop, ("MUG", 1)))
    tell(shop)
    assert len(receiver.came) == 4
    return one


def test_it_works(shop: Shop) -> None:
    with receiving() as receiver:
        one = told(shop, receiver)
        since = clock.now() - HOUR
        event = replay_deliveries(shop.call(), endpoint_id=one.endpoint_id, since=since)
        tell(shop)
    assert (event.count, event.since, event.states) == (4, since, ("delivered", "given_up"))
    first, again = receiver.came[:4], receiver.came[4:]
    assert sorted(came.id for came in first) == sorted(came.id for came in again)
    assert [came.type for came in again if list(came.orders) == list(first[-1].orders)] == [
        "orders.order_placed",
        "payments.payment_recorded",
        "fulfillment.shipments_planned",
    ]
    assert set(Delivery.objects.values_list("state", "attempts")) == {("delivered", 2)}


def test_only_a_time(shop: Shop) -> None:
    with receiving() as receiver:
        one = told(shop, receiver)
        times = list(Delivery.objects.order_by("position").values_list("recorded_at", flat=True))
        event = replay_deliveries(shop.call(), endpoint_id=one.endpoint_id, since=times[1], until=times[3])
        assert event.count == 2
        tell(shop)
        assert len(receiver.came) == 6


def test_only_what_was_given_up(shop: Shop) -> None:
    with receiving() as receiver:
        one = told(shop, receiver)
        event = replay_deliveries(shop.call(), endpoint_id=one.endpoint_id, since=clock.now() - HOUR, states=("given_up",))
    assert (event.count, event.states) == (0, ("given_up",))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def refused(shop: Shop, refusal: type[Exception], **asked: object) -> None:
    with receiving() as receiver:
        one = told(shop, receiver)
    whole = {"endpoint_id": one.endpoint_id, "since": clock.now() - HOUR, **asked}
    with pytest.raises(refusal):
        replay_deliveries(shop.call(), **whole)  # type: ignore[arg-type]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_time_that_ends_before_it_begins(shop: Shop) -> None:
    refused(shop, PeriodNotUsable, until=clock.now() - 2 * HOUR)


def test_what_still_waits(shop: Shop) -> None:
    refused(shop, UnknownChoice, states=("waiting",))


def test_more_than_is_sensible(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_REPLAYED", 3)
    refused(shop, TooManyToReplay)


def test_of_a_retired_endpoint(shop: Shop) -> None:
    one = hook(shop, "https://shop.example/")
    retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(EndpointWasRetired):
        replay_deliveries(shop.call(), endpoint_id=one.endpoint_id, since=clock.now() - HOUR)
