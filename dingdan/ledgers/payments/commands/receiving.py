"""Money by hand: cash, bank transfers, what carriers collect; and which documents it pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import AllocationReleased, Document, PaymentAllocated, PaymentRecorded
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.rules import METHODS
from dingdan.ledgers.payments.steps import Put, Receipt, Towards, allocate, receive, release
from dingdan.ledgers.payments.steps.refusals import NotThisWay, UnknownMethod

BY_HAND = ("cash", "terminal", "bank_transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReceived:
    """Money that is here: how it came, the bank's own reference for it, and what it is for (nothing: nobody knows yet)."""

    method: str
    money: Money
    reference: str = ""
    customer_id: UUID | None = None
    towards: tuple[Towards, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodCollected:
    """A carrier collected money for a document, and owes it to us."""

    document: Document
    money: Money
    reference: str = ""


@batch_command(PaymentRecorded)
def record_payments(batch: Batch[MoneyReceived]) -> None:
    """Record money that came by cash, card terminal or bank transfer.

    Each document gets at most what is due, in the order given; the rest is kept as unapplied. Refuses `UnknownMethod`,
    `NotThisWay`, `ForeignCurrency`, `AmountNotPositive`, `ReferenceUsed`, and `NotFound` for an unknown document.
    """
    for item in batch.items:
        if item.intent.method not in BY_HAND:
            there = item.intent.method in METHODS or item.intent.method in gateways
            refusal = NotThisWay if there else UnknownMethod
            item.refuse(refusal(method=item.intent.method, known=", ".join(BY_HAND), field="method"))
    _record(
        [
            (
                item,
                Receipt(
                    entry=item.entry,
                    id=new_id(),
                    method=item.intent.method,
                    money=item.intent.money,
                    reference=item.intent.reference,
                    customer_id=item.intent.customer_id,
                    towards=item.intent.towards,
                ),
            )
            for item in batch.open
        ]
    )


@batch_command(PaymentRecorded)
def collect_cod(batch: Batch[CodCollected]) -> None:
    """Record what carriers collected on delivery: the documents are paid, and the carrier owes us the money.

    Refuses `ForeignCurrency`, `AmountNotPositive`, `ReferenceUsed`, and `NotFound` for an unknown document.
    """
    _record(
        [
            (
                item,
                Receipt(
                    entry=item.entry,
                    id=new_id(),
                    method="cash_on_delivery",
                    money=item.intent.money,
                    reference=item.intent.reference,
                    towards=(Towards(document=item.intent.document),),
                ),
            )
            for item in batch.items
        ]
    )


def _record(receipts: Sequence[tuple[Item[MoneyReceived] | Item[CodCollected], Receipt]]) -> None:
    if not receipts:
        return
    for (item, receipt), told in zip(receipts, receive([receipt for _, receipt in receipts]), strict=True):
        if isinstance(told, Refusal):
            item.refuse(told)
        else:
            item.accept(
                PaymentRecorded(
                    payment_id=told.payment_id,
                    method=receipt.method,
                    currency=receipt.money.currency,
                    amount=receipt.money.amount,
                    unapplied=told.unapplied,
                    applied=told.applied,
                )
            )


@command
def allocate_payment(entry: Entry, *, payment_id: UUID, document: Document, money: Money) -> PaymentAllocated:
    """Put unapplied money of a payment to a document.

    Refuses `AllocationAboveUnapplied`, `AllocationAboveDue`, `ForeignCurrency`, `AmountNotPositive`, `NotFound`.
    """
    (told,) = allocate([Put(entry=entry, payment_id=payment_id, document=document, money=money)])
    return PaymentAllocated(payment_id=payment_id, currency=money.currency, unapplied=told.unapplied, applied=told.applied)


@command
def release_allocation(entry: Entry, *, payment_id: UUID, document: Document, money: Money) -> AllocationReleased:
    """Take money of a payment back from a document, to use it for another one or refund it.

    Refuses `ReleaseAboveAllocated`, `ForeignCurrency`, `AmountNotPositive`, `NotFound`.
    """
    (told,) = release([Put(entry=entry, payment_id=payment_id, document=document, money=money)])
    return AllocationReleased(payment_id=payment_id, currency=money.currency, unapplied=told.unapplied, applied=told.applied)
