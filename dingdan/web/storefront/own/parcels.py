"""The parcels of an order: how far each is, by which carrier, and what is inside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.automation.carriers import tracking_url
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine
from dingdan.web.storefront.own.facts import Facts
from dingdan.web.storefront.own.goods import Article, articles_of
from dingdan.web.storefront.own.opening import Own
from dingdan.web.storefront.own.standing import Step
from dingdan.web.storefront.own.words import counted, when
from dingdan.web.storefront.reader import Reader


def names_of(facts: Facts) -> dict[UUID, str]:
    """What each parcel is called: by its place among those of the order."""
    only = len(facts.shipments) == 1
    return {
        one.id: _("Your parcel") if only else _("Parcel {number}").format(number=place)
        for place, one in enumerate(facts.shipments, start=1)
    }


def parcels_of(own: Own, facts: Facts) -> list[dict[str, Any]]:
    """The parcels, oldest first."""
    names = names_of(facts)
    rows = {line.order_line_id: line.order_line for lines in facts.inside.values() for line in lines}
    articles = articles_of(own.reader, facts.variants, list(rows.values()))
    return [
        {
            "name": names[one.id], "number": one.number, "carrier": one.carrier, "track": _track(own.reader, one),
            "said": _said(one), "numbers": [(number, tracking_url(one.carrier, number)) for number in _numbers(one, facts)],
            "inside": [_inside(line, articles) for line in facts.inside.get(one.id, ())],
        }
        for one in facts.shipments
    ]  # fmt: skip


def _numbers(one: Shipment, facts: Facts) -> list[str]:
    boxes = [box.tracking_number for box in facts.boxes.get(one.id, ())]
    return list(dict.fromkeys(filter(None, [one.tracking_number, *boxes])))


def _said(one: Shipment) -> str:
    if one.state == "delivered":
        return _("Delivered")
    if one.state == "shipped":
        return _("On its way")
    return _("Packed") if one.state == "packed" else _("Being packed")


def _track(reader: Reader, one: Shipment) -> list[Step]:
    """Packed, handed over, on its way, delivered; each with its time, where it happened."""
    is_out, is_there = one.shipped_at is not None, one.state == "delivered"
    steps = [
        (_("Packed"), one.state in ("packed", "shipped", "delivered"), one.packed_at),
        (_("Handed to the carrier"), is_out, one.shipped_at),
        (_("On its way"), is_there, None),
        (_("Delivered"), is_there, one.delivered_at),
    ]
    current = next((place for place, (_name, is_done, _at) in enumerate(steps) if not is_done), len(steps))
    return [
        Step(name, "done" if is_done else "now" if place == current else "later", when(reader, at) if at and is_done else "")
        for place, (name, is_done, at) in enumerate(steps)
    ]


def _inside(line: ShipmentLine, articles: dict[UUID, Article]) -> tuple[str, str]:
    """How many of what: of a kit, its components by their own names."""
    variant = line.demand.variant
    is_whole = line.order_line.variant_id == variant.id
    return counted(line.quantity, variant), articles[line.order_line_id].name if is_whole else variant.name or variant.sku
