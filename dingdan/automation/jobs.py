"""Schedules: what happens by the clock, for every tenant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from dingdan.automation import (
    alarms,
    bills,
    checkouts,
    escalations,
    gateways,
    low_stock,
    rates,
    reactions,
    reminding,
    report_sending,
    sending,
    wish_reactions,
)
from dingdan.integrations.webhooks.tidying import tidy
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import forget_guesses
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.tenants import tenant_ids
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import expire_holds, expire_lots
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import expire_gift_cards, expire_store_credit, forget_gift_card_codes
from dingdan.trade.aftersales import queries as aftersales
from dingdan.trade.aftersales.commands import ExpireOrder, expire_orders, lapse_return
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.commands import expire_carts

EVERY_MINUTE = "* * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_QUARTER = "* * * * * */15"
"""Four times a minute."""
GUESSES_KEPT = timedelta(days=2)
DEAD_AFTER_SECONDS = 30
"""A worker that has not been heard of for so long is dead. Living ones are heard of every ten seconds."""


def _each(work: Callable[[UUID], object]) -> None:
    for tenant_id in tenant_ids():
        with tenant_scope(tenant_id):
            work(tenant_id)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="expire_unpaid_orders", queueing_lock="expire_unpaid_orders", pass_context=False)
def expire_unpaid_orders(timestamp: int) -> None:
    """Cancel orders whose time to be paid is over."""
    _each(expire)


def expire(tenant_id: UUID) -> int:
    """Cancel a tenant's unpaid orders whose time is over, some at a time; return how many were canceled."""
    late = orders.due_to_expire(clock.now())
    calls = [
        (Call(tenant_id=tenant_id, actor=SYSTEM, key=f"expire:{order_id}"), ExpireOrder(order_id=order_id)) for order_id in late
    ]
    return sum(not isinstance(outcome, Refusal) for outcome in expire_orders.many(calls))


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="expire_old_holds", queueing_lock="expire_old_holds", pass_context=False)
def expire_old_holds(timestamp: int) -> None:
    """Let go the stock that carts held too long."""
    _each(let_go)


def let_go(tenant_id: UUID) -> None:
    """Let go a tenant's holds whose time is over."""
    if inventory.due_to_let_go(clock.now(), limit=1):
        expire_holds(Call(tenant_id=tenant_id, actor=SYSTEM))


@app.periodic(cron="7 * * * *")
@app.task(name="expire_old_lots", queueing_lock="expire_old_lots", pass_context=False)
def expire_old_lots(timestamp: int) -> None:
    """Take lots that are past their date out of stock."""
    _each(spoil)


def spoil(tenant_id: UUID) -> None:
    """Take a tenant's lots that are past their date out of stock."""
    if inventory.expired(clock.now().date(), limit=1):
        expire_lots(Call(tenant_id=tenant_id, actor=SYSTEM))


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="find_low_stock", queueing_lock="find_low_stock", pass_context=False)
def find_low_stock(timestamp: int) -> None:
    """Look for stock that has become low, and tell whoever is in charge."""
    _each(low_stock.look_for_low)


@app.periodic(cron="37 * * * *")
@app.task(name="lapse_missing_returns", queueing_lock="lapse_missing_returns", pass_context=False)
def lapse_missing_returns(timestamp: int) -> None:
    """Give up waiting for goods for which others left ahead."""
    _each(give_up)


def give_up(tenant_id: UUID) -> int:
    """Let a tenant's returns lapse that were to be back by now, some at a time; return how many did."""
    lapsed = 0
    for return_id in aftersales.due_to_lapse(clock.now()):
        with suppress(Refusal):
            lapse_return(Call(tenant_id=tenant_id, actor=SYSTEM, key=f"lapse:{return_id}"), return_id=return_id)
            lapsed += 1
    return lapsed


@app.periodic(cron="47 * * * *")
@app.task(name="expire_old_credit", queueing_lock="expire_old_credit", pass_context=False)
def expire_old_credit(timestamp: int) -> None:
    """Let go of store credit that nobody spent in time."""
    _each(forfeit)


def forfeit(tenant_id: UUID) -> None:
    """Let a tenant's store credit expire whose time is over."""
    if late := payments.credit_to_expire(clock.now()):
        expire_store_credit(Call(tenant_id=tenant_id, actor=SYSTEM), payable_ids=tuple(late))


@app.periodic(cron="52 * * * *")
@app.task(name="expire_old_gift_cards", queueing_lock="expire_old_gift_cards", pass_context=False)
def expire_old_gift_cards(timestamp: int) -> None:
    """Let gift cards expire, forget codes that were kept for long enough, and guesses that nobody waits for any more."""
    _each(tidy_cards)


