"""What happened after the sale: ids, quantities, amounts in minor units, states."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CanceledLine:
    """So many units of an order line will not be shipped; `amount` is no longer owed for them."""

    line_id: UUID
    variant_id: UUID | None
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled(Event):
    """An order, or a part of it, is canceled. `refund_due` is what was paid above what is owed now."""

    order_id: UUID
    customer_id: UUID | None
    whole: bool
    reason: str
    currency: str
    amount: int
    owed: int
    refund_due: int
    lines: tuple[CanceledLine, ...]
    canceled_shipments: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizedLine:
    """So many units of an order line may come back."""

    return_line_id: UUID
    order_line_id: UUID
    quantity: int
    reason: str
    rule_id: UUID | None = None
    overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the customer gets in exchange."""

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAuthorized(Event):
    """Goods may come back; `wanted` in exchange for others, which a follow-up order will bring.

    With `due_back_at` that order is placed at once, and these goods must be back by then.
    """

    return_id: UUID
    number: str
    order_id: UUID
    node_id: UUID
    lines: tuple[AuthorizedLine, ...]
    wanted: tuple[Wanted, ...]
    due_back_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCanceled(Event):
    """Nothing comes back after all."""

    return_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPiece:
    """So many pieces are back and wait to be looked at."""

    piece_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceived(Event):
    """Goods are back at a node."""

    return_id: UUID
    order_id: UUID
    node_id: UUID
    pieces: tuple[ReceivedPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLine:
    """What became of a line that came back: units accepted, what is given back for them, what was kept back, and for what."""

    order_line_id: UUID
    quantity: int
    refund: int
    fee: int
    wear: int = 0
    restocking: int = 0
    shipping: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedPiece:
    """Where pieces of a variant went."""

    variant_id: UUID
    restocked: int
    damaged: int
    scrapped: int
    refurbished: int = 0
    sent_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLabeled(Event):
    """It is known how the parcel travels."""

    return_id: UUID
    order_id: UUID
    carrier: str
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnScanned(Event):
    """The carrier has the parcel. `refund` is given back for it already where the rules say so."""

    return_id: UUID
    order_id: UUID
    customer_id: UUID | None
    currency: str
    refund: int
    fee: int
    owed: int
    refund_due: int
    lines: tuple[ReturnedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLapsed(Event):
    """Goods did not come back for which others had left ahead; `at_risk` is what those are still owed."""

    return_id: UUID
    order_id: UUID
    follow_up_id: UUID | None
    currency: str
    at_risk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSentAhead(Event):
    """The goods in exchange are ordered before the first are back; `at_risk` is owed for them until then."""

    return_id: UUID
    order_id: UUID
    follow_up_id: UUID
    currency: str
    at_risk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnInspected(Event):
    """It is decided what is given back. `is_exchange`: a follow-up order is to be placed, and gets the money first.

    `refund` is what is no longer owed for the goods, `refund_due` what was paid above what is owed for the order now.
    """

    return_id: UUID
    order_id: UUID
    node_id: UUID
    customer_id: UUID | None
    is_exchange: bool
    state: str
    currency: str
    refund: int
    fee: int
    owed: int
    refund_due: int
    lines: tuple[ReturnedLine, ...]
    pieces: tuple[SortedPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRecorded(Event):
    """A return that happened elsewhere was brought over: the goods are back in stock."""

    return_id: UUID
    number: str
    order_id: UUID
    node_id: UUID
    customer_id: UUID | None
    state: str
    currency: str
    refund: int
    owed: int
    refund_due: int
    lines: tuple[ReturnedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSettled(Event):
    """The follow-up order is placed and got so much of the first order's money; the rest is due on it, or goes back."""

    return_id: UUID
    order_id: UUID
    follow_up_id: UUID
    currency: str
    moved: int
    due: int
    refund_due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelIntercepted(Event):
    """A carrier is to be asked to turn a parcel back."""

    interception_id: UUID
    shipment_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptionAnswered(Event):
    """The parcel was turned back (then its goods come back as a return), or went on (`state`: stopped, missed)."""

    interception_id: UUID
    shipment_id: UUID
    order_id: UUID
    state: str
    return_id: UUID | None
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedLine:
    """So many units of an order line are claimed; `refund` is given back for them."""

    order_line_id: UUID
    quantity: int
    reason: str
    refund: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFiled(Event):
    """Somebody says that something was wrong with goods."""

    claim_id: UUID
    number: str
    order_id: UUID
    customer_id: UUID | None
    lines: tuple[ClaimedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResolved(Event):
    """It is decided what is done about a claim (`resolution`: refund, replacement, keep).

    Of a replacement the order is still to be placed. `refund_due` is what was paid above what is owed for the order now.
    """

    claim_id: UUID
    order_id: UUID
    customer_id: UUID | None
    resolution: str
    currency: str
    refund: int
    owed: int
    refund_due: int
    lines: tuple[ClaimedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReplaced(Event):
    """The order that replaces what was claimed is placed."""

    claim_id: UUID
    order_id: UUID
    customer_id: UUID | None
    follow_up_id: UUID
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFileAttached(Event):
    """A photo or a PDF hangs on a return; `return_line_id` says which of its goods it shows."""

    return_id: UUID
    order_id: UUID
    attachment_id: UUID
    media_type: str
    size: int
    digest: str
    return_line_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFileAttached(Event):
    """A photo or a PDF hangs on a claim."""

    claim_id: UUID
    order_id: UUID
    attachment_id: UUID
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSalesForgotten(Event):
    """What a customer said and sent in returns and claims can be read no more: of so many claims, and so many files."""

    customer_id: UUID
    claims: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDenied(Event):
    """The shop said no."""

    claim_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawn(Event):
    """Whoever filed it wants nothing any more."""

    claim_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerThanked(Event):
    """Credit was given for the trouble that a claim told of."""

    claim_id: UUID
    order_id: UUID
    customer_id: UUID
    payable_id: UUID
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillGiven(Event):
    """We owe a customer (or whoever placed the order) a favor on account of an order, beyond what was paid too much."""

    order_id: UUID
    customer_id: UUID | None
    payable_id: UUID
    currency: str
    amount: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTakenAsCredit(Event):
    """What was paid too much is credit to spend here instead of a refund, and something on top."""

    order_id: UUID
    customer_id: UUID
    currency: str
    amount: int
    bonus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedLine:
    """The part of an allowance that falls on an order line."""

    line_id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceGiven(Event):
    """A part of an order's price was given up as a favor."""

    allowance_id: UUID
    order_id: UUID
    customer_id: UUID | None
    currency: str
    amount: int
    owed: int
    refund_due: int
    lines: tuple[AllowedLine, ...]
