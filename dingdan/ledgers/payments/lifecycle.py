"""The lives of payments and of attempts at a gateway, and the words for what a document owes."""

from enum import StrEnum
from typing import Final

from dingdan.kernel.lifecycle import Lifecycle, Turn


class PaymentState(StrEnum):
    """How far a payment has come. How much of it came is in its counters."""

    REQUESTED = "requested"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    DECLINED = "declined"


class AttemptKind(StrEnum):
    """What a gateway is asked to do."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class AttemptState(StrEnum):
    """What is known of the gateway's answer. Unknown is not declined: it is resolved by asking again.

    Refunds alone are `sent` before the gateway hears of them, because until then they can be `withdrawn`; and they alone may be
    `returned`, when the payer's bank sends back what was given. While it is `waiting` the gateway waits for the payer, and
    nothing is uncertain.
    """

    REQUESTED = "requested"
    SENT = "sent"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


OUT: Final = tuple(
    state.value for state in (AttemptState.REQUESTED, AttemptState.SENT, AttemptState.WAITING, AttemptState.UNKNOWN)
)
"""The answer is still out, so that the amount counts as on its way."""


class PaymentStatus(StrEnum):
    """What a document's money looks like, derived by the database from the counters of its receivable.

    Paid is what was allocated and not refunded; owed is the amount less what was written off.

    nothing_due       nothing is owed and nothing was ever paid
    unpaid            nothing is paid, and less is authorized than owed
    authorized        nothing is paid yet, but a gateway holds enough
    partly_paid       something is paid, less than owed
    paid              exactly what is owed is paid
    overpaid          more is paid than owed: the difference is to be given back or used elsewhere
    partly_refunded   exactly what is owed is paid, and something was given back on the way there
    refunded          nothing is owed any more and everything that was paid was given back
    written_off       what is paid and what was given up add up to the amount
    """

    NOTHING_DUE = "nothing_due"
    UNPAID = "unpaid"
    AUTHORIZED = "authorized"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    WRITTEN_OFF = "written_off"


class Terms(StrEnum):
    """When a document is to be paid: before the goods leave, to the carrier who brings them, or by a date."""

    PREPAID = "prepaid"
    ON_DELIVERY = "on_delivery"
    ON_ACCOUNT = "on_account"


class PayableKind(StrEnum):
    """Why we owe: a favor, a credit note without an invoice here, credit to spend, a card somebody bought, a seller's share."""

    GOODWILL = "goodwill"
    CREDIT_NOTE = "credit_note"
    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"
    SELLER = "seller"


class CardOrigin(StrEnum):
    """How a gift card came about: sold on an order, given as a favor, sold over the counter, brought over from elsewhere."""

    ORDER = "order"
    FAVOR = "favor"
    COUNTER = "counter"
    IMPORT = "import"


class DisputeState(StrEnum):
    """How far a dispute has come."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    DIVIDED = "divided"


class AccountKind(StrEnum):
    """Which side of the books an account stands on."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


PAYMENT_LIFE = Lifecycle(
    name="payment",
    initial=PaymentState.REQUESTED,
    turns=(
        # A gateway's yes may arrive after its no (late, or out of order): money that moved is never denied.
        Turn("authorize", ("requested", "declined"), "authorized", "The gateway holds the money for us."),
        Turn(
            "capture",
            ("requested", "authorized", "captured", "declined", "voided"),
            "captured",
            "Some or all of the money is ours.",
        ),
        Turn("void", ("authorized",), "voided", "The hold was given back and nothing was taken."),
        Turn("decline", ("requested",), "declined", "The gateway said no."),
    ),
)

ATTEMPT_LIFE = Lifecycle(
    name="attempt",
    initial=AttemptState.REQUESTED,
    turns=(
        Turn("send", ("requested",), "sent", "The gateway is about to hear of it: too late to withdraw it."),
        # Whoever gave money back by hand before it was withdrawn says so afterwards: money that moved is never denied.
        Turn(
            "succeed",
            ("requested", "sent", "waiting", "unknown", "declined", "withdrawn"),
            "succeeded",
            "The gateway did it.",
        ),
        Turn("wait", ("requested", "unknown"), "waiting", "The payer is to act: the gateway waits for them."),
        Turn("decline", ("requested", "sent", "waiting", "unknown"), "declined", "The gateway did not do it."),
        Turn("lose", ("requested", "sent", "waiting", "unknown"), "unknown", "Nobody knows: asked again until it is known."),
        Turn("return", ("succeeded",), "returned", "The payer's bank sent the refund back: the money is here again."),
        Turn("withdraw", ("requested",), "withdrawn", "The gateway never hears of it: the money stays where it is."),
    ),
)

CARD_LIFE: Final = Lifecycle(
    name="gift card",
    initial="sold",
    turns=(
        Turn("issue", ("sold",), "active", "It was paid for and has a code: whoever knows it may use it."),
        Turn("replace", ("active",), "active", "It has another code; the old one opens nothing any more."),
        Turn("void", ("sold", "active"), "voided", "Nobody may use it any more."),
        Turn("expire", ("active",), "expired", "Its time is over; what was left is ours."),
        Turn("wake", ("expired",), "active", "Money went back to it after its time: it may be used again for a while."),
    ),
)

DISPUTE_LIFE: Final = Lifecycle(
    name="dispute",
    initial=DisputeState.OPEN,
    turns=(
        Turn("answer", ("open",), "open", "What speaks for us was sent: whoever decides has it."),
        Turn("decide", ("open",), "open", "A part of it is decided, the rest is not."),
        Turn("win", ("open",), "won", "The gateway gave all of it back."),
        Turn("lose", ("open",), "lost", "All of it is gone."),
        Turn("divide", ("open",), "divided", "Some of it came back, the rest is gone."),
    ),
)
