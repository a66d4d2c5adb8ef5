"""Which documents a line of a bank statement pays: what is certain, what is likely and why. Pure.

A certain match is booked without asking, so it needs two signs that do not depend on each other: a reference and the amount; a
mistyped reference, the amount and the payer; the amount and an account that paid for the same customer before. One sign alone is
a proposal, however good it looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

from dingdan.trade.reconciliation.rules.lines import LineDraft, plain_account
from dingdan.trade.reconciliation.rules.names import Fit, fit
from dingdan.trade.reconciliation.rules.references import SHORTEST, Text, Window, forms_of, is_nearly, read

MOST_PROPOSALS: Final = 5
_MOST_COMPARED: Final = 400


class Sign(StrEnum):
    """Why a document is thought to be the one that is paid."""

    CHECKED_REFERENCE = "checked_reference"
    REFERENCE = "reference"
    SHORTENED_REFERENCE = "shortened_reference"
    MISTYPED_REFERENCE = "mistyped_reference"
    AMOUNT = "amount"
    LESS = "less"
    MORE = "more"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"
    KNOWN_ACCOUNT = "known_account"
    SEVERAL = "several"


class Level(IntEnum):
    """How well a number was found again: mistyped, shortened, whole, or whole with check digits that are right."""

    MISTYPED = 1
    SHORTENED = 2
    WHOLE = 3
    CHECKED = 4


_SIGN_OF: Final = {
    Level.MISTYPED: Sign.MISTYPED_REFERENCE,
    Level.SHORTENED: Sign.SHORTENED_REFERENCE,
    Level.WHOLE: Sign.REFERENCE,
    Level.CHECKED: Sign.CHECKED_REFERENCE,
}
_WEIGHTS: Final = {
    Sign.CHECKED_REFERENCE: 60, Sign.REFERENCE: 50, Sign.SHORTENED_REFERENCE: 40, Sign.MISTYPED_REFERENCE: 30,
    Sign.AMOUNT: 30, Sign.SAME_NAME: 15, Sign.SIMILAR_NAME: 8, Sign.KNOWN_ACCOUNT: 20, Sign.SEVERAL: 0,
    Sign.LESS: 5, Sign.MORE: 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A document that money is awaited for (or a refund that is to be paid): its numbers, who pays, and how much is due."""

    kind: str
    id: UUID
    number: str
    currency: str
    due: int
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    customer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a line, in minor units, for one document."""

    awaited: Awaited
    amount: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line may be for these documents, for these reasons; the higher the score (at most 100), the likelier."""

    parts: tuple[Part, ...]
    signs: tuple[Sign, ...]
    is_certain: bool = False

    @property
    def score(self) -> int:
        """How likely it is, from 0 to 100; only what is certain reaches 100."""
        return 100 if self.is_certain else min(sum(_WEIGHTS[sign] for sign in self.signs), 99)


class Awaiting:
    """Everything that money is awaited for, found by number, amount or customer."""

    def __init__(self, documents: Iterable[Awaited]) -> None:
        self.by_number: dict[str, dict[UUID, Level]] = defaultdict(dict)
        self.by_amount: dict[tuple[str, int], list[Awaited]] = defaultdict(list)
        self.by_customer: dict[UUID, list[Awaited]] = defaultdict(list)
        self.documents: dict[UUID, Awaited] = {}
        for one in documents:
            self._add(one)

    def _add(self, one: Awaited) -> None:
        self.documents[one.id] = one
        self.by_amount[one.currency, one.due].append(one)
        if one.customer_id:
            self.by_customer[one.customer_id].append(one)
        for number in (one.number, *one.others):
            whole, weaker = forms_of(number)
            for form, level in [(whole, Level.WHOLE), *((form, Level.SHORTENED) for form in weaker)]:
                if form:
                    known = self.by_number[form]
                    known[one.id] = max(level, known.get(one.id, level))

    def pay(self, parts: Iterable[Part]) -> None:
        """Money has come: what is still due is awaited, and no more."""
        for part in parts:
            before = self.documents.pop(part.awaited.id, None)
            if before is None:
                continue
            self._drop(before)
            if before.due > part.amount:
                rest = {name: getattr(before, name) for name in before.__slots__} | {"due": before.due - part.amount}
                self._add(Awaited(**rest))

    def _drop(self, one: Awaited) -> None:
        self.by_amount[one.currency, one.due].remove(one)
        if one.customer_id:
            self.by_customer[one.customer_id].remove(one)

    def found_in(self, text: Text, currency: str) -> tuple[dict[UUID, Level], set[UUID]]:
        """The documents whose numbers stand in a text, and how well they were found; and those that it may mean instead.

        A number that is only a part of another one, or a weaker form of a number where it is the whole one of another document,
        is taken for these.
        """
        hits = [(window, found) for window in text.windows if (found := self._hit(window, text, currency))]
        clear: dict[UUID, Level] = {}
        instead: set[UUID] = set()
        for window, found in hits:
            best = max(found.values())
            is_part = any(window.is_inside(other) for other, _found in hits)
            for id_, level in found.items():
                if level < best or is_part:
                    instead.add(id_)
                else:
                    clear[id_] = max(clear.get(id_, level), level)
        return clear, instead - clear.keys()

    def _hit(self, window: Window, text: Text, currency: str) -> dict[UUID, Level]:
        is_checked = window.text in text.creditor
        known = self.by_number.get(window.text[4:] if is_checked else window.text)
        if not known:
            return {}
        # Digits of a date, put together, may be a number too.
        is_weak = not window.is_whole and len(window.text) <= SHORTEST
        return {
            id_: Level.CHECKED if is_checked else Level.MISTYPED if is_weak else level
            for id_, level in known.items()
            if id_ in self.documents and self.documents[id_].currency == currency and (level == Level.WHOLE or not is_checked)
        }


