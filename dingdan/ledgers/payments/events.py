"""What happened to money: ids, amounts in minor units, states."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True)
class Document:
    """A document of whichever desk, e.g. ``Document("order", id)``. The money book knows no more of it."""

    kind: str
    id: UUID


class PromptKind(StrEnum):
    """What a payer is to do, and what stands in the prompt.

    redirect     go to this address
    qr           scan this text, shown as a QR code
    form         a form that sends itself: JSON with `action`, `method` and `fields`
    parameters   JSON that a page or app hands to the firm's own script
    """

    REDIRECT = "redirect"
    QR = "qr"
    FORM = "form"
    PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """So much for one document, and what its money looks like afterwards (a `PaymentStatus`)."""

    document_kind: str
    document_id: UUID
    receivable_id: UUID
    amount: int
    payment_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecorded(Event):
    """Money is here, by a method that needs no gateway. `unapplied` is what no document took."""

    payment_id: UUID
    method: str
    currency: str
    amount: int
    unapplied: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAllocated(Event):
    """Money that was nobody's pays documents now."""

    payment_id: UUID
    currency: str
    unapplied: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationReleased(Event):
    """Money of a document is nobody's again."""

    payment_id: UUID
    currency: str
    unapplied: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequested(Event):
    """A gateway is to be asked to hold money."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAuthorized(Event):
    """A gateway holds money for us."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRequested(Event):
    """A gateway is to be asked to take money."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptured(Event):
    """A gateway has taken money for us."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int
    unapplied: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidRequested(Event):
    """A gateway is to be asked to give back what it holds."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentVoided(Event):
    """A gateway holds so much less for us."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked:
    """One refund of several: by which way back, how much, and whether it is done (an `AttemptState`)."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    amount: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequested(Event):
    """Money is to be given back, by gateways or by hand; what is back already is in `applied`."""

    currency: str
    amount: int
    document_kind: str
    document_id: UUID | None
    reason: str
    refunds: tuple[RefundAsked, ...]
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSent(Event):
    """A gateway is about to be asked for a refund: it cannot be withdrawn any more."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(Event):
    """Money was given back, of a document's money or (`applied` empty) of nobody's."""

    payment_id: UUID
    attempt_id: UUID
    method: str
    currency: str
    amount: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAsked(Event):
    """Somebody wants to know now what became of a payment: its gateway is asked about these attempts."""

    payment_id: UUID
    gateway: str
    attempts: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptDeclined(Event):
    """A gateway did not do what it was asked (`kind`: authorize, capture, void, refund)."""

    payment_id: UUID
    attempt_id: UUID
    kind: str
    gateway: str
    currency: str
    amount: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerPrompted(Event):
    """The payer knows what to do; the gateway waits for them until `expires_at`. What they are told is no part of history."""

    payment_id: UUID
    attempt_id: UUID
    gateway: str
    currency: str
    amount: int
    kind: str
    prompt: PromptKind
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLost(Event):
    """Nobody knows whether the gateway did it: it is to be asked until it is known."""

    payment_id: UUID
    attempt_id: UUID
    kind: str
    gateway: str
    currency: str
    amount: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingSettled(Event):
    """A carrier or a gateway passed money on to our bank, less its fee."""

    vault: str
    currency: str
    arrived: int
    fee: int
    payments: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableWrittenOff(Event):
    """A part of an invoiced debt is given up."""

    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableReinstated(Event):
    """A debt that was given up is owed again."""

    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditGranted(Event):
    """We owe a party: a favor in money, or credit to spend here (`kind`: goodwill, store_credit)."""

    payable_id: UUID
    kind: str
    party_kind: str
    party_id: UUID
    currency: str
    amount: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredCredit:
    """Of one credit so much was not spent in time; `left` is what is still there."""

    payable_id: UUID
    party_id: UUID
    currency: str
    amount: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditExpired(Event):
    """Credit that was granted until now at the latest is no longer owed."""

    credits: tuple[ExpiredCredit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayablePaid(Event):
    """We paid what we owed a party, or a part of it."""

    payable_id: UUID
    kind: str
    method: str
    currency: str
    amount: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardIssued(Event):
    """A card that is on no order can be used from now on. `last4` are the last characters of its code."""

    gift_card_id: UUID
    payable_id: UUID
    origin: str
    currency: str
    amount: int
    last4: str
    expires_at: datetime | None
    document_kind: str
    document_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesGiven(Event):
    """The cards that were sold on a document have their codes, which are to be mailed."""

    document_kind: str
    document_id: UUID
    gift_card_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardVoided(Event):
    """Nobody can use a card any more; what was left of it went back to where it came from."""

    gift_card_id: UUID
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardReplaced(Event):
    """A card has another code; the old one opens nothing any more."""

    gift_card_id: UUID
    last4: str
    last4_before: str
    document_kind: str
    document_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredCard:
    """A card whose time was over, and what was left on it."""

    gift_card_id: UUID
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardsExpired(Event):
    """Cards can no longer be used; what nobody had used is ours."""

    cards: tuple[ExpiredCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesForgotten(Event):
    """Of these cards only the digests of their codes are kept now."""

    gift_card_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(Event):
    """A gateway took money of a payment back, and charged a fee for it."""

    dispute_id: UUID
    payment_id: UUID
    gateway: str
    reference: str
    currency: str
    amount: int
    fee: int
    reason: str
    answer_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAnswered(Event):
    """What speaks for the shop was sent to the gateway, with so many files. What was said stays there."""

    dispute_id: UUID
    payment_id: UUID
    gateway: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethodForgotten(Event):
    """A firm was told to keep a customer's method no longer."""

    customer_id: UUID
    gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutsForgotten(Event):
    """What a customer told to pay was erased. `kept` are those who may still pay: they are forgotten once that is over."""

    customer_id: UUID
    checkouts: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeDecided(Event):
    """Of a dispute so much came back, or is gone, this time (`amount`) and in all; open until the state says otherwise."""

    dispute_id: UUID
    payment_id: UUID
    currency: str
    amount: int
    won: int
    lost: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWon(DisputeDecided):
    """The gateway gave disputed money back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLost(DisputeDecided):
    """Disputed money is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyChanged(Event):
    """The shop reckons in another currency from now on."""

    before: str
    currency: str
