"""What gateways answer. An answer is taken once: whoever tells it again, by webhook, redirect or poll, is told `AlreadyRecorded`.

Each verb takes many answers, in order of arrival, and says one outcome for each; what is refused is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.events import Applied
from dingdan.ledgers.payments.lifecycle import ATTEMPT_LIFE, OUT, PAYMENT_LIFE, AttemptKind, AttemptState
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.ports import Prompt
from dingdan.ledgers.payments.rules import Asked, Paid
from dingdan.ledgers.payments.steps.asking import Answered
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, AmountDiffers, ReferenceUsed, UnknownGatewayReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a gateway says about an attempt, found by our id for it or by the gateway's own references.

    `money` is what the gateway says it moved; it is compared with what was asked. Without it nothing is compared. `means` is how
    it was paid, for people; `prompt` what the payer is to do.
    """

    gateway: str = ""
    kind: AttemptKind | None = None
    attempt_id: UUID | None = None
    payment_reference: str = ""
    reference: str = ""
    money: Money | None = None
    error: str = ""
    means: str = ""
    prompt: Prompt | None = None


_Answer = tuple[Entry, Told]
_Meant = tuple[Asked, Paid]


class _Desk:
    """Everything that some answers may be about, locked, and the names that gateways have given so far."""

    def __init__(self, answers: Sequence[_Answer]) -> None:
        told = [one for _entry, one in answers]
        self.book = open_book([entry for entry, _one in answers], attempts=_candidates(told))
        self._used = _used(told, list(self.book.attempts.values()))
        self._by_movement = {self._movement(asked, asked.gateway_reference): asked for asked in self.book.attempts.values()}
        self._by_payment: dict[UUID, list[Asked]] = defaultdict(list)
        for asked in sorted(self.book.attempts.values(), key=lambda asked: asked.id):
            self._by_payment[asked.payment_id].append(asked)
        self._named = {(paid.gateway, paid.gateway_reference): paid.id for paid in self.book.payments.values()}

    def meant(self, told: Told) -> _Meant:
        """The attempt that an answer is about. Refuses `NotFound`, `UnknownGatewayReference`."""
        attempt_id = told.attempt_id or self._found(told)
        asked = self.book.attempts.get(attempt_id)
        if asked is None:
            raise NotFound(what="attempt", id=attempt_id)
        if (told.kind and asked.kind != told.kind) or (told.gateway and asked.gateway != told.gateway):
            raise UnknownGatewayReference(gateway=told.gateway, reference=told.reference or attempt_id)
        return asked, self.book.payment(asked.payment_id)

    def _found(self, told: Told) -> UUID:
        """The attempt that a gateway names by its own references: the movement's, else the first of its payment that is out."""
        kinds = [told.kind] if told.kind else list(AttemptKind)
        for kind in kinds if told.reference else ():
            if (asked := self._by_movement.get((told.gateway, str(kind), told.reference))) is not None:
                return asked.id
        payment_id = self._named.get((told.gateway, told.payment_reference)) if told.payment_reference else None
        for asked in self._by_payment[payment_id] if payment_id else ():
            is_meant = asked.gateway == told.gateway and asked.kind in kinds and asked.is_open
            if is_meant and (told.money is None or told.money.amount == asked.amount):
                return asked.id
        raise UnknownGatewayReference(gateway=told.gateway, reference=told.reference or told.payment_reference)

    def check_name(self, asked: Asked, told: Told) -> None:
        """Refuse a gateway's name for a movement that it gave to another one: `ReferenceUsed`."""
        is_new = told.reference and told.reference != asked.gateway_reference
        if is_new and self._movement(asked, told.reference) in self._used:
            raise ReferenceUsed(gateway=asked.gateway, reference=told.reference)

    def name(self, asked: Asked, paid: Paid, told: Told) -> None:
        """Remember the gateway's names, each of which may be used once."""
        if told.reference and told.reference != asked.gateway_reference:
            asked.gateway_reference = told.reference
            movement = self._movement(asked, told.reference)
            self._used.add(movement)
            self._by_movement[movement] = asked
        if told.payment_reference and not paid.gateway_reference:
            paid.gateway_reference = told.payment_reference
            self._named[paid.gateway, told.payment_reference] = paid.id
        paid.means = told.means[:80] or paid.means

    @staticmethod
    def _movement(asked: Asked, reference: str) -> tuple[str, str, str]:
        return asked.gateway, str(asked.kind), reference