class _Case:
    """A line, and what speaks for each document."""

    def __init__(self, line: LineDraft, awaiting: Awaiting, customers: Collection[UUID]) -> None:
        self.line = line
        self.amount = abs(line.amount)
        self.awaiting = awaiting
        self.customers = customers
        self.text = read(f"{line.text} {line.end_to_end}")
        self.found, self.instead = awaiting.found_in(self.text, line.currency)
        self._fits: dict[UUID, Fit] = {}

    def fit(self, one: Awaited) -> Fit:
        if one.id not in self._fits:
            self._fits[one.id] = max((fit(self.line.name, name) for name in one.names), default=Fit.NONE)
        return self._fits[one.id]

    def knows(self, one: Awaited) -> bool:
        """Whether the payer is one whom the document is of: by name, or by an account that paid for the same customer."""
        return self.fit(one) >= Fit.SIMILAR or one.customer_id in self.customers

    def documents(self, least: Level) -> list[Awaited]:
        return [self.awaiting.documents[id_] for id_, level in self.found.items() if level >= least]

    def same_amount(self) -> list[Awaited]:
        return self.awaiting.by_amount.get((self.line.currency, self.amount), [])

    def proposal(self, *documents: Awaited, is_certain: bool = False) -> Proposal:
        """The line is for these documents, the first ones first; the last gets what is left, whether it needs that or not."""
        left, parts = self.amount, []
        for one in documents:
            part = min(left, one.due)
            parts.append(Part(one, part))
            left -= part
        due = sum(one.due for one in documents)
        signs = [_SIGN_OF[min(self.found[one.id] for one in documents)]] if all(one.id in self.found for one in documents) else []
        signs.append(Sign.AMOUNT if due == self.amount else Sign.LESS if due > self.amount else Sign.MORE)
        fits = min(self.fit(one) for one in documents)
        signs += {Fit.SAME: [Sign.SAME_NAME], Fit.SIMILAR: [Sign.SIMILAR_NAME]}.get(fits, [])
        signs += [Sign.KNOWN_ACCOUNT] if all(one.customer_id in self.customers for one in documents) else []
        signs += [Sign.SEVERAL] if len(documents) > 1 else []
        return Proposal(tuple(part for part in parts if part.amount > 0), tuple(signs), is_certain)


def judge(line: LineDraft, awaiting: Awaiting, known: Mapping[str, Collection[UUID]], *, exact: bool = False) -> list[Proposal]:
    """What a line may be for, the likeliest first; only the first can be certain. `known`: account → customers it paid for.

    With `exact` nothing but the whole amount is certain, as for refunds.
    """
    case = _Case(line, awaiting, known.get(plain_account(line.account), ()) if line.account else ())
    clear = case.documents(Level.SHORTENED)
    proposals = _of_one(case, clear[0], exact=exact) if len(clear) == 1 else _of_several(case, clear) if clear else []
    if not any(one.is_certain for one in proposals) and not any(one.due == case.amount or case.knows(one) for one in clear):
        proposals = _of_mistyped(case, clear) + proposals
    if not proposals:
        proposals = _of_payer(case)
    ordered = sorted(proposals, key=lambda one: (-one.score, [part.awaited.number for part in one.parts]))
    if len(ordered) > 1 and ordered[1].is_certain:
        return [Proposal(one.parts, one.signs) for one in ordered][:MOST_PROPOSALS]
    return [one for one in ordered if one.parts][:MOST_PROPOSALS]


