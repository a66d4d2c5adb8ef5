"""What calls about stock name, for many calls at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Location, Node, Owner
from dingdan.ledgers.inventory.queries.stock import HasSku, default_node, own_owner_id, sellable_of
from dingdan.ledgers.inventory.rules import ClosedPlace
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable


def _first_places(node_ids: Iterable[UUID]) -> dict[UUID, Location]:
    found: dict[UUID, Location] = {}
    for place in Location.objects.filter(node_id__in=list(node_ids), kind=LocationKind.STOCK).order_by("id"):
        if place.node_id:
            found.setdefault(place.node_id, place)
    return found


class Names:
    """Articles, nodes, owners and places that calls name, a statement for each kind; who names what is not there is refused."""

    def __init__(
        self,
        lines: Iterable[HasSku],
        *,
        nodes: Iterable[UUID | None] = (),
        owners: Iterable[UUID | None] = (),
        locations: Iterable[UUID | None] = (),
    ) -> None:
        skus = set()
        for line in lines:
            with suppress(Refusal):  # for the line itself to say
                skus.add(clean_text(line.sku, "sku", 64))
        wanted = set(nodes)
        self._variants = variants_by_sku(skus)
        self._nodes: dict[UUID | None, Node] = dict(Node.objects.in_bulk([id_ for id_ in wanted if id_]))
        if None in wanted:
            self._nodes[None] = default_node()
        self._owners = set(Owner.objects.filter(id__in=[id_ for id_ in set(owners) if id_]).values_list("id", flat=True))
        self._locations = Location.objects.in_bulk([id_ for id_ in set(locations) if id_])
        self._first = _first_places(node.id for node in self._nodes.values())

    def variants(self, lines: Sequence[HasSku]) -> list[Sellable]:
        """The variant of each line. Refuses the first that is unknown or not kept in stock, and broken text, naming the line."""
        return [sellable_of(line, self._variants, field=f"lines.{index}.sku") for index, line in enumerate(lines)]

    def node(self, node_id: UUID | None) -> Node:
        """The node, or the one that ships first when none is named."""
        if node_id not in self._nodes:
            raise NotFound(field="node_id", what="node", id=node_id)
        return self._nodes[node_id]

    def owner_id(self, asked: UUID | None) -> UUID:
        """The owner, or the tenant itself when none is named."""
        if asked is not None and asked not in self._owners:
            raise NotFound(field="owner_id", what="owner", id=asked)
        return asked or own_owner_id()

    def location(self, location_id: UUID, *, field: str) -> Location:
        """The place of that id, wherever it is."""
        if location_id not in self._locations:
            raise NotFound(field=field, what="location", id=location_id)
        return self._locations[location_id]

    def place(self, location_id: UUID | None, node_id: UUID, *, field: str, kind: str | None = None) -> Location:
        """A location of a node that goods may be put at, its first stock location when none is named. Refuses `ClosedPlace`."""
        if location_id is None:
            return self._first[node_id]
        found = self._locations.get(location_id)
        if found is None or found.node_id != node_id or found.kind == LocationKind.TRANSIT or (kind and found.kind != kind):
            raise NotFound(field=field, what="location", id=location_id)
        if not found.active:
            raise ClosedPlace(field=field, place=found.code)
        return found
