"""Kinds of places and the status of a document's goods."""

from enum import StrEnum


class LocationKind(StrEnum):
    """What being at a place means. Only `stock` is sellable; the last three are sources without bounds."""

    STOCK = "stock"
    INSPECTION = "inspection"
    DAMAGED = "damaged"
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
