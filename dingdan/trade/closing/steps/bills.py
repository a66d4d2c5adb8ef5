"""Bills: their lines are written down once, held against the books in sets, and their fees posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments.steps import FeeKept, Post, keep_fees, post
from dingdan.masterdata.methods.queries import account_by_id
from dingdan.trade.closing.lifecycle import BILL_LIFE
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.closing.rules import FeeLine, Fees, LineTold, fees_of

PAYOUT: Final = "payout"


def open_bill(entry: Entry, *, account_id: UUID, day: date) -> Bill:
    """The bill of an account and a day, locked; made where there is none. Refuses an account that is not there."""
    account = account_by_id(account_id)
    if account is None:
        raise NotFound(field="account_id", what="merchant account", id=account_id)
    head = {"id": new_id(), "account_id": account.id, "gateway": account.gateway, "moved_on": day}
    insert((Bill, [head]), skip_existing=True)
    bill = Bill.objects.select_for_update(no_key=True).get(account_id=account.id, moved_on=day)
    entry.about("bill", bill.id)
    entry.about("merchant_account", account.id)
    return bill


def wait_for(entry: Entry, *, bill: Bill, error: str) -> None:
    """A bill is not there: it is asked for again."""
    state = BILL_LIFE.turn("wait", bill.state)
    Bill.objects.filter(id=bill.id).update(state=state, asked=bill.asked + 1, error=error, asked_at=entry.at)


def finish(entry: Entry, *, bill: Bill) -> None:
    """All lines of a bill are here."""
    state = BILL_LIFE.turn("fetch", bill.state)
    Bill.objects.filter(id=bill.id).update(state=state, error="", asked_at=entry.at, fetched_at=entry.at)


# Some firms tell of a movement twice: when it happens, and with the name of its payout once they have paid it out.
_NAME_PAYOUT: Final = """
UPDATE closing_billline AS line SET payout_reference = told.payout
FROM unnest(%s::text[], %s::text[], %s::text[]) AS told (kind, reference, payout)
WHERE line.tenant_id = %s AND line.account_id = %s AND line.kind = told.kind AND line.reference = told.reference
  AND line.payout_reference = '' AND line.payout_id IS NULL
"""


def keep_lines(entry: Entry, *, bill: Bill, told: Sequence[LineTold]) -> tuple[int, list[UUID]]:
    """Write lines of a bill down that are not there yet; return how many were new, and the payouts that they told of."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(), "bill_id": bill.id, "account_id": bill.account_id, "gateway": bill.gateway, "kind": one.kind,
            "reference": one.reference, "payment_reference": one.payment_reference, "key": one.key, "amount": one.amount,
            "fee": one.fee, "currency": one.currency, "at": one.at,
            "payout_reference": "" if one.kind == PAYOUT else one.payout,
        }
        for one in told
    ]  # fmt: skip
    insert((BillLine, rows), skip_existing=True)
    named = [row for row in rows if row["payout_reference"]]
    with connection.cursor() as cursor:
        columns = [[row[name] for row in named] for name in ("kind", "reference", "payout_reference")]
        cursor.execute(_NAME_PAYOUT, [*columns, entry.tenant_id, bill.account_id])
    ids = [row["id"] for row in rows]
    fresh = BillLine.objects.filter(id__in=ids).count()
    Bill.objects.filter(id=bill.id).update(lines=F("lines") + fresh)
    payouts: list[dict[str, Any]] = [
        {
            "id": new_id(), "account_id": bill.account_id, "gateway": bill.gateway, "reference": one.reference,
            "currency": one.currency, "amount": one.amount, "at": one.at,
        }
        for one in told
        if one.kind == PAYOUT
    ]  # fmt: skip
    if payouts:
        insert((Payout, payouts), skip_existing=True)
    kept = Payout.objects.filter(id__in=[row["id"] for row in payouts]).values_list("id", flat=True)
    return fresh, list(kept)


