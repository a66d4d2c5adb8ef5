"""Where goods can be, whose they are, and how many are kept back from sale."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import changes
from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import LARGEST_QUANTITY, QuantityOutOfRange
from dingdan.kernel.register import key_of
from dingdan.kernel.rows import insert
from dingdan.kernel.text import clean_code, clean_country, clean_text, one_of
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.events import LocationSaved, NodeSaved, OwnerSaved, SafetyStockSet
from dingdan.ledgers.inventory.lifecycle import LocationKind, OwnerKind
from dingdan.ledgers.inventory.models import Location, Node, Owner
from dingdan.ledgers.inventory.rules import StockChange
from dingdan.masterdata.channels.queries import channel_by_id
from dingdan.masterdata.sellers.queries import seller_by_id

INSIDE = (LocationKind.STOCK, LocationKind.INSPECTION, LocationKind.DAMAGED, LocationKind.REFURBISH)

key_of("a_node_code_is_used_once", field="code", what="node")
key_of("a_location_code_is_used_once", field="code", what="location")


class LocationIsFixed(Refusal):
    """What a location is decides what its goods mean, so it never changes."""

    sentence = _("{code} is a place for {kind} in another node or of another kind, and that never changes.")
    remedy = _("Open a new location, and move the goods there.")


class PlaceNotEmpty(Refusal):
    """A place that holds goods was to be closed."""

    sentence = _("There are goods at {code}, so it cannot be closed.")
    remedy = _("Move the goods away first.")


@command
def save_node(entry: Entry, *, code: str, name: str, country: str, priority: int = 100, active: bool = True) -> NodeSaved:
    """Open a place that can ship, or change its name, country, priority and whether it ships when the code is known."""
    code, name, country = clean_code(code, "code", 32), clean_text(name, "name", 200), clean_country(country, "country")
    if type(priority) is not int or not -1_000_000 <= priority <= 1_000_000:
        raise Invalid(field="priority", reason=_("Give a whole number from -1,000,000 to 1,000,000."))
    node = Node.objects.select_for_update(no_key=True).filter(code=code).first()
    after = {"name": name, "country": country, "priority": priority, "active": active}
    told = changes({field: getattr(node, field) for field in after} if node else None, after)
    node_id = node.id if node else steps.open_node(entry, code=code, name=name, country=country, priority=priority)
    Node.objects.filter(id=node_id).update(**after)
    entry.about("node", node_id)
    return NodeSaved(node_id=node_id, code=code, created=node is None, changes=told)


@command
def save_location(
    entry: Entry, *, code: str, kind: str = LocationKind.STOCK, node_id: UUID | None = None, active: bool = True
) -> LocationSaved:
    """Open a place inside a node (stock, inspection, damaged, refurbish); of a known one, say whether goods may be put there."""
    code, kind, node = clean_code(code, "code", 64), one_of(kind, "kind", INSIDE), queries.node(node_id)
    location = Location.objects.select_for_update(no_key=True).filter(code=code).first()
    told = changes({"active": location.active} if location else None, {"active": active})
    if location is None:
        location_id = new_id()
        insert((Location, [{"id": location_id, "code": code, "kind": kind, "node_id": node.id, "active": active}]))
    elif (location.kind, location.node_id) != (kind, node.id):
        raise LocationIsFixed(field="code", code=code, kind=location.kind)
    else:
        location_id = location.id
        if not active and not queries.is_empty(location_id):
            raise PlaceNotEmpty(field="active", code=code)
        Location.objects.filter(id=location_id).update(active=active)
    entry.about("location", location_id)
    entry.about("node", node.id)
    return LocationSaved(location_id=location_id, code=code, created=location is None, changes=told)


@command
def save_owner(entry: Entry, *, kind: str, party_id: UUID) -> OwnerSaved:
    """Let a party keep goods of its own here: a seller of this shop, or a consignor. They are never mixed with others."""
    kind = one_of(kind, "kind", (OwnerKind.SELLER, OwnerKind.CONSIGNOR))
    if kind == OwnerKind.SELLER and seller_by_id(party_id) is None:
        raise NotFound(field="party_id", what="seller", id=party_id)
    insert((Owner, [{"id": party_id, "kind": kind, "party_id": party_id}]), skip_existing=True)
    entry.about("owner", party_id)
    return OwnerSaved(owner_id=party_id, kind=kind)


@command
def set_safety_stock(
    entry: Entry,
    *,
    sku: str,
    quantity: int,
    node_id: UUID | None = None,
    channel_id: UUID | None = None,
    owner_id: UUID | None = None,
) -> SafetyStockSet:
    """Keep so many pieces of a SKU at a node back from sale, in all channels or more in one. 0 keeps back nothing."""
    (variant,) = queries.variants_in_stock([StockChange(sku, 1)])
    if type(quantity) is not int or not 0 <= quantity <= LARGEST_QUANTITY:
        raise QuantityOutOfRange(field="quantity", quantity=str(quantity)[:30])
    if channel_id is not None and channel_by_id(channel_id) is None:
        raise NotFound(field="channel_id", what="channel", id=channel_id)
    stock = (variant.id, queries.node(node_id).id, queries.owner_id(owner_id))
    steps.open_balances(entry, [stock])
    steps.keep_back(entry, stock=stock, quantity=quantity, channel_id=channel_id)
    entry.about("variant", variant.id)
    entry.about("node", stock[1])
    return SafetyStockSet(variant_id=stock[0], node_id=stock[1], owner_id=stock[2], channel_id=channel_id, quantity=quantity)
