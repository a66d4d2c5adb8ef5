"""The lives of a shipment, and of a round through the shelves."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

SHIPMENT_LIFE = Lifecycle(
    "shipment",
    "planned",
    (
        Turn("pick", ("planned",), "picking", "Somebody walks to the shelves."),
        Turn("put_back", ("picking",), "planned", "Nothing of it was taken yet; another round takes it."),
        Turn("pack", ("planned", "picking"), "packed", "Everything lies in its packages."),
        Turn("unpack", ("packed",), "picking", "Its packages are opened again."),
        Turn("ship", ("planned", "picking", "packed"), "shipped", "The carrier has it; the goods left our books."),
        Turn("deliver", ("shipped",), "delivered", "The customer has it."),
        Turn("cancel", ("planned", "picking", "packed"), "canceled", "It will not leave; what it held stays reserved."),
    ),
)

OPEN = ("planned", "picking", "packed")
"""States in which the goods are still on our shelves."""

WAVE_LIFE = Lifecycle(
    "wave",
    "walking",
    (
        Turn("end", ("walking",), "ended", "Everything that could be taken was taken."),
        Turn("walk_on", ("ended",), "walking", "Something was put back: it is to be taken once more."),
        Turn("stop", ("walking",), "stopped", "The round was given up; what had been taken stays with its shipments."),
    ),
)
