"""What is done with the stock of an article: adjust, count, receive, announce, transfer, move, keep back, watch.

Each is looked at first: what there is before and afterwards, in numbers and in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.days import begins
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory import commands, queries
from dingdan.ledgers.inventory.models import Location, Node, Supply
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import channel_by_id
from dingdan.web.backoffice.acting import Act, Look
from dingdan.web.backoffice.base import number
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted as shown
from dingdan.web.backoffice.pages import Button, Cell, Facts, Table
from dingdan.web.backoffice.typed import amount, counted, known_id
from dingdan.web.backoffice.words import word

MINUS: Final = "-−–－"


# ── what was typed ───────────────────────────────────────────────────────────────────────────────────────────────────────
def node_of(sent: QueryDict, name: str = "node") -> Node:
    """The node that was chosen, or the one that ships first. Refuses `NotFound`."""
    return queries.node(known_id(sent, name), field=name)


def place_of(sent: QueryDict, name: str = "location") -> Location | None:
    """The location whose code was typed or scanned; None for none. Refuses `NotFound`."""
    code = sent.get(name, "").strip()
    if not code:
        return None
    found = Location.objects.filter(code=code).first()
    if found is None:
        raise NotFound(field=name, what="location", id=code[:64])
    return found


def change_of(sent: QueryDict, variant: Variant) -> int:
    """By how much: `3` or `+3` more, `-3` fewer."""
    text = sent.get("change", "").strip()
    copy = sent.copy()
    copy["change"] = text.lstrip(f"+{MINUS}")
    change = counted(copy, "change", variant)
    return -change if text[:1] in MINUS and text else change


def day_of(sent: QueryDict, name: str) -> datetime | None:
    """The beginning of the day that was typed, by the shop's clock; None for none."""
    text = sent.get(name, "").strip()
    try:
        return begins(datetime.fromisoformat(text).date(), tenant_in_scope().time_zone) if text else None
    except ValueError:
        raise Invalid(field=name, reason=_("Write the day as 2027-12-31.")) from None


def _id_of(place: Location | None) -> UUID | None:
    return place.id if place else None


# ── what would come of it ────────────────────────────────────────────────────────────────────────────────────────────────
def _look(variant: Variant, told: str, changes: Mapping[Node, int], button: Any) -> Look:
    """Stock before and afterwards at the nodes that change, and what is done in words."""
    there = queries.figures([variant.id])[variant.id]
    rows, seen = [], []
    for node, change in changes.items():
        at = there[node.id]
        seen.append((str(node.id), at.on_hand, at.reserved, at.safety, change))
        rows.append(
            [
                Cell(named(node)),
                number(f"{shown(at.on_hand, variant)} → {shown(at.on_hand + change, variant)}"),
                number(shown(at.reserved, variant)),
                number(f"{shown(at.available, variant)} → {shown(at.available + change, variant)}"),
            ]
        )
    columns = [_("Node"), _("On hand"), _("Reserved"), _("Available")]
    return Look([Facts(_("What would come of it"), [(variant.sku, told)]), Table("", columns, rows)], Button(button, "good"),
                fingerprint([told, seen])[:32])  # fmt: skip


def _pieces(quantity: int, variant: Variant) -> str:
    return f"{shown(abs(quantity), variant)} × {variant.sku}"


# ── adjust ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
REASONS: Final = ("damage", "lost", "found", "theft", "sample", "own_use", "correction")


def _adjustment(variant: Variant, sent: QueryDict) -> commands.AdjustStock:
    line = commands.StockChange(
        variant.sku, change_of(sent, variant), sent.get("lot", "").strip(), location_id=_id_of(place_of(sent))
    )
    return commands.AdjustStock(lines=(line,), reason=sent.get("reason", ""), note=sent.get("note", ""), node_id=node_of(sent).id)


def _adjust(call: Call, row: Variant, sent: QueryDict) -> Event:
    return commands.adjust_stock.one(call, _adjustment(row, sent))


def _look_adjust(row: Variant, sent: QueryDict) -> Look:
    node, change = node_of(sent), _adjustment(row, sent).lines[0].quantity
    told = _("{pieces} more at {node}: {reason}") if change > 0 else _("{pieces} fewer at {node}: {reason}")
    words = str(told).format(pieces=_pieces(change, row), node=named(node), reason=word(sent.get("reason", "")))
    return _look(row, words, {node: change}, _("Adjust it so"))


def _adjusted(_event: Event) -> Any:
    return _("Adjusted. It can be taken back from its line.")


def _take_back(call: Call, _row: Variant, sent: QueryDict) -> Event:
    entry_id = known_id(sent, "entry")
    if entry_id is None:
        raise NotFound(field="entry", what="adjustment", id=sent.get("entry", "")[:40])
    return commands.take_back_adjustment(call, entry_id=entry_id)


