"""What promotions say in a cart: what each takes off, why a coupon brings nothing, what is nearly reached."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money
from dingdan.masterdata.promotions.rules import Gives, Nearly
from dingdan.trade.orders.rules import Draft
from dingdan.web.storefront.carts import Filled
from dingdan.web.storefront.checkout import Sums
from dingdan.web.storefront.reader import TAGS, Reader

MOST_HINTS: Final = 2


def rows(reader: Reader, draft: Draft) -> list[tuple[str, str]]:
    """What each promotion takes off an order, by its name in the reader's language."""
    language = TAGS[reader.language]
    return [(one.given.promotion.named(language), reader.money(-one.given.off)) for one in draft.promoted]


def coupons(reader: Reader, filled: Filled | None, sums: Sums) -> dict[str, Any]:
    """The coupons of a cart, each with what it brings or why it brings nothing, and what would be given for a little more."""
    brought = {one.given.coupon: one.given for one in sums.draft.promoted if one.given.coupon} if sums.draft else {}
    found = []
    for coupon in filled.wanted.coupon_codes if filled else ():
        given, why = brought.get(coupon), sums.refused.get(coupon)
        found.append(
            {
                "code": coupon,
                "name": given.promotion.named(TAGS[reader.language]) if given else "",
                "brings": reader.money(-given.off) if given else "",
                "why": _why(reader, why) if why else "",
            }
        )
    return {"coupons": found, "hints": [_hint(reader, one) for one in sums.nearly[:MOST_HINTS]]}


def _why(reader: Reader, refusal: Refusal) -> str:
    """Why a coupon brings nothing, with amounts and days as people write them."""
    facts = {name: _plainly(reader, name, value) for name, value in refusal.facts.items()}
    return str(refusal.sentence).format(**facts)


def _plainly(reader: Reader, name: str, value: Any) -> Any:
    if isinstance(value, Money):
        return reader.money(value.amount, value.currency)
    return reader.day(date.fromisoformat(value)) if name == "day" else value


def _hint(reader: Reader, one: Nearly) -> str:
    pieces = ngettext("{count} piece", "{count} pieces", one.quantity).format(count=one.quantity)
    more = reader.money(one.amount) if one.amount else pieces
    if one.promotion.gives == Gives.FREE_SHIPPING and one.promotion.most_off is None:
        return _("{more} more, and shipping is free.").format(more=more)
    return _("{more} more, and you get “{name}”.").format(more=more, name=one.promotion.named(TAGS[reader.language]))
