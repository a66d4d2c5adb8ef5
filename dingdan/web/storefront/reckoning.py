"""What an order would come to if it were placed now, with what promotions give: coupons that bring nothing are set aside, with
the reason, so that the rest can be seen and ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import Refusal
from dingdan.masterdata.promotions.rules import CouponRefused, CouponUnknown, Nearly
from dingdan.trade.orders.queries import Audiences, book
from dingdan.trade.orders.rules import Book, Draft, PlaceOrder, draft_order, nearly
from dingdan.web.storefront.reader import Reader


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An order worked out; `refused` says why which coupon brings nothing."""

    draft: Draft
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    nearly: tuple[Nearly, ...] = ()


class Reckoning:
    """Works out what somebody wants, as the registers and the promotions are now. It writes and holds nothing.

    How often an e-mail has used a promotion is asked only where the button was pressed, which is counted: nobody finds it out by
    typing.
    """

    def __init__(self, reader: Reader, wanted: PlaceOrder, *, asks_emails: bool = False) -> None:
        self.book: Book = book([replace(wanted, shipping_method="any")], reader.on, registers=register_version())
        self._audience = Audiences([wanted], {reader.on: self.book}, lock=False, asks_emails=asks_emails).of(wanted, reader.at)

    def draft(self, wanted: PlaceOrder, *, any_method: bool) -> Reckoned:
        """The order as it would be placed. Refuses what cannot be, but for coupons."""
        refused: dict[str, Refusal] = {}
        while True:
            coupons = tuple(one for one in wanted.coupon_codes if one not in refused)
            asked = replace(wanted, coupon_codes=coupons, accepted_total=None)
            try:
                draft = draft_order(asked, self.book, any_method=any_method, audience=self._audience)
            except (CouponRefused, CouponUnknown) as refusal:
                coupon = str(refusal.facts.get("coupon", ""))
                if coupon not in coupons:
                    raise
                refused[coupon] = refusal
                continue
            close = nearly(draft, self.book, self._audience) if self._audience else []
            return Reckoned(draft, refused, tuple(close))
