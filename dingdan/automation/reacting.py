"""How reactions are run: each for one fact, or `together` for a run of facts of one kind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Failed, Refusal
from dingdan.kernel.feed import FeedEntry
from dingdan.kernel.journal import Actor, Call, Event

log = logging.getLogger(__name__)

Alone = Callable[[Call, Any], None]
Asked = Sequence[tuple[Call, Any]]
"""The facts of a run, oldest first, each with the call that it gives."""
Wishes = Iterable[tuple[Call, Any]]


@dataclass(frozen=True, slots=True)
class Together:
    """A reaction to a run of facts: what it wants of one command."""

    command: BatchCommand[Any, Any]
    wishes: Callable[[Asked], Wishes]
    __name__: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A reaction to a run of facts that gives no command: it only leaves work to be done."""

    work: Callable[[Asked], None]
    __name__: str


Reaction = Alone | Together | AtOnce


def together(command: BatchCommand[Any, Any]) -> Callable[[Callable[[Asked], Wishes]], Together]:
    """Make a function from a run of facts to wishes into a reaction."""
    return lambda wishes: Together(command, wishes, wishes.__name__)


def at_once(work: Callable[[Asked], None]) -> AtOnce:
    """Make a function of a run of facts into a reaction."""
    return AtOnce(work, work.__name__)


def faulty(tenant_id: UUID, run: Sequence[FeedEntry], reaction: Reaction) -> list[FeedEntry]:
    """React to a run; the entries of it that met a fault, which is written down."""
    found = []
    for some in [run] if isinstance(reaction, (Together, AtOnce)) else [[entry] for entry in run]:
        try:
            found += reacted(tenant_id, some, reaction)
        except Exception:
            log.exception("reaction %s to %s", reaction.__name__, ", ".join(str(entry.id) for entry in some))
            found += some if len(some) == 1 else [bad for entry in some for bad in faulty(tenant_id, [entry], reaction)]
    return found


def reacted(tenant_id: UUID, run: Sequence[FeedEntry], reaction: Reaction) -> list[FeedEntry]:
    """React to a run at once; the entries of which a wish met a fault. A fault of a reaction to one fact is raised."""
    actor = Actor("rule", reaction.__name__, frozenset({"*"}))
    # Not at the entry's own time: what follows happens when it is done.
    asked = [(Call(tenant_id=tenant_id, actor=actor, key=f"{entry.id}:{reaction.__name__}"), entry.event) for entry in run]
    if isinstance(reaction, Together):
        wishes = list(reaction.wishes(asked))
        outcomes = zip(wishes, reaction.command.many(wishes), strict=True)
        bad = {entry_of(call) for (call, _wish), outcome in outcomes if _is_fault(outcome, reaction)}
        return [entry for entry in run if entry.id in bad]
    if isinstance(reaction, AtOnce):
        reaction.work(asked)
        return []
    ((call, event),) = asked
    try:
        reaction(call, event)
    except Refusal as refusal:
        if _is_fault(refusal, reaction):
            raise
    return []


def _is_fault(outcome: Event | Refusal, reaction: Reaction) -> bool:
    """Whether something went wrong; that the world has moved on is fine."""
    if isinstance(outcome, Failed):
        log.error("reaction %s", reaction.__name__, exc_info=outcome.fault)
    elif isinstance(outcome, Refusal):
        log.debug("reaction %s declined: %s", reaction.__name__, outcome)
    return isinstance(outcome, Refusal) and outcome.status >= 500


def part_of(call: Call, part: object) -> Call:
    """The same call for one part of what it is about, with a key of its own."""
    return Call(tenant_id=call.tenant_id, actor=call.actor, key=f"{call.key}:{part}")


def entry_of(call: Call) -> UUID:
    """The entry that a reaction reacts to: its key begins with it."""
    return UUID(call.key.partition(":")[0])
