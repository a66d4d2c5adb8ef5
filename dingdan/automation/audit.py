"""`dingdan audit`: replays all laws over all data. Empty output is the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from dingdan.kernel import feed
from dingdan.kernel.models import FeedHead, JournalEntry, Tenant
from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import across_tenants, tenant_scope

Law = Callable[[], Iterator[str]]

ROOMS = (
    "dingdan.ledgers.inventory",
    "dingdan.ledgers.payments",
    "dingdan.trade.orders",
    "dingdan.trade.fulfillment",
    "dingdan.trade.aftersales",
    "dingdan.trade.settlement",
    "dingdan.trade.tickets",
    "dingdan.insight.board",
)


def law_every_entry_is_closed() -> Iterator[str]:
    """No entry stays open: what was done has its event."""
    for entry in JournalEntry.objects.filter(event__isnull=True)[:100]:
        yield f"entry {entry.id} ({entry.command}) has no event"


def law_the_chain_holds() -> Iterator[str]:
    """Every position's digest follows from the one before and from what its entry says; positions have no gaps."""
    position, digest = 0, bytes(32)
    for here, entry_id, digest, follows in feed.chain():
        position += 1
        if here != position:
            yield f"feed: position {position} is missing"
            return
        if digest != follows:
            yield f"feed: position {position} (entry {entry_id}) was changed after it was written"
            return
    head = FeedHead.objects.first()
    if head and (head.position, bytes(head.digest)) != (position, digest):
        yield f"feed: the head says {head.position}, the items end at {position}"


LAWS: tuple[Law, ...] = (law_every_entry_is_closed, law_the_chain_holds)


def laws() -> tuple[Law, ...]:
    """All laws of the house, from the ground up."""
    return LAWS + tuple(law for room in ROOMS for law in getattr(import_module(f"{room}.queries"), "LAWS", ()))


def audit(tenant: Tenant | None = None) -> Iterator[str]:
    """One sentence per breach, for one tenant or all of them; nothing when all laws hold."""
    with across_tenants():
        tenants = [tenant] if tenant else list(Tenant.objects.order_by("slug"))
    with whole_tables():
        for one in tenants:
            with tenant_scope(one.id):
                for law in laws():
                    for breach in law():
                        yield f"{one.slug}: {breach}"
