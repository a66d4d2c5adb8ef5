"""What all formats are given beside the vouchers, and how they write amounts and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dingdan.insight.journal.vouchers import Line, Voucher
from dingdan.kernel.money import plain
from dingdan.kernel.sheets import guarded
from dingdan.trade.closing.rules import Theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Whose journal it is, of which days, and what the program calls our accounts."""

    shop: str
    country: str
    since: date
    until: date
    accounts: Mapping[str, Theirs]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a posting: the account as the program calls it, and the amount on the one or the other side, in minor units."""

    line: Line
    account: str
    theirs: Theirs
    debit: int
    credit: int


def sides(voucher: Voucher, layout: Layout) -> Iterator[Side]:
    """Both sides of every posting, the debit first."""
    for line in voucher.lines:
        yield Side(line, line.debit, layout.accounts[line.debit], line.amount, 0)
        yield Side(line, line.credit, layout.accounts[line.credit], 0, line.amount)


def told(voucher: Voucher) -> str:
    """What a voucher is about, in one line: what happened, and to which documents."""
    return " ".join([voucher.what, *voucher.documents])


def amount(minor: int, currency: str) -> str:
    """Major units with a point; nothing for nothing."""
    return plain(minor, currency) if minor else ""


def text(value: str) -> str:
    """Words as a cell that no spreadsheet takes for a formula, on one line."""
    return guarded(" ".join(value.split()))
