"""The first page of the account: the last orders, what there is to spend, and the way to everything else."""

from __future__ import annotations

from django.http import HttpResponse

from dingdan.masterdata.customers.queries import addresses_of, contact_of
from dingdan.web.storefront.account.money import credits_of
from dingdan.web.storefront.account.orders import newest
from dingdan.web.storefront.account.who import Desk, account_page


@account_page()
def overview(desk: Desk) -> HttpResponse:
    """What somebody wants to know who looks in."""
    contact = contact_of(desk.me.customer.id)
    return desk.shown(
        "overview", orders=newest(desk), credits=credits_of(desk), name=contact.name if contact else "",
        has_address=bool(addresses_of(desk.me.customer.id)),
    )  # fmt: skip
