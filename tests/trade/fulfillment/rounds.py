"""A shop whose goods lie on shelves, and people who take them from there."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.journal import Actor, Call
from dingdan.ledgers.inventory.models import Location, Node
from dingdan.trade.fulfillment.commands import start_wave
from dingdan.trade.fulfillment.models import Errand
from tests import kit
from tests.conftest import Shop


def call_of(shop: Shop, name: str, *permissions: str) -> Call:
    """A call of somebody of the warehouse."""
    return Call(tenant_id=shop.tenant_id, actor=Actor("staff", name, frozenset(permissions or {"fulfillment.*"})))


def shelf(shop: Shop, code: str) -> UUID:
    """A place of the main node."""
    node = Node.objects.get()
    return Location.objects.create(node=node, code=code, kind="stock").id


def planned(shop: Shop, *lines: tuple[str, int]) -> UUID:
    """A shipment that is to be picked."""
    return kit.plan(shop, kit.place(shop, *lines)).shipments[0].shipment_id


def walk(shop: Shop, *shipments: UUID, by: str = "7") -> list[Errand]:
    """Begin a round; returns what is to be taken, in the order in which it was written."""
    start_wave(call_of(shop, by), shipment_ids=shipments)
    return list(Errand.objects.filter(line__shipment_id__in=shipments).order_by("id"))
