"""The life of a ticket, and the few words that its columns may hold."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn

ON_US = ("open", "waiting_for_us", "reopened")
"""States in which the shop has to do something."""
ALIVE = (*ON_US, "waiting_for_customer")
"""States in which a ticket is not over."""
OVER = ("solved", "closed")

TICKET_LIFE = Lifecycle(
    "ticket",
    "open",
    (
        Turn("ask", ALIVE, "waiting_for_customer", "Staff answered and needs to hear more; the solution's clock stands still."),
        Turn("work", ALIVE, "waiting_for_us", "Staff answered and goes on working."),
        Turn("reply", ("open",), "open", "The customer adds something before anybody answered."),
        Turn("reply", ("waiting_for_customer", "waiting_for_us"), "waiting_for_us", "The customer wrote; staff goes on."),
        Turn("reply", ("reopened", "solved"), "reopened", "The customer is not satisfied yet: the solution has a new deadline."),
        Turn("solve", ALIVE, "solved", "The matter is settled; the customer may rate it or write again."),
        Turn("settle", ALIVE, "solved", "The customer says that it is settled; writing again takes it up."),
        Turn("reopen", OVER, "reopened", "Staff takes it up again: the solution has a new deadline."),
        Turn("close", (*ALIVE, "solved"), "closed", "Nothing more is said here; what comes up later is another ticket."),
    ),
)


class Priority(StrEnum):
    """How urgent a ticket is; an escalation raises it by one."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class CameBy(StrEnum):
    """How the customer reached the shop."""

    MAIL = "mail"
    PHONE = "phone"
    STOREFRONT = "storefront"
    MARKETPLACE = "marketplace"
    CHAT = "chat"


class AboutKind(StrEnum):
    """What a ticket may be about, besides nothing in particular."""

    ORDER = "order"
    LINE = "line"
    SHIPMENT = "shipment"
    RETURN = "return"
    CLAIM = "claim"


class MessageKind(StrEnum):
    """Who speaks, and to whom: a note is for staff alone."""

    CUSTOMER = "customer"
    STAFF = "staff"
    NOTE = "note"


class Then(StrEnum):
    """What staff expects once an answer is sent. Each is a turn of the ticket's life."""

    ASK = "ask"
    WORK = "work"
    SOLVE = "solve"
