"""How an importer speaks to the commands: as one source, quietly, at the file's own times, under keys that never change.

What was told before is answered from the journal, so an import that was cut short is simply started again. Refusals become
findings; nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from dingdan.integrations.importers.findings import Finding, Findings
from dingdan.kernel.command import BatchCommand
from dingdan.kernel.errors import Failed, Refusal
from dingdan.kernel.journal import Actor, Call, Event
from dingdan.kernel.models import JournalEntry

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
E = TypeVar("E", bound=Event)

AT_ONCE: Final = 250
"""Registers are written so many at once."""


class About(NamedTuple):
    """Where in the file a wish comes from, and what stays out (minor units, as the file signs it) when it is refused."""

    line: int
    document: str
    amount: int = 0


class Wish(NamedTuple, Generic[I]):
    """One thing to be told: its key, which begins with the source, its time, and what a batch command wants to know."""

    key: str
    at: datetime
    intent: I
    about: About


class Voice:
    """Tells things to the commands of one tenant, in its scope, for one source."""

    def __init__(self, tenant_id: UUID, source: str, findings: Findings) -> None:
        self.tenant_id = tenant_id
        self.source = source
        self.findings = findings
        self.commands = 0
        self.trouble = 0
        self._counting = Lock()
        self._actor = Actor("import", source, frozenset({"*"}))
        self._known = self._keys()

    def _keys(self) -> set[str]:
        """Every key that was told before."""
        said = JournalEntry.objects.filter(actor_kind="import", actor_id=self.source)
        return set(said.values_list("key", flat=True).iterator(chunk_size=10_000))

    def knows(self, key: str) -> bool:
        """Whether this was told in an earlier run."""
        return key in self._known

    def call(self, key: str, at: datetime) -> Call:
        """A call of this source."""
        return Call(tenant_id=self.tenant_id, actor=self._actor, key=key, at=at, quiet=True)

    def tell(self, command: BatchCommand[I, E], wishes: Sequence[Wish[I]]) -> list[E | None]:
        """Tell many at once; None where it was refused, which is reported."""
        if not wishes:
            return []
        outcomes = command.many([(self.call(wish.key, wish.at), wish.intent) for wish in wishes])
        return [self._heard(wish.about, outcome) for wish, outcome in zip(wishes, outcomes, strict=True)]

    def tell_one(self, wish: Wish[Any], command: Callable[..., E], **arguments: Any) -> E | None:
        """Tell a command for single calls; None where it was refused, which is reported."""
        try:
            outcome: E | Refusal = command(self.call(wish.key, wish.at), **arguments)
        except Refusal as refusal:
            outcome = refusal
        return self._heard(wish.about, outcome)

    def _heard(self, about: About, outcome: E | Refusal) -> E | None:
        if isinstance(outcome, Failed):
            raise outcome.fault
        if not isinstance(outcome, Refusal):
            with self._counting:
                self.commands += 1
            return outcome
        self.report(about, outcome.code, outcome.detail, outcome.advice)
        return None

    def report(self, about: About, code: str, sentence: str, remedy: str) -> None:
        """Report what could not be told: with an amount it stays out; without one its document is in, but not all of its life."""
        finding = Finding(
            line=about.line, code=code, document=about.document, sentence=sentence, remedy=remedy, amount=about.amount,
            imported=not about.amount,
        )  # fmt: skip
        with self._counting:
            self.trouble += 1
            self.findings.add(finding)


def some(items: Iterable[T], count: int = AT_ONCE) -> Iterator[list[T]]:
    """The items, so many at a time."""
    rest = iter(items)
    while part := list(islice(rest, count)):
        yield part
