"""What a promotion must look like to be written down. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import bounded, exponent
from dingdan.kernel.quantity import LARGEST_QUANTITY
from dingdan.kernel.text import clean_code, clean_language, clean_text, one_of
from dingdan.masterdata.promotions.rules.terms import Gives, Promotion, Terms

_MOST_CODES: Final = 200
_MOST_COUPONS: Final = 2000
_MOST_TIERS: Final = 20
_COUPON: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,39}", re.ASCII)

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    Gives.PERCENT: ("percent",),
    Gives.AMOUNT: ("amount",),
    Gives.AMOUNT_EACH: ("amount",),
    Gives.FREE_SHIPPING: (),
    Gives.BUY_GET: ("percent", "buy", "get"),
    Gives.BY_QUANTITY: ("tiers",),
    Gives.BY_VALUE: ("tiers",),
    Gives.BUNDLE: ("amount", "bundle"),
    Gives.ANY_FOR: ("amount", "buy"),
}
"""What must be said of each kind of promotion; the rest of these is left empty."""
_SAID: Final = ("percent", "amount", "buy", "get", "tiers", "bundle", "others")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionDraft(Terms):
    """A promotion as it shall be. ``id`` names one whose code is to change; else the code tells which it is.

    Without ``coupons`` it applies by itself.
    """

    coupons: tuple[str, ...] = ()
    id: UUID | None = None


def clean_coupon(text: object, where: str = "coupon_codes") -> str:
    """A coupon as it is kept: wide letters made narrow, small ones capital, without blanks. Refuses what cannot be one."""
    coupon = "".join(unicodedata.normalize("NFKC", text).upper().split()) if isinstance(text, str) else ""
    if not _COUPON.fullmatch(coupon):
        raise Invalid(field=where, reason=_("A coupon has 3 to 40 letters from A to Z, digits, hyphens and underscores."))
    return coupon


def clean_promotion(draft: PromotionDraft) -> PromotionDraft:
    """The promotion with every text cleaned. Refuses what cannot be, naming field and remedy."""
    cleaned = replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        name_i18n={
            clean_language(tag, "name_i18n"): clean_text(text, f"name_i18n.{tag[:20]}", 200)
            for tag, text in draft.name_i18n.items()
            if text
        },
        gives=one_of(draft.gives, "gives", Gives),
        coupons=_several(draft.coupons, "coupons", clean_coupon, most=_MOST_COUPONS),
        skus=_several(draft.skus, "skus", _sku),
        not_skus=_several(draft.not_skus, "not_skus", _sku),
        categories=_several(draft.categories, "categories", lambda slug, where: clean_text(slug, where, 100).lower()),
        others=_several(draft.others, "others", _sku),
        channels=_several(draft.channels, "channels", clean_code),
        currencies=_several(draft.currencies, "currencies", _currency),
        groups=_several(draft.groups, "groups", lambda group, where: clean_text(group, where, 40)),
        tags=_several(draft.tags, "tags", lambda tag, where: clean_text(tag, where, 40)),
        combines=_several(draft.combines, "combines", clean_code),
        bundle={_sku(sku, "bundle"): _whole(count, "bundle", LARGEST_QUANTITY, least=1) for sku, count in draft.bundle.items()},
        priority=_whole(draft.priority, "priority", 10_000),
        percent=Decimal(draft.percent),
    )
    _check_said(cleaned)
    _check_tiers(cleaned)
    _check_money(cleaned)
    _check_limits(cleaned)
    return replace(cleaned, tiers=tuple(sorted(cleaned.tiers, key=lambda tier: tier.least)))


def _check_said(draft: PromotionDraft) -> None:
    """What a kind of promotion needs is there, and nothing that it does not know."""
    needed = _NEEDS[draft.gives]
    allowed = (*needed, "others") if draft.gives == Gives.BUY_GET else needed
    for name in _SAID:
        said = getattr(draft, name)
        if name in needed and not said:
            raise Invalid(field=name, reason=_("This kind of promotion needs it."))
        if said and name not in allowed:
            raise Invalid(field=name, reason=_("This kind of promotion knows nothing of it."))
    if draft.bundle and (draft.skus or draft.not_skus or draft.categories):
        raise Invalid(field="skus", reason=_("The articles of a bundle are those that it counts."))
    if any(sku.endswith("*") for sku in draft.bundle):
        raise Invalid(field="bundle", reason=_("A bundle names each of its articles."))
    _whole(draft.buy, "buy", LARGEST_QUANTITY)
    _whole(draft.get, "get", LARGEST_QUANTITY)
    _check_percent(draft.percent, "percent")
    if draft.exclusive and draft.combines:
        raise Invalid(field="combines", reason=_("What stands alone goes together with nothing."))


def _check_percent(percent: Decimal, where: str) -> None:
    if not percent.is_finite() or not 0 <= percent <= 1 or percent != round(percent, 6):
        raise Invalid(field=where, reason=_("A part is a fraction from 0 to 1, such as 0.1 for ten percent."))


def _check_tiers(draft: PromotionDraft) -> None:
    if len(draft.tiers) > _MOST_TIERS:
        raise Invalid(field="tiers", reason=_("A promotion has at most 20 tiers."))
    if len({tier.least for tier in draft.tiers}) < len(draft.tiers):
        raise Invalid(field="tiers", reason=_("Each tier begins somewhere else."))
    for index, tier in enumerate(draft.tiers):
        where = f"tiers.{index}"
        _whole(tier.least, where, 10**15, least=1)
        _check_percent(Decimal(tier.percent), where)
        if bool(tier.percent) == bool(tier.amount) or bounded(tier.amount, field=where) < 0:
            raise Invalid(field=where, reason=_("A tier takes off either a part or an amount."))


def _check_money(draft: PromotionDraft) -> None:
    """Amounts mean something in one currency alone."""
    for name in ("amount", "most_off", "least_amount"):
        value = getattr(draft, name)
        if value is not None and bounded(value, field=name) < 0:
            raise Invalid(field=name, reason=_("An amount is not below zero."))
    by_value = draft.gives == Gives.BY_VALUE or any(tier.amount for tier in draft.tiers)
    if (draft.amount or draft.most_off or draft.least_amount or by_value) and len(draft.currencies) != 1:
        raise Invalid(field="currencies", reason=_("A promotion with amounts is for exactly one currency."))


def _check_limits(draft: PromotionDraft) -> None:
    for name in ("least_quantity", "most_uses", "most_each"):
        value = getattr(draft, name)
        if value is not None:
            _whole(value, name, 10**9, least=1)
    if draft.most_off is not None:
        _whole(draft.most_off, "most_off", 10**15, least=1)
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        raise Invalid(field="ends_on", reason=_("The last day is not before the first."))


def _sku(text: str, where: str) -> str:
    sku = clean_text(text, where, 64)
    if "*" in sku[:-1]:
        raise Invalid(field=where, reason=_("A star stands at the end, for whatever comes after."))
    return sku


def _several(given: Sequence[str], where: str, clean: Callable[[str, str], str], *, most: int = _MOST_CODES) -> tuple[str, ...]:
    if len(given) > most:
        raise Invalid(field=where, reason=_("At most {most} of these can be named.").format(most=most))
    return tuple(dict.fromkeys(clean(one, f"{where}.{index}") for index, one in enumerate(given)))


def _currency(code: str, _where: str) -> str:
    exponent(code)
    return code


def _whole(value: int, where: str, most: int, *, least: int = 0) -> int:
    if type(value) is int and least <= value <= most:
        return value
    raise Invalid(field=where, reason=_("Give a whole number from {least} to {most}.").format(least=least, most=most))


def promotion_of(draft: PromotionDraft) -> Promotion:
    """The promotion that a clean draft would be, to be tried before it is written down."""
    shared = {one.name: getattr(draft, one.name) for one in fields(Promotion) if one.name not in ("id", "by_coupon")}
    return Promotion(id=draft.id or new_id(), by_coupon=bool(draft.coupons), **shared)