def _candidates(told: Sequence[Told]) -> set[UUID]:
    """The attempts that answers name by our id or by the gateway's, and what else is out of their payments."""
    ids = {one.attempt_id for one in told if one.attempt_id}
    by_name = [one for one in told if not one.attempt_id]
    if not by_name:
        return ids
    gateways = {one.gateway for one in by_name}
    payments = set(Attempt.objects.filter(id__in=ids).values_list("payment_id", flat=True))
    if references := {one.reference for one in by_name if one.reference}:
        moved = Attempt.objects.filter(gateway__in=gateways, kind__in=_kinds(by_name), gateway_reference__in=references)
        ids |= set(moved.values_list("id", flat=True))
    if references := {one.payment_reference for one in by_name if one.payment_reference}:
        named = Payment.objects.filter(gateway__in=gateways, gateway_reference__in=references)
        payments |= set(named.values_list("id", flat=True))
    return ids | set(Attempt.objects.filter(payment_id__in=payments, state__in=OUT).values_list("id", flat=True))


_USED: Final = """
SELECT gateway, kind, gateway_reference FROM payments_attempt
WHERE tenant_id = %s AND gateway = ANY(%s::text[]) AND kind = ANY(%s::text[]) AND gateway_reference = ANY(%s::text[])
    AND gateway_reference <> ''
"""


def _used(told: Iterable[Told], attempts: Iterable[Asked]) -> set[tuple[str, str, str]]:
    """Which of the names for movements of these attempts' kinds are taken: by gateway, kind and name."""
    references = sorted({one.reference for one in told if one.reference})
    if not references:
        return set()
    gateways, kinds = ({getattr(one, name) for one in attempts} for name in ("gateway", "kind"))
    with ready_cursor() as cursor:
        cursor.execute(_USED, [current_tenant_id(), sorted(gateways), sorted(kinds), references])
        return set(cursor.fetchall())


def _kinds(told: Sequence[Told]) -> list[str]:
    return [kind.value for kind in AttemptKind if any(one.kind in (None, kind) for one in told)]


def _take_down(
    answers: Sequence[_Answer], expect: Callable[[_Desk, Told], _Meant], take: Callable[[_Desk, _Answer, _Meant], Answered]
) -> list[Answered | Refusal]:
    """`expect` refuses, and changes nothing; what `take` should refuse after all ends the whole batch."""
    desk = _Desk(answers)
    outcomes: list[Answered | Refusal] = []
    for entry, told in answers:
        try:
            meant = expect(desk, told)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        outcomes.append(take(desk, (entry, told), meant))
        desk.book.about(entry, meant[1], *desk.book.documents_of(meant[1]))
    desk.book.write(answers[0][0].tenant_id)
    return outcomes


def succeed(answers: Sequence[tuple[Entry, Told]]) -> list[Answered | Refusal]:
    """The gateway did it. Taken once (`AlreadyRecorded`), and only for what was asked (`AmountDiffers`).

    A no that was recorded before is overruled: money that moved is never denied.
    """
    return _take_down(answers, _expect_success, _succeed)


def _expect_success(desk: _Desk, told: Told) -> _Meant:
    asked, paid = desk.meant(told)
    if asked.state == AttemptState.SUCCEEDED:
        raise AlreadyRecorded(state=asked.state)
    expected = Money(asked.amount, paid.currency)
    if told.money is not None and told.money != expected:
        raise AmountDiffers(asked=expected, told=told.money)
    desk.check_name(asked, told)
    return asked, paid


def _succeed(desk: _Desk, answer: _Answer, meant: _Meant) -> Answered:
    (entry, told), (asked, paid) = answer, meant
    if not asked.is_open:
        _reserve(desk.book, asked, paid, asked.amount)
    desk.name(asked, paid, told)
    asked.state = ATTEMPT_LIFE.turn("succeed", asked.state)
    asked.answered_at, asked.error = entry.at, ""
    return Answered(paid=paid, asked=asked, applied=_applied(desk.book, entry, asked, paid))


def _applied(book: OpenBook, entry: Entry, asked: Asked, paid: Paid) -> tuple[Applied, ...]:
    if asked.kind == AttemptKind.AUTHORIZE:
        book.hold(paid, asked.amount)
        shares = {share.receivable_id: share.held for share in book.shares_of(paid.id)}
        return tuple(owed.told(shares[owed.id]) for owed in book.documents_of(paid))
    if asked.kind == AttemptKind.CAPTURE:
        paid.capturing -= asked.amount
        return tuple(owed.told(part) for owed, part in book.capture(entry, paid, asked.amount))
    if asked.kind == AttemptKind.VOID:
        book.void(paid)
        return ()
    return tuple(owed.told(part) for owed, part in book.refund(entry, asked))


