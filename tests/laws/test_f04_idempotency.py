"""F4: one key ten times at once is one order and one answer; another body is a 422; what runs for 5 s a 409 with Retry-After."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import psycopg

from dingdan.kernel.ids import new_id
from dingdan.masterdata.staff.models import ApiKey
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.clients import Client
from tests.laws.size import sized
from tests.running import Web
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


def test_what_still_runs_after_five_seconds_is_told_to_come_again(shop: Shop, database_url: str) -> None:
    kit.stock(shop, "MUG", 9)
    caller = Caller(shop)
    key_id = ApiKey.objects.get().id
    with _still_running(shop, database_url, f"api:{key_id}:place_order:slow"):
        began = time.monotonic()
        with kit.patience(5_000):  # as everywhere but in tests
            answer = caller.post("/orders", wish(("MUG", 1)), key="slow")
        assert 4.5 < time.monotonic() - began < 8
        assert (answer.status, answer.problem.code, answer.headers["Retry-After"]) == (409, "still_running", "2")
    assert Order.objects.count() == 0
    assert caller.post("/orders", wish(("MUG", 1)), key="slow").status == 201


@contextmanager
def _still_running(shop: Shop, database_url: str, key: str) -> Iterator[None]:
    """Somebody works under a key for as long as the block runs, and then has not done it."""
    with psycopg.connect(database_url) as first:
        first.execute(
            "INSERT INTO kernel_journalentry (tenant_id, id, command, key, fingerprint, actor_kind, actor_id, at, quiet)"
            " VALUES (%s, %s, 'orders.place_orders', %s, '', '', '', now(), false)",
            [shop.tenant_id, new_id(), key],
        )
        yield
        first.rollback()


# ── over HTTP, with several processes ────────────────────────────────────────────────────────────────────────────────────


class _Crowd:
    """Ten clients of one API key who ask at once."""

    def __init__(self, server: Web, token: str, stack: ExitStack) -> None:
        self.clients = [stack.enter_context(Client(server.port, token)) for _ in range(AT_ONCE)]
        self.threads = stack.enter_context(ThreadPoolExecutor(AT_ONCE))

    def post(self, body: Any, *, key: str) -> list[httpx.Response]:
        """What each of them is answered to the same request."""
        return list(self.threads.map(lambda client: client.post("/orders", body, key=key), self.clients))


def test_one_key_sent_ten_times_at_once_over_http(shop: Shop, server: Web, figure: Callable[[str], None]) -> None:
    variant_id = kit.stock(shop, "MUG", 2 * KEYS)
    keys = [secrets.token_hex(8) for _ in range(KEYS)]
    with ExitStack() as stack:
        crowd = _Crowd(server, token_for(shop), stack)
        for key in keys:
            answers = crowd.post(wish(("MUG", 2)), key=key)
            assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
        assert Order.objects.count() == KEYS
        assert kit.levels(variant_id) == (2 * KEYS, 2 * KEYS)
        for key in keys:
            answers = crowd.post(wish(("MUG", 1)), key=key)
            assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "key_reused")}
    assert Order.objects.count() == KEYS
    assert kit.breaches() == []
    figure(
        f"F4 over HTTP: {KEYS} keys, each sent {AT_ONCE} times at once: {KEYS} orders, one body each; another body: 422 each time"
    )


def test_what_still_runs_over_http_is_told_to_come_again(
    shop: Shop, server: Web, database_url: str, figure: Callable[[str], None]
) -> None:
    kit.stock(shop, "MUG", 9)
    token = token_for(shop)
    key = f"api:{ApiKey.objects.get().id}:place_order:slow"
    with ExitStack() as stack:
        crowd = _Crowd(server, token, stack)
        with _still_running(shop, database_url, key):
            answers = crowd.post(wish(("MUG", 1)), key="slow")
        assert {(one.status_code, one.json()["code"], one.headers["Retry-After"]) for one in answers} == {
            (409, "still_running", "2")
        }
        assert Order.objects.count() == 0
        answers = crowd.post(wish(("MUG", 1)), key="slow")
        assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert Order.objects.count() == 1
    figure(f"F4 over HTTP: {AT_ONCE} who ask while the first still runs are told 409 with Retry-After; then all get its answer")
