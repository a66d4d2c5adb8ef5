"""F14: `kill -9` of PostgreSQL with fsync on, and of everything at once: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from dingdan.config import postgres, tables
from tests.laws.clients import Customers, answered_alike, done_by_then, lost_or_doubled, open_shop
from tests.laws.size import sized
from tests.running import Up, dingdan, wait_until

pytestmark = pytest.mark.slow

POSTMASTERS = sized(1, 5, 50)
BACKENDS = sized(0, 5, 50)
EVERYTHING = sized(1, 5, 20)
SECONDS = sized(1.0, 8.0, 8.0)  # under load, before and behind each kill
CLIENTS = 6
SAMPLE = 20


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """`dingdan up` with a database of its own, as a person runs it. What the first kill has to recover are no new tables."""
    running = Up(tmp_path_factory.mktemp("f14") / "var", DINGDAN_WEB_PROCESSES=str(sized(1, 2, 2)))
    try:
        with postgres.running(running.folder) as url:
            tables.lay(url)
        running.start()
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def shop_of_all(up: Up) -> Iterator[Customers]:
    """The customers of all rounds: what the first round was told must be there after the last one, and the books whole."""
    token = dingdan(up.environ, "create-api-key", "client").stdout.strip()
    open_shop(up.port, token)
    yield Customers(up.port, token, count=CLIENTS, every=0.2)
    assert dingdan(up.environ, "audit", "--processes", "1").stdout == ""


def _url(up: Up) -> str:
    url = postgres.address(up.folder)
    assert url is not None
    return url


def _round(up: Up, customers: Customers, chance: random.Random, kill: Callable[[], None]) -> None:
    """Load, a kill in the midst of it, load again; then everything is there, and everything that follows has followed."""

    def go_on() -> None:
        before = len(customers.memory.replies)
        wait_until(lambda: len(customers.memory.replies) > before + CLIENTS, up.output.read_text)

    with customers.shopping(chance):
        go_on()
        time.sleep(chance.uniform(0.2, 1) * SECONDS)
        kill()
        go_on()
        time.sleep(SECONDS)
    assert lost_or_doubled(_url(up), customers.memory) == []
    done_by_then(_url(up), customers.memory)
    keys = chance.sample(sorted(customers.memory.replies), min(SAMPLE, len(customers.memory.replies)))
    assert answered_alike(up.port, customers.token, customers.memory, keys) == []


def test_the_database_keeps_its_word_to_the_disk(up: Up) -> None:
    with psycopg.connect(_url(up)) as database:
        kept = database.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone()
    assert kept == ("on", "on")


def test_nothing_is_lost_or_doubled_when_the_database_is_killed(
    up: Up, shop_of_all: Customers, chance: random.Random, figure: Callable[[str], None]
) -> None:
    """The postmaster, or one of its processes: then PostgreSQL ends every other one too, and recovers."""
    for _ in range(POSTMASTERS):
        _round(up, shop_of_all, chance, lambda: up.postmaster().kill())
    for _ in range(BACKENDS):
        _round(up, shop_of_all, chance, lambda: chance.choice(up.postmaster().children()).kill())
    figure(f"F14 {POSTMASTERS} kills of the postmaster, {BACKENDS} of a backend: 0 lost, 0 doubled of {shop_of_all.memory}")


def test_nothing_is_lost_or_doubled_when_everything_is_killed_at_once(
    up: Up, shop_of_all: Customers, chance: random.Random, figure: Callable[[str], None]
) -> None:
    def kill() -> None:
        up.kill()
        up.start()

    for _ in range(EVERYTHING):
        _round(up, shop_of_all, chance, kill)
    figure(f"F14 {EVERYTHING} kills of everything at once: 0 lost, 0 doubled of {shop_of_all.memory}")
