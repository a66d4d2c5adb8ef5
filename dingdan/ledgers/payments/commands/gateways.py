"""Money through gateways: requested in one entry, answered in another, with the network between them.

Webhook, redirect and poll all end in the same `record_…` command; the first one counts, the others are told that it is
`AlreadyRecorded`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry, Event
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import (
    AttemptDeclined,
    AttemptLost,
    AuthorizationRequested,
    CaptureRequested,
    GatewayAsked,
    PayerPrompted,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentVoided,
    PromptKind,
    VoidRequested,
)
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import open_of
from dingdan.ledgers.payments.rules import CheckoutDraft, clean_checkout
from dingdan.ledgers.payments.steps import (
    Answered,
    Ask,
    Start,
    Started,
    Told,
    Towards,
    ask_to_capture,
    ask_to_void,
    decline,
    lose,
    start,
    succeed,
    wait,
)
from dingdan.ledgers.payments.steps.refusals import (
    CurrencyNotTaken,
    NoMerchantAccount,
    NothingToAsk,
    NotThisWay,
    UnknownMethod,
    WayNotOffered,
)
from dingdan.masterdata.methods.queries import account_in_use, firm_of


def _known() -> str:
    return ", ".join(sorted(gateways))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    gateway: str
    currency: str
    towards: tuple[Towards, ...]
    checkout: CheckoutDraft | None
    authorizes: bool


def _begin(entry: Entry, asked: _Beginning) -> Started:
    if asked.gateway not in gateways:
        raise UnknownMethod(method=asked.gateway, known=_known(), field="gateway")
    if asked.authorizes and not gateways[asked.gateway].authorizes:
        raise NotThisWay(method=asked.gateway, known=_known(), field="gateway")
    begun = Start(
        entry=entry,
        gateway=asked.gateway,
        authorizes=asked.authorizes,
        currency=asked.currency,
        towards=asked.towards,
        account_id=_account(asked),
        checkout=clean_checkout(asked.checkout) if asked.checkout else None,
    )
    (told,) = start([begun])
    return told


def _account(asked: _Beginning) -> UUID | None:
    """The account that the shop has at the firm; None for a gateway that knows no accounts."""
    firm = firm_of(asked.gateway)
    if firm is None:
        return None
    account = account_in_use(asked.gateway)
    if account is None:
        raise NoMerchantAccount(gateway=firm.name, field="gateway")
    if firm.currencies and asked.currency not in firm.currencies:
        raise CurrencyNotTaken(gateway=firm.name, currency=asked.currency, known=", ".join(sorted(firm.currencies)))
    if asked.checkout and asked.checkout.way not in firm.ways:
        raise WayNotOffered(gateway=firm.name, way=asked.checkout.way, known=", ".join(firm.ways), field="checkout.way")
    return account.id


@command
def request_authorization(
    entry: Entry, *, gateway: str, currency: str, towards: tuple[Towards, ...], checkout: CheckoutDraft | None = None
) -> AuthorizationRequested:
    """Begin a payment whose money a gateway holds first: for what the documents are due, or for the amounts given.

    `checkout` says how the payer meets the gateway, where one has to. Refuses `UnknownMethod`, `NotThisWay`, `ForeignCurrency`,
    `NothingDue`, `AmountNotPositive`, `NotFound`, `NoMerchantAccount`, `CurrencyNotTaken`, `WayNotOffered`.
    """
    wanted = _Beginning(gateway=gateway, currency=currency, towards=towards, checkout=checkout, authorizes=True)
    told = _begin(entry, wanted)
    return AuthorizationRequested(
        payment_id=told.paid.id,
        attempt_id=told.asked.id,
        gateway=gateway,
        currency=currency,
        amount=told.asked.amount,
        applied=told.applied,
    )


@command
def request_charge(
    entry: Entry, *, gateway: str, currency: str, towards: tuple[Towards, ...], checkout: CheckoutDraft | None = None
) -> CaptureRequested:
    """Begin a payment whose money a gateway takes at once. Refuses what `request_authorization` does, but `NotThisWay`."""
    wanted = _Beginning(gateway=gateway, currency=currency, towards=towards, checkout=checkout, authorizes=False)
    told = _begin(entry, wanted)
    return CaptureRequested(
        payment_id=told.paid.id, attempt_id=told.asked.id, gateway=gateway, currency=currency, amount=told.asked.amount
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCapture:
    """Money of a payment that is held shall be taken: all that is left of it without an amount."""

    payment_id: UUID
    money: Money | None = None


@batch_command(CaptureRequested)
def request_capture(batch: Batch[RequestCapture]) -> None:
    """Ask for money that is held: all that is left of it, or a part.

    Refuses `CaptureAboveAuthorized`, `ForeignCurrency`, `NotFound`, and `CaptureWaits` while what it is for is reviewed.
    """
    asks = [Ask(entry=item.entry, payment_id=item.intent.payment_id, money=item.intent.money) for item in batch.items]
    _tell(batch, ask_to_capture(asks), lambda asked: CaptureRequested(**_names(asked), amount=asked.asked.amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestVoid:
    """What a gateway holds of a payment shall be given back."""

    payment_id: UUID


@batch_command(VoidRequested)
def request_void(batch: Batch[RequestVoid]) -> None:
    """Ask for everything that is held and not captured to be given back. Refuses `NothingToVoid`, `NotFound`."""
    asks = [Ask(entry=item.entry, payment_id=item.intent.payment_id) for item in batch.items]
    _tell(batch, ask_to_void(asks), lambda asked: VoidRequested(**_names(asked), amount=asked.asked.amount))


@batch_command(PayerPrompted)
def record_prompt(batch: Batch[Told]) -> None:
    """The gateway waits for the payer, who is to do what the prompt says. Refuses `AlreadyRecorded`, `NotFound`."""
    ends = {item.intent.attempt_id: item.intent.prompt for item in batch.items}

    def prompted(done: Answered) -> PayerPrompted:
        prompt = ends[done.asked.id]
        return PayerPrompted(
            **_names(done),
            kind=str(done.asked.kind),
            amount=done.asked.amount,
            prompt=prompt.kind if prompt else PromptKind.REDIRECT,
            expires_at=prompt.expires_at if prompt else None,
        )

    _tell(batch, wait(_answers(batch)), prompted)


@batch_command(PaymentAuthorized)
def record_authorization(batch: Batch[Told]) -> None:
    """The gateway holds the money. Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`."""
    _tell(
        batch,
        succeed(_answers(batch, AttemptKind.AUTHORIZE)),
        lambda done: PaymentAuthorized(**_names(done), amount=done.asked.amount, applied=done.applied),
    )


@batch_command(PaymentCaptured)
def record_capture(batch: Batch[Told]) -> None:
    """The gateway took the money: it pays the documents that it was planned for.

    Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`.
    """
    _tell(batch, succeed(_answers(batch, AttemptKind.CAPTURE)), _captured)


def _captured(done: Answered) -> PaymentCaptured:
    unapplied = done.asked.amount - sum(part.amount for part in done.applied)
    return PaymentCaptured(**_names(done), amount=done.asked.amount, unapplied=unapplied, applied=done.applied)


@batch_command(PaymentVoided)
def record_void(batch: Batch[Told]) -> None:
    """The gateway holds it no longer. Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`."""
    _tell(
        batch,
        succeed(_answers(batch, AttemptKind.VOID)),
        lambda done: PaymentVoided(**_names(done), amount=done.asked.amount),
    )


@batch_command(AttemptDeclined)
def record_decline(batch: Batch[Told]) -> None:
    """The gateway did not do it, whatever it was. Refuses `AlreadyRecorded`, `UnknownGatewayReference`."""
    _tell(
        batch,
        decline(_answers(batch)),
        lambda done: AttemptDeclined(**_names(done), kind=str(done.asked.kind), amount=done.asked.amount, error=done.asked.error),
    )


@batch_command(AttemptLost)
def record_unknown(batch: Batch[Told]) -> None:
    """Nobody knows whether the gateway did it: it is to be asked until it is known. Refuses `AlreadyRecorded`."""
    _tell(
        batch,
        lose(_answers(batch)),
        lambda lost: AttemptLost(**_names(lost), kind=str(lost.asked.kind), amount=lost.asked.amount, error=lost.asked.error),
    )


def _answers(batch: Batch[Told], kind: AttemptKind | None = None) -> list[tuple[Entry, Told]]:
    return [(item.entry, replace(item.intent, kind=kind) if kind else item.intent) for item in batch.items]


def _tell(batch: Batch[Any], outcomes: Sequence[Answered | Refusal], event: Callable[[Answered], Event]) -> None:
    for item, outcome in zip(batch.items, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            item.refuse(outcome)
        else:
            item.accept(event(outcome))


def _names(done: Answered) -> dict[str, Any]:
    return {
        "payment_id": done.paid.id,
        "attempt_id": done.asked.id,
        "gateway": done.asked.gateway,
        "currency": done.paid.currency,
    }


@command
def ask_gateway(entry: Entry, *, payment_id: UUID) -> GatewayAsked:
    """Have a payment's gateway asked at once about everything that it has not answered: payers who are waited for, too.

    What it answers is written down as any answer of its is. Refuses `NotFound`, and `NothingToAsk` where all is known.
    """
    payment = Payment.objects.filter(id=payment_id).first()
    if payment is None:
        raise NotFound(what="payment", id=payment_id)
    attempts = open_of(payment_id)
    if not attempts:
        raise NothingToAsk(gateway=payment.gateway)
    entry.about("payment", payment_id)
    return GatewayAsked(payment_id=payment_id, gateway=payment.gateway, attempts=tuple(attempts))
