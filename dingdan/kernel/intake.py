"""The front of a hot batch command: whoever arrives first leads and commits for all who arrived meanwhile.

One lane per command and tenant. Nobody waits when nobody else is there; while one batch commits, the next one gathers. So
a hot item costs one row update per batch instead of one lock wait per order. Who repeats a request whose first is still at
work elsewhere waits for it beside the lane.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from dingdan.kernel.command import BatchCommand, granted
from dingdan.kernel.errors import Overloaded, Refusal, StillRunning
from dingdan.kernel.journal import Call, Event

I = TypeVar("I")  # noqa: E741
E = TypeVar("E", bound=Event)

LARGEST_BATCH = 64
LONGEST_QUEUE = 1024


class _Waiting(Generic[I]):
    __slots__ = ("call", "done", "fault", "intent", "outcome", "signal")

    def __init__(self, call: Call, intent: I) -> None:
        self.call = call
        self.intent = intent
        self.signal = threading.Event()
        self.done = False
        self.outcome: Event | Refusal | None = None
        self.fault: BaseException | None = None


class _Lane:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.queue: deque[_Waiting[Any]] = deque()
        self.led = False


_lanes: dict[tuple[str, UUID], _Lane] = {}
_lanes_lock = threading.Lock()


def submit(to: BatchCommand[I, E], call: Call, intent: I) -> E:
    """Answer one call together with those that arrive at the same time; raises its refusal."""
    with _lanes_lock:
        lane = _lanes.setdefault((to.name, call.tenant_id), _Lane())
    waiting = _Waiting(call, intent)
    with lane.lock:
        if len(lane.queue) >= LONGEST_QUEUE:
            raise Overloaded
        lane.queue.append(waiting)
        leads = not lane.led
        lane.led = True
    if not leads:
        waiting.signal.wait()
    if not waiting.done:  # nobody was there, or the leader before handed over
        _lead(to, lane)
    if waiting.fault is not None:
        raise waiting.fault
    if isinstance(waiting.outcome, StillRunning):
        return to.one(call, intent)  # waits for whoever works under its key, and nobody waits behind it
    return cast(E, granted(cast("Event | Refusal", waiting.outcome)))


def _lead(to: BatchCommand[Any, Any], lane: _Lane) -> None:
    """Commit for all who wait, the leader first among them, then hand the lane to the first who came meanwhile."""
    with lane.lock:
        batch = [lane.queue.popleft() for _ in range(min(len(lane.queue), LARGEST_BATCH))]
    try:
        _answer(to, batch)
    finally:
        with lane.lock:
            lane.led = bool(lane.queue)
            if lane.queue:
                lane.queue[0].signal.set()


def _answer(to: BatchCommand[Any, Any], batch: list[_Waiting[Any]]) -> None:
    try:
        outcomes = to.many([(waiting.call, waiting.intent) for waiting in batch], patient=False)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.outcome = outcome
    except BaseException as fault:
        for waiting in batch:
            waiting.fault = fault
        if not isinstance(fault, Exception):
            raise
    finally:
        for waiting in batch:
            waiting.done = True
            waiting.signal.set()
