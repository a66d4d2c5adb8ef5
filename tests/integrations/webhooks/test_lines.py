"""The order of what is told: one after another for one order, side by side for different ones."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from datetime import timedelta

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks import lines, sending
from dingdan.integrations.webhooks.commands import replay_delivery
from dingdan.integrations.webhooks.models import Delivery, Place
from dingdan.integrations.webhooks.rules import RETRIES
from dingdan.integrations.webhooks.tidying import tidy
from dingdan.kernel import clock
from dingdan.trade.orders.commands import note_order
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import RESET, Came, Receiver, hook, receiving, tell

WANTED = ("orders.*", "payments.*", "inventory.stock_received")


def by_order(came: list[Came]) -> dict[str, list[int]]:
    """The sequences that came, for each order."""
    found: dict[str, list[int]] = defaultdict(list)
    for one in came:
        for order_id, sequence in one.orders.items():
            found[order_id].append(sequence)
    return found


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        for _ in range(3):
            kit.pay(shop, kit.place(shop, ("MUG", 1)))
        tell(shop)
    assert list(by_order(receiver.took).values()) == [[1, 2]] * 3


def test_a_later_one_waits_until_the_earlier_one_was_taken(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        receiver.answer = lambda came: 500 if came.type == "orders.order_placed" else 200
        kit.pay(shop, kit.place(shop, ("MUG", 1)))
        tell(shop)
        assert receiver.types == ["orders.order_placed"]
        receiver.answer = lambda _came: 200
        with clock.moved_by(timedelta(seconds=6)):
            tell(shop)
        assert receiver.types == ["orders.order_placed"] * 2 + ["payments.payment_recorded"]


def test_other_orders_need_not_wait(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        stubborn, easy = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
        receiver.answer = lambda came: 500 if str(stubborn.order_id) in came.orders else 200
        for order in (stubborn, easy):
            kit.pay(shop, order)
        tell(shop)
    assert by_order(receiver.took) == {str(easy.order_id): [1, 2]}
    assert by_order(receiver.came)[str(stubborn.order_id)] == [1]


def test_what_was_given_up_lets_the_next_one_go(shop: Shop) -> None:
    """The endpoint takes other orders: so it is this message that it does not take."""
    kit.stock(shop, "MUG", 99)
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        stubborn = kit.place(shop, ("MUG", 1))
        kit.pay(shop, stubborn)
        receiver.answer = lambda came: 422 if came.orders.get(str(stubborn.order_id)) == 1 else 200
        later = timedelta(0)
        for pause in (timedelta(0), *RETRIES, *RETRIES[-1:] * 5):  # a try does not count when the endpoint was not there either
            later += pause * 1.2
            with clock.moved_by(later):
                kit.place(shop, ("MUG", 1))
                tell(shop)
    *tried, last = by_order(receiver.came)[str(stubborn.order_id)]
    assert (set(tried), last) == ({1}, 2)
    given_up = Delivery.objects.get(state="given_up")
    assert (given_up.type, given_up.status, given_up.error) == ("orders.order_placed", 422, "refused")
    assert given_up.attempts == len(tried) >= 10
    assert Delivery.objects.exclude(state="delivered").count() == 1


def test_what_is_about_many_waits_for_all_and_all_wait_for_it(shop: Shop) -> None:
    kit.stock(shop, "MUG", shortage="backorder")
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        one, other = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
        kit.receive(shop, "MUG", 2)
        note_order(shop.call(), order_id=one.order_id, text="now")
        receiver.answer = lambda came: 500 if came.orders == {str(other.order_id): 1} else 200
        tell(shop)
        assert receiver.types == ["orders.order_placed"] * 2
        receiver.answer = lambda _came: 200
        with clock.moved_by(timedelta(seconds=6)):
            tell(shop)
    assert receiver.types[2:] == ["orders.order_placed", "inventory.stock_received", "orders.order_noted"]


def test_a_replayed_one_goes_before_later_ones_that_wait(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        receiver.answer = lambda came: 500 if came.type == "payments.payment_recorded" else 200
        kit.pay(shop, kit.place(shop, ("MUG", 1)))
        tell(shop)
        replay_delivery(shop.call(), delivery_id=Delivery.objects.get(type="orders.order_placed").id)
        receiver.answer = lambda _came: 200
        with clock.moved_by(timedelta(seconds=6)):
            tell(shop)
    assert receiver.types == ["orders.order_placed", "payments.payment_recorded"] * 2


def test_nobody_is_left_waiting_behind_nobody(shop: Shop) -> None:
    """Should somebody ever be left waiting all the same, the schedule finds them."""
    kit.stock(shop, "MUG", 9)
    with receiving() as receiver:
        hook(shop, receiver.url, *WANTED)
        kit.pay(shop, kit.place(shop, ("MUG", 1)))
        drain(shop.tenant_id)
        Delivery.objects.update(due_at=None)
        assert [Delivery.objects.get(id=one).type for one in lines.stuck()] == ["orders.order_placed"]
        tidy(shop.tenant_id)
        assert lines.stuck() == []
        tell(shop)
    assert receiver.types == ["orders.order_placed", "payments.payment_recorded"]


def test_several_workers_keep_the_order(shop: Shop) -> None:
    """Three of them send, from a receiver that fails a third, while things go on happening."""
    kit.stock(shop, "MUG", 999)
    with receiving() as receiver:
        one = hook(shop, receiver.url, *WANTED)
        chance = random.Random(7)
        receiver.answer = lambda _came: chance.choice([200, 204, 201, 500, 503, RESET])
        orders = [kit.place(shop, ("MUG", 1)) for _ in range(6)]
        drain(shop.tenant_id)
        done = threading.Event()

        def work(index: int) -> None:
            if index == 0:
                for number in range(30):
                    note_order(shop.call(), order_id=orders[number % 6].order_id, text=str(number))
                    drain(shop.tenant_id)
                done.set()
            while not done.is_set():
                sending.deliver(shop.tenant_id)

        kit.in_threads(work, 4)
        _until_all_are_told(shop, receiver)
        assert all(one.is_signed(came) for came in receiver.came)
    # The second of each order is its mail, which nobody here wants to know of.
    assert by_order(receiver.took) == {str(order.order_id): [1, *range(3, 8)] for order in orders}
    assert len(receiver.took) == len({came.id for came in receiver.took})
    assert Place.objects.filter(is_open=True).count() == 0
    assert lines.stuck() == []


def _until_all_are_told(shop: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda _came: 200
    with clock.moved_by(timedelta(hours=3)):
        sending.deliver(shop.tenant_id)
    assert Delivery.objects.exclude(state="delivered").count() == 0
