"""`dingdan audit`: replays all laws over all data, or over what happened since that was proved. Empty output is the proof.

Laws do not need each other, so an audit in full is cut into parts (a law; the chain in ranges of positions) which several
processes replay side by side. When none of them finds anything, a checkpoint is kept (see `kernel.checkpoints`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from multiprocessing import get_context
from uuid import UUID

import django

from dingdan.kernel import checkpoints, feed
from dingdan.kernel.ids import first_id
from dingdan.kernel.laws import Law, Proof, asked_since, is_in_full_only, since, told
from dingdan.kernel.models import FeedHead, JournalEntry, Tenant
from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import across_tenants, tenant_scope

ROOMS = (
    "dingdan.ledgers.inventory",
    "dingdan.ledgers.payments",
    "dingdan.trade.orders",
    "dingdan.trade.fulfillment",
    "dingdan.trade.counting",
    "dingdan.trade.aftersales",
    "dingdan.trade.review",
    "dingdan.trade.settlement",
    "dingdan.trade.changes",
    "dingdan.trade.reconciliation",
    "dingdan.trade.tickets",
    "dingdan.trade.closing",
    "dingdan.insight.board",
    "dingdan.insight.rollups",
)
A_DAY = timedelta(days=1)
RANGE = 250_000
"""Positions of the chain that are replayed in one part."""
SMALL = 10_000
"""Positions up to which a shop is looked through at once: to start processes would take longer."""


def law_every_entry_is_closed() -> Iterator[str]:
    """No entry stays open: what was done has its event."""
    entries = JournalEntry.objects.filter(event__isnull=True)
    checkpoint = since()
    if checkpoint and checkpoint.at:
        entries = entries.filter(id__gt=first_id(checkpoint.at - A_DAY))
    for entry in entries[:100]:
        yield f"entry {entry.id} ({entry.command}) has no event"


def law_the_chain_holds(after: int = 0, until: int | None = None) -> Iterator[str]:
    """Every position's digest follows from the one before and from what its entry says; positions have no gaps."""
    digest, checkpoint = None, since()
    if checkpoint:
        after, digest = checkpoint.position, checkpoint.digest
        if feed.digest_at(after) != digest:
            yield f"feed: position {after} is not what the checkpoint proved"
            return
    position, last = after, digest or feed.digest_at(after)
    for here, entry_id, last, follows in feed.chain(after, until, digest=digest):
        position += 1
        if here != position:
            yield f"feed: position {position} is missing"
            return
        if last != follows:
            yield f"feed: position {position} (entry {entry_id}) was changed after it was written"
            return
    if until is not None and position != until:
        yield f"feed: position {position + 1} is missing"
    head = FeedHead.objects.first()
    if until is None and head and (head.position, bytes(head.digest)) != (position, last):
        yield f"feed: the head says {head.position}, the items end at {position}"


LAWS: tuple[Law, ...] = (law_every_entry_is_closed, law_the_chain_holds)


def laws() -> tuple[Law, ...]:
    """All laws of the house, from the ground up."""
    return LAWS + tuple(law for room in ROOMS for law in getattr(import_module(f"{room}.queries"), "LAWS", ()))


def proofs() -> tuple[Proof, ...]:
    """What the apps keep with a checkpoint, from the ground up."""
    found = (getattr(import_module(f"{room}.queries"), "PROOF", None) for room in ROOMS)
    return tuple(proof for proof in found if proof is not None)


def audit(tenant: Tenant | None = None) -> Iterator[str]:
    """One sentence per breach, for one tenant or all of them; nothing when all laws hold."""
    for one in [tenant] if tenant else tenants():
        for part in parts(one):
            for breach in replay(part):
                yield f"{one.slug}: {breach}"


def tenants() -> list[Tenant]:
    """Everybody whose books can be audited."""
    with across_tenants():
        return list(Tenant.objects.order_by("slug"))