# ── count ────────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _counted(variant: Variant, sent: QueryDict) -> tuple[Location, commands.CountedGoods]:
    place = place_of(sent) or Location.objects.get(id=queries.location_ids()[node_of(sent).id, "stock"])
    if not sent.get("counted", "").strip():
        raise Invalid(field="counted", reason=_("Write how many there are; 0 where there are none."))
    goods = commands.CountedGoods(variant.sku, place.id, counted(sent, "counted", variant), sent.get("lot", "").strip())
    return place, goods


def _count(call: Call, row: Variant, sent: QueryDict) -> Event:
    return commands.count_stock.one(call, commands.CountStock(lines=(_counted(row, sent)[1],)))


def _look_count(row: Variant, sent: QueryDict) -> Look:
    place, goods = _counted(row, sent)
    own = queries.own_owner_id()
    there = sum(
        one.on_hand
        for one in queries.holdings([row.id], node_id=place.node_id)
        if (one.location_id, one.lot, one.owner_id) == (place.id, goods.lot_code, own)
    )
    change = goods.counted - there
    told = str(_("At {place} the books say {books}, counted were {counted}: {difference}.")).format(
        place=place.code, books=shown(there, row), counted=shown(goods.counted, row),
        difference=f"{'+' if change > 0 else ''}{shown(change, row)}",
    )  # fmt: skip
    node = place.node if place.kind == "stock" else None
    return _look(row, told, {node: change} if node else {}, _("Correct the books"))


# ── receive ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _receipt(variant: Variant, sent: QueryDict) -> commands.ReceiveStock:
    until = day_of(sent, "until")
    line = commands.StockChange(
        variant.sku, counted(sent, "quantity", variant), sent.get("lot", "").strip(), until.date() if until else None,
        _id_of(place_of(sent)),
    )  # fmt: skip
    return commands.ReceiveStock(lines=(line,), node_id=node_of(sent).id)


def _receive(call: Call, row: Variant, sent: QueryDict) -> Event:
    return commands.receive_stock.one(call, _receipt(row, sent))


def _look_receive(row: Variant, sent: QueryDict) -> Look:
    node, quantity = node_of(sent), _receipt(row, sent).lines[0].quantity
    told = str(_("{pieces} come to {node}.")).format(pieces=_pieces(quantity, row), node=named(node))
    return _look(row, told, {node: quantity}, _("Receive it"))


def _supply(variant: Variant, sent: QueryDict) -> Supply:
    supply_id = known_id(sent, "supply")
    found = Supply.objects.filter(id=supply_id, variant_id=variant.id).select_related("node").first() if supply_id else None
    if found is None:
        raise NotFound(field="supply", what="supply", id=sent.get("supply", "")[:40])
    return found


def _receive_supply(call: Call, row: Variant, sent: QueryDict) -> Event:
    supply, until = _supply(row, sent), day_of(sent, "until")
    line = commands.ArrivedGoods(
        supply.id, counted(sent, "quantity", row), sent.get("lot", "").strip(), until.date() if until else None,
        _id_of(place_of(sent)),
    )  # fmt: skip
    return commands.receive_supply(call, lines=(line,))


def _look_receive_supply(row: Variant, sent: QueryDict) -> Look:
    supply, quantity = _supply(row, sent), counted(sent, "quantity", row)
    left = supply.quantity - supply.received - supply.canceled
    told = str(_("{pieces} of {left} that are expected come to {node}.")).format(
        pieces=_pieces(quantity, row), left=shown(left, row), node=named(supply.node)
    )
    return _look(row, told, {supply.node: quantity}, _("Receive it"))


def _announce(call: Call, row: Variant, sent: QueryDict) -> Event:
    goods = commands.ExpectedGoods(row.sku, counted(sent, "quantity", row), day_of(sent, "on"))
    return commands.announce_supply(call, lines=(goods,), node_id=node_of(sent).id)


def _revise(call: Call, row: Variant, sent: QueryDict) -> Event:
    supply = _supply(row, sent)
    return commands.revise_supply(
        call, supply_id=supply.id, quantity=counted(sent, "quantity", row), expected_at=day_of(sent, "on")
    )


# ── from node to node, from place to place ───────────────────────────────────────────────────────────────────────────────
def _transfer(call: Call, row: Variant, sent: QueryDict) -> Event:
    line = commands.StockChange(row.sku, counted(sent, "quantity", row), sent.get("lot", "").strip())
    nodes = {"source_node_id": node_of(sent, "source").id, "target_node_id": node_of(sent, "target").id}
    if sent.get("way") == "at_once":
        return commands.transfer_stock(call, lines=(line,), **nodes)
    return commands.dispatch_transfer(call, lines=(line,), expected_at=day_of(sent, "on"), **nodes)


def _look_transfer(row: Variant, sent: QueryDict) -> Look:
    source, target, quantity = node_of(sent, "source"), node_of(sent, "target"), counted(sent, "quantity", row)
    is_at_once = sent.get("way") == "at_once"
    told = _("{pieces} go from {source} to {target} at once.") if is_at_once else _("{pieces} leave {source} for {target}.")
    words = str(told).format(pieces=_pieces(quantity, row), source=named(source), target=named(target))
    changes = {source: -quantity} if source.id == target.id else {source: -quantity, target: quantity if is_at_once else 0}
    return _look(row, words, changes, _("Send it"))


