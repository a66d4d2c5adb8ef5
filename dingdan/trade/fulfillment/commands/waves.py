"""Rounds through the shelves: who walks, and for which shipments."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel import numbering
from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenants import shop_zone
from dingdan.trade.fulfillment import queries, steps
from dingdan.trade.fulfillment.events import ShipmentTaken, WaveStarted, WaveStopped, WaveTaken
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE, WAVE_LIFE
from dingdan.trade.fulfillment.models import Shipment, Wave
from dingdan.trade.fulfillment.rules import MOST_IN_WAVE, WaveNotUsable, check_mine, check_moving, written_as
from dingdan.trade.orders import queries as order_queries


class NotOnThisRound(Refusal):
    """A shipment of the round cannot be taken along."""

    sentence = _("Shipment {number} cannot be picked: {why}")
    remedy = _("Leave it out, and look at its order.")


@command
def start_wave(entry: Entry, *, shipment_ids: tuple[UUID, ...]) -> WaveStarted:
    """Begin a round through the shelves for several shipments of a node; whoever begins it walks it.

    From where each piece is taken is chosen now: what was chosen before stays, then what expires first, then by location.
    """
    ids = list(dict.fromkeys(shipment_ids))
    orders = order_queries.lock_orders(queries.orders_of(ids).values())
    shipments = [queries.lock_shipments(ids)[id_] for id_ in ids]
    if not 1 <= len(ids) <= MOST_IN_WAVE or len({one.node_id for one in shipments}) != 1:
        raise WaveNotUsable(field="shipment_ids", most=MOST_IN_WAVE)
    for shipment in shipments:
        try:
            check_moving(orders[shipment.order_id].state, in_review=orders[shipment.order_id].in_review)
            shipment.state = SHIPMENT_LIFE.turn("pick", shipment.state)
        except Refusal as refusal:
            raise NotOnThisRound(field="shipment_ids", number=shipment.number, why=str(refusal)) from refusal
    (number,) = numbering.take(entry, "wave", count=1, prefix="W", first=101)
    wave = Wave(number=number, node_id=shipments[0].node_id, picker=written_as(entry.actor), started_at=entry.at)
    steps.start(entry, wave=wave, shipments=shipments)
    steps.choose(entry, shipments=shipments, lines=queries.lines_of(ids))
    return WaveStarted(wave_id=wave.id, number=number, node_id=wave.node_id, shipment_ids=tuple(ids))


@command
def take_wave(entry: Entry, *, wave_id: UUID, takes_over: bool = False) -> WaveTaken:
    """Walk a round from now on; one that somebody else walks only where it is to be taken over."""
    wave = queries.lock_wave(wave_id)
    WAVE_LIFE.turn("end", wave.state)
    if not takes_over:
        check_mine(entry.actor, at_it=wave.picker, since=wave.started_at, zone=shop_zone)
    Wave.objects.filter(id=wave.id).update(picker=written_as(entry.actor))
    entry.about("wave", wave.id)
    return WaveTaken(wave_id=wave.id, before=wave.picker)


@command
def stop_wave(entry: Entry, *, wave_id: UUID) -> WaveStopped:
    """Give a round up: shipments of which nothing was taken can be picked on another one. Where something was, it goes on."""
    seen = list(Shipment.objects.filter(wave_id=wave_id, state="picking").order_by("id").values_list("id", "order_id"))
    order_queries.lock_orders([order_id for _id, order_id in seen])
    shipments = queries.lock_shipments(id_ for id_, _order_id in seen)
    wave = queries.lock_wave(wave_id)
    state = WAVE_LIFE.turn("stop", wave.state)
    begun = queries.begun_among(shipments)
    back = [one for one in shipments.values() if one.state == "picking" and one.id not in begun]
    steps.put_back(entry, shipments=back)
    if len(back) == len(shipments):
        Wave.objects.filter(id=wave.id).update(state=state, ended_at=entry.at)
    else:
        steps.end_if_done(entry, wave_id=wave.id)
    entry.about("wave", wave.id)
    return WaveStopped(wave_id=wave.id, put_back=tuple(one.id for one in back))


@command
def take_shipment(entry: Entry, *, shipment_id: UUID, takes_over: bool = False) -> ShipmentTaken:
    """Pack a shipment from now on; one that somebody else packs only where it is to be taken over."""
    owner = queries.orders_of([shipment_id]).get(shipment_id)
    if owner is None:
        raise NotFound(what="shipment", id=shipment_id)
    order = order_queries.lock_order(owner)
    shipment = queries.lock_shipments([shipment_id])[shipment_id]
    check_moving(order.state, in_review=order.in_review)
    SHIPMENT_LIFE.turn("pack", shipment.state)
    if not takes_over:
        check_mine(entry.actor, at_it=shipment.packer, since=shipment.picked_at or shipment.planned_at, zone=shop_zone)
    Shipment.objects.filter(id=shipment.id).update(packer=written_as(entry.actor))
    entry.about("order", order.id)
    entry.about("shipment", shipment.id)
    return ShipmentTaken(shipment_id=shipment.id, before=shipment.packer)
