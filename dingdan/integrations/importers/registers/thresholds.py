"""From when on stock is low, by article and node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column
from dingdan.integrations.importers.registers.register import NotInRegister, Register
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.quantity import UNITS, parse_quantity, plain_quantity
from dingdan.ledgers.inventory.commands import save_threshold
from dingdan.ledgers.inventory.models import Node, Threshold
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.staff.queries import members


class Thresholds(Register):
    """Thresholds: of an article or of all, at a node or at all nodes."""

    slug, title, one = "thresholds", _("Thresholds of low stock"), _("Threshold")
    model = Threshold
    key, must = ("sku", "node"), ("low_at",)
    columns = (
        Column(name="sku", label=_("SKU"), for_many=False, most=64, note=_("Empty: all articles.")),
        Column(name="node", label=_("Node"), kind="choice", for_many=False, note=_("Empty: all nodes."),
               choices=lambda: [("", _("All nodes")), *Node.objects.order_by("code").values_list("code", "name")]),
        Column(name="low_at", label=_("Low at"), most=15, note=_("So many available, or fewer. Empty: it is not watched.")),
        Column(name="person", label=_("In charge"), most=150, note=_("With what the person signs in; empty: the owners.")),
        Column(name="role", label=_("Or a role"), most=60),
    )  # fmt: skip
    reads = "inventory.read"
    save, saved = save_threshold, "threshold_id"

    def __init__(self) -> None:
        super().__init__()
        self.nodes = dict(Node.objects.order_by("code").values_list("code", "id"))
        people = User.objects.filter(pk__in=members()).values_list("pk", "username")
        self.people: Mapping[str, int] = {name: pk for pk, name in people}
        self.names = {pk: name for name, pk in self.people.items()}

    def rows(self) -> QuerySet[Any]:
        return Threshold.objects.select_related("variant", "node")

    def load(self, wanted: Iterable[Cells]) -> None:
        skus = {given.get("sku", "").strip() for given in wanted}
        for row in self.rows().filter(Q(variant__sku__in=skus - {""}) | Q(variant__isnull=True)).order_by("id"):
            self.found[self.key_of(self.cells(row))] = row

    def plain_key(self, given: Cells) -> tuple[str, ...] | None:
        """All articles at all nodes are a key as well."""
        return tuple(given.get(name, "").strip() for name in self.key)

    def name(self, given: Cells) -> str:
        return super().name(given) or str(_("All articles"))

    def cells(self, of: Any) -> Cells:
        if isinstance(of, Threshold):
            unit = UNITS[of.variant.unit if of.variant else "piece"]
            return {
                "sku": of.variant.sku if of.variant else "",
                "node": of.node.code if of.node else "",
                "low_at": "" if of.low_at is None else plain_quantity(of.low_at, unit),
                "person": self.names.get(of.user_id, "") if of.user_id is not None else "",
                "role": of.role,
            }
        return {column.name: of[column.name] for column in self.columns}

    def draft(self, cells: Cells, row: Any) -> dict[str, Any]:
        read = {column.name: column.read(cells[column.name]) for column in self.columns}
        if row is not None and self.key_of(cells) != self.key_of(self.cells(row)):
            raise KeyIsFixed(field="sku")
        variant = variants_by_sku([read["sku"]]).get(read["sku"]) if read["sku"] else None
        if read["sku"] and variant is None:
            raise NotInRegister(field="sku", what=_("article"), name=read["sku"])
        if read["node"] and read["node"] not in self.nodes:
            raise NotInRegister(field="node", what=_("node"), name=read["node"])
        if read["person"] and read["person"] not in self.people:
            raise NotInRegister(field="person", what=_("account"), name=read["person"])
        unit = UNITS[variant.unit if variant else "piece"]
        steps = _steps(read["low_at"], unit)
        return {**read, "low_at": "" if steps is None else plain_quantity(steps, unit), "steps": steps}

    def tell(self, asked: Any) -> list[Event | Refusal]:
        return [self._answer(call, draft) for call, draft in asked]

    def _answer(self, call: Call, draft: dict[str, Any]) -> Event | Refusal:
        try:
            return save_threshold(
                call, sku=draft["sku"], node_id=self.nodes.get(draft["node"]), low_at=draft["steps"],
                user_id=self.people.get(draft["person"]), role=draft["role"],
            )  # fmt: skip
        except Refusal as refusal:
            return refusal


def _steps(text: str, unit: Any) -> int | None:
    """The quantity that was written, 0 among them; None for none."""
    if not text:
        return None
    return 0 if text.strip("0.") == "" else parse_quantity(text, unit, field="low_at")


class KeyIsFixed(Refusal):
    """What a threshold is about never changes."""

    sentence = _("This threshold is about another article or node, and that never changes.")
    remedy = _("Write another one down, and empty the number of this one.")
