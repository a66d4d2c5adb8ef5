"""The lives of an endpoint and of a delivery, and what can go wrong on the way."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn


class PauseReason(StrEnum):
    """Why nothing is sent to an endpoint for now."""

    ASKED = "asked"
    FAILING = "failing"
    GONE = "gone"


class Fault(StrEnum):
    """Why a try came to nothing."""

    REFUSED = "refused"
    REDIRECTED = "redirected"
    TIMEOUT = "timed_out"
    UNKNOWN_HOST = "unknown_host"
    NOT_ALLOWED = "address_not_allowed"
    NOT_REACHED = "not_reached"
    TLS = "certificate_not_trusted"
    BROKEN_ANSWER = "broken_answer"
    UNSEALABLE = "secret_not_readable"


ENDPOINT_LIFE = Lifecycle(
    "endpoint",
    "active",
    (
        Turn("ping", ("active",), "active", "An event is made that goes to it alone."),
        Turn("pause", ("active",), "paused", "Nothing is sent, and everything kept. By itself when nothing arrives any more."),
        Turn("resume", ("paused",), "active", "It goes on where it stopped."),
        Turn("retire", ("active", "paused"), "retired", "Nothing is sent there again."),
    ),
)

DELIVERY_LIFE = Lifecycle(
    "delivery",
    "waiting",
    (
        Turn("deliver", ("waiting",), "delivered", "The endpoint took it: it answered 2xx."),
        Turn("give_up", ("waiting",), "given_up", "Tried for the whole schedule in vain, or its endpoint was retired."),
        Turn("replay", ("delivered", "given_up"), "waiting", "Somebody wants it sent again, under the same id."),
    ),
)
