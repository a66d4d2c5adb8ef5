"""Passing money on: what pays one document pays another one from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import payers_of
from dingdan.ledgers.payments.steps.ledger import open_book


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """Money of one document is to pay another one: at most so much (minor units), and only what the first does not need."""

    entry: Entry
    source: Document
    target: Document
    most: int


def pass_on(passes: Sequence[PassOn]) -> None:
    """Let money of documents pay others, one after the other: what is here, what gateways hold, what was asked for.

    Both are of one currency. At most six statements.
    """
    documents = {document for one in passes for document in (one.source, one.target)}
    paying = payers_of(documents)
    book = open_book([one.entry for one in passes], documents=documents, payments=set().union(*paying.values()))
    for one in passes:
        source, target = book.owed_by(one.source), book.owed_by(one.target)
        book.pass_on(one.entry, source, target, most=one.most, new_share=new_id)
    book.write(passes[0].entry.tenant_id)
