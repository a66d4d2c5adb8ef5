"""Nodes, and the locations inside them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column, chosen
from dingdan.integrations.importers.registers.register import NotInRegister, Register
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.text import clean_code, clean_country, clean_text
from dingdan.ledgers.inventory.commands import save_location, save_node
from dingdan.ledgers.inventory.models import Location, Node

INSIDE = ("stock", "inspection", "damaged", "refurbish")
_ACTIVE = Column(name="active", label=_("In use"), kind="tick", empty="yes")


class Nodes(Register):
    """Places that can ship."""

    slug, title, one = "nodes", _("Nodes"), _("Node")
    model = Node
    columns = (
        Column(name="code", label=_("Code"), is_needed=True, for_many=False, most=32),
        Column(name="name", label=_("Name"), is_needed=True, for_many=False, most=200),
        Column(name="country", label=_("Country"), is_needed=True, most=2, note=_("Two letters, such as TW.")),
        Column(name="priority", label=_("Priority"), kind="whole", empty="100", note=_("The lowest ships first.")),
        _ACTIVE,
    )  # fmt: skip
    reads = "inventory.read"
    save, saved = save_node, "node_id"

    def draft(self, cells: Cells, row: Any) -> dict[str, Any]:
        read = {column.name: column.read(cells[column.name]) for column in self.columns}
        code, name = clean_code(read["code"], "code", 32), clean_text(read["name"], "name", 200)
        if row is not None and row.code != code:
            raise CodeIsFixed(field="code", code=row.code)
        priority = 100 if read["priority"] is None else read["priority"]
        return {**read, "code": code, "name": name, "country": clean_country(read["country"], "country"), "priority": priority}

    def cells(self, of: Any) -> Cells:
        values = of if isinstance(of, dict) else {column.name: getattr(of, column.name) for column in self.columns}
        return {column.name: column.write(values[column.name]) for column in self.columns}

    def tell(self, asked: Any) -> list[Event | Refusal]:
        return [_answer(save_node, call, values) for call, values in asked]


class CodeIsFixed(Refusal):
    """A code by which a place is known never changes."""

    sentence = _("The place is known by its code {code}, which never changes.")
    remedy = _("Write another place down, and close this one.")


class Locations(Register):
    """Spots inside a node."""

    slug, title, one = "locations", _("Locations"), _("Location")
    model = Location
    columns = (
        Column(name="code", label=_("Code"), is_needed=True, for_many=False, most=64),
        Column(name="node", label=_("Node"), kind="choice", for_many=False,
               choices=lambda: list(Node.objects.order_by("code").values_list("code", "name"))),
        Column(name="kind", label=_("Kind"), kind="choice", choices=chosen(INSIDE), empty="stock", for_many=False),
        _ACTIVE,
    )  # fmt: skip
    reads = "inventory.read"
    save, saved = save_location, "location_id"

    def __init__(self) -> None:
        super().__init__()
        self.nodes = dict(Node.objects.order_by("code").values_list("code", "id"))

    def rows(self) -> QuerySet[Any]:
        return Location.objects.filter(node__isnull=False).select_related("node")

    def cells(self, of: Any) -> Cells:
        if isinstance(of, Location):
            of = {"code": of.code, "node": of.node.code if of.node else "", "kind": of.kind, "active": of.active}
        return {column.name: column.write(of[column.name]) for column in self.columns}

    def draft(self, cells: Cells, row: Any) -> dict[str, Any]:
        read = {column.name: column.read(cells[column.name]) for column in self.columns}
        node = read["node"] or next(iter(self.nodes), "")
        if node not in self.nodes:
            raise NotInRegister(field="node", what=_("node"), name=node)
        code = clean_code(read["code"], "code", 64)
        if row is not None and row.code != code:
            raise CodeIsFixed(field="code", code=row.code)
        return {**read, "code": code, "node": node}

    def tell(self, asked: Any) -> list[Event | Refusal]:
        found = []
        for call, values in asked:
            given = {name: value for name, value in values.items() if name != "node"}
            found.append(_answer(save_location, call, {**given, "node_id": self.nodes[values["node"]]}))
        return found


def _answer(command: Any, call: Call, values: dict[str, Any]) -> Event | Refusal:
    try:
        event: Event = command(call, **values)
    except Refusal as refusal:
        return refusal
    return event
