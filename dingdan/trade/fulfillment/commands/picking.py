"""Taking pieces from the shelves: counted one by one, put back, or not to be found."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.tenants import shop_zone
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.masterdata.catalog.rules import Tracking
from dingdan.trade.fulfillment import queries, steps
from dingdan.trade.fulfillment.events import MissedLine, PickedShort, PickUndone, PiecesPicked
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.fulfillment.models import Errand, Pick, Shipment
from dingdan.trade.fulfillment.rules import SHORT_REASONS, check_mine, check_moving, written_as
from dingdan.trade.orders import queries as order_queries


class NotSoMany(Refusal):
    """More was to be taken, or put back, than there is to."""

    sentence = _("Only {left} pieces are to be taken here, not {asked}.")
    remedy = _("Put the rest back on the shelf.")


class SerialWanted(Refusal):
    """Which piece it is has to be known."""

    status = 422
    sentence = _("Every piece of {sku} has a serial number.")
    remedy = _("Scan the number on the piece.")


class AlreadyUndone(Refusal):
    """A pick that is undone already."""

    sentence = _("This was put back before.")
    remedy = _("Nothing needs to be done.")


def _locked(entry: Entry, errand_id: UUID) -> Errand:
    """An errand whose order, shipment and goods are locked, on a round that whoever asks walks."""
    seen = Errand.objects.filter(id=errand_id).values_list("line__shipment_id", "line__shipment__order_id", "line__demand_id")
    found = seen.first()
    if found is None:
        raise NotFound(what="errand", id=errand_id)
    shipment_id, order_id, demand_id = found
    order = order_queries.lock_order(order_id)
    shipment = queries.lock_shipments([shipment_id])[shipment_id]
    check_moving(order.state, in_review=order.in_review)
    SHIPMENT_LIFE.turn("put_back", shipment.state)
    if shipment.wave_id:
        wave = queries.lock_wave(shipment.wave_id)
        check_mine(entry.actor, at_it=wave.picker, since=wave.started_at, zone=shop_zone)
    inventory_queries.lock_demands([demand_id])
    entry.about("order", order.id)
    entry.about("shipment", shipment.id)
    return Errand.objects.select_related("line__shipment", "line__demand__variant", "lot").get(id=errand_id)


@command
def pick_pieces(
    entry: Entry, *, errand_id: UUID, quantity: int = 1, lot_code: str = "", location_id: UUID | None = None
) -> PiecesPicked:
    """Take pieces for a shipment from a shelf: of the lot and place that were proposed, or of those that are named."""
    errand = _locked(entry, errand_id)
    count, left = checked_quantity(quantity, field="quantity"), errand.planned - errand.picked
    if count > left:
        raise NotSoMany(field="quantity", left=left, asked=count)
    variant = errand.line.demand.variant
    if variant.tracking == Tracking.SERIAL and not lot_code:
        raise SerialWanted(field="lot_code", sku=variant.sku)
    lot = inventory_queries.lot(variant.id, lot_code, field="lot_code") if lot_code else errand.lot
    place = (location_id or errand.location_id, lot.id if lot else None)
    if place != (errand.location_id, errand.lot_id):
        errand = steps.change_lot(entry, errand=errand, node_id=errand.line.shipment.node_id, place=place, quantity=count)
        left = errand.planned - errand.picked
    pick = Pick.objects.create(errand=errand, quantity=count, picker=written_as(entry.actor), at=entry.at)
    shipment = Shipment.objects.get(id=errand.line.shipment_id)
    is_gathered = steps.count_picked(entry, errand=errand, change=count)
    steps.end_if_done(entry, wave_id=shipment.wave_id)
    return PiecesPicked(
        pick_id=pick.id, errand_id=errand.id, shipment_id=shipment.id, variant_id=variant.id, lot_id=errand.lot_id,
        quantity=count, left=left - count, is_gathered=is_gathered,
    )  # fmt: skip


@command
def undo_pick(entry: Entry, *, pick_id: UUID) -> PickUndone:
    """Put back what was taken by mistake: it is to be taken once more."""
    seen = Pick.objects.filter(id=pick_id).first()
    if seen is None:
        raise NotFound(what="pick", id=pick_id)
    errand = _locked(entry, seen.errand_id)
    pick = Pick.objects.get(id=pick_id)
    if pick.undone_at is not None:
        raise AlreadyUndone(field="pick_id")
    if pick.quantity > errand.picked:
        raise NotSoMany(left=errand.picked, asked=pick.quantity)
    Pick.objects.filter(id=pick.id).update(undone_at=entry.at)
    steps.count_picked(entry, errand=errand, change=-pick.quantity)
    steps.walk_on(entry, wave_id=errand.line.shipment.wave_id)
    return PickUndone(pick_id=pick.id, errand_id=errand.id, shipment_id=errand.line.shipment_id, quantity=pick.quantity)


@command
def report_short(entry: Entry, *, errand_id: UUID, reason: str) -> PickedShort:
    """Say that what is still to be taken here is missing or damaged.

    It leaves the stock (damaged pieces lie on among the damaged goods), the shipment goes without it, and its customer waits
    again: from other stock, or from goods to come.
    """
    errand = _locked(entry, errand_id)
    if reason not in SHORT_REASONS:
        raise Invalid(field="reason", reason=_("Say missing or damaged."))
    left, shipment, demand = errand.planned - errand.picked, errand.line.shipment, errand.line.demand
    if not left:
        raise NotSoMany(field="errand_id", left=0, asked=1)
    inventory.lose(
        [
            inventory.Loss(
                entry=entry, demand_id=demand.id, node_id=shipment.node_id, location_id=errand.location_id,
                lot_id=errand.lot_id, quantity=left, reason=reason, is_damaged=reason == "damaged",
            )
        ]
    )  # fmt: skip
    is_gone = steps.go_without(entry, errand=errand, quantity=left)
    steps.end_if_done(entry, wave_id=shipment.wave_id)
    entry.about("variant", demand.variant_id)
    return PickedShort(
        errand_id=errand.id, shipment_id=shipment.id, order_id=shipment.order_id, reason=reason, is_gone=is_gone,
        lines=(MissedLine(variant_id=demand.variant_id, quantity=left),),
    )  # fmt: skip
