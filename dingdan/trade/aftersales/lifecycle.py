"""The life of a return, and the words for why an order is canceled or its goods come back."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

RETURN_LIFE = Lifecycle(
    "return",
    "authorized",
    (
        Turn("receive", ("authorized", "received"), "received", "Goods are back and wait to be looked at; more may follow."),
        Turn("inspect", ("received",), "inspected", "Every piece is restocked, damaged or scrapped; the refund is known."),
        Turn("close", ("inspected",), "closed", "The credit note is issued, or there is nothing to credit."),
        Turn("cancel", ("authorized",), "canceled", "Nothing comes back after all."),
        Turn("lapse", ("authorized",), "lapsed", "The goods were to be back by now and are not."),
    ),
)

CLAIM_LIFE = Lifecycle(
    "claim",
    "filed",
    (
        Turn("replace", ("filed",), "replacing", "Others are to be sent in their place, free of charge."),
        Turn("resolve", ("filed", "replacing"), "resolved", "Money is given back, or the replacement is ordered."),
        Turn("deny", ("filed",), "denied", "The shop says no, and says why."),
        Turn("withdraw", ("filed",), "withdrawn", "Whoever filed it wants nothing any more."),
    ),
)

INTERCEPTION_LIFE = Lifecycle(
    "interception",
    "asked",
    (
        Turn("stop", ("asked",), "stopped", "The carrier turned the parcel back; what is in it is to come back as a return."),
        Turn("miss", ("asked",), "missed", "The parcel went on to the customer."),
    ),
)

PARCEL_LIFE = Lifecycle(
    "parcel",
    "parked",
    (
        Turn("join", ("parked",), "joined", "It is known which return it is of."),
        Turn("settle", ("parked",), "settled", "It is of no return: it was sent back, kept or thrown away."),
    ),
)

CLAIMED = ("filed", "replacing", "resolved")
"""States in which the units of a claim count as claimed."""


class Resolution(StrEnum):
    """How a claim ends: all the money, goods instead, or the customer keeps what came and gets a part of the money."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    KEEP = "keep"


OPEN = ("authorized", "received")
"""States in which goods may still come."""

DECIDED = ("inspected", "closed")
"""States in which it is known what is given back."""


class CancelReason(StrEnum):
    """Why an order, or a part of it, will not be shipped."""

    CUSTOMER = "customer"
    STOCK = "stock"
    FRAUD = "fraud"
    MISTAKE = "mistake"
    EXPIRED = "expired"
    REJECTED = "rejected"
    OTHER = "other"


class Leak(StrEnum):
    """By which way money goes without goods coming back, or beyond the rules."""

    CLAIM_REFUND = "claim_refund"
    CLAIM_KEEP = "claim_keep"
    AGAINST_THE_RULES = "against_the_rules"
    ALLOWANCE = "allowance"
    GOODWILL = "goodwill"
    CREDIT_GIVEN = "credit_given"


class ReturnReason(StrEnum):
    """Why goods come back, where the shop has no list of reasons of its own."""

    UNWANTED = "unwanted"
    WRONG_SIZE = "wrong_size"
    MISSING = "missing"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    LATE = "late"
    WARRANTY = "warranty"
    OTHER = "other"
