"""Lines of statements are put into the books, and taken out again: many at once, through the steps of the money book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Applied
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.trade.reconciliation.events import LineMatched, LineReversed, LineUnmatched, MatchedPart, RefundMatched
from dingdan.trade.reconciliation.lifecycle import BANK, LINE_LIFE, DiscrepancyKind, MatchKind
from dingdan.trade.reconciliation.models import LineMatch
from dingdan.trade.reconciliation.queries.lines import Line, references_of_lines, shares_of
from dingdan.trade.reconciliation.rules import DiscrepancyFound
from dingdan.trade.reconciliation.rules.lines import NO_REFERENCE
from dingdan.trade.reconciliation.steps.differing import Report, report

METHOD: Final = "bank_transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Money that came in, and what it is for, in order; what no document takes stays nobody's."""

    entry: Entry
    line: Line
    towards: tuple[payments.Towards, ...]
    customer_id: UUID | None = None
    by_itself: bool = False
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """Money that went out, and the refund that it was."""

    entry: Entry
    line: Line
    attempt_id: UUID
    by_itself: bool = False
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Money that was taken back by the bank, and the line with which it had come."""

    entry: Entry
    line: Line
    reverses: Line
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class _Booked:
    """What became of a credit in the books."""

    credit: Credit
    received: payments.Received

    @property
    def matched(self) -> int:
        return self.credit.line.matched + sum(part.amount for part in self.received.applied)

    @property
    def state(self) -> str:
        turn = "match" if self.matched == self.credit.line.amount else "match_part"
        return LINE_LIFE.turn(turn, self.credit.line.state)


def book_credits(asked: Sequence[Credit]) -> list[LineMatched | Refusal]:
    """Put lines into the books: new money is received, money that was nobody's is allocated. One answer per credit, in order."""
    fresh = [one for one in asked if one.line.payment_id is None]
    again = [one for one in asked if one.line.payment_id is not None]
    answers: dict[UUID, payments.Received | Refusal] = {}
    if fresh:
        answers |= {one.line.id: answer for one, answer in zip(fresh, _received(fresh), strict=True)}
    answers |= _allocated(again)
    booked = [
        _Booked(one, answer) for one in asked if not isinstance(answer := answers[one.line.id], Refusal)
    ]  # fmt: skip
    _write(
        [(one.credit.line.id, one.state, one.matched, one.received.payment_id) for one in booked],
        [match for one in booked for match in _matches(one)],
    )
    report([found for one in booked for found in _differences(one)])
    told = {one.credit.line.id: _told(one) for one in booked}
    return [told.get(one.line.id) or answers[one.line.id] for one in asked]  # type: ignore[misc] # a refusal, where it was none


def _reference_of(line: Line) -> str:
    """What names the line's payment: the bank's own reference, or else what makes it the same line."""
    return line.key if line.bank_reference.upper() in NO_REFERENCE else line.bank_reference


def _received(fresh: Sequence[Credit]) -> list[payments.Received | Refusal]:
    """New money is recorded under the bank's reference, so that what was recorded by hand before is refused; a reference that a
    bank has given to several lines names the first of them."""
    taken = references_of_lines(METHOD, [_reference_of(one.line) for one in fresh])
    receipts = []
    for one in fresh:
        reference = _reference_of(one.line)
        receipts.append(
            payments.Receipt(
                entry=one.entry, id=new_id(), method=METHOD, money=Money(one.line.amount, one.line.currency),
                reference=one.line.key if reference in taken else reference, customer_id=one.customer_id, towards=one.towards,
            )
        )  # fmt: skip
        taken.add(reference)
    return payments.receive(receipts)


def _allocated(asked: Sequence[Credit]) -> dict[UUID, payments.Received | Refusal]:
    """What lines still have of their payments goes to documents: to each as much as was said, or as is due and there."""
    puts = [
        (
            one,
            payments.Put(entry=one.entry, payment_id=payment_id, document=to.document, money=Money(to.amount, one.line.currency)),
        )
        for one in asked
        for to in one.towards
        if (payment_id := one.line.payment_id) is not None and to.amount is not None
    ]
    told = payments.allocate([put for _one, put in puts]) if puts else []
    found: dict[UUID, payments.Received | Refusal] = {}
    for (one, _put), received in zip(puts, told, strict=True):
        before = found.get(one.line.id)
        applied = before.applied if isinstance(before, payments.Received) else ()
        found[one.line.id] = replace(received, applied=(*applied, *received.applied))
    return found