def tidy_cards(tenant_id: UUID) -> None:
    """Let a tenant's gift cards expire whose time is over, and forget their codes and who guessed at them in time."""
    now = clock.now()
    if late := payments.cards_to_expire(now):
        expire_gift_cards(Call(tenant_id=tenant_id, actor=SYSTEM), payable_ids=tuple(late))
    if kept := payments.codes_to_forget(now):
        forget_gift_card_codes(Call(tenant_id=tenant_id, actor=SYSTEM), gift_card_ids=tuple(kept))
    forget_guesses(now - GUESSES_KEPT)


@app.periodic(cron="17 * * * *")
@app.task(name="expire_old_carts", queueing_lock="expire_old_carts", pass_context=False)
def expire_old_carts(timestamp: int) -> None:
    """Forget carts whose time is over."""
    _each(lambda tenant_id: expire_carts(Call(tenant_id=tenant_id, actor=SYSTEM)))


@app.periodic(cron=EVERY_QUARTER)
@app.task(name="take_up_jobs", queueing_lock="take_up_jobs", pass_context=True)
async def take_up_jobs(context: JobContext, timestamp: int) -> None:
    """Let others do the jobs of workers that died. What runs by the clock is not run late: its next time comes by itself."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        if job.queueing_lock is None:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="reconcile_payments", queueing_lock="reconcile_payments", pass_context=False)
def reconcile_payments(timestamp: int) -> None:
    """Ask gateways about what nobody knows yet."""
    _each(gateways.reconcile)


@app.periodic(cron="23 * * * *")
@app.task(name="fetch_bills", queueing_lock="fetch_bills", pass_context=False)
def fetch_bills(timestamp: int) -> None:
    """Fetch the bills of gateways that are not here yet, and receive the payouts that the bank tells of."""
    _each(bills.fetch_all)
    _each(bills.receive_payouts)


@app.periodic(cron="53 * * * *")
@app.task(name="fetch_rates", queueing_lock="fetch_rates", pass_context=False)
def fetch_rates(timestamp: int) -> None:
    """Fetch the operator's list of rates, where one is named; a list that was taken in changes nothing."""
    rates.fetch_rates(list(tenant_ids()))


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="send_forgotten_notices", queueing_lock="send_forgotten_notices", pass_context=False)
def send_forgotten_notices(timestamp: int) -> None:
    """Send the mails whose job was lost in a crash."""
    _each(sending.send_forgotten)


@app.periodic(cron="33 * * * *")
@app.task(name="answer_wishes", queueing_lock="answer_wishes", pass_context=False)
def answer_wishes(timestamp: int) -> None:
    """Tell the next ones of what is still there a day later, and forget addresses that are needed no longer."""
    _each(wish_reactions.look_again)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="send_due_reports", queueing_lock="send_due_reports", pass_context=False)
def send_due_reports(timestamp: int) -> None:
    """Queue the reports that are due, and send those whose job was lost in a crash."""
    _each(report_sending.queue_due)
    _each(report_sending.send_forgotten_reports)


@app.periodic(cron="27 * * * *")
@app.task(name="tidy_webhooks", queueing_lock="tidy_webhooks", pass_context=False)
def tidy_webhooks(timestamp: int) -> None:
    """Forget old deliveries, and find those that nobody woke."""
    _each(tidy)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="escalate_overdue_tickets", queueing_lock="escalate_overdue_tickets", pass_context=False)
def escalate_overdue_tickets(timestamp: int) -> None:
    """Escalate tickets whose deadline has passed."""
    _each(escalations.escalate)


@app.periodic(cron="37 * * * *")
@app.task(name="close_solved_tickets", queueing_lock="close_solved_tickets", pass_context=False)
def close_solved_tickets(timestamp: int) -> None:
    """Put away tickets that were solved a week ago."""
    _each(escalations.put_away)


@app.periodic(cron="43 * * * *")
@app.task(name="remind_overdue", queueing_lock="remind_overdue", pass_context=False)
def remind_overdue(timestamp: int) -> None:
    """Remind customers of what is overdue, in the morning of their shop."""
    _each(reminding.remind)


__all__ = [
    "alarms",
    "bills",
    "checkouts",
    "escalations",
    "expire_unpaid_orders",
    "fetch_bills",
    "fetch_rates",
    "find_low_stock",
    "gateways",
    "low_stock",
    "rates",
    "reactions",
    "reconcile_payments",
    "report_sending",
    "send_due_reports",
    "send_forgotten_notices",
    "sending",
    "take_up_jobs",
]
