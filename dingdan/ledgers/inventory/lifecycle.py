"""Kinds of places and the status of a document's goods."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn


class LocationKind(StrEnum):
    """What being at a place means. Only `stock` is sellable; the last three are sources without bounds."""

    STOCK = "stock"
    INSPECTION = "inspection"
    DAMAGED = "damaged"
    REFURBISH = "refurbish"
    TRANSIT = "transit"
    SCRAP = "scrap"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    PRODUCTION = "production"


# Goods come from and go to these without our counting what they hold.
BOUNDLESS = frozenset({LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.PRODUCTION, LocationKind.SCRAP})


class OwnerKind(StrEnum):
    TENANT = "tenant"
    SELLER = "seller"
    CONSIGNOR = "consignor"


class FulfillmentStatus(StrEnum):
    """Derived by the database from the counters of a document's tally."""

    NOTHING_TO_SHIP = "nothing_to_ship"
    UNFULFILLED = "unfulfilled"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"
    CANCELED = "canceled"


TRANSFER_LIFE = Lifecycle(
    "transfer",
    "in_transit",
    (
        Turn("receive_part", ("in_transit",), "in_transit", "A part has arrived; the rest is still expected."),
        Turn("receive", ("in_transit",), "received", "Everything that will arrive has arrived; what is missing is written off."),
    ),
)
