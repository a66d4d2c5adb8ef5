"""Money through gateways: requested in one entry, answered in another, with the network between them.

Webhook, redirect and poll all end in the same `record_…` command; the first one counts, the others are told that it is
`AlreadyRecorded`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import (
    AttemptDeclined,
    AttemptLost,
    AuthorizationRequested,
    CaptureRequested,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentVoided,
    VoidRequested,
)
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import gateways
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
)
from dingdan.ledgers.payments.steps.refusals import NotThisWay, UnknownMethod


def _known() -> str:
    return ", ".join(sorted(gateways))


def _begin(entry: Entry, gateway: str, currency: str, towards: tuple[Towards, ...], *, authorizes: bool) -> Started:
    if gateway not in gateways:
        raise UnknownMethod(method=gateway, known=_known(), field="gateway")
    if authorizes and not gateways[gateway].authorizes:
        raise NotThisWay(method=gateway, known=_known(), field="gateway")
    (told,) = start([Start(entry=entry, gateway=gateway, authorizes=authorizes, currency=currency, towards=towards)])
    return told


@command
def request_authorization(entry: Entry, *, gateway: str, currency: str, towards: tuple[Towards, ...]) -> AuthorizationRequested:
    """Begin a payment whose money a gateway holds first: for what the documents are due, or for the amounts given.

    Refuses `UnknownMethod`, `NotThisWay`, `ForeignCurrency`, `NothingDue`, `AmountNotPositive`, `NotFound`.
    """
    told = _begin(entry, gateway, currency, towards, authorizes=True)
    return AuthorizationRequested(
        payment_id=told.paid.id,
        attempt_id=told.asked.id,
        gateway=gateway,
        currency=currency,
        amount=told.asked.amount,
        applied=told.applied,
    )


@command
def request_charge(entry: Entry, *, gateway: str, currency: str, towards: tuple[Towards, ...]) -> CaptureRequested:
    """Begin a payment whose money a gateway takes at once.

    Refuses `UnknownMethod`, `ForeignCurrency`, `NothingDue`, `AmountNotPositive`, `NotFound`.
    """
    told = _begin(entry, gateway, currency, towards, authorizes=False)
    return CaptureRequested(
        payment_id=told.paid.id, attempt_id=told.asked.id, gateway=gateway, currency=currency, amount=told.asked.amount
    )


@command
def record_authorization(entry: Entry, *, told: Told) -> PaymentAuthorized:
    """The gateway holds the money. Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`."""
    done = succeed(entry, told=replace(told, kind=AttemptKind.AUTHORIZE))
    return PaymentAuthorized(**_names(done), amount=done.asked.amount, applied=done.applied)


@command
def request_capture(entry: Entry, *, payment_id: UUID, money: Money | None = None) -> CaptureRequested:
    """Ask for money that is held: all that is left of it, or a part.

    Refuses `CaptureAboveAuthorized`, `ForeignCurrency`, `NotFound`, and `CaptureWaits` while what it is for is reviewed.
    """
    (asked,) = ask_to_capture([Ask(entry=entry, payment_id=payment_id, money=money)])
    return CaptureRequested(**_names(asked), amount=asked.asked.amount)


@command
def record_capture(entry: Entry, *, told: Told) -> PaymentCaptured:
    """The gateway took the money: it pays the documents that it was planned for.

    Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`.
    """
    done = succeed(entry, told=replace(told, kind=AttemptKind.CAPTURE))
    unapplied = done.asked.amount - sum(part.amount for part in done.applied)
    return PaymentCaptured(**_names(done), amount=done.asked.amount, unapplied=unapplied, applied=done.applied)


@command
def request_void(entry: Entry, *, payment_id: UUID) -> VoidRequested:
    """Ask for everything that is held and not captured to be given back. Refuses `NothingToVoid`, `NotFound`."""
    (asked,) = ask_to_void([Ask(entry=entry, payment_id=payment_id)])
    return VoidRequested(**_names(asked), amount=asked.asked.amount)


@command
def record_void(entry: Entry, *, told: Told) -> PaymentVoided:
    """The gateway holds it no longer. Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`."""
    done = succeed(entry, told=replace(told, kind=AttemptKind.VOID))
    return PaymentVoided(**_names(done), amount=done.asked.amount)


@command
def record_decline(entry: Entry, *, told: Told) -> AttemptDeclined:
    """The gateway did not do it, whatever it was. Refuses `AlreadyRecorded`, `UnknownGatewayReference`."""
    done = decline(entry, told=told)
    return AttemptDeclined(**_names(done), kind=str(done.asked.kind), amount=done.asked.amount, error=done.asked.error)


@command
def record_unknown(entry: Entry, *, told: Told) -> AttemptLost:
    """Nobody knows whether the gateway did it: it is to be asked until it is known. Refuses `AlreadyRecorded`."""
    lost = lose(entry, told=told)
    return AttemptLost(**_names(lost), kind=str(lost.asked.kind), amount=lost.asked.amount, error=lost.asked.error)


def _names(done: Answered) -> dict[str, Any]:
    return {
        "payment_id": done.paid.id,
        "attempt_id": done.asked.id,
        "gateway": done.asked.gateway,
        "currency": done.paid.currency,
    }
