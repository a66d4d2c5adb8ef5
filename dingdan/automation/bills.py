"""Fetching what gateways say moved, outside any transaction, and asking about what the books do not know.

A bill is asked for until it is there. Its lines are written down, held against the books, and what still differs goes into the
exception queue. An attempt that a bill says was done and that is open here is asked about first (see `gateways`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from dingdan.automation import gateways
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Actor, Call
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.ports import BillLine, BillNotReady, billing
from dingdan.ledgers.payments.queries import makes_bills
from dingdan.masterdata.methods.queries import accounts_at
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import await_bill, check_payout, compare_bill, finish_bill, receive_payout, record_bill_lines
from dingdan.trade.closing.events import BillCompared
from dingdan.trade.closing.rules import LineTold, arrivals, bounds, evening
from dingdan.trade.reconciliation.commands import DiscrepancyFound, report_discrepancies

AT_ONCE: Final = 2_000
"""Lines that are written down in one transaction."""
DAYS_BACK: Final = 7
"""Bills of so many days are asked for as long as they are not there."""
GRACE: Final = timedelta(days=1)
"""A firm may write a movement into the bill of the next day: only what is in neither is missing there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking for a bill: nothing yet, for a reason; or how its lines stand to the books."""

    gateway: str
    account_id: UUID
    day: date
    compared: BillCompared | None = None
    reported: int = 0
    error: str = ""


def fetch_all(tenant_id: UUID) -> list[Fetched]:
    """Ask for every bill of the last days that is not there, of every account in use. The tenant is in scope."""
    today = day_of(clock.now(), tenant_in_scope().time_zone)
    found = []
    for account in accounts_at(makes_bills()):
        opened = day_of(_made(account.id), tenant_in_scope().time_zone)
        for back in range(DAYS_BACK, 0, -1):
            day = today - timedelta(days=back)
            known = queries.bill_of(account.id, day)
            if day >= opened and (known is None or known.fetched_at is None):
                found.append(fetch(tenant_id, account.gateway, account.id, day))
    return found


def _made(id: UUID) -> datetime:  # noqa: A002
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def fetch(tenant_id: UUID, gateway: str, account_id: UUID, day: date, *, actor: Actor = SYSTEM) -> Fetched:
    """Fetch a bill, also one that is here already, and hold it against the books. The tenant is in scope.

    What the firm cannot give now is awaited; a firm that cannot be spoken to is as good as one that has no bill yet.
    """
    try:
        for part in _parts(billing[gateway].bill(account_id, day)):
            record_bill_lines(_call(tenant_id, actor), account_id=account_id, day=day, lines=part)
    except Refusal as refusal:
        if not isinstance(refusal, BillNotReady):
            log.warning("the bill of %s for %s in %s: %s", gateway, day, tenant_id, refusal.code)
        return _awaited(tenant_id, gateway, account_id, day, error=refusal.code)
    except Exception as fault:
        log.exception("fetching the bill of %s for %s in %s", gateway, day, tenant_id)
        return _awaited(tenant_id, gateway, account_id, day, error=type(fault).__name__)
    told = finish_bill(_call(tenant_id, actor), account_id=account_id, day=day)
    compared, reported = compare(tenant_id, told.bill_id, actor=actor)
    reported += report_missing(tenant_id, account_id, day - GRACE)
    return Fetched(gateway, account_id, day, compared, reported)


def _awaited(tenant_id: UUID, gateway: str, account_id: UUID, day: date, *, error: str) -> Fetched:
    known = queries.bill_of(account_id, day)
    if known is None or known.fetched_at is None:
        await_bill(_call(tenant_id), account_id=account_id, day=day, error=error[:64])
    return Fetched(gateway, account_id, day, error=error)


def _parts(lines: Iterable[BillLine]) -> Iterator[tuple[LineTold, ...]]:
    rest = iter(lines)
    while part := tuple(_told(line) for line in islice(rest, AT_ONCE)):
        yield part


def _told(line: BillLine) -> LineTold:
    return LineTold(
        kind=line.kind.value,
        reference=line.reference,
        amount=line.amount,
        currency=line.currency,
        at=line.at,
        fee=line.fee,
        payment_reference=line.payment_reference,
        key=line.key,
        payout=line.payout,
    )


def compare(tenant_id: UUID, bill_id: UUID, *, actor: Actor = SYSTEM) -> tuple[BillCompared, int]:
    """Hold a bill against the books, ask its gateway about what is open here, and report what differs; return how much does."""
    at = _evening(queries.bill(bill_id).moved_on)
    told = compare_bill(_call(tenant_id, actor, at=at), bill_id=bill_id)
    if asked := queries.attempts_to_ask(bill_id):
        for attempt_id in asked:
            try:
                gateways.settle(tenant_id, attempt_id)
            except Exception:
                log.exception("asking %s about %s", told.gateway, attempt_id)
        told = compare_bill(_call(tenant_id, actor, at=at), bill_id=bill_id)
    reported = _report(tenant_id, queries.differences(bill_id))
    return told, reported + _check_payouts(tenant_id, bill_id)


def _evening(day: date) -> datetime:
    """The last moment of a day by the shop's clock: what was kept of the day's money belongs to it."""
    return min(clock.now(), evening(day, tenant_in_scope().time_zone))


def _check_payouts(tenant_id: UUID, bill_id: UUID) -> int:
    """Hold the payouts of an account against their lines; those that differ are reported once no earlier bill is awaited."""
    bill = queries.bill(bill_id)
    differing = []
    for payout in queries.open_payouts(bill.account_id):
        told = check_payout(_call(tenant_id), payout_id=payout.id)
        if told.state == "differing" and not queries.awaits_bills(bill.account_id):
            differing.append(queries.payout_that_differs(queries.payout(payout.id)))
    return _report(tenant_id, differing)


def receive_payouts(tenant_id: UUID) -> int:
    """Receive the payouts that the bank tells of, and return how many; what is not certain waits for people."""
    awaited = queries.on_their_way()
    found = arrivals(awaited, queries.lines_for(awaited))
    for payout_id, line_id in found.items():
        try:
            receive_payout(_call(tenant_id), payout_id=payout_id, line_id=line_id)
        except Refusal as refusal:
            log.warning("receiving payout %s in %s: %s", payout_id, tenant_id, refusal.code)
    return len(found)


def report_missing(tenant_id: UUID, account_id: UUID, day: date) -> int:
    """Report what the books say was done on a day and neither its bill nor the next one tells of; return how much that is."""
    known = [queries.bill_of(account_id, one) for one in (day, day + GRACE)]
    if any(bill is None or bill.fetched_at is None for bill in known):
        return 0
    since, until = bounds(day, tenant_in_scope().time_zone)
    return _report(tenant_id, map(queries.missing_at_firm, queries.untold(account_id, since=since, until=until)))


def _report(tenant_id: UUID, found: Iterable[DiscrepancyFound]) -> int:
    rest, count = iter(found), 0
    while some := list(islice(rest, AT_ONCE)):
        report_discrepancies.many([(_call(tenant_id), one) for one in some])
        count += len(some)
    return count


def _call(tenant_id: UUID, actor: Actor = SYSTEM, *, at: datetime | None = None) -> Call:
    return Call(tenant_id=tenant_id, actor=actor, key=f"bills:{new_id()}", at=at)
