"""What a gateway must be able to do for us, and the list of those that are there."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID


class Answer(StrEnum):
    """What a gateway says.

    `UNKNOWN` is not no: nobody knows yet, `query` again. `NEVER_SEEN` comes from `query` alone: the gateway has not heard
    of the key, and as the attempt may still be on its way, the way to find out is to make it again under the same key.
    """

    DONE = "done"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NEVER_SEEN = "never_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRequest:
    """One attempt. `key` is the same however often the attempt is made; `payment_reference` is the gateway's name for
    the authorization or charge that it is about (empty for the first one)."""

    tenant_id: UUID
    key: str
    kind: str
    payment_id: UUID
    payment_reference: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResult:
    """What came of it. `reference` names this movement at the gateway (once per movement), `payment_reference` the
    authorization or charge it belongs to; `error` is the gateway's code."""

    answer: Answer
    amount: int = 0
    currency: str = ""
    reference: str = ""
    payment_reference: str = ""
    error: str = ""


class PaymentGateway(Protocol):
    """Speaks to one outside firm.

    Called outside any transaction. Never raises for what may happen on a network: a time-out is `UNKNOWN`. The same key
    moves money once, however often and in whatever order it arrives.
    """

    @property
    def authorizes(self) -> bool:
        """Whether money is held first and captured later; otherwise a capture is the first thing asked."""
        ...

    def authorize(self, request: GatewayRequest) -> GatewayResult:
        """Hold money."""
        ...

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Take money that is held, or at once where nothing is held."""
        ...

    def void(self, request: GatewayRequest) -> GatewayResult:
        """Give back what is held and not captured."""
        ...

    def refund(self, request: GatewayRequest) -> GatewayResult:
        """Give back what was captured."""
        ...

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of an attempt. Moves nothing."""
        ...


gateways: Final[dict[str, PaymentGateway]] = {}
"""The gateways that are there, by the code that payments carry. Adapters put themselves in when the program starts."""


def ask(request: GatewayRequest, gateway: str) -> GatewayResult:
    """Make the attempt at the gateway of that code."""
    port = gateways[gateway]
    asks = {"authorize": port.authorize, "capture": port.capture, "void": port.void, "refund": port.refund}
    return asks[request.kind](request)
