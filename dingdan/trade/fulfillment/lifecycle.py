"""The life of a shipment."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

SHIPMENT_LIFE = Lifecycle(
    "shipment",
    "planned",
    (
        Turn("pick", ("planned",), "picking", "Somebody walks to the shelves."),
        Turn("pack", ("planned", "picking"), "packed", "Everything lies in its packages."),
        Turn("ship", ("planned", "picking", "packed"), "shipped", "The carrier has it; the goods left our books."),
        Turn("deliver", ("shipped",), "delivered", "The customer has it."),
        Turn("cancel", ("planned", "picking", "packed"), "canceled", "It will not leave; what it held stays reserved."),
    ),
)

OPEN = ("planned", "picking", "packed")
"""States in which the goods are still on our shelves."""
