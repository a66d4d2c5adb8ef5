"""Delivering: what is tried again and when, who is paused, and what happens when a worker dies."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings

from dingdan.automation.consumers import drain
from dingdan.integrations.webhooks import outbox, sending
from dingdan.integrations.webhooks.client import Answer
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.integrations.webhooks.models import Attempt, Delivery, Endpoint
from dingdan.integrations.webhooks.outbox import LEASE, claim
from dingdan.integrations.webhooks.outcomes import Tried, record
from dingdan.integrations.webhooks.rules import RETRIES
from dingdan.integrations.webhooks.tidying import tidy
from dingdan.kernel import clock, feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.wire import wire_bytes
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import RESET, Came, hook, receiving, tell


def happen(shop: Shop) -> None:
    """Something of the type `catalog.product_saved`."""
    kit.stock(shop, f"MUG-{new_id().hex}")


def test_it_works(shop: Shop) -> None:
    """The message tells the facts of the feed, and the attempt is in the log."""
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        one = hook(shop, receiver.url, "orders.*")
        order = kit.place(shop, ("MUG", 1))
        tell(shop)
    (came,) = receiver.came
    told = one.verified(came)
    entry = next(entry for entry in feed.read(0) if entry.command == "orders.place_orders")
    data = told["data"]
    assert (told["type"], told["timestamp"]) == ("orders.order_placed", data["at"])
    assert data.pop("orders") == [{"order_id": str(order.order_id), "sequence": 1}]
    assert wire_bytes(data) == wire_bytes(feed.told(entry))
    sent = Delivery.objects.get()
    assert came.id == str(sent.id)
    assert (sent.state, sent.attempts, sent.status, sent.error, sent.due_at, sent.lease) == ("delivered", 1, 204, "", None, None)
    (attempt,) = Attempt.objects.all()
    assert (attempt.delivery_id, attempt.number, attempt.status, attempt.error) == (sent.id, 1, 204, "")
    assert attempt.at <= sent.finished_at  # type: ignore[operator]
    endpoint = Endpoint.objects.get()
    assert (endpoint.delivered_at, endpoint.failures) == (sent.finished_at, 0)


def test_nothing_personal_is_sent_or_kept(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        hook(shop, receiver.url)
        kit.pay(shop, kit.place(shop, ("MUG", 1)))
        tell(shop)
        assert b"Ann" not in b"".join(came.body for came in receiver.came)
    with connection.cursor() as cursor:
        for table in ("delivery", "attempt", "place"):
            cursor.execute(f"SELECT row::text FROM webhooks_{table} AS row WHERE row.tenant_id = %s", [shop.tenant_id])
            assert "Ann" not in str(cursor.fetchall())


def test_the_schedule(shop: Shop) -> None:
    """Ten tries, each when its pause is over and none before, always under one id."""
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer = lambda _came: 500
        happen(shop)
        tell(shop)
        moved = timedelta(0)
        for number, pause in enumerate(RETRIES, 1):
            due = Delivery.objects.get().due_at
            assert due is not None
            with clock.moved_by(moved):
                assert pause - timedelta(seconds=30) < due - clock.now() < pause * 1.1
            with clock.moved_by(moved + pause - timedelta(seconds=30) if pause > timedelta(minutes=1) else moved):
                sending.deliver(shop.tenant_id)
            assert len(receiver.came) == number
            moved += pause * 1.11
            with clock.moved_by(moved):
                sending.deliver(shop.tenant_id)
            assert len(receiver.came) == number + 1
    assert len({came.id for came in receiver.came}) == 1
    assert len({came.headers["webhook-timestamp"] for came in receiver.came}) == 10
    assert list(Attempt.objects.order_by("number").values_list("number", "status", "error")) == [
        (number, 500, "refused") for number in range(1, 11)
    ]


def test_an_endpoint_that_took_nothing_for_the_whole_schedule_is_paused(shop: Shop) -> None:
    """Nothing is given up: it goes on where it stopped."""
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer = lambda _came: RESET
        happen(shop)
        moved = timedelta(0)
        for pause in (timedelta(0), *RETRIES):
            assert Endpoint.objects.get().state == "active"
            moved += pause * 1.11
            with clock.moved_by(moved):
                tell(shop)
    assert len(receiver.came) == 10
    endpoint, sent = Endpoint.objects.get(), Delivery.objects.get()
    assert (endpoint.state, endpoint.paused_because, endpoint.failures) == ("paused", "failing", 10)
    assert (sent.state, sent.attempts, sent.error) == ("waiting", 10, "broken_answer")
    assert [row["event"] for row in feed.timeline(endpoint.id)] == ["EndpointCreated", "EndpointPaused"]
    assert feed.timeline(endpoint.id)[-1]["actor"] == "system:webhooks"
    with clock.moved_by(timedelta(days=30)):
        sending.deliver(shop.tenant_id)
    assert len(receiver.came) == 10


def test_an_endpoint_that_is_gone_is_paused_at_once(shop: Shop) -> None:
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer = lambda _came: 410
        for _ in range(3):
            happen(shop)
        tell(shop)
    endpoint = Endpoint.objects.get()
    assert (endpoint.state, endpoint.paused_because) == ("paused", "gone")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
    assert [row["event"] for row in feed.timeline(endpoint.id)].count("EndpointPaused") == 1


def test_what_waited_while_the_endpoint_was_away_is_tried_when_it_is_back(shop: Shop) -> None:
    """Nobody waits for hours until its own time has come; and what failed meanwhile does not count against the message."""
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer = lambda _came: RESET
        for _ in range(5):
            happen(shop)
        tell(shop)
        for hours in (0.01, 0.2, 1, 4):
            with clock.moved_by(timedelta(hours=hours)):
                sending.deliver(shop.tenant_id)
        assert set(Delivery.objects.values_list("step", flat=True)) == {5}
        assert set(Delivery.objects.values_list("strikes", flat=True)) <= {0, 1}  # 1: tried before anybody knew
        receiver.answer = lambda _came: 200
        with clock.moved_by(timedelta(hours=6)):
            happen(shop)
            tell(shop)
        assert Endpoint.objects.values_list("failures", "down_at").get() == (0, None)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["delivered"] * 6


def test_who_asks_for_more_time_gets_it(shop: Shop) -> None:
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer, receiver.headers = lambda _came: 429, {"Retry-After": "3600"}
        happen(shop)
        tell(shop)
    due = Delivery.objects.get().due_at
    assert due is not None
    assert timedelta(minutes=59) < due - clock.now() < timedelta(minutes=61)


def test_an_endpoint_that_fails_is_asked_one_at_a_time(shop: Shop) -> None:
    """So that many that hang hang only as many threads; and all at once again when it takes one."""
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        most, now = [0], [0]
        lock = threading.Lock()

        def busy(_came: Came) -> int:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.02)
            with lock:
                now[0] -= 1
            return status

        for _ in range(12):
            happen(shop)
        receiver.answer, status = busy, 500
        Endpoint.objects.update(failures=1)
        tell(shop)
        assert (len(receiver.came), most) == (12, [1])
        assert Endpoint.objects.get().failures == 13
        status = 200
        with clock.moved_by(timedelta(seconds=6)):
            sending.deliver(shop.tenant_id)
        assert (len(receiver.came), Endpoint.objects.get().failures) == (24, 0)
        assert most[0] > 1


def test_one_that_hangs_holds_up_nobody(shop: Shop) -> None:
    over = threading.Event()
    with receiving() as slow, receiving() as quick:
        slow.answer = lambda _came: 200 if over.wait(10) else 500
        hook(shop, slow.url, "catalog.*")
        hook(shop, quick.url, "catalog.*")
        happen(shop)
        drain(shop.tenant_id)
        sender = sending.Sender(shop.tenant_id)
        until = time.monotonic() + 10
        while not quick.took and time.monotonic() < until:
            sender.turn()
            time.sleep(0.01)
        assert (len(quick.took), len(slow.took)) == (1, 0)
        happen(shop)  # and goes on holding up nobody
        drain(shop.tenant_id)
        while len(quick.took) < 2 and time.monotonic() < until:
            sender.turn()
            time.sleep(0.01)
        assert (len(quick.took), len(slow.took)) == (2, 0)
        over.set()
        sender.drain()
        assert len(slow.took) == 2


def test_no_transaction_is_open_while_something_is_sent(shop: Shop) -> None:
    states: list[str] = []

    def look(_came: Came) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND state LIKE 'idle in transaction%%' AND query LIKE '%%webhooks%%'"
            )
            states.extend(state for (state,) in cursor.fetchall())
        connections.close_all()
        return 200

    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        receiver.answer = look
        for _ in range(5):
            happen(shop)
            tell(shop)
        assert len(receiver.took) == 5
    assert states == []


# ── leases ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def claimed(shop: Shop) -> outbox.Message:
    """A delivery in the hands of a worker."""
    one = hook(shop, "https://shop.example/hooks", "catalog.*")
    happen(shop)
    drain(shop.tenant_id)
    (message,) = claim(one.endpoint_id, 16)
    return message


def test_what_is_in_hand_is_nobody_elses(shop: Shop) -> None:
    message = claimed(shop)
    assert claim(message.endpoint_id, 16) == []
    assert outbox.due_endpoints(shop.tenant_id) == []


def test_what_a_dead_worker_had_in_hand_is_sent_again(shop: Shop) -> None:
    message = claimed(shop)
    with clock.moved_by(LEASE + timedelta(seconds=1)):
        (again,) = claim(message.endpoint_id, 16)
    assert (again.delivery_id, again.body, again.step) == (message.delivery_id, message.body, 0)
    assert again.lease != message.lease


def test_who_lost_the_lease_writes_nothing_down(shop: Shop) -> None:
    message = claimed(shop)
    with clock.moved_by(LEASE + timedelta(seconds=1)):
        claim(message.endpoint_id, 16)
        assert record([Tried(message, Answer(None, 200), clock.now())]) == []
    assert Delivery.objects.values_list("state", "attempts").get() == ("waiting", 0)
    assert Attempt.objects.count() == 0
    assert Endpoint.objects.get().delivered_at is None


def test_two_workers_never_take_the_same(shop: Shop) -> None:
    one = hook(shop, "https://shop.example/hooks", "catalog.*")
    for _ in range(40):
        happen(shop)
    drain(shop.tenant_id)
    taken = kit.in_threads(lambda _index: [m.delivery_id for _ in range(5) for m in claim(one.endpoint_id, 4)], 4)
    flat = [delivery_id for ids in taken for delivery_id in ids]
    assert len(flat) == len(set(flat))
    rest = claim(one.endpoint_id, 100)
    assert len(flat) + len(rest) == 40


def test_a_secret_that_cannot_be_read_sends_nothing(shop: Shop) -> None:
    with receiving() as receiver:
        hook(shop, receiver.url, "catalog.*")
        happen(shop)
        drain(shop.tenant_id)
        with override_settings(SECRET_KEY="another one"):
            sending.deliver(shop.tenant_id)
            assert receiver.connections == 0
            assert Delivery.objects.values_list("state", "error").get() == ("waiting", Fault.UNSEALABLE)
        with override_settings(SECRET_KEY="another one", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            with clock.moved_by(timedelta(seconds=6)):
                sending.deliver(shop.tenant_id)
            assert len(receiver.took) == 1


# ── the loop of the worker, and tidying up ───────────────────────────────────────────────────────────────────────────────


def test_the_loop_sends_what_comes_and_ends_in_order(shop: Shop) -> None:
    with receiving() as receiver:
        one = hook(shop, receiver.url, "catalog.*")
        stop, until = threading.Event(), time.monotonic() + 20
        loop = threading.Thread(target=sending.follow, args=[stop])
        loop.start()
        try:
            for number in range(1, 4):
                happen(shop)
                drain(shop.tenant_id)
                while len(receiver.took) < number and time.monotonic() < until:
                    time.sleep(0.01)
                assert len(receiver.took) == number
        finally:
            stop.set()
            sending.wake()
            loop.join(timeout=20)
        assert not loop.is_alive()
        for came in receiver.took:
            one.verified(came)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_the_loop_bears_a_fault(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [RuntimeError("the database is away")]
    real = outbox.due_endpoints

    def due(tenant_id: object = None) -> object:
        if faults:
            raise faults.pop()
        return real(None)

    monkeypatch.setattr(outbox, "due_endpoints", due)
    monkeypatch.setattr(sending, "POLL_SECONDS", 0.05)
    test_the_loop_sends_what_comes_and_ends_in_order(shop)
    assert faults == []


def test_what_is_over_is_forgotten_after_a_month(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    with receiving() as receiver:
        hook(shop, receiver.url, "orders.*", "payments.*")
        receiver.answer = lambda came: 500 if came.type == "payments.payment_recorded" else 200
        kit.pay(shop, kit.place(shop, ("MUG", 1)))
        tell(shop)
    with clock.moved_by(timedelta(days=29)):
        assert tidy(shop.tenant_id) == 0
    with clock.moved_by(timedelta(days=31)):
        assert tidy(shop.tenant_id) == 1
    assert Delivery.objects.values_list("type", "state").get() == ("payments.payment_recorded", "waiting")
    assert (Attempt.objects.count(), Delivery.objects.get().places.count()) == (1, 1)
