"""The life of an order and of a cart. Payment and fulfillment status are derived elsewhere and never typed in."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

ORDER_LIFE = Lifecycle(
    "order",
    "placed",
    (
        Turn("hold", ("placed",), "on_hold", "Nothing moves forward until it is resumed."),
        Turn("resume", ("on_hold",), "placed", "Goes on where it stopped."),
        Turn("amend", ("placed",), "placed", "What was ordered changes, and the money follows."),
        Turn("close", ("placed",), "closed", "Everything was delivered and settled."),
        Turn("reopen", ("closed",), "placed", "After-sales found something to do."),
        Turn("cancel", ("placed", "on_hold"), "canceled", "Nothing of it will be shipped; what was paid goes back."),
        Turn("reinstate", ("canceled",), "placed", "The cancellation is undone; what it held is found again."),
    ),
)

CART_LIFE = Lifecycle(
    "cart",
    "open",
    (
        Turn("place", ("open",), "placed", "Became an order; it never becomes a second one."),
        Turn("expire", ("open",), "expired", "Its time ran out; what it held is free again."),
    ),
)


class LineKind(StrEnum):
    """What an order line is about. Only `goods` is reserved and shipped."""

    GOODS = "goods"
    SERVICE = "service"
    SHIPPING = "shipping"
    FEE = "fee"
    GIFT_CARD = "gift_card"


OVER = ("closed", "canceled")
"""Nothing is left to be done, unless somebody takes it up again."""
CHANGEABLE = ("placed", "on_hold")
"""States in which what was ordered may be changed."""
SETTLED = ("paid", "partly_refunded", "refunded", "nothing_due", "written_off")
"""Payment statuses in which nothing is to be done about an order's money."""
DONE = ("delivered", "returned", "partly_returned", "nothing_to_ship")
"""Fulfillment statuses in which nothing is to be done about an order's goods."""
