"""Clients who lose nothing: whatever is not answered they send again under its key, and they remember what they were told."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import httpx
import psycopg

from dingdan.kernel.ids import new_id
from tests.running import wait_until
from tests.web.api.wishes import wish

PATIENCE_SECONDS = 180.0
SKU = "MUG"
PLENTY = 10**6
CHANGE = 100
"""What people pay too much, and half of them take back: so the order stays paid."""


class NeverAnswered(Exception):
    """Whoever insisted for so long was not answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status and its bytes, after how many times of asking and how many seconds."""

    status: int
    body: bytes
    asked: int
    seconds: float
    answer: Any


class Client:
    """Speaks HTTP for one API key."""

    def __init__(self, port: int, token: str) -> None:
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=40
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def post(self, path: str, body: Any, *, key: str) -> httpx.Response:
        """Ask once."""
        return self.http.post(path, json=body, headers={"Idempotency-Key": key})

    def insist(self, path: str, body: Any, *, key: str) -> Reply:
        """Ask until there is an answer that is one: neither silence, nor a fault, nor "still running"."""
        began, asked = time.monotonic(), 0
        while time.monotonic() - began < PATIENCE_SECONDS:
            asked += 1
            try:
                told = self.post(path, body, key=key)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if told.status_code < 500 and "Retry-After" not in told.headers:
                return Reply(told.status_code, told.content, asked, time.monotonic() - began, told.json())
            time.sleep(0.1)
        raise NeverAnswered(f"{path}: not within {PATIENCE_SECONDS:g} s, asked {asked} times")


@dataclass
class Memory:
    """What clients sent, by key, and what they were told."""

    replies: dict[str, tuple[str, Any, Reply]] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    """Totals by id."""
    payments: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Order and amount by id."""
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Payment and amount by the id of the attempt."""
    faults: list[str] = field(default_factory=list)

    @property
    def repeated(self) -> int:
        """How many requests had to be sent more than once."""
        return sum(reply.asked > 1 for _path, _body, reply in self.replies.values())

    @property
    def longest(self) -> float:
        """How many seconds the slowest answer took, repeats included."""
        return max((reply.seconds for _path, _body, reply in self.replies.values()), default=0.0)

    def __str__(self) -> str:
        return (
            f"{len(self.orders)} orders, {len(self.payments)} payments, {len(self.refunds)} refunds; "
            f"{self.repeated} sent again, answered within {self.longest:.1f} s"
        )


class Customers:
    """So many clients who buy, pay and take money back, all at once; each every so many seconds, or as fast as it can."""

    def __init__(self, port: int, token: str, *, count: int, every: float = 0, memory: Memory | None = None) -> None:
        self.port, self.token, self.memory = port, token, memory or Memory()
        self.count, self.every = count, every
        self.over = threading.Event()

    @contextmanager
    def shopping(self, chance: random.Random) -> Iterator[None]:
        """They live while the block runs; at its end each waits for its last answer."""
        self.over.clear()
        threads = [threading.Thread(target=self._live, args=[random.Random(chance.random())]) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join(2 * PATIENCE_SECONDS)
        assert not self.memory.faults, self.memory.faults

    def _live(self, chance: random.Random) -> None:
        try:
            with Client(self.port, self.token) as client:
                while not self.over.wait(self.every):
                    self._buy(client, chance)
        except Exception as fault:  # noqa: BLE001 - told by `shopping`
            self.memory.faults.append(f"{type(fault).__name__}: {fault}")

    def _buy(self, client: Client, chance: random.Random) -> None:
        order = self._ask(client, "/orders", wish((SKU, 1)))
        self.memory.orders[order["order_id"]] = order["total"]
        if chance.random() < 0.8:
            given = {"amount": order["total"] + CHANGE, "currency": order["currency"]}
            paid = self._ask(client, f"/orders/{order['order_id']}/payments", {"method": "cash", "money": given})
            self.memory.payments[paid["payment_id"]] = order["order_id"], paid["amount"]
            if chance.random() < 0.5:
                back = self._ask(
                    client, "/refunds/by-hand", {"payment_id": paid["payment_id"], "money": given | {"amount": CHANGE}}
                )
                (refund,) = back["refunds"]
                self.memory.refunds[refund["attempt_id"]] = paid["payment_id"], refund["amount"]

    def _ask(self, client: Client, path: str, body: Any) -> Any:
        key = str(new_id())
        reply = client.insist(path, body, key=key)
        assert reply.status in (200, 201), reply
        self.memory.replies[key] = path, body, reply
        return reply.answer


def first_shop() -> tuple[UUID, str]:
    """The shop that an empty database begins with, by its id, and a key for its API."""
    from dingdan.automation.setup import ensure_defaults, ensure_roles
    from dingdan.config.people import create_api_key

    tenant = ensure_defaults()
    ensure_roles()
    return tenant.id, create_api_key("client", scopes=("*",))


def open_shop(port: int, token: str) -> None:
    """Put an article on sale that never runs out."""
    product = {"slug": "mug", "name": "Mug", "variants": [{"sku": SKU, "name": "Mug"}]}
    with Client(port, token) as client:
        for path, body in (("/products", product), ("/stock/receipts", {"lines": [{"sku": SKU, "quantity": PLENTY}]})):
            told = client.insist(path, body, key=path)
            assert told.status in (200, 201), told


# ── what is in the database (of orders that are paid in cash), held against what clients were told ───────────────────────

_ORDERS = "SELECT id::text, total FROM orders_order WHERE payment_method = 'cash'"
_PAYMENTS = """
SELECT payment.id::text, owed.document_id::text, payment.captured FROM payments_payment AS payment
JOIN payments_allocation AS share ON (share.tenant_id, share.payment_id) = (payment.tenant_id, payment.id)
JOIN payments_receivable AS owed ON (owed.tenant_id, owed.id) = (share.tenant_id, share.receivable_id)
"""
_REFUNDS = """
SELECT id::text, payment_id::text, amount FROM payments_attempt WHERE kind = 'refund' AND state = 'succeeded'
"""
_COUNTS = """
SELECT (SELECT sum(reserved) FROM inventory_balance), (SELECT count(*) FROM payments_payment),
    (SELECT count(*) FROM payments_attempt WHERE kind = 'refund'), (SELECT coalesce(sum(refunded), 0) FROM payments_payment)
