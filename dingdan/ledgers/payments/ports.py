"""What a payment firm must be able to do for us, and the lists of those that are there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.events import PromptKind


class Answer(StrEnum):
    """What a gateway says.

    `WAITING` is for the payer to do what the prompt says. `UNKNOWN` is not no: nobody knows yet, `query` again. `NEVER_SEEN`
    comes from `query` alone: the gateway has not heard of the key, and as the attempt may still be on its way, the way to find
    out is to make it again under the same key.
    """

    DONE = "done"
    DECLINED = "declined"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    NEVER_SEEN = "never_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the payer is to do, so that the money moves: see `PromptKind` for what `content` is."""

    kind: PromptKind
    content: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A payer in front of a firm: how they meet it, what they are told, and what only this way needs.

    `title` is what is paid, for the payer. `details` holds what a way asks for (`openid`, `auth_code`, `payer_ip`, `email`,
    `saved_method_id`, …). `keep` asks the firm to keep the method for the customer's next payment. After `expires_at` the firm
    shall take no money for it.
    """

    way: str
    title: str
    language: str = "en"
    expires_at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRequest:
    """One attempt. `key` is the same however often the attempt is made (the text of a UUID); `payment_reference` is the gateway's
    name for the authorization or charge that it is about (empty for the first one).

    `first_key` is the key of the payment's first attempt, by which some firms know the payment; `reference` the gateway's name
    for this attempt, where it told one while it waited for the payer. `customer_id` says whose payment it is.
    `account_id` says whose account at the firm; `checkout` how the payer meets it, for the first attempt of a payment. The firm
    sends notices to `notify_url` and the payer back to `return_url`. `paid` is what the payment has captured so far, which some
    firms want to hear with a refund, as they do the `reason` for it.
    """

    tenant_id: UUID
    key: str
    kind: str
    payment_id: UUID
    payment_reference: str
    amount: int
    currency: str
    account_id: UUID | None = None
    first_key: str = ""
    reference: str = ""
    customer_id: UUID | None = None
    paid: int = 0
    checkout: Checkout | None = None
    notify_url: str = ""
    return_url: str = ""
    reason: str = ""


PENDING: Final = "pending"
"""The error of an `UNKNOWN` that is no silence: the gateway has it, and a bank takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResult:
    """What came of it. `reference` names this movement at the gateway (once per movement), `payment_reference` the
    authorization or charge it belongs to; `error` is the gateway's code; `means` how it was paid, for people (visa 4242).
    """

    answer: Answer
    amount: int = 0
    currency: str = ""
    reference: str = ""
    payment_reference: str = ""
    error: str = ""
    means: str = ""
    prompt: Prompt | None = None


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
        """What became of an attempt. Moves nothing that was not asked for: a firm that wants our word again once its payer has
        agreed gets it here, once.
        """
        ...


class ClosesCheckouts(Protocol):
    """A gateway at which payers have something to do, so that it can be told to wait no longer."""

    def close(self, request: GatewayRequest) -> GatewayResult:
        """Take no money for it any more. `DECLINED`: closed; `DONE`: too late, the money is here; else ask again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A notice as it arrived: header names in small letters, the body untouched, when it came."""

    account_id: UUID
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: datetime


