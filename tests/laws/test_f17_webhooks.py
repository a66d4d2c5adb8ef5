"""F17: webhooks to a receiver that fails 30 % of its requests and is down for six hours: every one is delivered, under one id
in all its tries, for each order in its order and with its number, within the schedule. The clock is moved."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F, Max, Min

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks import lines, sending
from dingdan.integrations.webhooks.models import Attempt, Delivery, Endpoint
from dingdan.integrations.webhooks.rules import SCHEDULE
from dingdan.kernel import clock, feed
from dingdan.trade.orders.commands import note_order, place_orders
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import RESET, Came, Hook, Receiver, hook, receiving
from tests.laws.size import sized

DELIVERIES = sized(60, 500, 20_000)
NOTES = 8
DOWN = timedelta(hours=6)
SEED = 20_261_129


class Day:
    """The time that the test makes: it passes when the test says so, and in between as it does for all."""

    def __init__(self) -> None:
        self.began, self.passed = clock.now(), timedelta(0)

    @contextmanager
    def at(self, moment: timedelta) -> Iterator[None]:
        """Let it be so long after the beginning, or as late as it is by now."""
        self.passed = max(self.passed, moment)
        with clock.moved_by(self.passed):
            yield

    def since(self, moment: datetime) -> timedelta:
        return moment - self.began


def place_some(shop: Shop, count: int) -> list[OrderPlaced]:
    """Orders, placed in batches."""
    placed: list[OrderPlaced] = []
    while len(placed) < count:
        calls = [(shop.call(), kit.wanted(shop, ("MUG", 1))) for _ in range(min(50, count - len(placed)))]
        placed += [outcome for outcome in place_orders.many(calls) if isinstance(outcome, OrderPlaced)]
    return placed


def live(shop: Shop, orders: list[OrderPlaced]) -> None:
    """Something happens to every order."""
    for order in orders:
        note_order(shop.call(), order_id=order.order_id, text="something")


def send_all(shop: Shop, day: Day) -> None:
    """Let time pass, from one try to the next, until nothing waits."""
    while True:
        due = Delivery.objects.aggregate(due=Min("due_at"))["due"]
        if due is None:
            return
        with day.at(day.since(due) + timedelta(seconds=1)):
            sending.deliver(shop.tenant_id)


def test_everything_is_delivered_once_it_can_be(shop: Shop) -> None:
    per_order = NOTES + 2  # placed, its mail, and the notes
    kit.stock(shop, "MUG", DELIVERIES)
    with receiving() as receiver:
        one, day, chance = hook(shop, receiver.url), Day(), random.Random(SEED)

        def answer(_came: Came) -> int:
            if day.began + timedelta(hours=1) <= clock.now() < day.began + timedelta(hours=1) + DOWN:
                return RESET
            return chance.choice([500, 503, RESET]) if chance.random() < 0.3 else 204

        receiver.answer = answer
        orders = place_some(shop, DELIVERIES // per_order)
        for number in range(NOTES):  # half of it before the receiver goes down, a part while it is, the rest after
            with day.at(timedelta(minutes=(0, 10, 20, 30, 90, 150, 300, 480)[number])):
                live(shop, orders)
                drain(shop.tenant_id)
                sending.deliver(shop.tenant_id)
        send_all(shop, day)
    _all_of_it_arrived(shop, receiver, one)
    _each_order_in_its_order(receiver, len(orders), per_order)
    _as_the_schedule_says(receiver)


def _all_of_it_arrived(shop: Shop, receiver: Receiver, one: Hook) -> None:
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    entries = {str(entry.id): entry.position for entry in _listened_to(shop)}
    assert len(entries) >= DELIVERIES
    taken = Counter(came.told["data"]["entry"] for came in receiver.took)
    assert taken == dict.fromkeys(entries, 1)
    assert {came.told["data"]["entry"]: came.told["data"]["position"] for came in receiver.took} == entries
    ids = defaultdict(set)
    for came in receiver.came:
        ids[came.told["data"]["entry"]].add((came.id, came.body))
    assert all(len(found) == 1 for found in ids.values())
    assert len({next(iter(found))[0] for found in ids.values()}) == len(ids)
    assert [came for came in receiver.came if not one.is_signed(came)] == []


def _listened_to(shop: Shop) -> Iterator[feed.FeedEntry]:
    """Everything in the feed behind the entry that made the endpoint."""
    after = feed.positions([Endpoint.objects.get().entry_id])[Endpoint.objects.get().entry_id]
    while entries := feed.read(after):
        yield from entries
        after = entries[-1].position


def _each_order_in_its_order(receiver: Receiver, orders: int, per_order: int) -> None:
    came: dict[str, list[int]] = defaultdict(list)
    for one in receiver.took:
        for order_id, sequence in one.orders.items():
            came[order_id].append(sequence)
    assert list(came.values()) == [list(range(1, per_order + 1))] * orders
    assert lines.stuck() == []


def _as_the_schedule_says(receiver: Receiver) -> None:
    tries = dict(Delivery.objects.values_list("id", "attempts"))
    assert Counter(came.id for came in receiver.came) == {str(delivery_id): count for delivery_id, count in tries.items()}
    assert Attempt.objects.count() == len(receiver.came)
    failed = len(receiver.came) - len(receiver.took)
    assert failed > 0.25 * len(receiver.took)
    took = F("finished_at") - F("first_tried_at")
    assert Delivery.objects.aggregate(longest=Max(took))["longest"] < SCHEDULE * 1.1
