"""The payouts of gateways: whether they are what their lines say, and when they are in our bank."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Busy, Refusal, refuses
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.register import locked
from dingdan.trade.closing import steps
from dingdan.trade.closing.events import PayoutArrived, PayoutChecked
from dingdan.trade.closing.models import Payout
from dingdan.trade.closing.queries import exchanged_in, payments_in
from dingdan.trade.closing.rules import adds_up, divided, net
from dingdan.trade.reconciliation.lifecycle import LINE_LIFE
from dingdan.trade.reconciliation.queries import lock_lines
from dingdan.trade.reconciliation.steps import set_aside

refuses("a_statement_line_is_one_payout", Busy)


class PayoutDiffers(Refusal):
    """It is not the sum of its lines."""

    sentence = _("The payout is {amount}, its lines add up to {lines}.")
    remedy = _("Fetch the bills that are missing, ask the gateway, or receive it as it is.")


class NotItsLine(Refusal):
    """The line of the bank statement is not what the payout brought."""

    sentence = _("This line of the bank statement is matched already, or it is not {amount}.")
    remedy = _("Choose the line by which the payout came, or none.")


@command
def check_payout(entry: Entry, *, payout_id: UUID) -> PayoutChecked:
    """Hold a payout against its lines: it differs when it is not their sum. Without lines, and in another currency, that
    cannot be told."""
    payout = locked(entry, Payout, payout_id)
    fits = payout.lines_currency != payout.currency or adds_up(payout.amount, payout.lines_total)
    state = steps.judge(entry, payout=payout, fits=fits)
    return PayoutChecked(payout_id=payout.id, gateway=payout.gateway, state=state, amount=payout.amount, lines=payout.lines_total)


@command
def receive_payout(entry: Entry, *, payout_id: UUID, line_id: UUID | None = None, as_it_is: bool = False) -> PayoutArrived:
    """The money of a payout is in our bank: its payments are settled, and what was kept back for refunds and charges is booked.

    `line_id` is the line of the bank statement by which it came, which is set aside. Refuses one that has arrived
    (`NotInThisState`), `NotItsLine`, and `PayoutDiffers` unless it is to be received as it is.
    """
    payout = locked(entry, Payout, payout_id)
    if payout.state == "differing":
        if not as_it_is:
            raise PayoutDiffers(amount=Money(payout.amount, payout.currency), lines=_lines(payout))
        payout.state = steps.judge(entry, payout=payout, fits=True)
    if line_id is not None:
        _set_aside(entry, payout, line_id)
    currency = payout.lines_currency or payout.currency
    arrival = divided(_total(payout, currency), currency, payments_in(payout), exchanged=exchanged_in(payout))
    steps.arrive(entry, payout=payout, line_id=line_id)
    entry.about("merchant_account", payout.account_id)
    steps.book_arrival(entry, payout=payout, arrival=arrival)
    return PayoutArrived(
        payout_id=payout.id,
        gateway=payout.gateway,
        reference=payout.reference,
        currency=currency,
        lines=payout.lines_total,
        arrived=payout.amount,
        arrived_currency=payout.currency,
        payments=(*(id_ for id_, _amount in arrival.of_payments), *(one.payment_id for one in arrival.exchanged)),
        line_id=line_id,
    )


def _lines(payout: Payout) -> Money:
    return Money(payout.lines_total, payout.lines_currency or payout.currency)


def _total(payout: Payout, currency: str) -> int:
    """What moved, in the currency of the lines and with their sign; what the firm says, where it says it in that currency."""
    if currency != payout.currency:
        return payout.lines_total
    return net(payout.amount, payout.lines_total)


def _set_aside(entry: Entry, payout: Payout, line_id: UUID) -> None:
    """The line is of our own money: it pays no document."""
    line = lock_lines([line_id]).get(line_id)
    brought = Money(net(payout.amount, payout.lines_total), payout.currency)
    if line is None or line.state != LINE_LIFE.initial or (line.amount, line.currency) != (brought.amount, brought.currency):
        raise NotItsLine(amount=brought, field="line_id")
    set_aside(entry, {line_id: f"{payout.gateway} {payout.reference}"[:300]})
    entry.about("statement_line", line_id)