# By the firm's name of the movement or by our key; each attempt once, for the surer of two lines. Nearly all lines end here, so
# those that fit are matched at once: a row is written once instead of twice.
_EXACTLY: Final = """
WITH asked AS (
    SELECT line.id, line.gateway, line.kind, line.reference, line.key, line.amount, line.currency FROM closing_billline AS line
    WHERE line.tenant_id = %(tenant)s AND line.bill_id = %(bill)s AND line.state IN ('fetched', 'missing', 'differing')
      AND (line.kind = 'payment' OR line.kind = 'refund' AND line.amount <= 0)
), found AS (
    SELECT asked.id, attempt.id AS attempt_id, 1 AS surely FROM asked JOIN payments_attempt AS attempt
        ON attempt.tenant_id = %(tenant)s AND attempt.gateway = asked.gateway AND attempt.gateway_reference = asked.reference
        AND attempt.kind = CASE asked.kind WHEN 'payment' THEN 'capture' ELSE 'refund' END AND asked.reference <> ''
    UNION ALL
    SELECT asked.id, attempt.id, 2 FROM asked JOIN payments_attempt AS attempt
        ON attempt.tenant_id = %(tenant)s AND attempt.key = asked.key AND attempt.gateway = asked.gateway
        AND attempt.kind = CASE asked.kind WHEN 'payment' THEN 'capture' ELSE 'refund' END AND asked.key <> ''
), best AS (
    SELECT DISTINCT ON (surest.attempt_id) surest.id, surest.attempt_id FROM (
        SELECT DISTINCT ON (found.id) found.id, found.attempt_id, found.surely FROM found ORDER BY found.id, found.surely
    ) AS surest WHERE NOT EXISTS (
        SELECT FROM closing_billline AS taken WHERE taken.tenant_id = %(tenant)s AND taken.attempt_id = surest.attempt_id
            AND taken.id <> surest.id AND taken.state = 'matched'
    ) ORDER BY surest.attempt_id, surest.surely, surest.id
)
UPDATE closing_billline AS line SET attempt_id = best.attempt_id, payment_id = attempt.payment_id,
    state = CASE WHEN attempt.state IN ('succeeded', 'returned') AND attempt.amount = abs(line.amount)
        AND payment.currency = line.currency
        THEN 'matched' ELSE line.state END
FROM best JOIN payments_attempt AS attempt ON attempt.tenant_id = %(tenant)s AND attempt.id = best.attempt_id
JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = attempt.payment_id
WHERE line.tenant_id = %(tenant)s AND line.id = best.id
"""
# By the payment alone: the first line of an amount is its first attempt of that amount that no line has told of, and so on.
_BY_PAYMENT: Final = """
WITH asked AS (
    SELECT line.id, line.kind, abs(line.amount) AS amount, coalesce(named.id, keyed.payment_id) AS payment_id
    FROM closing_billline AS line
    LEFT JOIN payments_payment AS named ON named.tenant_id = %(tenant)s AND named.gateway = line.gateway
        AND named.gateway_reference = line.payment_reference AND line.payment_reference <> ''
    LEFT JOIN payments_attempt AS keyed ON keyed.tenant_id = %(tenant)s AND keyed.key = line.key AND line.key <> ''
        AND keyed.gateway = line.gateway
    WHERE line.tenant_id = %(tenant)s AND line.bill_id = %(bill)s AND line.state IN ('fetched', 'missing', 'differing')
      AND (line.kind = 'payment' OR line.kind = 'refund' AND line.amount <= 0)
      AND line.attempt_id IS NULL AND coalesce(named.id, keyed.payment_id) IS NOT NULL
), lines AS (
    SELECT asked.*, row_number() OVER (PARTITION BY asked.payment_id, asked.kind, asked.amount ORDER BY asked.id) AS place
    FROM asked
), attempts AS (
    SELECT attempt.id, attempt.payment_id, CASE attempt.kind WHEN 'capture' THEN 'payment' ELSE 'refund' END AS kind,
        attempt.amount, row_number() OVER (
            PARTITION BY attempt.payment_id, attempt.kind, attempt.amount
            ORDER BY attempt.state NOT IN ('succeeded', 'returned'), attempt.id
        ) AS place
    FROM payments_attempt AS attempt
    JOIN (SELECT DISTINCT asked.payment_id FROM asked) AS wanted ON wanted.payment_id = attempt.payment_id
    WHERE attempt.tenant_id = %(tenant)s AND attempt.kind IN ('capture', 'refund') AND NOT EXISTS (
        SELECT FROM closing_billline AS taken WHERE taken.tenant_id = %(tenant)s AND taken.attempt_id = attempt.id
    )
)
UPDATE closing_billline AS line SET attempt_id = attempts.id, payment_id = lines.payment_id
FROM lines LEFT JOIN attempts ON attempts.payment_id = lines.payment_id AND attempts.kind = lines.kind
    AND attempts.amount = lines.amount AND attempts.place = lines.place
WHERE line.tenant_id = %(tenant)s AND line.id = lines.id
"""
# What the books say of the attempt decides; an attempt that is open, or was denied, is as good as missing. Firms settle payments
# in the currency of the account: then the amount is another one, too, and cannot be compared.
_JUDGE: Final = """
UPDATE closing_billline AS line SET
    state = CASE
        WHEN line.kind NOT IN ('payment', 'refund') THEN 'noted'
        WHEN attempt.state IS NULL OR attempt.state NOT IN ('succeeded', 'returned') THEN 'missing'
        WHEN attempt.amount = abs(line.amount) AND payment.currency = line.currency THEN 'matched'
        WHEN attempt.amount <> abs(line.amount) AND payment.currency <> line.currency THEN 'exchanged'
        ELSE 'differing'
    END,
    expected = CASE WHEN attempt.state IN ('succeeded', 'returned') AND attempt.amount <> abs(line.amount)
        THEN CASE line.kind WHEN 'refund' THEN -attempt.amount ELSE attempt.amount END END
FROM closing_billline AS other
LEFT JOIN payments_attempt AS attempt ON attempt.tenant_id = %(tenant)s AND attempt.id = other.attempt_id
LEFT JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = attempt.payment_id
WHERE line.tenant_id = %(tenant)s AND other.tenant_id = %(tenant)s AND other.id = line.id AND line.bill_id = %(bill)s
  AND line.state IN ('fetched', 'missing', 'differing')
"""