def _matches(one: _Booked) -> Iterable[dict[str, Any]]:
    credit = one.credit
    for part in one.received.applied:
        if part.amount:
            yield _match(
                credit.entry, credit.line.id, MatchKind.DOCUMENT, part.amount, by_itself=credit.by_itself,
                signs=list(credit.signs), document_kind=part.document_kind, document_id=part.document_id,
            )  # fmt: skip


def _match(entry: Entry, line_id: UUID, kind: MatchKind, amount: int, **said: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "document_kind": "",
        "document_id": None,
        "attempt_id": None,
        "reverses_id": None,
        "by_itself": False,
        "signs": [],
    }
    row = {"id": new_id(), "line_id": line_id, "kind": kind.value, "amount": amount, "matched_at": entry.at, "undone_at": None}
    return row | usual | said


def _differences(one: _Booked) -> Iterable[Report]:
    """More came than the documents took, or less than they are due."""
    line, entry = one.credit.line, one.credit.entry
    if not one.credit.towards:
        return
    took = sum(part.amount for part in one.received.applied)
    common: dict[str, Any] = {
        "source": BANK, "reference": line.key, "payment_reference": line.bank_reference, "currency": line.currency,
        "amount": line.amount, "payment_id": one.received.payment_id, "line_id": line.id,
    }  # fmt: skip
    if one.received.unapplied:
        yield Report(entry, DiscrepancyFound(kind=DiscrepancyKind.OVERPAID, expected=line.matched + took, **common))
    elif one.received.applied and one.received.applied[-1].payment_status == "partly_paid":
        yield Report(entry, DiscrepancyFound(kind=DiscrepancyKind.UNDERPAID, **common))


def _told(one: _Booked) -> LineMatched:
    line = one.credit.line
    one.credit.entry.about("statement_line", line.id)
    return LineMatched(
        line_id=line.id, statement_id=line.statement_id, state=one.state, payment_id=one.received.payment_id,
        currency=line.currency, amount=line.amount, unapplied=one.received.unapplied, by_itself=one.credit.by_itself,
        applied=_parts(one.received.applied),
    )  # fmt: skip


def _parts(applied: Iterable[Applied]) -> tuple[MatchedPart, ...]:
    """What went where, as events of this desk tell it."""
    return tuple(
        MatchedPart(
            document_kind=one.document_kind, document_id=one.document_id, amount=one.amount, payment_status=one.payment_status
        )
        for one in applied
    )  # fmt: skip


def book_refunds(debits: Sequence[Debit]) -> list[RefundMatched | Refusal]:
    """Say of refunds that were to be paid by hand that they have been. One answer per debit, in order."""
    answers = payments.succeed(
        [
            (
                one.entry,
                payments.Told(
                    attempt_id=one.attempt_id, kind=AttemptKind.REFUND, reference=_reference_of(one.line),
                    money=Money(-one.line.amount, one.line.currency),
                ),
            )
            for one in debits
        ]
    )  # fmt: skip
    done = [(one, answer) for one, answer in zip(debits, answers, strict=True) if not isinstance(answer, Refusal)]
    _write(
        [(one.line.id, LINE_LIFE.turn("match", one.line.state), -one.line.amount, answer.paid.id) for one, answer in done],
        [
            _match(
                one.entry, one.line.id, MatchKind.REFUND, -one.line.amount, by_itself=one.by_itself, signs=list(one.signs),
                attempt_id=answer.asked.id,
            )
            for one, answer in done
        ],
    )  # fmt: skip
    told: list[RefundMatched | Refusal] = []
    for one, answer in zip(debits, answers, strict=True):
        if isinstance(answer, Refusal):
            told.append(answer)
            continue
        one.entry.about("statement_line", one.line.id)
        told.append(
            RefundMatched(
                line_id=one.line.id, statement_id=one.line.statement_id, payment_id=answer.paid.id, attempt_id=answer.asked.id,
                currency=one.line.currency, amount=-one.line.amount, by_itself=one.by_itself, applied=_parts(answer.applied),
            )
        )  # fmt: skip
    return told


