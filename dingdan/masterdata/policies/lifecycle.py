"""The life of rules, reasons and grades, and the words that a rule is made of."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

POLICY_LIFE = Lifecycle(
    name="policy",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Decides nothing new; what it decided stays decided."),
        Turn("restore", source=("retired",), target="active", meaning="Decides again."),
    ),
)


class CountedFrom(StrEnum):
    """From when the days of a window are counted."""

    DELIVERED = "delivered"
    SHIPPED = "shipped"
    PLACED = "placed"


class Condition(StrEnum):
    """In which condition somebody says that goods come back."""

    UNOPENED = "unopened"
    OPENED = "opened"
    USED = "used"


class PaidBy(StrEnum):
    """Who pays for the way back."""

    CUSTOMER = "customer"
    SHOP = "shop"


class RefundAt(StrEnum):
    """When money goes back: as soon as the parcel is on its way, or when it was looked at."""

    SCAN = "scan"
    INSPECTION = "inspection"


class GoesTo(StrEnum):
    """Where pieces of a grade go: on sale again, to the damaged goods, to be refurbished, to scrap, back to who supplied them."""

    STOCK = "stock"
    DAMAGED = "damaged"
    REFURBISH = "refurbish"
    SCRAP = "scrap"
    SUPPLIER = "supplier"


class Fault(StrEnum):
    """Whose fault a reason is."""

    CUSTOMER = "customer"
    SHOP = "shop"
    CARRIER = "carrier"
