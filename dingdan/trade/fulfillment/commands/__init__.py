"""What can be done with shipments, and with rounds through the shelves."""

from dingdan.trade.fulfillment.commands.leaving import (
    DOCUMENT,
    DeliverShipment,
    NothingToShip,
    PickShipment,
    PlanShipments,
    ShipShipment,
    cancel_shipment,
    deliver_shipments,
    pick_shipment,
    plan_shipments,
    ship_shipments,
)
from dingdan.trade.fulfillment.commands.moving import AwaitsReview, NotMovingForward
from dingdan.trade.fulfillment.commands.packing import Box, PackShipment, pack_shipment, unpack_shipment
from dingdan.trade.fulfillment.commands.picking import (
    AlreadyUndone,
    NotSoMany,
    SerialWanted,
    pick_pieces,
    report_short,
    undo_pick,
)
from dingdan.trade.fulfillment.commands.waves import NotOnThisRound, start_wave, stop_wave, take_shipment, take_wave
from dingdan.trade.fulfillment.rules import Content, NotPackedAsPlanned, PackageEmpty, SomebodyElse, WaveNotUsable

__all__ = [
    "DOCUMENT",
    "AlreadyUndone",
    "AwaitsReview",
    "Box",
    "Content",
    "DeliverShipment",
    "NotMovingForward",
    "NotOnThisRound",
    "NotPackedAsPlanned",
    "NotSoMany",
    "NothingToShip",
    "PackShipment",
    "PackageEmpty",
    "PickShipment",
    "PlanShipments",
    "SerialWanted",
    "ShipShipment",
    "SomebodyElse",
    "WaveNotUsable",
    "cancel_shipment",
    "deliver_shipments",
    "pack_shipment",
    "pick_pieces",
    "pick_shipment",
    "plan_shipments",
    "report_short",
    "ship_shipments",
    "start_wave",
    "stop_wave",
    "take_shipment",
    "take_wave",
    "undo_pick",
    "unpack_shipment",
]
