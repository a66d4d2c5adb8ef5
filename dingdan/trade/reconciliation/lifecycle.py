"""The life of a discrepancy, and the words for what may be wrong and for what people did about it."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

DISCREPANCY_LIFE = Lifecycle(
    "discrepancy",
    "open",
    (
        Turn("count", ("open",), "open", "The same was found once more."),
        Turn("resolve", ("open",), "resolved", "A person has seen to it and says how."),
    ),
)


class DiscrepancyKind(StrEnum):
    """How what the outside says of money differs from what the books say."""

    NO_SUCH_PAYMENT = "no_such_payment"
    AMOUNT_DIFFERS = "amount_differs"
    CURRENCY_DIFFERS = "currency_differs"
    WRONG_MERCHANT = "wrong_merchant"
    REFERENCE_REUSED = "reference_reused"
    ORDER_GONE = "order_gone"
    FEE_DIFFERS = "fee_differs"
    MISSING_AT_GATEWAY = "missing_at_gateway"
    MISSING_IN_BOOKS = "missing_in_books"
    OVERPAID = "overpaid"
    UNDERPAID = "underpaid"


class Resolution(StrEnum):
    """What a person did about a discrepancy: put it into the books, gave the money back, or let it be."""

    BOOKED = "booked"
    REFUNDED = "refunded"
    IGNORED = "ignored"


BANK = "bank"
"""The source of what bank statements say; every other source is the code of a gateway or of a carrier."""
