"""F4: one key ten times at once is one order and one answer; another body is a 422; what runs for 5 s a 409 with Retry-After."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from dingdan.kernel.ids import new_id
from dingdan.masterdata.staff.models import ApiKey
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.web.api.client import Caller, token_for
from tests.web.api.wishes import wish

KEYS = sized(5, 50, 1000)
AT_ONCE = 10


def test_one_key_sent_ten_times_at_once_is_one_order(shop: Shop) -> None:
    variant_id = kit.stock(shop, "MUG", 2 * KEYS)
    callers = [Caller(shop, token=token) for token in [token_for(shop)] * AT_ONCE]
    keys = [secrets.token_hex(8) for _ in range(KEYS)]
    for key in keys:
        answers = kit.in_threads(lambda index, key=key: callers[index].post("/orders", wish(("MUG", 2)), key=key), AT_ONCE)  # type: ignore[misc]
        assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert Order.objects.count() == KEYS
    assert kit.levels(variant_id) == (2 * KEYS, 2 * KEYS)
    for key in keys:
        answer = callers[0].post("/orders", wish(("MUG", 1)), key=key)
        assert (answer.status, answer.problem.code) == (422, "key_reused")
    assert Order.objects.count() == KEYS
    assert kit.breaches() == []


def test_two_bodies_under_one_key_at_once_are_one_order_and_one_refusal(shop: Shop) -> None:
    kit.stock(shop, "MUG", 9)
    caller = Caller(shop)
    for _ in range(KEYS):
        key = secrets.token_hex(8)
        bodies = [wish(("MUG", 1), external_id=secrets.token_hex(8)) for _ in range(2)]
        answers = kit.in_threads(lambda index, key=key, bodies=bodies: caller.post("/orders", bodies[index], key=key), 2)  # type: ignore[misc]
        assert sorted(answer.status for answer in answers) == [201, 422]
        (placed,) = [answer for answer in answers if answer.status == 201]
        assert caller.post(f"/orders/{placed['number']}/cancel", {}).status == 200


def test_what_still_runs_when_patience_is_over_is_told_to_come_again(shop: Shop, database_url: str) -> None:
    kit.stock(shop, "MUG", 9)
    caller = Caller(shop)
    key_id = ApiKey.objects.get().id
    with still_running(shop, database_url, f"api:{key_id}:place_order:slow"):
        began = time.monotonic()
        with kit.patience(500):  # ten times as long at a real server, where it is tried too
            answer = caller.post("/orders", wish(("MUG", 1)), key="slow")
        assert time.monotonic() - began > 0.4
        assert (answer.status, answer.problem.code, answer.headers["Retry-After"]) == (409, "still_running", "2")
    assert Order.objects.count() == 0
    assert caller.post("/orders", wish(("MUG", 1)), key="slow").status == 201


@contextmanager
def still_running(shop: Shop, database_url: str, key: str) -> Iterator[None]:
    """Somebody works under a key for as long as the block runs, and then has not done it."""
    with psycopg.connect(database_url) as first:
        first.execute(
            "INSERT INTO kernel_journalentry (tenant_id, id, command, key, fingerprint, actor_kind, actor_id, at, quiet)"
            " VALUES (%s, %s, 'orders.place_orders', %s, '', '', '', now(), false)",
            [shop.tenant_id, new_id(), key],
        )
        yield
        first.rollback()
