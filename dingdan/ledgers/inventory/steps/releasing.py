"""Owing less: demands are canceled, and what answered them is let go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Demand, Peg
from dingdan.ledgers.inventory.rules import loosened, still_open
from dingdan.ledgers.inventory.steps.allocating import deallocate
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands, owe, peg_supplies, reserve


class AboveOpen(Refusal):
    """More was to be canceled than is still to be shipped."""

    sentence = _("Only {open} of {asked} pieces can still be canceled; the rest has left.")
    remedy = _("Cancel what is open, and take the rest back as a return.")


@dataclass(slots=True)
class _Freed:
    change: Loosened = field(default_factory=Loosened)
    balances: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    supplies: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[UUID, tuple[int, int | None]] = field(default_factory=dict)
    reserved: dict[tuple[UUID, UUID], int] = field(default_factory=lambda: defaultdict(int))
    """What stays reserved of a demand at a node."""


def cancel(entries: Sequence[tuple[Entry, Demand, int]]) -> dict[tuple[UUID, UUID], int]:
    """No longer owe so many pieces of each demand, and let go what answers them: goods to come first, then stock, newest first.

    Returns how many pieces of each demand are still reserved at each node, where any were. Raises `AboveOpen` when more has
    left than may be.
    """
    if not entries:
        return {}
    asked: dict[UUID, int] = defaultdict(int)
    for _entry, demand, quantity in entries:
        asked[demand.id] += quantity
    demands = queries.lock_demands(asked)
    pegs = queries.open_pegs_of(asked)
    freed = _Freed()
    for demand_id, quantity in asked.items():
        _free(freed, demands[demand_id], pegs.get(demand_id, []), quantity)
    entry = entries[0][0]
    change_demands(entry, freed.change)
    peg_supplies(entry, freed.supplies)
    reserve(entry, freed.balances, certain=True)
    deallocate(entry, most=freed.reserved)
    owe(entry, freed.owed)
    return dict(freed.reserved)


def _free(freed: _Freed, demand: Demand, pegs: Sequence[Peg], quantity: int) -> None:
    """Work out what canceling so many pieces of a demand lets go: what has no answer, then goods to come, then stock."""
    left = still_open(demand)
    if quantity > left:
        raise AboveOpen(open=left, asked=quantity)
    freed.change.cancel(demand.id, demand.document_id, quantity)
    from_stock = 0
    for peg, taken in loosened(demand, pegs, quantity):
        if taken:
            freed.change.take_off(peg.id, demand.id, taken)
        if peg.balance:
            freed.balances[peg.balance.id] = (freed.balances.get(peg.balance.id, (0, 0))[0] - taken, 0)
            freed.reserved[demand.id, peg.balance.node_id] += peg.quantity - taken
            from_stock += taken
        elif peg.supply_id:
            freed.supplies[peg.supply_id] -= taken
    if demand.expires_at is None:
        before, _limit = freed.owed.get(demand.variant_id, (0, None))
        freed.owed[demand.variant_id] = (before - (quantity - from_stock), None)
