"""The orders of whoever is signed in, and the way to the page of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from dingdan.automation.pay_links import FOLLOWS
from dingdan.automation.reacting import part_of
from dingdan.insight.shopfront.fronts import Front
from dingdan.insight.shopfront.own_orders import OwnOrder, Progress, guest_orders, orders_of, told
from dingdan.kernel import clock
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.commands import adopt_orders
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets.commands import adopt_tickets
from dingdan.web.storefront.account.who import Desk, Shopper, account_page, shopper_of
from dingdan.web.storefront.addresses import Addresses
from dingdan.web.storefront.own.opening import ENTRANCES, Held, holder
from dingdan.web.storefront.reader import Reader

ON_A_PAGE: Final = 20
SHOWN_FIRST: Final = 3
WORDS: Final = {
    Progress.TO_PAY: _("Waiting for payment"), Progress.PREPARED: _("Being prepared"), Progress.SENT: _("On its way"),
    Progress.PARTLY_SENT: _("Partly on its way"), Progress.DELIVERED: _("Delivered"), Progress.BACK: _("Sent back"),
    Progress.PARTLY_BACK: _("Partly sent back"), Progress.CANCELED: _("Canceled"),
}  # fmt: skip


@account_page()
def orders(desk: Desk) -> HttpResponse:
    """All orders, newest first, a page at a time; or those whose number is looked for."""
    asked = desk.request.GET
    number = asked.get("number", "").replace("\0", "").strip()[:40]
    at = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 5 else 1
    rows = orders_of(desk.me.customer.id, desk.me.proved)
    if number:
        rows = rows.filter(number__icontains=number)
    start = (max(at, 1) - 1) * ON_A_PAGE
    found = list(rows[start : start + ON_A_PAGE + 1])
    return desk.shown(
        "orders", orders=listed(desk, found[:ON_A_PAGE]), number=number, page=at, left_out=left_out(desk), email=desk.me.proved,
        before=at - 1 if at > 1 else 0, after=at + 1 if len(found) > ON_A_PAGE else 0,
    )  # fmt: skip


@account_page("POST", fresh=True)
def take(desk: Desk) -> HttpResponse:
    """Take what was ordered with the proven address without signing in to the account, and what was written with it."""
    if desk.request.method == "POST" and (ids := left_out(desk)):
        customer_id, email = desk.me.customer.id, desk.me.proved
        adopt_orders(part_of(desk.call, "orders"), customer_id=customer_id, email=email, order_ids=tuple(ids))
        adopt_tickets(part_of(desk.call, "tickets"), customer_id=customer_id, email=email)
    return desk.went(desk.at("orders"))


def left_out(desk: Desk) -> list[UUID]:
    """The orders that were placed with the proven address without signing in, and are in no account."""
    return guest_orders(desk.me.proved)


def newest(desk: Desk) -> list[dict[str, Any]]:
    """The last few orders."""
    return listed(desk, list(orders_of(desk.me.customer.id, desk.me.proved)[:SHOWN_FIRST]))


def listed(desk: Desk, rows: list[Order]) -> list[dict[str, Any]]:
    """Orders as they stand in a list."""
    return [
        {
            "number": one.number, "day": day_of(desk.reader, one.placed_at), "total": desk.reader.money(one.total, one.currency),
            "word": WORDS[one.progress], "progress": one.progress.value, "is_guest": one.is_guest,
            "url": desk.at("orders", str(one.id)) if _opens(one, desk.reader.at) else "",
        }
        for one in told(rows)
    ]  # fmt: skip


def _opens(one: OwnOrder, at: datetime) -> bool:
    return opens(one.placed_at, is_guest=one.is_guest, at=at)


def opens(placed_at: datetime, *, is_guest: bool, at: datetime) -> bool:
    """Whether all of an order is shown: of one that was placed without signing in, for as long as its mailed link shows it."""
    return not is_guest or at < placed_at + FOLLOWS


def day_of(reader: Reader, moment: datetime) -> str:
    """A day of the past, in full, by the clock of the shop."""
    there = moment.astimezone(ZoneInfo(reader.front.channel.time_zone)).date()
    return str(format_date(there, "long", locale=Locale.parse(reader.locale, sep="-")))


def by_account(request: HttpRequest, front: Front, order_id: str) -> Held | HttpResponseBase | None:
    """An order of whoever is signed in at this shop; who is not, signs in first; who does not own it, is shown nothing."""
    with tenant_scope(front.tenant_id):
        shopper = shopper_of(request)
        if shopper is None:
            answer = HttpResponseRedirect(f"{Addresses(front.slug).at('account', 'sign-in')}?next={request.path}")
            answer.status_code = 303
            return answer
        row = own_order(shopper, UUID(str(order_id)), at=clock.now())
    return None if row is None else Held(row.id, holder(row.id), ("account", "orders", str(row.id)))


def own_order(shopper: Shopper, order_id: UUID, *, at: datetime) -> Order | None:
    """An order that somebody may see all of; None for every other."""
    row = orders_of(shopper.customer.id, shopper.proved).filter(id=order_id).first()
    return row if row is not None and opens(row.placed_at, is_guest=row.customer_id is None, at=at) else None


ENTRANCES["mine"] = by_account
