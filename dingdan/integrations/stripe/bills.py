"""Stripe's bill of a day: its balance transactions, with fees, and which payout they were paid out in.

A day is one of UTC's, as Stripe counts them. A movement is told on the day on which it happened, and once more, with the name of
its payout, on the day of the payout: only then is it known. Amounts are in the currency that Stripe settles in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from dingdan.integrations.stripe.amounts import from_stripe
from dingdan.integrations.stripe.client import client_of
from dingdan.integrations.stripe.errors import NotAsked
from dingdan.integrations.stripe.marks import KEY, KIND, marks_of
from dingdan.integrations.stripe.reading import takes_several
from dingdan.kernel import clock
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import BillKind, BillLine, BillNotReady
from dingdan.masterdata.methods.queries import credentials

if TYPE_CHECKING:
    import stripe

_PAGE: Final = 100
_KINDS: Final = {
    "charge": BillKind.PAYMENT,
    "payment": BillKind.PAYMENT,
    "refund": BillKind.REFUND,
    "payment_refund": BillKind.REFUND,
    "refund_failure": BillKind.REFUND,
    "payment_failure_refund": BillKind.REFUND,
    "payout": BillKind.PAYOUT,
    "payout_cancel": BillKind.PAYOUT,
    "payout_failure": BillKind.PAYOUT,
    "stripe_fee": BillKind.FEE,
    "stripe_fx_fee": BillKind.FEE,
    "tax_fee": BillKind.FEE,
    "network_cost": BillKind.FEE,
}
_FIRST: Final = frozenset({"charge", "payment", "refund", "payment_refund", "payout", "stripe_fee"})
"""What names its object the first time; what follows it later (a refund that failed, a dispute that was won) says what it is."""


class StripeBilling:
    """Streams the bills of accounts at Stripe."""

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """Everything that moved on a day of UTC. Refuses `BillNotReady` while the day lasts, and while Stripe does not answer."""
        import stripe

        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if clock.now() < begin + timedelta(days=1):
            raise BillNotReady(day=day)
        account = credentials(account_id)
        try:
            if account is None:
                raise NotAsked("no_account")
            yield from _lines(client_of(account), int(begin.timestamp()))
        except (stripe.StripeError, NotAsked) as error:
            raise BillNotReady(day=day) from error


def _lines(client: stripe.StripeClient, begin: int) -> Iterator[BillLine]:
    import stripe

    that_day: Any = {"gte": begin, "lt": begin + 86_400}
    wanted: Any = {"created": that_day, "limit": _PAGE, "expand": ["data.source"]}
    payouts = []
    for one in client.v1.balance_transactions.list(wanted).auto_paging_iter():
        yield _line(one)
        if one.type == "payout" and isinstance(one.source, stripe.Payout) and one.source.automatic:
            payouts.append(one.source.id)
    for payout in payouts:
        wanted = {"payout": payout, "limit": _PAGE, "expand": ["data.source"]}
        for one in client.v1.balance_transactions.list(wanted).auto_paging_iter():
            if one.type != "payout":
                yield _line(one, payout=payout)


def _line(one: stripe.BalanceTransaction, *, payout: str = "") -> BillLine:
    currency, source = one.currency.upper(), one.source
    kind = BillKind.DISPUTE if one.reporting_category.startswith("dispute") else _KINDS.get(one.type, BillKind.OTHER)
    return BillLine(
        kind=kind,
        reference=_reference(one),
        amount=_ours(one.amount, currency),
        currency=currency,
        at=datetime.fromtimestamp(one.created, UTC),
        fee=_ours(one.fee, currency),
        payment_reference=str(getattr(source, "payment_intent", None) or ""),
        key=_key(kind, source),
        payout=payout,
    )


def _ours(amount: int, currency: str) -> int:
    """Our minor units. Stripe settles in nothing finer than these, so that nothing is ever cut off here."""
    told = from_stripe(amount, currency)
    if told is None:
        raise NotAsked("amount_not_readable")
    return told


def _reference(one: stripe.BalanceTransaction) -> str:
    """The name by which the books know the movement: that of the charge, refund, dispute or payout; once for each line."""
    import stripe

    source = one.source
    named = source if isinstance(source, str) else source.id if source is not None else ""
    if not named:
        return one.id
    is_part = isinstance(source, stripe.Charge) and takes_several(source)
    if (one.type in _FIRST or one.reporting_category == "dispute") and not is_part:
        return str(named)
    return f"{named}:{one.id}"


def _key(kind: BillKind, source: Any) -> str:
    """Our key, where the bill says it: of charges that were not held before, and of refunds."""
    marks = {} if isinstance(source, str) else marks_of(source)
    is_hold = kind == BillKind.PAYMENT and marks.get(KIND) == AttemptKind.AUTHORIZE
    return "" if is_hold or kind not in (BillKind.PAYMENT, BillKind.REFUND) else str(marks.get(KEY) or "")
