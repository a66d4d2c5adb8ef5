"""The accounts: what each holds, and what went through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.models import Posting

_TRIAL_BALANCE = """
WITH side AS (
    SELECT given.debit_id AS account_id, given.currency, sum(given.amount) AS debit, 0 AS credit
    FROM payments_posting AS given WHERE given.tenant_id = %(tenant)s GROUP BY given.debit_id, given.currency
    UNION ALL
    SELECT taken.credit_id, taken.currency, 0, sum(taken.amount)
    FROM payments_posting AS taken WHERE taken.tenant_id = %(tenant)s GROUP BY taken.credit_id, taken.currency
)
SELECT account.code, account.kind, side.currency, sum(side.debit)::bigint, sum(side.credit)::bigint
FROM side JOIN payments_account AS account ON account.tenant_id = %(tenant)s AND account.id = side.account_id
GROUP BY account.code, account.kind, side.currency ORDER BY side.currency, account.code
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What went through an account in one currency, in minor units."""

    account: str
    kind: str
    currency: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """What the account holds on its own side: debits for assets and expenses, credits for liabilities and income."""
        left = self.debit - self.credit
        return left if self.kind in ("asset", "expense") else -left


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One posting as an account sees it: the amount is above zero for a debit, below for a credit."""

    id: int
    at: datetime
    rule: str
    amount: int
    currency: str
    against: str
    receivable_id: UUID | None
    payment_id: UUID | None
    payable_id: UUID | None


def anything_posted() -> bool:
    """Whether the books hold any amount at all."""
    return Posting.objects.exists()


def trial_balance() -> list[Balance]:
    """Every account that was ever used, by currency and code. Debits and credits of a currency add up to the same."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL_BALANCE, {"tenant": current_tenant_id()})
        rows = cursor.fetchall()
    return [Balance(account=code, kind=kind, currency=currency, debit=dr, credit=cr) for code, kind, currency, dr, cr in rows]


def statement(account: str, *, currency: str, after: int = 0, limit: int = 500) -> list[Line]:
    """The postings of an account in one currency, in the order they were written; `after` is the last line seen before."""
    rows = (
        Posting.objects.filter(Q(debit__code=account) | Q(credit__code=account), currency=currency, id__gt=after)
        .select_related("debit", "credit", "entry")
        .order_by("id")[:limit]
    )
    return [
        Line(
            id=row.id,
            at=row.entry.at,
            rule=row.rule,
            amount=row.amount if row.debit.code == account else -row.amount,
            currency=row.currency,
            against=row.credit.code if row.debit.code == account else row.debit.code,
            receivable_id=row.receivable_id,
            payment_id=row.payment_id,
            payable_id=row.payable_id,
        )
        for row in rows
    ]
