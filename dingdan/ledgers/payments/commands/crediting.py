"""Favors, credit to spend, debts given up, and what carriers and gateways pass on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import (
    ClearingSettled,
    CreditExpired,
    CreditGranted,
    Document,
    ExpiredCredit,
    PayablePaid,
    PaymentRecorded,
    ReceivableReinstated,
    ReceivableWrittenOff,
)
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.models import Receivable
from dingdan.ledgers.payments.steps import (
    Debt,
    Expiry,
    Party,
    PassedOn,
    PayOut,
    Spend,
    WriteOff,
    expire_credit,
    owe,
    pay_out,
    reinstate,
    settle_clearing,
    spend,
    write_off,
)
from dingdan.masterdata.staff.steps import hold_to_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Of one payment so much arrived, and so much was kept as a fee, in minor units."""

    payment_id: UUID
    arrived: int
    fee: int = 0


@command
def write_off_receivable(entry: Entry, *, document: Document, money: Money | None = None) -> ReceivableWrittenOff:
    """Give up what a document still owes of its invoices, or a part.

    Refuses `WriteOffAboveOpen`, `ForeignCurrency`, `NotFound`.
    """
    (told,) = write_off([WriteOff(entry=entry, document=document, money=money)])
    currency = Receivable.objects.values_list("currency", flat=True).get(id=told.receivable_id)
    hold_to_limit(entry, what="write_off", money=Money(told.amount, currency), field="money")
    return ReceivableWrittenOff(applied=(told,))


@command
def reinstate_receivable(entry: Entry, *, document: Document, money: Money | None = None) -> ReceivableReinstated:
    """Owe again what was given up, or a part.

    Refuses `ReinstateAboveWrittenOff`, `ForeignCurrency`, `NotFound`.
    """
    (told,) = reinstate([WriteOff(entry=entry, document=document, money=money)])
    return ReceivableReinstated(applied=(told,))


@command
def grant_goodwill(entry: Entry, *, customer_id: UUID, money: Money, document: Document | None = None) -> CreditGranted:
    """Owe a customer money as a favor, perhaps on account of a document. Refuses `AmountNotPositive`."""
    hold_to_limit(entry, what="credit", money=money, field="money")
    return _grant(entry, PayableKind.GOODWILL, customer_id, money, document=document)


@command
def grant_store_credit(entry: Entry, *, customer_id: UUID, money: Money, expires_at: datetime | None = None) -> CreditGranted:
    """Give a customer credit to spend here, for good or until a time. Refuses `AmountNotPositive`, and a time that is over."""
    if expires_at is not None and expires_at <= entry.at:
        raise Invalid(reason=_("Give a time in the future."), field="expires_at")
    hold_to_limit(entry, what="credit", money=money, field="money")
    return _grant(entry, PayableKind.STORE_CREDIT, customer_id, money, expires_at=expires_at)


@command
def expire_store_credit(entry: Entry, *, payable_ids: tuple[UUID, ...]) -> CreditExpired:
    """Let go of the credits named what was granted until now at the latest and nobody spent: it is income from now on."""
    lost = expire_credit(Expiry(entry=entry, payable_ids=payable_ids))
    return CreditExpired(
        credits=tuple(
            ExpiredCredit(payable_id=owing.id, party_id=owing.party_id, currency=owing.currency, amount=amount, left=owing.due)
            for owing, amount in lost
        )
    )


def _grant(
    entry: Entry,
    kind: PayableKind,
    customer_id: UUID,
    money: Money,
    *,
    document: Document | None = None,
    expires_at: datetime | None = None,
) -> CreditGranted:
    debt = Debt(
        entry=entry,
        kind=kind,
        party=Party("customer", customer_id),
        currency=money.currency,
        amount=money.amount,
        document=document,
        expires_at=expires_at,
    )
    (owing,) = owe([debt])
    return CreditGranted(
        payable_id=owing.id,
        kind=kind.value,
        party_kind="customer",
        party_id=owing.party_id,
        currency=money.currency,
        amount=money.amount,
        left=owing.due,
    )


@command
def apply_store_credit(entry: Entry, *, document: Document, customer_id: UUID, money: Money | None = None) -> PaymentRecorded:
    """Pay a document with a customer's store credit: as much as is due and there is, or an amount.

    Refuses `NotEnoughCredit`, `NothingDue`, `ForeignCurrency`, `NotFound`.
    """
    (told,) = spend([Spend(entry=entry, party=Party("customer", customer_id), document=document, money=money)])
    (applied,) = told.applied
    return PaymentRecorded(
        payment_id=told.payment_id,
        method="store_credit",
        currency=told.currency,
        amount=applied.amount,
        unapplied=0,
        applied=told.applied,
    )


@command
def pay_payable(entry: Entry, *, payable_id: UUID, method: str, money: Money) -> PayablePaid:
    """Pay what we owe a party, by cash or bank transfer.

    Refuses `NotEnoughCredit`, `NotThisWay`, `ForeignCurrency`, `AmountNotPositive`, `NotFound`.
    """
    (owing,) = pay_out([PayOut(entry=entry, payable_id=payable_id, method=method, money=money)])
    return PayablePaid(
        payable_id=owing.id,
        kind=str(owing.kind),
        method=method,
        currency=money.currency,
        amount=money.amount,
        left=owing.due,
    )


@command
def settle_cod(entry: Entry, *, currency: str, shares: tuple[Arrived, ...]) -> ClearingSettled:
    """A carrier passed on what it had collected, less its fees. Refuses `SettledAboveCaptured`, `NotThisWay`, `NotFound`."""
    return _settle(entry, "carrier", currency, shares)


@command
def settle_payout(entry: Entry, *, currency: str, shares: tuple[Arrived, ...]) -> ClearingSettled:
    """A gateway paid out what it had captured, less its fees. Refuses `SettledAboveCaptured`, `NotThisWay`, `NotFound`."""
    return _settle(entry, "gateway", currency, shares)


def _settle(entry: Entry, vault: str, currency: str, shares: tuple[Arrived, ...]) -> ClearingSettled:
    if not shares:
        raise Invalid(reason=_("A settlement names at least one payment."), field="shares")
    passed = [
        PassedOn(entry=entry, payment_id=one.payment_id, currency=currency, arrived=one.arrived, fee=one.fee) for one in shares
    ]
    settle_clearing(passed, vault=vault)
    return ClearingSettled(
        vault=vault,
        currency=currency,
        arrived=sum(one.arrived for one in shares),
        fee=sum(one.fee for one in shares),
        payments=tuple(one.payment_id for one in shares),
    )
