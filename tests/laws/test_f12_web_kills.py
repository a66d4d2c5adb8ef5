"""F12: `kill -9` of the web at a random moment under load: nothing that was acknowledged is lost, and nothing happens twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dingdan.kernel.tenancy import tenant_scope
from tests import kit
from tests.laws.clients import Customers, answered_alike, first_shop, lost_or_doubled, open_shop
from tests.laws.size import sized
from tests.running import Web, wait_until

pytestmark = pytest.mark.slow

ROUNDS = sized(1, 20, 200)
SECONDS = sized(2.0, 10.0, 10.0)  # under load, in each round
CLIENTS = 8
SAMPLE = 20


@pytest.fixture
def web(own_database: str, tmp_path: Path) -> Iterator[Web]:
    """The web with two workers, on a database of its own."""
    running = Web(tmp_path / "var", DATABASE_URL=own_database, DINGDAN_WEB_PROCESSES="2")
    try:
        running.start()
        yield running
    finally:
        running.kill()


def test_nothing_is_lost_or_doubled_when_the_web_is_killed(
    own_database: str, web: Web, chance: random.Random, figure: Callable[[str], None]
) -> None:
    shop_id, token = first_shop()
    open_shop(web.port, token)
    customers = Customers(web.port, token, count=CLIENTS)
    first = sized(chance.randrange(2), 0, 0)
    for number in range(first, first + ROUNDS):
        with customers.shopping(chance):
            moment = chance.uniform(0.1, 0.9) * SECONDS
            time.sleep(moment)
            if number % 2:
                chance.choice(web.workers()).kill()  # the others go on, and another one takes its place
            else:
                web.kill()
                time.sleep(chance.uniform(0, 0.5))
                web.start()
            before = len(customers.memory.replies)
            wait_until(lambda before=before: len(customers.memory.replies) > before + CLIENTS, web.output.read_text)  # type: ignore[misc]
            time.sleep(SECONDS - moment)
        assert lost_or_doubled(own_database, customers.memory) == []
        keys = chance.sample(sorted(customers.memory.replies), min(SAMPLE, len(customers.memory.replies)))
        assert answered_alike(web.port, token, customers.memory, keys) == []
        with tenant_scope(shop_id):
            assert kit.breaches() == []
    figure(f"F12 {ROUNDS} kills of the web under {CLIENTS} clients: 0 lost, 0 doubled of {customers.memory}")
