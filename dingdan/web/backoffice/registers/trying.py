"""A promotion tried on a cart that somebody types: what each promotion would give now, and why it gives nothing. Reads only."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.kernel import clock
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.money import Money
from dingdan.masterdata.customers.queries import customer_by_number, customers_by_id, going_on, reached_at
from dingdan.masterdata.promotions.models import Promotion
from dingdan.masterdata.promotions.rules import Idle, clean_coupon
from dingdan.trade.orders.queries import Rehearsal, channels, rehearse_promotions
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import number
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Table

MOST_LINES = 50
REASONS = {
    "CouponNotYet": gettext_lazy("It begins on {day}."),
    "CouponExpired": gettext_lazy("It ended on {day}."),
    "CouponNotHere": gettext_lazy("It is for another channel or currency."),
    "CouponNeedsCustomer": gettext_lazy("It needs to know who buys."),
    "CouponNeedsEmail": gettext_lazy("It needs to know who buys."),
    "CouponForOthers": gettext_lazy("It is for other customers."),
    "CouponForFirstOrder": gettext_lazy("It is for a first order."),
    "CouponUsedUp": gettext_lazy("It has been used as often as it can be."),
    "CouponUsedBefore": gettext_lazy("This customer has used it as often as one customer can."),
    "CouponForOtherGoods": gettext_lazy("Nothing in the cart is what it is for."),
    "CouponWantsMore": gettext_lazy("It is for {least} and more of what it is for; there is {there}."),
    "CouponNotCombined": gettext_lazy("It does not go together with {other}, which came before."),
    "CouponGivesNothing": gettext_lazy("It takes nothing off this cart."),
}
"""Why a promotion gives nothing, by the kind of refusal that a coupon would get."""


def trial(request: HttpRequest, row: Promotion) -> Form:
    """The form on a promotion's page, filled and answered where it was sent."""
    sent = request.GET
    known = [(one.code, f"{one.code} ({one.currency})") for one in channels(register_version())]
    coupon = row.coupons.order_by("code").first()
    fields = [
        Field("lines", _("Articles"), "text", sent.get("lines", ""), note=_("SKUs and how many, such as TEA: 2; MUG: 1.")),
        Field(
            "customer", _("Customer"), value=sent.get("customer", ""), most=120, note=_("Number or e-mail; empty: a stranger.")
        ),
        Field("coupons", _("Coupons"), value=sent.get("coupons", coupon.code if coupon else ""), most=400),
        Field("channel", _("Channel"), "choice", sent.get("channel", ""), choices=known),
    ]
    told, trouble = [], ""
    if "lines" in sent:
        try:
            told = [_told(rehearse_promotions(_wanted(request), at=clock.now()))]
        except Refusal as refusal:
            trouble = str(refusal)
    return Form(
        _("Try it"), reverse("admin:promotions_promotion_change", args=[row.id]), "", fields, [Button(_("Work it out"))],
        is_open="lines" in sent, method="get", trouble=trouble, told=told,
        lead=_("What a cart would get now. Nothing is written down, and nothing is used."),
    )  # fmt: skip


def _wanted(request: HttpRequest) -> PlaceOrder:
    """The order that was typed. Refuses what cannot be read, naming the field."""
    sent = request.GET
    channel = next((one for one in channels(register_version()) if one.code == sent.get("channel")), None)
    if channel is None:
        raise NotFound(field="channel", what="channel", id=sent.get("channel", "")[:40])
    parts = [part.strip() for part in re.split(r"[;；\n]", sent.get("lines", "")) if part.strip()][:MOST_LINES]
    customer = _customer(sent.get("customer", "").strip())
    coupons = [clean_coupon(one, "coupons") for one in re.split(r"[;；,，\s]+", sent.get("coupons", "")) if one][:10]
    group = customers_by_id([customer])[customer].group if customer else ""
    return PlaceOrder(
        channel_id=channel.id, currency=channel.currency, lines=tuple(map(_line, parts)), ship_to=Person(),
        customer_id=customer, customer_group=group, coupon_codes=tuple(dict.fromkeys(coupons)),
    )  # fmt: skip


def _line(text: str) -> WantedLine:
    found = re.fullmatch(r"(.+?)\s*[:：]\s*([0-9]{1,6})", text)
    return WantedLine(sku=found[1], quantity=int(found[2])) if found else WantedLine(sku=text[:64])


def _customer(text: str) -> UUID | None:
    if not text:
        return None
    row = customer_by_number(text)
    ids = [row.id] if row else reached_at(text)
    if not ids:
        raise NotFound(field="customer", what="customer", id=text[:80])
    return going_on(ids[0])


def _told(found: Rehearsal) -> Table:
    currency, language = found.draft.channel.currency, show.locale()
    rows = [
        [
            Cell(one.promotion.named(language), small=one.coupon or one.promotion.code),
            number(show.money(-one.off, currency)),
            Cell(""),
        ]
        for one in found.given
    ]
    rows += [
        [Cell(one.promotion.named(language), small=one.promotion.code), number(show.NOTHING), Cell(_why(one))]
        for one in found.idle
    ]
    rows += [[Cell(coupon), number(show.NOTHING), Cell(_("No promotion has this coupon."))] for coupon in found.unknown]
    goods = sum(line.priced.goods for line in found.draft.lines)
    off = sum(one.off for one in found.given)
    totals = [(_("Goods"), show.money(goods, currency)), (_("Taken off"), show.money(off, currency))]
    return Table("", [_("Promotion"), _("Taken off"), _("Why not")], rows, totals=totals)


def _why(one: Idle) -> str:
    facts = {
        name: show.money(value.amount, value.currency) if isinstance(value, Money) else value for name, value in one.facts.items()
    }
    return str(REASONS[one.reason]).format(**facts)
