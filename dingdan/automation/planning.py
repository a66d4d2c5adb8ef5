"""Which orders' goods may leave."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dingdan.automation.reacting import Wishes
from dingdan.kernel.journal import Call
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.trade.fulfillment.commands import PlanShipments

GOES = frozenset({"paid", "overpaid", "authorized", "partly_refunded", "nothing_due"})
"""Payment statuses in which the goods may leave."""


def plans(asked: Iterable[tuple[Call, UUID]]) -> Wishes:
    """To plan those of the orders whose goods may leave."""
    wanted = list(asked)
    owed = payments.receivable_of("order", {order_id for _call, order_id in wanted})
    for call, order_id in wanted:
        receivable = owed.get(order_id)
        if receivable is not None and (receivable.payment_status in GOES or receivable.terms != Terms.PREPAID):
            yield call, PlanShipments(order_id)
