"""Who reads the feed, and the loop that hands it to them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import psycopg
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection

from dingdan.automation import reactions
from dingdan.insight.board import upkeep as board
from dingdan.insight.rollups import upkeep as rollups
from dingdan.integrations.webhooks import collecting, sending
from dingdan.kernel import feed
from dingdan.kernel.models import EntrySubject, FeedCursor, FeedHead
from dingdan.kernel.tenancy import across_tenants


@dataclass(frozen=True, slots=True)
class Consumer:
    """What is done with entries; and for which tenants, when it is not for all: for others nothing is read."""

    take: Callable[[UUID, Sequence[feed.FeedEntry]], None]
    tenants: Callable[[], set[UUID]] | None = None


def _subjects(entries: Sequence[feed.FeedEntry], kind: str) -> list[UUID]:
    """The things of a kind that these entries are about."""
    about = EntrySubject.objects.filter(entry_id__in=[entry.id for entry in entries], kind=kind)
    return list(about.values_list("subject_id", flat=True).distinct())


def _refresh_board(_tenant_id: UUID, entries: Sequence[feed.FeedEntry]) -> None:
    """The order list learns of every order that these entries are about."""
    board.refresh(_subjects(entries, "order"))


def _follow_rollups(_tenant_id: UUID, entries: Sequence[feed.FeedEntry]) -> None:
    """The sums by day learn of those orders and customers, and of the money that these entries moved."""
    rollups.follow(_subjects(entries, "order"), entries, customer_ids=_subjects(entries, "customer"))


def _collect_webhooks(tenant_id: UUID, entries: Sequence[feed.FeedEntry]) -> None:
    """Endpoints are to be told of what they want to know; the sender goes on from there."""
    collecting.collect(tenant_id, entries)
    sending.wake()


CONSUMERS: dict[str, Consumer] = {
    board.CONSUMER: Consumer(_refresh_board),
    rollups.CONSUMER: Consumer(_follow_rollups),
    "reactions": Consumer(reactions.react),
    collecting.CONSUMER: Consumer(_collect_webhooks, tenants=collecting.tenants),
}
POLL_SECONDS = 2.0

log = logging.getLogger(__name__)


def drain(tenant_id: UUID | None = None) -> int:
    """Sequence what is pending and hand it to every consumer, until nothing is left; return how many were handed over."""
    done = 0
    while count := _once(tenant_id):
        done += count
    return done


def _once(only: UUID | None) -> int:
    for tenant_id in [only] if only else feed.tenants_with_pending():
        feed.sequence(tenant_id)
    done = 0
    for tenant_id, consumer in _behind(only):
        with _alone(tenant_id, consumer) as alone:
            if alone:
                done += _hand_over(tenant_id, consumer, in_turn=only is None)
    return done


def _hand_over(tenant_id: UUID, consumer: str, *, in_turn: bool) -> int:
    """Hand on what comes next; return how much. A mistake about one feed holds up no other in turn; it is tried again."""
    try:
        return feed.consume(tenant_id, consumer, partial(CONSUMERS[consumer].take, tenant_id))
    except DatabaseTrouble:
        raise
    except Exception:
        if not in_turn:
            raise
        log.exception("the feed of %s could not be handed to %s; trying again", tenant_id, consumer)
        return 0


def _behind(only: UUID | None) -> list[tuple[UUID, str]]:
    """Which consumers have not seen the end of which tenant's feed."""
    with across_tenants():
        heads = FeedHead.objects.filter(position__gt=0)
        if only:
            heads = heads.filter(tenant_id=only)
        ends = dict(heads.values_list("tenant_id", "position"))
        seen = {(c.tenant_id, c.consumer): c.position for c in FeedCursor.objects.filter(tenant_id__in=ends)}
    return [
        (tenant_id, name)
        for name, consumer in CONSUMERS.items()
        for tenant_id in (ends if consumer.tenants is None else ends.keys() & consumer.tenants())
        if seen.get((tenant_id, name), 0) < ends[tenant_id]
    ]


@contextmanager
def _alone(tenant_id: UUID, consumer: str) -> Iterator[bool]:
    """Whether no other worker hands the same feed to the same consumer. Saves double work; repeats are harmless anyway."""
    key = f"dingdan:{consumer}:{tenant_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def follow(stop: threading.Event) -> None:
    """Hand the feed over as it grows, until told to stop: woken after a commit, and by itself every few seconds."""
    while not stop.is_set():
        try:
            with _listening() as wait:
                while not stop.is_set():
                    close_old_connections()
                    drain()
                    wait()
        except Exception:
            log.exception("the feed could not be handed over; trying again")
            stop.wait(POLL_SECONDS)


@contextmanager
def _listening() -> Iterator[Callable[[], None]]:
    params = {key: value for key, value in connection.get_connection_params().items() if key not in {"cursor_factory", "context"}}
    with psycopg.connect(**{**params, "autocommit": True}) as listener:
        listener.execute(f"LISTEN {feed.CHANNEL}")

        def wait() -> None:
            for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass

        yield wait
