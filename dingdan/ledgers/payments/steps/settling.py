"""What carriers and gateways pass on to our bank, less their fees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.models import Payment
from dingdan.ledgers.payments.rules import Post, vault_of
from dingdan.ledgers.payments.steps.ledger import open_book, post
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotThisWay, SettledAboveCaptured


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """Of one payment so much arrived at our bank, and so much was kept as a fee."""

    entry: Entry
    payment_id: UUID
    currency: str
    arrived: int
    fee: int = 0


# vault → rules for what arrived and for the fee
_RULES = {"carrier": ("carrier_passed_on", "carrier_fee_kept"), "gateway": ("gateway_paid_out", "gateway_fee_kept")}


def settle_clearing(shares: Sequence[PassedOn], *, vault: str) -> None:
    """Money of carriers (vault `carrier`) or gateways (`gateway`) arrives at our bank.

    At most what they hold (`SettledAboveCaptured`).
    """
    arrived_by, fee_by = _RULES[vault]
    book = open_book([one.entry for one in shares], payments=[one.payment_id for one in shares])
    for one in shares:
        paid = book.payment(one.payment_id)
        if vault_of(paid.gateway) != vault:
            raise NotThisWay(method=paid.gateway, known=vault)
        ForeignCurrency.check(one.currency, paid.currency)
        if min(one.arrived, one.fee) < 0:
            raise AmountNotPositive(amount=Money(min(one.arrived, one.fee), paid.currency), field="amount")
        total = AmountNotPositive.check(Money(one.arrived + one.fee, paid.currency))
        left = paid.captured - paid.settled
        if total.amount > left:
            raise SettledAboveCaptured(asked=total, left=Money(left, paid.currency))
        paid.settled += total.amount
        for rule, amount in ((arrived_by, one.arrived), (fee_by, one.fee)):
            if amount:
                book.posts.append(Post(one.entry, rule, amount, paid.currency, payment_id=paid.id))
        book.about(one.entry, paid, *book.documents_of(paid))
    book.write(shares[0].entry.tenant_id)


class FeeKept(NamedTuple):
    """Of a payment at a gateway so much was kept as a fee."""

    payment_id: UUID
    currency: str
    amount: int


_SETTLE: Final = """
UPDATE payments_payment AS row SET settled = row.settled + new.amount
FROM unnest(%s::uuid[], %s::bigint[]) AS new (id, amount) WHERE row.tenant_id = %s AND row.id = new.id
"""


def keep_fees(entry: Entry, *, fees: Sequence[FeeKept]) -> None:
    """Gateways kept fees of payments, each once and of no more than the gateway still holds. Three statements, however many."""
    if not fees:
        return
    ids = sorted(one.payment_id for one in fees)
    list(Payment.objects.filter(id__in=ids).order_by("id").select_for_update(no_key=True).values_list("id"))
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [[one.payment_id for one in fees], [one.amount for one in fees], entry.tenant_id])
    post([Post(entry, "gateway_fee_kept", one.amount, one.currency, payment_id=one.payment_id) for one in fees])