def decline(answers: Sequence[tuple[Entry, Told]]) -> list[Answered | Refusal]:
    """The gateway did not do it: what was on its way is free again. An answer that is known stays (`AlreadyRecorded`)."""
    return _take_down(answers, _expect_decline, _decline)


def _expect_decline(desk: _Desk, told: Told) -> _Meant:
    asked, paid = _expect_open(desk, told)
    desk.check_name(asked, told)
    return asked, paid


def _decline(desk: _Desk, answer: _Answer, meant: _Meant) -> Answered:
    (entry, told), (asked, paid) = answer, meant
    _reserve(desk.book, asked, paid, -asked.amount)
    desk.name(asked, paid, told)
    asked.state = ATTEMPT_LIFE.turn("decline", asked.state)
    asked.answered_at, asked.error = entry.at, told.error[:64]
    if PAYMENT_LIFE.may("decline", paid.state) and asked.kind in (AttemptKind.AUTHORIZE, AttemptKind.CAPTURE):
        paid.state = PAYMENT_LIFE.turn("decline", paid.state)
    return Answered(paid=paid, asked=asked)


def lose(answers: Sequence[tuple[Entry, Told]]) -> list[Answered | Refusal]:
    """Nobody knows whether the gateway did it. What was on its way stays counted until it is known (`AlreadyRecorded`)."""
    return _take_down(answers, _expect_open, _lose)


def _expect_open(desk: _Desk, told: Told) -> _Meant:
    asked, paid = desk.meant(told)
    if not asked.is_open:
        raise AlreadyRecorded(state=asked.state)
    return asked, paid


def _lose(_desk: _Desk, answer: _Answer, meant: _Meant) -> Answered:
    (_entry, told), (asked, paid) = answer, meant
    asked.state = ATTEMPT_LIFE.turn("lose", asked.state)
    asked.error = told.error[:64]
    return Answered(paid=paid, asked=asked)


def wait(answers: Sequence[tuple[Entry, Told]]) -> list[Answered | Refusal]:
    """The gateway waits for the payer, who is to do what the prompt says (`AlreadyRecorded` when it waits already or is over)."""
    outcomes = _take_down(answers, _expect_untold, _wait)
    _keep(
        answers[0][0].tenant_id,
        {
            outcome.asked.id: told.prompt
            for (_entry, told), outcome in zip(answers, outcomes, strict=True)
            if isinstance(outcome, Answered) and told.prompt
        },
    )
    return outcomes


def _expect_untold(desk: _Desk, told: Told) -> _Meant:
    asked, paid = _expect_open(desk, told)
    if not ATTEMPT_LIFE.may("wait", asked.state):
        raise AlreadyRecorded(state=asked.state)
    desk.check_name(asked, told)
    return asked, paid


def _wait(desk: _Desk, answer: _Answer, meant: _Meant) -> Answered:
    (_entry, told), (asked, paid) = answer, meant
    desk.name(asked, paid, told)
    asked.state = ATTEMPT_LIFE.turn("wait", asked.state)
    return Answered(paid=paid, asked=asked)


_KEEP = """
UPDATE payments_checkout AS row SET prompt_kind = new.kind, prompt = new.content,
    expires_at = coalesce(new.expires_at, row.expires_at)
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[]) AS new (attempt_id, kind, content, expires_at)
WHERE row.tenant_id = %s AND row.attempt_id = new.attempt_id
"""


def _keep(tenant_id: UUID, prompts: Mapping[UUID, Prompt]) -> None:
    told = list(prompts.values())
    if told:
        kinds, texts, ends = [one.kind.value for one in told], [one.content for one in told], [one.expires_at for one in told]
        with ready_cursor() as cursor:
            cursor.execute(_KEEP, [list(prompts), kinds, texts, ends, tenant_id])


def _reserve(book: OpenBook, asked: Asked, paid: Paid, amount: int) -> None:
    """Count an attempt's amount as on its way; a negative amount takes that back."""
    if asked.kind == AttemptKind.CAPTURE:
        paid.capturing += amount
    elif asked.kind == AttemptKind.VOID:
        paid.voiding += amount
    elif asked.kind == AttemptKind.REFUND:
        book.promise_refund(paid, book.share_of(asked), amount)
