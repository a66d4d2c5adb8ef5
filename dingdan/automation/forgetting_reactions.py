"""What follows when a person is to be forgotten: every desk forgets what it knows of them, now or once it is done with them."""

from __future__ import annotations

from django.contrib.auth.models import User

from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.kernel.journal import Call
from dingdan.kernel.tenancy import across_tenants
from dingdan.ledgers.payments.commands import ForgetCheckouts, forget_checkouts
from dingdan.masterdata.customers.events import CustomerContactErased
from dingdan.masterdata.customers.queries import belongs_somewhere, one_person
from dingdan.masterdata.staff.models import Membership
from dingdan.trade.aftersales.commands import forget_claimant
from dingdan.trade.orders.commands import ForgetInOrders, forget_in_orders
from dingdan.trade.orders.queries import bought_by_forgotten
from dingdan.trade.reconciliation.commands import forget_payer
from dingdan.trade.review.commands import forget_buyer
from dingdan.trade.tickets import queries as tickets
from dingdan.trade.tickets.commands import EraseTicket, erase_tickets


@together(forget_in_orders)
def forget_in_all_orders(asked: Asked) -> Wishes:
    """Orders that are over stay without whose they are."""
    return [(call, ForgetInOrders(event.customer_id)) for call, event in asked]


@together(forget_in_orders)
def forget_once_over(asked: Asked) -> Wishes:
    """An order of somebody who was forgotten meanwhile needs the address no longer."""
    wanted = list(asked)
    gone = bought_by_forgotten([event.order_id for _call, event in wanted])
    return [(call, ForgetInOrders(gone[event.order_id])) for call, event in wanted if event.order_id in gone]


@together(forget_checkouts)
def forget_at_checkouts(asked: Asked) -> Wishes:
    """What somebody told to pay is forgotten, too."""
    return [
        (part_of(call, one), ForgetCheckouts(customer_id=one)) for call, event in asked for one in one_person(event.customer_id)
    ]


@together(forget_checkouts)
def forget_checkouts_once_over(asked: Asked) -> Wishes:
    """Nobody pays any more for an order that is over."""
    wanted = list(asked)
    gone = bought_by_forgotten([event.order_id for _call, event in wanted])
    return [
        (part_of(call, one), ForgetCheckouts(customer_id=one))
        for call, event in wanted
        if event.order_id in gone
        for one in one_person(gone[event.order_id])
    ]


def forget_traces(call: Call, event: CustomerContactErased) -> None:
    """Who is forgotten is not found again by the review desk either."""
    for customer_id in one_person(event.customer_id):
        forget_buyer(part_of(call, customer_id), customer_id=customer_id)


def forget_payers(call: Call, event: CustomerContactErased) -> None:
    """Who is forgotten is not named by bank statements either."""
    for customer_id in one_person(event.customer_id):
        forget_payer(part_of(call, customer_id), customer_id=customer_id)


def forget_in_claims(call: Call, event: CustomerContactErased) -> None:
    """Whoever is forgotten is forgotten in returns and claims too: what was said, and every photo."""
    for customer_id in one_person(event.customer_id):
        forget_claimant(part_of(call, customer_id), customer_id=customer_id)


def forget_accounts(_call: Call, event: CustomerContactErased) -> None:
    """An account that opens no other shop and no back office goes with its customer: address, password, passkeys and sessions."""
    for user_id in event.user_ids:
        with across_tenants():
            works = Membership.objects.filter(user_id=user_id).exists()
        if not works and not belongs_somewhere(user_id):
            User.objects.filter(pk=user_id, is_staff=False, is_superuser=False).delete()


@together(erase_tickets)
def forget_in_tickets(asked: Asked) -> Wishes:
    """Whoever is forgotten is forgotten in tickets too."""
    for call, event in asked:
        for ticket_id in tickets.to_be_erased(event.customer_id):
            yield part_of(call, ticket_id), EraseTicket(ticket_id=ticket_id)
