"""F12: `kill -9` of the web at a random moment under load: nothing that was acknowledged is lost, and nothing happens twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.laws.clients import Customers, answered_alike, lost_or_doubled, open_shop
from tests.laws.size import sized
from tests.running import Web, dingdan

pytestmark = pytest.mark.slow

ROUNDS = sized(1, 20, 200)
SECONDS = sized(2.0, 10.0, 10.0)  # under load, in each round
CLIENTS = 8
SAMPLE = 20


@pytest.fixture
def web(empty_database: str, tmp_path: Path) -> Iterator[Web]:
    """The web with two workers, on a database of its own."""
    running = Web(tmp_path / "var", DATABASE_URL=empty_database, DINGDAN_WEB_PROCESSES="2")
    dingdan(running.environ, "migrate")
    try:
        running.start()
        yield running
    finally:
        running.kill()


def test_nothing_is_lost_or_doubled_when_the_web_is_killed(
    web: Web, empty_database: str, chance: random.Random, figure: Callable[[str], None]
) -> None:
    token = dingdan(web.environ, "create-api-key", "client").stdout.strip()
    open_shop(web.port, token)
    customers = Customers(web.port, token, count=CLIENTS)
    for number in range(ROUNDS):
        with customers.shopping(chance):
            moment = chance.uniform(0.1, 0.9) * SECONDS
            time.sleep(moment)
            if number % 2:
                chance.choice(web.workers()).kill()  # the others go on, and another one takes its place
            else:
                web.kill()
                time.sleep(chance.uniform(0, 0.5))
                web.start()
            time.sleep(SECONDS - moment)
        assert lost_or_doubled(empty_database, customers.memory) == []
        keys = chance.sample(sorted(customers.memory.replies), SAMPLE)
        assert answered_alike(web.port, token, customers.memory, keys) == []
        assert dingdan(web.environ, "audit").stdout == ""
    figure(f"F12 {ROUNDS} kills of the web under {CLIENTS} clients: 0 lost, 0 doubled of {customers.memory}")