def _moved(variant: Variant, sent: QueryDict) -> tuple[Location, Location, commands.MovedGoods]:
    held, _slash, lot = sent.get("from", "").partition("/")
    copy = sent.copy()
    copy["from"] = held
    chosen = [one for one in (known_id(copy, "from"), known_id(sent, "to")) if one]
    places = {one.id: one for one in Location.objects.select_related("node").filter(id__in=chosen)}
    source = places.get(known_id(copy, "from") or variant.id)
    target = place_of(sent, "other") or places.get(known_id(sent, "to") or variant.id)
    if source is None or target is None:
        raise NotFound(field="to" if source else "from", what="location", id="")
    goods = commands.MovedGoods(variant.sku, counted(sent, "quantity", variant), source.id, target.id, lot)
    return source, target, goods


def _move(call: Call, row: Variant, sent: QueryDict) -> Event:
    return commands.move_stock(call, lines=(_moved(row, sent)[2],), reason=sent.get("reason") or "move")


def _look_move(row: Variant, sent: QueryDict) -> Look:
    source, target, goods = _moved(row, sent)
    told = str(_("{pieces} go from {source} ({kind}) to {target} ({other}).")).format(
        pieces=_pieces(goods.quantity, row), source=source.code, kind=word(source.kind), target=target.code,
        other=word(target.kind),
    )  # fmt: skip
    changes: dict[Node, int] = {}
    for place, change in ((source, -goods.quantity), (target, goods.quantity)):
        if place.kind == "stock" and place.node is not None:
            changes[place.node] = changes.get(place.node, 0) + change
    return _look(row, told, changes, _("Move it"))


# ── kept back, and watched ───────────────────────────────────────────────────────────────────────────────────────────────
def _keep(call: Call, row: Variant, sent: QueryDict) -> Event:
    return commands.set_safety_stock(
        call, sku=row.sku, quantity=counted(sent, "quantity", row), node_id=node_of(sent).id, channel_id=known_id(sent, "channel")
    )


def _look_keep(row: Variant, sent: QueryDict) -> Look:
    node, quantity, channel_id = node_of(sent), counted(sent, "quantity", row), known_id(sent, "channel")
    channel = channel_by_id(channel_id) if channel_id else None
    told = _("{pieces} are kept back from {channel} at {node}.") if channel else _("{pieces} are kept back from sale at {node}.")
    words = str(told).format(pieces=_pieces(quantity, row), node=named(node), channel=named(channel) if channel else "")
    return _look(row, words, {node: 0}, _("Keep it back"))


def _cost(call: Call, row: Variant, sent: QueryDict) -> Event:
    found = amount(sent, "unit_cost", tenant_in_scope().currency)
    if found is None:
        raise Invalid(field="unit_cost", reason=_("Write what one of it costs."))
    return commands.set_costs(call, lines=(commands.UnitCost(row.sku, Decimal(found)),))


def _watch(call: Call, row: Variant, sent: QueryDict) -> Event:
    kind, _colon, name = sent.get("charge", "").partition(":")
    return commands.save_threshold(
        call,
        sku=row.sku,
        node_id=known_id(sent, "node"),
        low_at=counted(sent, "low_at", row) if sent.get("low_at", "").strip() else None,
        user_id=int(name) if kind == "user" and name.isdecimal() else None,
        role=name if kind == "role" else "",
    )


ACTS: Final[Mapping[str, Act]] = {
    "adjust": Act("inventory.adjust_stock", _adjust, _adjusted, _look_adjust),
    "take_back": Act("inventory.take_back_adjustment", _take_back, lambda _event: _("The adjustment is taken back.")),
    "count": Act("inventory.count_stock", _count, lambda _event: _("The books say what was counted."), _look_count),
    "receive": Act("inventory.receive_stock", _receive, lambda _event: _("Received."), _look_receive),
    "receive_supply": Act("inventory.receive_supply", _receive_supply, lambda _event: _("Received."), _look_receive_supply),
    "announce": Act("inventory.announce_supply", _announce, lambda _event: _("It is expected from now on.")),
    "revise": Act("inventory.revise_supply", _revise, lambda _event: _("Who waits for it has been looked at again.")),
    "transfer": Act("inventory.dispatch_transfer", _transfer, lambda _event: _("Sent."), _look_transfer),
    "move": Act("inventory.move_stock", _move, lambda _event: _("Moved."), _look_move),
    "keep": Act("inventory.set_safety_stock", _keep, lambda _event: _("So many are kept back from now on."), _look_keep),
    "cost": Act("inventory.set_costs", _cost, lambda _event: _("Its stock is valued so from now on.")),
    "watch": Act("inventory.save_threshold", _watch, lambda _event: _("It is watched so from now on.")),
}  # fmt: skip
