"""From when on stock is low, and who learns of it."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import changes
from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import LARGEST_QUANTITY, QuantityOutOfRange
from dingdan.kernel.rows import insert
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.events import FallenStock, LowStockFound, ThresholdSaved
from dingdan.ledgers.inventory.models import Threshold
from dingdan.ledgers.inventory.rules import StockChange
from dingdan.masterdata.staff.queries import roles_by_name, working

MOST_MARKED = 1_000
"""Stock that one entry tells of; the next one tells of the rest."""


@command
def save_threshold(
    entry: Entry,
    *,
    low_at: int | None,
    sku: str = "",
    node_id: UUID | None = None,
    user_id: int | None = None,
    role: str = "",
) -> ThresholdSaved:
    """Say from when on stock is low, and who is in charge: a person, or a role; the owners, where nobody is named.

    Of a SKU or of all, at a node or at all nodes. What is said closer counts: SKU and node, SKU, node, everything. Without
    `low_at` it is not watched there.
    """
    if low_at is not None and (type(low_at) is not int or not 0 <= low_at <= LARGEST_QUANTITY):
        raise QuantityOutOfRange(field="low_at", quantity=str(low_at)[:30])
    (variant,) = queries.variants_in_stock([StockChange(sku, 1)]) if sku else (None,)
    place = queries.node(node_id) if node_id else None
    role = _in_charge(user_id, role)
    key = {"variant_id": variant.id if variant else None, "node_id": place.id if place else None}
    after = {"low_at": low_at, "user_id": user_id, "role": role}
    row = Threshold.objects.select_for_update(no_key=True).filter(**key).first()
    told = changes({field: getattr(row, field) for field in after} if row else None, after)
    threshold_id = row.id if row else new_id()
    if row is None:
        insert((Threshold, [{"id": threshold_id, **key, **after}]))
    else:
        Threshold.objects.filter(id=threshold_id).update(**after)
    if variant and place:  # what was never there is low from the first day
        steps.open_balances(entry, [(variant.id, place.id, queries.own_owner_id())])
    entry.about("threshold", threshold_id)
    entry.about("variant", *([variant.id] if variant else []))
    return ThresholdSaved(threshold_id=threshold_id, **key, low_at=low_at, created=row is None, changes=told)


def _in_charge(user_id: int | None, role: str) -> str:
    """The name of the role; empty for a person, or for nobody. Refuses who does not work here, and both at once."""
    role = clean_text(role, "role", 60, required=False)
    if user_id is not None and role:
        raise Invalid(field="role", reason=_("Name a person or a role, not both."))
    if user_id is not None and not working([user_id]):
        raise NotFound(field="user_id", what="account", id=user_id)
    if role and role not in roles_by_name([role]):
        raise NotFound(field="role", what="role", id=role)
    return role


@command
def find_low_stock(entry: Entry) -> LowStockFound:
    """Mark stock that has fallen to its threshold, and take the mark from what is above it again."""
    fallen, risen = queries.fallen(limit=MOST_MARKED), queries.risen(limit=MOST_MARKED)
    steps.mark_low(entry, fallen)
    steps.unmark_low(entry, risen)
    return LowStockFound(fallen=tuple(FallenStock(**asdict(one)) for one in fallen), risen=tuple(risen))
