"""The hot door for notices of payment firms: those that arrive together are written down together.

It takes what is genuine and plain: one notice about one attempt. Everything else (another kind, a refusal, an account that nobody
knows) goes on to `notices`, which says why not. Accounts with their secrets are kept together with the version of the registers;
the batch's first statement proves that version, or everybody in it goes on and the door asks anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import split_domain_port, validate_host

from dingdan.automation.hearing import Meant, meant
from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Failed, Outdated, Refusal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.commands import AlreadyRecorded
from dingdan.ledgers.payments.ports import Post
from dingdan.masterdata.methods.queries import Credentials, credentials
from dingdan.web.shared.bare import Answer, answered
from dingdan.web.shared.gathering import Gathering

PREFIX: Final = "/gateways/"
MOST_ACCOUNTS_KEPT: Final = 10_000
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PATH: Final = re.compile(f"{PREFIX}([a-z0-9_-]+)/({_UUID})/({_UUID})/notices")

Outcome = Answer | Exception | None


class Arrived(NamedTuple):
    """A notice as it arrived, and whom it is for."""

    gateway: str
    tenant_id: UUID
    post: Post


class _Known(NamedTuple):
    """An account, as of a version of the shop's registers."""

    account: Credentials
    registers: int


class NoticeDoor:
    """Thanks for what it has written down; to everybody else `None`, which means: ask the view itself."""

    def __init__(self) -> None:
        self._gathering = Gathering[Arrived, Answer](self.outcomes)
        self._known: dict[tuple[UUID, UUID], _Known] = {}

    async def __call__(self, scope: Mapping[str, Any], body: bytes) -> Answer | None:
        """The firm's thanks, once the batch that this notice fell into is committed."""
        arrived = arrived_as(scope, body)
        return None if arrived is None or self._gathering.is_full else await self._gathering.answer(arrived)

    # ── on the thread ────────────────────────────────────────────────────────────────────────────────────────────────────

    def outcomes(self, batch: Sequence[Arrived]) -> list[Outcome]:
        """What comes of each notice, in order; those of one shop about the same kind of thing are one transaction."""
        found: dict[int, Outcome] = {}
        together: dict[tuple[UUID, Any], dict[int, Meant]] = defaultdict(dict)
        try:
            for index, arrived in enumerate(batch):
                with suppress(Refusal, ValueError):
                    said = self._meant(arrived)
                    if said is not None:
                        together[arrived.tenant_id, said.command][index] = said
            for (tenant_id, record), those in together.items():
                with tenant_scope(tenant_id):
                    outcomes = record.many([(said.call, said.told) for said in those.values()], patient=False)
                for (index, said), outcome in zip(those.items(), outcomes, strict=True):
                    found[index] = self._told(batch[index], said, outcome)
        except DatabaseError:  # the view will meet it too, and the firm sends the notice again
            connection.close()
        return [found.get(index) for index in range(len(batch))]

    def _meant(self, arrived: Arrived) -> Meant | None:
        known = self._known.get((arrived.tenant_id, arrived.post.account_id)) or self._learn(arrived)
        return known and meant(arrived.tenant_id, arrived.gateway, arrived.post, account=known.account, as_of=known.registers)

    def _learn(self, arrived: Arrived) -> _Known | None:
        """Read the account behind the version: what changed in between belongs to a later version."""
        with tenant_scope(arrived.tenant_id):
            registers = register_version()
            account = credentials(arrived.post.account_id)
        if account is None:
            return None
        if len(self._known) >= MOST_ACCOUNTS_KEPT:
            self._known.clear()
        known = self._known[arrived.tenant_id, account.id] = _Known(account, registers)
        return known

    def _told(self, arrived: Arrived, said: Meant, outcome: Any) -> Outcome:
        if isinstance(outcome, Failed):
            return outcome.fault
        if isinstance(outcome, Outdated):
            self._known.pop((arrived.tenant_id, arrived.post.account_id), None)
        if isinstance(outcome, Refusal) and not isinstance(outcome, AlreadyRecorded):
            return None
        return answered(200, said.thanks, content_type=said.content_type)


def arrived_as(scope: Mapping[str, Any], body: bytes) -> Arrived | None:
    """The notice, if nothing about the request is out of the ordinary."""
    path = _PATH.fullmatch(scope["path"])
    if path is None or scope["method"] != "POST" or scope["raw_path"] != scope["path"].encode():
        return None
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        if (key := name.decode("latin-1").lower()) in headers:
            return None
        headers[key] = value.decode("latin-1")
    if not validate_host(split_domain_port(headers.get("host", ""))[0], settings.ALLOWED_HOSTS):
        return None
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    post = Post(account_id=UUID(path[3]), headers=headers, query=query, body=body, at=clock.now())
    return Arrived(path[1], UUID(path[2]), post)
