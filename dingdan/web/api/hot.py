"""The hot door: POST /api/v1/orders when many come at once.

It grants, and never refuses. Requests that arrive together are read, let in and placed together on one thread, by the command,
the schema and the functions that the operation itself uses; whoever is granted is answered from here. Everything else, from a
broken header to an article that is sold out, goes on to the operation, which says why not, as it does to everybody.

Nothing waits when nobody else is there: while one batch is placed, the next one gathers. Keys, permissions and channels are kept
between batches together with the version of the registers; the batch's first statement proves that version or the door asks anew.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http.request import split_domain_port, validate_host

from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Failed, Refusal
from dingdan.kernel.intake import LARGEST_BATCH
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.wire import wire_bytes
from dingdan.masterdata.staff.queries import Bearer, actor_for_token
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.rules import PlaceOrder
from dingdan.web.api.access import is_settled
from dingdan.web.api.errors import DatabaseSilent
from dingdan.web.api.resources.placing import OPERATION, OrderSent, wanted
from dingdan.web.api.shapes import facts_of
from dingdan.web.api.writes import KEY, call_of, location
from dingdan.web.shared.problems import answer as problem_answer
from dingdan.web.shared.reading import is_json, read_json

PATH: Final = "/api/v1/orders"
MOST_WAITING: Final = 512
MOST_KEYS_KEPT: Final = 10_000
_BEARER: Final = re.compile(rb"bearer ([!-~]+)", re.IGNORECASE)
_PLAIN: Final = frozenset([b"host", b"authorization", b"content-type", b"content-length", b"idempotency-key"])

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]
Outcome = Answer | Exception | None


class Asked(NamedTuple):
    """A request that may be granted here: whose token, under which key, and its body."""

    token: str
    key: str | None
    body: bytes


@dataclass(slots=True)
class _Known:
    """A bearer, as of a version of the shop's registers."""

    bearer: Bearer
    registers: int


class HotDoor:
    """Answers whom it can grant an order; to all others `None`, which means: ask the operation itself."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hot")
        self._waiting: deque[tuple[Asked, asyncio.Future[Answer | None]]] = deque()
        self._leader: asyncio.Task[None] | None = None
        self._known: dict[str, _Known] = {}

    async def __call__(self, scope: Mapping[str, Any], body: bytes) -> Answer | None:
        """The answer, once the batch that this request fell into is committed."""
        asked = asked_of(scope, body)
        if asked is None or len(self._waiting) >= MOST_WAITING:
            return None
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._leader is None or self._leader.done():
            self._leader = asyncio.create_task(self._lead())
        return await answer

    async def _lead(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_BATCH))]
            outcomes: list[Outcome]
            try:
                outcomes = await loop.run_in_executor(self._thread, self.outcomes, [asked for asked, _answer in batch])
            except Exception as fault:  # noqa: BLE001 - told to everybody: nobody may be left waiting
                outcomes = [fault] * len(batch)
            for (_asked, future), outcome in zip(batch, outcomes, strict=True):
                if future.done():
                    continue  # whoever asked has gone
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────────────────────────

    def outcomes(self, batch: Sequence[Asked]) -> list[Outcome]:
        """What comes of each request, in order; those of one shop are placed in one transaction.

        An exception is a fault after which nobody knows whether the order was placed: it must not be asked for once more.
        """
        found: dict[int, Outcome] = {}
        shops: dict[UUID, list[tuple[int, Asked, _Known]]] = {}
        try:
            for index, asked in enumerate(batch):
                known = self._bearer(asked.token)
                if known is not None:
                    shops.setdefault(known.bearer.tenant_id, []).append((index, asked, known))
            for tenant_id, those in shops.items():
                with tenant_scope(tenant_id):
                    found |= self._placed(those)
        except DatabaseError:  # raised by questions alone: the operation will meet it too, and has words for it
            connection.close()
        return [found.get(index) for index in range(len(batch))]

    def _bearer(self, token: str) -> _Known | None:
        """Whose token it is; None also where something is to be written about its use, which the operation does."""
        known = self._known.get(token) or self._learn(token)
        if known is not None and is_settled(known.bearer, clock.now()):
            return known
        self._known.pop(token, None)
        return None

    def _learn(self, token: str) -> _Known | None:
        """Read the key once more behind the version: what changed in between belongs to a later version."""
        seen = actor_for_token(token, at=clock.now())
        if seen is None:
            return None
        with tenant_scope(seen.tenant_id):
            registers = register_version()
        bearer = actor_for_token(token, at=clock.now())
        if bearer is None:
            return None
        if len(self._known) >= MOST_KEYS_KEPT:
            self._known.clear()
        known = self._known[token] = _Known(bearer, registers)
        return known

    def _placed(self, those: Sequence[tuple[int, Asked, _Known]]) -> dict[int, Outcome]:
        registers = register_version()
        calls: dict[int, tuple[Call, PlaceOrder]] = {}
        for index, asked, known in those:
            if known.registers != registers:
                self._known.pop(asked.token, None)
                continue
            with suppress(Refusal, ValueError):
                said = {"path": {}, "body": read_json(asked.body)}
                sent = OrderSent.model_validate_json(asked.body, strict=True)
                call = call_of(known.bearer, OPERATION, asked.key, said, as_of=registers)
                calls[index] = call, wanted(sent, registers=registers)
        return dict(zip(calls, map(_told, place_orders.many(calls.values(), patient=False)), strict=True)) if calls else {}


def asked_of(scope: Mapping[str, Any], body: bytes) -> Asked | None:
    """What is asked for, if nothing about the request is out of the ordinary."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _PLAIN:
            if name in headers:
                return None
            headers[name] = value
    token = _BEARER.fullmatch(headers.get(b"authorization", b""))
    key = headers.get(b"idempotency-key")
    host = split_domain_port(headers.get(b"host", b"").decode("latin-1"))[0]
    usual = (
        scope["method"] == "POST"
        and not scope["query_string"]
        and scope["raw_path"] == PATH.encode()
        and token is not None
        and is_json(headers.get(b"content-type", b"").decode("latin-1"))
        and (key is None or KEY.fullmatch(key.decode("latin-1")))
        and validate_host(host, settings.ALLOWED_HOSTS)
    )
    if not usual or token is None:
        return None
    return Asked(token[1].decode("ascii"), key.decode("ascii") if key is not None else None, body)


def _told(outcome: Event | Refusal) -> Outcome:
    if isinstance(outcome, Failed):
        return _silent() if isinstance(outcome.fault, OperationalError | InterfaceError) else outcome.fault
    if isinstance(outcome, Refusal):
        return None
    facts = facts_of(outcome)
    where = location("/orders/{order_id}", facts)
    return _answered(201, wire_bytes(facts), content_type="application/json", cache_control="no-store", location=where)


def _silent() -> Answer:
    """The database broke off, perhaps at the commit: whoever has a key asks again under it."""
    refused = problem_answer(DatabaseSilent())
    headers = {name.lower().replace("-", "_"): value for name, value in refused.headers.items()}
    return _answered(refused.status_code, refused.content, **headers)


def _answered(status: int, body: bytes, **headers: str) -> Answer:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return status, [*told, (b"content-length", str(len(body)).encode()), *_SECURE], body


_SECURE: Final = [
    (b"x-frame-options", settings.X_FRAME_OPTIONS.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
