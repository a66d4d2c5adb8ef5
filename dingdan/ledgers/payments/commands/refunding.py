"""Money going back to customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import Document, PaymentRefunded, RefundAsked, RefundRequested, RefundSent
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.rules import OWN_CREDIT
from dingdan.ledgers.payments.steps import RefundAsk, Refunding, Told, give_back, promise_refunds, send, succeed
from dingdan.ledgers.payments.steps.refusals import NotThisWay, UnknownMethod
from dingdan.masterdata.staff.steps import hold_to_limit

_BACK = ("cash", "terminal", "bank_transfer", *OWN_CREDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReturned:
    """Money that went back by hand: of a payment, of a document, or both; all of it without an amount."""

    payment_id: UUID | None = None
    document: Document | None = None
    money: Money | None = None
    method: str = ""
    reason: str = ""


@command
def request_refund(entry: Entry, *, refund: MoneyReturned) -> RefundRequested:
    """Promise a refund of a payment or of a document, over its payments; gateways or people are to give it back.

    What goes back as store credit is given back at once. Refuses `RefundAboveCaptured`, `ForeignCurrency`,
    `AmountNotPositive`, `UnknownMethod`, `NotFound`.
    """
    if refund.method and refund.method not in (*_BACK, *gateways):
        raise UnknownMethod(method=refund.method, known=", ".join((*_BACK, *sorted(gateways))), field="method")
    (told,) = promise_refunds([_ask(entry, refund)])
    hold_to_limit(entry, what="refund", money=told.money)
    return _requested(told, refund)


@command
def send_refund(entry: Entry, *, attempt_id: UUID) -> RefundSent:
    """Say that a refund is about to be asked of its gateway, so that nobody withdraws it any more.

    Refuses `NotFound`, and (`NotInThisState`) what is sent, answered or withdrawn.
    """
    asked = send(entry, attempt_id=attempt_id)
    return RefundSent(payment_id=asked.payment_id, attempt_id=asked.id, gateway=asked.gateway, amount=asked.amount)


@batch_command(PaymentRefunded)
def record_refund(batch: Batch[Told]) -> None:
    """The gateway (or a person) has given the money back.

    Refuses `AlreadyRecorded`, `AmountDiffers`, `UnknownGatewayReference`, `ReferenceUsed`.
    """
    outcomes = succeed([(item.entry, replace(item.intent, kind=AttemptKind.REFUND)) for item in batch.items])
    for item, done in zip(batch.items, outcomes, strict=True):
        if isinstance(done, Refusal):
            item.refuse(done)
            continue
        item.accept(
            PaymentRefunded(
                payment_id=done.paid.id,
                attempt_id=done.asked.id,
                method=done.asked.gateway,
                currency=done.paid.currency,
                amount=done.asked.amount,
                applied=done.applied,
            )
        )


@batch_command(RefundRequested)
def record_refunds(batch: Batch[MoneyReturned]) -> None:
    """Record money that has gone back by hand already: cash, bank transfers, store credit.

    Refuses `RefundAboveCaptured`, `ForeignCurrency`, `AmountNotPositive`, `NotThisWay`, `NotFound`.
    """
    for item in batch.items:
        if item.intent.method not in ("", *_BACK):
            item.refuse(NotThisWay(method=item.intent.method, known=", ".join(_BACK), field="method"))
    if not batch.open:
        return
    told = give_back([_ask(item.entry, item.intent) for item in batch.open])
    for item, refunding in zip(batch.open, told, strict=True):
        hold_to_limit(item.entry, what="refund", money=refunding.money)
        item.accept(_requested(refunding, item.intent))


def _ask(entry: Entry, refund: MoneyReturned) -> RefundAsk:
    if refund.payment_id is None and refund.document is None:
        raise Invalid(reason=_("A refund names a payment or a document."), field="document")
    return RefundAsk(
        entry=entry,
        payment_id=refund.payment_id,
        document=refund.document,
        money=refund.money,
        method=refund.method,
        reason=refund.reason,
    )


def _requested(told: Refunding, refund: MoneyReturned) -> RefundRequested:
    return RefundRequested(
        currency=told.money.currency,
        amount=told.money.amount,
        document_kind=refund.document.kind if refund.document else "",
        document_id=refund.document.id if refund.document else None,
        reason=refund.reason,
        refunds=tuple(
            RefundAsked(
                payment_id=asked.payment_id,
                attempt_id=asked.id,
                gateway=asked.gateway,
                amount=asked.amount,
                state=asked.state,
            )
            for asked in told.attempts
        ),
        applied=told.applied,
    )
