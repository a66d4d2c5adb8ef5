"""What money is awaited for, and what is known of payers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.queries import open_attempts
from dingdan.trade.orders.models import Order
from dingdan.trade.reconciliation.models import LineMatch, StatementLine
from dingdan.trade.reconciliation.queries.lines import Line
from dingdan.trade.reconciliation.rules import Awaited, Awaiting
from dingdan.trade.reconciliation.rules.lines import NO_REFERENCE

MOST_AWAITED: Final = 300_000
"""Documents that are looked at; of a shop that has more of them open, the newest."""
REVERSED_WITHIN: Final = timedelta(days=400)
_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ORDER: Final = "order"

_AWAITED: Final = """
SELECT owed.document_id, placed.number, owed.currency, owed.due, placed.customer_id, coalesce(placed.external_id, ''),
    ship.name, ship.company, bill.name, bill.company,
    ARRAY(SELECT paper.number FROM settlement_invoice AS paper
          WHERE paper.tenant_id = %(tenant)s AND paper.order_id = placed.id AND owed.invoiced > 0)
FROM payments_receivable AS owed
JOIN orders_order AS placed ON placed.tenant_id = %(tenant)s AND placed.id = owed.document_id
JOIN orders_contact AS ship ON ship.tenant_id = %(tenant)s AND ship.id = placed.ship_to_id
JOIN orders_contact AS bill ON bill.tenant_id = %(tenant)s AND bill.id = placed.bill_to_id
WHERE owed.tenant_id = %(tenant)s AND owed.document_kind = 'order' AND owed.due > 0 AND owed.currency = ANY(%(currencies)s)
ORDER BY owed.id DESC LIMIT %(most)s
"""


def awaited(currencies: Collection[str]) -> Awaiting:
    """Every order that is not fully paid, in these currencies. One statement."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "currencies": sorted(currencies), "most": MOST_AWAITED}
    with whole_tables(), connection.cursor() as cursor:
        cursor.execute(_AWAITED, params)
        rows = cursor.fetchall()
    return Awaiting(
        Awaited(
            kind=_ORDER, id=id_, number=number, currency=currency, due=due, customer_id=customer_id,
            others=tuple(one for one in (external, *invoices) if one), names=tuple(dict.fromkeys(one for one in names if one)),
        )
        for id_, number, currency, due, customer_id, external, *names, invoices in rows
    )  # fmt: skip


_REFUNDS: Final = """
SELECT asked.id, coalesce(placed.number, ''), paid.currency, asked.amount, paid.customer_id, bill.name, bill.company, ship.name
FROM payments_attempt AS asked
JOIN payments_payment AS paid ON paid.tenant_id = %(tenant)s AND paid.id = asked.payment_id
LEFT JOIN payments_allocation AS share ON share.tenant_id = %(tenant)s AND share.id = asked.allocation_id
LEFT JOIN payments_receivable AS owed ON owed.tenant_id = %(tenant)s AND owed.id = share.receivable_id
LEFT JOIN orders_order AS placed ON placed.tenant_id = %(tenant)s AND placed.id = owed.document_id
LEFT JOIN orders_contact AS bill ON bill.tenant_id = %(tenant)s AND bill.id = placed.bill_to_id
LEFT JOIN orders_contact AS ship ON ship.tenant_id = %(tenant)s AND ship.id = placed.ship_to_id
WHERE asked.tenant_id = %(tenant)s AND asked.id = ANY(%(attempts)s) AND asked.kind = 'refund'
  AND asked.gateway = 'bank_transfer' AND paid.currency = ANY(%(currencies)s)
ORDER BY asked.id
"""


def waiting_refunds(currencies: Collection[str]) -> Awaiting:
    """Every refund that a person is to pay by hand, in these currencies, by the number of its order. Two statements."""
    attempts = open_attempts(before=_EVER, by_hand=True, limit=MOST_AWAITED)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "currencies": sorted(currencies), "attempts": attempts}
    with connection.cursor() as cursor:
        cursor.execute(_REFUNDS, params)
        rows = cursor.fetchall()
    return Awaiting(
        Awaited(
            kind="refund", id=id_, number=number, currency=currency, due=amount, customer_id=customer_id,
            names=tuple(dict.fromkeys(one for one in names if one)),
        )
        for id_, number, currency, amount, customer_id, *names in rows
    )  # fmt: skip


def known_payers(accounts: Iterable[str]) -> dict[str, set[UUID]]:
    """Account → the customers for whose orders it has paid before. Two statements."""
    wanted = {account for account in accounts if account}
    found: dict[str, set[UUID]] = defaultdict(set)
    if not wanted:
        return found
    paid = StatementLine.objects.filter(state="matched", payer_account__in=wanted, amount__gt=0)
    accounts_of = dict(paid.values_list("id", "payer_account"))
    rows = LineMatch.objects.filter(line_id__in=list(accounts_of), document_kind=_ORDER, undone_at=None)
    matched = list(rows.values_list("line_id", "document_id"))
    orders = Order.objects.filter(id__in={order_id for _line, order_id in matched}, customer_id__isnull=False)
    customers = dict(orders.values_list("id", "customer_id"))
    for line_id, order_id in matched:
        if order_id in customers:
            found[accounts_of[line_id]].add(customers[order_id])
    return found


def reversible(taken: Line) -> list[UUID]:
    """The booked lines that a line may take back: those of its own references, else those of the same payer and amount."""
    rows = StatementLine.objects.filter(
        account=taken.account, amount=-taken.amount, currency=taken.currency, state__in=("matched", "partly_matched"),
        booked_on__range=(taken.booked_on - REVERSED_WITHIN, taken.booked_on),
    ).order_by("-booked_on", "-id")  # fmt: skip
    if taken.end_to_end.upper() not in NO_REFERENCE:
        named = list(rows.filter(end_to_end=taken.end_to_end).values_list("id", flat=True)[:5])
        if named:
            return named
    if taken.payer_account:
        return list(rows.filter(payer_account=taken.payer_account).values_list("id", flat=True)[:5])
    return []
