"""Promotions as rows of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import CellNotReadable, Cells, Column, chosen
from dingdan.integrations.importers.registers.register import Register, Turn
from dingdan.kernel.errors import Invalid
from dingdan.kernel.money import parse, plain
from dingdan.masterdata.promotions import commands
from dingdan.masterdata.promotions.models import Promotion
from dingdan.masterdata.promotions.queries import tiers_of
from dingdan.masterdata.promotions.rules import Gives, PromotionDraft, Tier, clean_promotion

_GIVES, _OF, _FOR, _HOW = _("What it gives"), _("Of what"), _("For whom and when"), _("Beside others, and how often")
_ARTICLES: Final = _("SKUs, or how they begin and a star, such as TEA-*.")
_TIER: Final = re.compile(r"([0-9.]{1,20})\s*[:：]\s*([0-9.]{1,20})\s*(%?)", re.ASCII)
_TIERS_WANTED: Final = _("tiers such as 6: 5%; 12: 10%")


class Promotions(Register):
    """Promotions, with their coupons."""

    slug, title, one = "promotions", _("Promotions"), _("Promotion")
    model = Promotion
    columns = (
        Column(name="code", label=_("Code"), is_needed=True, for_many=False, most=40),
        Column(name="name", label=_("Name"), is_needed=True, for_many=False, most=200, note=_("Customers read it.")),
        Column(name="name_i18n", label=_("Name in other languages"), kind="words", for_many=False),
        Column(
            name="gives", label=_("Kind of promotion"), kind="choice", choices=chosen(list(Gives)), empty="percent", part=_GIVES
        ),
        Column(
            name="percent", label=_("Part of the price"), kind="decimal", part=_GIVES,
            note=_("Such as 10%; 100% is for nothing."),
        ),
        Column(
            name="amount", label=_("Amount"), part=_GIVES,
            note=_("What is taken off; of a bundle, or any so many, what they cost together."),
        ),
        Column(name="buy", label=_("Buy so many"), kind="whole", empty="0", part=_GIVES),
        Column(name="get", label=_("Get so many"), kind="whole", empty="0", part=_GIVES),
        Column(
            name="others", label=_("Of these instead"), kind="several", part=_GIVES,
            note=_("Empty: the cheapest of those bought."),
        ),
        Column(
            name="tiers", label=_("Tiers"), part=_GIVES,
            note=_("From how many (or how much) on, and what is taken off: 6: 5%; 12: 10%."),
        ),
        Column(name="bundle", label=_("Articles of the bundle"), kind="counts", part=_GIVES, note=_("Such as TEA: 2; MUG: 1.")),
        Column(name="most_off", label=_("At most off"), part=_GIVES),
        Column(name="skus", label=_("Articles"), kind="several", part=_OF, note=_ARTICLES),
        Column(name="not_skus", label=_("But not these"), kind="several", part=_OF),
        Column(
            name="categories", label=_("Categories"), kind="several", part=_OF,
            note=_("Web addresses of categories, such as teapots: what stands in them, or inside of them, counts as well."),
        ),
        Column(name="least_amount", label=_("From an amount on"), part=_OF),
        Column(name="least_quantity", label=_("From so many on"), kind="whole", part=_OF),
        Column(name="currencies", label=_("Currencies"), kind="several", part=_OF, note=_("With amounts exactly one.")),
        Column(
            name="coupons", label=_("Coupons"), kind="several", part=_FOR, for_many=False,
            note=_("None: it applies by itself."),
        ),
        Column(name="channels", label=_("Channels"), kind="several", part=_FOR, note=_("Codes; empty: every channel.")),
        Column(name="groups", label=_("Customer groups"), kind="several", part=_FOR, note=_("Empty: every customer.")),
        Column(name="tags", label=_("Tags of customers"), kind="several", part=_FOR),
        Column(name="first_order", label=_("Only a first order"), kind="tick", part=_FOR),
        Column(name="starts_on", label=_("Valid from"), kind="day", part=_FOR),
        Column(name="ends_on", label=_("Valid until"), kind="day", part=_FOR, note=_("The last day.")),
        Column(name="priority", label=_("Priority"), kind="whole", empty="0", part=_HOW, note=_("The highest comes first.")),
        Column(name="exclusive", label=_("Goes together with nothing"), kind="tick", part=_HOW),
        Column(
            name="combines", label=_("Goes together with these alone"), kind="several", part=_HOW,
            note=_("Codes of promotions; empty: with all."),
        ),
        Column(name="most_uses", label=_("Uses in all"), kind="whole", part=_HOW, note=_("Empty: no limit.")),
        Column(name="most_each", label=_("Uses of one customer"), kind="whole", part=_HOW, note=_("Empty: no limit.")),
    )  # fmt: skip
    reads = "promotions.read"
    save, argument, saved = commands.save_promotion, "promotion", "promotion_id"
    draft_of, clean = PromotionDraft, staticmethod(clean_promotion)
    turns: ClassVar = {
        "retired": (Turn(("active",), commands.retire_promotion, "promotion_id"),),
        "active": (Turn(("retired",), commands.restore_promotion, "promotion_id"),),
    }

    def rows(self) -> QuerySet[Promotion]:
        return Promotion.objects.prefetch_related("coupons")

    def cells(self, of: Any) -> Cells:
        currency = of.currencies[0] if len(of.currencies) == 1 else ""
        is_row = isinstance(of, Promotion)
        told: dict[str, Any] = {
            "coupons": sorted(one.code for one in of.coupons.all()) if is_row else of.coupons,
            "tiers": _tiers_text(tiers_of(of) if is_row else of.tiers, currency, of.gives),
            **{name: _money_text(getattr(of, name), currency) for name in _MONEY},
        }
        found = {column.name: column.write(told.get(column.name, getattr(of, column.name))) for column in self.columns}
        return found | {"percent": _percent_text(of.percent) if of.percent else ""}

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        currencies = tuple(code.upper() for code in read["currencies"])
        currency = currencies[0] if len(currencies) == 1 else ""
        for name in _MONEY:
            read[name] = _money_of(read[name], currency, name)
        read["amount"] = read["amount"] or 0
        read["tiers"] = tuple(
            _tier_of(part, currency, read["gives"]) for part in re.split(r"[;；\n]", read["tiers"]) if part.strip()
        )
        return {**read, "currencies": currencies, "percent": read["percent"] or Decimal(0)}


_MONEY: Final = ("amount", "most_off", "least_amount")


def _money_text(amount: int | None, currency: str) -> str:
    return plain(amount, currency) if amount and currency else ""


def _money_of(text: str, currency: str, name: str) -> int | None:
    if not text:
        return None
    if not currency:
        raise Invalid(field="currencies", reason=_("A promotion with amounts is for exactly one currency."))
    return parse(text, currency, field=name).amount


def _tiers_text(tiers: Sequence[Tier], currency: str, gives: str) -> str:
    def told(tier: Tier) -> str:
        least = _money_text(tier.least, currency) if gives == Gives.BY_VALUE else str(tier.least)
        off = _percent_text(tier.percent) if tier.percent else _money_text(tier.amount, currency)
        return f"{least}: {off}"

    return "; ".join(told(tier) for tier in tiers)


def _tier_of(text: str, currency: str, gives: str) -> Tier:
    found = _TIER.fullmatch(text.strip())
    if found is None or (gives != Gives.BY_VALUE and not found[1].isdecimal()):
        raise CellNotReadable(field="tiers", text=text[:40], wanted=_TIERS_WANTED)
    least = int(found[1]) if gives != Gives.BY_VALUE else _money_of(found[1], currency, "tiers") or 0
    if found[3]:
        return Tier(least=least, percent=_percent(found[2]))
    return Tier(least=least, amount=_money_of(found[2], currency, "tiers") or 0)


def _percent_text(part: Decimal) -> str:
    return f"{(part * 100).normalize():f}%"


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text) / 100
    except ArithmeticError:
        raise CellNotReadable(field="tiers", text=text[:40], wanted=_TIERS_WANTED) from None
