"""A bank statement and its lines as they are read, whatever format they came in, and what makes a line the same line. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

#: What banks write where they have no reference.
NO_REFERENCE: Final = frozenset(["", "NONREF", "NOTPROVIDED", "NOTAVAILABLE", "NOREF", "0", "-"])


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One movement on an account, in minor units: above zero came in, below went out.

    `bank_reference` is the bank's own, `end_to_end` what the payer's bank passed on unchanged. `is_reversal`: it takes back a
    movement that was there before. Name, account and text are of people.
    """

    booked_on: date
    amount: int
    currency: str
    value_on: date | None = None
    name: str = ""
    account: str = ""
    text: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    is_reversal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDraft:
    """The head of a statement: whose account, which sheet, from when to when, and with what it opened and closed.

    `digest` is that of the whole file and `place` the statement's place in it, so that the same file adds nothing.
    """

    account: str
    currency: str
    source: str
    digest: str
    place: int = 0
    number: str = ""
    from_on: date | None = None
    to_on: date | None = None
    opening: int | None = None
    closing: int | None = None


def plain_account(account: str) -> str:
    """An account number as it is compared: without what people put between its groups, in capitals."""
    return (account if account.isalnum() else "".join(filter(str.isalnum, account))).upper()[:40]


def with_keys(lines: Iterable[LineDraft], seen: Counter[tuple[str, ...]]) -> Iterator[tuple[str, LineDraft]]:
    """Each line with what makes it the same line wherever it is found again on the account.

    That is the bank's own reference with day and amount, else all that is said of it. Lines that cannot be told apart are
    counted (`seen` goes on through one file), so that two equal payments of a day stay two.
    """
    for line in lines:
        said = _said(line)
        seen[said] += 1
        yield hashlib.sha256("\x1f".join((*said, str(seen[said]))).encode()).hexdigest()[:40], line


def _said(line: LineDraft) -> tuple[str, ...]:
    head = line.booked_on.isoformat(), str(line.amount), line.currency
    if line.bank_reference.upper() not in NO_REFERENCE:
        return ("reference", *head, line.bank_reference)
    end_to_end = "" if line.end_to_end.upper() in NO_REFERENCE else line.end_to_end
    return ("content", *head, plain_account(line.account), line.name.casefold(), " ".join(line.text.split()), end_to_end)
