"""Statements come in; how they are read, and how much may be missing, is said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.changes import changes
from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.trade.reconciliation import queries, steps
from dingdan.trade.reconciliation.events import (
    LinesLookedAt,
    PayerForgotten,
    StatementImported,
    StatementMappingRetired,
    StatementMappingSaved,
    ToleranceSaved,
)
from dingdan.trade.reconciliation.models import StatementMapping, Tolerance
from dingdan.trade.reconciliation.rules import MappingDraft, clean_mapping, clean_tolerances
from dingdan.trade.reconciliation.steps import StatementPart

key_of("mapping_code_is_unique", field="code", what="statement mapping")


@batch_command(StatementImported)
def import_statements(batch: Batch[StatementPart]) -> None:
    """Write down bank statements, each line of an account once, whichever statements and files it comes in.

    A statement whose lines do not come out at its own closing balance is put into the exception queue.
    """
    for item in batch.items:
        kept = steps.keep(item.entry, item.intent)
        source = item.intent.head.source
        item.accept(StatementImported(statement_id=kept.statement_id, source=source, lines=kept.new, known=kept.known))


@dataclass(frozen=True, slots=True)
class Looked:
    """What an open line may be for: proposals with `parts`, `signs` and `score`, the likeliest first."""

    line_id: UUID
    proposals: tuple[Mapping[str, Any], ...]


@command
def note_proposals(entry: Entry, *, looked: tuple[Looked, ...]) -> LinesLookedAt:
    """Keep what open lines may be for, until somebody looks again. Lines that are not open any more are left alone."""
    steps.note_proposals(entry, {one.line_id: one.proposals for one in looked})
    return LinesLookedAt(lines=len(looked), proposed=sum(bool(one.proposals) for one in looked))


@command
def save_statement_mapping(entry: Entry, *, mapping: MappingDraft) -> StatementMappingSaved:
    """Say how a bank's table is read, or change it; its code says which. A retired one is offered again.

    Refuses columns, encodings and texts that cannot be, naming the field.
    """
    draft = clean_mapping(mapping)
    row = StatementMapping.objects.select_for_update(no_key=True).filter(code=draft.code).first()
    values = asdict(draft) | {
        "columns": {role: list(names) for role, names in draft.columns.items()},
        "debit_words": list(draft.debit_words),
        "state": "active",
    }
    saved = put(entry, row, values, model=StatementMapping, veiled=("account",))
    return StatementMappingSaved(mapping_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_statement_mapping(entry: Entry, *, mapping_id: UUID) -> StatementMappingRetired:
    """Offer a mapping no more. Doing it again changes nothing. Refuses one that is not there (404)."""
    row = locked(entry, StatementMapping, mapping_id)
    put(entry, row, {"state": "retired"}, model=StatementMapping)
    return StatementMappingRetired(mapping_id=mapping_id)


@command
def save_tolerances(entry: Entry, *, amounts: Mapping[str, int]) -> ToleranceSaved:
    """Say how much, by currency and in minor units, may be written off as what banks kept of a payment.

    Refuses currencies that are none, and amounts that are not small (`ToleranceNotUsable`).
    """
    cleaned = clean_tolerances(amounts)
    row = Tolerance.objects.select_for_update(no_key=True).filter(id=entry.tenant_id).first()
    if row is None:
        Tolerance.objects.create(id=entry.tenant_id, amounts=cleaned)
    else:
        Tolerance.objects.filter(id=row.id).update(amounts=cleaned)
    entry.about("shop", entry.tenant_id)
    return ToleranceSaved(changes=changes({"amounts": row.amounts if row is not None else {}}, {"amounts": cleaned}))


@command
def forget_payer(entry: Entry, *, customer_id: UUID) -> PayerForgotten:
    """Erase from the lines that paid for a customer who it was, from which account, and with which words."""
    line_ids = queries.lines_of_customer(customer_id)
    entry.about("customer", customer_id)
    entry.about("statement_line", *line_ids)
    return PayerForgotten(customer_id=customer_id, lines=steps.forget(entry, line_ids))