# ── in full, side by side ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Part:
    """A law to be replayed for a tenant; of the chain, a range of positions (the last one has no end)."""

    tenant_id: UUID
    law: str
    after: int = 0
    until: int | None = None


def parts(tenant: Tenant) -> list[Part]:
    """What an audit in full of a tenant consists of, the long ones first."""
    with tenant_scope(tenant.id):
        starts = range(0, max(1, feed.end_of_items()), RANGE)
    chain = law_the_chain_holds.__name__
    ranges = [Part(tenant.id, chain, start, start + RANGE if start + RANGE in starts else None) for start in starts]
    return ranges + [Part(tenant.id, law.__name__) for law in laws() if law.__name__ != chain]


def replay(part: Part) -> list[str]:
    """What a part finds."""
    with tenant_scope(part.tenant_id), whole_tables():
        if part.law == law_the_chain_holds.__name__:
            return list(law_the_chain_holds(part.after, part.until))
        return next(list(law()) for law in laws() if law.__name__ == part.law)


def processors() -> int:
    """How many processes replay side by side unless told otherwise."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(wanted: Sequence[Part], processes: int) -> Iterator[tuple[Part, list[str]]]:
    """Every part with what it found, as they end."""
    if processes == 1:
        yield from ((part, replay(part)) for part in wanted)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        asked = {pool.submit(replay, part): part for part in wanted}
        for done in as_completed(asked):
            yield asked[done], done.result()


def prove(tenant: Tenant, *, processes: int, tell: Callable[[int, int], None]) -> Iterator[str]:
    """Audit a tenant in full, and keep a checkpoint when nothing is found. Tells how many parts are done, and of how many."""
    with tenant_scope(tenant.id):
        beginning, is_small = checkpoints.begin(proofs()), feed.end_of_items() <= SMALL
    sound = True
    for done, of, found in _at_once(tenant) if is_small else _in_parts(tenant, processes):
        tell(done, of)
        sound = sound and not found
        yield from (f"{tenant.slug}: {breach}" for breach in found)
    if sound and beginning:
        with tenant_scope(tenant.id), whole_tables():
            checkpoints.record(beginning, proofs())


def _at_once(tenant: Tenant) -> Iterator[tuple[int, int, list[str]]]:
    with tenant_scope(tenant.id), whole_tables():
        yield 1, 1, told(laws())


def _in_parts(tenant: Tenant, processes: int) -> Iterator[tuple[int, int, list[str]]]:
    wanted = parts(tenant)
    for number, (_part, found) in enumerate(side_by_side(wanted, processes), 1):
        yield number, len(wanted), found


# ── behind a checkpoint ──────────────────────────────────────────────────────────────────────────────────────────────────────
def audit_since_checkpoint(tenant: Tenant) -> Iterator[str]:
    """One sentence per breach in what happened to a tenant since its checkpoint; see `left_out` for what was not looked at."""
    with tenant_scope(tenant.id):
        checkpoint = checkpoints.latest()
        if checkpoint is None:
            yield f"{tenant.slug}: no audit in full has found nothing yet, so there is no checkpoint"
            return
        with asked_since(checkpoints.since(checkpoint, proofs())):
            for law in laws():
                if not is_in_full_only(law):
                    yield from (f"{tenant.slug}: {breach}" for breach in law())


def left_out(tenant: Tenant) -> str:
    """What an audit since the checkpoint does not look at, in words."""
    with tenant_scope(tenant.id):
        checkpoint = checkpoints.latest()
    if checkpoint is None:
        return ""
    names = ", ".join(law.__name__.removeprefix("law_").replace("_", " ") for law in laws() if is_in_full_only(law))
    day = f"{checkpoint.proved_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"{tenant.slug}: all was proved up to position {checkpoint.position}, on {day}. Not looked at again: entries before it, "
        f"documents with which nothing happened since, and whether {names}."
    )
