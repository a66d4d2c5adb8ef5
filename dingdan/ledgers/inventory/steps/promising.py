"""Owing goods: demands, and the pegs that answer them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Short
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import Rows, insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Demand, Peg, Tally
from dingdan.ledgers.inventory.rules import Held, Incoming, Need, Spot, source, take_over
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands, owe, peg_supplies, reserve


class NotAvailable(Refusal):
    """There is too little to hold."""

    sentence = _("Only {available} pieces can be held, not {asked}.")
    remedy = _("Hold less, or ask again when goods have arrived.")


@dataclass(frozen=True, slots=True)
class Want:
    """A document's line needs so many pieces of a variant (for a kit: one want per component).

    `due_at` is when they were promised; `limit` is the most that may be owed of the variant beyond stock. A want that
    expires is a hold: it is answered by stock in full, and lets go by itself.
    """

    entry: Entry
    id: UUID
    document_kind: str
    document_id: UUID
    line_id: UUID
    variant_id: UUID
    owner_id: UUID
    quantity: int
    per_line_unit: int = 1
    due_at: datetime | None = None
    expires_at: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of a want is answered by stock at a spot, of which `kept` must stay free, or by goods to come."""

    want_id: UUID
    source: Spot | Incoming
    quantity: int
    kept: int = 0


def promise(
    wants: Sequence[Want], *, answers: Sequence[Answer], certain: bool, along: Sequence[Rows] = (), held: Sequence[Held] = ()
) -> None:
    """Write demands with their tallies and pegs, and what the document writes `along`, in one statement; then take the goods.

    What was `held` for it is taken over: it is let go and reserved again by the same statement, so that nobody else can get it.
    Stock comes last, so that its locks are held shortest. Raises `Short` when it went meanwhile; a caller that is `certain`
    holds the locks and has decided.
    """
    # The tally of holds is there already: it is their lock.
    insert(*along, (Tally, _tallies(want for want in wants if want.expires_at is None)), *rows(wants, answers=answers))
    if not wants:
        return
    entry = wants[0].entry
    let_go(entry, held)
    stock, supply = _asked(answers, held)
    if not (peg_supplies(entry, supply) and reserve(entry, stock, certain=certain) and owe(entry, _owed(wants, answers))):
        raise Short


def rows(wants: Sequence[Want], *, answers: Sequence[Answer]) -> tuple[Rows, Rows]:
    """The rows of demands and of what answers them (or demands that are there)."""
    pegged: dict[UUID, int] = defaultdict(int)
    for answer in answers:
        pegged[answer.want_id] += answer.quantity
    demands = [
        {
            "id": want.id, "document_kind": want.document_kind, "document_id": want.document_id,
            "line_id": want.line_id, "variant_id": want.variant_id, "owner_id": want.owner_id, "quantity": want.quantity,
            "per_line_unit": want.per_line_unit, "pegged": pegged[want.id], "due_at": want.due_at, "expires_at": want.expires_at,
        }
        for want in wants
    ]  # fmt: skip
    return (Demand, demands), (Peg, _pegs(answers))


def _tallies(wants: Iterable[Want]) -> list[dict[str, object]]:
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
        {
            "id": new_id(), "demand_id": answer.want_id, "quantity": answer.quantity,
            "balance_id": answer.source.balance_id if isinstance(answer.source, Spot) else None,
            "supply_id": answer.source.supply_id if isinstance(answer.source, Incoming) else None,
        }
        for answer in answers
    ]  # fmt: skip


def _asked(answers: Sequence[Answer], held: Sequence[Held]) -> tuple[dict[UUID, tuple[int, int]], dict[UUID, int]]:
    """What is asked of balances (pieces, and what must stay free) and of supplies."""
    stock: dict[UUID, tuple[int, int]] = {}
    supply: dict[UUID, int] = defaultdict(int)
    for one in held:
        before, kept = stock.get(one.spot.balance_id, (0, 0))
        stock[one.spot.balance_id] = (before - one.quantity, kept)
    for answer in answers:
        if isinstance(answer.source, Spot):
            before, kept = stock.get(answer.source.balance_id, (0, 0))
            stock[answer.source.balance_id] = (before + answer.quantity, max(kept, answer.kept))
        else:
            supply[answer.source.supply_id] += answer.quantity
    return stock, supply


