"""What promotions would give to an order, and why others would not: asked by people who write promotions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dingdan.kernel.entries import register_version
from dingdan.masterdata.promotions.rules import Given, Idle
from dingdan.trade.orders.queries.audiences import Audiences
from dingdan.trade.orders.queries.registers import book
from dingdan.trade.orders.rules import Audience, Draft, PlaceOrder, draft_order, rehearsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What was given, what gives nothing, and coupons that no promotion has. ``draft`` is the order without any of it."""

    draft: Draft
    given: tuple[Given, ...]
    idle: tuple[Idle, ...]
    unknown: tuple[str, ...]


def rehearse_promotions(wanted: PlaceOrder, *, at: datetime) -> Rehearsal:
    """What promotions would give to an order now. Holds and counts nothing. Refuses an order that cannot be, but no coupon."""
    known = book([wanted], at.date(), registers=register_version())
    audience = Audiences([wanted], {at.date(): known}, lock=False).of(wanted, at) or Audience(at=at)
    draft = draft_order(replace(wanted, coupon_codes=()), known, any_method=True)
    worked, idle = rehearsed(draft, known, audience, wanted.coupon_codes)
    unknown = tuple(coupon for coupon in wanted.coupon_codes if coupon not in known.coupons)
    return Rehearsal(draft=draft, given=worked.given, idle=tuple(idle), unknown=unknown)
