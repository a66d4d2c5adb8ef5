"""The statement of a day as a table for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from dingdan.kernel.money import plain
from dingdan.kernel.sheets import guarded
from dingdan.trade.closing.queries.days import Statement

HEADS: Final = (
    *("section", "day", "currency", "account", "party", "rule", "method", "late", "postings"),
    *("opening", "late_amount", "debits", "credits", "closing", "amount", "reference", "note"),
)


def as_csv(statement: Statement) -> str:
    """A statement as one table: its accounts, what moved, what was counted, what was left open. Amounts in major units; in the
    balances debits count up."""
    written = StringIO()
    table = csv.DictWriter(written, HEADS, restval="", lineterminator="\r\n")
    table.writeheader()
    close = statement.close
    for row in _rows(statement):
        table.writerow({"day": close.moved_on.isoformat(), "currency": close.currency, **row})
    return written.getvalue()


def _rows(statement: Statement) -> Iterator[dict[str, object]]:
    currency = statement.close.currency
    for one in statement.balances:
        amounts = {
            "opening": one.opening, "late_amount": one.late, "debits": one.debits, "credits": one.credits, "closing": one.closing,
        }  # fmt: skip
        told = {name: plain(amount, currency) for name, amount in amounts.items()}
        yield {"section": "balance", "account": one.account, "party": one.party, **told}
    for moved in statement.movements:
        yield {
            "section": "movement", "rule": moved.rule, "method": moved.method, "late": "yes" if moved.is_late else "",
            "postings": moved.postings, "amount": plain(moved.amount, currency),
        }  # fmt: skip
    if cash := statement.cash:
        for name, amount in (("expected", cash.expected), ("counted", cash.counted), ("difference", cash.difference)):
            yield {"section": "cash", "account": "cash", "reference": name, "amount": plain(amount, currency)}
    for point in statement.points:
        yield {"section": "open", "reference": f"{point.kind} {point.reference}", "note": guarded(point.note)}
