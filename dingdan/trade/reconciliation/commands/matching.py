"""Lines of statements are matched with what they are for, by themselves or by hand, and that is undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.text import clean_text
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.ledgers.payments.steps import Towards
from dingdan.trade.reconciliation import queries, steps
from dingdan.trade.reconciliation.events import (
    DifferenceWrittenOff,
    LineIgnored,
    LineMatched,
    LineReopened,
    LineReversed,
    LineUnmatched,
    MatchedPart,
    RefundMatched,
)
from dingdan.trade.reconciliation.lifecycle import LINE_LIFE
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.queries import Line
from dingdan.trade.reconciliation.steps import Credit, Debit, Reversal


class GoesTheOtherWay(Refusal):
    """Money that came in pays documents; money that went out is a refund, or takes a payment back."""

    sentence = _("This line is money that {direction}.")
    remedy = _("Match what came in with orders, and what went out with refunds or with the payment that it takes back.")


class NothingLeft(Refusal):
    """All of the line is with documents already."""

    sentence = _("Nothing of this line is left to be matched.")
    remedy = _("Undo its match first, or allocate the money from the page of the payment.")


class NotReversed(Refusal):
    """A line takes back just as much as came with the other one, on the same account."""

    sentence = _("This line does not take back that one: account, amount or currency differ, or it is not booked.")
    remedy = _("Choose the line with which the money had come.")


class AboveTolerance(Refusal):
    """More is missing than the shop gives up as what banks keep."""

    sentence = _("{missing} are missing; the shop gives up {most} at most.")
    remedy = _("Ask the customer for the rest, raise the tolerance, or write the debt off from the order.")


class NothingMissing(Refusal):
    """What the line pays is paid."""

    sentence = _("Nothing is missing of what this line pays.")
    remedy = _("Nothing needs to be done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """What a line of a statement pays, in order: each as much as is due, or as was said. Nothing: it is kept as nobody's money.

    `by_itself` and `signs` tell that it was certain, and why.
    """

    line_id: UUID
    towards: tuple[Towards, ...] = ()
    customer_id: UUID | None = None
    by_itself: bool = False
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRefund:
    """The refund, to be paid by hand, that a line of a statement is."""

    line_id: UUID
    attempt_id: UUID
    by_itself: bool = False
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreLine:
    """A line that has nothing to do with documents, and why."""

    line_id: UUID
    reason: str


@batch_command(LineMatched)
def match_lines(batch: Batch[MatchLine]) -> None:
    """Put money that came in into the books, as payments of documents; a rest stays nobody's and is told in the exception queue.

    A line that was matched in part goes on with what is left. Refuses what is not there (404), what is matched or ignored
    (`NotInThisState`), what went out (`GoesTheOtherWay`), `NothingLeft`, `ForeignCurrency`, and `ReferenceUsed` for money that
    was recorded by hand before.
    """
    locked = queries.lock_lines(item.intent.line_id for item in batch.items)
    taken: set[UUID] = set()
    found = batch.read(lambda item: _credit(item, locked, taken))
    answers = steps.book_credits(found) if found else []
    for item, answer in zip(batch.open, answers, strict=True):
        if isinstance(answer, Refusal):
            item.refuse(answer)
        else:
            item.accept(answer)


def _credit(item: Item[MatchLine], locked: dict[UUID, Line], taken: set[UUID]) -> Credit:
    wanted = item.intent
    line = _once(locked, wanted.line_id, taken)
    LINE_LIFE.turn("match", line.state)
    if line.amount < 0:
        raise GoesTheOtherWay(direction=str(_("went out")))
    towards = wanted.towards if line.payment_id is None else _within(line, wanted.towards)
    return Credit(
        entry=item.entry, line=line, towards=towards, customer_id=wanted.customer_id, by_itself=wanted.by_itself,
        signs=wanted.signs,
    )  # fmt: skip


def _within(line: Line, towards: tuple[Towards, ...]) -> tuple[Towards, ...]:
    """What of the rest of a line goes where: as much as was said, or as is due and there."""
    left = line.amount - line.matched
    found = []
    for to in towards:
        owed = receivable_of(to.document.kind, [to.document.id], lock=True).get(to.document.id)
        if owed is None:
            raise NotFound(what=to.document.kind, id=to.document.id)
        part = min(left, owed.due if to.amount is None else to.amount)
        if part > 0:
            found.append(replace(to, amount=part))
            left -= part
    if not found:
        raise NothingLeft
    return tuple(found)


def _once(locked: dict[UUID, Line], line_id: UUID, taken: set[UUID]) -> Line:
    """The line, for the first who wants it in a batch."""
    if line_id not in locked:
        raise NotFound(field="line_id", what="statement line", id=line_id)
    if line_id in taken:
        raise NothingLeft(field="line_id")
    taken.add(line_id)
    return locked[line_id]


@batch_command(RefundMatched)
def match_refunds(batch: Batch[MatchRefund]) -> None:
    """Say of money that went out which refund it was: that one has been paid.

    Refuses what is not there (404), what is matched or ignored (`NotInThisState`), what came in (`GoesTheOtherWay`), and a refund
    of another amount (`AmountDiffers`) or that is paid already (`AlreadyRecorded`).
    """
    locked = queries.lock_lines(item.intent.line_id for item in batch.items)
    taken: set[UUID] = set()
    found = batch.read(lambda item: _debit(item, locked, taken))
    answers = steps.book_refunds(found) if found else []
    for item, answer in zip(batch.open, answers, strict=True):
        if isinstance(answer, Refusal):
            item.refuse(answer)
        else:
            item.accept(answer)


def _debit(item: Item[MatchRefund], locked: dict[UUID, Line], taken: set[UUID]) -> Debit:
    line = _once(locked, item.intent.line_id, taken)
    LINE_LIFE.turn("match", line.state)
    if line.amount > 0:
        raise GoesTheOtherWay(direction=str(_("came in")))
    wanted = item.intent
    return Debit(
        entry=item.entry, line=line, attempt_id=wanted.attempt_id, by_itself=wanted.by_itself, signs=wanted.signs
    )  # fmt: skip


@command
def reverse_line(entry: Entry, *, line_id: UUID, reverses_id: UUID, by_itself: bool = False) -> LineReversed:
    """The bank took money back with a line: what had come with the other one is not here, and its documents are owed again.

    Refuses what is not there (404), what is matched or ignored (`NotInThisState`), `NotReversed`, and `RefundAboveCaptured` when
    the money was given back already.
    """
    locked = queries.lock_lines([line_id, reverses_id])
    taken: set[UUID] = set()
    line, reverses = _once(locked, line_id, taken), _once(locked, reverses_id, taken)
    LINE_LIFE.turn("match", line.state)
    LINE_LIFE.turn("reverse", reverses.state)
    same = (line.account, -line.amount, line.currency) == (reverses.account, reverses.amount, reverses.currency)
    if not same or line.amount > 0 or reverses.payment_id is None:
        raise NotReversed(field="reverses_id")
    return steps.reverse(Reversal(entry=entry, line=line, reverses=reverses, by_itself=by_itself))


@command
def unmatch_line(entry: Entry, *, line_id: UUID) -> LineUnmatched:
    """Undo a match of money that came in: the documents are owed again, the money stays and is nobody's.

    Refuses what is not there (404), what is not matched (`NotInThisState`), and what went out (`GoesTheOtherWay`).
    """
    line = _once(queries.lock_lines([line_id]), line_id, set())
    LINE_LIFE.turn("unmatch", line.state)
    if line.amount < 0:
        raise GoesTheOtherWay(direction=str(_("went out")))
    return steps.unmatch(entry, line)


@batch_command(LineIgnored)
def ignore_lines(batch: Batch[IgnoreLine]) -> None:
    """Leave lines alone that have nothing to do with documents: fees, transfers of one's own. Each says why.

    Refuses what is not there (404), what is not open (`NotInThisState`), and an empty reason.
    """
    locked = queries.lock_lines(item.intent.line_id for item in batch.items)
    taken: set[UUID] = set()
    reasons = batch.read(lambda item: _ignored(item, locked, taken))
    if reasons:
        steps.set_aside(batch.items[0].entry, dict(reasons))
    for item in batch.open:
        item.entry.about("statement_line", item.intent.line_id)
        item.accept(LineIgnored(line_id=item.intent.line_id))


def _ignored(item: Item[IgnoreLine], locked: dict[UUID, Line], taken: set[UUID]) -> tuple[UUID, str]:
    line = _once(locked, item.intent.line_id, taken)
    reason = clean_text(item.intent.reason, "reason", 300)
    LINE_LIFE.turn("ignore", line.state)
    if line.payment_id is not None:
        raise NothingLeft
    return line.id, reason


@command
def reopen_line(entry: Entry, *, line_id: UUID) -> LineReopened:
    """Take a line up again that was ignored. Refuses what is not there (404), and what is not ignored (`NotInThisState`)."""
    line = _once(queries.lock_lines([line_id]), line_id, set())
    state = LINE_LIFE.turn("reopen", line.state)
    StatementLine.objects.filter(id=line.id).update(state=state, reason="")
    entry.about("statement_line", line.id)
    return LineReopened(line_id=line.id)


@command
def write_off_difference(entry: Entry, *, line_id: UUID) -> DifferenceWrittenOff:
    """Give up what little is missing of an invoiced order that a line has paid, as what banks kept on the way.

    Refuses what is not there (404), `NothingMissing`, `AboveTolerance`, and `WriteOffAboveOpen` for what is not invoiced.
    """
    line = _once(queries.lock_lines([line_id]), line_id, set())
    paid = [one for one in queries.matches_of([line.id])[line.id] if one.document_id and one.undone_at is None]
    owed = receivable_of("order", [one.document_id for one in paid if one.document_id], lock=True)
    missing = [one for one in owed.values() if one.due > 0]
    if not missing:
        raise NothingMissing
    total, most = sum(one.due for one in missing), queries.tolerance_of(line.currency)
    if total > most:
        raise AboveTolerance(missing=Money(total, line.currency), most=Money(most, line.currency))
    told = payments.write_off(
        [
            payments.WriteOff(
                entry=entry, document=Document(one.document_kind, one.document_id), money=Money(one.due, one.currency)
            )
            for one in missing
        ]
    )
    entry.about("statement_line", line.id)
    return DifferenceWrittenOff(
        line_id=line.id,
        currency=line.currency,
        amount=total,
        applied=tuple(
            MatchedPart(
                document_kind=one.document_kind, document_id=one.document_id, amount=one.amount, payment_status=one.payment_status
            )
            for one in told
        ),
    )
