"""Goods to come: announced, revised, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Short
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Supply
from dingdan.ledgers.inventory.rules import Served, loosen
from dingdan.ledgers.inventory.steps.answering import Answered, answer, fill, write


class BelowReceived(Refusal):
    """A supply cannot be less than what has come of it."""

    sentence = _("{received} pieces have come already, so {asked} cannot be all.")
    remedy = _("Give at least what has come; to give up the rest, cancel the supply.")


@dataclass(frozen=True, slots=True)
class Expected:
    """So many pieces of a variant will come to a node, from a document."""

    entry: Entry
    id: UUID
    document_kind: str
    document_id: UUID
    variant_id: UUID
    node_id: UUID
    owner_id: UUID
    quantity: int
    expected_at: datetime | None = None
    lot_id: UUID | None = None


def announce(expected: Sequence[Expected]) -> Answered:
    """Write that goods will come, and promise them to whoever waits, oldest demand first."""
    if not expected:
        return Answered()
    expect(expected)
    answered = fill(expected[0].entry, {one.variant_id for one in expected})
    answered.tell(expected[0].entry)
    return answered


def expect(expected: Sequence[Expected]) -> None:
    """Write that goods will come, and promise them to nobody yet."""
    rows = [
        {
            "id": one.id, "document_kind": one.document_kind, "document_id": one.document_id, "variant_id": one.variant_id,
            "node_id": one.node_id, "owner_id": one.owner_id, "quantity": one.quantity, "expected_at": one.expected_at,
            "lot_id": one.lot_id,
        }
        for one in expected
    ]  # fmt: skip
    insert((Supply, rows))


@dataclass(frozen=True, slots=True)
class Revision:
    """What is new about a supply: how many pieces in all (None: as before), when, and how many of them will never come."""

    entry: Entry
    supply_id: UUID
    quantity: int | None
    expected_at: datetime | None
    gives_up: int | None = 0
    """None: whatever has not come yet."""


def revise(revisions: Sequence[Revision]) -> Answered:
    """Change how much will come and when. Demands that lose their goods wait again, the newest first.

    They and others are answered anew at once, where there is something. Raises `BelowReceived`, `NotFound`.
    """
    if not revisions:
        return Answered()
    known = queries.supplies_by_id(revision.supply_id for revision in revisions)
    for revision in revisions:
        if revision.supply_id not in known:
            raise NotFound(field="supply_id", what="supply", id=revision.supply_id)
    entry, served = revisions[0].entry, Served()
    queue = queries.queue({supply.variant_id for supply in known.values()})
    for revision in revisions:
        supply = queue.supplies.get(revision.supply_id)
        if supply is None:
            raise BelowReceived(received=known[revision.supply_id].received, asked=revision.quantity or 0)
        _rewrite(revision, supply)
        excess = max(0, supply.pegged - (supply.quantity - supply.received - supply.canceled))
        if loosen(served, queue.waiting, supply_id=supply.id, quantity=excess) < excess:
            raise Short  # somebody was promised a part of it since we looked
        supply.pegged -= excess
    write(entry, queue=queue, served=served).tell(entry)
    _write_down(entry, [queue.supplies[revision.supply_id] for revision in revisions])
    for one in queue.waiting:
        for peg in one.pegs:
            peg.expected_at = queue.supplies[peg.supply_id].expected_at
    answered = answer(entry, queue=queue)
    answered.tell(entry)
    return answered


def _rewrite(revision: Revision, supply: Supply) -> None:
    gives_up = supply.quantity - supply.received - supply.canceled if revision.gives_up is None else revision.gives_up
    supply.canceled += gives_up
    supply.quantity = supply.quantity if revision.quantity is None else revision.quantity
    supply.expected_at = revision.expected_at
    if supply.quantity < supply.received + supply.canceled:
        raise BelowReceived(field="quantity", received=supply.received + supply.canceled, asked=supply.quantity)


_REVISE = """
UPDATE inventory_supply AS supply SET quantity = asked.quantity, canceled = asked.canceled, expected_at = asked.expected_at
FROM unnest(%(ids)s::uuid[], %(quantities)s::bigint[], %(canceled)s::bigint[], %(expected_at)s::timestamptz[])
    AS asked (id, quantity, canceled, expected_at)
WHERE supply.tenant_id = %(tenant)s AND supply.id = asked.id
"""


def _write_down(entry: Entry, supplies: Sequence[Supply]) -> None:
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "ids": [row.id for row in supplies], "quantities": [row.quantity for row in supplies],
        "canceled": [row.canceled for row in supplies], "expected_at": [row.expected_at for row in supplies],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_REVISE, params)
