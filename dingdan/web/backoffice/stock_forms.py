"""The forms on the page of an article's stock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.quantity import UNITS, Unit, plain_quantity
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Location, Node, Supply
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.staff.queries import all_roles
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.base import account_names
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Button, Field, Form
from dingdan.web.backoffice.stock_acts import REASONS
from dingdan.web.backoffice.words import word

MOST_PLACES: Final = 200
NODE: Final = _("Node")
QUANTITY: Final = _("Quantity")
LOOK: Final = Button(_("Look what comes of it"), "good", "step", "look")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the forms offer: the nodes, and which of them was asked about."""

    variant: Variant
    nodes: Sequence[Node]
    node_id: UUID | None = None

    @property
    def unit(self) -> Unit:
        """In what the article is counted."""
        return UNITS[self.variant.unit]

    def node(self, name: str = "node", label: Any = NODE, *, first: Sequence[tuple[str, Any]] = ()) -> Field:
        """A choice of nodes; of one only, it is understood."""
        chosen = str(self.node_id or (self.nodes[0].id if self.nodes and not first else ""))
        if len(self.nodes) == 1 and not first:
            return Field(name, "", "hidden", chosen)
        return Field(name, label, "choice", chosen, [*first, *((str(one.id), named(one)) for one in self.nodes)])

    def lot(self) -> list[Field]:
        """The lot or serial number of what has one."""
        if self.variant.tracking == "none":
            return []
        label = _("Serial number") if self.variant.tracking == "serial" else _("Lot")
        return [Field("lot", label, is_required=True, most=64)]

    def until(self) -> list[Field]:
        """The last day of a new lot."""
        return [Field("until", _("Good until"), "day")] if self.variant.tracking == "lot" else []


PLACE: Final = Field("location", _("Location"), most=64, note=_("Typed or scanned; empty: the first one of the node."))


def _quantity(value: str = "", label: Any = QUANTITY) -> Field:
    return Field("quantity", label, "line", value, is_required=True, most=15)


