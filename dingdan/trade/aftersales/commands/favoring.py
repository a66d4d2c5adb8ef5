"""Beyond what is owed: a favor in money, credit instead of a refund with something on top, a thank-you after trouble."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money, currency_step, round_minor
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.masterdata.policies import queries as policies
from dingdan.masterdata.policies.rules import FavorLimits
from dingdan.masterdata.staff.steps import hold_to_limit
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.commands.authorizing import OVERRIDE
from dingdan.trade.aftersales.commands.refunding import RefundAboveSurplus
from dingdan.trade.aftersales.events import CustomerThanked, GoodwillGiven, RefundTakenAsCredit
from dingdan.trade.aftersales.lifecycle import ReturnReason
from dingdan.trade.aftersales.queries import DOCUMENT


class GoodwillAboveLimit(Refusal):
    """More than the shop lets everybody give."""

    sentence = _("{asked} cannot be given: with what was given before it is more than {limit}.")
    remedy = _("Give less, or use an account that may policies.override.")


class NobodyToThank(Refusal):
    """The order has no customer whose credit it could be."""

    sentence = _("This order belongs to no customer, so there is nobody to give credit to.")
    remedy = _("Refund it, or give goodwill.")


class NotToThank(Refusal):
    """The claim is not settled, was thanked for before, or the shop gives no thanks in this currency."""

    sentence = _("No credit is given for this claim: it is not settled, credit was given before, or the shop gives none.")
    remedy = _("Settle the claim first, or say in the favor terms how much is given.")


@command
def give_goodwill(entry: Entry, *, order_id: UUID, amount: int, reason: str = ReturnReason.OTHER) -> GoodwillGiven:
    """Owe somebody money as a favor on account of an order, beyond what the order can give back; it is paid out like any debt.

    Refuses `GoodwillAboveLimit` where whoever asks may not go beyond the shop's limit per order.
    """
    standing = queries.standing(order_id, lock=True)
    order, document = standing.order, Document(DOCUMENT, order_id)
    if amount <= 0:
        raise Invalid(field="amount", reason=_("Name an amount above zero."))
    before = payment_queries.owed_for(document, PayableKind.GOODWILL)
    limit = policies.favor_limits(order.currency).goodwill_limit
    if before + amount > limit and not entry.actor.may(OVERRIDE):
        raise GoodwillAboveLimit(field="amount", asked=Money(amount, order.currency), limit=Money(limit, order.currency))
    hold_to_limit(entry, what="credit", money=Money(amount, order.currency))
    party = payments.Party("customer", order.customer_id) if order.customer_id else payments.Party(DOCUMENT, order_id)
    debt = payments.Debt(
        entry=entry, kind=PayableKind.GOODWILL, party=party, currency=order.currency, amount=amount, document=document
    )
    (owing,) = payments.owe([debt])
    entry.about("order", order_id)
    return GoodwillGiven(
        order_id=order_id, customer_id=order.customer_id, payable_id=owing.id, currency=order.currency, amount=amount,
        given=before + amount,
    )  # fmt: skip


@command
def take_credit(entry: Entry, *, order_id: UUID, amount: int | None = None) -> RefundTakenAsCredit:
    """Give back what was paid for an order above what is owed as credit to spend here, and on top what the shop promises for it.

    The money itself stays for good, what is on top lasts as long as the shop says. Refuses `NobodyToThank`, `RefundAboveSurplus`.
    """
    standing = queries.standing(order_id, lock=True)
    order, left = standing.order, queries.refundable_of(standing)
    if order.customer_id is None:
        raise NobodyToThank(field="order_id")
    asked = left if amount is None else amount
    if not 0 < asked <= left:
        raise RefundAboveSurplus(field="amount", asked=Money(asked, order.currency), left=Money(left, order.currency))
    hold_to_limit(entry, what="refund", money=Money(asked, order.currency))
    ask = payments.RefundAsk(
        entry=entry, document=Document(DOCUMENT, order_id), money=Money(asked, order.currency), method="store_credit",
        reason="as_credit",
    )  # fmt: skip
    payments.promise_refunds([ask])
    terms = policies.favor_limits(order.currency)
    bonus = round_minor(terms.bonus_rate * asked, step=currency_step(order.currency))
    if bonus:
        payments.owe([_credit(entry, order.customer_id, Money(bonus, order.currency), terms=terms)])
    entry.about("order", order_id)
    entry.about("customer", order.customer_id)
    return RefundTakenAsCredit(
        order_id=order_id, customer_id=order.customer_id, currency=order.currency, amount=asked, bonus=bonus
    )


@command
def thank_customer(entry: Entry, *, claim_id: UUID) -> CustomerThanked:
    """Give credit for the trouble that a settled claim told of, as much as the shop gives.

    Refuses `NotToThank`, `NobodyToThank`.
    """
    standing, claim = queries.lock_claim(claim_id)
    order, terms = standing.order, policies.favor_limits(standing.order.currency)
    if claim.state != "resolved" or claim.thanked_at is not None or not terms.thank_you:
        raise NotToThank(field="claim_id")
    if order.customer_id is None:
        raise NobodyToThank(field="claim_id")
    steps.thank(entry, claim=claim)
    (owing,) = payments.owe([_credit(entry, order.customer_id, Money(terms.thank_you, order.currency), terms=terms)])
    return CustomerThanked(
        claim_id=claim.id, order_id=order.id, customer_id=order.customer_id, payable_id=owing.id, currency=order.currency,
        amount=terms.thank_you,
    )  # fmt: skip


def _credit(entry: Entry, customer_id: UUID, money: Money, *, terms: FavorLimits) -> payments.Debt:
    return payments.Debt(
        entry=entry, kind=PayableKind.STORE_CREDIT, party=payments.Party("customer", customer_id), currency=money.currency,
        amount=money.amount, expires_at=_until(entry.at, terms.credit_days),
    )  # fmt: skip


def _until(at: datetime, days: int | None) -> datetime | None:
    return at + timedelta(days=days) if days is not None else None