"""


def lost_or_doubled(url: str, memory: Memory) -> list[str]:
    """Where the database and what clients were told differ; nothing when all is there, once."""
    with psycopg.connect(url) as database:
        orders: dict[str, int] = dict(database.execute(_ORDERS).fetchall())
        payments = {id_: (order, amount) for id_, order, amount in database.execute(_PAYMENTS)}
        refunds = {id_: (order, amount) for id_, order, amount in database.execute(_REFUNDS)}
        counts = database.execute(_COUNTS).fetchone()
    given = sum(amount for _order, amount in memory.refunds.values())
    wanted = (len(memory.orders), len(memory.payments), len(memory.refunds), given)
    found = [
        *_differences("order", memory.orders, orders),
        *_differences("payment", memory.payments, payments),
        *_differences("refund", memory.refunds, refunds),
    ]
    if counts != wanted:
        found.append(f"reserved, payments, refunds and money given back are {counts}, not {wanted}")
    return found


_WITHOUT_EFFECT = """
SELECT format('entry %s has no position', entry_id) FROM kernel_feedpending
UNION ALL
SELECT format('%s has read %s of %s', reader.name, coalesce(seen.position, 0), head.position)
FROM kernel_feedhead AS head CROSS JOIN (VALUES ('board'), ('reactions')) AS reader (name)
LEFT JOIN kernel_feedcursor AS seen ON (seen.tenant_id, seen.consumer) = (head.tenant_id, reader.name)
WHERE head.position > coalesce(seen.position, 0)
UNION ALL
SELECT format('%s waits: %s', task_name, args) FROM procrastinate_jobs WHERE task_name IN ('react_again', 'send_notice')
"""
_MAILS = """
SELECT notice.kind, notice.order_id::text, notice.about_id::text, notice.state FROM automation_notice AS notice
JOIN orders_order AS orders ON (orders.tenant_id, orders.id) = (notice.tenant_id, notice.order_id)
WHERE orders.payment_method = 'cash'
"""
_PLANNED = """
SELECT shipment.order_id::text, sum(line.quantity)::int FROM fulfillment_shipment AS shipment
JOIN fulfillment_shipmentline AS line ON (line.tenant_id, line.shipment_id) = (shipment.tenant_id, shipment.id)
GROUP BY shipment.order_id
"""


def done_by_then(url: str, memory: Memory, seconds: float = 600) -> None:
    """Return when everything has followed that follows from what clients did; fails with what has not by then."""
    wait_until(lambda: not without_effect(url, memory), lambda: "\n".join(without_effect(url, memory)), seconds)


def without_effect(url: str, memory: Memory) -> list[str]:
    """Which of the events that clients caused have not had their effect yet, or had it twice."""
    with psycopg.connect(url) as database:
        found = [line for (line,) in database.execute(_WITHOUT_EFFECT)]
        if found:
            return found
        mails = Counter(row for row in database.execute(_MAILS))
        planned: dict[str, int] = dict(database.execute(_PLANNED).fetchall())
    wanted = Counter(
        [
            *(("order_confirmed", order, order, "sent") for order in memory.orders),
            *(("payment_received", order, payment, "sent") for payment, (order, _amount) in memory.payments.items()),
        ]
    )
    paid = {order: 1 for order, _amount in memory.payments.values()}
    return [*_differences("mail", wanted, mails), *_differences("planned shipment of order", paid, planned)]


def _differences(what: str, told: Mapping[Any, Any], there: Mapping[Any, Any]) -> Iterator[str]:
    for id_ in told.keys() | there.keys():
        if told.get(id_) != there.get(id_):
            yield f"{what} {id_}: clients were told {told.get(id_)}, the database has {there.get(id_)}"


def answered_alike(port: int, token: str, memory: Memory, keys: list[str]) -> list[str]:
    """Send requests once more under their keys; those whose answer is another one than the first time."""
    found = []
    with Client(port, token) as client:
        for key in keys:
            path, body, reply = memory.replies[key]
            again = client.insist(path, body, key=key)
            if (again.status, again.body) != (reply.status, reply.body):
                found.append(f"{path} under {key}: {reply.status} {reply.body!r}, now {again.status} {again.body!r}")
    return found
