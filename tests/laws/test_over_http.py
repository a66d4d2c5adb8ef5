"""F2, F3 and F4 once more over HTTP, at one server with several processes: what holds for calls holds for requests.

And live lines to it: whatever a person may see arrives exactly once and in order, however often a line breaks; and nothing of
another shop.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from dingdan.automation.consumers import drain
from dingdan.automation.setup import create_tenant
from dingdan.kernel import feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.models import EntrySubject
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.models import ApiKey
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws import test_f02_oversell as f02
from tests.laws import test_f03_deadlocks as f03
from tests.laws import test_f04_idempotency as f04
from tests.laws.clients import Client
from tests.laws.size import sized
from tests.running import Web
from tests.web.api.client import token_for
from tests.web.api.wishes import wish
from tests.web.live.listening import Heard, Listener


@pytest.mark.parametrize("units", f02.STOCKS)
def test_exactly_what_is_there_is_sold_over_http(shop: Shop, server: Web, units: int, figure: Callable[[str], None]) -> None:
    variant_id, token = kit.stock(shop, "A", units), token_for(shop)

    def ask(_index: int) -> Counter[tuple[int, str]]:
        told: Counter[tuple[int, str]] = Counter()
        with Client(server.port, token) as client:
            while told.total() < f02.ATTEMPTS // f02.AT_ONCE:
                answer = client.post("/orders", wish(("A", 1)), key=str(new_id()))
                told[answer.status_code, answer.json().get("code", "")] += 1
        return told

    told: Counter[tuple[int, str]] = sum(kit.in_threads(ask, f02.AT_ONCE), Counter())
    assert told == {(201, ""): units, (409, "out_of_stock"): told.total() - units}
    assert Order.objects.count() == units
    assert kit.levels(variant_id) == (units, units)
    assert kit.breaches() == []
    figure(f"F2 over HTTP: {told.total()} attempts on {units}, {f02.AT_ONCE} at once: {units} sold, 0 oversold")


def test_random_carts_over_http(shop: Shop, server: Web, database_url: str, figure: Callable[[str], None]) -> None:
    there = f03.CARTS * 5 // f03.ARTICLES * 2 // 3
    variants = {f"A{number}": kit.stock(shop, f"A{number}", there) for number in range(f03.ARTICLES)}
    token, before = token_for(shop), _deadlocks(database_url)

    def ask(index: int) -> Counter[Any]:
        chance, told = random.Random(3000 + index), Counter[Any]()
        with Client(server.port, token) as client:
            for _ in range(f03.CARTS // f03.AT_ONCE):
                skus = chance.sample(sorted(variants), 5)
                answer = client.post("/orders", wish(*((sku, 1) for sku in skus)), key=str(new_id()))
                told[answer.status_code, answer.json().get("code", "")] += 1
                told.update(skus if answer.status_code == 201 else ())
        return told

    told: Counter[Any] = sum(kit.in_threads(ask, f03.AT_ONCE), Counter())
    placed, refused = told[201, ""], told[409, "out_of_stock"]
    assert (placed + refused, sum(told[sku] for sku in variants)) == (f03.CARTS, 5 * placed)
    for sku, variant_id in variants.items():
        assert kit.levels(variant_id) == (there, told[sku])
    assert _deadlocks(database_url) == before
    assert kit.breaches() == []
    figure(f"F3 over HTTP: {f03.CARTS} carts of 5, {f03.AT_ONCE} at once: {placed} placed, {refused} refused, 0 deadlocks")


def _deadlocks(database_url: str) -> int:
    """How many deadlocks the database has found so far; its processes tell about them a second later."""
    time.sleep(1.5)
    with psycopg.connect(database_url) as database:
        (found,) = database.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone() or (
            0,
        )
    return int(found)


class _Crowd:
    """Ten clients of one API key who ask at once."""

    def __init__(self, server: Web, token: str, stack: ExitStack) -> None:
        self.clients = [stack.enter_context(Client(server.port, token)) for _ in range(f04.AT_ONCE)]
        self.threads = stack.enter_context(ThreadPoolExecutor(f04.AT_ONCE))

    def post(self, body: Any, *, key: str) -> list[httpx.Response]:
        """What each of them is answered to the same request."""
        return list(self.threads.map(lambda client: client.post("/orders", body, key=key), self.clients))


def test_one_key_sent_ten_times_at_once_over_http(shop: Shop, server: Web, figure: Callable[[str], None]) -> None:
    variant_id = kit.stock(shop, "MUG", 2 * f04.KEYS)
    keys = [secrets.token_hex(8) for _ in range(f04.KEYS)]
    with ExitStack() as stack:
        crowd = _Crowd(server, token_for(shop), stack)
        for key in keys:
            answers = crowd.post(wish(("MUG", 2)), key=key)
            assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
        assert Order.objects.count() == f04.KEYS
        assert kit.levels(variant_id) == (2 * f04.KEYS, 2 * f04.KEYS)
        for key in keys:
            answers = crowd.post(wish(("MUG", 1)), key=key)
            assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "key_reused")}
    assert Order.objects.count() == f04.KEYS
    assert kit.breaches() == []
    figure(f"F4 over HTTP: {f04.KEYS} keys, {f04.AT_ONCE} times at once: {f04.KEYS} orders, one body each; another body: 422")


def test_what_still_runs_over_http_is_told_to_come_again(
    shop: Shop, server: Web, database_url: str, figure: Callable[[str], None]
) -> None:
    kit.stock(shop, "MUG", 9)
    token = token_for(shop)
    key = f"api:{ApiKey.objects.get().id}:place_order:slow"
    with ExitStack() as stack:
        crowd = _Crowd(server, token, stack)
        began = time.monotonic()
        with f04.still_running(shop, database_url, key):
            answers = crowd.post(wish(("MUG", 1)), key="slow")
        assert {(one.status_code, one.json()["code"], one.headers["Retry-After"]) for one in answers} == {
            (409, "still_running", "2")
        }
        assert time.monotonic() - began > 4.5
        assert Order.objects.count() == 0
        answers = crowd.post(wish(("MUG", 1)), key="slow")
        assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert Order.objects.count() == 1
    figure(f"F4 over HTTP: {f04.AT_ONCE} who ask while the first still runs are told 409, and later its answer")


# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

ORDERS = sized(12, 60, 400)
KINDS = {"": "*", "order": "orders.read"}
"""What is heard of, everything or one kind of thing, and what the key is for."""


class Follower(threading.Thread):
    """Listens until it has heard of the end, and loses its line at random moments."""

    def __init__(self, port: int, token: str, after: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.at, self.chance = port, token, after, random.Random(seed)
        self.heard: list[Heard] = []
        self.breaks = 0
        self.end: int | None = None
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while self.end is None or self.at < self.end:
                with suppress(TimeoutError):
                    self._listen(self.chance.randint(1, 12))
        except BaseException as fault:  # noqa: BLE001 - told by the test
            self.fault = fault

    def _listen(self, messages: int) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Last-Event-ID": str(self.at)}
        with Listener(self.port, "events", headers=headers) as one:
            assert one.status == 200
            for _ in range(messages):
                heard = one.next(within=1)
                if heard is None:
                    break  # sent away, as a reader that is too slow is: it comes back like any other
                assert heard.position is not None
                self.at = heard.position
                self.heard.append(heard)
            self.breaks += 1


def expected(behind: int, until: int, kind: str) -> list[Heard]:
    """What whoever may hear of one kind of thing is to be told."""
    found = []
    for position, entry in sorted(feed.read_at(range(behind + 1, until + 1)).items()):
        rows = EntrySubject.objects.filter(entry_id=entry.id).order_by("id").values_list("kind", "subject_id")
        about = [[one, str(id_)] for one, id_ in rows if kind in ("", one)]
        if about:
            found.append(Heard("news", {"event": type(entry.event).__name__, "about": about}, position))
    return found


def test_everything_arrives_once_and_in_order(
    shop: Shop, server: Web, chance: random.Random, figure: Callable[[str], None]
) -> None:
    other = Shop(create_tenant(f"other-{shop.tenant.slug}", "Another"), SYSTEM)
    shops = [shop, other]
    begun: dict[UUID, int] = {}
    followers: list[tuple[Shop, str, Follower]] = []
    for one in shops:
        with tenant_scope(one.tenant_id):
            kit.stock(one, "MUG", 10 * ORDERS)
            drain(one.tenant_id)
            begun[one.tenant_id] = feed.end()
            for kind, scope in KINDS.items():
                token, seed = token_for(one, scope), chance.randrange(2**32)
                followers.append((one, kind, Follower(server.port, token, feed.end(), seed)))
    for _one, _kind, follower in followers:
        follower.start()
    for number in range(ORDERS):
        one = shops[number] if number < len(shops) else chance.choice(shops)
        with tenant_scope(one.tenant_id):
            kit.place(one, ("MUG", 1))
            kit.stock(one, "MUG", 1)
            drain(one.tenant_id)
    for one, kind, follower in followers:
        with tenant_scope(one.tenant_id):
            told = expected(begun[one.tenant_id], feed.end(), kind)
        follower.end = told[-1].position
    for one, kind, follower in followers:
        follower.join(timeout=180)
        assert not follower.is_alive(), (kind, follower.at, follower.end)
        assert follower.fault is None, follower.fault
        with tenant_scope(one.tenant_id):
            assert follower.heard == expected(begun[one.tenant_id], follower.at, kind)
    breaks = sum(follower.breaks for _one, _kind, follower in followers)
    figure(f"live: {sum(len(f.heard) for *_, f in followers)} messages over {breaks} broken lines: each once and in order")
