"""What articles cost."""

from __future__ import annotations

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.events import CostLine, CostsSet
from dingdan.ledgers.inventory.models import Cost
from dingdan.ledgers.inventory.rules import UnitCost, checked_cost, checked_lines


@command
def set_costs(entry: Entry, *, lines: tuple[UnitCost, ...]) -> CostsSet:
    """Say what articles cost from now on, in minor units of the shop's own currency: stock is valued by it."""
    checked_lines(lines)
    variants, currency = queries.Names(lines).variants(lines), tenant_in_scope().currency
    costs = []
    for index, (line, variant) in enumerate(zip(lines, variants, strict=True)):
        unit_cost = checked_cost(line.unit_cost, field=f"lines.{index}.unit_cost")
        costs.append(CostLine(variant_id=variant.id, unit_cost=unit_cost, currency=currency))
    rows = [
        {"entry_id": entry.id, "variant_id": one.variant_id, "unit_cost": one.unit_cost, "currency": currency, "at": entry.at}
        for one in costs
    ]
    insert((Cost, rows))
    entry.about("variant", *dict.fromkeys(one.variant_id for one in costs))
    return CostsSet(lines=tuple(costs))
