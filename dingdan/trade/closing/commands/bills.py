"""The bills of gateways: what they say moved, held against what the books say."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.trade.closing import steps
from dingdan.trade.closing.events import BillAwaited, BillCompared, BillFetched, BillLinesRecorded
from dingdan.trade.closing.models import Bill
from dingdan.trade.closing.queries import lines_by_state
from dingdan.trade.closing.rules import LineTold, check_line


@command
def await_bill(entry: Entry, *, account_id: UUID, day: date, error: str) -> BillAwaited:
    """A firm has no bill of a day yet, or could not be asked: it is to be asked again. Refuses a bill that is here."""
    bill = steps.open_bill(entry, account_id=account_id, day=day)
    code = clean_text(error, "error", 64)
    steps.wait_for(entry, bill=bill, error=code)
    return BillAwaited(bill_id=bill.id, gateway=bill.gateway, day=day, error=code)


@command
def record_bill_lines(entry: Entry, *, account_id: UUID, day: date, lines: tuple[LineTold, ...]) -> BillLinesRecorded:
    """Write lines of a bill down, each once however often it is fetched. Refuses an account that is not there, and lines that
    cannot be."""
    for line in lines:
        check_line(line)
    bill = steps.open_bill(entry, account_id=account_id, day=day)
    fresh, payouts = steps.keep_lines(entry, bill=bill, told=lines)
    return BillLinesRecorded(bill_id=bill.id, gateway=bill.gateway, day=day, fresh=fresh, payouts=tuple(payouts))


@command
def finish_bill(entry: Entry, *, account_id: UUID, day: date) -> BillFetched:
    """All lines of a bill are here. A bill that was fetched before stays as it is, with the lines that came since."""
    bill = steps.open_bill(entry, account_id=account_id, day=day)
    if bill.fetched_at is None:
        steps.finish(entry, bill=bill)
    return BillFetched(bill_id=bill.id, gateway=bill.gateway, day=day, lines=bill.lines)


@command
def compare_bill(entry: Entry, *, bill_id: UUID) -> BillCompared:
    """Hold the lines of a bill that are not matched yet against the books, and post the fees of those that are known.

    Lines go to the payouts that they name. Refuses a bill that is not there.
    """
    found = Bill.objects.filter(id=bill_id).first()
    if found is None:
        raise NotFound(field="bill_id", what="bill", id=bill_id)
    bill = steps.open_bill(entry, account_id=found.account_id, day=found.moved_on)
    steps.compare(entry, bill=bill)
    fees = steps.post_fees(entry, bill=bill)
    steps.link_lines(entry, account_id=bill.account_id)
    counts = lines_by_state(bill.id)
    return BillCompared(
        bill_id=bill.id,
        gateway=bill.gateway,
        day=bill.moved_on,
        matched=counts.get("matched", 0),
        missing=counts.get("missing", 0),
        differing=counts.get("differing", 0),
        noted=counts.get("noted", 0),
        fees_kept=fees.kept_in_all,
        fees_returned=fees.returned_in_all,
    )
