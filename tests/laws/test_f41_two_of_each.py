"""F41: two web and two job processes on one database: what runs by the clock runs once, and a dead one is replaced in time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from tests import kit
from tests.laws.clients import SKU, Client, Customers, Memory, done_by_then, first_shop, lost_or_doubled, open_shop
from tests.laws.size import sized
from tests.running import Web, Worker, wait_until
from tests.web.api.wishes import wish

pytestmark = pytest.mark.slow

ROUNDS = sized(1, 5, 50)
SECONDS = sized(1.0, 5.0, 5.0)  # under load, before and behind each kill
REPLACED_WITHIN_SECONDS = sized(240.0, 60.0, 60.0)  # in `make test` other tests share the machine
LATE = 3

# Every job that is taken in hand, and when: the library forgets those that went well.
_NOTE = """
CREATE TABLE taken (task text, due text, worker bigint, at timestamptz DEFAULT now());
CREATE FUNCTION note_taken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO taken (task, due, worker) VALUES (new.task_name, new.args ->> 'timestamp', new.worker_id);
    RETURN NULL;
END $$;
CREATE TRIGGER note_taken AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW WHEN (new.status = 'doing')
EXECUTE FUNCTION note_taken()
"""
_TWICE = "SELECT task, due, count(*) FROM taken WHERE due IS NOT NULL GROUP BY task, due HAVING count(*) > 1"
_CANCELED = """
SELECT count(*), count(*) FILTER (WHERE orders.state = 'canceled'),
    (SELECT count(*) FROM kernel_journalentry WHERE event_kind = 'OrderCanceled'),
    (SELECT count(*) FROM automation_notice WHERE kind = 'order_canceled')
FROM orders_order AS orders WHERE orders.payment_method = 'bank_transfer'
"""


@pytest.fixture
def two_of_each(own_database: str, tmp_path: Path) -> Iterator[tuple[list[Web], list[Worker]]]:
    """Two web processes that are up, and two workers that begin."""
    folder, environ = tmp_path / "var", {"DATABASE_URL": own_database}
    webs, workers = [Web(folder, **environ) for _ in range(2)], [Worker(folder, **environ) for _ in range(2)]
    try:
        with psycopg.connect(own_database, autocommit=True) as database:
            database.execute(_NOTE)
        for program in (*webs, *workers):
            program.begin()
        for web in webs:
            web.wait_for(web.is_ready)
        yield webs, workers
    finally:
        for program in (*webs, *workers):
            program.kill()


def test_what_runs_by_the_clock_runs_once_and_a_dead_worker_is_replaced(
    own_database: str, two_of_each: tuple[list[Web], list[Worker]], chance: random.Random, figure: Callable[[str], None]
) -> None:
    webs, workers = two_of_each
    shop_id, token = first_shop()
    open_shop(webs[0].port, token)
    memory = Memory()
    crowds = [Customers(web.port, token, count=2, every=0.2, memory=memory) for web in webs]
    with psycopg.connect(own_database, autocommit=True) as database:
        replaced = []
        for number in range(1, ROUNDS + 1):
            _order_too_late(webs[number % 2], token, database)
            for worker in workers:
                if not worker.family():
                    worker.start()
            told = LATE * number
            wait_until(lambda told=told: database.execute(_CANCELED).fetchone() == (told,) * 4, workers[0].output.read_text)  # type: ignore[misc]
            assert database.execute(_TWICE).fetchall() == []
            replaced.append(_replaced_after(crowds, chance.choice(workers), own_database, chance))
            assert replaced[-1] < REPLACED_WITHIN_SECONDS
        scheduled = database.execute("SELECT count(*) FROM taken WHERE due IS NOT NULL").fetchone()
    with tenant_scope(shop_id):
        assert kit.breaches() == []
    figure(
        f"F41 {scheduled and scheduled[0]} scheduled jobs of two workers, each taken once; {ROUNDS} kills of one of them: "
        f"what followed was done by the other within {max(replaced):.0f} s"
    )


def _order_too_late(web: Web, token: str, database: psycopg.Connection[object]) -> None:
    """Orders whose time to be paid is over, as if they had been placed days ago."""
    with Client(web.port, token) as client:
        for _ in range(LATE):
            placed = client.insist("/orders", wish((SKU, 1), payment_method="bank_transfer"), key=str(new_id()))
            assert placed.status == 201
    database.execute("UPDATE orders_order SET expires_at = now() - interval '1 hour' WHERE expires_at > now()")


def _replaced_after(crowds: list[Customers], worker: Worker, url: str, chance: random.Random) -> float:
    """Kill a worker under load: after how many seconds the other one has done all that follows from what was asked by then."""
    one, other = crowds
    with one.shopping(chance), other.shopping(chance):
        time.sleep(chance.uniform(0.2, 1) * SECONDS)
        worker.kill()
        killed_at = time.monotonic()
        time.sleep(SECONDS)
    assert lost_or_doubled(url, one.memory) == []
    done_by_then(url, one.memory, REPLACED_WITHIN_SECONDS)
    return time.monotonic() - killed_at
