"""The lives of a line of a bank statement and of a discrepancy, and the words for what may be wrong."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

LINE_LIFE = Lifecycle(
    "statement_line",
    "open",
    (
        Turn("match", ("open", "partly_matched"), "matched", "All of it is booked: to documents, or as money that went back."),
        Turn("match_part", ("open", "partly_matched"), "partly_matched", "It is booked, and a part of it is nobody's yet."),
        Turn("unmatch", ("matched", "partly_matched"), "open", "The documents are owed again; the money is here and nobody's."),
        Turn("reverse", ("matched", "partly_matched"), "reversed", "The bank took it back: the documents are owed again."),
        Turn("ignore", ("open",), "ignored", "It has nothing to do with documents of the shop: a fee, a transfer of one's own."),
        Turn("reopen", ("ignored",), "open", "It is to be matched after all."),
    ),
)

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
    REFUND_RETURNED = "refund_returned"
    MISSING_IN_BOOKS = "missing_in_books"
    OVERPAID = "overpaid"
    UNDERPAID = "underpaid"


class Resolution(StrEnum):
    """What a person did about a discrepancy: put it into the books, gave the money back, or let it be."""

    BOOKED = "booked"
    REFUNDED = "refunded"
    IGNORED = "ignored"


class MatchKind(StrEnum):
    """What a line was matched with: a document that it pays, a refund that it is, or a line that it takes back."""

    DOCUMENT = "document"
    REFUND = "refund"
    REVERSAL = "reversal"


BANK = "bank"
"""The source of what bank statements say; every other source is the code of a gateway or of a carrier."""
