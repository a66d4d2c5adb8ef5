"""The write path: one command, one transaction, one entry, one event.

`command` makes a function into something a door can call once; `batch_command` into something that answers many calls in
one transaction, each accepted or refused on its own. Both run through `_Run`, so there is one path with one set of
promises: the same key gives the same answer, a refusal writes nothing and leaves its key free, a deadlock is tried three
times, a fault in one call of a batch never takes its neighbors down.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from dingdan.kernel import clock, entries, feed
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Busy, Failed, KeyReused, NotPermitted, Outdated, Refusal, StillRunning, refusal_of
from dingdan.kernel.journal import Call, Entry, Event
from dingdan.kernel.numbering import Ahead
from dingdan.kernel.tenancy import tenant_scope

P = ParamSpec("P")
I = TypeVar("I")  # noqa: E741
T = TypeVar("T")
E = TypeVar("E", bound=Event)
Outcome = Event | Refusal

ATTEMPTS = 3
_RETRIED = {"40001", "40P01"}
_LOCK_TIMEOUT = "55P03"

every: dict[str, Any] = {}
"""Every command of the program by its name, which is also its permission."""


class Short(Exception):
    """Raised by a batch command whose hopeful way did not work out: run it again, the careful way."""


class Item(Generic[I]):
    """One call of a batch: its open entry, what it wants, and how it was answered."""

    __slots__ = ("entry", "intent", "outcome")

    def __init__(self, entry: Entry, intent: I) -> None:
        self.entry = entry
        self.intent = intent
        self.outcome: Outcome | None = None

    def accept(self, event: Event) -> None:
        """Answer with what happened."""
        self.outcome = event

    def refuse(self, refusal: Refusal) -> None:
        """Answer with why not; whatever the command writes must leave this item out."""
        self.outcome = refusal


class Batch(Generic[I]):
    """Calls that are answered together, in order of arrival.

    `careful` is False on the first try, when the command may assume that there is enough of everything and raise `Short`
    when there is not; True when it must lock first and decide in memory. `registers` is the version of the tenant's registers
    as of the batch's first statement: what was read of them at that version is as good as read now. `numbers` are those that
    the items need, of the series that the command takes ahead.
    """

    __slots__ = ("careful", "items", "numbers", "registers", "tenant_id")

    def __init__(
        self, tenant_id: UUID, items: Sequence[Item[I]], *, careful: bool, registers: int, numbers: Iterator[str]
    ) -> None:
        self.tenant_id = tenant_id
        self.items = items
        self.careful = careful
        self.registers = registers
        self.numbers = numbers

    @property
    def open(self) -> list[Item[I]]:
        """The items that have no answer yet."""
        return [item for item in self.items if item.outcome is None]

    def read(self, one: Callable[[Item[I]], T]) -> list[T]:
        """What is made of each item that has no answer yet; an item that is refused by it is left out."""
        found = []
        for item in self.open:
            try:
                found.append(one(item))
            except Refusal as refusal:
                item.refuse(refusal)
        return found


@dataclass(slots=True)
class _Asked(Generic[I]):
    call: Call
    intent: I
    fingerprint: str
    outcome: Outcome | None = None


class _Run(Generic[I]):
    def __init__(self, function: Callable[..., Any], work: Callable[[Batch[I]], None], *, ahead: Ahead | None = None) -> None:
        self.name = _name(function)
        self.work = work
        self.ahead = ahead
        self.changes_registers = ".masterdata." in function.__module__

    def answer(self, calls: Iterable[tuple[Call, I]], *, patient: bool = True) -> list[Outcome]:
        """One outcome per call, in order. All calls speak for one tenant."""
        asked = [
            _Asked(call, intent, fingerprint(self.name, intent if call.said is None else call.said)) for call, intent in calls
        ]
        first: dict[str, _Asked[I]] = {}
        for one in asked:
            if not one.call.actor.may(self.name):
                one.outcome = NotPermitted(command=self.name)
            else:
                first.setdefault(one.call.key, one)
        self._settle(list(first.values()), patient=patient)
        for one in asked:
            leader = first.get(one.call.key)
            if one.outcome is None and leader is not None:
                same = leader.fingerprint == one.fingerprint
                one.outcome = leader.outcome if same else KeyReused(key=one.call.key)
        return [cast(Outcome, one.outcome) for one in asked]

    def _settle(self, asked: list[_Asked[I]], *, patient: bool) -> None:
        if not asked:
            return
        try:
            self._with_retries(asked, patient=patient)
        except Outdated as outdated:
            for one in asked:
                one.outcome = outdated
        except Exception as fault:  # noqa: BLE001 - kept as the outcome of its call, raised again by `granted`
            if connection.errors_occurred:  # no request may ever end on this thread, after which Django would look
                connection.close_if_unusable_or_obsolete()
            if len(asked) > 1:  # one bad call never takes its neighbors down
                for one in asked:
                    self._settle([one], patient=patient)
                return
            asked[0].outcome = _as_refusal(fault, asked[0].call.key) or Failed(fault)

    def _with_retries(self, asked: list[_Asked[I]], *, patient: bool) -> None:
        careful = False
        for attempt in range(1, ATTEMPTS + 2):
            try:
                return self._transact(asked, careful=careful, patient=patient)
            except Short:
                careful = True
            except IntegrityError as error:
                if self.ahead is None or not self.ahead.is_broken_by(error) or attempt >= ATTEMPTS:
                    raise
            except OperationalError as error:
                if _sqlstate(error) not in _RETRIED or attempt >= ATTEMPTS:
                    raise
        raise Busy

    def _transact(self, asked: list[_Asked[I]], *, careful: bool, patient: bool) -> None:
        tenant_id = asked[0].call.tenant_id
        with tenant_scope(tenant_id):
            with self._numbers(asked) as numbers, transaction.atomic(durable=True):
                opened = [Entry(one.call, self.name, clock.now()) for one in asked]
                replayed, registers = entries.open_entries(opened, [one.fingerprint for one in asked], patient=patient)
                fresh = [(entry, one) for entry, one in zip(opened, asked, strict=True) if entry.key not in replayed]
                if any(one.call.as_of not in (None, registers) for _entry, one in fresh):
                    raise Outdated
                items = [Item(entry, one.intent) for entry, one in fresh]
                batch: Batch[I] = Batch(tenant_id, items, careful=careful, registers=registers, numbers=numbers)
                if batch.items:
                    self.work(batch)
                    if self.changes_registers:
                        entries.touch_registers(tenant_id)
                    entries.close_entries([(item.entry, _answered(item)) for item in batch.items])
            feed.wake()
        answers: dict[str, Outcome] = {item.entry.key: _answered(item) for item in batch.items}
        for one in asked:
            before = replayed.get(one.call.key)
            if before is None:
                one.outcome = answers[one.call.key]
            else:
                one.outcome = before.event if before.fingerprint == one.fingerprint else KeyReused(key=one.call.key)

    def _numbers(self, asked: Sequence[_Asked[I]]) -> AbstractContextManager[Iterator[str]]:
        needed = sum(self.ahead.needed_by(one.intent) for one in asked) if self.ahead else 0
        return self.ahead.numbers(needed) if self.ahead and needed else nullcontext(iter(()))


def _answered(item: Item[Any]) -> Outcome:
    if item.outcome is None:
        raise RuntimeError(f"{item.entry.command} left a call without an answer")
    return item.outcome


def granted(outcome: Outcome) -> Event:
    """The event, or the refusal or fault raised."""
    if isinstance(outcome, Failed):
        raise outcome.fault
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _sqlstate(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _as_refusal(fault: Exception, key: str) -> Refusal | None:
    if isinstance(fault, Refusal):
        return fault
    if isinstance(fault, entries.KeyHeld):
        return StillRunning(key=key)
    if isinstance(fault, IntegrityError):
        return refusal_of(fault)
    if isinstance(fault, OperationalError) and _sqlstate(fault) in _RETRIED | {_LOCK_TIMEOUT}:
        return Busy()
    return None


class Command(Generic[P, E]):
    """A command for one call: `place(call, cart=…) -> event`."""

    def __init__(self, function: Callable[Concatenate[Entry, P], E]) -> None:
        self.function = function
        self.name = _name(function)
        self._run: _Run[tuple[tuple[Any, ...], dict[str, Any]]] = _Run(function, self._work)
        update_wrapper(self, function)
        every[self.name] = self

    def _work(self, batch: Batch[tuple[tuple[Any, ...], dict[str, Any]]]) -> None:
        for item in batch.items:
            args, kwargs = item.intent
            item.accept(self.function(item.entry, *args, **kwargs))

    def __call__(self, call: Call, *args: P.args, **kwargs: P.kwargs) -> E:
        (outcome,) = self._run.answer([(call, (args, kwargs))])
        return cast(E, granted(outcome))


class BatchCommand(Generic[I, E]):
    """A command for many calls: `.one(call, intent)` raises a refusal, `.many([...])` returns it as a value."""

    def __init__(self, function: Callable[[Batch[I]], None], returns: type[E], *, ahead: Ahead | None = None) -> None:
        self.function = function
        self.returns = returns
        self.name = _name(function)
        self._run: _Run[I] = _Run(function, function, ahead=ahead)
        self.__doc__ = function.__doc__
        every[self.name] = self

    def one(self, call: Call, intent: I) -> E:
        """Answer one call; raises its refusal."""
        (outcome,) = self._run.answer([(call, intent)])
        return cast(E, granted(outcome))

    def many(self, calls: Iterable[tuple[Call, I]], *, patient: bool = True) -> list[E | Refusal]:
        """Answer calls of one tenant in one transaction, each accepted or refused on its own.

        Who is not `patient` is told at once, by `StillRunning`, of a key that somebody else works under at this moment.
        """
        return cast("list[E | Refusal]", self._run.answer(calls, patient=patient))


def _name(function: Callable[..., Any]) -> str:
    parts = function.__module__.split(".")
    app = parts[parts.index("commands") - 1] if "commands" in parts else parts[-2]
    return f"{app}.{function.__name__}"


def command(function: Callable[Concatenate[Entry, P], E]) -> Command[P, E]:
    """Make `def verb_noun(entry, *, …) -> Event` callable by doors as `verb_noun(call, …)`."""
    return Command(function)


def batch_command(returns: type[E], *, ahead: Ahead | None = None) -> Callable[[Callable[[Batch[I]], None]], BatchCommand[I, E]]:
    """Make `def verb_nouns(batch) -> None` callable by doors as `.one(call, intent)` and `.many(calls)`.

    `ahead` names the series of which `batch.numbers` are, taken before the transaction begins.
    """

    def wrap(function: Callable[[Batch[I]], None]) -> BatchCommand[I, E]:
        return BatchCommand(function, returns, ahead=ahead)

    return wrap


def describe() -> dict[str, str]:
    """Every command's name with the first line of what it does, for roles, scopes and documents."""
    return {name: (inspect.getdoc(every[name]) or "").partition("\n")[0] for name in sorted(every)}


__all__ = ["Batch", "BatchCommand", "Command", "Item", "Short", "batch_command", "command", "describe", "every"]
