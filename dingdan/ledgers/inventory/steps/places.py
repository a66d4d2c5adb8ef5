"""Places to be at, those whose goods lie there, and what is kept back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory.lifecycle import LocationKind, OwnerKind
from dingdan.ledgers.inventory.models import Location, Node, Owner

INSIDE = (LocationKind.STOCK, LocationKind.INSPECTION, LocationKind.DAMAGED, LocationKind.TRANSIT)
OUTSIDE = (LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.PRODUCTION, LocationKind.SCRAP)


def open_node(entry: Entry, *, code: str, name: str, country: str, priority: int = 100) -> UUID:
    """Make a node with a location of every kind, and the places outside if they are not there yet; return its id."""
    node_id = new_id()
    insert((Owner, [{"id": entry.tenant_id, "kind": OwnerKind.TENANT}]), skip_existing=True)
    insert((Location, [{"id": new_id(), "code": kind.value, "kind": kind.value} for kind in OUTSIDE]), skip_existing=True)
    insert(
        (Node, [{"id": node_id, "code": code, "name": name, "country": country, "priority": priority}]),
        (
            Location,
            [{"id": new_id(), "node_id": node_id, "code": f"{code}-{kind}", "kind": kind.value} for kind in INSIDE],
        ),
    )
    return node_id


def open_place(entry: Entry, *, node_id: UUID, kind: LocationKind) -> UUID:
    """The first location of a kind inside a node, which is opened when there is none yet."""
    found = Location.objects.filter(node_id=node_id, kind=kind).order_by("id")
    code = f"{Node.objects.values_list('code', flat=True).get(id=node_id)}-{kind}"
    if not found.exists():
        insert((Location, [{"id": new_id(), "node_id": node_id, "code": code, "kind": kind.value}]), skip_existing=True)
    return found.values_list("id", flat=True)[0]


_KEEP_BACK = """
UPDATE inventory_balance AS balance SET safety = CASE WHEN %(channel)s::text IS NULL THEN %(quantity)s ELSE balance.safety END,
    channel_safety = CASE WHEN %(channel)s::text IS NULL THEN balance.channel_safety
                          WHEN %(quantity)s = 0 THEN balance.channel_safety - %(channel)s::text
                          ELSE balance.channel_safety || jsonb_build_object(%(channel)s::text, %(quantity)s::bigint) END
WHERE balance.tenant_id = %(tenant)s AND balance.variant_id = %(variant)s AND balance.node_id = %(node)s
  AND balance.owner_id = %(owner)s
"""


def keep_back(entry: Entry, *, stock: tuple[UUID, UUID, UUID], quantity: int, channel_id: UUID | None = None) -> None:
    """Keep so many pieces of a variant at a node of an owner back from sale, in all channels or in one."""
    variant_id, node_id, owner_id = stock
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "variant": variant_id, "node": node_id, "owner": owner_id, "quantity": quantity,
        "channel": str(channel_id) if channel_id else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_BACK, params)
