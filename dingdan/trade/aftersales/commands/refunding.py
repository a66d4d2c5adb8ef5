"""Money after the sale: a favor, what was paid too much, and what an exchange moves to the next order."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document, RefundAsked, RefundRequested
from dingdan.ledgers.payments.rules import OWN_CREDIT, fill
from dingdan.masterdata.staff.steps import hold_to_limit
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import AllowanceGiven, AllowedLine, ExchangeSentAhead, ExchangeSettled
from dingdan.trade.aftersales.lifecycle import DECIDED, OPEN
from dingdan.trade.aftersales.queries import DOCUMENT, Standing
from dingdan.trade.aftersales.rules import LineAmount, RefundAboveWorth

BACK_BY_HAND = ("", "cash", "terminal", "bank_transfer", *OWN_CREDIT)
"""Ways by which money can go back whatever way it came; empty: the way it came."""


class RefundAboveSurplus(Refusal):
    """More is to go back than was paid above what is owed."""

    sentence = _("{asked} cannot be refunded: {left} was paid above what is owed for the order.")
    remedy = _("Refund at most {left}. To give back more, cancel lines, take goods back or give an allowance first.")


class AllowanceAboveLeft(Refusal):
    """More is to be given up than is left of the price."""

    status = 422
    sentence = _("{asked} cannot be allowed: {left} of the price is left.")
    remedy = _("Allow at most {left}. What is given beyond the price is goodwill.")


class NotAnExchange(Refusal):
    """The return asks for no other goods, is not inspected, or has its follow-up order already."""

    sentence = _("This return is not waiting for an order in exchange.")
    remedy = _("Inspect the return first; each exchange has one follow-up order, in the same currency.")


refuses("a_follow_up_order_is_for_one_return", NotAnExchange)


@command
def give_allowance(
    entry: Entry, *, order_id: UUID, amount: int | None = None, lines: tuple[LineAmount, ...] = (), reason: str = ""
) -> AllowanceGiven:
    """Give up a part of an order's price as a favor: of the lines named, or an amount over all of them.

    What was paid above the rest can then be refunded. Refuses `AllowanceAboveLeft`.
    """
    standing = queries.standing(order_id, lock=True)
    by_line = _by_line(standing, lines)
    total = sum(by_line.values()) if by_line else amount or 0
    left = Money(sum(line.allowable for line in standing.lines), standing.order.currency)
    if total <= 0 or (by_line and amount not in (None, total)):
        raise Invalid(field="amount", reason=_("Name an amount above zero, or amounts of lines, but not both."))
    if total > left.amount:
        raise AllowanceAboveLeft(field="amount", asked=Money(total, left.currency), left=left)
    hold_to_limit(entry, what="discount", money=Money(total, left.currency))
    reason = clean_text(reason, "reason", 200, required=False)
    (allowed,) = steps.allow([steps.Favor(entry, standing, total, by_line, reason)])
    order = standing.order
    entry.about("order", order.id)
    if order.customer_id:
        entry.about("customer", order.customer_id)
    return AllowanceGiven(
        allowance_id=allowed.id, order_id=order.id, customer_id=order.customer_id, currency=order.currency, amount=total,
        owed=allowed.relieved.owed, refund_due=allowed.relieved.refund_due,
        lines=tuple(AllowedLine(line_id=line_id, amount=part) for line_id, part in allowed.by_line.items()),
    )  # fmt: skip


def _by_line(standing: Standing, lines: Sequence[LineAmount]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for index, one in enumerate(lines):
        line = standing.line(one.line_id)
        if line is None:
            raise NotFound(field=f"lines.{index}.line_id", what="order line", id=one.line_id)
        if one.amount <= 0 or one.line_id in found:
            raise Invalid(field=f"lines.{index}.amount", reason=_("Name each line once, with an amount above zero."))
        if one.amount > line.allowable:
            raise RefundAboveWorth(field=f"lines.{index}.amount", name=line.name, asked=one.amount, left=line.allowable)
        found[one.line_id] = one.amount
    return found


@command
def refund_order(
    entry: Entry, *, order_id: UUID, amount: int | None = None, method: str = "", reason: str = ""
) -> RefundRequested:
    """Promise to give back what was paid for an order above what is owed, all of it without an amount (minor units).

    Money goes back the way it came, or by hand; what is disputed does not, because its gateway took it back already. Refuses
    `RefundAboveSurplus`.
    """
    standing = queries.standing(order_id, lock=True)
    currency, left = standing.order.currency, queries.refundable_of(standing)
    left -= payment_queries.held_by_disputes(Document(DOCUMENT, order_id), left)
    asked = left if amount is None else amount
    if asked <= 0 and amount is not None:
        raise Invalid(field="amount", reason=_("Name an amount above zero."))
    if not 0 < asked <= left:
        raise RefundAboveSurplus(field="amount", asked=Money(asked, currency), left=Money(left, currency))
    hold_to_limit(entry, what="refund", money=Money(asked, currency))
    ask = payments.RefundAsk(
        entry=entry, document=Document(DOCUMENT, order_id), money=Money(asked, currency),
        method=one_of(method, "method", BACK_BY_HAND), reason=clean_text(reason, "reason", 32, required=False),
    )  # fmt: skip
    (told,) = payments.promise_refunds([ask])
    entry.about("order", order_id)
    if standing.order.customer_id:
        entry.about("customer", standing.order.customer_id)
    return RefundRequested(
        currency=currency, amount=told.money.amount, document_kind=DOCUMENT, document_id=order_id, reason=ask.reason,
        refunds=tuple(
            RefundAsked(payment_id=one.payment_id, attempt_id=one.id, gateway=one.gateway, amount=one.amount, state=one.state)
            for one in told.attempts
        ),
        applied=told.applied,
    )  # fmt: skip


@command
def send_ahead(entry: Entry, *, return_id: UUID, follow_up_id: UUID) -> ExchangeSentAhead:
    """Name the order whose goods leave before those of an exchange are back. What is owed for it is at risk until then.

    Refuses `NotAnExchange`.
    """
    rma = queries.return_(return_id)
    found = queries.standings([rma.order_id, follow_up_id], lock=True)
    if follow_up_id not in found:
        raise NotFound(field="follow_up_id", what="order", id=follow_up_id)
    rma = queries.return_(return_id)  # as it is under the lock
    first, second = found[rma.order_id], found[follow_up_id]
    same = first.order.id == second.order.id or first.order.currency != second.order.currency
    if same or rma.state not in OPEN or rma.follow_up_id or not rma.is_ahead:
        raise NotAnExchange(field="return_id")
    steps.follow(entry, rma=rma, follow_up_id=follow_up_id)
    return ExchangeSentAhead(
        return_id=rma.id, order_id=first.order.id, follow_up_id=follow_up_id, currency=first.order.currency,
        at_risk=max(0, second.receivable.due),
    )  # fmt: skip


@command
def settle_exchange(entry: Entry, *, return_id: UUID, follow_up_id: UUID) -> ExchangeSettled:
    """Name the order that a customer gets in exchange, and let the money of the first order pay for it as far as it reaches.

    What is missing is due on the follow-up order, what is left over can be refunded. Refuses `NotAnExchange`.
    """
    rma = queries.return_(return_id)
    found = queries.standings([rma.order_id, follow_up_id], lock=True)
    if follow_up_id not in found:
        raise NotFound(field="follow_up_id", what="order", id=follow_up_id)
    rma = queries.return_(return_id)  # as it is under the lock
    first, second = found[rma.order_id], found[follow_up_id]
    same = first.order.id == second.order.id or first.order.currency != second.order.currency
    known = rma.follow_up_id not in (None, follow_up_id) or (rma.follow_up_id is not None and not rma.is_ahead)
    if same or rma.state not in DECIDED or known or not queries.is_exchange(rma.id):
        raise NotAnExchange(field="return_id")
    steps.follow(entry, rma=rma, follow_up_id=follow_up_id)
    left, due = queries.refundable_of(first), max(0, second.receivable.due)
    moved = _move(entry, first, second, min(left, due))
    if rma.state == "inspected" and not sum(line.refund for line in queries.lines_of(rma.id)):
        steps.turn(entry, rma=rma, name="close")
    return ExchangeSettled(
        return_id=rma.id, order_id=first.order.id, follow_up_id=follow_up_id, currency=first.order.currency, moved=moved,
        due=due - moved, refund_due=left - moved,
    )  # fmt: skip


def _move(entry: Entry, first: Standing, second: Standing, amount: int) -> int:
    """Let payments of one order pay another one, newest payment first; returns how much was moved."""
    if amount <= 0:
        return 0
    paid = list(reversed(payment_queries.payments_of(DOCUMENT, [first.order.id])[first.order.id]))
    parts = fill(amount, [sum(share.free for share in payment.shares) for payment in paid])
    taken = [(payment.id, Money(part, first.order.currency)) for payment, part in zip(paid, parts, strict=True) if part]
    payments.release([_put(entry, id_, first, money=money) for id_, money in taken])
    payments.allocate([_put(entry, id_, second, money=money) for id_, money in taken])
    return sum(money.amount for _id, money in taken)


def _put(entry: Entry, payment_id: UUID, standing: Standing, *, money: Money) -> payments.Put:
    return payments.Put(entry=entry, payment_id=payment_id, document=Document(DOCUMENT, standing.order.id), money=money)
