"""What came of tries is written down: what was taken, what is tried again and when, and who is paused.

A message is not given up because its endpoint was away: it counts against it only when the endpoint had just taken another one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dingdan.integrations.webhooks import lines
from dingdan.integrations.webhooks.client import Answer
from dingdan.integrations.webhooks.lifecycle import DELIVERY_LIFE, PauseReason
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.integrations.webhooks.outbox import Message
from dingdan.integrations.webhooks.rules import OUTAGE, RETRIES, SCHEDULE, is_hopeless, pause_after
from dingdan.kernel import clock
from dingdan.kernel.tenancy import current_tenant_id


@dataclass(frozen=True, slots=True)
class Tried:
    """A message with what was answered, and when it was sent."""

    message: Message
    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """An endpoint that is to be paused, and the try that showed it."""

    endpoint_id: UUID
    reason: PauseReason
    delivery_id: UUID
    attempt: int


_WRITE = """
WITH tried AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(leases)s::uuid[], %(states)s::text[], %(due)s::timestamptz[],
                         %(finished)s::timestamptz[], %(steps)s::int[], %(strikes)s::int[], %(statuses)s::int[],
                         %(errors)s::text[], %(at)s::timestamptz[], %(durations)s::int[])
      AS tried (id, lease, state, due_at, finished_at, step, strikes, status, error, at, duration_ms)
), written AS (
    UPDATE webhooks_delivery AS delivery
    SET state = tried.state, due_at = tried.due_at, finished_at = tried.finished_at, step = tried.step,
        strikes = tried.strikes, status = tried.status, error = tried.error, attempts = delivery.attempts + 1, lease = NULL
    FROM tried
    WHERE delivery.tenant_id = %(tenant)s AND delivery.id = tried.id AND delivery.lease = tried.lease
    RETURNING delivery.id, delivery.attempts
), logged AS (
    INSERT INTO webhooks_attempt (tenant_id, delivery_id, number, at, duration_ms, status, error)
    SELECT %(tenant)s::uuid, tried.id, written.attempts, tried.at, tried.duration_ms, tried.status, tried.error
    FROM written JOIN tried ON tried.id = written.id
)
SELECT written.id, written.attempts FROM written
"""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a try means for its delivery, and for its endpoint."""

    state: str
    step: int
    strikes: int
    due_at: datetime | None = None
    stops: PauseReason | None = None


def record(tries: Sequence[Tried]) -> list[Stopped]:
    """Write down what came of tries, all of the tenant in scope; return which endpoints are to be paused."""
    now = clock.now()
    with transaction.atomic():
        endpoints = lines.held(tried.message.endpoint_id for tried in tries)
        taken = {tried.message.endpoint_id for tried in tries if tried.answer.fault is None}
        verdicts = [_verdict(tried, endpoints[tried.message.endpoint_id], taken) for tried in tries]
        numbers = _write(tries, verdicts, now)
        written = [
            (tried, verdict) for tried, verdict in zip(tries, verdicts, strict=True) if tried.message.delivery_id in numbers
        ]
        lines.leave([tried.message.delivery_id for tried, verdict in written if verdict.state != DELIVERY_LIFE.initial], now)
        for endpoint in endpoints.values():
            _count(endpoint, [tried for tried, _verdict in written if tried.message.endpoint_id == endpoint.id], now)
    return [
        Stopped(tried.message.endpoint_id, verdict.stops, tried.message.delivery_id, numbers[tried.message.delivery_id])
        for tried, verdict in written
        if verdict.stops is not None
    ]


def _verdict(tried: Tried, endpoint: Endpoint, taken: set[UUID]) -> _Verdict:
    message, answer = tried.message, tried.answer
    if answer.fault is None:
        return _Verdict(DELIVERY_LIFE.turn("deliver", DELIVERY_LIFE.initial), message.step, message.strikes)
    took_last = endpoint.id in taken or endpoint.failures == 0
    step, strikes, waited = message.step + 1, message.strikes + took_last, tried.at - message.first_tried_at
    took_another = endpoint.id in taken or (endpoint.delivered_at and endpoint.delivered_at >= message.first_tried_at)
    if took_another and is_hopeless(strikes=strikes, waited=waited):
        return _Verdict(DELIVERY_LIFE.turn("give_up", DELIVERY_LIFE.initial), step, strikes)
    stops = None
    if answer.status == HTTPStatus.GONE:
        stops = PauseReason.GONE
    elif not took_another and step > len(RETRIES) and waited >= SCHEDULE:
        stops = PauseReason.FAILING
    pause = pause_after(step, chance=random.random(), wish=answer.retry_after)  # noqa: S311 - spreads tries, hides nothing
    return _Verdict(DELIVERY_LIFE.initial, step, strikes, tried.at + pause, stops)


def _write(tries: Sequence[Tried], verdicts: Sequence[_Verdict], now: datetime) -> dict[UUID, int]:
    """Write the outcomes of those whose lease still holds, and log their tries; return which try it was, by delivery."""
    columns: dict[str, list[Any]] = {
        "ids": [tried.message.delivery_id for tried in tries],
        "leases": [tried.message.lease for tried in tries],
        "states": [verdict.state for verdict in verdicts],
        "due": [verdict.due_at for verdict in verdicts],
        "finished": [None if verdict.state == DELIVERY_LIFE.initial else now for verdict in verdicts],
        "steps": [verdict.step for verdict in verdicts],
        "strikes": [verdict.strikes for verdict in verdicts],
        "statuses": [tried.answer.status for tried in tries],
        "errors": [tried.answer.fault or "" for tried in tries],
        "at": [tried.at for tried in tries],
        "durations": [tried.answer.duration_ms for tried in tries],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"tenant": current_tenant_id(), **columns})
        return dict(cursor.fetchall())


def _count(endpoint: Endpoint, tries: Sequence[Tried], now: datetime) -> None:
    """Remember when the endpoint last took something, or since when and how often it did not."""
    kept = Endpoint.objects.filter(id=endpoint.id)
    if any(tried.answer.fault is None for tried in tries):
        kept.update(delivered_at=now, failures=0, down_at=None)
        if endpoint.down_at is not None and now - endpoint.down_at >= OUTAGE:
            _bring_forward(endpoint, now)
    elif tries:
        kept.update(failures=endpoint.failures + len(tries), down_at=endpoint.down_at or now)


def _bring_forward(endpoint: Endpoint, now: datetime) -> None:
    """It is back: what waited for its next try, maybe for hours, is tried now, and soon again if it must be."""
    waiting = Delivery.objects.filter(endpoint_id=endpoint.id, due_at__gt=now, lease__isnull=True)
    waiting.update(due_at=now, step=0)
