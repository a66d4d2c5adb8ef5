"""Live: whatever a person may see arrives exactly once and in order, however often a line breaks; and nothing of another shop."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from dingdan.automation.consumers import drain
from dingdan.automation.setup import create_tenant
from dingdan.kernel import feed
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.models import EntrySubject
from dingdan.kernel.tenancy import tenant_scope
from tests.conftest import Shop
from tests.kit import place, stock
from tests.laws.size import sized
from tests.running import Web
from tests.web.api.client import token_for
from tests.web.live.conftest import web
from tests.web.live.listening import Heard, Listener

__all__ = ["web"]
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


def test_everything_arrives_once_and_in_order(shop: Shop, web: Web, chance: random.Random, figure: Callable[[str], None]) -> None:
    other = Shop(create_tenant(f"other-{shop.tenant.slug}", "Another"), SYSTEM)
    shops = [shop, other]
    begun: dict[UUID, int] = {}
    followers: list[tuple[Shop, str, Follower]] = []
    for one in shops:
        with tenant_scope(one.tenant_id):
            stock(one, "MUG", 10 * ORDERS)
            drain(one.tenant_id)
            begun[one.tenant_id] = feed.end()
            for kind, scope in KINDS.items():
                token, seed = token_for(one, scope), chance.randrange(2**32)
                followers.append((one, kind, Follower(web.port, token, feed.end(), seed)))
    for _one, _kind, follower in followers:
        follower.start()
    for _ in range(ORDERS):
        one = chance.choice(shops)
        with tenant_scope(one.tenant_id):
            place(one, ("MUG", 1))
            stock(one, "MUG", 1)
            drain(one.tenant_id)
    for one, kind, follower in followers:
        with tenant_scope(one.tenant_id):
            told = expected(begun[one.tenant_id], feed.end(), kind)
        follower.end = told[-1].position
    for one, kind, follower in followers:
        follower.join(timeout=60)
        assert not follower.is_alive(), (kind, follower.at, follower.end)
        assert follower.fault is None, follower.fault
        with tenant_scope(one.tenant_id):
            assert follower.heard == expected(begun[one.tenant_id], follower.at, kind)
    breaks = sum(follower.breaks for _one, _kind, follower in followers)
    figure(f"live: {sum(len(f.heard) for *_, f in followers)} messages over {breaks} broken lines: each once and in order")