def _adjust(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    fields = [
        on.node(),
        Field("change", _("How many more or fewer"), most=15, is_required=True, note=_("Such as 3 or -3.")),
        Field("reason", _("Reason"), "choice", REASONS[0], [(code, word(code)) for code in REASONS]),
        Field("note", _("Note"), most=500),
        *on.lot(),
        PLACE,
    ]
    return _("Adjust"), fields, [LOOK]


def _count(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    fields = [on.node(), Field("counted", _("Counted"), most=15, is_required=True), *on.lot(), PLACE]
    return _("Count"), fields, [LOOK]


def _receive(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    return _("Receive"), [on.node(), _quantity(), *on.lot(), *on.until(), PLACE], [LOOK]


def _announce(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    return _("Announce goods to come"), [on.node(), _quantity(), Field("on", _("Expected on"), "day")], [
        Button(_("Announce"), "good")
    ]  # fmt: skip


def _transfer(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    others = [(str(one.id), named(one)) for one in on.nodes]
    ways = [("sent", _("Send it: it is received there later")), ("at_once", _("It is there already"))]
    fields = [
        on.node("source", _("From")),
        Field("target", _("To"), "choice", others[-1][0], others),
        _quantity(),
        *on.lot(),
        Field("way", _("How"), "choice", "sent", ways),
        Field("on", _("Expected on"), "day"),
    ]
    return _("Transfer to another node"), fields, [LOOK]


def _move(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    held = [
        (f"{one.location_id}/{one.lot}", f"{one.location} · {word(one.kind)} · {one.lot} {counted(one.on_hand, on.variant)}")
        for one in queries.holdings([on.variant.id])
        if one.kind != "transit"
    ][:MOST_PLACES]
    inside = Location.objects.filter(kind__in=("stock", "inspection", "damaged", "refurbish", "scrap"), active=True)
    places = [(str(one.id), f"{one.code} · {word(one.kind)}") for one in inside.order_by("kind", "code")[:MOST_PLACES]]
    fields = [
        Field("from", _("From"), "choice", "", held),
        Field("to", _("To"), "choice", "", places),
        Field("other", _("Or its code"), most=64),
        _quantity(),
    ]
    return _("Move, or change the condition"), fields, [LOOK]


def _keep(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    channels = [("", _("All channels")), *((str(one.id), one.name) for one in all_channels())]
    return _("Keep back from sale"), [on.node(), Field("channel", _("Channel"), "choice", "", channels), _quantity()], [LOOK]


def _cost(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    known, currency = queries.unit_costs([on.variant.id]).get(on.variant.id), tenant_in_scope().currency
    label = str(_("What one {unit} costs, in {currency}")).format(unit=word(on.unit.code).lower(), currency=currency)
    now = str(_("Now: {cost}.")).format(cost=show.unit_price(known, currency)) if known is not None else _("Not known yet.")
    return _("What it costs"), [Field("unit_cost", label, is_required=True, most=20, note=now)], [Button(_("Say so"), "good")]


def _watch(on: Ground) -> tuple[Any, list[Field], list[Button]]:
    fields = [
        on.node(first=[("", _("All nodes"))]),
        Field("low_at", _("Low with so many available, or fewer"), most=15, note=_("Empty: it is not watched.")),
        Field("charge", _("In charge"), "choice", "", in_charge_choices()),
    ]
    return _("Watch for low stock"), fields, [Button(_("Watch it"), "good")]


def in_charge_choices() -> list[tuple[str, Any]]:
    """Who can be in charge: the owners, a role, a person."""
    roles = [(f"role:{one.name}", f"{_('Role')}: {word(one.name)}") for one in all_roles() if one.state == "active"]
    return [("", _("The owners")), *roles, *((f"user:{pk}", name) for pk, name in account_names().items())]


FORMS: Final[dict[str, Callable[[Ground], tuple[Any, list[Field], list[Button]]]]] = {
    "adjust": _adjust, "count": _count, "receive": _receive, "announce": _announce, "transfer": _transfer, "move": _move,
    "keep": _keep, "cost": _cost, "watch": _watch,
}  # fmt: skip


def forms(on: Ground, allowed: set[str], url: Callable[[str], str]) -> list[Form]:
    """What can be done with the article, as far as whoever asks may do it."""
    found = []
    for name, made in FORMS.items():
        if name not in allowed or (name == "transfer" and len(on.nodes) < 2):
            continue
        title, fields, buttons = made(on)
        found.append(Form(title, url(name), fresh_key(), fields, buttons, is_open=False))
    return found


def supply_forms(on: Ground, supplies: Sequence[Supply], allowed: set[str], url: Callable[[str], str]) -> list[Form]:
    """Taking in what was announced, and saying that it comes otherwise."""
    found = []
    for one in supplies:
        left = one.quantity - one.received - one.canceled
        which = Field("supply", "", "hidden", str(one.id))
        when = show.day(one.expected_at.date()) if one.expected_at else _("no day")
        if one.document_kind == "transfer":
            continue
        if "receive_supply" in allowed:
            title = str(_("Receive what was announced for {node}, {day}: {left}")).format(
                node=named(one.node), day=when, left=counted(left, on.variant)
            )
            fields = [which, _quantity(plain_quantity(left, on.unit)), *on.lot(), *on.until(), PLACE]
            found.append(Form(title, url("receive_supply"), fresh_key(), fields, [LOOK], is_open=False))
        if "revise" in allowed:
            day = Field("on", _("Expected on"), "day", one.expected_at.date().isoformat() if one.expected_at else "")
            fields = [which, _quantity(plain_quantity(one.quantity, on.unit), _("In all")), day]
            title = str(_("Change what was announced for {node}, {day}")).format(node=named(one.node), day=when)
            found.append(Form(title, url("revise"), fresh_key(), fields, [Button(_("Change"), "good")], is_open=False))
    return found
