"""Who orders, as far as promotions need to know, and how often these may still be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from dingdan.kernel.contact import counted_as
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.masterdata.customers.queries import lock_customers, people_of, tags_of
from dingdan.masterdata.promotions.queries import Buyer, Tallies, hold
from dingdan.masterdata.promotions.rules import Promotion
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import Audience, Book, Draft, PlaceOrder, Promoted


class Audiences:
    """Who orders, as far as promotions need to know, and how often these may still be used; empty where there are none.

    Without `asks_emails` nobody learns how often somebody with such an e-mail has used what: it is left open until it counts.
    """

    def __init__(self, wanted: Sequence[PlaceOrder], books: Mapping[date, Book], *, lock: bool, asks_emails: bool = True) -> None:
        customers = {one.customer_id for one in wanted if one.customer_id}
        asked = {coupon for one in wanted for coupon in one.coupon_codes}
        promotions = _that_may_fit(wanted, books, asked)
        who = customers if any(one.needs_to_know for one in promotions) else set()
        people = people_of(who) if who else {}
        if lock and people and any(one.each is not None for one in promotions):
            lock_customers({group[0] for group in people.values()})
        self.is_empty = not promotions and not asked
        by_email = asks_emails and any(one.each is not None for one in promotions)
        buyers = {buyer_of(one) for one in wanted} if by_email else set()
        self._asks_emails = asks_emails
        self.tallies = hold(promotions, people, buyers=buyers, lock=lock) if promotions else Tallies()
        self._tags = tags_of(who) if any(one.tags for one in promotions) else {}
        self._bought = _bought(people) if people and any(one.first_order for one in promotions) else set()

    def of(self, wanted: PlaceOrder, at: datetime) -> Audience | None:
        """What promotions need to know of who wants an order; None where there are none."""
        if self.is_empty:
            return None
        customer_id = wanted.customer_id
        return Audience(
            at=at, tags=frozenset(self._tags.get(customer_id, ()) if customer_id else ()),
            first_order=customer_id is not None and customer_id not in self._bought, left=self.tallies.left(self._buyer(wanted)),
        )  # fmt: skip

    def take(self, draft: Draft) -> tuple[Promoted, ...]:
        """Count what an order uses, and say which place of its customer that is, where one customer's uses are limited."""
        places = self.tallies.take([one.given for one in draft.promoted], self._buyer(draft.wanted))
        return tuple(replace(one, place=place) for one, place in zip(draft.promoted, places, strict=True))

    def _buyer(self, wanted: PlaceOrder) -> Buyer:
        return buyer_of(wanted) if self._asks_emails else Buyer(wanted.customer_id)


def buyer_of(wanted: PlaceOrder) -> Buyer:
    """Whose uses of promotions an order counts among."""
    return Buyer(wanted.customer_id, counted_as(wanted.ship_to.email, tenant_id=current_tenant_id()))


def _that_may_fit(wanted: Sequence[PlaceOrder], books: Mapping[date, Book], asked: set[str]) -> list[Promotion]:
    """The promotions that could be given to these orders: those of another channel or another day are not held up."""
    found: dict[UUID, Promotion] = {}
    for on, book in books.items():
        known = [*book.promotions, *(book.coupons[coupon] for coupon in asked if coupon in book.coupons)]
        if not known:
            continue
        days = (on - timedelta(days=1), on + timedelta(days=1))  # whichever day it is where the channel is
        codes = {book.channels[one.channel_id].code for one in wanted if one.channel_id in book.channels}
        found |= {one.id: one for one in known if one.may_fit(days, codes)}
    return list(found.values())


def _bought(people: Mapping[UUID, Sequence[UUID]]) -> set[UUID]:
    """Those of the customers who ordered before, under whatever number; orders that were canceled do not count."""
    asked = {id_ for group in people.values() for id_ in group}
    rows = Order.objects.filter(customer_id__in=asked).exclude(state="canceled")
    found = set(rows.values_list("customer_id", flat=True).distinct())
    return {id_ for id_, group in people.items() if found.intersection(group)}
