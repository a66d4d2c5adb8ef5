"""Owing goods: demands, and the pegs that answer them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Short
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import Rows, insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Demand, Peg, Tally
from dingdan.ledgers.inventory.rules import Spot


class AboveOpen(Refusal):
    """More was to be canceled than is still to be shipped."""

    sentence = _("Only {open} of {asked} pieces can still be canceled; the rest has left.")
    remedy = _("Cancel what is open, and take the rest back as a return.")


@dataclass(frozen=True, slots=True)
class Want:
    """A document's line needs so many pieces of a variant (for a kit: one want per component)."""

    entry: Entry
    id: UUID
    document_kind: str
    document_id: UUID
    line_id: UUID
    variant_id: UUID
    quantity: int
    per_line_unit: int = 1
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of a want is answered by stock at a spot."""

    want_id: UUID
    spot: Spot
    quantity: int


def promise(wants: Sequence[Want], *, answers: Sequence[Answer], certain: bool, along: Sequence[Rows] = ()) -> None:
    """Write demands with their tallies and pegs, and what the document writes `along`, in one statement; then reserve.

    The stock comes last, so that its locks are held shortest. Raises `Short` when it went meanwhile, unless the caller is
    `certain` because it holds the locks.
    """
    pegged: dict[UUID, int] = defaultdict(int)
    for answer in answers:
        pegged[answer.want_id] += answer.quantity
    insert(
        *along,
        (Tally, _tallies(wants)),
        (
            Demand,
            [
                {
                    "id": want.id, "document_kind": want.document_kind, "document_id": want.document_id,
                    "line_id": want.line_id, "variant_id": want.variant_id, "quantity": want.quantity,
                    "per_line_unit": want.per_line_unit, "pegged": pegged[want.id], "due_at": want.due_at,
                }
                for want in wants
            ],
        ),
        (Peg, _pegs(answers)),
    )  # fmt: skip
    if not _reserve(answers) and not certain:
        raise Short


def _tallies(wants: Sequence[Want]) -> list[dict[str, object]]:
    sums: dict[UUID, int] = defaultdict(int)
    kinds: dict[UUID, str] = {}
    for want in wants:
        sums[want.document_id] += want.quantity
        kinds[want.document_id] = want.document_kind
    return [
        {"id": document_id, "document_kind": kinds[document_id], "demanded": demanded} for document_id, demanded in sums.items()
    ]


def _pegs(answers: Sequence[Answer]) -> list[dict[str, object]]:
    return [
        {"id": new_id(), "demand_id": answer.want_id, "balance_id": answer.spot.balance_id, "quantity": answer.quantity}
        for answer in answers
    ]


_RESERVE = """
WITH asked AS (
    SELECT * FROM unnest(%(balances)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
), locked AS (
    SELECT balance.id, asked.quantity FROM inventory_balance AS balance JOIN asked USING (id)
    WHERE balance.tenant_id = %(tenant)s
    ORDER BY balance.variant_id, balance.node_id, balance.owner_id FOR NO KEY UPDATE OF balance
)
UPDATE inventory_balance AS balance SET reserved = balance.reserved + locked.quantity
FROM locked WHERE balance.tenant_id = %(tenant)s AND balance.id = locked.id
  AND balance.on_hand - balance.reserved - balance.safety >= locked.quantity
"""


def _reserve(answers: Sequence[Answer]) -> bool:
    """Reserve on the balances where there is enough; tell whether there was enough on all."""
    asked: dict[UUID, int] = defaultdict(int)
    for answer in answers:
        asked[answer.spot.balance_id] += answer.quantity
    if not asked:
        return True
    params = {"tenant": current_tenant_id(), "balances": list(asked), "quantities": list(asked.values())}
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, params)
        return bool(cursor.rowcount == len(asked))


def reanswer(entry: Entry, *, answers: Sequence[Answer]) -> None:
    """Answer open demands with stock that is there now. The caller holds the locks on the spots' balances."""
    entry.about("balance", *dict.fromkeys(answer.spot.balance_id for answer in answers))
    if not answers:
        return
    pegged: dict[UUID, int] = defaultdict(int)
    for answer in answers:
        pegged[answer.want_id] += answer.quantity
    insert((Peg, _pegs(answers)))
    _change_demands({demand_id: (quantity, 0) for demand_id, quantity in pegged.items()})
    if not _reserve(answers):
        raise Short


_CHANGE_DEMANDS = """
UPDATE inventory_demand AS demand SET pegged = demand.pegged + asked.pegged, canceled = demand.canceled + asked.canceled
FROM unnest(%(ids)s::uuid[], %(pegged)s::bigint[], %(canceled)s::bigint[]) AS asked (id, pegged, canceled)
WHERE demand.tenant_id = %(tenant)s AND demand.id = asked.id
"""


def _change_demands(changes: dict[UUID, tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGE_DEMANDS,
            {
                "tenant": current_tenant_id(),
                "ids": list(changes),
                "pegged": [pegged for pegged, _canceled in changes.values()],
                "canceled": [canceled for _pegged, canceled in changes.values()],
            },
        )


_RELEASE = """
WITH asked AS (
    SELECT * FROM unnest(%(pegs)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
), loosened AS (
    UPDATE inventory_peg AS peg SET quantity = peg.quantity - asked.quantity FROM asked
    WHERE peg.tenant_id = %(tenant)s AND peg.id = asked.id
    RETURNING peg.balance_id, peg.supply_id, asked.quantity
), freed AS (
    SELECT balance_id AS id, sum(quantity) AS quantity FROM loosened WHERE balance_id IS NOT NULL GROUP BY 1
), locked AS (
    SELECT balance.id, freed.quantity FROM inventory_balance AS balance JOIN freed USING (id)
    WHERE balance.tenant_id = %(tenant)s
    ORDER BY balance.variant_id, balance.node_id, balance.owner_id FOR NO KEY UPDATE OF balance
), unpromised AS (
    UPDATE inventory_supply AS supply SET pegged = supply.pegged - back.quantity
    FROM (SELECT supply_id, sum(quantity) AS quantity FROM loosened WHERE supply_id IS NOT NULL GROUP BY 1) AS back
    WHERE supply.tenant_id = %(tenant)s AND supply.id = back.supply_id
)
UPDATE inventory_balance AS balance SET reserved = balance.reserved - locked.quantity
FROM locked WHERE balance.tenant_id = %(tenant)s AND balance.id = locked.id
"""

_TALLY_CANCELED = """
UPDATE inventory_tally AS tally SET canceled = tally.canceled + asked.canceled
FROM unnest(%(ids)s::uuid[], %(canceled)s::bigint[]) AS asked (id, canceled)
WHERE tally.tenant_id = %(tenant)s AND tally.id = asked.id
"""


def cancel(entries: Sequence[tuple[Entry, Demand, int]]) -> dict[tuple[UUID, UUID], int]:
    """No longer owe so many pieces of each demand, and let go what answers them: goods to come first, then stock, newest first.

    The demands were read under the lock of their document. Returns how many pieces of each demand are still reserved at each
    node, where any were. Raises `AboveOpen` when more has left than may be.
    """
    if not entries:
        return {}
    pegs = queries.open_pegs_of([demand.id for _entry, demand, _quantity in entries])
    loosened: dict[UUID, int] = {}
    changes: dict[UUID, tuple[int, int]] = {}
    tallies: dict[UUID, int] = defaultdict(int)
    reserved: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for _entry, demand, quantity in entries:
        still_open = demand.quantity - demand.canceled - demand.issued
        if quantity > still_open:
            raise AboveOpen(open=still_open, asked=quantity)
        # What has no answer goes first, then what is answered by goods to come, then stock.
        to_free = max(0, quantity - (still_open - demand.pegged))
        changes[demand.id] = (-to_free, quantity)
        tallies[demand.document_id] += quantity
        for peg in sorted(reversed(pegs.get(demand.id, [])), key=lambda peg: peg.supply_id is None):
            freed = min(peg.quantity, to_free)
            if freed:
                loosened[peg.id] = freed
                to_free -= freed
            if peg.balance:
                reserved[demand.id, peg.balance.node_id] += peg.quantity - freed
    tenant_id = current_tenant_id()
    _change_demands(changes)
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, {"tenant": tenant_id, "pegs": list(loosened), "quantities": list(loosened.values())})
        cursor.execute(_TALLY_CANCELED, {"tenant": tenant_id, "ids": list(tallies), "canceled": list(tallies.values())})
    return dict(reserved)
