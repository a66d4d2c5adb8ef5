"""The hot door: POST /api/v1/orders when many come at once.

It grants, and never refuses. Requests that arrive together are placed together on one thread, by the command, the schema and the
functions that the operation itself uses; whoever is granted is answered from here. Everything else, from a broken header to an
article that is sold out, goes on to the operation, which says why not, as it does to everybody.

Nothing waits when nobody else is there: while one batch is placed, the next one gathers, and is read where that needs no question
to the database. Keys, permissions and channels are kept together with the version of the registers; the batch's first statement
proves that version, or everybody in it is left to the operation and the door asks anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http.request import split_domain_port, validate_host

from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Failed, Outdated, Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.wire import wire_bytes
from dingdan.masterdata.staff.queries import Bearer, actor_for_token
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.rules import PlaceOrder
from dingdan.web.api.access import is_settled
from dingdan.web.api.resources.placing import OPERATION, OrderSent, wanted
from dingdan.web.api.shapes import facts_of
from dingdan.web.api.writes import KEY, call_of, location
from dingdan.web.shared.bare import Answer, answered
from dingdan.web.shared.failing import DatabaseSilent
from dingdan.web.shared.gathering import Gathering
from dingdan.web.shared.problems import answer as problem_answer
from dingdan.web.shared.reading import is_json, read_json

PATH: Final = "/api/v1/orders"
MOST_KEYS_KEPT: Final = 10_000
LONGEST_READ_AHEAD: Final = 16_384  # bytes of a body that is read while others wait for their turn
_BEARER: Final = re.compile(rb"bearer ([!-~]+)", re.IGNORECASE)
_PLAIN: Final = frozenset([b"host", b"authorization", b"content-type", b"content-length", b"idempotency-key"])

Outcome = Answer | Exception | None


class Asked(NamedTuple):
    """A request that may be granted here: whose token, under which key, and its body."""

    token: str
    key: str | None
    body: bytes


class Understood(NamedTuple):
    """What a request means to the command."""

    call: Call
    wanted: PlaceOrder


class _Wish(NamedTuple):
    asked: Asked
    understood: Understood | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A bearer, as of a version of the shop's registers."""

    bearer: Bearer
    registers: int


class HotDoor:
    """Answers whom it can grant an order; to all others `None`, which means: ask the operation itself."""

    def __init__(self) -> None:
        self._gathering = Gathering[_Wish, Answer](self.outcomes)
        self._known: dict[str, _Known] = {}

    async def __call__(self, scope: Mapping[str, Any], body: bytes) -> Answer | None:
        """The answer, once the batch that this request fell into is committed."""
        asked = asked_of(scope, body)
        if asked is None or self._gathering.is_full:
            return None
        try:
            understood = self._understood(asked) if len(body) <= LONGEST_READ_AHEAD else None
        except SynchronousOnlyOperation:  # somebody has to be looked up, which the thread does
            understood = None
        except (Refusal, ValueError):
            return None
        return await self._gathering.answer(_Wish(asked, understood))

    def _understood(self, asked: Asked) -> Understood | None:
        """What a request of a bearer who is known means. Raises what its body makes impossible."""
        known = self._known.get(asked.token)
        if known is None:
            return None
        if not is_settled(known.bearer, clock.now()):  # the operation has to write something about its use
            del self._known[asked.token]
            return None
        said = {"path": {}, "body": read_json(asked.body)}
        sent = OrderSent.model_validate_json(asked.body, strict=True)
        if sent.coupon_codes:
            raise ValueError("whoever tries coupons is counted, which the operation does")
        call = call_of(known.bearer, OPERATION, asked.key, said, as_of=known.registers)
        with tenant_scope(known.bearer.tenant_id):
            return Understood(call, wanted(sent, registers=known.registers))

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────────────────────────

    def outcomes(self, batch: Sequence[_Wish]) -> list[Outcome]:
        """What comes of each request, in order; those of one shop are placed in one transaction.

        An exception is a fault after which nobody knows whether the order was placed: it must not be asked for once more.
        """
        found: dict[int, Outcome] = {}
        shops: dict[UUID, dict[int, Understood]] = {}
        try:
            for index, wish in enumerate(batch):
                understood = wish.understood or self._looked_up(wish.asked)
                if understood is not None:
                    shops.setdefault(understood.call.tenant_id, {})[index] = understood
            for those in shops.values():
                for index, outcome in zip(those, place_orders.many(those.values(), patient=False), strict=True):
                    found[index] = self._told(batch[index].asked, outcome)
        except DatabaseError:  # raised by questions alone: the operation will meet it too, and has words for it
            connection.close()
        return [found.get(index) for index in range(len(batch))]

    def _looked_up(self, asked: Asked) -> Understood | None:
        if asked.token not in self._known:
            self._learn(asked.token)
        with suppress(Refusal, ValueError):
            return self._understood(asked)
        return None

    def _learn(self, token: str) -> None:
        """Read the key once more behind the version: what changed in between belongs to a later version."""
        seen = actor_for_token(token, at=clock.now())
        if seen is None:
            return
        with tenant_scope(seen.tenant_id):
            registers = register_version()
        bearer = actor_for_token(token, at=clock.now())
        if bearer is None:
            return
        if len(self._known) >= MOST_KEYS_KEPT:
            self._known.clear()
        self._known[token] = _Known(bearer, registers)

    def _told(self, asked: Asked, outcome: Event | Refusal) -> Outcome:
        if isinstance(outcome, Failed):
            return _silent() if isinstance(outcome.fault, OperationalError | InterfaceError) else outcome.fault
        if isinstance(outcome, Outdated):
            self._known.pop(asked.token, None)
        if isinstance(outcome, Refusal):
            return None
        facts = facts_of(outcome)
        where = location("/orders/{order_id}", facts)
        return answered(201, wire_bytes(facts), content_type="application/json", cache_control="no-store", location=where)


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


def _silent() -> Answer:
    """The database broke off, perhaps at the commit: whoever has a key asks again under it."""
    refused = problem_answer(DatabaseSilent())
    headers = {name.lower().replace("-", "_"): value for name, value in refused.headers.items()}
    return answered(refused.status_code, refused.content, **headers)