class Topic(StrEnum):
    """What a notice is about: an attempt of that kind, or a dispute."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a firm tells by itself. `key` is ours where the firm says it; `merchant` the account that the money is of.

    Of a dispute `result` has the amount and the firm's names; `fee` what it costs, `answer_by` until when one can object.
    """

    id: str
    topic: Topic
    result: GatewayResult
    key: str = ""
    merchant: str = ""
    fee: int = 0
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Notices that are genuine, and what the firm wants to read once they are written down."""

    notices: tuple[Notice, ...] = ()
    answer: bytes = b""
    content_type: str = "text/plain"


class NotGenuine(Refusal):
    """The signature, the time or the sender of a notice is wrong: nothing in it is believed."""

    status = 401
    sentence = _("This notice is not genuine: {why}.")
    remedy = _("Send it again with a good signature, within five minutes of its time.")


class Hearing(Protocol):
    """Understands the notices of one firm."""

    def hear(self, post: Post) -> Heard:
        """What a genuine notice says. Refuses `NotGenuine`; a kind of notice that means nothing to us has no `notices`."""
        ...


class BillKind(StrEnum):
    """What a line of a firm's bill is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    FEE = "fee"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of a firm's bill. Minor units; `amount` is what moved, above zero towards us; `fee` what the firm kept of it.

    `key` is ours where the bill says it; `payout` the firm's name of the payout that it is in.
    """

    kind: BillKind
    reference: str
    amount: int
    currency: str
    at: datetime
    fee: int = 0
    payment_reference: str = ""
    key: str = ""
    payout: str = ""


class BillNotReady(Refusal):
    """The firm makes its bill later."""

    sentence = _("The bill of {day} is not there yet.")
    remedy = _("Ask again later: most firms make it on the next morning.")


class BillUnreadable(Refusal):
    """The bill did not arrive whole, or is not written as the firm says that it writes them."""

    status = 502
    sentence = _("The bill of {day} from {gateway} cannot be read: {why}.")
    remedy = _("Fetch it again. If it stays so, download it from the pages of {gateway} for merchants and compare.")


class Billing(Protocol):
    """Fetches the bills of one firm."""

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """Everything that moved on a day of the firm's own time zone. Refuses `BillNotReady`, `BillUnreadable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethod:
    """What a customer left with a firm to pay with again: the firm's name for it, and for people what it is (visa 4242)."""

    id: str
    means: str
    expires_on: date | None = None


class SavesMethods(Protocol):
    """Keeps customers' methods, so that we need to keep nothing of them. A firm that does not answer is a `Refusal`."""

    def saved(self, account_id: UUID, customer_id: UUID) -> list[SavedMethod]:
        """What the customer can pay with, the newest first."""
        ...

    def save(self, account_id: UUID, customer_id: UUID, *, currency: str, return_url: str, language: str = "en") -> Prompt:
        """Where the customer leaves a method without paying."""
        ...

    def forget(self, account_id: UUID, customer_id: UUID, method_id: str) -> bool:
        """Keep it no longer; False where it is none of the customer's."""
        ...


class EvidenceKind(StrEnum):
    """What a file shows that speaks for us."""

    SHIPPING = "shipping"
    CONVERSATION = "conversation"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A paper or a picture that speaks for us: at most one of each kind."""

    kind: EvidenceKind
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for us in a dispute, which the firm knows by `reference`. The same `key` is sent once."""

    reference: str
    key: str
    text: str
    files: tuple[EvidenceFile, ...] = ()


class AnswersDisputes(Protocol):
    """A firm through which disputes are answered. What it does not take, and its silence, is a `Refusal`."""

    def answer(self, account_id: UUID, evidence: Evidence) -> None:
        """Send what speaks for us to whoever decides."""
        ...

    def accept(self, account_id: UUID, reference: str, *, key: str) -> None:
        """Give in: the money is gone."""
        ...


gateways: Final[dict[str, PaymentGateway]] = {}
"""The gateways that are there, by the code that payments carry. Adapters put themselves in when the program starts."""

closing: Final[dict[str, ClosesCheckouts]] = {}
"""Those at which payers have something to do."""

hearing: Final[dict[str, Hearing]] = {}
"""Those that tell things by themselves."""

billing: Final[dict[str, Billing]] = {}
"""Those that make bills."""

saving: Final[dict[str, SavesMethods]] = {}
"""Those that keep customers' methods for their next payments."""

disputing: Final[dict[str, AnswersDisputes]] = {}
"""Those through which disputes are answered."""


def ask(request: GatewayRequest, gateway: str) -> GatewayResult:
    """Make the attempt at the gateway of that code."""
    port = gateways[gateway]
    match request.kind:
        case "authorize":
            return port.authorize(request)
        case "capture":
            return port.capture(request)
        case "void":
            return port.void(request)
        case _:
            return port.refund(request)
