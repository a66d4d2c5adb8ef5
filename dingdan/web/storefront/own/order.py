"""The page of an order: where it stands, its parcels, its goods and money, and everything that happened."""

from __future__ import annotations

from django.http import HttpResponse

from dingdan.automation.imprint import place_lines
from dingdan.automation.pushing import public_key
from dingdan.automation.words import named_method
from dingdan.integrations.push import sandbox
from dingdan.kernel.errors import Refusal
from dingdan.web.storefront import checkout
from dingdan.web.storefront.own.acts import acts_of
from dingdan.web.storefront.own.coming_back import claims_told, returns_told
from dingdan.web.storefront.own.facts import facts_of
from dingdan.web.storefront.own.goods import lines_of
from dingdan.web.storefront.own.happened import happened_to
from dingdan.web.storefront.own.messages import messages_told
from dingdan.web.storefront.own.money import payments_told, sums_of
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.own.papers import papers_of
from dingdan.web.storefront.own.parcels import parcels_of
from dingdan.web.storefront.own.standing import stands_of
from dingdan.web.storefront.own.words import told
from dingdan.web.storefront.reader import TAGS


@own_page()
def order(own: Own) -> HttpResponse:
    """An order, for whoever holds it."""
    return order_shown(own)


def order_shown(own: Own, *, trouble: Refusal | None = None) -> HttpResponse:
    """The page of an order as it is now, with what was just refused."""
    facts, reader, row = facts_of(own.order), own.reader, own.order
    moments = happened_to(own, facts)
    pays = facts.bill.standing == "due" and row.state != "canceled"
    return own.shown(
        "order", status=trouble.status if trouble else 200, trouble=told(trouble),
        stands=stands_of(reader, facts), is_new=len(moments) == 1, email=row.ship_to.email,
        pay=checkout.pay_path(reader, row.id) if pays else "", due=own.money(facts.bill.due), acts=acts_of(own),
        parcels=parcels_of(own, facts), lines=lines_of(own, facts), sums=sums_of(own, facts),
        payments=payments_told(own, facts), method=named_method(row.payment_method, TAGS[reader.language]),
        where=[row.ship_to.name, row.ship_to.company, *place_lines(row.ship_to.address, row.ship_to.country, reader.locale)],
        note=row.customer_note, returns=returns_told(own, facts), claims=claims_told(own, facts), papers=papers_of(own, facts),
        messages=messages_told(row), moments=moments, push_key=public_key(), push_double=sandbox.page(),
    )  # fmt: skip
