"""The journal as text for the plain-text accountants: beancount and hledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from dingdan.insight.journal.formats.layout import Layout, sides, told
from dingdan.insight.journal.vouchers import Voucher
from dingdan.kernel.money import exponent, plain

WIDTH: Final = 60
ALWAYS: Final = "1970-01-01"
"""What came late has a day before those that were asked for."""


def beancount(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """A beancount ledger (beancount.github.io/docs/beancount_language_syntax.html): accounts that were always open, then one
    transaction a voucher, linked to its documents."""
    names = sorted({theirs.code for theirs in layout.accounts.values()})
    lines = [f'option "title" "{_quoted(layout.shop)}"', "", *(f"{ALWAYS} open {name}" for name in names), ""]
    yield "\n".join([*lines, ""]).encode()
    for one in vouchers:
        links = "".join(f" ^{_link(document)}" for document in one.documents)
        lines = [f'{one.day.isoformat()} * "{_quoted(told(one))}"{links}', f'  voucher: "{one.number}"']
        lines += [f'  entry: "{one.entry}"'] if one.entry else []
        for side in sides(one, layout):
            number = plain(side.debit - side.credit, one.currency)
            lines += [f"  {side.theirs.code:<{WIDTH}} {number} {one.currency}", f'    rule: "{side.line.rule}"']
        yield "\n".join([*lines, "", ""]).encode()


def _quoted(words: str) -> str:
    return " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')


def _link(document: str) -> str:
    """A document's number as a link may be spelled."""
    return re.sub(r"[^A-Za-z0-9\-_/.]", "-", document)


def hledger(vouchers: Iterable[Voucher], layout: Layout) -> Iterator[bytes]:
    """An hledger journal (hledger.org/hledger.html#journal): declared accounts and the style of each currency, then one
    transaction a voucher with its number as the code."""
    names = sorted({theirs.code for theirs in layout.accounts.values()})
    yield "\n".join([f"; {_line(layout.shop)}", "decimal-mark .", "", *(f"account {name}" for name in names), "", ""]).encode()
    known: set[str] = set()
    for one in vouchers:
        lines = [] if one.currency in known else [_commodity(one.currency), ""]
        known.add(one.currency)
        lines += [f"{one.day.isoformat()} * ({one.number}) {_line(told(one))}" + (f"  ; entry:{one.entry}" if one.entry else "")]
        for side in sides(one, layout):
            number = plain(side.debit - side.credit, one.currency)
            lines += [f"    {side.theirs.code:<{WIDTH}}  {number} {one.currency}  ; rule:{side.line.rule}"]
        yield "\n".join([*lines, "", ""]).encode()


def _commodity(currency: str) -> str:
    """How amounts of a currency are written; hledger wants to see the point even where no digit follows it."""
    return f"commodity 1000.{'0' * exponent(currency)} {currency}"


def _line(words: str) -> str:
    """Words that end neither the line nor the description."""
    return " ".join(words.replace(";", ",").replace("|", "/").split())
