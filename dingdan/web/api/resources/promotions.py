"""Promotions, and who used them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from dingdan.masterdata.promotions.commands import restore_promotion, retire_promotion, save_promotion
from dingdan.masterdata.promotions.lifecycle import PROMOTION_LIFE
from dingdan.masterdata.promotions.models import Promotion, PromotionUse
from dingdan.masterdata.promotions.queries import Usage, tiers_of, usage_of, uses_of
from dingdan.web.api.names import found
from dingdan.web.api.reads import After, Limit, Page, page, read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG, PERMISSION = "Promotions", "promotions.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """From so many units (or so much in minor units) on: a part of the price, or an amount in minor units, is taken off."""

    least: int
    percent: Decimal
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionView:
    """A promotion. `used` are the orders that use it, `given` what it took off them in minor units, by currency."""

    id: UUID
    code: str
    name: str
    name_i18n: dict[str, str]
    coupons: list[str]
    gives: str
    percent: Decimal
    amount: int
    buy: int
    get: int
    tiers: list[TierView]
    bundle: dict[str, int]
    most_off: int | None
    skus: list[str]
    not_skus: list[str]
    categories: list[str]
    others: list[str]
    channels: list[str]
    currencies: list[str]
    groups: list[str]
    tags: list[str]
    least_amount: int | None
    least_quantity: int | None
    first_order: bool
    starts_on: date | None
    ends_on: date | None
    priority: int
    exclusive: bool
    combines: list[str]
    most_uses: int | None
    most_each: int | None
    state: str
    used: int
    given: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionUseView:
    """An order that was given a promotion; given back when it was canceled as a whole."""

    id: UUID
    order_id: UUID
    customer_id: UUID | None
    coupon: str
    amount: int
    currency: str
    used_at: datetime
    given_back_at: datetime | None


_TOLD = ("coupons", "tiers", "used", "given")
_COPIED = [name for name in PromotionView.__dataclass_fields__ if name not in _TOLD]


def _views(rows: Sequence[Promotion]) -> list[PromotionView]:
    usage = usage_of([row.id for row in rows])
    return [
        PromotionView(
            **{name: getattr(row, name) for name in _COPIED}, coupons=sorted(one.code for one in row.coupons.all()),
            tiers=[shaped(TierView, tier) for tier in tiers_of(row)], used=usage.get(row.id, Usage()).used,
            given=dict(usage.get(row.id, Usage()).amounts),
        )
        for row in rows
    ]  # fmt: skip


registers(
    Register(
        plural="promotions",
        states=PROMOTION_LIFE.states,
        singular="promotion",
        view=PromotionView,
        rows=lambda: Promotion.objects.prefetch_related("coupons").order_by("id"),
        make=_views,
        permission=PERMISSION,
        tag=TAG,
    )
)


@read("/promotions/{promotion_id}/uses", permission=PERMISSION, tag=TAG)
def list_promotion_uses(promotion_id: str, *, after: After = None, limit: Limit = 50) -> Page[PromotionUseView]:
    """The orders that were given a promotion, page by page."""
    of = found(Promotion.objects.all(), "promotion_id", promotion_id)
    return page(uses_of(of.id).order_by("id"), _uses, after=after, limit=limit)


def _uses(rows: Sequence[PromotionUse]) -> list[PromotionUseView]:
    return [shaped(PromotionUseView, row) for row in rows]


_ONE = "/promotions/{promotion_id}"
mount(
    Write(path="/promotions", command=save_promotion, makes=_ONE, tag=TAG),
    Write(method="PUT", path=_ONE, command=save_promotion, name="change_promotion", tag=TAG),
    Write(path=f"{_ONE}/retire", command=retire_promotion, tag=TAG),
    Write(path=f"{_ONE}/restore", command=restore_promotion, tag=TAG),
)