def _owed(wants: Sequence[Want], answers: Sequence[Answer]) -> dict[UUID, tuple[int, int | None]]:
    """What is owed beyond stock from now on, by variant, and how much may be owed in all."""
    from_stock: dict[UUID, int] = defaultdict(int)
    for answer in answers:
        if isinstance(answer.source, Spot):
            from_stock[answer.want_id] += answer.quantity
    found: dict[UUID, tuple[int, int | None]] = {}
    for want in wants:
        if missing := want.quantity - from_stock[want.id]:
            found[want.variant_id] = (found.get(want.variant_id, (0, None))[0] + missing, want.limit)
    return found


# ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def let_go(entry: Entry, held: Sequence[Held]) -> None:
    """No longer hold these pieces, whose demands are locked; on their balances the caller counts."""
    change = Loosened()
    for one in held:
        change.take_off(one.peg_id, one.demand_id, one.quantity)
        change.cancel(one.demand_id, one.document_id, one.quantity)
    change_demands(entry, change)


_DEMAND_MORE = """
UPDATE inventory_tally AS tally SET demanded = tally.demanded + %(quantity)s
WHERE tally.tenant_id = %(tenant)s AND tally.id = %(document)s
"""


def hold(wants: Sequence[Want], *, channel_id: UUID | None = None) -> None:
    """Hold stock for one document until its wants expire, in place of what it held before; all or nothing.

    Raises `NotAvailable`.
    """
    entry, kind, document_id = wants[0].entry, wants[0].document_kind, wants[0].document_id
    insert((Tally, [{"id": document_id, "document_kind": kind}]), skip_existing=True)
    if queries.lock_tallies([document_id])[document_id].document_kind != kind:
        raise Invalid(field="document_kind", reason=_("This document is of another kind, and is not a hold."))
    held = queries.held_by([document_id]).get(document_id, [])
    needs = [Need(want.id, want.variant_id, want.owner_id, want.quantity) for want in wants]
    shares, rest = take_over(needs, held)
    sourced = source(rest, queries.spots({want.variant_id for want in wants}, lock=True), channel_id=channel_id)
    asked = sum(need.quantity for need in needs)
    if sourced.missing:
        raise NotAvailable(field="lines", asked=asked, available=asked - sum(sourced.missing.values()))
    answers = [Answer(share.key, share.spot, share.quantity) for share in (*shares, *sourced.shares)]
    promise(wants, answers=answers, certain=True, held=held)
    with connection.cursor() as cursor:
        cursor.execute(_DEMAND_MORE, {"tenant": entry.tenant_id, "document": document_id, "quantity": asked})
    entry.about(kind, document_id)


def release(entry: Entry, document_ids: Sequence[UUID], *, over_at: datetime | None = None) -> tuple[dict[UUID, int], list[UUID]]:
    """Let go whatever documents hold (or what of it is over by then).

    Returns how many pieces, by document that held any, and of which variants.
    """
    held = [one for found in queries.held_by(document_ids, over_at=over_at).values() for one in found]
    let_go(entry, held)
    freed: dict[UUID, tuple[int, int]] = {}
    documents: dict[UUID, int] = defaultdict(int)
    for one in held:
        freed[one.spot.balance_id] = (freed.get(one.spot.balance_id, (0, 0))[0] - one.quantity, 0)
        documents[one.document_id] += one.quantity
        entry.about(one.document_kind, one.document_id)
    reserve(entry, freed, certain=True)
    return dict(documents), list(dict.fromkeys(one.spot.variant_id for one in held))