# A refund that came back is told by a line of its own: the books know as many of them as refunds of the payment were returned.
_CAME_BACK: Final = """
WITH asked AS (
    SELECT line.id, line.amount, coalesce(named.id, keyed.payment_id) AS payment_id FROM closing_billline AS line
    LEFT JOIN payments_payment AS named ON named.tenant_id = %(tenant)s AND named.gateway = line.gateway
        AND named.gateway_reference = line.payment_reference AND line.payment_reference <> ''
    LEFT JOIN payments_attempt AS keyed ON keyed.tenant_id = %(tenant)s AND keyed.key = line.key AND line.key <> ''
        AND keyed.gateway = line.gateway
    WHERE line.tenant_id = %(tenant)s AND line.bill_id = %(bill)s AND line.state = 'missing'
      AND line.kind = 'refund' AND line.amount > 0
), lines AS (
    SELECT asked.*, row_number() OVER (PARTITION BY asked.payment_id, asked.amount ORDER BY asked.id) + (
        SELECT count(*) FROM closing_billline AS before WHERE before.tenant_id = %(tenant)s
          AND before.payment_id = asked.payment_id AND before.kind = 'refund' AND before.amount = asked.amount
          AND before.state = 'matched'
    ) AS place FROM asked WHERE asked.payment_id IS NOT NULL
)
UPDATE closing_billline AS line SET payment_id = lines.payment_id, state = CASE WHEN lines.place <= (
    SELECT count(*) FROM payments_attempt AS attempt WHERE attempt.tenant_id = %(tenant)s
      AND attempt.payment_id = lines.payment_id AND attempt.kind = 'refund' AND attempt.state = 'returned'
      AND attempt.amount = lines.amount
) THEN 'matched' ELSE line.state END
FROM lines WHERE line.tenant_id = %(tenant)s AND line.id = lines.id
"""


def compare(entry: Entry, *, bill: Bill) -> None:
    """Hold every line of a bill that is not matched yet against the books. Four statements, however many lines there are."""
    params = {"tenant": entry.tenant_id, "bill": bill.id}
    with connection.cursor() as cursor:
        for statement in (_EXACTLY, _BY_PAYMENT, _JUDGE, _CAME_BACK):
            cursor.execute(statement, params)


_FEES: Final = """
SELECT line.id, line.currency, CASE line.kind WHEN 'fee' THEN line.fee - line.amount ELSE line.fee END,
    CASE WHEN line.kind = 'payment' AND payment.currency = line.currency THEN payment.id END,
    CASE WHEN line.kind = 'payment' AND payment.currency = line.currency THEN payment.captured - payment.settled END
FROM closing_billline AS line
LEFT JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s AND payment.id = line.payment_id
WHERE line.tenant_id = %(tenant)s AND line.bill_id = %(bill)s AND NOT line.fee_posted
  AND (line.state IN ('matched', 'exchanged', 'differing') AND line.kind IN ('payment', 'refund') AND line.fee <> 0
       OR line.state = 'noted' AND line.kind = 'fee' AND line.fee <> line.amount)
ORDER BY line.payment_id, line.id
"""


def post_fees(entry: Entry, *, bill: Bill) -> Fees:
    """Post the fees of the lines of a bill that are known and were not posted yet. Payments are locked first, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_FEES, {"tenant": entry.tenant_id, "bill": bill.id})
        lines = [
            FeeLine(id=id_, currency=currency, kept=kept, payment_id=payment_id, room=room)
            for id_, currency, kept, payment_id, room in cursor.fetchall()
        ]
    fees = fees_of(lines)
    keep_fees(entry, fees=[FeeKept(id_, currency, amount) for id_, (currency, amount) in fees.of_payments.items()])
    post(
        [Post(entry, "gateway_fee_kept", amount, currency) for currency, amount in sorted(fees.others.items())]
        + [Post(entry, "gateway_fee_returned", amount, currency) for currency, amount in sorted(fees.returned.items())]
    )
    BillLine.objects.filter(id__in=[line.id for line in lines]).update(fee_posted=True)
    return fees
