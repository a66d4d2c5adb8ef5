"""A file of statements comes in: its lines are kept, those that are certain are booked, the others get proposals.

Everything goes by commands under keys made from the file, so that an import that was cut off goes on where it stopped when it is
started again, and a file that comes twice adds nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.integrations.statements.reading import Asked, digest_of, read_statements
from dingdan.kernel.errors import Failed, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.commands import Towards
from dingdan.ledgers.payments.events import Document
from dingdan.trade.reconciliation import queries
from dingdan.trade.reconciliation.commands import (
    Looked,
    MatchLine,
    MatchRefund,
    StatementPart,
    import_statements,
    match_lines,
    match_refunds,
    note_proposals,
    reverse_line,
)
from dingdan.trade.reconciliation.queries import Line
from dingdan.trade.reconciliation.rules import Awaiting, LineDraft, Proposal, StatementDraft, judge, with_keys

AT_ONCE: Final = 500
PART: Final = 2000
Step = Callable[[int], None]


@dataclass(slots=True)
class Seconds:
    """How long each part of an import took."""

    reading: float = 0.0
    keeping: float = 0.0
    judging: float = 0.0
    booking: float = 0.0


@dataclass(slots=True)
class Imported:
    """What came of a file."""

    statements: int = 0
    lines: int = 0
    known: int = 0
    matched: int = 0
    partly: int = 0
    refunds: int = 0
    reversed: int = 0
    proposed: int = 0
    open: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    statement_ids: list[UUID] = field(default_factory=list)
    seconds: Seconds = field(default_factory=Seconds)

    def as_dict(self) -> dict[str, Any]:
        """The same for machines."""
        return asdict(self) | {"statement_ids": [str(id_) for id_ in self.statement_ids]}

    def lines_for_people(self) -> list[str]:
        """The same for people, in the active language."""
        told = [
            _("Statements: {count}").format(count=self.statements),
            _("New lines: {count}; here before: {known}").format(count=self.lines, known=self.known),
            _("Booked by themselves: {count}, of which in part: {partly}").format(count=self.matched, partly=self.partly),
        ]
        if self.refunds or self.reversed:
            told.append(
                _("Refunds found: {refunds}; taken back by the bank: {back}").format(refunds=self.refunds, back=self.reversed)
            )
        told.append(_("With a proposal: {proposed}; open: {open}").format(proposed=self.proposed, open=self.open))
        told += [f"{code}: {count}" for code, count in sorted(self.refused.items())]
        return told


def import_file(file: BinaryIO, asked: Asked, *, call: Call, step: Step = lambda _lines: None) -> Imported:
    """Keep the statements of a file, book what is certain, propose what is likely. For the shop in scope.

    Raises the refusals of `read_statements`, when some of a broken file may be in already; those lines are
    looked at all the same.
    """
    told = Imported()
    try:
        # Nothing is left to the worker, who would do the same beside us.
        keep_file(file, asked, call=replace(call, quiet=True), told=told, step=step)
    finally:
        if told.statement_ids:
            match_open(call.actor, told, statement_ids=told.statement_ids)
    return told


def keep_file(file: BinaryIO, asked: Asked, *, call: Call, told: Imported, step: Step = lambda _lines: None) -> None:
    """Keep the statements of a file. The worker matches them afterwards. `step` is told how many lines are in."""
    digest = digest_of(file)
    whole: dict[str, dict[int, UUID]] = {}
    clock = time.perf_counter()
    for number, part in enumerate(_parts(read_statements(file, asked))):
        read_at = time.perf_counter()
        told.seconds.reading += read_at - clock
        if part.head.digest not in whole:
            whole[part.head.digest] = queries.whole_statements(part.head.digest)
        statement_id = whole[part.head.digest].get(part.head.place)
        if statement_id:
            told.known += len(part.lines)
        else:
            said = {"digest": digest, "number": number, "lines": len(part.lines), "account": part.head.account}
            key = f"statement:{digest}:{number}"
            event = import_statements.one(replace(call, key=key, said=said), part)
            statement_id = event.statement_id
            told.lines += event.lines
            told.known += event.known
        if statement_id not in told.statement_ids:
            told.statement_ids.append(statement_id)
            told.statements += 1
        step(len(part.lines))
        clock = time.perf_counter()
        told.seconds.keeping += clock - read_at


def _parts(read: Iterator[StatementDraft | LineDraft]) -> Iterator[StatementPart]:
    """Statements in parts of so many lines, each line with what makes it the same line everywhere."""
    seen: dict[str, Counter[tuple[str, ...]]] = {}
    head: StatementDraft | None = None
    waiting: list[LineDraft] = []

    def part(*, is_last: bool) -> StatementPart:
        assert head is not None, "a line comes behind its head"  # noqa: S101
        keyed = tuple(with_keys(waiting, seen.setdefault(head.account, Counter())))
        waiting.clear()
        return StatementPart(head=head, lines=keyed, is_last=is_last)

    for one in read:
        if isinstance(one, StatementDraft):
            if head is not None:
                yield part(is_last=True)
            head = one
        else:
            waiting.append(one)
            if len(waiting) == PART:
                yield part(is_last=False)
    if head is not None:
        yield part(is_last=True)


# ── matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def match_open(actor: Actor, told: Imported, *, statement_ids: Sequence[UUID] | None = None) -> None:
    """Book what is certain of the open lines, of some statements or of all, and keep proposals for the others."""
    desk: _Desk | None = None
    after: UUID | None = None
    while lines := queries.to_look_at(statement_ids, after=after, limit=AT_ONCE):
        after = lines[-1].id
        began = time.perf_counter()
        desk = desk or _Desk(actor, told)
        desk.take(lines)
        judged = desk.judge(lines)
        judged_at = time.perf_counter()
        told.seconds.judging += judged_at - began
        desk.book(judged)
        told.seconds.booking += time.perf_counter() - judged_at


_Judged = tuple[Line, list[Proposal]]


class _Desk:
    """What is awaited, in the currencies that came up so far, and what was decided about lines."""

    def __init__(self, actor: Actor, told: Imported) -> None:
        self._actor, self._told = actor, told
        self._orders: dict[str, Awaiting] = {}
        self._refunds: dict[str, Awaiting] = {}
        self._known: dict[str, set[UUID]] = {}

    def take(self, lines: Sequence[Line]) -> None:
        """Read what is awaited in the currencies of these lines, and for whom their payers paid before."""
        for currency in {line.currency for line in lines} - self._orders.keys():
            self._orders[currency] = queries.awaited([currency])
            self._refunds[currency] = queries.waiting_refunds([currency])
        self._known = queries.known_payers(line.payer_account for line in lines)

    def judge(self, lines: Sequence[Line]) -> list[_Judged]:
        """What each line may be for. What is certain for one is awaited no more for the next."""
        judged = []
        for line in lines:
            awaiting = (self._orders if line.amount > 0 else self._refunds)[line.currency]
            proposals = judge(line.draft(), awaiting, self._known, exact=line.amount < 0) if not line.is_reversal else []
            if proposals and proposals[0].is_certain:
                awaiting.pay(proposals[0].parts)
            judged.append((line, proposals))
        return judged

    def book(self, judged: Sequence[_Judged]) -> None:
        """Book what is certain; keep proposals for the rest."""
        certain = [(line, found[0]) for line, found in judged if found and found[0].is_certain]
        booked = self._match([(line, one) for line, one in certain if line.amount > 0])
        booked |= self._match_refunds([(line, one) for line, one in certain if line.amount < 0])
        rest = [(line, found) for line, found in judged if line.id not in booked]
        for line, _found in rest:
            if line.is_reversal and line.amount < 0 and self._reverse(line):
                booked.add(line.id)
        self._propose([(line, found) for line, found in rest if line.id not in booked])

    def _call(self, name: str) -> Call:
        return Call(tenant_id=current_tenant_id(), actor=self._actor, key=f"{name}:{new_id()}")

    def _match(self, certain: Sequence[tuple[Line, Proposal]]) -> set[UUID]:
        wishes = [
            MatchLine(
                line_id=line.id,
                towards=tuple(
                    Towards(document=Document(part.awaited.kind, part.awaited.id), amount=part.amount) for part in one.parts
                ),
                by_itself=True,
                signs=one.signs,
            )
            for line, one in certain
        ]
        booked = set()
        outcomes = match_lines.many([(self._call("match"), wish) for wish in wishes]) if wishes else []
        for wish, outcome in zip(wishes, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                self._refused(outcome)
                continue
            booked.add(wish.line_id)
            self._told.matched += 1
            self._told.partly += outcome.state == "partly_matched"
        return booked

    def _match_refunds(self, certain: Sequence[tuple[Line, Proposal]]) -> set[UUID]:
        wishes = [
            MatchRefund(line_id=line.id, attempt_id=one.parts[0].awaited.id, by_itself=True, signs=one.signs)
            for line, one in certain
            if len(one.parts) == 1
        ]
        booked = set()
        outcomes = match_refunds.many([(self._call("refund"), wish) for wish in wishes]) if wishes else []
        for wish, outcome in zip(wishes, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                self._refused(outcome)
                continue
            booked.add(wish.line_id)
            self._told.refunds += 1
        return booked

    def _reverse(self, line: Line) -> bool:
        """Take back what the bank took back, where there is only one line that it can be."""
        found = queries.reversible(line)
        if len(found) != 1:
            return False
        try:
            reverse_line(self._call("reverse"), line_id=line.id, reverses_id=found[0], by_itself=True)
        except Refusal as refusal:
            self._refused(refusal)
            return False
        self._told.reversed += 1
        return True

    def _refused(self, refusal: Refusal) -> None:
        if isinstance(refusal, Failed):
            raise refusal.fault
        self._told.refused[refusal.code] += 1

    def _propose(self, rest: Sequence[_Judged]) -> None:
        self._told.proposed += sum(bool(found) for _line, found in rest)
        self._told.open += sum(not found for _line, found in rest)
        looked = tuple(Looked(line.id, tuple(map(as_proposal, found))) for line, found in rest)
        if looked:
            note_proposals(self._call("look"), looked=looked)


def as_proposal(one: Proposal) -> dict[str, Any]:
    """A proposal as it is kept with a line."""
    parts = [
        {"kind": part.awaited.kind, "id": str(part.awaited.id), "number": part.awaited.number, "amount": part.amount}
        for part in one.parts
    ]
    return {"score": one.score, "signs": [sign.value for sign in one.signs], "parts": parts}
