"""What goes back and what was said, over all orders of whoever is signed in: each leads to the page of its order."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.shopfront.own_orders import orders_of
from dingdan.masterdata.customers.queries import one_person
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.tickets.models import Ticket
from dingdan.web.storefront.account.orders import day_of, opens
from dingdan.web.storefront.account.who import Desk, account_page
from dingdan.web.storefront.own.coming_back import claim_words, how_far

ORDERS_LOOKED_AT: Final = 200
MOST: Final = 50
_SAID: Final = {
    "waiting_for_customer": _("We wait for your answer"), "solved": _("Done"), "closed": _("Done"),
}  # fmt: skip


@account_page()
def talking(desk: Desk) -> HttpResponse:
    """Returns, claims and messages of the newest orders, the newest first."""
    rows = list(orders_of(desk.me.customer.id, desk.me.proved)[:ORDERS_LOOKED_AT])
    numbers = {row.id: row.number for row in rows if opens(row.placed_at, is_guest=row.customer_id is None, at=desk.reader.at)}
    return desk.shown("talking", back=_back(desk, numbers), said=_said(desk, numbers))


def _back(desk: Desk, numbers: dict[UUID, str]) -> list[dict[str, Any]]:
    returns = list(Return.objects.filter(order_id__in=list(numbers)).order_by("-id")[:MOST])
    claims = list(Claim.objects.filter(order_id__in=list(numbers)).order_by("-id")[:MOST])
    found = [(one, how_far(one), "#returns") for one in returns] + [(one, claim_words(one.state)[0], "#claims") for one in claims]
    return [
        {
            "number": one.number, "word": word, "order": numbers[one.order_id],
            "url": desk.at("orders", str(one.order_id)) + anchor,
        }
        for one, word, anchor in sorted(found, key=lambda each: each[0].id, reverse=True)[:MOST]
    ]  # fmt: skip


def _said(desk: Desk, numbers: dict[UUID, str]) -> list[dict[str, Any]]:
    people = one_person(desk.me.customer.id)
    rows = Ticket.objects.filter(customer_id__in=people, merged_into=None, erased_at=None).order_by("-opened_at", "-id")[:MOST]
    return [
        {
            "number": one.number, "day": day_of(desk.reader, one.opened_at), "word": _SAID.get(one.state, _("We look into it")),
            "order": numbers.get(one.order_id, "") if one.order_id else "",
            "url": desk.at(*(("orders", str(one.order_id), "messages") if one.order_id in numbers else ("talking", str(one.id)))),
        }
        for one in rows
    ]  # fmt: skip
