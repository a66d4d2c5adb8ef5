"""F15: the database stops every 5 to 40 s for up to 2 s while 5,000 orders are sent: each is answered at last."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dingdan.config import postgres
from tests.laws.clients import Customers, done_by_then, lost_or_doubled, open_shop
from tests.laws.size import SIZE, sized
from tests.running import Up, dingdan, wait_until

ORDERS = sized(40, 40, 5_000)
PAUSES = sized((1.0, 4.0), (1.0, 4.0), (5.0, 40.0))
STOPPED_SECONDS = 2.0
CLIENTS = 8
EVERY_SECONDS = 2.5  # each client sends one in so much time, so that 5,000 take half an hour

pytestmark = pytest.mark.skipif(SIZE != "release", reason="takes half an hour: make torture SIZE=release")


@pytest.fixture
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """`dingdan up` with a database of its own."""
    running = Up(tmp_path_factory.mktemp("f15") / "var")
    try:
        running.start()
        yield running
    finally:
        running.kill()


@contextmanager
def _stopping(up: Up, chance: random.Random) -> Iterator[list[float]]:
    """Stop the database again and again while the block runs; yields how long each stop lasted."""
    over, stops = threading.Event(), list[float]()

    def stop() -> None:
        while not over.wait(chance.uniform(*PAUSES)):
            wait_until(lambda: postgres.is_alive(up.folder), up.output.read_text)
            postmaster = up.postmaster()
            keeper = postmaster.parent()
            assert keeper is not None
            stops.append(chance.uniform(0, STOPPED_SECONDS))
            keeper.suspend()  # or it would start the next one at once
            try:
                postmaster.send_signal(signal.SIGINT)
                time.sleep(stops[-1])
            finally:
                keeper.resume()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        yield stops
    finally:
        over.set()
        thread.join()


def test_every_order_is_answered_at_last(up: Up, chance: random.Random, figure: Callable[[str], None]) -> None:
    token = dingdan(up.environ, "create-api-key", "client").stdout.strip()
    open_shop(up.port, token)
    customers = Customers(up.port, token, count=CLIENTS, every=EVERY_SECONDS)
    with _stopping(up, chance) as stops, customers.shopping(chance):
        while len(customers.memory.orders) < ORDERS:
            time.sleep(0.5)
            assert customers.memory.faults == []
    url = str(postgres.address(up.folder))
    assert lost_or_doubled(url, customers.memory) == []
    done_by_then(url, customers.memory)
    assert dingdan(up.environ, "audit").stdout == ""
    figure(f"F15 {len(stops)} stops of the database, {sum(stops):.0f} s in all: every one answered of {customers.memory}")