def _of_one(case: _Case, one: Awaited, *, exact: bool) -> list[Proposal]:
    """One number is in the text."""
    level, is_due = case.found[one.id], one.due == case.amount
    rivals = (
        []
        if level == Level.CHECKED or case.knows(one)
        else [two for two in case.same_amount() if two is not one and case.knows(two)]
    )
    if is_due:
        certain = not rivals and (level > Level.SHORTENED or len(one.number) > 5 or case.knows(one))
        certain = certain and (not _is_year(one.number) or level == Level.CHECKED or case.knows(one))
    else:
        certain = not exact and not rivals and (level == Level.CHECKED or (level >= Level.SHORTENED and case.knows(one)))
    return [case.proposal(one, is_certain=certain), *(case.proposal(rival) for rival in rivals[:MOST_PROPOSALS])]


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def _of_several(case: _Case, documents: Sequence[Awaited]) -> list[Proposal]:
    """More than one number is in the text: certain when together they are just what came."""
    if sum(one.due for one in documents) == case.amount:
        return [case.proposal(*documents, is_certain=True)]
    alone = [one for one in documents if one.due == case.amount]
    checked = [one for one in alone if case.found[one.id] == Level.CHECKED]
    if len(checked) == 1:
        return [case.proposal(checked[0], is_certain=True)]
    whole = [one for one in documents if case.found[one.id] >= Level.WHOLE]
    if 1 < len(whole) < len(documents) and sum(one.due for one in whole) == case.amount:
        return [case.proposal(*whole, is_certain=True)]
    if len(whole) == 1 and whole[0] in alone and case.knows(whole[0]):
        return [case.proposal(whole[0], is_certain=True)]
    return [case.proposal(*documents), *(case.proposal(one) for one in alone or documents)]


def _of_mistyped(case: _Case, clear: Sequence[Awaited]) -> list[Proposal]:
    """Documents of the same amount whose number is nearly in the text, or begins as it ends.

    When a number in the text is that of another document (`clear`), it was that one which was mistyped, if the payer says so.
    """
    same = [one for one in case.same_amount()[:_MOST_COMPARED] if one not in clear]
    known = [one for one in same if case.knows(one)]
    others = [] if clear else [one for one in same if one not in known]
    nearly = [one for one in (*known, *others) if one.id in case.found or one.id in case.instead or _is_nearly_in(case.text, one)]
    for one in nearly:
        case.found.setdefault(one.id, Level.MISTYPED)
    payers = [one for one in nearly if one in known]
    return [case.proposal(one, is_certain=payers == [one]) for one in nearly]


def _is_nearly_in(text: Text, one: Awaited) -> bool:
    for number in (one.number, *one.others):
        whole, weaker = forms_of(number)
        for form in (whole, *weaker):
            most, least = len(form) + 1, len(form) - 1
            if any(is_nearly(body, form) for body in text.doubtful):
                return True
            if len(form) > SHORTEST and len(text.end) >= max(SHORTEST, len(form) - 5) and form.startswith(text.end):
                return True
            if form and any(least <= len(window.text) <= most and is_nearly(window.text, form) for window in text.windows):
                return True
    return False


def _of_payer(case: _Case) -> list[Proposal]:
    """No number helps: who pays, and how much."""
    same = case.same_amount()[:_MOST_COMPARED]
    by_account = [one for one in same if one.customer_id in case.customers]
    if by_account:
        return [case.proposal(one, is_certain=len(by_account) == 1) for one in by_account]
    by_name = [one for one in same if case.fit(one) >= Fit.SIMILAR]
    if by_name:
        return [case.proposal(one) for one in by_name]
    for customer in case.customers:
        theirs = [one for one in case.awaiting.by_customer.get(customer, ()) if one.currency == case.line.currency]
        if len(theirs) > 1 and sum(one.due for one in theirs) == case.amount:
            return [case.proposal(*theirs)]
        if theirs:
            return [case.proposal(one) for one in theirs[:MOST_PROPOSALS]]
    return [case.proposal(one) for one in same] if len(same) <= 2 else []
