"""The life of a rule and of a review, and the words that a rule is made of."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

RULE_LIFE = Lifecycle(
    "rule",
    "paused",
    (
        Turn("activate", ("paused",), "active", "Orders placed from now on are looked at by it."),
        Turn("pause", ("active",), "paused", "Looks at nothing for now; it can be tried on past orders."),
        Turn("retire", ("active", "paused"), "retired", "Is no longer offered; what it decided still names it."),
        Turn("restore", ("retired",), "paused", "Is offered again."),
    ),
)

REVIEW_LIFE = Lifecycle(
    "review",
    "waiting",
    (
        Turn("wait", ("waiting", "passed"), "waiting", "Something was found that people have to look at."),
        Turn("pass", ("waiting", "passed"), "passed", "Nothing was found, or people let it pass: the order goes on."),
        Turn("reject", ("waiting",), "rejected", "The order is canceled, and what was paid goes back."),
        Turn("withdraw", ("waiting",), "withdrawn", "The order was canceled elsewhere, so there is nothing left to decide."),
    ),
)


class RuleKind(StrEnum):
    """What a rule looks at."""

    AMOUNT = "amount"
    NEW_CUSTOMER = "new_customer"
    ADDRESS_TROUBLE = "address_trouble"
    BLACKLIST = "blacklist"
    TRUSTED = "trusted"
    DUPLICATE = "duplicate"
    REMARK = "remark"
    SHORT_OF_STOCK = "short_of_stock"
    UNUSUAL_QUANTITY = "unusual_quantity"
    PRICE_UNDER_FLOOR = "price_under_floor"
    RISK_SCORE = "risk_score"


class Follows(StrEnum):
    """What follows when a rule has found something.

    `wait`: the order waits in the exception queue. `note`: it is written down and counts for the risk score, nothing waits.
    `pass`: the order passes whatever other rules have found.
    """

    WAIT = "wait"
    NOTE = "note"
    LET_PASS = "pass"  # noqa: S105 - a verb


class AddressTrouble(StrEnum):
    """What may be wrong with where an order goes."""

    INCOMPLETE = "incomplete"
    PO_BOX = "po_box"
    NOT_OF_COUNTRY = "not_of_country"
    BILLED_ABROAD = "billed_abroad"
    BILLED_ELSEWHERE = "billed_elsewhere"
    NO_CONTACT = "no_contact"


class ReviewVerdict(StrEnum):
    """What was decided about an order, by the rules or by a person."""

    PASSED = "passed"
    WAITS = "waits"
    APPROVED = "approved"
    REJECTED = "rejected"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"