def reverse(one: Reversal) -> LineReversed:
    """The bank has taken money back: its documents are owed again, and the payment is given back."""
    payment_id = one.reverses.payment_id
    assert payment_id is not None, "only a booked line is reversed"  # noqa: S101
    released = _release(one.entry, payment_id, one.reverses.currency)
    money = Money(-one.line.amount, one.line.currency)
    payments.give_back(
        [payments.RefundAsk(entry=one.entry, payment_id=payment_id, money=money, method=METHOD, reason="reversed")]
    )
    _write(
        [
            (one.reverses.id, LINE_LIFE.turn("reverse", one.reverses.state), 0, payment_id),
            (one.line.id, LINE_LIFE.turn("match", one.line.state), -one.line.amount, payment_id),
        ],
        [_match(one.entry, one.line.id, MatchKind.REVERSAL, money.amount, by_itself=one.by_itself, reverses_id=one.reverses.id)],
    )
    LineMatch.objects.filter(line_id=one.reverses.id, undone_at=None).update(undone_at=one.entry.at)
    one.entry.about("statement_line", one.line.id, one.reverses.id)
    return LineReversed(
        line_id=one.line.id, reverses_id=one.reverses.id, payment_id=payment_id, currency=one.line.currency,
        amount=money.amount, by_itself=one.by_itself, released=_parts(released),
    )  # fmt: skip


def unmatch(entry: Entry, line: Line) -> LineUnmatched:
    """Take a line's money back from its documents, as far as it was not refunded: it is nobody's then."""
    payment_id = line.payment_id
    assert payment_id is not None, "only a booked line is unmatched"  # noqa: S101
    released = _release(entry, payment_id, line.currency)
    _write([(line.id, LINE_LIFE.turn("unmatch", line.state), 0, payment_id)], [])
    LineMatch.objects.filter(line_id=line.id, undone_at=None).update(undone_at=entry.at)
    entry.about("statement_line", line.id)
    return LineUnmatched(
        line_id=line.id, payment_id=payment_id, currency=line.currency, unapplied=sum(part.amount for part in released),
        released=_parts(released),
    )  # fmt: skip


def _release(entry: Entry, payment_id: UUID, currency: str) -> tuple[Applied, ...]:
    """Everything of a payment that documents still hold."""
    puts = [
        payments.Put(entry=entry, payment_id=payment_id, document=document, money=Money(free, currency))
        for document, free in shares_of(payment_id)
    ]
    return tuple(part for told in (payments.release(puts) if puts else ()) for part in told.applied)


_UPDATE: Final = """
UPDATE reconciliation_statementline AS row
SET state = new.state, matched = new.matched, payment_id = new.payment_id, proposals = '[]'::jsonb
FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::uuid[]) AS new (id, state, matched, payment_id)
WHERE row.tenant_id = %s AND row.id = new.id
"""


def _write(lines: Sequence[tuple[UUID, str, int, UUID]], matches: Sequence[dict[str, Any]]) -> None:
    if lines:
        with ready_cursor() as cursor:
            cursor.execute(_UPDATE, [*map(list, zip(*sorted(lines, key=lambda one: one[0]), strict=True)), current_tenant_id()])
    insert((LineMatch, list(matches)))


_SET_ASIDE: Final = """
UPDATE reconciliation_statementline AS row SET state = 'ignored', reason = new.reason, proposals = '[]'::jsonb
FROM unnest(%s::uuid[], %s::text[]) AS new (id, reason) WHERE row.tenant_id = %s AND row.id = new.id
"""


def set_aside(entry: Entry, reasons: Mapping[UUID, str]) -> None:
    """Leave lines alone, each for a reason. One statement."""
    ids = sorted(reasons)
    with ready_cursor() as cursor:
        cursor.execute(_SET_ASIDE, [ids, [reasons[id_] for id_ in ids], entry.tenant_id])
